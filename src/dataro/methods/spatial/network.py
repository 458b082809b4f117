"""Travel times on a street network given as lines: snapping, contraction, shortest paths.

Lines meet where they share a vertex, as OpenStreetMap draws them. Search is SciPy's Dijkstra over
the junctions alone; vertices between two junctions are folded into the street.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from dataro.methods.spatial.distance import EARTH_RADIUS

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]
Mode = Literal["walk", "drive"]

WALK_KMH = 4.0
"""Walking speed of children and the elderly; healthy adults walk about 4.8 km/h."""

DRIVE_KMH = {
    "motorway": 80.0, "motorway_link": 45.0, "trunk": 55.0, "trunk_link": 35.0, "primary": 35.0,
    "primary_link": 30.0, "secondary": 32.0, "secondary_link": 28.0, "tertiary": 28.0,
    "tertiary_link": 25.0, "unclassified": 22.0, "residential": 18.0, "living_street": 12.0,
    "service": 12.0, "road": 20.0, "track": 10.0,
}  # fmt: skip
"""Driving speeds by class of street: about two thirds of the usual limit, for signals and turns.

An assumption, not a measurement; a city that has measured speeds gives its own table.
"""

NO_WALK = frozenset(
    {"motorway", "motorway_link", "trunk", "trunk_link", "construction", "proposed"}
)
WALK_ONLY = frozenset({"footway", "path", "pedestrian", "steps", "cycleway", "bridleway"})


@dataclass(frozen=True, slots=True)
class Streets:
    """Lines as one run of vertices: ``vertex`` (positions,) is the place that a position is at.

    ``line`` (positions,) says which line a position belongs to, ``along`` the minutes from the
    line's start. ``forward`` and ``backward`` (lines,) say which way may be used. ``lon``/``lat``
    (vertices,) are degrees, EPSG:4326.
    """

    lon: Floats
    lat: Floats
    vertex: Ints
    line: Ints
    along: Floats
    forward: Flags
    backward: Flags


def speeds(kinds: list[str | None], mode: Mode) -> Floats:
    """Speed in km/h for each line by its OpenStreetMap class; 0 where the mode may not use it."""
    if mode == "walk":
        return np.array([0.0 if kind is None or kind in NO_WALK else WALK_KMH for kind in kinds])
    return np.array([DRIVE_KMH.get(kind or "", 0.0) for kind in kinds])


def directions(oneway: list[str | None], mode: Mode) -> tuple[Flags, Flags]:
    """Which way lines may be used, by OpenStreetMap's ``oneway`` (yes, -1, no); on foot both."""
    if mode == "walk":
        both_ways = np.ones(len(oneway), dtype=np.bool_)
        return both_ways, both_ways
    forward = np.array([value not in ("-1", "reverse") for value in oneway], dtype=np.bool_)
    backward = np.array([value not in ("yes", "true", "1") for value in oneway], dtype=np.bool_)
    return forward, backward


def streets(
    coordinates: ArrayLike, line: ArrayLike, kmh: Floats, forward: Flags, backward: Flags
) -> Streets:
    """Build from lines: ``coordinates`` (positions, 2) as lon, lat; ``line`` (positions,) rising.

    ``kmh``, ``forward``, ``backward`` are per line; lines of speed 0 are left out. Raises
    ``ValueError`` where no line is left.
    """
    points = np.asarray(coordinates, dtype=np.float64)
    owner = np.asarray(line, dtype=np.intp)
    used = kmh[owner] > 0
    points, owner = points[used], owner[used]
    if owner.size < 2:
        raise ValueError("no line that this mode of travel may use")
    unique, vertex = np.unique(np.round(points, 7), axis=0, return_inverse=True)
    same = owner[1:] == owner[:-1]
    metres = _metres(points[:-1], points[1:]) * same
    minutes = np.concatenate([[0.0], np.cumsum(metres * 0.06 / kmh[owner[1:]])])
    first = np.searchsorted(owner, owner)
    return Streets(unique[:, 0], unique[:, 1], vertex.reshape(-1), owner,
                   minutes - minutes[first], forward, backward)  # fmt: skip


def travel_minutes(
    net: Streets,
    from_lon: ArrayLike,
    from_lat: ArrayLike,
    to_lon: ArrayLike,
    to_lat: ArrayLike,
    *,
    snap_metres: float = 500.0,
    limit: float = np.inf,
) -> Floats:
    """Travel times in minutes (origins, destinations) along the streets.

    Each point walks straight to its nearest vertex (at most ``snap_metres``, at walking speed).
    Infinite where there is no way, the point is too far from any street, or beyond ``limit``.
    """
    start, walk_out = _snap(net, from_lon, from_lat, snap_metres)
    end, walk_in = _snap(net, to_lon, to_lat, snap_metres)
    graph, node = _graph(net, np.concatenate([start, end]))
    # search from the side that has fewer points; backwards if these are the destinations
    backwards = np.unique(end).size < np.unique(start).size
    seeds, others = (end, start) if backwards else (start, end)
    roots, root = np.unique(node[seeds], return_inverse=True)
    way = graph.T.tocsr() if backwards else graph
    times = np.empty((roots.size, others.size))
    for part in range(0, roots.size, 64):  # a few roots at a time keep memory small
        found = csgraph.dijkstra(way, indices=roots[part : part + 64], limit=limit)
        times[part : part + 64] = found[:, node[others]]
    times = times[root]
    minutes: Floats = (times.T if backwards else times) + walk_out[:, None] + walk_in[None, :]
    return np.where(minutes <= limit, minutes, np.inf)


def _snap(net: Streets, lon: ArrayLike, lat: ArrayLike, most: float) -> tuple[Ints, Floats]:
    """The nearest vertex of each point and the minutes to walk there (infinite beyond ``most``)."""
    points = np.column_stack([np.atleast_1d(lon), np.atleast_1d(lat)]).astype(np.float64)
    stretch = np.array([np.cos(np.radians(net.lat.mean())), 1.0])
    tree = cKDTree(np.column_stack([net.lon, net.lat]) * stretch)
    known = np.isfinite(points).all(axis=1)
    nearest = np.zeros(len(points), dtype=np.intp)
    nearest[known] = tree.query(points[known] * stretch)[1]
    metres = _metres(points, np.column_stack([net.lon[nearest], net.lat[nearest]]))
    near = known & (metres <= most)
    return nearest, np.where(near, metres * 0.06 / WALK_KMH, np.inf)


def _graph(net: Streets, wanted: Ints) -> tuple[sparse.csr_array, Ints]:
    """Junctions, ends and ``wanted`` vertices as nodes; minutes between neighbours as edges."""
    breaks = np.flatnonzero(net.line[1:] != net.line[:-1])
    ends = np.concatenate([[0], breaks, breaks + 1, [net.line.size - 1]])
    keep = np.bincount(net.vertex, minlength=net.lon.size) > 1
    keep[net.vertex[ends]] = True
    keep[wanted] = True
    position = np.flatnonzero(keep[net.vertex])
    node = np.full(net.lon.size, -1, dtype=np.intp)
    node[keep] = np.arange(int(keep.sum()))
    left, right = position[:-1], position[1:]
    street = net.line[left] == net.line[right]
    left, right = left[street], right[street]
    minutes = np.maximum(net.along[right] - net.along[left], 1e-9)
    tail, head = node[net.vertex[left]], node[net.vertex[right]]
    ahead, back = net.forward[net.line[left]], net.backward[net.line[left]]
    rows = np.concatenate([tail[ahead], head[back]])
    columns = np.concatenate([head[ahead], tail[back]])
    times = np.concatenate([minutes[ahead], minutes[back]])
    # of parallel streets the fastest counts (a sparse matrix would add them up)
    order = np.lexsort((times, columns, rows))
    rows, columns, times = rows[order], columns[order], times[order]
    first = np.ones(rows.size, dtype=np.bool_)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    count = int(keep.sum())
    graph = sparse.csr_array((times[first], (rows[first], columns[first])), shape=(count, count))
    return graph, node


def _metres(a: Floats, b: Floats) -> Floats:
    lat1, lat2 = np.radians(a[:, 1]), np.radians(b[:, 1])
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * (
        np.sin(np.radians(b[:, 0] - a[:, 0]) / 2) ** 2
    )
    metres: Floats = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return metres

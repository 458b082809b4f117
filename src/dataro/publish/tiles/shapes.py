"""Mapbox vector tiles of outlines and lines: clipped to the tile, simplified to its grid.

https://github.com/mapbox/vector-tile-spec (2.1). For tables of some thousand shapes; points go
by ``encode``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from dataro.publish.tiles.encode import EXTENT, field, varint

_MARGIN = 64
_LIMIT = 85.051_128_779_806_59
_POINT, _LINE, _POLYGON = 1, 2, 3


def mercator(shapes: Any) -> Any:
    """Shapes of EPSG:4326 on the unit square of Web Mercator, y downwards."""

    def moved(x: Any, y: Any) -> tuple[Any, Any]:
        radians = np.radians(np.clip(y, -_LIMIT, _LIMIT))
        return (x + 180) / 360, 0.5 - np.arcsinh(np.tan(radians)) / (2 * np.pi)

    return shapely.transform(shapes, moved, interleaved=False)


def shape_tile(
    shapes: Any, properties: Sequence[Mapping[str, Any]], layer: str, zoom: int, x: int, y: int
) -> bytes:
    """A tile of shapes on the unit square (``mercator``), each with its properties; empty where
    none touches it."""
    size = 2.0**zoom
    scaled = shapely.transform(shapes, lambda a: (a * size - (x, y)) * EXTENT)
    box = (-_MARGIN, -_MARGIN, EXTENT + _MARGIN, EXTENT + _MARGIN)
    near = shapely.intersects(scaled, shapely.box(*box))
    keys: dict[str, int] = {}
    values: dict[Any, int] = {}
    features = []
    for i in np.flatnonzero(near):
        simple = shapely.simplify(scaled[i], 0.5, preserve_topology=True)
        clipped = shapely.clip_by_rect(shapely.make_valid(simple), *box)
        kind, commands = _commands(clipped)
        if commands:
            features.append(_feature(kind, commands, properties[int(i)], keys, values))
    if not features:
        return b""
    body = b"".join(
        (
            field(1, layer.encode()),
            *features,
            *(field(3, key.encode()) for key in keys),
            *(field(4, _value(value)) for _, value in values),
            b"\x28" + varint(EXTENT),
            b"\x78\x02",
        )
    )
    return field(3, body)


def _feature(
    kind: int,
    commands: list[int],
    properties: Mapping[str, Any],
    keys: dict[str, int],
    values: dict[Any, int],
) -> bytes:
    tags = []
    for name, value in properties.items():
        if value is not None:
            tags.append(keys.setdefault(name, len(keys)))
            tags.append(values.setdefault((type(value), value), len(values)))
    packed = b"".join(varint(one) for one in tags)
    drawn = b"".join(varint(one) for one in commands)
    return field(2, field(2, packed) + bytes([0x18, kind]) + field(4, drawn))


def _value(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"\x38" + varint(int(value))
    if isinstance(value, int) and value >= 0:
        return b"\x28" + varint(value)
    if isinstance(value, int | float):
        return b"\x19" + np.float64(value).tobytes()
    return field(1, str(value).encode())


def _commands(shape: Any) -> tuple[int, list[int]]:
    """The kind of a shape and its drawing commands; no commands where it is too small to draw."""
    parts = shapely.get_parts(shape)
    kinds = {shapely.GeometryType(one) for one in shapely.get_type_id(parts)}
    made: list[int] = []
    at = [0, 0]
    areas = [one for one in parts if isinstance(one, shapely.Polygon) and not one.is_empty]
    if areas:
        for one in areas:
            # Outer rings run clockwise as seen on a screen, whose y points down; holes against it.
            turned = shapely.geometry.polygon.orient(one, sign=1.0)
            for ring in (turned.exterior, *turned.interiors):
                _path(_grid(ring)[:-1], made, at, least=3, close=True)
        return _POLYGON, made
    if kinds & {shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING}:
        for one in parts:
            if isinstance(one, shapely.LineString):
                _path(_grid(one), made, at, least=2, close=False)
        return _LINE, made
    points = [one for one in parts if isinstance(one, shapely.Point) and not one.is_empty]
    if points:
        made.append(1 | len(points) << 3)
        for one in points:
            _move(_grid(one)[0], made, at)
    return _POINT, made


def _grid(line: Any) -> list[tuple[int, int]]:
    """Corners on the tile's grid, without neighbours that fall together."""
    corners = np.rint(shapely.get_coordinates(line)).astype(int)
    keep = np.ones(len(corners), dtype=bool)
    keep[1:] = (corners[1:] != corners[:-1]).any(axis=1)
    return [(int(a), int(b)) for a, b in corners[keep]]


def _path(
    corners: list[tuple[int, int]], made: list[int], at: list[int], *, least: int, close: bool
) -> None:
    if len(corners) < least:
        return
    made.append(1 | 1 << 3)
    _move(corners[0], made, at)
    made.append(2 | (len(corners) - 1) << 3)
    for corner in corners[1:]:
        _move(corner, made, at)
    if close:
        made.append(7 | 1 << 3)


def _move(to: tuple[int, int], made: list[int], at: list[int]) -> None:
    for i in (0, 1):
        step = to[i] - at[i]
        made.append(step << 1 if step >= 0 else (-step << 1) - 1)
        at[i] = to[i]

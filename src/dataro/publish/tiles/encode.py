"""Mapbox vector tiles (version 2.1) of counted points, written column by column with numpy.

https://github.com/mapbox/vector-tile-spec. Every feature takes the same number of bytes, because
each number is written in a varint of fixed length (the format allows leading zeros), so that a tile
is a two-dimensional array and no feature costs a step of Python.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dataro.publish.tiles.order import BITS, Codes, apart, tile_range

EXTENT = 4_096
DEEPEST = 22
"""The last zoom of which there are tiles."""
MOST_FEATURES = 12_000
"""Features of one tile: 17 bytes each keep it well under 250 kB."""
FINEST_GRID = 8
"""A tile is divided into at most 2 ** 8 by 2 ** 8 cells."""

_Bytes = npt.NDArray[np.uint8]


def grids(ordered: Codes) -> tuple[int, ...]:
    """For each zoom, into how many cells (2 ** n by 2 ** n) its tiles are divided: as many as leave
    no tile with more than ``MOST_FEATURES``. All tiles of a zoom have the same, or seams would show.
    """
    return tuple(_grid(ordered, zoom) for zoom in range(DEEPEST + 1))


def _grid(ordered: Codes, zoom: int) -> int:
    for bits in range(min(FINEST_GRID, BITS - zoom), 0, -1):
        cells = ordered >> np.uint64(2 * (BITS - zoom - bits))
        tiles = cells[np.flatnonzero(_new(cells))] >> np.uint64(2 * bits)
        starts = np.flatnonzero(_new(tiles))
        if np.diff(np.append(starts, len(tiles))).max(initial=0) <= MOST_FEATURES:
            return bits
    return 0


def _new(codes: Codes) -> npt.NDArray[np.bool_]:
    """Where another code begins, in ordered codes."""
    begins: npt.NDArray[np.bool_] = np.diff(codes, prepend=codes[:1] ^ np.uint64(1)) != 0
    return begins


def point_tile(ordered: Codes, grid: int, layer: str, zoom: int, x: int, y: int) -> bytes:
    """A tile with a point for each cell that holds any, at the mean place of its points, with
    their number as ``count``; empty where the tile has none.

    ``grid`` is that of the zoom (``grids``). The counts of the tiles of a zoom add up to the number of
    points.
    """
    first, last = tile_range(ordered, zoom, x, y)
    if first == last:
        return b""
    inside = ordered[first:last]
    starts = np.flatnonzero(_new(inside >> np.uint64(2 * (BITS - zoom - grid))))
    counts = np.diff(np.append(starts, len(inside)))
    px, py = _places(inside, starts, counts, zoom)
    return _tile(layer, px, py, counts)


def _places(
    inside: Codes, starts: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], zoom: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where in the tile the mean of each cell's points lies, in units of ``EXTENT``."""
    size = 2 ** (BITS - zoom)
    found = []
    for whole in apart(inside):
        within = (whole & np.uint64(size - 1)).astype(np.float64)
        mean = np.add.reduceat(within, starts) / counts
        found.append(np.minimum(mean * (EXTENT / size), EXTENT - 1).astype(np.int64))
    return found[0], found[1]


def _tile(layer: str, px: Any, py: Any, counts: Any) -> bytes:
    """The bytes of a tile with one layer."""
    values, index = np.unique(counts, return_inverse=True)
    body = b"".join(
        (
            field(1, layer.encode()),
            _features(px, py, index).tobytes(),
            field(3, b"count"),
            b"".join(field(4, b"\x28" + varint(int(value))) for value in values),
            b"\x28" + varint(EXTENT),
            b"\x78\x02",
        )
    )
    return field(3, body)


def _features(px: Any, py: Any, index: Any) -> _Bytes:
    """Features as rows of bytes: tags, type, geometry."""
    made = np.empty((len(px), 17), np.uint8)
    made[:, 0:2] = (0x12, 15)  # a feature of 15 bytes
    made[:, 2:5] = (0x12, 4, 0)  # tags: key 0 …
    made[:, 5:8] = _fixed(index, 3)  # … and the place of its value
    made[:, 8:10] = (0x18, 1)  # a point
    made[:, 10:13] = (0x22, 5, 0x09)  # geometry: move to …
    made[:, 13:15] = _fixed(2 * px, 2)  # … zigzag of what is never negative
    made[:, 15:17] = _fixed(2 * py, 2)
    return made


def _fixed(value: Any, length: int) -> _Bytes:
    """Varints of a fixed number of bytes."""
    value = np.asarray(value, np.int64)
    made = np.empty((len(value), length), np.uint8)
    for i in range(length):
        made[:, i] = (value >> (7 * i)) & 0x7F
    made[:, :-1] |= 0x80
    return made


def field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2]) + varint(len(content)) + content


def varint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)

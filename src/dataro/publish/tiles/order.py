"""Points in the order of tiles: all points of any tile of any zoom stand beside each other.

A point's place in Web Mercator is two whole numbers of 31 bits; their bits interleaved (Morton,
“A computer oriented geodetic data base”, 1966) are its code. Codes in order are tiles in order: a
tile of zoom z is the range of codes that begin with its 2z bits, found by two binary searches.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

BITS = 31
_LIMIT = 85.051_128_779_806_59  # where the square of Web Mercator ends (EPSG:3857)

Codes = npt.NDArray[np.uint64]
Whole = npt.NDArray[np.uint32]


def codes(longitude: npt.NDArray[Any], latitude: npt.NDArray[Any]) -> Codes:
    """The code of each point (degrees, EPSG:4326), in the order given.

    Points beyond the square's ends count at its edge: none is lost.
    """
    size = float(2**BITS)
    x = (np.asarray(longitude, float) + 180.0) / 360.0
    radians = np.radians(np.clip(np.asarray(latitude, float), -_LIMIT, _LIMIT))
    y = 0.5 - np.arcsinh(np.tan(radians)) / (2 * np.pi)
    last = 2**BITS - 1
    return interleaved(
        np.clip(x * size, 0, last).astype(np.uint64), np.clip(y * size, 0, last).astype(np.uint64)
    )


def interleaved(x: Codes, y: Codes) -> Codes:
    """Bits of ``x`` at even, of ``y`` at odd places."""
    return _spread(x) | (_spread(y) << np.uint64(1))


def apart(code: Codes) -> tuple[Codes, Codes]:
    """``x`` and ``y`` of codes."""
    return _gather(code), _gather(code >> np.uint64(1))


def tile_range(ordered: Codes, zoom: int, x: int, y: int) -> tuple[int, int]:
    """Where the points of a tile stand in ordered codes: first, and one behind the last."""
    tile = int(interleaved(np.array([x], np.uint64), np.array([y], np.uint64))[0])
    shift = 2 * (BITS - zoom)
    first = np.searchsorted(ordered, np.uint64(tile << shift), side="left")
    last = np.searchsorted(ordered, np.uint64(((tile + 1) << shift) - 1), side="right")
    return int(first), int(last)


_MASKS = (
    (16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333), (1, 0x5555555555555555),
)  # fmt: skip


def _spread(value: Codes) -> Codes:
    for shift, mask in _MASKS:
        value = (value | (value << np.uint64(shift))) & np.uint64(mask)
    return value


def _gather(value: Codes) -> Codes:
    value = value & np.uint64(_MASKS[-1][1])
    for (shift, _), mask in zip(
        reversed(_MASKS), (*(m for _, m in reversed(_MASKS[:-1])), 0x00000000FFFFFFFF), strict=True
    ):
        value = (value | (value >> np.uint64(shift))) & np.uint64(mask)
    return value

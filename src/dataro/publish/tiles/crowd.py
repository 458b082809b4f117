"""Many points as few: cells with the number of points in each, for pictures and tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dataro.publish.tiles.order import BITS, Codes, apart

_Degrees = npt.NDArray[np.float64]


def crowd(ordered: Codes, most: int = 600) -> tuple[_Degrees, _Degrees, npt.NDArray[np.int64]]:
    """Longitude and latitude (degrees, EPSG:4326) of the mean of each cell's points, and how many
    they are: as fine as leaves at most ``most`` cells, the fullest first."""
    starts = np.array([0])
    for bits in range(1, BITS + 1):
        cell = ordered >> np.uint64(2 * (BITS - bits))
        finer = np.flatnonzero(np.diff(cell, prepend=cell[:1] ^ np.uint64(1)))
        if len(finer) > most:
            break
        starts = finer
    counts = np.diff(np.append(starts, len(ordered)))
    x, y = (np.add.reduceat(whole.astype(float), starts) / counts for whole in apart(ordered))
    longitude, latitude = _degrees(x / 2**BITS, y / 2**BITS)
    fullest = np.argsort(-counts, kind="stable")
    return longitude[fullest], latitude[fullest], counts[fullest]


def _degrees(x: Any, y: Any) -> tuple[_Degrees, _Degrees]:
    """A place on the unit square of Web Mercator in degrees."""
    return x * 360 - 180, np.degrees(np.arctan(np.sinh((0.5 - y) * 2 * np.pi)))

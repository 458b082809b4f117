"""Foot traffic of grid cells by hour, as a telephone company hands it over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataro.twin.economy_merchants import Shops, square_centres, square_name
from dataro.twin.months import write_month
from dataro.twin.sheet import write_bytes

KINDS = ("평일", "주말")
_WEEKDAY = np.array([2, 1, 1, 1, 2, 4, 9, 16, 18, 14, 13, 15, 20, 17, 15, 16, 19, 23, 25, 21, 15,
                     10, 6, 4], float)  # fmt: skip
_WEEKEND = np.array([4, 3, 2, 1, 1, 2, 4, 6, 9, 13, 18, 22, 24, 25, 25, 24, 23, 22, 21, 18, 13, 9,
                     7, 5], float)  # fmt: skip


def write_foot(
    settings: Mapping[str, Any], shops: Shops, squares: NDArray[np.int64],
    which: NDArray[np.int64], last: int, scale: float, rng: np.random.Generator, folder: Path,
) -> Path:  # fmt: skip
    """Write people in the streets by month (the last three), cell, kind of day and hour."""
    stores = np.bincount(which[shops.open_in(last)], minlength=len(squares)).astype(float)
    base = (stores + 0.5) * rng.lognormal(2.2, 0.45, len(squares))
    hours = np.stack([_WEEKDAY / _WEEKDAY.mean(), _WEEKEND / _WEEKEND.mean()])
    middles = square_centres(squares)
    frames = []
    for when in range(last - 2, last + 1):
        people = rng.poisson(base[:, None, None] * hours[None] * (1 + 0.02 * (when - last)))
        cell, kind, hour = (index.ravel() for index in np.indices(people.shape))
        frames.append(
            pl.DataFrame(
                {
                    "기준월": pl.repeat(write_month(when), people.size, eager=True),
                    "격자": np.array(square_name(squares))[cell],
                    "경도": np.round(middles[cell, 0], 6),
                    "위도": np.round(middles[cell, 1], 6),
                    "요일구분": np.array(KINDS)[kind],
                    "시간": hour,
                    "유동인구": people.ravel(),
                }
            ).filter(pl.col("유동인구") > 0)
        )
    path = folder / str(settings["files"]["foot"])
    write_bytes(path, pl.concat(frames).write_csv().encode())
    return path

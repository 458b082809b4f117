"""How forecasts did: errors and coverage by distance, with what chance alone would leave open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RESAMPLES = 400
ENOUGH = 24
"""Forecasts with a known outcome below which nothing is claimed."""


@dataclass(frozen=True, slots=True)
class Score:
    """One method at one distance: ``n`` outcomes, mean absolute and root mean squared error,
    mean error. ``independent`` is how many forecasts do not overlap."""

    n: int
    independent: int
    mae: float
    rmse: float
    bias: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Share of outcomes inside the band, with the 90 % interval of that share."""

    n: int
    share: float
    low: float
    high: float


def score(errors: Floats, ahead: int) -> Score | None:
    """Score of ``errors`` (k,) made ``ahead`` months before; None without any outcome."""
    known = errors[np.isfinite(errors)]
    if not known.size:
        return None
    return Score(
        int(known.size), max(int(known.size) // ahead, 1), float(np.abs(known).mean()),
        float(np.sqrt((known**2).mean())), float(known.mean()),
    )  # fmt: skip


def coverage(
    low: Floats, actual: Floats, high: Floats, ahead: int, *, seed: int = 1
) -> Coverage | None:
    """Coverage of bands (k,) made ``ahead`` months before.

    Forecasts of neighbouring origins share most of their months, so whole blocks of origins are
    resampled (circular block bootstrap, Politis and Romano 1992), as long as the distance.
    """
    known = np.isfinite(actual) & np.isfinite(low)
    inside = ((low <= actual) & (actual <= high))[known].astype(float)
    n = inside.size
    if not n:
        return None
    block = min(ahead, n)
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, n, size=(RESAMPLES, -(-n // block)))
    rows = (starts[:, :, None] + np.arange(block)) % n
    shares = inside[rows.reshape(RESAMPLES, -1)[:, :n]].mean(axis=1)
    lowest, highest = np.quantile(shares, [0.05, 0.95])
    return Coverage(int(n), float(inside.mean()), float(lowest), float(highest))

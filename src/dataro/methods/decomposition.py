"""Take a change apart into its factors, and a monthly series into trend, season and the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

HARMONICS = 2
"""Waves of a year: two draw a season with two peaks."""
TUNING = 4.685
"""Tukey's bisquare: 95 % efficient under normal errors (Huber and Ronchetti 2009)."""
MAD = 1.4826
"""Median absolute deviation to standard deviation under normal errors."""


def log_mean(a: Floats, b: Floats) -> Floats:
    """The logarithmic mean of positive numbers: between the geometric and the arithmetic."""
    same = np.isclose(a, b, rtol=1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (a - b) / (np.log(a) - np.log(b))
    return np.where(same, (a + b) / 2, mean)


def divisia(before: ArrayLike, after: ArrayLike) -> Floats:
    """What each factor adds to the change of their product (LMDI I, Ang 2004).

    ``before`` and ``after`` are cells × factors, none negative; the answer is cells × factors in the
    unit of the product, and each row adds up to the change of its product exactly. Where a product is
    zero on one side, all of the change goes to the first factor: something came or went.
    """
    old, new = np.asarray(before, float), np.asarray(after, float)
    product_old, product_new = old.prod(1), new.prod(1)
    whole = (product_old > 0) & (product_new > 0)
    parts = np.zeros_like(old)
    parts[~whole, 0] = (product_new - product_old)[~whole]
    weight = log_mean(product_new[whole], product_old[whole])
    parts[whole] = weight[:, None] * np.log(new[whole] / old[whole])
    # what rounding left over goes to the first factor, so that the sum is exact
    parts[:, 0] += product_new - product_old - parts.sum(1)
    return parts


@dataclass(frozen=True, slots=True)
class Season:
    """A monthly series on the log scale: ``trend`` + ``season`` + ``rest``; ``scale`` is the robust
    standard deviation of the rest. ``z`` is the rest over it."""

    trend: Floats
    season: Floats
    rest: Floats
    scale: float

    @property
    def z(self) -> Floats:
        return self.rest / self.scale


def seasonal(values: ArrayLike, months: ArrayLike, *, floor: float = 0.01) -> Season | None:
    """``values`` (positive) at ``months`` (counted from any January), taken apart on the log scale.

    A straight trend and yearly waves are fitted together by an M estimator (bisquare, begun at the
    least absolute deviations), so that single odd months do not bend them. ``scale`` is at least
    ``floor``. None with fewer than 18 months or any value that is not positive.
    """
    y, when = np.asarray(values, float), np.asarray(months, float)
    if len(y) < 18 or not (y > 0).all():
        return None
    log = np.log(y)
    middle = when.mean()
    waves = [
        wave(2 * np.pi * k * when / 12)
        for k in range(1, HARMONICS + 1)
        for wave in (np.cos, np.sin)
    ]
    x = np.column_stack([np.ones_like(when), when - middle, *waves])
    beta = _robust(x, log)
    trend = x[:, :2] @ beta[:2]
    season = x[:, 2:] @ beta[2:]
    rest = log - trend - season
    return Season(trend, season, rest, max(floor, _scale(rest, x.shape[1])))


def _robust(x: Floats, y: Floats) -> Floats:
    weight = np.ones(len(y))
    beta = np.zeros(x.shape[1])
    for _ in range(60):
        beta = _fit(x, y, weight)
        rest = np.abs(y - x @ beta)
        weight = 1 / np.maximum(rest, 1e-4)
    for _ in range(60):
        rest = y - x @ beta
        u = rest / (TUNING * max(_scale(rest, x.shape[1]), 1e-6))
        weight = np.where(np.abs(u) < 1, (1 - u**2) ** 2, 0.0)
        again = _fit(x, y, weight)
        if np.allclose(again, beta, atol=1e-10):
            break
        beta = again
    return beta


def _fit(x: Floats, y: Floats, weight: Floats) -> Floats:
    root = np.sqrt(weight)
    return np.asarray(np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0])


def _scale(rest: Floats, parameters: int) -> float:
    """From the largest of the absolute residuals: as many are near zero as there are parameters."""
    size = np.sort(np.abs(rest))[min(parameters, len(rest) - 1) :]
    return float(MAD * np.median(size))

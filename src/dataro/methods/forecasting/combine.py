"""Forecasts put together by how well they did, and bands that past errors have corrected.

Everything made at an origin uses only errors whose month had come by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataro.methods.forecasting.trend import Trend, simulate

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

LEARNED_AT = 12
"""Months ahead at which the errors are taken that weigh the methods."""

EQUAL = 24
"""Errors that stand for “all methods are as good” beside the observed ones."""

LEFT_OUT = 1.4
"""Root mean squared error over the best one's from which a method is left out."""

HALF_LIFE = 24.0
"""Months after which a past error counts half in the correction of bands."""

TRUST = 36.0
"""Past errors, overlapping ones included, that weigh as much as leaving a band as it is."""

INNER = 0.8
"""Share of outcomes that a band is meant to hold."""


@dataclass(frozen=True, slots=True)
class Rolled:
    """Forecasts made at many origins. ``origins`` (k,) months; ``actual``, each of ``methods``,
    ``middle``, ``low`` and ``high`` (k, h) hold months 1…h ahead, NaN where nothing is known yet;
    ``weights`` (k, m) of the ``members`` that were put together, ``factors`` (k, h) by which bands
    were widened."""

    origins: Ints
    actual: Floats
    methods: Mapping[str, Floats]
    members: tuple[str, ...]
    weights: Floats
    middle: Floats
    low: Floats
    high: Floats
    factors: Floats

    def errors(self, method: str) -> Floats:
        """Forecast less actual (k, h) of one method, or of ``combined``."""
        return (self.middle if method == "combined" else self.methods[method]) - self.actual


def weigh(errors: Floats) -> Floats:
    """Weights (m,) of methods from their past ``errors`` (m, n), those of all at once.

    Inverse mean squared errors (Bates and Granger 1969), drawn towards equal weights; a method
    that has erred much more than the best is left out.
    """
    many, seen = errors.shape
    square = (errors**2).sum(axis=1)
    typical = square.mean() / seen if seen else 1.0
    inverse = 1 / np.maximum((square + EQUAL * typical) / (seen + EQUAL), 1e-9)
    if not seen:
        return np.full(many, 1 / many)
    if seen >= EQUAL:
        inverse = np.where(square <= LEFT_OUT**2 * square.min(), inverse, 0.0)
    return np.asarray(inverse / inverse.sum())


def widening(scores: Floats, ages: Floats) -> float:
    """Factor by which a band must widen so that it would have held ``INNER`` of the past.

    ``scores`` are past errors over the half-width of the band that was given; ``ages`` months ago.
    Few errors move it little.
    """
    if scores.size < 6:
        return 1.0
    weight = 0.5 ** (ages / HALF_LIFE)
    order = np.argsort(scores)
    reached = np.cumsum(weight[order]) / weight.sum()
    needed = scores[order][min(int(np.searchsorted(reached, INNER)), scores.size - 1)]
    trust = weight.sum() / (weight.sum() + TRUST)
    return float(np.clip(np.exp(trust * np.log(max(needed, 0.05))), 0.5, 2.5))


def roll(
    actual: Floats,
    trend: Trend,
    methods: Mapping[str, Floats],
    members: tuple[str, ...],
    origins: Ints,
    *,
    paths: int = 400,
    seed: int = 1,
) -> Rolled:
    """Put ``members`` together at every origin and band them; see ``Rolled`` for shapes.

    Bands are the spread of the trend's simulated paths, laid around the combined forecast and
    widened by past errors at the same distance.
    """
    count, ahead = actual.shape
    middle = np.full((count, ahead), np.nan)
    half = np.full((count, 2, ahead), np.nan)
    weights = np.zeros((count, len(members)))
    factors = np.ones((count, ahead))
    rng = np.random.default_rng(seed)
    steps = np.arange(1, ahead + 1)
    every = np.stack([methods[name] for name in members])
    for row, origin in enumerate(origins):
        learned = min(LEARNED_AT, ahead) - 1
        known = origins[:row] + learned + 1 <= origin
        past = every[:, :row, learned][:, known] - actual[:row, learned][known]
        weights[row] = weigh(past[:, np.isfinite(past).all(axis=0)])
        middle[row] = weights[row] @ every[:, row]
        drawn = simulate(trend, int(origin), ahead, paths, rng)
        deviation = drawn - drawn.mean(axis=0)
        half[row] = np.quantile(deviation, [(1 - INNER) / 2, (1 + INNER) / 2], axis=0)
        for step in steps[: row + 1]:
            factors[row, step - 1] = _factor(actual, middle, half, origins, row, int(step) - 1)
    wide = factors[:, None, :] * half
    return Rolled(
        origins, actual, methods, members, weights, middle,
        middle + wide[:, 0], middle + wide[:, 1], factors,
    )  # fmt: skip


def spread_out(deviation: Floats, middle: Floats, factor: Floats) -> Floats:
    """Paths (p, h) around ``middle`` (h,): ``deviation`` of simulated paths, widened by ``factor``.

    Beyond the last distance at which a factor was learned the last one holds.
    """
    ahead = deviation.shape[1]
    whole = np.concatenate([factor[:ahead], np.full(max(ahead - factor.size, 0), factor[-1])])
    return np.asarray(middle + whole * deviation)


def _factor(
    actual: Floats, middle: Floats, half: Floats, origins: Ints, row: int, step: int
) -> float:
    """The widening at one distance, from the errors that were known at origin ``row``."""
    error = actual[:row, step] - middle[:row, step]
    width = np.where(error > 0, half[:row, 1, step], -half[:row, 0, step])
    known = (origins[:row] + step + 1 <= origins[row]) & np.isfinite(error)
    scores = np.abs(error[known]) / width[known]
    return widening(scores, (origins[row] - origins[:row][known]).astype(float))

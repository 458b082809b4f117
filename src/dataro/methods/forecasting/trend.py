"""A monthly level with a changing slope: filtered once, forecast from every month of its past.

The level moves by its slope, by a profile of the twelve months and by noise; the slope fades by a
factor each month and takes noise of its own (local linear trend with damping: Harvey 1989,
Gardner and McKenzie 1985). Fading and the ratio of the two noises stand on a grid; each point of
the grid is filtered once over the whole series, and its likelihood up to a month says how much it
counts in a forecast made then. So a forecast from any origin uses only what was known by then, and
months without a value are stepped over rather than filled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

FADING = (1.0, 0.99, 0.98, 0.97, 0.95)
RATIOS = (0.01, 0.03, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Variance of the slope's noise over that of the level's."""

SLOPE_PRIOR = 30.0
SEASON_PRIOR = 0.1
"""Variances before data, in units of the noise of a month: the slope may be anything, a month of
the year differs little from the others until the series says so."""

SEASONS = 12


@dataclass(frozen=True, slots=True)
class Trend:
    """What the filter knew at the end of each month, for each point of the grid.

    ``n`` months, ``g`` grid points, 14 states: level, slope, twelve months of the year. ``mean``
    (n, g, 14) and ``spread`` (n, g, 14, 14) in units of ``scale`` (n, g), the variance of a
    month's noise; ``weight`` (n, g) sums to 1. ``first`` is the month of the year (0–11) of the
    first value.
    """

    fading: Floats
    level_noise: Floats
    slope_noise: Floats
    mean: Floats
    spread: Floats
    scale: Floats
    weight: Floats
    first: int

    def season(self, origin: int, ahead: int) -> Ints:
        """Months of the year (0–11) of the ``ahead`` months after ``origin``."""
        return np.asarray((self.first + origin + 1 + np.arange(ahead)) % SEASONS, dtype=np.intp)


def fit_trend(level: Floats, first: int, *, seasonal: bool = True) -> Trend:
    """Filter ``level`` (n,), a month a value, missing ones NaN; the first must be there.

    ``first`` is the month of the year (0–11) of the first value. Raises ``ValueError`` where the
    first value is missing.
    """
    if not np.isfinite(level[0]):
        raise ValueError("the first value of the series is missing")
    fading, ratio = (a.ravel() for a in np.meshgrid(FADING, RATIOS, indexing="ij"))
    level_noise, slope_noise = 1 / (1 + ratio), ratio / (1 + ratio)
    many, states = fading.size, 2 + SEASONS
    mean = np.zeros((many, states))
    spread = np.zeros((many, states, states))
    spread[:, 1, 1] = SLOPE_PRIOR
    seasons = np.arange(2, states)
    spread[:, seasons, seasons] = SEASON_PRIOR if seasonal else 0.0
    # sums over months: of squared surprises, of their log variance, and how many there were
    squares, logs, seen = np.zeros(many), np.zeros(many), 0
    means, spreads, scales, likelihoods = [], [], [], []
    prior, start = _typical_noise(level), level[0]
    for month in range(level.size):
        if month:
            mean, spread = _step(mean, spread, 2 + (first + month) % SEASONS, fading)
            spread[:, 0, 0] += level_noise
            spread[:, 1, 1] += slope_noise
            if np.isfinite(level[month]):
                variance = spread[:, 0, 0]
                surprise = level[month] - start - mean[:, 0]
                gain = spread[:, :, 0] / variance[:, None]
                mean = mean + gain * surprise[:, None]
                spread = spread - gain[:, :, None] * spread[:, None, 0, :]
                squares, logs = squares + surprise**2 / variance, logs + np.log(variance)
                seen += 1
        # a little of the typical step so far until there are surprises to go by
        scale = (squares + 2 * prior[month]) / (seen + 2)
        means.append(mean)
        spreads.append(spread)
        scales.append(scale)
        likelihoods.append(-0.5 * (seen * np.log(scale) + logs))
    likelihood = np.array(likelihoods)
    weight = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    moved = np.array(means)
    moved[:, :, 0] += start
    return Trend(
        fading, level_noise, slope_noise, moved, np.array(spreads), np.array(scales), weight, first
    )


def _typical_noise(level: Floats) -> Floats:
    """Mean squared change a month of what was known by each month (n,), never zero."""
    seen = np.flatnonzero(np.isfinite(level))
    steps, lengths = np.diff(level[seen]), np.diff(seen)
    known = np.searchsorted(seen, np.arange(level.size), side="right") - 1
    sums = np.concatenate([[0.0], np.cumsum(steps**2 / lengths)])
    return np.asarray(np.maximum(sums[known] / np.maximum(known, 1), 1.0))


def _step(mean: Floats, spread: Floats, season: int, fading: Floats) -> tuple[Floats, Floats]:
    """One month on: the level takes slope and season, the slope fades."""
    mean, spread = mean.copy(), spread.copy()
    mean[:, 0] += mean[:, 1] + mean[:, season]
    mean[:, 1] *= fading
    spread[:, 0, :] += spread[:, 1, :] + spread[:, season, :]
    spread[:, 1, :] *= fading[:, None]
    spread[:, :, 0] += spread[:, :, 1] + spread[:, :, season]
    spread[:, :, 1] *= fading[:, None]
    return mean, spread


def expected(trend: Trend, origin: int, ahead: int) -> Floats:
    """Mean of the level in the ``ahead`` months after ``origin`` (ahead,)."""
    mean, weight = trend.mean[origin], trend.weight[origin]
    reach = np.cumsum(trend.fading[:, None] ** np.arange(ahead), axis=1)
    profile = np.cumsum(mean[:, 2 + trend.season(origin, ahead)], axis=1)
    return np.asarray(weight @ (mean[:, [0]] + mean[:, [1]] * reach + profile))


def simulate(trend: Trend, origin: int, ahead: int, paths: int, rng: np.random.Generator) -> Floats:
    """Paths of the level (paths, ahead) after ``origin``: which trend, from where, and its noise."""
    drawn = rng.choice(trend.fading.size, size=paths, p=trend.weight[origin])
    states = np.empty((paths, trend.mean.shape[2]))
    points = np.unique(drawn)
    roots = _roots(trend.spread[origin, points])
    for point, root in zip(points, roots, strict=True):
        who = drawn == point
        noise = rng.standard_normal((int(who.sum()), root.shape[1])) @ root.T
        states[who] = trend.mean[origin, point] + np.sqrt(trend.scale[origin, point]) * noise
    deviation = np.sqrt(trend.scale[origin, drawn])
    level_noise = rng.standard_normal((paths, ahead)) * np.sqrt(trend.level_noise[drawn])[:, None]
    slope_noise = rng.standard_normal((paths, ahead)) * np.sqrt(trend.slope_noise[drawn])[:, None]
    slope, change = states[:, 1], np.empty((paths, ahead))
    for month, season in enumerate(trend.season(origin, ahead)):
        change[:, month] = slope + states[:, 2 + season] + deviation * level_noise[:, month]
        slope = trend.fading[drawn] * slope + deviation * slope_noise[:, month]
    return np.asarray(states[:, [0]] + np.cumsum(change, axis=1))


def _roots(spreads: Floats) -> Floats:
    """A square root of each covariance (k, s, s); they may be singular."""
    values, vectors = np.linalg.eigh((spreads + spreads.transpose(0, 2, 1)) / 2)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :])

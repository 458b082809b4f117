"""How far parallel trends may be broken before an effect is in doubt (Rambachan and Roth 2023).

Trends may break, from one period to the next, by up to ``m`` times the largest such step before the
beginning. Which step before is the largest, and how large, is not known but estimated: the sets here
hold the effect with the stated confidence all the same.

For each step that may be the largest, the restriction is a list of linear inequalities; for a mean
of effects (weights not below zero) the unknown breaks after the beginning can be eliminated exactly,
so that no nuisance parameter is left. A value is kept if, for one of the steps, the inequalities
are not refused by the conditional test with a least-favourable first stage (Andrews, Roth and Pakes
2023), the authors' own choice for this restriction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from dataro.methods.causal.staggered import EventStudy

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

GRID, DRAWS, SEED = 1000, 4000, 20_230
FARTHEST = 10.0
"""A break of this many times the largest step before is as large as anybody asks about."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Robust interval of the mean effect of the periods after, for one size of break; infinite ends
    where no value could be refused."""

    m: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Target:
    """A mean effect and the steps before: ``mean`` and ``steps`` with their joint ``covariance``
    (mean first); ``reach`` is how many steps a break adds up to in the mean."""

    mean: float
    steps: Floats
    covariance: Floats
    reach: float


def target_of(study: EventStudy, *, horizon: int | None = None) -> Target:
    """The mean of effects from the beginning to ``horizon`` periods after it.

    The estimates before the beginning must be changes from one period to the next, as
    ``staggered.event_study`` gives them. Raises ``ValueError`` where there are none.
    """
    after = (study.since >= 0) & (study.since <= (horizon if horizon is not None else 10**9))
    if not study.before.any() or not after.any():
        raise ValueError("estimates before and after the beginning are needed")
    weight = after / after.sum()
    pick = np.vstack([weight, np.eye(len(study.since))[study.before]])
    return Target(
        float(weight @ study.estimate), study.estimate[study.before],
        pick @ study.covariance @ pick.T, float((weight * (study.since + 1))[after].sum()),
    )  # fmt: skip


def honest_bounds(
    study: EventStudy, sizes: Sequence[float] = (0.0, 0.25, 0.5, 1.0), *, horizon: int | None = None,
    level: float = 0.95,
) -> list[Bounds]:  # fmt: skip
    """Robust intervals of the mean effect to ``horizon``, one a size of break."""
    target = target_of(study, horizon=horizon)
    return [robust(target, m, level=level) for m in sizes]


def robust(target: Target, m: float, *, level: float = 0.95) -> Bounds:
    """The values of the mean that are kept if trends break by up to ``m`` times the largest step."""
    error = float(np.sqrt(target.covariance[0, 0]))
    spread = np.sqrt(np.diag(target.covariance)[1:])
    widest = float((np.abs(target.steps) + 4 * spread).max())
    far = m * target.reach * widest + 6 * error
    grid = target.mean + np.linspace(-far, far, GRID)
    kept = np.zeros(GRID, bool)
    for moments in _largest_steps(target, m):
        kept |= moments.keeps(grid, level)
    inside = grid[kept]
    if not len(inside):  # the steps before contradict every restriction of this size
        return Bounds(m, target.mean, target.mean)
    low = -np.inf if kept[0] else float(inside[0])
    return Bounds(m, low, np.inf if kept[-1] else float(inside[-1]))


def breakdown(study: EventStudy, *, horizon: int | None = None, level: float = 0.95) -> float:
    """The size of break at which the robust interval first holds zero: 0 where it does without any,
    infinite where it does not at ``FARTHEST`` either."""
    target = target_of(study, horizon=horizon)

    def holds_zero(m: float) -> bool:
        zero = np.zeros(1)
        return any(bool(one.keeps(zero, level)[0]) for one in _largest_steps(target, m))

    if holds_zero(0.0):
        return 0.0
    if not holds_zero(FARTHEST):
        return float("inf")
    low, high = 0.0, FARTHEST
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (low, middle) if holds_zero(middle) else (middle, high)
    return high


@dataclass(frozen=True, slots=True)
class _Moments:
    """Inequalities ``value − slope × θ ≤ 0``, each over its standard error, and how they go together."""

    value: Floats
    slope: Floats
    correlation: Floats

    def keeps(self, thetas: Floats, level: float) -> Flags:
        """Which values of θ the inequalities do not refuse."""
        alpha = 1 - level
        first = alpha / 10
        root = np.linalg.cholesky(self.correlation + 1e-9 * np.eye(len(self.value)))
        draws = np.random.default_rng(SEED).standard_normal((DRAWS, len(self.value)))
        least_favourable = float(np.quantile((draws @ root.T).max(1), 1 - first))
        moments = self.value[None, :] - thetas[:, None] * self.slope[None, :]
        top = moments.argmax(1)
        height = moments.max(1)
        beside = self.correlation[top]
        rest = moments - beside * height[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            floors = np.where(1 - beside > 1e-9, rest / (1 - beside), -np.inf)
        floors[np.arange(len(top)), top] = -np.inf
        floor = floors.max(1)
        # the highest moment, given all that lies beside it and that the first stage let it pass
        share = (alpha - first) / (1 - first)
        below, above = stats.norm.cdf(floor), stats.norm.cdf(least_favourable)
        limit = stats.norm.ppf(np.clip(below + (1 - share) * (above - below), 0.0, 1.0))
        kept = (height <= np.maximum(limit, 0.0)) & (height <= least_favourable)
        return np.asarray(kept)


def _largest_steps(target: Target, m: float) -> Iterator[_Moments]:
    """The restriction for each step before, and each sign, that may be the largest."""
    many = len(target.steps)
    known = np.concatenate([[target.mean], target.steps])
    for s in range(many):
        for sign in (1.0, -1.0):
            largest = np.zeros(many + 1)
            largest[1 + s] = sign
            mean = np.eye(many + 1)[0]
            rows = [mean - m * target.reach * largest, -mean - m * target.reach * largest]
            slopes = [1.0, -1.0]
            for t in range(many):
                for side in (1.0, -1.0):
                    step = side * np.eye(many + 1)[1 + t] - largest
                    if step.any():
                        rows.append(step)
                        slopes.append(0.0)
            matrix = np.array(rows)
            covariance = matrix @ target.covariance @ matrix.T
            error = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
            yield _Moments(
                matrix @ known / error, np.array(slopes) / error,
                covariance / np.outer(error, error),
            )  # fmt: skip

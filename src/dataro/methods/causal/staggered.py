"""Effects of something that units take up at different times (Callaway and Sant'Anna, 2021).

Group-time effects compare the change of a cohort since the period before it began with the change
of units that have not begun; they are then averaged over months since the beginning, or over all.
Influence functions give standard errors clustered by unit, and simultaneous bands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEVER = -1
"""The start of a unit that never begins."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate with its standard error, interval and the influence of each unit on it."""

    estimate: float
    error: float
    low: float
    high: float
    influence: Floats


@dataclass(frozen=True, slots=True)
class EventStudy:
    """Effects by periods since the beginning (negative: before it).

    ``band`` is the half-width multiplier of a simultaneous 95 % band; ``covariance`` that of the
    estimates; the period before the beginning is 0 by construction and is left out.
    """

    since: Ints
    estimate: Floats
    error: Floats
    low: Floats
    high: Floats
    band: float
    covariance: Floats
    units: int

    @property
    def before(self) -> NDArray[np.bool_]:
        """Which estimates lie before the beginning."""
        return self.since < 0


@dataclass(frozen=True, slots=True)
class GroupTimes:
    """Effects by cohort and period: ``cohort`` and ``period`` (index), ``estimate``, the
    ``influence`` of each unit (rows: effects), ``share`` of a cohort among all that begin."""

    cohort: Ints
    period: Ints
    estimate: Floats
    influence: Floats
    starts: Ints
    weight: Floats


def group_times(
    outcome: Floats, start: Ints, *, not_yet: bool = True, weight: Floats | None = None
) -> GroupTimes:
    """All group-time effects of a balanced panel.

    ``outcome`` is units × periods (no gaps), ``start`` the period index in which a unit begins,
    ``NEVER`` where it does not; ``weight`` of units (equal where absent). With ``not_yet`` the
    units that begin later are controls too. A cohort that begins in the first period has no
    period before it and is left out. Before the beginning, the change is that of one period
    (short differences), as in the authors' own programme. Raises ``ValueError`` where no unit
    begins, or nobody is left to compare with.
    """
    units, periods = outcome.shape
    weight = np.ones(units) if weight is None else np.asarray(weight, float)
    begun = np.unique(start[start > 0])
    begun = begun[begun < periods]
    found: list[tuple[int, int, float, Floats]] = []
    for cohort in begun.tolist():
        own = start == cohort
        for t in range(1, periods):
            base = cohort - 1 if t >= cohort else t - 1
            controls = start == NEVER
            if not_yet:
                controls = controls | (start > max(t, cohort - 1)) & ~own
            if not controls.any():
                continue
            change = outcome[:, t] - outcome[:, base]
            found.append((cohort, t, *_difference(change, own, controls, weight)))
    if not found:
        raise ValueError("no unit begins, or nobody is left to compare with")
    cohort, period = (np.array([f[i] for f in found]) for i in (0, 1))
    total = weight[start >= 0].sum()
    share = np.array([weight[start == g].sum() / total for g in cohort.tolist()])
    estimate = np.array([f[2] for f in found])
    return GroupTimes(cohort, period, estimate, np.stack([f[3] for f in found]), start, share)


def _difference(
    change: Floats, own: NDArray[np.bool_], controls: NDArray[np.bool_], weight: Floats
) -> tuple[float, Floats]:
    """Difference of two weighted means and the influence of each unit on it (sums to 0)."""
    w_own, w_controls = weight * own, weight * controls
    mean_own = float(w_own @ change / w_own.sum())
    mean_controls = float(w_controls @ change / w_controls.sum())
    influence = w_own / w_own.sum() * (change - mean_own)
    influence = influence - w_controls / w_controls.sum() * (change - mean_controls)
    return mean_own - mean_controls, np.asarray(influence)


def overall(groups: GroupTimes, *, level: float = 0.95) -> Effect:
    """The mean effect over all periods after the beginning, each cohort by its share ("simple")."""
    return _average(groups, groups.period >= groups.cohort, level)


def by_cohort(groups: GroupTimes, *, level: float = 0.95) -> dict[int, Effect]:
    """The mean effect of each cohort over the periods since its beginning."""
    return {
        int(g): _average(groups, (groups.cohort == g) & (groups.period >= g), level)
        for g in np.unique(groups.cohort)
    }


def event_study(
    groups: GroupTimes, *, first: int | None = None, last: int | None = None,
    level: float = 0.95, draws: int = 999, seed: int = 0,
) -> EventStudy:  # fmt: skip
    """Effects by periods since the beginning, from ``first`` to ``last`` (as far as there are any).

    The simultaneous band is by a multiplier bootstrap over units (Rademacher weights).
    """
    since = groups.period - groups.cohort
    wanted = [
        k
        for k in np.unique(since).tolist()
        if (first is None or k >= first) and (last is None or k <= last)
    ]
    effects = [_average(groups, since == k, level) for k in wanted]
    influence = np.stack([e.influence for e in effects])
    error = np.array([e.error for e in effects])
    estimate = np.array([e.estimate for e in effects])
    band = _simultaneous(influence, error, level, draws, seed)
    units = influence.shape[1]
    covariance = influence @ influence.T * (units / (units - 1))
    return EventStudy(
        np.array(wanted), estimate, error, np.array([e.low for e in effects]),
        np.array([e.high for e in effects]), band, covariance, units,
    )  # fmt: skip


def _average(groups: GroupTimes, mask: NDArray[np.bool_], level: float) -> Effect:
    """A mean of group-time effects by cohort shares; shares are estimated too, and that counts."""
    share = groups.weight[mask]
    weights = share / share.sum()
    estimate = float(weights @ groups.estimate[mask])
    influence = weights @ groups.influence[mask]
    return interval(estimate, influence + _of_shares(groups, mask, estimate), level)


def _of_shares(groups: GroupTimes, mask: NDArray[np.bool_], estimate: float) -> Floats:
    """What each unit does to a mean through the share of its cohort."""
    units = len(groups.starts)
    result = np.zeros(units)
    total = groups.weight[mask].sum()
    begun = max(1, int((groups.starts >= 0).sum()))
    for cohort, effect in zip(groups.cohort[mask], groups.estimate[mask], strict=True):
        result += (groups.starts == cohort) * (effect - estimate) / total / begun
    return np.asarray(result - result.mean())


def interval(estimate: float, influence: Floats, level: float = 0.95) -> Effect:
    """An estimate with the interval that its influence function gives.

    Quantiles of Student's t with (units − 1) degrees of freedom, since cities are few.
    """
    units = len(influence)
    error = float(np.sqrt((influence**2).sum() * units / (units - 1)))
    reach = float(stats.t.ppf(0.5 + level / 2, units - 1)) * error
    return Effect(estimate, error, estimate - reach, estimate + reach, influence)


def _simultaneous(influence: Floats, error: Floats, level: float, draws: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    signs = rng.integers(0, 2, (draws, influence.shape[1])) * 2.0 - 1.0
    usable = error > 0
    if not usable.any():
        return float(stats.norm.ppf(0.5 + level / 2))
    largest = np.abs(signs @ influence[usable].T / error[usable]).max(1)
    return float(np.quantile(largest, level))


def pretrend_test(study: EventStudy) -> tuple[float, int, float]:
    """Test that nothing moved before the beginning: Hotelling's statistic, how many estimates, p.

    Its F distribution counts the units, since the covariance is estimated from few of them.
    """
    before = study.before
    many = int(before.sum())
    if not many:
        return float("nan"), 0, float("nan")
    inverse = np.linalg.pinv(study.covariance[np.ix_(before, before)], hermitian=True)
    statistic = float(study.estimate[before] @ inverse @ study.estimate[before])
    left = study.units - many
    if left < 1:
        return statistic, many, float("nan")
    scaled = statistic * left / (many * (study.units - 1))
    return statistic, many, float(stats.f.sf(scaled, many, left))


def leave_one_out(
    outcome: Floats, start: Ints, estimate: Callable[[Floats, Ints], float]
) -> Floats:
    """The estimate without each unit in turn (NaN where nothing is left to compare)."""
    result = np.full(len(start), np.nan)
    for i in range(len(start)):
        rest = np.arange(len(start)) != i
        try:
            result[i] = estimate(outcome[rest], start[rest])
        except ValueError:
            continue
    return result


def placebo(
    outcome: Floats, start: Ints, estimate: Callable[[Floats, Ints], float], *, draws: int = 199,
    seed: int = 0,
) -> tuple[Floats, float]:  # fmt: skip
    """Estimates under starts dealt out again at random, and the two-sided p of the real one."""
    rng = np.random.default_rng(seed)
    real = abs(estimate(outcome, start))
    drawn = np.array([estimate(outcome, rng.permutation(start)) for _ in range(draws)])
    return drawn, float((1 + (np.abs(drawn) >= real).sum()) / (draws + 1))

"""How far parallel trends may be broken before an effect is in doubt.

After Rambachan and Roth (2023): the trend after the beginning may differ, from one period to the
next, by up to ``m`` times the largest such step before. The bounds here are simple and wide: the
largest estimated step (which noise alone makes larger than the true one) bounds every step after,
and the worst path is added to both ends of the usual interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from dataro.methods.causal.staggered import EventStudy


@dataclass(frozen=True, slots=True)
class Bounds:
    """Interval of the mean effect of the periods after, for one size of break."""

    m: float
    low: float
    high: float


def honest_bounds(
    study: EventStudy, sizes: Sequence[float] = (0.0, 0.25, 0.5, 1.0), *, horizon: int | None = None,
    level: float = 0.95,
) -> list[Bounds]:  # fmt: skip
    """Bounds of the mean of effects from the beginning to ``horizon`` periods after it.

    The estimates before the beginning must be changes from one period to the next, as
    ``staggered.event_study`` gives them. Raises ``ValueError`` where there are none.
    """
    after = (study.since >= 0) & (study.since <= (horizon if horizon is not None else 10**9))
    before = study.before
    if not before.any() or not after.any():
        raise ValueError("estimates before and after the beginning are needed")
    weight = after / after.sum()
    estimate = float(weight @ study.estimate)
    error = float(np.sqrt(weight @ study.covariance @ weight))
    reach = float(stats.t.ppf(0.5 + level / 2, max(1, study.units - 1))) * error
    # each period after can drift one step further from the last one before
    steps = float((weight * (study.since + 1))[after].sum())
    largest = largest_step(study)
    return [
        Bounds(m, estimate - reach - m * largest * steps, estimate + reach + m * largest * steps)
        for m in sizes
    ]


def largest_step(study: EventStudy) -> float:
    """The largest estimated change from one period to the next before the beginning."""
    return float(np.abs(study.estimate[study.before]).max())


def breakdown(study: EventStudy, *, horizon: int | None = None, level: float = 0.95) -> float:
    """The size of break at which the bounds first hold zero: 0 where they do without any, infinite
    where the steps before show no break at all."""
    none = honest_bounds(study, (0.0,), horizon=horizon, level=level)[0]
    one = honest_bounds(study, (1.0,), horizon=horizon, level=level)[0]
    if none.low <= 0 <= none.high:
        return 0.0
    widened = none.low - one.low
    room = none.low if none.low > 0 else -none.high
    return float(room / widened) if widened > 0 else float("inf")

"""The mean effect of something taken up at different times, from all periods before at once.

Two-way fixed effects with an effect of its own for each cohort and period after its beginning
(Wooldridge 2021; the same as imputing what would have been, Borusyak, Jaravel and Spiess 2024).
Where shocks do not last it is several times as precise as comparing with one period before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from dataro.methods.causal.staggered import NEVER, Effect

Floats = NDArray[np.float64]


def saturated(outcome: Floats, start: NDArray[np.int64], *, level: float = 0.95) -> Effect:
    """The mean effect over all periods after the beginning of a balanced panel (units × periods).

    ``start`` is the period index of the beginning, ``NEVER`` for none. Periods in which everybody
    has begun are left out, and so are units that began in the first. Standard errors are clustered
    by unit. Raises ``ValueError`` where nobody begins or nobody is left to compare with.
    """
    kept = start != 0
    begins = start[kept]
    until = outcome.shape[1] if (begins == NEVER).any() else int(begins.max(initial=0))
    y = outcome[kept][:, :until]
    begins = np.where(begins >= until, NEVER, begins)
    cohorts = [int(g) for g in np.unique(begins) if g != NEVER]
    if not cohorts or until < 2:
        raise ValueError("no unit begins, or nobody is left to compare with")
    pairs = [(g, t) for g in cohorts for t in range(g, until)]
    many = np.array([(begins == g).sum() for g, _ in pairs], float)
    # in a balanced panel every unit of a cohort has the same regressors: solve on cohorts' means
    groups = [NEVER, *cohorts] if (begins == NEVER).any() else cohorts
    member = np.searchsorted(groups, begins)
    size = np.bincount(member, minlength=len(groups)).astype(float)
    dummies = np.zeros((len(groups), until, len(pairs)))
    for column, (g, t) in enumerate(pairs):
        dummies[groups.index(g), t, column] = 1.0
    share = size / size.sum()
    within = dummies - dummies.mean(1, keepdims=True)
    within = within - np.tensordot(share, within, (0, 0))[None]
    flat = within.reshape(-1, len(pairs))
    weight = np.repeat(size, until)
    gram = (flat * weight[:, None]).T @ flat
    inverse = np.linalg.inv(gram)
    target = y - y.mean(1, keepdims=True)
    target = target - target.mean(0)
    means = np.stack([target[member == i].mean(0) for i in range(len(groups))])
    effects = inverse @ (flat.T @ (weight * means.ravel()))
    average = many / many.sum()
    left = target - (flat @ effects).reshape(len(groups), until)[member]
    lever = (flat @ (inverse @ average)).reshape(len(groups), until)
    influence = (lever[member] * left).sum(1)
    units = len(y)
    error = float(np.sqrt((influence**2).sum() * units / (units - 1)))
    reach = float(stats.t.ppf(0.5 + level / 2, units - 1)) * error
    estimate = float(average @ effects)
    return Effect(estimate, error, estimate - reach, estimate + reach, influence)

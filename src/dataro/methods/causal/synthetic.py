"""Synthetic difference-in-differences (Arkhangelsky, Athey, Hirshberg, Imbens and Wager, 2021).

Controls are weighted so that they ran beside the treated before, periods so that before looks
like after; the rest is a difference of differences.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import nnls

Floats = NDArray[np.float64]

HEAVY = 1e4
"""Weight of the row that makes weights add up to one, relative to the data's scale."""


@dataclass(frozen=True, slots=True)
class Synthetic:
    """An effect on the treated; ``units`` are weights of controls, ``periods`` of those before.

    ``path`` is the treated mean less its synthetic twin in each period, zero on the weighted mean
    before; ``error`` and interval come from placebos among the controls (None: too few of them).
    """

    estimate: float
    units: Floats
    periods: Floats
    path: Floats
    error: float | None = None
    low: float | None = None
    high: float | None = None


def synthetic_did(controls: Floats, treated: Floats, before: int) -> Synthetic:
    """The effect from period ``before`` on. ``controls`` and ``treated`` are units × periods.

    Raises ``ValueError`` with fewer than two controls, two periods before or one after.
    """
    _check(controls, treated, before)
    mean = treated.mean(0)
    steps = np.diff(controls[:, :before], axis=1)
    spread = float(steps.std(ddof=1)) or 1.0
    after = controls.shape[1] - before
    ridge = (len(treated) * after) ** 0.25 * spread
    units = _weights(controls[:, :before].T, mean[:before], ridge)
    periods = _weights(controls[:, :before], controls[:, before:].mean(1), 1e-6 * spread)
    gap = mean - units @ controls
    path = gap - float(periods @ gap[:before])
    return Synthetic(float(path[before:].mean()), units, periods, path)


def plain_did(controls: Floats, treated: Floats, before: int) -> float:
    """The difference of differences with equal weights."""
    _check(controls, treated, before)
    gap = treated.mean(0) - controls.mean(0)
    return float(gap[before:].mean() - gap[:before].mean())


def with_placebos(
    controls: Floats, treated: Floats, before: int, *, draws: int = 200, seed: int = 0,
    level: float = 0.95,
) -> Synthetic:  # fmt: skip
    """``synthetic_did`` with the standard error of as many controls treated in its place."""
    found = synthetic_did(controls, treated, before)
    many = len(treated)
    if len(controls) < many + 3:
        return found
    rng = np.random.default_rng(seed)
    if many == 1:
        picks = [np.array([i]) for i in range(len(controls))][:draws]
    else:
        picks = [rng.choice(len(controls), many, replace=False) for _ in range(draws)]
    effects = []
    for pick in picks:
        rest = np.ones(len(controls), bool)
        rest[pick] = False
        effects.append(synthetic_did(controls[rest], controls[pick], before).estimate)
    error = float(np.sqrt(np.mean(np.square(np.array(effects) - np.mean(effects)))))
    reach = float(stats.t.ppf(0.5 + level / 2, max(1, len(controls) - 1))) * error
    return Synthetic(
        found.estimate, found.units, found.periods, found.path, error,
        found.estimate - reach, found.estimate + reach,
    )  # fmt: skip


def _check(controls: Floats, treated: Floats, before: int) -> None:
    if len(controls) < 2 or before < 2 or controls.shape[1] <= before or not len(treated):
        raise ValueError("two controls, two periods before and one after are needed")


def _weights(columns: Floats, target: Floats, ridge: float) -> Floats:
    """Weights of columns, none below zero, adding up to one, that come nearest to the target.

    Both are compared without their means (an intercept), with a ridge on the weights. Solved
    exactly, as non-negative least squares with a heavy row for the sum.
    """
    rows, many = columns.shape
    centred = columns - columns.mean(0)
    aim = target - target.mean()
    scale = float(np.abs(centred).max()) or 1.0
    heavy = HEAVY * scale
    system = np.vstack([centred, ridge * np.sqrt(rows) * np.eye(many), np.full((1, many), heavy)])
    right = np.concatenate([aim, np.zeros(many), [heavy]])
    weights, _ = nnls(system, right, maxiter=50 * many)
    return np.asarray(weights / weights.sum())

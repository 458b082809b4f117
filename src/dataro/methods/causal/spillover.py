"""What a unit of use brings to the place itself, and what it takes from its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Share:
    """An estimate with its 95 % interval."""

    estimate: float
    error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SpillOver:
    """Per unit of use: ``own`` gain, ``neighbours`` (below zero: taken from them), ``net`` of both.

    ``moved`` is the share of the gain that came from neighbours: 1 is a zero-sum game; ``memory``
    the share of a place's own noise that lasts into the next period.
    """

    own: Share
    neighbours: Share
    net: Share
    moved: float
    memory: float


def exposure(use: Floats, near: NDArray[np.bool_]) -> Floats:
    """Use of the neighbours that falls on each place: each spreads over its own neighbours evenly.

    ``use`` is places × periods, ``near[i, j]`` true where ``j`` is a neighbour of ``i``.
    """
    links = near.astype(float)
    out = links.sum(0)
    return np.asarray(links / np.maximum(out, 1.0) @ use)


def spill_over(
    sales: Floats, use: Floats, around: Floats | None, base: Floats, *, level: float = 0.95
) -> SpillOver:
    """Gain per unit of use from a panel of places × periods, effects of both taken out.

    Generalised least squares: a place's noise lasts, and what lasts into the next period tells
    nothing new (the memory is estimated, one for all places).
    ``base`` (one per place, before any use) brings places of different size to one scale;
    ``around`` is ``exposure`` (None: neighbours are not known and none is assumed). Standard
    errors are those of leaving out one place at a time (CR3), since with some thirty places the
    usual clustered ones are too small. Raises ``ValueError`` where use does not vary.
    """
    places = len(sales)
    columns = [use / base[:, None]]
    if around is not None:
        columns.append(around / base[:, None])
    outcome, given = sales / base[:, None], np.stack(columns, axis=-1)
    memory = _memory(outcome, given)
    estimates = _coefficients(outcome, given, memory)
    covariance = _jackknife(outcome, given, memory, estimates)
    reach = float(stats.t.ppf(0.5 + level / 2, places - 1))

    def share(weights: list[float]) -> Share:
        w = np.array(weights)
        estimate = float(w @ estimates)
        error = float(np.sqrt(max(0.0, w @ covariance @ w)))
        return Share(estimate, error, estimate - reach * error, estimate + reach * error)

    if around is None:
        own, none = share([1.0]), Share(0.0, 0.0, 0.0, 0.0)
        return SpillOver(own, none, own, 0.0, memory)
    own, taken, net = share([1.0, 0.0]), share([0.0, 1.0]), share([1.0, 1.0])
    moved = -taken.estimate / own.estimate if own.estimate else float("nan")
    return SpillOver(own, taken, net, moved, memory)


def _memory(outcome: Floats, given: Floats) -> float:
    """First-order autocorrelation of what is left, corrected for the means that were taken out.

    A mean of T periods of each place lowers it by about (1 + memory) / (T − 1) (Nickell 1981).
    """
    first = _coefficients(outcome, given, 0.0)
    left = outcome - given @ first
    left = left - left.mean(1, keepdims=True)
    left = left - left.mean(0)
    size = float((left[:, :-1] ** 2).sum())
    if size <= 1e-18 * float((outcome**2).sum()):
        return 0.0
    raw = float((left[:, 1:] * left[:, :-1]).sum()) / size
    return float(np.clip(raw + (1 + raw) / (outcome.shape[1] - 1), 0.0, 0.95))


def _whitened(values: Floats, memory: float) -> Floats:
    """Values (places × periods …) without what lasts from the period before (Prais and Winsten
    1954), without the mean of each place so transformed, and without that of each period."""
    made = values.copy()
    made[:, 1:] -= memory * values[:, :-1]
    made[:, 0] *= np.sqrt(1 - memory**2)
    one = np.full(values.shape[1], 1 - memory)
    one[0] = np.sqrt(1 - memory**2)
    level = np.tensordot(made, one, (1, 0)) / (one @ one)
    made = made - np.expand_dims(level, 1) * one.reshape(1, -1, *[1] * (values.ndim - 2))
    return np.asarray(made - made.mean(0))


def _coefficients(outcome: Floats, given: Floats, memory: float) -> Floats:
    """Coefficients of ``given`` (places × periods × k), effects of places and periods taken out."""
    x = _whitened(given, memory).reshape(outcome.size, -1)
    gram = x.T @ x
    if (np.diag(gram) <= 1e-12 * np.maximum((given**2).sum((0, 1)), 1e-300)).any():
        raise ValueError("a regressor does not vary within the fixed effects")
    return np.asarray(np.linalg.solve(gram, x.T @ _whitened(outcome, memory).ravel()))


def _jackknife(outcome: Floats, given: Floats, memory: float, whole: Floats) -> Floats:
    """Covariance of coefficients from leaving out each place in turn."""
    places = len(outcome)
    rest = np.stack(
        [
            _coefficients(np.delete(outcome, i, axis=0), np.delete(given, i, axis=0), memory)
            - whole
            for i in range(places)
        ]
    )
    return np.asarray(rest.T @ rest * (places - 1) / places)

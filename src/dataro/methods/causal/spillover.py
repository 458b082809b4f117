"""What a unit of use brings to the place itself, and what it takes from its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from dataro.methods.causal.fixed_effects import two_way

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

    ``moved`` is the share of the gain that came from neighbours: 1 is a zero-sum game.
    """

    own: Share
    neighbours: Share
    net: Share
    moved: float


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
    estimates = _coefficients(outcome, given)
    covariance = _jackknife(outcome, given, estimates)
    reach = float(stats.t.ppf(0.5 + level / 2, places - 1))

    def share(weights: list[float]) -> Share:
        w = np.array(weights)
        estimate = float(w @ estimates)
        error = float(np.sqrt(max(0.0, w @ covariance @ w)))
        return Share(estimate, error, estimate - reach * error, estimate + reach * error)

    if around is None:
        own, none = share([1.0]), Share(0.0, 0.0, 0.0, 0.0)
        return SpillOver(own, none, own, 0.0)
    own, taken, net = share([1.0, 0.0]), share([0.0, 1.0]), share([1.0, 1.0])
    moved = -taken.estimate / own.estimate if own.estimate else float("nan")
    return SpillOver(own, taken, net, moved)


def _coefficients(outcome: Floats, given: Floats) -> Floats:
    """Coefficients of ``given`` (places × periods × k), effects of both taken out."""
    first, second = (index.ravel() for index in np.indices(outcome.shape))
    return two_way(outcome.ravel(), given.reshape(outcome.size, -1), first, second).estimate


def _jackknife(outcome: Floats, given: Floats, whole: Floats) -> Floats:
    """Covariance of coefficients from leaving out each place in turn."""
    places = len(outcome)
    rest = np.stack(
        [
            _coefficients(np.delete(outcome, i, axis=0), np.delete(given, i, axis=0)) - whole
            for i in range(places)
        ]
    )
    return np.asarray(rest.T @ rest * (places - 1) / places)

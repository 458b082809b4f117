"""Who can reach how much of what: floating catchments and the Huff model on a time matrix.

All functions take ``minutes`` of shape (places, facilities), infinite where there is no way.
Supply that nobody can reach is left out: what remains is spread whole, so that the sum of
people × access equals the capacity within reach.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Decay = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Access:
    """Capacity per person at each place, people per unit of capacity at each facility.

    ``access`` has the shape (places,). ``load`` (facilities,) is the weighted people who reach a
    facility, ``reached`` tells which facilities anybody reaches.
    """

    access: Floats
    load: Floats
    reached: NDArray[np.bool_]


def two_step(minutes: ArrayLike, people: ArrayLike, capacity: ArrayLike, limit: float) -> Access:
    """Two-step floating catchment area (Radke and Mu 2000; Luo and Wang 2003).

    A facility's capacity is shared by everyone within ``limit`` minutes; a place adds up the
    shares of the facilities within the limit.
    """
    times = _matrix(minutes)
    return _floating((times <= limit).astype(np.float64), people, capacity)


def enhanced_two_step(
    minutes: ArrayLike, people: ArrayLike, capacity: ArrayLike, decay: Decay
) -> Access:
    """Enhanced two-step floating catchment area (Luo and Qi 2009): nearer counts more.

    ``decay`` gives the weight (0 to 1) of a travel time: ``steps``, ``gaussian`` or one's own.
    """
    return _floating(_weights(_matrix(minutes), decay), people, capacity)


def huff(minutes: ArrayLike, attraction: ArrayLike, decay: Decay) -> Floats:
    """Share of each place's people who choose each facility (Huff 1963).

    Proportional to attraction × weight of the way. Rows add up to one, or to zero where a place
    reaches nothing. Shape (places, facilities).
    """
    times = _matrix(minutes)
    pull = _weights(times, decay) * _vector(attraction, times.shape[1], "attraction")[None, :]
    total = pull.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(pull, total, out=np.zeros_like(pull), where=total > 0)
    return shares


def huff_access(
    minutes: ArrayLike,
    people: ArrayLike,
    capacity: ArrayLike,
    decay: Decay,
    attraction: ArrayLike | None = None,
) -> Access:
    """Access where people choose as the Huff model says (three-step: Wan, Zou, Sternberg 2012).

    Catchment weights are multiplied by the probability of choice, so demand is not counted in
    full at every facility. ``attraction`` is one for all where not given (the three-step method).
    """
    times = _matrix(minutes)
    pull = np.ones(times.shape[1]) if attraction is None else attraction
    weights = huff(times, pull, decay) * _weights(times, decay)
    return _floating(weights, people, capacity)


def steps(bands: Sequence[tuple[float, float]]) -> Decay:
    """A decay by bands: ``[(10, 1.0), (20, 0.68), (30, 0.22)]``: up to 10 minutes 1.0, …, then 0.

    Raises ``ValueError`` where the limits do not rise.
    """
    limits = np.array([limit for limit, _ in bands], dtype=np.float64)
    if limits.size == 0 or np.any(np.diff(limits) <= 0):
        raise ValueError(f"the limits of the bands must rise: {limits.tolist()}")
    weights = np.array([*(weight for _, weight in bands), 0.0], dtype=np.float64)

    def weigh(minutes: Floats) -> Floats:
        found: Floats = weights[np.searchsorted(limits, minutes, side="left")]
        return found

    return weigh


def gaussian(limit: float) -> Decay:
    """A bell that falls from 1 at the door to 0 at ``limit`` minutes (Dai 2010)."""
    if limit <= 0:
        raise ValueError(f"the limit is {limit} minutes; expected more than 0")
    floor = np.exp(-0.5)

    def weigh(minutes: Floats) -> Floats:
        inside = np.minimum(minutes, limit)
        weights: Floats = (np.exp(-0.5 * (inside / limit) ** 2) - floor) / (1 - floor)
        return weights

    return weigh


def _floating(weights: Floats, people: ArrayLike, capacity: ArrayLike) -> Access:
    residents = _vector(people, weights.shape[0], "people")
    supply = _vector(capacity, weights.shape[1], "capacity")
    load = residents @ weights
    reached = load > 0
    ratio = np.divide(supply, load, out=np.zeros_like(supply), where=reached)
    return Access(weights @ ratio, load, reached)


def _matrix(minutes: ArrayLike) -> Floats:
    times = np.asarray(minutes, dtype=np.float64)
    if times.ndim != 2:
        raise ValueError(f"minutes has {times.ndim} dimensions; expected (places, facilities)")
    if not (times >= 0).all():  # also where missing
        raise ValueError("minutes holds negative or missing times; write infinity for no way")
    return times


def _weights(times: Floats, decay: Decay) -> Floats:
    weights = np.zeros_like(times)
    finite = np.isfinite(times)
    weights[finite] = decay(times[finite])
    return weights


def _vector(values: ArrayLike, length: int, what: str) -> Floats:
    vector = np.asarray(values, dtype=np.float64)
    if vector.shape != (length,):
        raise ValueError(f"{what} has the shape {vector.shape}; expected ({length},)")
    if not np.isfinite(vector).all() or (vector < 0).any():
        raise ValueError(f"{what} holds negative or missing values")
    return vector

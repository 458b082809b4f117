"""Average distance where every site has only so many seats (capacitated p-median).

A place's need may be shared between sites, and what finds no seat counts as ``far`` minutes. The
bound relaxes “everyone is placed” and keeps the seats (a fractional knapsack for each site); the
sets of sites that it proposes are judged by placing everyone in the best way (a linear programme).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from dataro.methods.spatial.median import cheapest, costs, smallest_mean
from dataro.methods.spatial.siting import (
    Conditions,
    Flags,
    Floats,
    Ground,
    Ints,
    Plan,
    ground,
    plan,
)
from dataro.methods.spatial.solver import Programme, minimise

TRIALS = 20
"""Sets of sites that are judged by placing everyone."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Who goes where: ``served`` (places, sites), ``unserved`` (places,), total need × minutes.

    ``toll`` (places,) is what one more person at a place would cost, in minutes.
    """

    served: Floats
    unserved: Floats
    cost: float
    toll: Floats


def place(times: Floats, need: Floats, capacity: Floats, sites: Ints, far: float) -> Placement:
    """Place everyone on ``sites`` within their seats so that need × minutes is smallest."""
    places, width = times.shape[0], sites.size
    flows = places * width
    who, where = np.divmod(np.arange(flows), width)
    ends = np.concatenate([who, places + where])
    taken = sparse.csr_array(
        (np.ones(2 * flows), (ends, np.tile(np.arange(flows), 2))), shape=(places + width, flows)
    )
    solution = minimise(
        Programme(
            objective=(times[:, sites] - far).ravel(),  # what placing saves against not placing
            rows=taken,
            low=np.full(places + width, -np.inf),
            high=np.concatenate([need, capacity[sites]]),
            most=np.full(flows, np.inf),
            whole=np.zeros(flows, dtype=np.bool_),
        ),
        seconds=60.0,
    )
    served = np.zeros((places, width)) if solution.x is None else solution.x.reshape(places, width)
    unserved = np.maximum(need - served.sum(axis=1), 0.0)
    cost = float((served * times[:, sites]).sum() + far * unserved.sum())
    toll = np.full(places, far)
    if solution.prices is not None:
        toll = np.minimum(far + solution.prices[:places], far)
    return Placement(served, unserved, cost, toll)


def smallest_mean_with_seats(
    minutes: ArrayLike,
    need: ArrayLike,
    capacity: ArrayLike,
    conditions: Conditions,
    *,
    far: float | None = None,
    seconds: float = 2.0,
) -> Plan:
    """As ``smallest_mean``, with ``capacity`` (candidates,) in units of need.

    ``seconds`` is when the search stops by itself; the plan's gap says how good it is then.
    """
    begun = time.perf_counter()
    times, weights, far = costs(minutes, need, far)
    times = np.minimum(times, far)
    seats = np.asarray(capacity, dtype=np.float64)
    if seats.shape != (times.shape[1],) or not (seats >= 0).all():
        raise ValueError(f"capacity has the shape {seats.shape}; expected ({times.shape[1]},)")
    terms = ground(conditions, times.shape[1])
    problem = _Problem(times, weights, seats, terms, far)
    first = smallest_mean(times, weights, conditions)
    best = np.zeros(times.shape[1], dtype=np.bool_)
    best[first.sites] = True
    best, placed = _swapped(problem, best, first.bound, begun + seconds / 2)
    best, placed, bound, stopped = _raised(problem, best, placed, first.bound, begun + seconds)
    value = placed.cost
    return plan(best, conditions, value, min(bound, value), time.perf_counter() - begun,
                stopped=stopped, unreached=first.unreached)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Problem:
    times: Floats
    need: Floats
    seats: Floats
    terms: Ground
    far: float

    def place(self, chosen: Flags) -> Placement:
        return place(self.times, self.need, self.seats, np.flatnonzero(chosen), self.far)


def _swapped(problem: _Problem, best: Flags, bound: float, until: float) -> tuple[Flags, Placement]:
    """Swap the site that the tolls value least for the one that they value most, while it helps."""
    placed = problem.place(best)
    tried = set()
    for _ in range(TRIALS):
        if placed.cost - bound <= 1e-9 * max(1.0, placed.cost) or time.perf_counter() > until:
            break
        pull, _, _ = _pull(problem, placed.toll)
        sites = np.flatnonzero(best & ~problem.terms.pinned)
        others = np.flatnonzero(~best & problem.terms.allowed)
        swaps = sorted(
            (pull[new] - pull[old], int(new), int(old))
            for new in others[np.argsort(pull[others])[:TRIALS]]
            for old in sites[np.argsort(-pull[sites])[:TRIALS]]
        )
        for _, new, old in swaps:
            other = best.copy()
            other[[new, old]] = True, False
            if other.tobytes() not in tried and problem.terms.permits(other):
                break
        else:
            break
        tried.add(other.tobytes())
        trial = problem.place(other)
        if trial.cost < placed.cost:
            best, placed = other, trial
    return best, placed


def _raised(
    problem: _Problem, best: Flags, placed: Placement, bound: float, until: float
) -> tuple[Flags, Placement, float, bool]:
    """Raise the bound by better tolls; the sets of sites that they propose are tried as plans."""
    toll, step, stale = placed.toll, 1.0, 0
    seen = {best.tobytes()}
    while placed.cost - bound > 1e-9 * max(1.0, placed.cost) and step > 1e-3:
        if time.perf_counter() > until:
            return best, placed, bound, True
        chosen, low, slope = _relaxed(problem, toll)
        stale = 0 if low > bound else stale + 1
        bound = max(bound, low)
        if stale >= 8:
            step, stale = step / 2, 0
        if stale == 0 and len(seen) <= TRIALS and problem.terms.permits(chosen):
            if chosen.tobytes() not in seen and (trial := problem.place(chosen)).cost < placed.cost:
                best, placed = chosen, trial
                toll, step = placed.toll, 1.0
            seen.add(chosen.tobytes())
        slope[(toll >= problem.far) & (slope > 0)] = 0.0  # nobody pays more than far
        length = float(slope @ slope)
        if length == 0:
            break
        toll = np.minimum(toll + step * (placed.cost - low) / length * slope, problem.far)
    return best, placed, bound, False


def _pull(problem: _Problem, toll: Floats) -> tuple[Floats, Ints, Floats]:
    """What each site saves at these tolls; the order in which it takes places; what it takes."""
    saved = np.minimum(problem.times - toll[:, None], 0.0).T
    order = np.argsort(saved, axis=1)
    gains = np.take_along_axis(saved, order, axis=1)
    wanted = np.where(gains < 0, problem.need[order], 0.0)
    before = np.cumsum(wanted, axis=1) - wanted
    taken = np.clip(problem.seats[:, None] - before, 0.0, wanted)
    return (taken * gains).sum(axis=1), order, taken


def _relaxed(problem: _Problem, toll: Floats) -> tuple[Flags, float, Floats]:
    """The relaxation's sites, its value (a bound) and the direction in which tolls should go."""
    pull, order, taken = _pull(problem, toll)
    chosen, low = cheapest(pull, problem.terms)
    slope = problem.need.copy()
    np.subtract.at(slope, order[chosen].ravel(), taken[chosen].ravel())
    return chosen, low + float(toll @ problem.need), slope

"""Coverage: the most need within a time limit (MCLP), or the fewest sites that reach all (LSCP).

Church and ReVelle (1974); Toregas and others (1971). Exact, by HiGHS.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

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
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both


def most_covered(
    minutes: ArrayLike,
    need: ArrayLike,
    limit: float,
    conditions: Conditions,
    *,
    capacity: ArrayLike | None = None,
    seconds: float = 30.0,
) -> Plan:
    """The sites that bring the most need within ``limit`` minutes.

    ``minutes`` (places, candidates), infinite where there is no way; ``need`` (places,);
    ``capacity`` (candidates,) limits how much need a site can take, and a place's need may be
    shared between sites. The plan's value is the need served. Raises ``Problem`` where the
    conditions contradict each other.
    """
    begun = time.perf_counter()
    near, weights = _near(minutes, need, limit)
    terms = ground(conditions, near.shape[1])
    unreached = np.flatnonzero(~near[:, terms.allowed].any(axis=1))
    first = _greedy(near, weights, terms)
    programme, start = (
        _plain(near, weights, terms, first)
        if capacity is None
        else _limited(near, weights, np.asarray(capacity, dtype=np.float64), terms, first)
    )
    solution = minimise(programme, seconds, start)
    chosen = first if solution.x is None else solution.x[: near.shape[1]] > 0.5
    if capacity is None:
        chosen = _without_needless(near, weights, chosen, terms)
        value = served(near, weights, np.flatnonzero(chosen))
    else:
        value = allotted(near, weights, capacity, np.flatnonzero(chosen))
    bound = min(-solution.bound, float(weights.sum()))
    return plan(chosen, conditions, value, max(bound, value), time.perf_counter() - begun,
                stopped=solution.stopped, unreached=unreached)  # fmt: skip


def fewest_sites(
    minutes: ArrayLike,
    limit: float,
    *,
    existing: tuple[int, ...] = (),
    pinned: tuple[int, ...] = (),
    excluded: tuple[int, ...] = (),
    seconds: float = 30.0,
) -> Plan:
    """The fewest sites in all (existing ones stay) that reach every place within ``limit``.

    Places that no candidate reaches cannot be covered: they are left out and listed in
    ``unreached``. The plan's value is the number of sites.
    """
    begun = time.perf_counter()
    times = np.asarray(minutes, dtype=np.float64)
    near, _ = _near(times, np.ones(times.shape[0]), limit)
    candidates = near.shape[1]
    conditions = Conditions(new=candidates, existing=existing, pinned=pinned, excluded=excluded)
    terms = ground(conditions, candidates)
    reachable = near[:, terms.allowed].any(axis=1)
    rows = sparse.csr_array(_patterns(near[reachable])[0].astype(np.float64))
    programme = Programme(
        objective=np.ones(candidates),
        rows=rows,
        low=np.ones(rows.shape[0]),
        high=np.full(rows.shape[0], np.inf),
        most=terms.allowed.astype(np.float64),
        whole=np.ones(candidates, dtype=np.bool_),
        least=terms.fixed.astype(np.float64),
    )
    solution = minimise(programme, seconds, terms.allowed.astype(np.float64))
    chosen = terms.allowed if solution.x is None else solution.x > 0.5
    # a number of sites is whole, so a bound of 6.2 means 7
    bound = min(float(np.ceil(solution.bound - 1e-6)), float(chosen.sum()))
    return plan(chosen, conditions, float(chosen.sum()), bound, time.perf_counter() - begun,
                stopped=solution.stopped, unreached=np.flatnonzero(~reachable))  # fmt: skip


def served(near: Flags, need: Floats, sites: Ints) -> float:
    """Need of the places with at least one of ``sites`` near (capacity apart)."""
    return float(need[near[:, sites].any(axis=1)].sum())


def allotted(near: Flags, need: Floats, capacity: ArrayLike, sites: Ints) -> float:
    """Need that ``sites`` can serve within their capacity, shared out in the best way."""
    seats = np.asarray(capacity, dtype=np.float64)[sites]
    place, site = np.nonzero(near[:, sites] & (need > 0)[:, None])
    flows = place.size
    if flows == 0:
        return 0.0
    shape = (near.shape[0] + sites.size, flows)
    ends = np.concatenate([place, near.shape[0] + site])
    rows = sparse.csr_array((np.ones(2 * flows), (ends, np.tile(np.arange(flows), 2))), shape=shape)
    solution = minimise(
        Programme(-np.ones(flows), rows, np.full(shape[0], -np.inf),
                  np.concatenate([need, seats]), need[place], np.zeros(flows, dtype=np.bool_)),
        seconds=60.0,
    )  # fmt: skip
    return -solution.value


def _near(minutes: ArrayLike, need: ArrayLike, limit: float) -> tuple[Flags, Floats]:
    times = np.asarray(minutes, dtype=np.float64)
    weights = np.asarray(need, dtype=np.float64)
    if times.ndim != 2 or weights.shape != (times.shape[0],):
        raise ValueError(
            f"minutes {times.shape} and need {weights.shape}: expected (places, candidates) and "
            "(places,)"
        )
    if times.shape[1] == 0:
        raise Problem(
            both("후보지가 하나도 없습니다. 후보지를 하나 이상 주십시오.",
                 "There is no candidate site. Give at least one.")
        )  # fmt: skip
    if np.isnan(times).any() or not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("minutes must not be missing, need must be finite and not negative")
    return times <= limit, weights


def _patterns(near: Flags) -> tuple[Flags, Ints]:
    """Places that the same candidates reach are one row; and which row each place became."""
    if near.shape[0] == 0:
        return near, np.empty(0, dtype=np.intp)
    packed = np.packbits(near, axis=1)
    _, first, member = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    return near[first], member.reshape(-1)


def _greedy(near: Flags, need: Floats, terms: Ground) -> Flags:
    """A first plan: what stands and is pinned, then always the site that adds most."""
    chosen = (terms.standing | terms.pinned) & terms.allowed
    surplus = int(chosen.sum()) - terms.most
    if surplus > 0:  # pinned sites take the place of existing ones, the least useful first
        loose = np.flatnonzero(terms.standing & ~terms.pinned)
        use = (need[:, None] * near[:, loose]).sum(axis=0)
        chosen[loose[np.argsort(use)[:surplus]]] = False
    left = need * ~near[:, chosen].any(axis=1)
    spent = 0.0 if terms.cost is None else float(terms.cost[chosen & ~terms.standing].sum())
    while chosen.sum() < terms.most:
        adds = np.where(terms.allowed & ~chosen, left @ near, -1.0)
        if terms.cost is not None:
            price = np.where(terms.standing, 0.0, terms.cost)
            adds = np.where(price <= terms.budget - spent, adds, -1.0)
        best = int(np.argmax(adds))
        if adds[best] <= 0:
            break
        chosen[best] = True
        left = left * ~near[:, best]
        if terms.cost is not None and not terms.standing[best]:
            spent += float(terms.cost[best])
    return chosen


def _without_needless(near: Flags, need: Floats, chosen: Flags, terms: Ground) -> Flags:
    """Leave out new sites that add nothing, and let existing ones stay where that is free."""
    chosen = chosen.copy()
    reach = near[:, chosen].sum(axis=1)
    for site in np.flatnonzero(chosen & ~terms.standing & ~terms.pinned):
        if not need[near[:, site] & (reach == 1)].any():
            chosen[site] = False
            reach = reach - near[:, site]
    for site in np.flatnonzero(terms.standing & ~chosen)[: terms.most - int(chosen.sum())]:
        chosen[site] = True
    return chosen


def _plain(near: Flags, need: Floats, terms: Ground, first: Flags) -> tuple[Programme, Floats]:
    patterns, member = _patterns(near)
    weights = np.bincount(member, weights=need, minlength=patterns.shape[0])
    useful = patterns.any(axis=1) & (weights > 0)
    patterns, weights = patterns[useful], weights[useful]
    candidates, groups = near.shape[1], weights.size
    # a group counts as covered only as far as sites near it are open
    cover = sparse.hstack(
        [sparse.csr_array(-patterns.astype(np.float64)), sparse.eye_array(groups)], format="csr"
    )
    programme = _programme(
        np.concatenate([np.zeros(candidates), -weights]), cover, np.zeros(groups),
        np.ones(groups), terms,
    )  # fmt: skip
    start = np.concatenate([first, patterns[:, first].any(axis=1)]).astype(np.float64)
    return programme, start


def _limited(
    near: Flags, need: Floats, capacity: Floats, terms: Ground, first: Flags
) -> tuple[Programme, Floats | None]:
    places, candidates = near.shape
    place, site = np.nonzero(near & (need > 0)[:, None] & terms.allowed[None, :])
    flows = place.size
    flow = np.arange(flows)
    takes = np.minimum(capacity, need @ near)
    # at most a place's need leaves it, at most a site's capacity enters it if it is open, and
    # nothing leaves a place that no open site is near (implied, but it tightens the bound)
    leaves = sparse.csr_array((np.ones(flows), (place, candidates + flow)),
                              shape=(places, candidates + flows))  # fmt: skip
    enters = sparse.csr_array(
        (np.concatenate([np.ones(flows), -takes]),
         (np.concatenate([site, np.arange(candidates)]),
          np.concatenate([candidates + flow, np.arange(candidates)]))),
        shape=(candidates, candidates + flows),
    )  # fmt: skip
    tight = sparse.hstack(
        [sparse.csr_array(near * -need[:, None]), leaves[:, candidates:]], format="csr"
    )
    rows = sparse.vstack([leaves, enters, tight], format="csr")
    high = np.concatenate([need, np.zeros(candidates), np.zeros(places)])
    programme = _programme(
        np.concatenate([np.zeros(candidates), -np.ones(flows)]), rows, high, need[place], terms
    )
    start = np.concatenate([first.astype(np.float64), np.zeros(flows)])
    return programme, start


def _programme(
    objective: Floats, rows: sparse.csr_array, high: Floats, most: Floats, terms: Ground
) -> Programme:
    """Add what every plan keeps to: how many sites, which, at what cost."""
    candidates, width = terms.allowed.size, objective.size
    extra = [np.ones(candidates), terms.standing.astype(np.float64)]
    low, top = [-np.inf, float(terms.kept)], [float(terms.most), np.inf]
    if terms.cost is not None and np.isfinite(terms.budget):
        extra.append(np.where(terms.standing, 0.0, terms.cost))
        low.append(-np.inf)
        top.append(terms.budget)
    block = np.zeros((len(extra), width))
    block[:, :candidates] = extra
    return Programme(
        objective=objective,
        rows=sparse.vstack([rows, sparse.csr_array(block)], format="csr"),
        low=np.concatenate([np.full(rows.shape[0], -np.inf), low]),
        high=np.concatenate([high, top]),
        most=np.concatenate([terms.allowed.astype(np.float64), most]),
        whole=np.concatenate([np.ones(candidates), np.zeros(width - candidates)]).astype(np.bool_),
        least=np.concatenate([terms.fixed.astype(np.float64), np.zeros(width - candidates)]),
    )

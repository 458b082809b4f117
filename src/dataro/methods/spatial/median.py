"""Average distance: sites that make the weighted mean travel time smallest (p-median).

Hakimi (1964). A plan comes from interchange (Teitz and Bart 1968, with the bookkeeping of
Whitaker 1983), and from every set that the bound's search proposes. The bound is the Lagrangian
one (Cornuéjols, Fisher and Nemhauser 1977): no plan can be better. What the two leave open can be
closed exactly by HiGHS over the sites that the bound has not ruled out.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from dataro.methods.spatial.siting import Conditions, Flags, Floats, Ground, Plan, ground, plan
from dataro.methods.spatial.solver import Programme, minimise
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

STARTS = 4
SHAKES = 16
ROUNDS = 1000


def smallest_mean(
    minutes: ArrayLike,
    need: ArrayLike,
    conditions: Conditions,
    *,
    far: float | None = None,
    prove_seconds: float = 0.0,
    seed: int = 1,
) -> Plan:
    """The sites that make Σ need × minutes to the nearest open site smallest.

    ``minutes`` (places, candidates); where there is no way (infinite) it counts as ``far``
    minutes, twice the longest way if not given. The plan's value and bound are in
    need × minutes. ``prove_seconds`` more may be spent on closing the gap exactly. The same seed
    gives the same plan on every machine (unless proving was cut short). Raises ``Problem`` where
    the conditions contradict each other or nothing could be open.
    """
    begun = time.perf_counter()
    times, weights, _ = costs(minutes, need, far)
    terms = ground(conditions, times.shape[1])
    if terms.most == 0 or not terms.allowed.any():
        raise Problem(
            both("열 수 있는 곳이 하나도 없습니다. 개수를 늘리거나 제외한 곳을 줄이십시오.",
                 "No site could be open. Allow more sites or exclude fewer.")
        )  # fmt: skip
    unreached = np.flatnonzero(~np.isfinite(np.asarray(minutes)[:, terms.allowed]).any(axis=1))
    ways = np.ascontiguousarray((times * weights[:, None]).T)
    best = _from_many_starts(ways, terms, np.random.default_rng(seed))
    search = _bound(ways, terms, best)
    best, value = search.best, mean_cost(ways, search.best)
    bound, stopped = search.bound, False
    if prove_seconds > 0 and bound < value:
        best, bound, stopped = _proof(ways, terms, search, prove_seconds)
        value = mean_cost(ways, best)
    return plan(best, conditions, value, min(bound, value), time.perf_counter() - begun,
                stopped=stopped, unreached=unreached)  # fmt: skip


def mean_cost(ways: Floats, chosen: Flags) -> float:
    """Σ over places of the cost to the nearest chosen site; ``ways`` (candidates, places)."""
    return float(ways[chosen].min(axis=0).sum())


def costs(minutes: ArrayLike, need: ArrayLike, far: float | None) -> tuple[Floats, Floats, float]:
    """Checked times with ``far`` minutes where there is no way, the need, and ``far`` itself."""
    times = np.array(minutes, dtype=np.float64)
    weights = np.asarray(need, dtype=np.float64)
    if times.ndim != 2 or weights.shape != (times.shape[0],):
        raise ValueError(
            f"minutes {times.shape} and need {weights.shape}: expected (places, candidates) and "
            "(places,)"
        )
    if np.isnan(times).any() or not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("minutes must not be missing, need must be finite and not negative")
    finite = np.isfinite(times)
    if far is None:
        far = 2.0 * float(times[finite].max()) if finite.any() else 1.0
    times[~finite] = far
    return times, weights, far


def _from_many_starts(ways: Floats, terms: Ground, rng: np.random.Generator) -> Flags:
    """The best of a grown plan, plans from random starts, and shaken copies of the best."""
    best = _interchange(ways, terms, _grown(ways, terms, None))
    value = mean_cost(ways, best)
    for number in range(STARTS + SHAKES):
        start = _shaken(best, terms, rng) if number >= STARTS else None
        other = _interchange(ways, terms, _grown(ways, terms, rng, start))
        if (cost := mean_cost(ways, other)) < value:
            best, value = other, cost
    return best


def _shaken(best: Flags, terms: Ground, rng: np.random.Generator) -> Flags:
    """The plan without some of its sites, chosen at random (existing ones stay)."""
    loose = np.flatnonzero(best & ~terms.pinned & ~terms.standing)
    shaken = best.copy()
    shaken[rng.permutation(loose)[: max(2, loose.size // 5)]] = False
    return shaken


def _grown(
    ways: Floats, terms: Ground, rng: np.random.Generator | None, start: Flags | None = None
) -> Flags:
    """A plan grown site by site: always the best, or (with ``rng``) one at random."""
    chosen = (terms.standing | terms.pinned) & terms.allowed if start is None else start.copy()
    loose = np.flatnonzero(terms.standing & ~terms.pinned)
    surplus = max(int(chosen.sum()) - terms.most, 0)
    chosen[loose[:surplus]] = False
    nearest = ways[chosen].min(axis=0) if chosen.any() else np.full(ways.shape[1], np.inf)
    while chosen.sum() < terms.most:
        open_to = terms.allowed & ~chosen & _affordable(chosen, terms)
        if not open_to.any():
            break
        if rng is None:
            new = np.minimum(ways, nearest).sum(axis=1)
            site = int(np.argmin(np.where(open_to, new, np.inf)))
        else:
            site = int(rng.choice(np.flatnonzero(open_to)))
        chosen[site] = True
        nearest = np.minimum(nearest, ways[site])
    return chosen


def _affordable(chosen: Flags, terms: Ground) -> Flags:
    if terms.cost is None:
        return np.ones(chosen.size, dtype=np.bool_)
    price = np.where(terms.standing, 0.0, terms.cost)
    affordable: Flags = price <= terms.budget - price[chosen].sum()
    return affordable


def _interchange(ways: Floats, terms: Ground, chosen: Flags) -> Flags:
    """Swap one open site for one closed while that helps; each time the best swap of all."""
    chosen = chosen.copy()
    while True:
        sites = np.flatnonzero(chosen)
        others = np.flatnonzero(terms.allowed & ~chosen)
        if not others.size:
            return chosen
        change = _swaps(ways, sites, others)
        change[~_permitted(sites, others, chosen, terms)] = np.inf
        best = np.unravel_index(int(np.argmin(change)), change.shape)
        if not change[best] < -1e-9 * max(1.0, mean_cost(ways, chosen)):
            return _filled(ways, terms, chosen)
        chosen[others[best[0]]] = True
        chosen[sites[best[1]]] = False


def _filled(ways: Floats, terms: Ground, chosen: Flags) -> Flags:
    """Open what a swap has made affordable; then swapping may help again."""
    open_to = terms.allowed & ~chosen & _affordable(chosen, terms)
    if chosen.sum() >= terms.most or not open_to.any():
        return chosen
    nearest = ways[chosen].min(axis=0)
    new = np.where(open_to, np.minimum(ways, nearest).sum(axis=1), np.inf)
    if not new.min() < nearest.sum():
        return chosen
    chosen[int(np.argmin(new))] = True
    return _interchange(ways, terms, chosen)


def _swaps(ways: Floats, sites: np.ndarray, others: np.ndarray) -> Floats:
    """Change of cost for every (site that opens, site that closes) pair."""
    own = ways[sites]
    if sites.size == 1:
        first, second = own[0], np.full(own.shape[1], np.inf)
        nearest = np.zeros(own.shape[1], dtype=np.intp)
    else:
        order = np.argpartition(own, 1, axis=0)[:2]
        pair = np.take_along_axis(own, order, axis=0)
        swap = pair[0] > pair[1]
        first, second = pair.min(axis=0), pair.max(axis=0)
        nearest = np.where(swap, order[1], order[0])
    entering = ways[others]
    kept = np.minimum(entering, first)
    gain = kept.sum(axis=1) - first.sum()
    # a place whose nearest site closes goes to its second or to the one that opens
    loss = np.minimum(entering, second)
    loss -= kept
    by_site = sparse.csr_array(
        (np.ones(nearest.size), (np.arange(nearest.size), nearest)),
        shape=(nearest.size, sites.size),
    )
    change: Floats = gain[:, None] + loss @ by_site
    return change


def _permitted(sites: np.ndarray, others: np.ndarray, chosen: Flags, terms: Ground) -> Flags:
    kept = int((chosen & terms.standing).sum())
    after = kept + terms.standing[others][:, None].astype(int) - terms.standing[sites][None, :]
    permitted: Flags = (after >= terms.kept) & ~terms.pinned[sites][None, :]
    if terms.cost is not None:
        price = np.where(terms.standing, 0.0, terms.cost)
        spent = price[chosen].sum() + price[others][:, None] - price[sites][None, :]
        permitted &= spent <= terms.budget * (1 + 1e-9)
    return permitted


@dataclass(frozen=True, slots=True)
class _Search:
    """The best plan and bound so far, and the prices of places (``toll``) that gave the bound."""

    best: Flags
    bound: float
    toll: Floats
    pull: Floats


def _bound(ways: Floats, terms: Ground, best: Flags) -> _Search:
    """Subgradient ascent on the Lagrangian; its own sets are tried as plans on the way."""
    value = mean_cost(ways, best)
    toll = np.sort(ways[best], axis=0)[: min(2, int(best.sum()))].mean(axis=0)
    top, top_toll, top_pull = -np.inf, toll, np.zeros(ways.shape[0])
    step, stale = 1.0, 0
    saved = np.empty_like(ways)
    for _ in range(ROUNDS):
        np.subtract(ways, toll, out=saved)
        np.minimum(saved, 0.0, out=saved)
        pull = saved.sum(axis=1)
        chosen, low = cheapest(pull, terms)
        low += float(toll.sum())
        if low > top + 1e-9 * abs(low):
            top, top_toll, top_pull, stale = low, toll, pull, 0
        else:
            stale += 1
        if chosen.any() and terms.permits(chosen) and (cost := mean_cost(ways, chosen)) < value:
            best = _interchange(ways, terms, chosen)
            value = min(cost, mean_cost(ways, best))
        if top >= value * (1 - 1e-12) or step < 1e-4:
            break
        if stale >= 20:
            step, stale = step / 2, 0
            toll = top_toll
            continue
        slope = 1.0 - (saved[chosen] < 0).sum(axis=0)
        length = float(slope @ slope)
        if length == 0:
            break
        toll = toll + step * max(value - low, 1e-9) / length * slope
    return _Search(best, top, top_toll, top_pull)


def cheapest(pull: Floats, terms: Ground) -> tuple[Flags, float]:
    """The set of sites with the smallest sum of ``pull``, and a bound on that sum."""
    chosen = terms.pinned.copy()
    standing = np.flatnonzero(terms.standing & terms.allowed & ~chosen)
    owed = max(terms.kept - int((chosen & terms.standing).sum()), 0)
    chosen[standing[np.argsort(pull[standing], kind="stable")[:owed]]] = True
    forced = chosen.copy()
    left = np.flatnonzero(terms.allowed & ~chosen)
    room = terms.most - int(chosen.sum())
    chosen[left[np.argsort(pull[left], kind="stable")[:room]]] = True
    low = float(pull[chosen].sum())
    if terms.cost is not None and np.isfinite(terms.budget):
        low = max(low, float(pull[forced].sum()) + _knapsack(pull, forced, terms))
    return chosen, low


def _knapsack(pull: Floats, forced: Flags, terms: Ground) -> float:
    """A bound by money instead of number: the best fractional use of the budget that is left."""
    price = np.zeros(pull.size) if terms.cost is None else terms.cost * ~terms.standing
    left = np.flatnonzero(terms.allowed & ~forced & (pull < 0))
    order = left[np.argsort(pull[left] / np.maximum(price[left], 1e-12), kind="stable")]
    spent = np.concatenate([[0.0], np.cumsum(price[order])])
    money = terms.budget - price[forced].sum()
    share = np.clip((money - spent[:-1]) / np.maximum(price[order], 1e-12), 0.0, 1.0)
    return float((share * pull[order]).sum())


def _proof(
    ways: Floats, terms: Ground, search: _Search, seconds: float
) -> tuple[Flags, float, bool]:
    """Rule out sites by the bound, then solve the rest exactly; or say how far one came."""
    value = mean_cost(ways, search.best)
    chosen, _ = cheapest(search.pull, terms)
    # forcing a site into the bound's cheapest set puts the dearest of that set out
    loose = chosen & ~terms.pinned
    dearest = float(search.pull[loose].max()) if loose.any() else 0.0
    out = ~chosen & (search.bound + search.pull - dearest > value) & ~search.best
    if terms.kept or terms.cost is not None:
        out[:] = False  # the exchange argument holds only for a plain number of sites
    left = np.flatnonzero(terms.allowed & ~out)
    solution = minimise(*_assignment(ways, terms, left, search.best, seconds))
    bound = max(search.bound, min(solution.bound, value))
    if solution.x is None:
        return search.best, bound, True
    found = np.zeros(ways.shape[0], dtype=np.bool_)
    found[left] = solution.x[: left.size] > 0.5
    best = found if mean_cost(ways, found) < value else search.best
    return best, min(bound, mean_cost(ways, best)), solution.stopped


def _assignment(
    ways: Floats, terms: Ground, left: np.ndarray, best: Flags, seconds: float
) -> tuple[Programme, float, Floats]:
    """The p-median as an integer programme over the candidates that are left."""
    sites, places = left.size, ways.shape[1]
    costs = ways[left]
    # nobody goes farther than to what is open in every plan
    fixed = terms.fixed[left]
    limit = costs[fixed].min(axis=0) if fixed.any() else np.full(places, np.inf)
    site, place = np.nonzero(costs <= limit)
    flows = site.size
    flow = sites + np.arange(flows)
    serves = sparse.csr_array((np.ones(flows), (place, flow)), shape=(places, sites + flows))
    opens = sparse.csr_array(
        (np.concatenate([np.ones(flows), -np.ones(flows)]),
         (np.tile(np.arange(flows), 2), np.concatenate([flow, site]))),
        shape=(flows, sites + flows),
    )  # fmt: skip
    extra = np.zeros((3, sites + flows))
    extra[0, :sites] = 1.0
    extra[1, :sites] = terms.standing[left]
    money = terms.cost is not None and np.isfinite(terms.budget)
    if money and terms.cost is not None:
        extra[2, :sites] = np.where(terms.standing, 0.0, terms.cost)[left]
    programme = Programme(
        objective=np.concatenate([np.zeros(sites), costs[site, place]]),
        rows=sparse.vstack([serves, opens, sparse.csr_array(extra)], format="csr"),
        low=np.concatenate([np.ones(places), np.full(flows, -np.inf), [-np.inf, terms.kept, 0.0]]),
        high=np.concatenate(
            [np.ones(places), np.zeros(flows),
             [terms.most, np.inf, terms.budget if money else np.inf]]
        ),
        most=np.ones(sites + flows),
        whole=np.arange(sites + flows) < sites,
        least=np.concatenate([fixed.astype(np.float64), np.zeros(flows)]),
    )  # fmt: skip
    start = np.concatenate([best[left].astype(np.float64), np.zeros(flows)])
    nearest = np.where(best[left][:, None], costs, np.inf).argmin(axis=0)
    start[sites:][site == nearest[place]] = 1.0
    return programme, seconds, start

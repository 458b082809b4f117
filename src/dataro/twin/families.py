"""How people form households: newcomers, and those who part or come together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataro.twin.people import ADULT, Homes, People

Ints = NDArray[np.int64]


SETTLED, MOVING = 0.72, 0.6
"""Of adults who do not head a household, the share who join a head of their own, where people
have long lived and among movers; the rest are parents or grown children in one of these homes
(assumption, set so that households of one are 28 % at first and some 37 % in 2025)."""


def gather_families(
    ages: NDArray[np.int16], women: NDArray[np.int8], wanted: int, joining: float,
    rng: np.random.Generator,
) -> Ints:  # fmt: skip
    """Household (0 …) of each person: ``wanted`` households where there are adults enough.

    Heads are adults, more often men and not the youngest; other adults join heads near their own
    age; children join heads of an age to be their parents, siblings together.
    """
    household = np.zeros(len(ages), np.int64)
    adults = np.flatnonzero(ages >= ADULT)
    if len(adults) == 0 or len(ages) == 1:
        return household
    count = int(np.clip(wanted, 1, len(adults)))
    order = rng.random(len(adults)) + 0.5 * (ages[adults] < 25) + 0.3 * women[adults]
    order = np.argsort(order, kind="stable")
    heads, others = adults[order[:count]], adults[order[count:]]
    household[heads] = np.arange(count)
    joined = _join_by_age(ages, heads, others, joining, rng)
    household[others] = household[joined]
    children = np.flatnonzero(ages < ADULT)
    if len(children):
        household[children] = household[_parents(ages, heads, joined, children, rng)]
    return household


def _join_by_age(
    ages: NDArray[np.int16], heads: Ints, others: Ints, joining: float, rng: np.random.Generator
) -> Ints:
    """The head that each other adult joins: nearest in the order of ages."""
    if len(others) == 0:
        return others
    some = rng.permutation(heads)[: max(1, round(len(others) * joining))]
    some = some[np.argsort(ages[some], kind="stable")]
    more = rng.integers(0, len(some), max(0, len(others) - len(some)))
    place = np.sort(np.concatenate([np.arange(len(some)), more])[: len(others)])
    result = np.empty(len(others), np.int64)
    result[np.argsort(ages[others], kind="stable")] = some[place]
    return result


def _parents(
    ages: NDArray[np.int16], heads: Ints, joined: Ints, children: Ints, rng: np.random.Generator
) -> Ints:
    """The head whose family each child belongs to."""
    coupled = np.unique(joined)
    pool = coupled[(ages[coupled] >= 27) & (ages[coupled] < 56)]
    needed = max(1, round(len(children) / 1.25))
    if len(pool) < needed:
        more = heads[(ages[heads] >= 27) & (ages[heads] < 56)]
        pool = np.union1d(pool, rng.permutation(more)[: needed - len(pool)])
    if len(pool) == 0:
        pool = heads
    some = rng.permutation(pool)[:needed]
    some = some[np.argsort(ages[some], kind="stable")]
    result = np.empty(len(children), np.int64)
    order = np.argsort(ages[children], kind="stable")
    result[order] = some[np.sort(rng.integers(0, len(some), len(children)))]
    return result


def part_and_join(
    people: People, homes: Homes, wanted: Ints, t: int, rng: np.random.Generator
) -> NDArray[np.int32]:
    """Bring each cell to its number of households: grown-ups move into homes of their own, or
    people who live alone move in together. Returns the new households."""
    sizes = np.bincount(people.home, minlength=len(homes))
    missing = wanted - np.bincount(homes.cell[sizes > 0], minlength=len(wanted))
    if (missing < 0).any():
        _join(people, homes, missing, sizes, rng)
    if (missing > 0).any():
        return _part(people, homes, missing, t, rng)
    return np.empty(0, np.int32)


def _part(
    people: People, homes: Homes, missing: Ints, t: int, rng: np.random.Generator
) -> NDArray[np.int32]:
    cell = homes.cell[people.home]
    adult = people.age(t) >= ADULT
    adults = np.bincount(people.home[adult], minlength=len(homes))
    can = np.flatnonzero(adult & (adults[people.home] > 1) & (missing[cell] > 0))
    can = rng.permutation(can)  # nobody's home lets two go at once
    _, first = np.unique(people.home[can], return_index=True)
    can = can[np.sort(first)]
    cells = cell[can].astype(np.int64)
    rank = _rank(cells, len(missing))
    leaving = can[rank < missing[cells]]
    ids = homes.add(cell[leaving])
    people.home[leaving] = ids
    return ids


def _join(
    people: People, homes: Homes, missing: Ints, sizes: Ints, rng: np.random.Generator
) -> None:
    alone = np.flatnonzero((sizes[people.home] == 1) & (missing[homes.cell[people.home]] < 0))
    alone = rng.permutation(alone)
    cells = homes.cell[people.home[alone]].astype(np.int64)
    rank = _rank(cells, len(missing))
    movers = alone[rank < -missing[cells]]
    hosts = alone[(rank >= -missing[cells]) & (rank < -2 * missing[cells])]
    for c in np.flatnonzero(missing < 0):
        m = movers[homes.cell[people.home[movers]] == c]
        h = hosts[homes.cell[people.home[hosts]] == c]
        many = min(len(m), len(h))
        people.home[m[:many]] = people.home[h[:many]]


def _rank(groups: Ints, count: int) -> Ints:
    """Position of each entry within its group, in the order given."""
    order = np.argsort(groups, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(groups, minlength=count))[:-1]])
    rank = np.empty(len(groups), np.int64)
    rank[order] = np.arange(len(groups)) - starts[groups[order]]
    return rank

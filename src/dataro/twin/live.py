"""Let the city live, month by month: deaths, moves, births, and newcomers up to the known total."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataro.twin.complexes import Complexes, build_complexes, shape_growth
from dataro.twin.facts import Facts
from dataro.twin.families import part_and_join
from dataro.twin.history import CHANGES, History, open_books
from dataro.twin.leavers import Leaving, leave, plan_moves
from dataro.twin.newcomers import draw_newcomers, settle
from dataro.twin.people import Homes, People, fertility, mortality, nobody, tidy
from dataro.twin.places import Places
from dataro.twin.rooms import by_room
from dataro.twin.targets import GROUPS, Targets, aim

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Report = Callable[[str, int, int], None]
"""Told of progress: what is done, how far, of how much."""

BIRTHS, DEATHS, IN, OUT, OTHER = range(len(CHANGES))


@dataclass(slots=True)
class World:
    """All that one month needs: facts turned to rates, and the city so far."""

    facts: Facts
    places: Places
    targets: Targets
    people_wanted: Ints
    homes_wanted: Ints
    complexes: Complexes
    people: People
    homes: Homes
    books: History
    rng: np.random.Generator
    dying: NDArray[np.float32]
    bearing: Floats


def live(
    facts: Facts, places: Places, *, scale: float, seed: int, report: Report | None = None
) -> History:
    """Simulate all months of ``places`` at a scale (1 is the city's true size)."""
    world = _begin(facts, places, scale, seed)
    for t in range(1, places.months + 1):
        _month(world, t)
        if t % 12 == 0:
            tidy(world.people, world.homes, t, world.rng)
            if report:
                report("live", t, places.months)
    return world.books


def _begin(facts: Facts, places: Places, scale: float, seed: int) -> World:
    rng = np.random.default_rng([seed, 1])
    targets = aim(facts, places)
    complexes = build_complexes(facts, places, targets, np.random.default_rng([seed, 2]), scale)
    people = shape_growth(targets, places, complexes, _knots(facts, places))
    wanted = _whole(people * scale, places)
    homes_wanted = np.minimum(np.maximum(np.rint(wanted / targets.size), wanted > 0), wanted)
    person, homes = nobody(), Homes(np.empty(0, np.int8), np.empty(0, np.int16))
    world = World(
        facts, places, targets, wanted, homes_wanted.astype(np.int64), complexes, person, homes,
        open_books(places, complexes, person, homes), rng, mortality(facts), fertility(),
    )  # fmt: skip
    empty = np.zeros((places.cells, 2, GROUPS), np.int64)
    numbers = draw_newcomers(wanted[0], empty, targets.shares(0), rng)
    newcomers, _ = settle(numbers, world.homes_wanted[0], homes, 0, _abroad(facts), rng)
    person.add(newcomers)
    part_and_join(person, homes, world.homes_wanted[0], 0, rng)
    _house(world, np.arange(len(homes)), 0)
    world.books.count(0, person, homes)
    return world


def _abroad(facts: Facts) -> float:
    return float(facts.settings["register"]["not_resident"])


def _knots(facts: Facts, places: Places) -> Ints:
    """Months at which totals are known or borders change: growth is reshaped only between."""
    start = places.first - 1
    known = {round(t.when) - start for t in facts.totals if t.kind == "month_end"}
    cut = {t for t in range(1, places.months + 1) if (places.code[t] != places.code[t - 1]).any()}
    inner = known | cut | {t - 1 for t in cut}
    return np.array(sorted({0, places.months} | {t for t in inner if 0 < t < places.months}))


def _whole(people: Floats, places: Places) -> Ints:
    """People as whole numbers whose sums over districts are rounded, not their parts."""
    result = np.floor(people).astype(np.int64)
    for t in range(len(people)):
        for d in np.unique(places.code[t]):
            cells = np.flatnonzero(places.code[t] == d)
            rest = round(people[t, cells].sum()) - result[t, cells].sum()
            order = np.argsort(-(people[t, cells] % 1), kind="stable")
            result[t, cells[order[:rest]]] += 1
    return result


def _month(world: World, t: int) -> None:
    people, homes, rng = world.people, world.homes, world.rng
    cells = world.places.cells
    changes = world.books.changes[t]
    cell = homes.cell[people.home]
    age = people.age(t)
    dead = rng.random(len(people), dtype=np.float32) < world.dying[people.woman, age]
    changes[:, DEATHS] = np.bincount(cell[dead], minlength=cells)
    group = np.minimum(age // np.int16(5), GROUPS - 1).astype(np.int64)
    current = np.bincount((cell.astype(np.int64) * 2 + people.woman) * GROUPS + group,
                          minlength=cells * 2 * GROUPS).reshape(cells, 2, GROUPS)  # fmt: skip
    wanted = world.targets.shares(t) * world.people_wanted[t][:, None, None]
    before = current.sum((1, 2))
    expected = rng.poisson(world.targets.birth_rate[t] * before)
    need = (world.people_wanted[t] - before + changes[:, DEATHS] - expected).astype(float)
    moves = world.facts.settings["moves"]
    turnover = moves["turnover"] / 100 * moves["season"][(world.places.first + t - 1) % 12]
    out, coming = plan_moves(need, before.astype(float), turnover)
    leaving = leave(people, homes, cell, group, current, wanted, out, coming, moves, t, rng)
    _book_leavers(world, t, cell, dead, leaving)
    people.keep(~(dead | leaving.gone))
    _births(world, t, expected)
    arrived = _newcomers(world, t)
    parted = part_and_join(people, homes, world.homes_wanted[t], t, rng)
    _house(world, np.concatenate([arrived, leaving.moved, parted]), t)
    world.books.count(t, people, homes)


def _book_leavers(
    world: World, t: int, cell: NDArray[np.int8], dead: NDArray[np.bool_], leaving: Leaving
) -> None:
    """Leavers of the city, a few of them struck off the register; moves between districts."""
    cells = world.places.cells
    changes = world.books.changes[t]
    left = np.bincount(cell[leaving.gone & ~dead], minlength=cells)
    share = world.facts.settings["moves"]["other"] / 100
    struck = np.minimum(world.rng.poisson(share * world.people_wanted[t - 1]), left)
    changes[:, OUT] += left - struck
    changes[:, OTHER] -= struck
    lost = np.bincount(world.people.home[leaving.gone | dead], minlength=len(world.homes))
    moved = leaving.size - lost[leaving.moved]
    origin, target = leaving.came_from.astype(np.int64), world.homes.cell[leaving.moved]
    code = world.places.code[t]
    across = code[origin] != code[target]
    np.add.at(world.books.inside[t], (origin, target), moved)
    _book_movers(world, t, cell, leaving.gone & ~dead, 1)
    _book_movers(world, t, cell, _moved(world, leaving, dead), 2)
    np.add.at(world.books.flows[(world.places.first + t - 1) // 12 - world.places.first // 12],
              (origin, target), moved)  # fmt: skip
    changes[:, OUT] += np.bincount(origin[across], moved[across], cells).astype(np.int32)
    changes[:, IN] += np.bincount(target[across], moved[across], cells).astype(np.int32)


def _moved(world: World, leaving: Leaving, dead: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """People of the households that went to another cell."""
    went = np.zeros(len(world.homes), bool)
    went[leaving.moved] = True
    moved: NDArray[np.bool_] = went[world.people.home] & ~(leaving.gone | dead)
    return moved


def _book_movers(
    world: World, t: int, cell: NDArray[np.int8], who: NDArray[np.bool_], kind: int
) -> None:
    """Count movers by the cell they lived in, sex and age group."""
    at = np.flatnonzero(who)
    born, woman = world.people.born[at], world.people.woman[at].astype(np.int64)
    group = np.clip((t - born.astype(np.int64)) // 60, 0, GROUPS - 1)
    key = (cell[at].astype(np.int64) * 2 + woman) * GROUPS + group
    shape = world.books.movers.shape[2:]
    counted = np.bincount(key, minlength=int(np.prod(shape))).reshape(shape)
    world.books.movers[t, kind] += counted.astype(np.int32)


def _births(world: World, t: int, expected: Ints) -> None:
    """Children join their mothers' households."""
    people, rng, cells = world.people, world.rng, world.places.cells
    weight = world.bearing[people.age(t)]
    company = np.bincount(people.home, minlength=len(world.homes)) > 1
    mothers = np.flatnonzero((people.woman == 1) & (weight > 0) & company[people.home])
    cell = world.homes.cell[people.home[mothers]]
    whole = np.bincount(cell, weight[mothers], cells)
    chance = expected[cell] * weight[mothers] / np.maximum(whole[cell], 1e-9)
    bears = mothers[rng.random(len(mothers)) < chance]
    boys = float(world.facts.settings["births"]["boys"])
    children = People(
        people.home[bears],
        np.full(len(bears), t, np.int16),
        (rng.random(len(bears)) >= boys).astype(np.int8),
        people.resident[bears],
    )
    born = world.homes.cell[children.home]
    world.books.changes[t, :, BIRTHS] = np.bincount(born, minlength=cells)
    world.books.boys[t] = np.bincount(born[children.woman == 0], minlength=cells)
    people.add(children)


def _newcomers(world: World, t: int) -> NDArray[np.int32]:
    """As many from outside as the month's total asks for; returns their households."""
    people, homes, rng, cells = world.people, world.homes, world.rng, world.places.cells
    changes = world.books.changes[t]
    cell = homes.cell[people.home].astype(np.int64)
    many = world.people_wanted[t] - np.bincount(cell, minlength=cells)
    if (many < 0).any():
        extra = _extra_leavers(many, cell, rng)
        changes[:, OUT] += np.bincount(cell[extra], minlength=cells)
        who = np.zeros(len(people), bool)
        who[extra] = True
        _book_movers(world, t, cell.astype(np.int8), who, 1)
        stays = np.ones(len(people), bool)
        stays[extra] = False
        people.keep(stays)
        cell = cell[stays]
        many = np.maximum(many, 0)
    group = np.minimum(people.age(t) // np.int16(5), GROUPS - 1)
    current = np.bincount((cell * 2 + people.woman) * GROUPS + group,
                          minlength=cells * 2 * GROUPS).reshape(cells, 2, GROUPS)  # fmt: skip
    numbers = draw_newcomers(many, current, world.targets.shares(t), rng)
    world.books.movers[t, 0] = numbers
    lived = np.bincount(people.home, minlength=len(homes)) > 0
    missing = world.homes_wanted[t] - np.bincount(homes.cell[lived], minlength=cells)
    households = np.clip(missing, np.ceil(many / 3.4), many).astype(np.int64)
    newcomers, ids = settle(numbers, households, homes, t, _abroad(world.facts), rng)
    share = world.facts.settings["moves"]["other"] / 100
    back = np.minimum(rng.poisson(share * world.people_wanted[t]), many)
    changes[:, OTHER] += back
    changes[:, IN] += many - back
    people.add(newcomers)
    return ids


def _extra_leavers(many: Ints, cell: Ints, rng: np.random.Generator) -> Ints:
    """People drawn at random from cells that have more than their total."""
    return np.concatenate(
        [rng.permutation(np.flatnonzero(cell == c))[: -many[c]] for c in np.flatnonzero(many < 0)]
    )


def _house(world: World, ids: NDArray[np.int64], t: int) -> None:
    """Households that look for a dwelling take free ones in the complexes of their cell."""
    homes = world.homes
    sizes = np.bincount(world.people.home, minlength=len(homes))
    lived = sizes > 0
    housed = lived & (homes.complex >= 0)
    taken = np.bincount(homes.complex[housed], minlength=len(world.complexes.cell))
    free = np.maximum(world.complexes.capacity(t) - taken, 0)
    ids = world.rng.permutation(ids[lived[ids] & (homes.complex[ids] < 0)])
    for c in range(world.places.cells):
        mine = ids[homes.cell[ids] == c]
        here = np.flatnonzero((world.complexes.cell == c) & (free > 0))
        doors = np.repeat(here, free[here])
        doors = world.rng.permutation(doors)[: len(mine)]
        mine = mine[: len(doors)]
        homes.complex[mine] = by_room(doors, sizes[mine], len(world.complexes.cell))

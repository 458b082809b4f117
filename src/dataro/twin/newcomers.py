"""Who comes from outside: ages and sexes that bring each cell nearer to its published ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataro.twin.families import MOVING, SETTLED, gather_families
from dataro.twin.people import Homes, People
from dataro.twin.targets import GROUPS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOBILITY = np.array(
    [1.25, 1.0, 0.7, 0.65, 1.25, 1.7, 1.7, 1.35, 1.0, 0.8, 0.7, 0.6, 0.5, 0.45, 0.45, 0.5, 0.6, 0.7]
)
"""How readily people move by five-year age group, the mean about one (assumption after the
country's migration statistics: the late twenties and early thirties most)."""


def draw_newcomers(many: Ints, current: Ints, wanted: Floats, rng: np.random.Generator) -> Ints:
    """Numbers of newcomers by cell, sex and age group.

    ``many`` newcomers per cell; ``current`` people there by cell, sex and group; ``wanted`` the
    shares that are aimed at. Four fifths fill the gaps, the rest move as people do.
    """
    result = np.zeros(current.shape, np.int64)
    for c in np.flatnonzero(many):
        gap = np.maximum(0.0, wanted[c] * (current[c].sum() + many[c]) - current[c])
        usual = wanted[c] * MOBILITY
        usual /= usual.sum()
        filled = 0.9 * min(1.0, gap.sum() / many[c])
        chance = filled * gap / max(gap.sum(), 1.0) + (1 - filled) * usual
        result[c] = rng.multinomial(many[c], (chance / chance.sum()).ravel()).reshape(2, GROUPS)
    return result


def settle(
    numbers: Ints, households: Ints, homes: Homes, t: int, not_resident: float,
    rng: np.random.Generator,
) -> tuple[People, NDArray[np.int32]]:  # fmt: skip
    """Make the people that ``numbers`` (cell, sex, group) count, in about so many ``households``
    a cell. Returns them and their households."""
    cells = np.flatnonzero(numbers.sum((1, 2)))
    groups = np.arange(GROUPS)
    joining = MOVING if t else SETTLED
    born, women, home, cell_of_home = [], [], [], []
    next_home = len(homes)
    for c in cells:
        flat = numbers[c].ravel()
        woman = np.repeat(np.repeat(np.array([0, 1], np.int8), GROUPS), flat)
        group = np.repeat(np.tile(groups, 2), flat)
        years = np.where(
            group < GROUPS - 1, rng.random(len(group)) * 5, np.minimum(rng.exponential(4.5, len(group)), 18)
        )  # fmt: skip
        months = np.floor((group * 5 + years) * 12).astype(np.int16)
        family = gather_families(months // np.int16(12), woman, int(households[c]), joining, rng)
        count = int(family.max()) + 1
        born.append((t - months).astype(np.int16))
        women.append(woman)
        home.append((family + next_home).astype(np.int32))
        cell_of_home.append(np.full(count, c, np.int8))
        next_home += count
    if not len(cells):
        empty = np.empty(0, np.int32)
        return People(
            empty, np.empty(0, np.int16), np.empty(0, np.int8), np.empty(0, np.int8)
        ), empty
    ids = homes.add(np.concatenate(cell_of_home))
    whole = np.concatenate(born)
    resident = (rng.random(len(whole)) >= not_resident).astype(np.int8)
    return People(np.concatenate(home), whole, np.concatenate(women), resident), ids

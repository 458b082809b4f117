"""What is counted of the synthetic city each month: the books that every file is written from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dataro.twin.complexes import Complexes
from dataro.twin.people import Homes, People
from dataro.twin.places import Places
from dataro.twin.targets import GROUPS

FIVES = 21
"""Five-year age groups that are counted; the last is 100 and over."""

SIZES = 7
"""Household sizes that are counted; the last is seven and more."""

YOUNG = ((0, 2), (3, 5), (6, 12))
"""Ages, both ends in, for which children are counted by complex at the end of a year."""

CHANGES = ("births", "deaths", "moved_in", "moved_out", "other")

MOVES = ("in", "out", "inside")
"""Kinds of moves whose people are counted; struck and re-registered ones are among them."""

Ints = NDArray[np.int64]


@dataclass(slots=True)
class History:
    """Counts by month (0 is the month before the first) and cell.

    ``ages[t, cell, sex, group, resident]`` people; ``sizes[t, cell, size − 1]`` households;
    ``resident_homes[t, cell]`` households with a resident member; ``changes[t, cell, kind]`` in
    the order of ``CHANGES``; ``boys[t, cell]`` births of boys; ``flows[year, from, to]`` people who moved between cells,
    ``inside[t, from, to]`` the same by month; ``movers[t, kind, cell, sex, group]`` who moved by the
    18 age groups of the targets: into the city, out of it, from a cell to another (``MOVES``).
    """

    places: Places
    ages: NDArray[np.int32]
    sizes: NDArray[np.int32]
    resident_homes: NDArray[np.int32]
    changes: NDArray[np.int32]
    boys: NDArray[np.int32]
    flows: NDArray[np.int32]
    inside: NDArray[np.int32]
    movers: NDArray[np.int32]
    children: NDArray[np.int32]
    complexes: Complexes
    people: People = field(repr=False)
    homes: Homes = field(repr=False)

    def count(self, t: int, people: People, homes: Homes) -> None:
        """Write the books of month ``t``."""
        cells = self.places.cells
        group = np.clip(people.age(t) // np.int16(5), 0, FIVES - 1).astype(np.int64)
        cell = homes.cell[people.home].astype(np.int64)
        key = ((cell * 2 + people.woman) * FIVES + group) * 2 + people.resident
        counted = np.bincount(key, minlength=cells * 2 * FIVES * 2)
        self.ages[t] = counted.reshape(cells, 2, FIVES, 2)
        size = np.bincount(people.home, minlength=len(homes))
        lived = size > 0
        key = homes.cell[lived].astype(np.int64) * SIZES + np.minimum(size[lived], SIZES) - 1
        self.sizes[t] = np.bincount(key, minlength=cells * SIZES).reshape(cells, SIZES)
        here = np.bincount(people.home, people.resident, len(homes)) > 0
        self.resident_homes[t] = np.bincount(homes.cell[here], minlength=cells)
        if t and ((self.places.first + t) % 12 == 0 or t == self.places.months):
            self._count_children(t, people, homes)

    def _count_children(self, t: int, people: People, homes: Homes) -> None:
        year = (self.places.first + t - 1) // 12 - self.places.first // 12
        age, complex_ = people.age(t), homes.complex[people.home].astype(np.int64)
        for band, (first, last) in enumerate(YOUNG):
            mine = (complex_ >= 0) & (age >= first) & (age <= last)
            counted = np.bincount(complex_[mine], minlength=len(self.complexes.cell))
            self.children[year, :, band] = counted

    def residents(self, t: int) -> Ints:
        """People on the whole register by district and sex in month ``t``."""
        return self.places.gather(self.ages[t].sum((2, 3)), t)

    def by_age(self, t: int) -> Ints:
        """People on the whole register by district, sex and five-year group."""
        return self.places.gather(self.ages[t].sum(3), t)

    def homes_by_size(self, t: int) -> Ints:
        """Households by district and size."""
        return self.places.gather(self.sizes[t], t)

    def balance(self, t: int) -> Ints:
        """By district: people before, births, deaths, in, out, other, people after.

        A redrawn border stands under “other”, so that every row adds up.
        """
        places = self.places
        before = places.gather(self.ages[t - 1].sum((1, 2, 3)), t - 1)
        recut = places.gather(self.ages[t - 1].sum((1, 2, 3)), t) - before
        after = places.gather(self.ages[t].sum((1, 2, 3)), t)
        changes = places.gather(self.changes[t], t)
        changes[:, CHANGES.index("other")] += recut
        return np.column_stack([before, changes, after])


def open_books(places: Places, complexes: Complexes, people: People, homes: Homes) -> History:
    """Empty books for all months of ``places``."""
    months, cells = places.months + 1, places.cells
    years = (places.first + places.months - 1) // 12 - places.first // 12 + 1
    return History(
        places,
        np.zeros((months, cells, 2, FIVES, 2), np.int32),
        np.zeros((months, cells, SIZES), np.int32),
        np.zeros((months, cells), np.int32),
        np.zeros((months, cells, len(CHANGES)), np.int32),
        np.zeros((months, cells), np.int32),
        np.zeros((years, cells, cells), np.int32),
        np.zeros((months, cells, cells), np.int32),
        np.zeros((months, len(MOVES), cells, 2, GROUPS), np.int32),
        np.zeros((years, len(complexes.cell), len(YOUNG)), np.int32),
        complexes,
        people,
        homes,
    )

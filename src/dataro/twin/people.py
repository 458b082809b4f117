"""Everybody who lives in the city: flat arrays, one entry a person, one a household."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataro.twin.facts import Facts

OLDEST = 110
ADULT = 20
"""Age from which somebody can head a household."""


@dataclass(slots=True)
class People:
    """``home`` is an index into ``Homes``; ``born`` a month (0 is the month before the first);
    ``woman`` 0 or 1; ``resident`` 0 for those abroad or of unknown address."""

    home: NDArray[np.int32]
    born: NDArray[np.int16]
    woman: NDArray[np.int8]
    resident: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.home)

    def keep(self, mask: NDArray[np.bool_] | NDArray[np.intp]) -> None:
        """Only those of the mask (or the indexes, in their order) stay."""
        self.home, self.born = self.home[mask], self.born[mask]
        self.woman, self.resident = self.woman[mask], self.resident[mask]

    def add(self, other: People) -> None:
        """Others come."""
        self.home = np.concatenate([self.home, other.home])
        self.born = np.concatenate([self.born, other.born])
        self.woman = np.concatenate([self.woman, other.woman])
        self.resident = np.concatenate([self.resident, other.resident])

    def age(self, t: int) -> NDArray[np.int16]:
        """Whole years in month ``t``."""
        years: NDArray[np.int16] = (np.int16(t) - self.born) // np.int16(12)
        return np.minimum(years, np.int16(OLDEST))


@dataclass(slots=True)
class Homes:
    """``cell`` of a household and its apartment ``complex`` (−1: another kind of dwelling)."""

    cell: NDArray[np.int8]
    complex: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.cell)

    def add(self, cells: NDArray[np.int8]) -> NDArray[np.int32]:
        """New households without a dwelling yet; returns their indexes."""
        start = len(self.cell)
        self.cell = np.concatenate([self.cell, cells.astype(np.int8)])
        self.complex = np.concatenate([self.complex, np.full(len(cells), -1, np.int16)])
        return np.arange(start, start + len(cells), dtype=np.int32)


def nobody() -> People:
    """An empty city."""
    return People(
        np.empty(0, np.int32), np.empty(0, np.int16), np.empty(0, np.int8), np.empty(0, np.int8)
    )


def mortality(facts: Facts) -> NDArray[np.float32]:
    """Chance to die in a month, by sex (row 0 men) and age."""
    settings = facts.settings["deaths"]
    ages = np.arange(OLDEST + 1)
    yearly = np.stack([a * np.exp(b * ages) for a, b in (settings["men"], settings["women"])])
    yearly[:, 0] = settings["infant"]
    return np.asarray(np.minimum(yearly, 0.6) / 12, np.float32)


def fertility() -> NDArray[np.float64]:
    """How births spread over the ages of mothers: highest at 33, as in Korea since 2015."""
    ages = np.arange(OLDEST + 1)
    curve = np.exp(-0.5 * ((ages - 32.6) / 4.6) ** 2)
    curve[(ages < 17) | (ages > 48)] = 0
    return np.asarray(curve)


def tidy(people: People, homes: Homes, t: int, rng: np.random.Generator) -> None:
    """Drop empty households, and take children left without an adult into another family."""
    adults = np.bincount(people.home[people.age(t) >= ADULT - 1], minlength=len(homes))
    lonely = np.flatnonzero(adults[people.home] == 0)
    for cell in np.unique(homes.cell[people.home[lonely]]):
        mine = lonely[homes.cell[people.home[lonely]] == cell]
        families = np.flatnonzero((homes.cell == cell) & (adults > 0))
        if len(families):
            left, place = np.unique(people.home[mine], return_inverse=True)
            people.home[mine] = rng.choice(families, len(left))[place]
    alive = np.bincount(people.home, minlength=len(homes)) > 0
    renumbered = (np.cumsum(alive) - 1).astype(np.int32)
    people.home = renumbered[people.home]
    homes.cell, homes.complex = homes.cell[alive], homes.complex[alive]
    people.keep(np.argsort(people.home, kind="stable"))  # neighbours in memory: a fifth faster

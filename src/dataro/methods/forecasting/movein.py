"""A list of complexes with the month in which they open: what it says of the months ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dataro.methods.forecasting.housing import expect_from_housing, filled, learn_filling
from dataro.methods.forecasting.outlook import History

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

AHEAD = 36
"""Months for which a complex on the list counts as announced."""


@dataclass(frozen=True)
class MoveIns:
    """Complexes that have a month of move-in: ``places`` are households weighted by the persons
    that dwellings of their size take, ``opened`` months from the first of the history. ``rate`` is
    what a place brings before the city's own months have spoken."""

    names: tuple[str, ...]
    households: Floats
    places: Floats
    opened: Ints
    rate: float

    def listed_after(self, origin: int) -> Ints:
        """Complexes whose move-in is announced to begin after ``origin``."""
        return np.flatnonzero((self.opened > origin) & (self.opened <= origin + AHEAD))


def by_housing(listed: MoveIns, known: Floats, ahead: int, list_read: bool) -> Floats:
    """Level ahead by the housing-unit method (ahead,).

    In a test of the past a complex is known only once its move-in has begun, since the list does
    not keep when it was announced; ``list_read`` takes those announced after the origin too.
    """
    n = known.size
    begun = listed.opened < n
    later = listed.listed_after(n - 1) if list_read else np.empty(0, dtype=np.intp)
    return expect_from_housing(
        known,
        filled(listed.places[begun], listed.opened[begun], n + ahead),
        filled(listed.places[later], listed.opened[later], n + ahead),
        ahead,
        listed.rate,
    )


@dataclass(frozen=True)
class Late:
    """One announced complex, and how many people fewer there are in each month (h,) if it is late."""

    name: str
    month: date
    households: int
    fewer: Floats


def if_late(listed: MoveIns, past: History, ahead: int, delay: int, most: int) -> list[Late]:
    """The largest complexes announced after the last month, each ``delay`` months late."""
    n = past.level.size
    later = listed.listed_after(n - 1)
    begun = listed.opened < n
    fill = filled(listed.places[begun], listed.opened[begun], n)
    rate = learn_filling(past.level, fill, listed.rate).rate
    largest = sorted(later, key=lambda one: -listed.places[one])[:most]
    found = []
    for one in largest:
        who = np.array([one])
        planned = filled(listed.places[who], listed.opened[who], n + ahead)[n:]
        slipped = filled(listed.places[who], listed.opened[who] + delay, n + ahead)[n:]
        found.append(
            Late(
                listed.names[one], past.month(int(listed.opened[one])),
                int(listed.households[one]), rate * np.cumsum(planned - slipped),
            )
        )  # fmt: skip
    return found

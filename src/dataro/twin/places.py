"""Districts through time: the ground is cut into cells that never change; codes come and go.

A district that was made of two others has two cells, so that each cell has one code a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dataro.twin.facts import District, Facts
from dataro.twin.months import month_of


@dataclass(frozen=True, slots=True)
class Places:
    """Cells and codes, month by month.

    ``code[t, cell]`` is an index into ``districts``; ``t`` 0 is the month before ``first``.
    ``leaf[cell]`` is the district (index) that the cell belongs to at the very end of the facts;
    ``last[cell]`` the one in the last month written; ``share`` the weight of a cell among the
    cells of the same leaf.
    """

    first: int
    months: int
    districts: tuple[District, ...]
    code: NDArray[np.int16]
    leaf: NDArray[np.int16]
    share: NDArray[np.float64]

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.leaf)

    @property
    def last(self) -> NDArray[np.int16]:
        """The district of each cell in the last month."""
        codes: NDArray[np.int16] = self.code[-1]
        return codes

    def live(self, t: int) -> list[int]:
        """Indexes of the districts in month ``t``, by code."""
        return sorted(set(self.code[t].tolist()), key=lambda d: self.districts[d].code)

    def gather(self, values: NDArray[np.generic], t: int) -> NDArray[np.int64]:
        """Sums over cells (first axis) to districts, as they were cut in month ``t``."""
        result = np.zeros((len(self.districts), *values.shape[1:]), np.int64)
        np.add.at(result, self.code[t], values)
        return result


def lay_out(facts: Facts, first: int, months: int) -> Places:
    """Cut the city into cells, for ``months`` months from ``first`` (and the one before)."""
    districts = facts.districts
    index = {d.code: i for i, d in enumerate(districts)}
    succeeded = {d.renumbered_from for d in districts}
    leaves = [d for d in districts if d.valid_to is None and d.code not in succeeded]
    paths, leaf, share = [], [], []
    for district in leaves:
        for path, weight in _paths(district, index, facts):
            paths.append(path)
            leaf.append(index[district.code])
            share.append(weight)
    code = np.zeros((months + 1, len(paths)), np.int16)
    for c, path in enumerate(paths):
        for start, i in path:
            code[max(0, start - first + 1) :, c] = i
    return Places(first, months, districts, code, np.array(leaf, np.int16), np.array(share))


Path = list[tuple[int, int]]


def _paths(district: District, index: dict[str, int], facts: Facts) -> list[tuple[Path, float]]:
    """The codes that ground of this district had: (first month, index), and the weight of each way."""
    me = (month_of(district.valid_from), index[district.code])
    parents = [c for c in (district.split_from, district.renumbered_from) if c]
    if not parents:
        return [([(0, me[1])], 1.0)]
    weights = [1.0]
    if len(parents) == 2:
        whole = _people_near(facts, district.code, district.valid_from)
        renumbered = _people_near(facts, district.renumbered_from, district.valid_from)
        part = min(0.95, max(0.05, renumbered / whole))
        weights = [1 - part, part]
    return [
        ([*path, me], weight * way)
        for parent, weight in zip(parents, weights, strict=True)
        for path, way in _paths(facts.districts[index[parent]], index, facts)
    ]


def _people_near(facts: Facts, code: str, day: date) -> float:
    """People of a district at the known month-end nearest to a day."""
    when = month_of(day)
    known = [t for t in facts.totals if t.place == code and t.kind == "month_end"]
    return float(min(known, key=lambda t: abs(t.when - when)).people) if known else 1.0

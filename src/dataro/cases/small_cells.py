"""Looking for the few in a dataset before it is opened: small counts, and rows that stand alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from dataro.methods.disclosure.sensitive import Cells, needs
from dataro.vocabulary.disclosure import Disclosure
from dataro.vocabulary.terms import Term

LEAST = 3
"""Fewest people behind a cell that may be shown, as in the tables of this house."""
_PEOPLE = ("명", "인", "세대", "가구")
_SPOTS = {"longitude", "latitude", "address", "lot_address"}
_DESCRIBING = ("성별", "연령", "나이", "생년", "출생", "국적", "학력", "혼인", "직업", "장애", "소득",
               "가구원", "세대원", "읍면동", "행정동", "거주")  # fmt: skip


@dataclass(frozen=True, slots=True)
class SmallCells:
    """What was found. ``counts`` are columns that count people, ``small`` cells of them with one
    to ``LEAST`` − 1; ``describing`` columns tell of a person, ``alone`` rows share what they say
    with fewer than ``LEAST`` − 1 others."""

    rows: int
    counts: tuple[str, ...]
    cells: int
    small: int
    describing: tuple[str, ...]
    alone: int

    @property
    def concerned(self) -> bool:
        """Whether the dataset is of a kind in which people may be recognised at all."""
        return bool(self.counts) or len(self.describing) >= 2

    @property
    def passes(self) -> bool:
        """Nothing small was found."""
        return not self.small and not self.alone


def small_cells(frame: pl.DataFrame, columns: Mapping[str, Term]) -> SmallCells:
    """Judge the rows of a dataset by its declared columns.

    A table of counts is one without a place of its own (address, coordinates), whose key says of
    whom and when it counts; there a whole number of people or households is a count. A table
    of persons has two or more columns that describe them.
    """
    there = {name: term for name, term in columns.items() if name in frame.columns}
    keys = [name for name, term in there.items() if term.is_key]
    counts = _counts(there) if keys and not _SPOTS & set(there) else []
    rule, small, cells = Disclosure(value="", minimum=LEAST), 0, 0
    for name in counts:
        values = frame[name].cast(pl.Float64).fill_null(0).to_numpy()
        cells += len(values)
        small += int(needs(Cells(values, values), rule, counts=True).sensitive.sum())
    describing = [] if counts or _SPOTS & set(there) else _describing(there)
    alone = 0
    if len(describing) >= 2:
        sizes = frame.select(pl.len().over(describing).alias("many"))["many"]
        alone = int((sizes < LEAST).sum())
    return SmallCells(frame.height, tuple(counts), cells, small, tuple(describing), alone)


def _counts(columns: Mapping[str, Term]) -> list[str]:
    """Columns that count people or households."""
    return [
        name
        for name, term in columns.items()
        if not term.is_key and term.domain.kind == "integer" and term.unit is not None
        and term.unit.ko in _PEOPLE
    ]  # fmt: skip


def _describing(columns: Mapping[str, Term]) -> list[str]:
    return [
        name for name, term in columns.items() if any(word in term.text.ko for word in _DESCRIBING)
    ]

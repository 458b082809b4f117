"""Looking for the few in a dataset before it is opened: small counts, and rows that stand alone."""

from __future__ import annotations

import re
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
_COUNTED = re.compile(
    r"인구|인원|주민|회원|환자|사망자|부상자|사상자|장애인|학생|아동|수급자|대상자|참여자|봉사자|세대수|가구수"
)
"""Words in the name of a column that counts people, where no unit says so."""
_TRAITS = (
    "성별",
    "연령",
    "나이",
    "생년",
    "출생",
    "국적",
    "학력",
    "혼인",
    "직업",
    "소득",
    "질환",
    "병명",
)
_PLACES = ("읍면동", "행정동", "법정동", "거주", "주소지")


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
    describing = [] if counts else _describing(there)
    alone = 0
    if len(describing) >= 2:
        sizes = frame.select(pl.len().over(describing).alias("many"))["many"]
        alone = int((sizes < LEAST).sum())
    return SmallCells(frame.height, tuple(counts), cells, small, tuple(describing), alone)


def _counts(columns: Mapping[str, Term]) -> list[str]:
    """Columns that count people or households: by their unit, or by their name."""
    return [
        name
        for name, term in columns.items()
        if not term.is_key and term.domain.kind == "integer"
        and (term.unit.ko in _PEOPLE if term.unit else _COUNTED.search(term.text.ko))
    ]  # fmt: skip


def _describing(columns: Mapping[str, Term]) -> list[str]:
    """Columns that tell of a person, and of where they live; none where no trait is told."""
    traits = [n for n, term in columns.items() if any(w in term.text.ko for w in _TRAITS)]
    if not traits:
        return []
    places = [
        name
        for name, term in columns.items()
        if term.domain.kind in ("text", "code") and any(w in term.text.ko for w in _PLACES)
    ]
    return [*traits, *(name for name in places if name not in traits)]

"""The table under diagnosis: its columns with their meanings, a prepared sample, its context."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from dataro.data.quality.coordinates import Bounds
from dataro.data.quality.meaning import Family, recognise
from dataro.data.quality.share import share
from dataro.data.standards.cast import cast, says_nothing, trim, without_nothing
from dataro.data.standards.codes import CodeHistory
from dataro.vocabulary.terms import Kind

AT = "\0at"
"""Position of a row in the whole table, from 0."""

EVERY_ROW = pl.col(AT).is_not_null()
"""Judged: all rows."""


def text(name: str) -> str:
    """Name of the prepared column of trimmed text, null where the cell says nothing."""
    return f"\0text:{name}"


def number(name: str) -> str:
    """Name of the prepared column of numbers (Float64), null where the cell is none."""
    return f"\0number:{name}"


def day(name: str) -> str:
    """Name of the prepared column of dates, null where the cell is none."""
    return f"\0day:{name}"


Derive = Callable[[pl.DataFrame], pl.Series]
"""A column made of a prepared batch, in plain Python."""

Proposal = pl.Expr | Derive | None
"""What should stand in a failing cell, over the prepared rows that failed."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it was taken for, and the share of its sample that is filled."""

    name: str
    meaning: str
    confidence: float
    family: Family
    filled: float


@dataclass(frozen=True)
class Context:
    """What is known beside the file itself; everything may be absent.

    ``bounds`` are the city's, in degrees; ``codes`` its administrative codes through time;
    ``references`` are, by column, the values that another table defines.
    """

    today: date
    bounds: Bounds | None = None
    codes: CodeHistory | None = None
    references: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """A table as the rules see it. ``sample`` is prepared; ``whole`` says it is all of it."""

    columns: tuple[Column, ...]
    sample: pl.DataFrame
    whole: bool
    context: Context
    prepared: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "prepared", frozenset(self.sample.columns))

    def of(self, *meanings: str) -> list[Column]:
        """The columns of some meanings, in the table's order."""
        return [column for column in self.columns if column.meaning in meanings]

    def narrow(self, column: Column) -> pl.DataFrame:
        """The sample's cells of one column, raw and prepared: a frame of thousands of columns is
        slow to ask a question of."""
        names = (column.name, text(column.name), number(column.name), day(column.name))
        return pl.DataFrame([self.sample[n] for n in names if n in self.prepared])

    def named(self, name: str) -> Column:
        """One column by its name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Screen:
    """One rule on one or several columns, as expressions over a prepared batch.

    ``failed`` tells the rows that break it, ``judged`` those it could judge (all that have a text
    in the first column where absent). ``columns`` are the cells to blame; empty: the whole row.
    ``proposed`` gives, for each blamed column, the text that should stand there; it is asked only
    for rows that failed. ``derived`` are columns that the expressions need beyond the prepared
    ones, by name; they are computed in the calling thread, once a batch (pyproj does not bear the
    threads of polars).
    """

    rule: str
    columns: tuple[str, ...]
    failed: pl.Expr
    judged: pl.Expr | None = None
    proposed: tuple[Proposal, ...] = ()
    derived: Mapping[str, Derive] = field(default_factory=dict)


def make_sheet(sample: pl.DataFrame, context: Context, *, whole: bool) -> Sheet:
    """Recognise every column of a frame of text and prepare it."""
    columns = []
    for name in sample.columns:
        values = sample[name]
        found = recognise(name, values)
        filled = 1 - share(says_nothing(values)) if values.len() else 0.0
        columns.append(Column(name, found.meaning, found.confidence, found.family, filled))
    sheet = tuple(columns)
    return Sheet(sheet, prepare(sample, sheet), whole, context)


def prepare(batch: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """The batch with its prepared columns beside the raw ones."""
    more: list[pl.Series] = []
    for column in columns:
        raw = batch[column.name]
        plain = trim(raw) if column.family == "text" else raw.str.strip_chars()
        plain = without_nothing(plain).rename(text(column.name))
        more.append(plain)
        if column.family == "number":
            more.append(cast(plain, "decimal").rename(number(column.name)))
        if column.family == "date":
            kind: Kind = "month" if column.meaning == "month" else "date"
            more.append(cast(plain, kind).rename(day(column.name)))
    return batch.with_columns(more)

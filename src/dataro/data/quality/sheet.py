"""The table under diagnosis: its columns with their meanings, a prepared sample, its context."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from dataro.data.quality.blocks import apart, blocks, together
from dataro.data.quality.meaning import Family, recognise_all
from dataro.data.standards.cast import cast, trim, without_nothing
from dataro.data.standards.codes import CodeHistory
from dataro.vocabulary.terms import Kind

if TYPE_CHECKING:
    from dataro.data.quality.coordinates import Bounds  # loads pyproj, which few tables need

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


ANY = Column("\0any", "", 0.0, "text", 1.0)
"""Stands for every column of a family in turn: a check made for it is a condition on all of them
(``Sheet.counts``). What a check asks of the shares in a column it need not ask of this one."""


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

    def only(self, *names: str) -> pl.DataFrame:
        """Some columns of the sample: a frame of thousands of columns is slow to ask a question
        of."""
        return pl.DataFrame([self.sample[name] for name in names])

    def counts(self, columns: Sequence[Column], met: Sequence[pl.Expr]) -> npt.NDArray[np.int64]:
        """The cells of the sample that meet conditions on ``ANY``: a row a column, a column a
        condition. All columns are of one family."""
        parts = [np.zeros((0, len(met)), dtype=np.int64)]
        height = self.sample.height
        for block in blocks([column.name for column in columns], height):
            cells = {AT: pl.int_range(len(block) * height, eager=True)}
            for prepared in (str, text, number, day):
                if prepared(block[0]) in self.prepared:
                    cells[prepared(ANY.name)] = together([self.sample[prepared(n)] for n in block])
            found = pl.DataFrame(cells).select(
                condition.fill_null(False).alias(str(n)) for n, condition in enumerate(met)
            )
            grid = found.to_numpy().reshape(len(block), height, len(met))
            parts.append(grid.sum(axis=1, dtype=np.int64))
        return np.concatenate(parts)

    def narrow(self, column: Column) -> pl.DataFrame:
        """The sample's cells of one column, raw and prepared."""
        names = (column.name, text(column.name), number(column.name), day(column.name))
        return self.only(*(name for name in names if name in self.prepared))


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
    columns = tuple(
        Column(name, found.meaning, found.confidence, found.family, found.filled)
        for name, found in zip(sample.columns, recognise_all(sample), strict=True)
    )
    return Sheet(columns, prepare(sample, columns), whole, context)


def prepare(batch: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """The batch with its prepared columns beside the raw ones."""
    more: list[pl.Series] = []
    for alike in _alike(columns):
        for block in blocks([column.name for column in alike], batch.height):
            more += _prepared(batch, block, alike[0])
    return batch.with_columns(more)


def _alike(columns: Sequence[Column]) -> list[list[Column]]:
    """Columns that are prepared in the same way."""
    groups: dict[tuple[str, bool], list[Column]] = {}
    for column in columns:
        groups.setdefault((column.family, column.meaning == "month"), []).append(column)
    return list(groups.values())


def _prepared(batch: pl.DataFrame, names: Sequence[str], like: Column) -> list[pl.Series]:
    raw = together([batch[name] for name in names])
    plain = without_nothing(trim(raw) if like.family == "text" else raw.str.strip_chars())
    more = apart(plain, [text(name) for name in names], batch.height)
    if like.family == "number":
        read = cast(plain, "decimal")
        more += apart(read, [number(name) for name in names], batch.height)
    if like.family == "date":
        kind: Kind = "month" if like.meaning == "month" else "date"
        more += apart(cast(plain, kind), [day(name) for name in names], batch.height)
    return more

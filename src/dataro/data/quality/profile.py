"""The profile of every column of a table that streams by: counts, extremes, values, patterns.

Columns with few different values are counted exactly. Of a column whose values are nearly all
different the number of different values is exact too (by 64-bit hashes), while its most frequent
values and patterns are estimates from what repeats inside a batch and from a share of the rows;
``exact`` tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from dataro.data.sources.raw import FILE, ROW

TOP = 10
_DECIDE = 300_000  # after so many rows a column is counted by value or by hash
_NEARLY_ALL = 0.2  # different values per row from which a column is counted by hash
_MERGE = 400_000
_SHARE = 20  # of a hashed column every twentieth row is looked at for patterns


@dataclass(frozen=True, slots=True)
class Profile:
    """One column: rows, blanks, different values, extremes, most frequent values and patterns.

    ``least`` and ``most`` are the extremes as text, ``low`` and ``high`` those of its numbers. A
    pattern writes digits as 9, Latin letters as A, Hangul syllables as 가.
    """

    name: str
    rows: int
    blanks: int
    distinct: int
    least: str | None
    most: str | None
    low: float | None
    high: float | None
    values: tuple[tuple[str, int], ...]
    patterns: tuple[tuple[str, int], ...]
    exact: bool


@dataclass
class _Counter:
    """What is known of one column while batches go by."""

    name: str
    rows: int = 0
    blanks: int = 0
    counts: pl.DataFrame | None = None
    hashes: list[npt.NDArray[np.uint64]] | None = None
    patterns: pl.DataFrame | None = None
    pending: list[pl.DataFrame] = field(default_factory=list)
    waiting: int = 0
    extremes: list[str] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)

    def take(self, values: pl.Series) -> None:
        self.rows += values.len()
        self.blanks += values.null_count()
        if self.hashes is None:
            counted = values.drop_nulls().alias("value").value_counts(name="n")
            self._wait(counted)
            if self.rows >= _DECIDE and self.counts is None:
                self._merge()
                if self.counts is not None and self.counts.height > _NEARLY_ALL * self.rows:
                    self._turn_to_hashes()
            return
        filled = values.drop_nulls().alias("value")
        self.hashes.append(filled.hash(0).to_numpy())
        self._look(filled)

    def _look(self, filled: pl.Series) -> None:
        """Extremes, numbers, repeats and patterns of a batch of a hashed column."""
        if filled.is_empty():
            return
        self.extremes += [str(filled.min()), str(filled.max())]
        numbers = filled.cast(pl.Float64, strict=False).drop_nulls()
        if not numbers.is_empty():
            self.numbers += [float(str(numbers.min())), float(str(numbers.max()))]
        some = filled.gather_every(_SHARE)
        shapes = pattern(some).alias("value").value_counts(name="n")
        parts = [shapes] if self.patterns is None else [self.patterns, shapes]
        self.patterns = _together(parts)
        repeats = some.value_counts(name="n").filter(pl.col("n") > 1)
        self._wait(repeats)

    def _wait(self, counted: pl.DataFrame) -> None:
        self.pending.append(counted)
        self.waiting += counted.height
        if self.waiting > _MERGE:
            self._merge()

    def _merge(self) -> None:
        parts = self.pending if self.counts is None else [self.counts, *self.pending]
        self.counts = _together(parts) if parts else None
        self.pending, self.waiting = [], 0

    def _turn_to_hashes(self) -> None:
        """Give up counting by value; what was seen so far is kept as hashes and repeats."""
        counts = self.counts
        if counts is None:
            return
        self.hashes = [counts["value"].hash(0).to_numpy()]
        self._look(counts["value"])
        self.counts = (
            counts.filter(pl.col("n") > 1).with_columns(pl.col("n") // _SHARE)
            .filter(pl.col("n") > 0)
        )  # fmt: skip
        self.pending, self.waiting = [], 0

    def finish(self) -> Profile:
        """The profile of the column."""
        self._merge()
        counts = self.counts
        if counts is None:
            return Profile(
                self.name, self.rows, self.blanks, 0, None, None, None, None, (), (), True
            )
        if self.hashes is not None:
            distinct = _different(self.hashes)
            shapes = _top(self.patterns, _SHARE)
            return Profile(
                self.name, self.rows, self.blanks, distinct,
                min(self.extremes, default=None), max(self.extremes, default=None),
                min(self.numbers, default=None), max(self.numbers, default=None),
                _top(counts, _SHARE), shapes, False,
            )  # fmt: skip
        values = counts["value"]
        numbers = values.cast(pl.Float64, strict=False).drop_nulls()
        shaped = counts.with_columns(pattern(values).alias("value"))
        least, most = values.min(), values.max()
        low, high = (
            (float(str(numbers.min())), float(str(numbers.max())))
            if numbers.len()
            else (None, None)
        )
        return Profile(
            self.name, self.rows, self.blanks, counts.height,
            None if least is None else str(least), None if most is None else str(most),
            low, high, _top(counts, 1), _top(_together([shaped]), 1), True,
        )  # fmt: skip


def profile(batches: Iterable[pl.DataFrame]) -> list[Profile]:
    """The profile of each column of text; a blank is a null or an empty cell."""
    counters: dict[str, _Counter] = {}
    for batch in batches:
        for name in batch.columns:
            if name in (FILE, ROW) or batch.schema[name] != pl.String:
                continue
            counters.setdefault(name, _Counter(name)).take(batch[name].replace("", None))
    return [counter.finish() for counter in counters.values()]


def pattern(values: pl.Series) -> pl.Series:
    """Each value with digits as ``9``, Latin letters as ``A``, Hangul syllables as ``가``."""
    return (
        values.str.replace_all(r"[0-9]", "9")
        .str.replace_all(r"[A-Za-z]", "A")
        .str.replace_all(r"[가-힣]", "가")
    )


def _together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    whole = pl.concat(part.select("value", pl.col("n").cast(pl.Int64)) for part in parts)
    return whole.group_by("value").agg(pl.col("n").sum())


def _top(counts: pl.DataFrame | None, times: int) -> tuple[tuple[str, int], ...]:
    if counts is None:
        return ()
    best = counts.sort("n", "value", descending=[True, False]).head(TOP)
    return tuple((str(value), int(n) * times) for value, n in best.select("value", "n").iter_rows())


def _different(hashes: list[npt.NDArray[np.uint64]]) -> int:
    together = np.concatenate(hashes)
    together.sort()
    return int(np.count_nonzero(np.diff(together)) + 1) if len(together) else 0

"""What is wrong with a column as a whole: nothing in it, one value, two values in each cell."""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from dataro.data.quality.screen import FINDINGS
from dataro.data.quality.share import quantile, share
from dataro.data.quality.sheet import Column, Sheet, day, text

_BRACKETS = r"^[^()]+\s*\([^()]+\)$"
_CODE_BEHIND = r"^[^()]+\s*\(\d{5,}\)$"
_REMARK_BEHIND = r"^[A-Za-z0-9-]+\s*\([^()]+\)$"
_MOST = 0.9
_FEWEST = 20
_COMMAS = 0.05


def structure(sheet: Sheet) -> pl.DataFrame:
    """Findings of whole columns (``at`` and ``row`` are null); the value is an example cell."""
    said: list[tuple[str | None, str, str | None]] = []
    for column in sheet.columns:
        cells = sheet.sample[text(column.name)].drop_nulls()
        found = _judge(sheet, column, cells)
        if found is not None:
            said.append((column.name, *found))
    return _of_columns(said)


def _of_columns(said: Sequence[tuple[str | None, str, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "at": [None] * len(said),
            "row": [None] * len(said),
            "column": [name for name, _, _ in said],
            "rule": [rule for _, rule, _ in said],
            "value": [value for _, _, value in said],
            "proposed": [None] * len(said),
        },
        schema=FINDINGS,
    )


def _judge(sheet: Sheet, column: Column, cells: pl.Series) -> tuple[str, str | None] | None:
    if cells.is_empty():
        return "empty_column", None
    if cells.len() < _FEWEST:
        return None
    example = str(cells[0])
    if max(_share(cells, _CODE_BEHIND), _share(cells, _REMARK_BEHIND)) >= _MOST:
        return "two_values", example
    if column.meaning not in ("address", "phone", "name", "text", "date", "amount") and (
        _share(cells, _BRACKETS) >= _MOST
    ):
        return "two_values", example
    if column.family == "number":
        if cells.len() >= 0.95 * sheet.sample.height and cells.n_unique() == 1:
            return "constant_column", example
        if _share(cells, r"\d,\d{3}") >= _COMMAS:
            return "thousands_commas", next(v for v in cells if "," in v)
    return None


def _share(cells: pl.Series, pattern: str) -> float:
    return share(cells.str.contains(pattern))


def gaps(sheet: Sheet, key: Sequence[str]) -> pl.DataFrame:
    """Months or days that a series leaves out, and combinations that a table of counts lacks.

    A series is a column of months or days that is part of the ``key``, or different in each row,
    and of which at least two thirds between the first and the last are there; combinations are those of a composite ``key`` that is mostly complete.
    """
    said: list[tuple[str | None, str, str | None]] = []
    for column in sheet.of("month", "date"):
        days = sheet.sample[day(column.name)].drop_nulls()
        if column.name not in key and days.n_unique() < 0.99 * sheet.sample.height:
            continue  # days on which things happened are no series
        absent = _absent(days.unique().sort(), column)
        if absent:
            said.append((column.name, "gap", absent))
    if sheet.whole and len(key) > 1:
        there = _usual(sheet.sample.select(text(n) for n in key).drop_nulls())
        # a name beside its code varies with it and is no dimension of its own
        free = _independent(there)
        expected = math.prod(there[n].n_unique() for n in free)
        lacking = expected - there.n_unique()
        if 0 < lacking < 0.4 * expected:
            said.append((None, "gap", f"{lacking:,} / {expected:,}"))
    return _of_columns(said)


def _absent(days: pl.Series, column: Column) -> str | None:
    if days.len() < 6:
        return None
    step = "1mo" if column.meaning == "month" else "1d"
    whole = pl.date_range(days[0], days[-1], step, eager=True)
    if days.len() < 2 / 3 * whole.len() or days.len() == whole.len():
        return None
    lacking = whole.filter(~whole.is_in(days.implode()))
    written = "%Y-%m" if step == "1mo" else "%Y-%m-%d"
    first = ", ".join(lacking.head(6).dt.strftime(written))
    return f"{lacking.len():,}: {first}" + (" …" if lacking.len() > 6 else "")


def _usual(there: pl.DataFrame) -> pl.DataFrame:
    """Without values that stand in hardly a row compared with the others: slips, newcomers."""
    for name in there.columns:
        counts = there[name].value_counts()
        kept = counts.filter(pl.col("count") > 0.25 * quantile(counts["count"], 0.5))
        there = there.filter(pl.col(name).is_in(kept[name].implode()))
    return there


def _independent(there: pl.DataFrame) -> list[str]:
    """Columns whose values do not follow from the ones before them."""
    free: list[str] = []
    for name in there.columns:
        before = there.select(free).n_unique() if free else 1
        if there.select(*free, name).n_unique() > before:
            free.append(name)
    return free


def labels_above(frame: pl.DataFrame) -> list[str]:
    """Leading columns whose label stands only in the first row of each block (merged cells)."""
    found: list[str] = []
    for name in frame.columns:
        cells = frame[name]
        if cells.dtype != pl.String or name.startswith("_"):
            break
        blank = cells.is_null() | (cells.str.strip_chars() == "").fill_null(False)
        empty = share(blank)
        if empty < 0.5 or empty == 1.0 or bool(blank[0]):
            break
        found.append(name)
    return found if frame.height >= _FEWEST else []

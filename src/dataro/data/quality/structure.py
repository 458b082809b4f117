"""What is wrong with a column as a whole: nothing in it, one value, two values in each cell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import polars as pl

from dataro.data.quality.screen import FINDINGS
from dataro.data.quality.share import quantile, share
from dataro.data.quality.sheet import ANY, Column, Sheet, day, text

_BRACKETS = r"^[^()]+\s*\([^()]+\)$"
_CODE_BEHIND = r"^[^()]+\s*\(\d{5,}\)$"
_REMARK_BEHIND = r"^[A-Za-z0-9-]+\s*\([^()]+\)$"
_COMMA = r"\d,\d{3}"
_PATTERNS = (_BRACKETS, _CODE_BEHIND, _REMARK_BEHIND, _COMMA)
_MAY_HAVE_BRACKETS = ("address", "phone", "name", "text", "date", "amount")
_MOST = 0.9
_FEWEST = 20
_COMMAS = 0.05


def structure(sheet: Sheet) -> pl.DataFrame:
    """Findings of whole columns (``at`` and ``row`` are null); the value is an example cell."""
    said: list[tuple[str | None, str, str | None]] = []
    cell = pl.col(text(ANY.name))
    marks = [cell.is_not_null(), *(cell.str.contains(pattern) for pattern in _PATTERNS)]
    for family in ("text", "number", "date"):
        columns = [column for column in sheet.columns if column.family == family]
        for column, (filled, *met) in zip(columns, sheet.counts(columns, marks), strict=True):
            shares = dict(zip(_PATTERNS, (many / max(1, filled) for many in met), strict=True))
            found = _judge(sheet, column, int(filled), shares)
            if found is not None:
                said.append((column.name, *found))
    order = {column.name: at for at, column in enumerate(sheet.columns)}
    return _of_columns(sorted(said, key=lambda one: order[one[0] or ""]))


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


def _judge(
    sheet: Sheet, column: Column, filled: int, shares: Mapping[str, float]
) -> tuple[str, str | None] | None:
    if not filled:
        return "empty_column", None
    if filled < _FEWEST:
        return None
    if max(shares[_CODE_BEHIND], shares[_REMARK_BEHIND]) >= _MOST or (
        column.meaning not in _MAY_HAVE_BRACKETS and shares[_BRACKETS] >= _MOST
    ):
        return "two_values", str(_cells(sheet, column)[0])
    if column.family == "number":
        cells = _cells(sheet, column)
        if filled >= 0.95 * sheet.sample.height and cells.n_unique() == 1:
            return "constant_column", str(cells[0])
        if shares[_COMMA] >= _COMMAS:
            return "thousands_commas", next(v for v in cells if "," in v)
    return None


def _cells(sheet: Sheet, column: Column) -> pl.Series:
    return sheet.sample[text(column.name)].drop_nulls()


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

"""Rows: empty ones, totals among the parts, sums that do not add up, missing cells."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import polars as pl

from dataro.data.quality.rules.numbers import as_text
from dataro.data.quality.sheet import ANY, EVERY_ROW, Column, Screen, Sheet, number, text

_TOTAL = r"^(?i:총\s*계|합\s*계|소\s*계|누\s*계|총\s*합\s*계|총\s*합|계|합|전\s*체|total|sub\s*total|grand\s*total)$"
_CODED = r"(?:^|\()(\d{10})\)?$"
_MANDATORY = 0.95
_MOST_NUMBERS = 60
_MOST_PAIRED = 24

Grid = npt.NDArray[np.float64]
_OPTIONAL_MEANINGS = ("text", "url", "email")
_OPTIONAL_NAMES = re.compile(
    r"비고|메모|팩스|폐업|폐지|폐쇄|종료|말소|만료|부번|remark|memo|note|fax|end|close"
)


def may_be_empty(column: Column) -> bool:
    """Whether what a column means, or its heading, says that it need not be filled."""
    if column.meaning in _OPTIONAL_MEANINGS:
        return True
    return _OPTIONAL_NAMES.search(column.name.lower()) is not None


def missing(sheet: Sheet, column: Column) -> list[Screen]:
    """An empty cell where nearly every other row has one filled."""
    if column.filled < _MANDATORY or may_be_empty(column):
        return []
    empty = pl.col(text(column.name)).is_null()
    if column.family == "number":  # in a table of numbers “-” says that there is none
        empty = (pl.col(column.name).str.strip_chars() == "").fill_null(True)
    return [Screen("missing_mandatory", (column.name,), empty, EVERY_ROW)]


def empty_row(sheet: Sheet) -> list[Screen]:
    """A row without a single filled cell."""
    nothing = pl.all_horizontal(pl.col(text(c.name)).is_null() for c in sheet.columns)
    return [Screen("empty_row", (), nothing, EVERY_ROW)]


def total_row(sheet: Sheet) -> list[Screen]:
    """A total among the rows: a cell says so, or its code is that of the place above the others."""
    labels = [c for c in sheet.columns if c.family != "number" and c.meaning not in
              ("text", "phone", "email", "url")][:8]  # fmt: skip
    said = [
        pl.col(text(c.name)).str.contains(_TOTAL).fill_null(False)
        for c in labels
        if not _is_dimension(sheet, c)
    ]
    screens = []
    if said:
        screens.append(Screen("total_row", (), pl.any_horizontal(said), EVERY_ROW))
    coded = pl.col(text(ANY.name)).str.contains(_CODED)
    for family in ("text", "date"):
        columns = [column for column in sheet.columns if column.family == family]
        for column, (cells,) in zip(columns, sheet.counts(columns, [coded]), strict=True):
            above = _codes_above(sheet, column) if cells >= 20 else None
            if above is not None:
                screens.append(Screen("total_row", (), above, pl.lit(False)))
    return screens


def _is_dimension(sheet: Sheet, column: Column) -> bool:
    """Whether “total” is a regular member of the column, as in 계·남·여."""
    share = (
        sheet.narrow(column).select(pl.col(text(column.name)).str.contains(_TOTAL).mean()).item()
    )
    return bool(share is not None and share > 0.1)


def _codes_above(sheet: Sheet, column: Column) -> pl.Expr | None:
    """Rows of provinces or cities in a table that also has the districts below them."""
    code = pl.col(text(column.name)).str.extract(_CODED, 1)
    codes = sheet.narrow(column).select(code.alias("code"))["code"].drop_nulls()
    if codes.len() < 0.9 * sheet.sample.height:
        return None
    unique = codes.unique()
    provinces = unique.filter(unique.str.ends_with("00000000"))
    cities = unique.filter(unique.str.ends_with("00000") & ~unique.str.ends_with("00000000"))
    below = unique.filter(~unique.str.ends_with("00000"))
    has_cities = provinces.filter(provinces.str.head(2).is_in(cities.str.head(2).implode()))
    has_districts = cities.filter(cities.str.head(5).is_in(below.str.head(5).implode()))
    above = pl.concat([has_cities, has_districts])
    if above.is_empty() or above.len() > 0.5 * unique.len():
        return None
    return code.is_in(above.implode())


def sums(sheet: Sheet) -> list[Screen]:
    """A total that is not the sum of its parts, where most rows show which columns add up."""
    columns = [c for c in sheet.columns if c.family == "number" and c.meaning not in
               ("longitude", "latitude", "year", "rate")][:_MOST_NUMBERS]  # fmt: skip
    if len(columns) < 3:
        return []
    rows = sheet.sample.select(pl.col(number(c.name)).alias(c.name) for c in columns)
    grid = rows.drop_nulls().gather_every(max(1, rows.height // 600)).to_numpy().astype(float)
    if grid.shape[0] < 20:
        return []
    screens: list[Screen] = []
    for total, parts in _additions(grid):
        whole = pl.col(number(columns[total].name))
        added = pl.sum_horizontal(pl.col(number(columns[p].name)) for p in parts)
        given = pl.all_horizontal(
            pl.col(number(columns[i].name)).is_not_null() for i in (total, *parts)
        )
        wrong = given & ((whole - added).abs() > 1e-6 * pl.max_horizontal(whole.abs(), pl.lit(1)))
        screens.append(Screen("sum_of_parts", (columns[total].name,), wrong, given,
                              (as_text(added),)))  # fmt: skip
    return screens


def _additions(grid: Grid) -> list[tuple[int, tuple[int, ...]]]:
    """Columns that are the sum of others in nine rows of ten: of neighbours in a row, or of two."""
    size = grid.shape[1]
    spread = np.ptp(grid, axis=0) > 0
    lively = spread & (np.count_nonzero(grid, axis=0) > 0.5 * len(grid))
    running = np.concatenate([np.zeros((len(grid), 1)), np.cumsum(grid, axis=1)], axis=1)
    best: dict[int, tuple[int, ...]] = {}
    for first in range(size):
        for last in range(first + 2, size + 1):
            if lively[first:last].sum() < 2:
                continue
            run = tuple(range(first, last))
            for total in _equal_to(running[:, last] - running[:, first], grid):
                if lively[total] and total not in run and len(run) > len(best.get(total, ())):
                    best[total] = run
    if size <= _MOST_PAIRED:
        for a in range(size):
            for b in range(a + 2, size):
                if lively[a] and lively[b]:
                    for total in _equal_to(grid[:, a] + grid[:, b], grid):
                        if lively[total] and total not in (a, b):
                            best.setdefault(total, (a, b))
    return sorted(best.items())


def _equal_to(added: Grid, grid: Grid) -> list[int]:
    """The columns that a sum equals in nine rows of ten; a few rows are looked at first."""
    few = np.abs(grid[:40] - added[:40, None]) <= 1e-6 * np.maximum(np.abs(grid[:40]), 1)
    likely = np.flatnonzero(few.mean(axis=0) >= 0.6)
    near = np.abs(grid[:, likely] - added[:, None]) <= 1e-6 * np.maximum(np.abs(grid[:, likely]), 1)
    return [int(i) for i in likely[near.mean(axis=0) >= 0.9]]

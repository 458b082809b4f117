"""Numbers: what stands beside the digits, signs, limits, slips of a thousand."""

from __future__ import annotations

import math
import re

import polars as pl

from dataro.data.quality.share import quantile, share
from dataro.data.quality.sheet import ANY, Column, Screen, Sheet, number, text

_WITH_UNIT = r"^[₩￦]\s*[-+]?[\d,.]+|^[-+]?[\d,.]+\s*[가-힣A-Za-z%㎡㎢㎥㎞㎏℃°²³]+\.?$"
_SCIENTIFIC = r"^[-+]?\d(?:\.\d+)?[eE]\+?\d+$"
_DECIMAL_COMMA = r"^-?(?:\d+,\d{1,2}|0,\d+|\d{4,},\d+|\d+,\d{4,})$"
_MAY_PASS_100 = re.compile(
    r"증감|증가|감소|성장|대비|변동|달성|경쟁|부채|용적|보급|수익|회전|배율|비교|growth|change"
)
_MAY_BE_NEGATIVE = re.compile(
    r"증감|변동|차이|순이동|증가|감소|change|diff|(^|_)net", re.IGNORECASE
)
_PRICES = re.compile(
    r"부과|판매|구입|지급|예산|가격|단가|요금|수수료|사용료|임대료|price|fee", re.IGNORECASE
)
_MINUS_ZERO = r"^-0+(?:\.0+)?$"
_LETTERS = r"^-?[\dOolI.,]*[OolI][\dOolI.,]*$"
_STYLE = 0.5  # what more than half of a column does is its style, not a fault
_SLIP = 1000
_FEWEST = 50  # numbers from which a column has a spread


def as_text(value: pl.Expr) -> pl.Expr:
    """A number as a cell writes it: whole ones without a point."""
    whole = value.round(0).cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(value == value.round(0)).then(whole).otherwise(value.round(8).cast(pl.String))


def amount_unit_text(sheet: Sheet, column: Column) -> list[Screen]:
    """A unit inside the cell (``1,200원``), unless the whole column is written so."""
    cell = pl.col(text(column.name))
    written = cell.str.contains(_WITH_UNIT) & ~cell.str.contains(_SCIENTIFIC)
    if _share(sheet, column, written) > _STYLE:
        return []
    return [Screen("amount_unit_text", (column.name,), written,
                   proposed=(as_text(pl.col(number(column.name))),))]  # fmt: skip


def letter_for_digit(sheet: Sheet, column: Column) -> list[Screen]:
    """A letter among digits: O for 0, l or I for 1. Only O is sure enough for a proposal."""
    cell = pl.col(text(column.name))
    written = cell.str.contains(_LETTERS) & cell.str.contains(r"\d")
    sure = pl.when(~cell.str.contains("[lI]")).then(cell.str.replace_all("[Oo]", "0"))
    return [Screen("letter_for_digit", (column.name,), written, proposed=(sure,))]


def decimal_comma(sheet: Sheet, column: Column) -> list[Screen]:
    """A comma where the point belongs (``12,5``)."""
    cell = pl.col(text(column.name))
    written = cell.str.contains(_DECIMAL_COMMA)
    thousandths = cell.str.contains(r"^-?\d+\.\d{3}$")
    if column.name == ANY.name or _share(sheet, column, thousandths) > _STYLE:
        written = written | cell.str.contains(r"^-?\d{1,3},\d{3}$")
    return [Screen("decimal_comma", (column.name,), written,
                   proposed=(cell.str.replace(",", ".", literal=True),))]  # fmt: skip


def scientific(sheet: Sheet, column: Column) -> list[Screen]:
    """``1.23E+15``: a spreadsheet rounded away the last digits, so nothing can be proposed."""
    written = pl.col(text(column.name)).str.contains(_SCIENTIFIC)
    if _share(sheet, column, written) > _STYLE:
        return []
    return [Screen("scientific", (column.name,), written)]


def not_number(sheet: Sheet, column: Column) -> list[Screen]:
    """Text in a column of numbers."""
    cell = pl.col(text(column.name))
    unread = cell.is_not_null() & pl.col(number(column.name)).is_null()
    return [] if _share(sheet, column, unread) > _STYLE else [
        Screen("not_number", (column.name,), unread)
    ]  # fmt: skip


def may_be_negative(column: Column) -> bool:
    """Whether a heading speaks of changes or balances; of amounts only prices and charges never
    fall below zero."""
    if column.meaning == "amount" and not _PRICES.search(column.name):
        return True
    return _MAY_BE_NEGATIVE.search(column.name) is not None


def negative(sheet: Sheet, column: Column) -> list[Screen]:
    """Below zero where things are counted or measured; changes and balances are left alone."""
    if may_be_negative(column):
        return []
    below = (pl.col(number(column.name)) < 0) | pl.col(text(column.name)).str.contains(_MINUS_ZERO)
    return [] if _share(sheet, column, below) > 0.05 else [
        Screen("negative", (column.name,), below)
    ]  # fmt: skip


def rate_over_100(sheet: Sheet, column: Column) -> list[Screen]:
    """Over 100 % or below 0 where a share of a whole is meant."""
    values = sheet.sample[number(column.name)].drop_nulls()
    if values.is_empty() or _MAY_PASS_100.search(column.name):
        return []
    if share(values.is_between(0, 100)) < 0.95:
        return []
    cell = pl.col(number(column.name))
    return [Screen("rate_over_100", (column.name,), (cell > 100) | (cell < 0))]


def outlier(sheet: Sheet, column: Column) -> list[Screen]:
    """A thousand times off: far outside the column's spread, and inside it after division.

    The spread is judged on logarithms, by the distance from the median to the 90th percentile
    (1.28 standard deviations of a normal); six of them must be passed.
    """
    if _MAY_BE_NEGATIVE.search(column.name) or sheet.sample.height < _FEWEST:
        return []
    values = sheet.sample[number(column.name)]
    positive = values.filter((values > 0).fill_null(False))
    if positive.len() < _FEWEST:
        return []
    logs = positive.log10()
    middle, high = quantile(logs, 0.5), quantile(logs, 0.9)
    spread = max((high - middle) / 1.2816, 0.02)
    limit = 10 ** (middle + max(6 * spread, 1.3))
    bulk = 10 ** (middle + 4 * spread), 10 ** (middle - 6 * spread)
    cell = pl.col(number(column.name))
    slip = (cell > limit) & (cell / _SLIP <= bulk[0]) & (cell / _SLIP >= bulk[1])
    whole = share(positive == positive.round(0)) > 0.98
    if whole:  # a thousand times a whole number ends in three zeros; else it must be far off
        slip = slip & (cell >= _SLIP) & ((cell % _SLIP == 0) | (cell > 10 * limit))
    extreme = cell > limit * _SLIP
    screens = [Screen("outlier", (column.name,), slip, cell.is_not_null(),
                      (as_text(cell / _SLIP),)),
               Screen("outlier", (column.name,), extreme & ~slip, pl.lit(False))]  # fmt: skip
    if whole:
        low = (cell > 0) & (cell < 1) & (cell * _SLIP <= bulk[0]) & (cell * _SLIP >= bulk[1])
        screens.append(Screen("outlier", (column.name,), low, pl.lit(False),
                              (as_text(cell * _SLIP),)))  # fmt: skip
    return screens


def _share(sheet: Sheet, column: Column, condition: pl.Expr) -> float:
    """The share of filled cells of the sample that meet a condition; 0 for ``ANY``."""
    if column.name == ANY.name:
        return 0.0
    found = sheet.narrow(column).select(
        condition.fill_null(False).sum().alias("met"),
        pl.col(text(column.name)).is_not_null().sum().alias("all"),
    )
    met, total = found.row(0)
    return met / total if total else math.nan

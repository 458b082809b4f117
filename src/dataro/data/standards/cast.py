"""Casting text to the stored type of a domain: what cannot be read stays null and is a fault.

Every function takes a text series and gives a typed one of the same length. A cell that says
nothing (empty, ``-``, ``…``) and a cell that cannot be read are both null in it;
``says_nothing`` tells the two apart.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from dataro.data.standards.cast_dates import cast_date, cast_datetime, cast_month, cast_time
from dataro.data.standards.cast_numbers import cast_decimal, cast_integer
from dataro.vocabulary.terms import Kind
from dataro.vocabulary.text import Text, both

STORED: dict[Kind, type[pl.DataType] | pl.DataType] = {
    "text": pl.String(),
    "code": pl.String(),
    "integer": pl.Int64(),
    "decimal": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "month": pl.Date(),
    "year": pl.Int32(),
    "time": pl.Time(),
    "datetime": pl.Datetime("us"),
    "geometry": pl.Binary(),
}
"""The stored type of each kind of domain."""

EXPECTED: dict[Kind, Text] = {
    "text": both("글", "text"),
    "code": both("코드", "a code"),
    "integer": both("정수(예: 1,234)", "a whole number such as 1,234"),
    "decimal": both("숫자(예: 1,234.5)", "a number such as 1,234.5"),
    "boolean": both("예/아니오(예: Y, N)", "yes or no, such as Y or N"),
    "date": both("달력에 있는 날짜(예: 2023-12-01)", "a day of the calendar such as 2023-12-01"),
    "month": both("연월(예: 2023-12)", "a month such as 2023-12"),
    "year": both("연도(예: 2023)", "a year such as 2023"),
    "time": both("시각(예: 09:30)", "a time such as 09:30"),
    "datetime": both(
        "날짜와 시각(예: 2023-12-01 09:30)", "a date and time such as 2023-12-01 09:30"
    ),
    "geometry": both("공간 정보", "a geometry"),
}
"""What a cell of each kind should have held, for the sentence of a fault."""

SPACES = " \t\r\n\v\f\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u3000\ufeff"
"""Everything that looks like a space at the edge of a cell, ideographic and zero-width included."""

_NOTHING = (
    "",
    "-",
    "--",
    "–",
    "—",
    "…",
    "...",
    "·",
    "N/A",
    "n/a",
    "#N/A",
    "NULL",
    "null",
    "NaN",
    "None",
)
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_NOT_NFC = (
    "[\u0300-\u036f\u1100-\u11ff\u212a\u212b\u3099\u309a\ua960-\ua97f\ud7b0-\ud7ff\uf900-\ufaff]"
)
_HAS_FULL_WIDTH = "[\uff01-\uff5e]"

_YES = (
    "y",
    "yes",
    "예",
    "네",
    "o",
    "○",
    "◯",
    "●",
    "유",
    "있음",
    "true",
    "t",
    "참",
    "1",
    "여",
    "가능",
    "해당",
)
_NO = (
    "n",
    "no",
    "아니오",
    "아니요",
    "x",
    "×",
    "✕",
    "무",
    "없음",
    "false",
    "f",
    "거짓",
    "0",
    "부",
    "불가",
    "불가능",
    "미해당",
)


def trim(values: pl.Series) -> pl.Series:
    """NFC text without spaces of any kind at its edges."""
    if values.str.contains(_NOT_NFC).any():  # composing is dear, and hardly any column needs it
        values = values.str.normalize("NFC")
    return values.str.strip_chars(SPACES)


def says_nothing(values: pl.Series) -> pl.Series:
    """Whether a cell is empty or holds a sign for “nothing”; never null."""
    return values.is_null() | values.str.strip_chars(SPACES).is_in(_NOTHING)


def without_nothing(trimmed: pl.Series) -> pl.Series:
    """Trimmed text with null where it says nothing."""
    return trimmed.set(trimmed.is_in(_NOTHING).fill_null(False), None)


def half_width(values: pl.Series) -> pl.Series:
    """Full-width digits, letters and signs as their ASCII forms (``１２３`` → ``123``)."""
    if not values.str.contains(_HAS_FULL_WIDTH).any():
        return values
    return values.str.replace_many(list(_FULL_WIDTH), list(_FULL_WIDTH.values()))


def cast(values: pl.Series, kind: Kind, unit: Text | None = None) -> pl.Series:
    """Text as the stored type of ``kind``; null where it says nothing or cannot be read.

    ``unit`` is the column's own unit: a number may carry it, or a unit that is a power of ten of
    it (``3천원`` in a column of won); another unit cannot be read.
    """
    if kind == "geometry":
        return values.cast(pl.Binary)
    kept = without_nothing(trim(values))
    if kind == "text":
        return kept
    kept = half_width(kept)
    if kind == "code":
        return kept
    if kind in ("integer", "decimal"):
        number = cast_integer if kind == "integer" else cast_decimal
        return number(kept, unit)
    return _BY_KIND[kind](kept)


def cast_boolean(values: pl.Series) -> pl.Series:
    """``Y``/``N``, ``예``/``아니오``, ``O``/``X``, ``유``/``무`` … as true and false."""
    lower = values.str.to_lowercase()
    return (
        pl.select(pl.when(lower.is_in(_YES)).then(True).when(lower.is_in(_NO)).then(False))
        .to_series()
        .rename(values.name)
    )


def cast_year(values: pl.Series) -> pl.Series:
    """``2023``, ``2023년``, ``2023년도`` as a whole number of four digits."""
    return values.str.extract(r"^(\d{4})(?:\s*년도?)?$", 1).cast(pl.Int32)


_BY_KIND: dict[Kind, Callable[[pl.Series], pl.Series]] = {
    "boolean": cast_boolean,
    "date": cast_date,
    "month": cast_month,
    "year": cast_year,
    "time": cast_time,
    "datetime": cast_datetime,
}

"""Text as such: Unicode forms, widths, spaces, what a spreadsheet made of a code."""

from __future__ import annotations

import polars as pl

from dataro.data.quality.sheet import ANY, Column, Screen, Sheet, text
from dataro.data.standards.cast import half_width, trim

_JAMO = "[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]"
_WIDE = "[０-９Ａ-Ｚａ-ｚ]"
_SPACES = r"^[\s\u200b\ufeff]|[\s\u200b\ufeff]$|[^\S\r\n]{2,}"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = r"(?i)^(?:(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*-(\d{1,4})|(\d{1,4})-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)$"
_KOREAN = r"^(\d{1,2})월\s*(\d{1,2})일$"
_STAMP = r"^(?:19|20)\d{2}-(\d{2})-(\d{2}) 00:00:00$"


def nfd(sheet: Sheet, column: Column) -> list[Screen]:
    """Hangul taken apart into its letters (NFD), as file names of macOS are."""
    raw = pl.col(column.name)
    return [Screen("nfd", (column.name,), raw.str.contains(_JAMO), raw.is_not_null(),
                   (raw.str.normalize("NFC"),))]  # fmt: skip


def full_width(sheet: Sheet, column: Column) -> list[Screen]:
    """Full-width digits and letters."""
    raw = pl.col(column.name)
    return [Screen("full_width", (column.name,), raw.str.contains(_WIDE), raw.is_not_null(),
                   (raw.map_batches(half_width, return_dtype=pl.String),))]  # fmt: skip


def spaces(sheet: Sheet, column: Column) -> list[Screen]:
    """Spaces at an edge, or two in a row; ideographic and zero-width ones included."""
    raw = pl.col(column.name)
    found = raw.str.contains(_SPACES) & pl.col(text(column.name)).is_not_null()
    tidy = raw.map_batches(trim, return_dtype=pl.String).str.replace_all(r"[^\S\r\n]{2,}", " ")
    return [Screen("spaces", (column.name,), found, raw.is_not_null(), (tidy,))]


def lone_letters(sheet: Sheet, column: Column) -> list[Screen]:
    """Single Hangul letters inside a word (``주ㅅ소``): a slip of the keyboard."""
    cell = pl.col(text(column.name))
    return [
        Screen(
            "lone_letters",
            (column.name,),
            cell.str.contains("[가-힣][ㄱ-ㅎㅏ-ㅣ]|[ㄱ-ㅎㅏ-ㅣ][가-힣]"),
        )
    ]


def excel_date(sheet: Sheet, column: Column) -> list[Screen]:
    """A code such as ``11-36`` that a spreadsheet took for a date (``Nov-36``)."""
    cell = pl.col(text(column.name))
    found = cell.str.contains(_ENGLISH) | cell.str.contains(_KOREAN) | cell.str.contains(_STAMP)
    if column.name != ANY.name:
        usual = sheet.narrow(column).select((found & cell.is_not_null()).sum() / cell.count())
        if usual.item() is None or usual.item() > 0.5:
            return []
    english = cell.str.to_lowercase().str.extract_groups(_ENGLISH)
    name = pl.coalesce(english.struct.field("1"), english.struct.field("4"))
    rest = pl.coalesce(english.struct.field("2"), english.struct.field("3"))
    months = name.replace_strict(list(_MONTHS), [str(n) for n in range(1, 13)], default=None)
    from_english = months + "-" + rest
    from_korean = _pair(cell.str.extract_groups(_KOREAN))
    from_stamp = _pair(cell.str.extract_groups(_STAMP))
    proposed = pl.coalesce(from_english, from_korean, from_stamp)
    return [Screen("excel_date", (column.name,), found, proposed=(proposed,))]


def _pair(groups: pl.Expr) -> pl.Expr:
    first, second = groups.struct.field("1"), groups.struct.field("2")
    return first.str.strip_chars_start("0") + "-" + second.str.strip_chars_start("0")

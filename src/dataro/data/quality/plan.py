"""From the rules and the columns' meanings to the screens that a table is put through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from dataro.data.quality.catalogue import rules
from dataro.data.quality.meaning import Family
from dataro.data.quality.rules import codes, dates, identifiers, numbers, places, rows, texts
from dataro.data.quality.sheet import ANY, Column, Screen, Sheet, text

ColumnCheck = Callable[[Sheet, Column], list[Screen]]
TableCheck = Callable[[Sheet], list[Screen]]

COLUMN_CHECKS: Mapping[str, ColumnCheck] = {
    "missing": rows.missing,
    "nfd": texts.nfd,
    "full_width": texts.full_width,
    "spaces": texts.spaces,
    "lone_letters": texts.lone_letters,
    "excel_date": texts.excel_date,
    "scientific": numbers.scientific,
    "impossible_date": dates.impossible_date,
    "date_style": dates.date_style,
    "future_date": dates.future_date,
    "lost_leading_zero": identifiers.lost_leading_zero,
    "district_code": codes.district_code,
    "wrong_code": codes.wrong_code,
    "amount_unit_text": numbers.amount_unit_text,
    "letter_for_digit": numbers.letter_for_digit,
    "decimal_comma": numbers.decimal_comma,
    "not_number": numbers.not_number,
    "negative": numbers.negative,
    "rate_over_100": numbers.rate_over_100,
    "outlier": numbers.outlier,
    "phone": identifiers.phone,
    "business_number": identifiers.business_number,
    "postcode": identifiers.postcode,
    "form": identifiers.form,
    "resident_number": identifiers.resident_number,
}
TABLE_CHECKS: Mapping[str, TableCheck] = {
    "empty_row": rows.empty_row,
    "total_row": rows.total_row,
    "sums": rows.sums,
    "end_before_start": dates.end_before_start,
    "age_against_birth": dates.age_against_birth,
    "name_against_code": codes.name_against_code,
    "broken_reference": codes.broken_reference,
    "coordinates": places.coordinates,
    "address_against_coordinates": places.address_against_coordinates,
}


CELL_BY_CELL = (
    "missing", "nfd", "full_width", "spaces", "lone_letters", "excel_date", "scientific",
    "impossible_date", "future_date", "amount_unit_text", "letter_for_digit", "decimal_comma",
    "not_number", "negative", "resident_number",
)  # fmt: skip
"""Checks that put the same condition to the cells of every column of a family."""
LEAVES_ALONE: Mapping[str, Callable[[Column], bool]] = {
    "missing": rows.may_be_empty,
    "negative": numbers.may_be_negative,
    "future_date": dates.may_be_future,
}
"""Columns that a check of those never judges, by their headings."""
_MANY = 40
"""From so many columns it pays to ask all of them at once where a check finds anything."""

Judged = dict[tuple[str, str | None], int]


def plan(sheet: Sheet) -> tuple[list[Screen], Judged]:
    """Every screen that the rules make of a sheet's columns, and cells judged without one: in a
    table that is seen whole, columns in which a check fails no cell need no screen."""
    screens: list[Screen] = []
    judged: Judged = {}
    for rule in rules().values():
        if rule.check in TABLE_CHECKS:
            screens += TABLE_CHECKS[rule.check](sheet)
        elif rule.check in COLUMN_CHECKS:
            columns = [column for column in sheet.columns if _applies(rule.on, column)]
            if sheet.whole and len(columns) >= _MANY and rule.check in CELL_BY_CELL:
                columns = _failing(sheet, columns, rule.check, judged)
            for column in columns:
                screens += COLUMN_CHECKS[rule.check](sheet, column)
    return screens, judged


def _failing(
    sheet: Sheet, columns: Sequence[Column], check: str, judged: Judged
) -> list[Column]:  # fmt: skip
    """The columns in which a check may find something; cells of the others go into ``judged``."""
    spared = LEAVES_ALONE.get(check)
    families: dict[Family, list[Column]] = {}
    for column in columns:
        if spared is None or not spared(column):
            families.setdefault(column.family, []).append(column)
    failing: list[Column] = []
    for family, alike in families.items():
        made = COLUMN_CHECKS[check](sheet, replace(ANY, family=family))
        filled = pl.col(text(ANY.name)).is_not_null()
        failed = sheet.counts(alike, [one.failed for one in made]).sum(axis=1)
        cells = sheet.counts(alike, [filled if one.judged is None else one.judged for one in made])
        for column, fails, counted in zip(alike, failed, cells, strict=True):
            if fails:
                failing.append(column)
                continue
            for one, number in zip(made, counted, strict=True):
                judged[one.rule, column.name] = int(number)
    return failing


def _applies(on: str, column: Column) -> bool:
    if on == "every":
        return True
    if on == "text":
        return column.family == "text" and column.meaning != "corporation_number"
    return column.meaning in on.split("|")

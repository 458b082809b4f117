"""From the rules and the columns' meanings to the screens that a table is put through."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dataro.data.quality.catalogue import rules
from dataro.data.quality.rules import codes, dates, identifiers, numbers, places, rows, texts
from dataro.data.quality.sheet import Column, Screen, Sheet

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


def plan(sheet: Sheet) -> list[Screen]:
    """Every screen that the rules make of a sheet's columns."""
    screens: list[Screen] = []
    for rule in rules().values():
        if rule.check in TABLE_CHECKS:
            screens += TABLE_CHECKS[rule.check](sheet)
        elif rule.check in COLUMN_CHECKS:
            for column in sheet.columns:
                if _applies(rule.on, column):
                    screens += COLUMN_CHECKS[rule.check](sheet, column)
    return screens


def _applies(on: str, column: Column) -> bool:
    if on == "every":
        return True
    if on == "text":
        return column.family == "text" and column.meaning != "corporation_number"
    return column.meaning in on.split("|")

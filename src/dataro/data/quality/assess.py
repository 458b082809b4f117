"""The assessor-compatible mode: simple forms by kind of column, blanks counted as correct.

The error rate is failing cells over diagnosed cells; a blank cell is diagnosed and correct. What
each rule rests on stands in ``assessor.csv``; a rule without a source is our reading.
"""

from __future__ import annotations

import polars as pl

from dataro.data.quality.catalogue import assessor_rules
from dataro.data.quality.report import TypeResult
from dataro.data.quality.rules import dates, rows
from dataro.data.quality.sheet import EVERY_ROW, Screen, Sheet, text
from dataro.data.standards.cast import cast
from dataro.vocabulary.text import both

_RELATIONS = {
    "time_order": both("시간 순서", "Order in time"),
    "computed": both("계산식", "Computed sums"),
}


_WHOLE_DAY = r"\d{4}\D{0,2}\d{2}\D{0,2}\d{2}"


def _no_day(values: pl.Series) -> pl.Series:
    return cast(values, "date").is_null()


def assessor_screens(sheet: Sheet) -> list[Screen]:
    """Screens of the assessor's rules; every cell is judged, filled or not."""
    screens: list[Screen] = []
    for row in assessor_rules():
        for column in sheet.of(*row.meanings):
            cell = pl.col(text(column.name))
            failed = ~cell.str.contains(row.pattern)
            if row.rule == "date":  # a form is not enough: the day must be one of the calendar
                whole = cell.str.contains(_WHOLE_DAY)
                failed = failed | (whole & cell.map_batches(_no_day, return_dtype=pl.Boolean))
            screens.append(Screen(row.rule, (column.name,), failed, EVERY_ROW))
    for rule, found in (("time_order", dates.end_before_start), ("computed", rows.sums)):
        screens += [Screen(rule, one.columns, one.failed, EVERY_ROW) for one in found(sheet)]
    return screens


def type_results(
    judged: dict[tuple[str, str | None], int], failed: dict[tuple[str, str | None], int]
) -> list[TypeResult]:
    """The report sheet: columns, cells, errors and rate by kind of column."""
    kinds = {row.rule: row.kind for row in assessor_rules()} | _RELATIONS
    results = []
    for rule, kind in kinds.items():
        seats = [seat for seat in judged if seat[0] == rule]
        if seats:
            results.append(TypeResult(kind, len(seats), sum(judged[s] for s in seats),
                                      sum(failed.get(s, 0) for s in seats)))  # fmt: skip
    return results

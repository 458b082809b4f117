"""A first chart of a dataset, from what its columns are declared to be: nothing is guessed.

A line where time alone, or time and one code of few values, identifies a row; otherwise bars that
count rows by a column of few values. Nothing is added up that may hold totals already.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dataro.publish.catalogue.entry import Entry
from dataro.vocabulary.figure import Axis, Bars, Figure, Format, Line, Note, Series
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Text, both

MOST_ROWS = 50_000
"""Rows that are read for a picture; a larger table gets none."""
MOST_LINES, MOST_BARS, FEWEST_ROWS = 6, 12, 5
_TIMES: Mapping[str, Format] = {"month": "month", "date": "date", "year": "year"}


def first_chart(entry: Entry, frame: pl.DataFrame) -> Figure | None:
    """The chart of ``frame``, the rows of ``entry``; None where its columns allow none."""
    if not FEWEST_ROWS <= frame.height <= MOST_ROWS:
        return None
    columns = {name: term for name, term in entry.columns.items() if name in frame.columns}
    return _over_time(entry, frame, columns) or _counted(entry, frame, columns)


def _over_time(entry: Entry, frame: pl.DataFrame, columns: Mapping[str, Term]) -> Figure | None:
    keys = [name for name in entry.keys if name in columns]
    times = [name for name in keys if columns[name].domain.kind in _TIMES]
    others = [name for name in keys if name not in times]
    measures = [
        name
        for name, term in columns.items()
        if term.domain.kind in ("integer", "decimal") and name not in keys
    ]
    if len(times) != 1 or len(others) > 1 or not measures:
        return None
    time, measure = times[0], measures[0]
    rows = frame.drop_nulls(time)
    moments = rows[time].unique().sort().to_list()
    parts = _parts(rows, others[0], columns[others[0]]) if others else [(entry.title, rows)]
    if len(moments) < FEWEST_ROWS or not parts:
        return None
    term = columns[measure]
    series = []
    for text, part in parts:
        values = dict(zip(part[time], part[measure], strict=True))
        series.append(Series(term.text if not others else text, [values.get(m) for m in moments]))
    return Line(
        title=both(f"{term.text.ko} 추이", f"{term.text.en} over time"),
        note=_note(entry, term.text),
        y=_axis(term),
        x=Axis(columns[time].text, _TIMES[columns[time].domain.kind]),
        at=moments,
        series=series,
    )


def _parts(rows: pl.DataFrame, name: str, term: Term) -> list[tuple[Text, pl.DataFrame]]:
    """Rows by each value of a column; none where there are too many."""
    values = rows[name].drop_nulls().unique().sort().to_list()
    if not 1 <= len(values) <= MOST_LINES:
        return []
    return [(_value(value, term), rows.filter(pl.col(name) == value)) for value in values]


def _counted(entry: Entry, frame: pl.DataFrame, columns: Mapping[str, Term]) -> Figure | None:
    for name, term in columns.items():
        if term.domain.kind not in ("text", "code", "boolean") or name in entry.keys:
            continue
        counts = frame[name].drop_nulls().value_counts(sort=True)
        if not 2 <= counts.height <= MOST_BARS or counts["count"].sum() < frame.height / 2:
            continue
        text = both(f"{term.text.ko}별 건수", f"Rows by {term.text.en.lower()}")
        rows = both("건수", "Rows")
        return Bars(
            title=text,
            note=_note(entry, text),
            y=Axis(rows, "number", both("건", "rows"), from_zero=True),
            x=Axis(term.text, "text"),
            at=[_value(value, term) for value in counts[name]],
            series=[Series(rows, counts["count"].to_list())],
            lying=True,
        )
    return None


def _value(value: object, term: Term) -> Text:
    codes = term.domain.codes or {}
    return codes.get(str(value), both(str(value), str(value)))


def _axis(term: Term) -> Axis:
    share = term.domain.name == "율" and term.unit is None
    format: Format = (
        "percent" if share else "decimal" if term.domain.kind == "decimal" else "number"
    )
    return Axis(term.text, format, None if share else term.unit)


def _note(entry: Entry, what: Text) -> Note:
    return Note(both(f"{entry.title.ko}: {what.ko}", f"{entry.title.en}: {what.en}"), entry.owner)

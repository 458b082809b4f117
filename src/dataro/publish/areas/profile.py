"""One area as it is shown: its indicators by group, beside the city and up to three others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from dataro.analyses.areas.indicators import BY_ID, GROUPS, INDICATORS, Indicator
from dataro.publish.areas.find import Area, areas_of
from dataro.vocabulary.answer import Answer
from dataro.vocabulary.text import Finding, Text, both, finding

MOST = 4
"""Areas that fit beside each other on a screen and in a head."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An indicator of one area: its value, place among ``ranked`` districts, date and trend."""

    value: float | None
    place: int | None
    ranked: int
    status: str
    period: date | None
    trend: Sequence[tuple[date, float]] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator: a cell for each chosen area, and the city's."""

    indicator: Indicator
    cells: Sequence[Cell]
    city: Cell


@dataclass(frozen=True, slots=True)
class Profile:
    """The chosen areas (the first is the page's own), their indicators, and what stands out."""

    areas: Sequence[Area]
    groups: Sequence[tuple[Text, Sequence[Measure]]]
    standing: Sequence[Finding]


def profile(answer: Answer, chosen: Sequence[Area]) -> Profile:
    """The profile of up to four areas from the answer of the analysis ``areas``."""
    city = next(one for one in areas_of(answer) if one.level == "city")
    codes = [*(one.code for one in chosen), city.code]
    cells = _cells(answer, codes)
    groups = []
    for group, title in GROUPS.items():
        measures = [
            Measure(one, [cells[one.id, area.code] for area in chosen], cells[one.id, city.code])
            for one in INDICATORS
            if one.group == group and all((one.id, code) in cells for code in codes)
        ]
        if measures:
            groups.append((title, measures))
    every = [measure for _, measures in groups for measure in measures]
    return Profile(chosen, groups, _standing(chosen[0], every))


def numbers(answer: Answer, ids: Sequence[str]) -> list[Measure]:
    """The city's values of some indicators, as far as they are known."""
    city = next(one for one in areas_of(answer) if one.level == "city")
    cells = _cells(answer, [city.code])
    return [
        Measure(BY_ID[id], (), cells[id, city.code])
        for id in ids
        if (id, city.code) in cells and cells[id, city.code].value is not None
    ]


def known_indicators(answer: Answer) -> list[Indicator]:
    """The indicators that the data allowed, in the order of their declaration."""
    known = set(answer.tables["indicators"].drop_nulls("value")["indicator"])
    return [one for one in INDICATORS if one.id in known]


def _cells(answer: Answer, codes: Sequence[str]) -> Mapping[tuple[str, str], Cell]:
    mine = pl.col("area").is_in(list(codes))
    trends: dict[tuple[str, str], list[tuple[date, float]]] = {}
    moments = answer.tables["trends"].filter(mine).sort("period")
    for row in moments.iter_rows(named=True):
        trends.setdefault((row["indicator"], row["area"]), []).append((row["period"], row["value"]))
    return {
        (row["indicator"], row["area"]): Cell(
            row["value"], row["place"], row["ranked"], row["status"], row["period"],
            trends.get((row["indicator"], row["area"]), ()),
        )
        for row in answer.tables["indicators"].filter(mine).iter_rows(named=True)
    }  # fmt: skip


def _standing(area: Area, measures: Sequence[Measure]) -> list[Finding]:
    """The three indicators by which an area lies furthest at an end, one of each group."""
    ends: list[tuple[int, Measure, bool]] = []
    for measure in measures:
        cell = measure.cells[0]
        if cell.place is not None and cell.ranked >= 5:
            from_below = cell.ranked + 1 - cell.place
            ends.append((min(cell.place, from_below), measure, cell.place <= from_below))
    ends.sort(key=lambda one: one[0])
    said: dict[str, Finding] = {}
    for from_end, measure, high in ends:
        if from_end <= 3 and measure.indicator.group not in said and len(said) < 3:
            said[measure.indicator.group] = _sentence(area, measure, from_end, high)
    return list(said.values())


def _sentence(area: Area, measure: Measure, from_end: int, high: bool) -> Finding:
    one, cell = measure.indicator, measure.cells[0]
    assert cell.value is not None
    small = ",.2f" if abs(cell.value) < 10 else ",.1f"  # as it is written beside
    form = {"percent": ".1%", "decimal": small}.get(one.format, ",.0f")
    unit = one.unit or both("", "")
    order_ko = ("가장", "두 번째로", "세 번째로")[from_end - 1]
    order_en = ("", "second ", "third ")[from_end - 1]
    space = " " if unit.en else ""
    said = (_MANY if one.format == "number" else _HIGH)[high]
    return finding(
        f"{{title}}: {{value:{form}}}{{unit}}, 읍면동 {{count}}곳 가운데 {order_ko} {said.ko}.",
        f"{{title}}: {{value:{form}}}{space}{{unit}}, the {order_en}{said.en} "
        "of {count} districts.",
        title=one.title, value=cell.value, unit=unit, count=cell.ranked,
    )  # fmt: skip


_MANY = {True: both("많습니다", "largest"), False: both("적습니다", "smallest")}
_HIGH = {True: both("높습니다", "highest"), False: both("낮습니다", "lowest")}


def as_document(shown: Profile) -> dict[str, Any]:
    """The profile as plain values, for JSON."""
    return {
        "areas": [{"code": one.code, "level": one.level, "name": one.name.as_dict()} for one in shown.areas],
        "indicators": [
            {
                "id": measure.indicator.id, "title": measure.indicator.title.as_dict(),
                "unit": measure.indicator.unit.as_dict() if measure.indicator.unit else None,
                "from": measure.indicator.of, "city": _plain(measure.city),
                "areas": [_plain(cell) for cell in measure.cells],
            }
            for _, measures in shown.groups
            for measure in measures
        ],
    }  # fmt: skip


def _plain(cell: Cell) -> dict[str, Any]:
    return {
        "value": cell.value, "place": cell.place, "ranked": cell.ranked, "status": cell.status,
        "period": cell.period.isoformat() if cell.period else None,
        "trend": [[period.isoformat(), value] for period, value in cell.trend],
    }  # fmt: skip

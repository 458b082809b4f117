"""What the description of districts returns."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.analyses.areas.indicators import INDICATORS
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Table
from dataro.vocabulary.terms import Domain, Term
from dataro.vocabulary.text import both

LEVELS = {
    "city": both("시 전체", "The city"),
    "gu": both("구", "Gu"),
    "district": both("읍면동", "District"),
}
STATES = {
    "shown": both("공개", "Shown"),
    "hidden": both("보호를 위해 비움", "Left out to protect people"),
    "absent": both("자료 없음", "No data"),
}
AREA = d.PLACE.called(both("지역 코드", "Area"))
INDICATOR = Term(
    both("지표", "Indicator"),
    Domain("코드", "code", codes={one.id: one.title for one in INDICATORS}),
)
_VALUE = Term(both("값", "Value"), Domain("수", "decimal"))


class Areas(Table, title=both("지역", "Areas")):
    """One row per area: a district of today, a gu, or the city itself.

    ``former`` are the codes that it had before, newest first, separated by spaces.
    """

    area = AREA.key()
    level = Term(both("구분", "Level"), Domain("코드", "code", codes=LEVELS))
    name = d.PLACE_NAME
    name_en = d.NAME_EN
    gu = AREA.called(both("구 코드", "Gu")).optional()
    km2 = d.AREA_KM2.optional()
    longitude = d.LONGITUDE.optional()
    latitude = d.LATITUDE.optional()
    former = d.CODES.called(both("이전 코드", "Former codes")).optional()


class AreaIndicators(Table, title=both("지역별 지표", "Indicators of areas")):
    """One row per area and indicator: its last value, and its place among the districts.

    ``place`` 1 is the largest value; equal values share a place. ``ranked`` districts have one.
    """

    area = AREA.key()
    indicator = INDICATOR.key()
    period = d.VALID_FROM.called(both("기준일", "As of")).optional()
    value = _VALUE.optional()
    place = d.COUNT.called(both("순위", "Place")).optional()
    ranked = d.COUNT.called(both("순위를 매긴 곳", "Districts ranked"))
    status = Term(both("공개 상태", "State"), Domain("코드", "code", codes=STATES))


class AreaTrends(Table, title=both("지역별 지표의 흐름", "Indicators of areas over time")):
    """One row per area, indicator and moment at which the area was the same as today."""

    area = AREA.key()
    indicator = INDICATOR.key()
    period = d.VALID_FROM.called(both("기준일", "As of")).key()
    value = _VALUE


@dataclass
class AreasResult:
    """All tables of the analysis."""

    areas: Areas
    indicators: AreaIndicators
    trends: AreaTrends

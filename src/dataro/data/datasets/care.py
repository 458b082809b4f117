"""Children in apartment complexes, places that care for them, and what siting needs to know."""

from __future__ import annotations

from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Rule, Table
from dataro.vocabulary.text import both

_COMPLEX = d.NAME.called(both("단지명", "Complex"))


class ComplexDwellings(Table, title=both("단지별 평형별 세대수", "Dwellings by floor-area class")):
    """One row per apartment complex and floor-area class: how many households it is made for."""

    name = _COMPLEX.key()
    address = d.ADDRESS.key()
    floor_class = d.FLOOR_CLASS.key()
    households = d.HOUSEHOLDS


class ComplexChildren(Table, title=both("단지별 아동 현황", "Children of apartment complexes")):
    """One row per year, apartment complex and age band: children registered there at year's end.

    ``asked`` and ``wanting`` are answers of a survey of demand, where one was made: children asked
    about, and children whose families would use care.
    """

    year = d.YEAR.key()
    name = _COMPLEX.key()
    address = d.ADDRESS.key()
    age_from = d.AGE_FROM.key()
    age_to = d.AGE_TO
    children = d.CHILDREN
    asked = d.CHILDREN.called(both("수요조사 아동 수", "Children asked about")).optional()
    wanting = d.CHILDREN.called(both("돌봄 희망 아동 수", "Children wanting care")).optional()
    rules = (
        Rule(
            "wanting <= asked",
            both("희망 아동은 조사 아동보다 많을 수 없습니다", "No more want than were asked"),
        ),
        Rule("age_to >= age_from", both("나이 구간의 순서", "The age band runs upwards")),
    )


class Facilities(Table, title=both("공공서비스 시설", "Facilities of public services")):
    """One row per facility and kind of service that it gives.

    ``kind`` says what it is: ``daycare``, ``kindergarten``, ``after_school``, ``care_centre``,
    ``childrens_centre``, ``kiosk``, or any other word that a city uses.
    """

    facility = d.ID.called(both("시설 ID", "Facility")).key()
    kind = d.KIND.key()
    name = d.NAME.called(both("시설명", "Name"))
    address = d.ADDRESS.optional()
    longitude = d.LONGITUDE.optional()
    latitude = d.LATITUDE.optional()
    seats = d.SEATS.optional()
    public = d.YES_NO.called(both("국공립 여부", "Public")).optional()
    base_date = d.BASE_DATE.optional()


class ResidentCells(Table, title=both("격자·마을별 거주 인구", "Where people live")):
    """One row per small area (a grid cell, a block, a complex): who lives around its centre.

    People by age band as far as the source has them; an empty group is not known, zero is none.
    """

    cell = d.ID.called(both("지역 ID", "Small area")).key()
    longitude = d.LONGITUDE
    latitude = d.LATITUDE
    people = d.PEOPLE
    infants = d.CHILDREN.called(both("0~5세", "Aged 0–5")).optional()
    children = d.CHILDREN.called(both("6~12세", "Aged 6–12")).optional()
    under_ten = d.CHILDREN.called(both("10세 미만", "Aged under 10")).optional()
    elderly = d.PEOPLE.called(both("65세 이상", "Aged 65 and over")).optional()
    without_car = d.PEOPLE.called(both("차 없는 세대의 인구", "People without a car")).optional()
    base_date = d.BASE_DATE.optional()


class CandidateSites(Table, title=both("설치 후보지", "Candidate sites")):
    """One row per place where a facility could be set up: a public building, a plot, a complex."""

    site = d.ID.called(both("후보지 ID", "Site")).key()
    name = d.NAME.called(both("후보지명", "Name"))
    kind = d.KIND.optional()
    longitude = d.LONGITUDE
    latitude = d.LATITUDE
    seats = d.SEATS.called(both("설치 가능 정원", "Seats possible")).optional()
    cost = d.COST.optional()


class StreetLines(Table, title=both("도로망", "Streets")):
    """One row per street line as OpenStreetMap draws it; lines meet where they share a vertex."""

    street = d.ID.called(both("도로 ID", "Street")).key()
    kind = d.KIND.called(both("도로 종류", "Class of street"))
    oneway = d.KIND.called(both("일방통행", "One-way")).optional()
    shape = d.SHAPE.called(both("선형", "Line"))

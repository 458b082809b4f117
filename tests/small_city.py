"""A second city, small enough to read: one ``city.toml``, two CSV files, three declarations."""

from __future__ import annotations

from pathlib import Path

from dataro.build.workspace import Workspace

CITY = """
id = "sampyeong"
codes = ["9911000000"]
bounds = [127.0, 36.0, 128.0, 37.0]
name = {ko = "삼평시", en = "Sampyeong"}
province = {ko = "한빛도", en = "Hanbit"}
office = {ko = "데이터과", en = "Data office"}
"""

RESIDENTS = """
title: {ko: 월별 인구, en: Residents by month}
description: {ko: 삼평시의 월별 인구입니다., en: Residents of Sampyeong by month.}
owner: {ko: 자치행정과, en: Local administration}
table: city_residents
licence: kogl-1
cadence: monthly
theme: population
source: {files: "인구/*.csv"}
columns:
  month: 연월
  place: {constant: "9911000000"}
  definition: {constant: registered}
  people: 인구수
"""

BENCHES = """
title: {ko: 공원 의자, en: Park benches}
description: {ko: 공원에 놓인 의자입니다., en: Benches in parks.}
owner: {ko: 공원과, en: Parks}
row: {ko: 한 행은 의자 하나입니다., en: One row per bench.}
licence: kogl-1
source: {files: 의자.csv}
columns:
  bench: {from: 번호, title: {ko: 번호, en: Number}, kind: code, key: true}
  seats: {from: 좌석, title: {ko: 좌석, en: Seats}, kind: integer}
"""

GROWTH = '''
"""How fast the city grows."""

from dataro.data.datasets.population import CityResidents
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.analysis import analysis
from dataro.vocabulary.figure import Axis, Line, Note, Series
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both, finding


class Growth(Table, title=both("증가", "Growth")):
    """One row per month: residents and change."""

    month = d.MONTH.key()
    people = d.PEOPLE
    change = d.CHANGE.optional()


@analysis(
    question=both("얼마나 늘었습니까?", "How much did we grow?"),
    title=both("인구 증가", "Growth"),
    theme="population",
    method=both("전월과의 차이입니다.", "The difference from the month before."),
)
def growth(residents: CityResidents, *, months: int = 1) -> Growth:
    import ibis

    rows = residents.rows.order_by("month")
    before = rows.people.lag(months).over(ibis.window(order_by="month"))
    return Growth(rows.select("month", "people", change=rows.people - before))


@growth.figure
def by_month(result: Growth) -> Line:
    rows = result.frame()
    return Line(
        title=both("인구", "Residents"),
        x=Axis(both("월", "Month"), "month"),
        at=rows["month"].to_list(),
        y=Axis(both("인구", "Residents"), unit=both("명", "people")),
        series=[Series(both("인구", "Residents"), rows["people"].to_list())],
        note=Note(both("월별 인구", "Residents by month"), both("삼평시", "Sampyeong")),
    )


@growth.narrative
def said(result: Growth) -> list:
    last = result.frame().row(-1, named=True)
    return [
        finding(
            "{month:month} 인구는 {people:만}명입니다.",
            "Residents in {month:month}: {people:,}.",
            month=last["month"],
            people=last["people"],
        )
    ]
'''

PEOPLE_CSV = '연월,인구수\n2024-01,"10,000"\n2024-02,"10,100"\n2024-03,"10,250"\n'
BENCHES_CSV = "번호,좌석\nA01,3\nA02,2\nA02,4\nA03,셋\n"


def make(folder: Path) -> Workspace:
    """Write the city into ``folder``; the benches hold a repeated key and a word for a number."""
    for path, text in {
        "city.toml": CITY,
        "datasets/residents.yml": RESIDENTS,
        "datasets/benches.yml": BENCHES,
        "analyses/growth.py": GROWTH,
        "raw/인구/2024.csv": PEOPLE_CSV,
        "raw/의자.csv": BENCHES_CSV,
    }.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return Workspace(folder)

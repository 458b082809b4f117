"""A small city with everything a page can show: outlines, dots, gaps, bands, bad rows."""

from __future__ import annotations

import json
from pathlib import Path

import small_city

from dataro.build.workspace import Workspace

NAMES = ["가람동", "나래동", "다솜읍", "라온면", "마루동", "바다면"]

SHAPES = """
title: {ko: 읍면동 경계, en: District outlines}
description: {ko: 삼평시 읍면동의 경계입니다., en: Outlines of the districts of Sampyeong.}
owner: {ko: 토지정보과, en: Land information}
table: district_shapes
licence: kogl-1
theme: places
source: {files: 경계.geojson}
columns:
  district: code
  name: name
  shape: geometry
"""

STOPS = """
title: {ko: 버스 정류장, en: Bus stops}
description: {ko: 시내버스가 서는 곳입니다., en: Where city buses stop.}
owner: {ko: 대중교통과, en: Public transport}
table: bus_stops
licence: kogl-1
theme: transit
source: {files: 정류장.csv}
columns:
  stop: 정류장ID
  name: 이름
  longitude: 경도
  latitude: 위도
"""

ABSENT = """
title: {ko: 공동주택 단지, en: Apartment complexes}
description: {ko: 공동주택 단지의 목록입니다., en: A list of apartment complexes.}
owner: {ko: 주택과, en: Housing}
table: apartment_complexes
licence: kogl-1
theme: housing
source: {files: 없는파일*.csv}
columns: {name: 단지명, address: 주소, kind: 구분, households: 세대수}
"""

SECRET = """
title: {ko: 내부 자료, en: Internal list}
description: {ko: 직원만 보는 자료입니다., en: For staff alone.}
owner: {ko: 감사담당관, en: Audit}
row: {ko: 한 행은 한 건입니다., en: One row per case.}
openness: internal
openness_reason: {ko: 감사 자료, en: Audit}
licence: kogl-4
source: {files: 비밀.csv}
columns:
  case: {from: 번호, title: {ko: 번호, en: Number}, kind: code, key: true}
"""

SHOWCASE = '''
"""One of every figure."""

from datetime import date
from typing import Annotated

from dataro.data.datasets.places import DistrictShapes
from dataro.data.datasets.population import CityResidents
from dataro.data.datasets.transit import BusStops
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.analysis import analysis
from dataro.vocabulary.figure import (
    Axis, Bars, Choropleth, Line, Mark, Note, Points, Pyramid, Series,
)
from dataro.vocabulary.settings import Between, Choices
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both, finding

PEOPLE = Axis(both("인구수", "Residents"), unit=both("명", "people"))
NOTE = Note(both("대체 설명입니다", "What the picture shows"), both("삼평시", "Sampyeong"),
            both("두 달은 자료가 없어 비워 두었습니다", "Two months have no data and stay empty"))


class Shown(Table, title=both("동별 인구", "Residents by district")):
    """One row per district: residents."""

    district = d.DISTRICT.key()
    name = d.DISTRICT_NAME
    people = d.PEOPLE.optional()
    share = d.SHARE


@analysis(
    question=both("어느 동에 많이 삽니까?", "Where do people live?"),
    title=both("동별 인구", "Residents by district"),
    theme="population",
    method=both("동마다 더합니다.", "Added up by district."),
    limits=(both("예시 자료입니다.", "Sample data."),),
)
def showcase(
    shapes: DistrictShapes,
    residents: CityResidents,
    stops: BusStops | None,
    *,
    scale: Annotated[int, Between(1, 100), both("배율", "Scale")] = 1,
    group: Annotated[str, Choices({"all": both("전체", "All"), "men": both("남자", "Men")}),
                     both("성별", "Sex")] = "all",
    round_up: Annotated[bool, both("올림", "Round up")] = False,
) -> Shown:
    import polars as pl

    rows = shapes.frame().sort("district")
    people = [None if i == 5 else scale * (12_000 + 9_000 * i) for i in range(rows.height)]
    return Shown(
        rows.select("district", "name").with_columns(
            pl.Series("people", people, dtype=pl.Int64),
            pl.Series("share", [0.1 * i for i in range(rows.height)], dtype=pl.Float64),
        )
    )


@showcase.figure
def by_district(result: Shown) -> Choropleth:
    rows = result.frame()
    values = rows["people"].to_list()
    return Choropleth(
        title=both("마루동에 가장 많이 삽니다", "Most people live in Maru-dong"),
        shapes="district_shapes", places=[*rows["district"].to_list(), "9911099999"],
        at=[*rows["name"].to_list(), "사라진동"], y=PEOPLE, values=[*values, 100], note=NOTE,
        frames={str(year): [None if v is None else v * k for v in [*values, 100]]
                for k, year in ((1, 2022), (2, 2023), (1, 2024))},
    )


@showcase.figure
def over_time(result: Shown) -> Line:
    at = [date(2018 + i // 12, i % 12 + 1, 1) for i in range(84)]
    values = [None if 30 <= i < 34 else 700_000 + 4_000 * i for i in range(84)]
    return Line(
        title=both("곧 100만 명이 됩니다", "A million is near"), x=Axis(both("연월", "Month"), "month"),
        at=at, y=PEOPLE, note=NOTE,
        series=[
            Series(both("거주자", "Residents"), values,
                   low=[None] * 60 + [900_000 + 2_000 * i for i in range(24)],
                   high=[None] * 60 + [960_000 + 6_000 * i for i in range(24)]),
            Series(both("외국인 포함", "With foreigners"), [v and v + 50_000 for v in values], dashed=True),
        ],
        marks=[Mark(date(2020, 1, 1), both("분동", "Split"))],
    )


@showcase.figure
def by_kind(result: Shown) -> Bars:
    return Bars(
        title=both("한 사람 세대가 늘었습니다", "More people live alone"),
        x=Axis(both("세대원수", "Size"), "text"), at=["1", "2", "3", "4", "5+"],
        y=Axis(both("세대수", "Households"), unit=both("세대", "households")), note=NOTE,
        series=[Series(both("2019", "2019"), [30_000, 25_000, 20_000, 18_000, None]),
                Series(both("2024", "2024"), [52_000, 31_000, 21_000, 15_000, 2_000])],
        lying=True,
    )


@showcase.figure
def ages(result: Shown) -> Pyramid:
    bands = [f"{i}–{i + 4}" for i in range(0, 100, 5)]
    men = [30_000 + 900 * (i % 9) * 3 - 1_300 * i for i in range(20)]
    return Pyramid(
        title=both("30·40대가 두텁습니다", "Wide in the thirties and forties"), ages=bands, y=PEOPLE, note=NOTE,
        men=Series(both("남", "Men"), men), women=Series(both("여", "Women"), [m - 700 for m in men]),
        men_before=Series(both("남, 2018", "Men, 2018"), [m * 0.7 for m in men]),
        women_before=Series(both("여, 2018", "Women, 2018"), [m * 0.8 for m in men]),
    )


@showcase.figure
def stops_map(stops: BusStops | None) -> Points | None:
    if stops is None:
        return None
    rows = stops.frame()
    return Points(
        title=both("정류장은 가운데에 모여 있습니다", "Stops gather in the middle"),
        at=rows["name"].to_list(), longitude=rows["longitude"].to_list(),
        latitude=rows["latitude"].to_list(), note=NOTE,
    )


@showcase.narrative
def said(result: Shown, scale: int) -> list:
    rows = result.frame().drop_nulls()
    top = rows.sort("people").row(-1, named=True)
    return [
        finding("인구가 가장 많은 곳은 {name}으로(로) {people:만}명입니다.",
                "{name} has the most residents: {people:,}.", name=top["name"], people=top["people"]),
        finding("자료가 있는 곳은 {n}곳입니다.", "There is data for {n} districts.", n=rows.height),
    ]
'''


def _outline(number: int) -> list[list[float]]:
    west, south = 127.2 + 0.2 * (number % 3), 36.3 + 0.2 * (number // 3)
    return [
        [west, south], [west + 0.2, south], [west + 0.22, south + 0.1],
        [west + 0.2, south + 0.2], [west, south + 0.2], [west + 0.02, south + 0.1], [west, south],
    ]  # fmt: skip


def make(folder: Path) -> Workspace:
    """Write the city into ``folder``."""
    workspace = small_city.make(folder)
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"99110{51000 + 100 * i}", "name": name},
            "geometry": {"type": "Polygon", "coordinates": [_outline(i)]},
        }
        for i, name in enumerate(NAMES)
    ]
    stops = "\n".join(
        f"S{i:03},{'=1+1' if i == 3 else f'정류장 {i}'},{127.3 + 0.004 * (i % 60):.5f},{36.4 + 0.003 * (i // 2):.5f}"
        for i in range(80)
    )
    for path, text in {
        "datasets/outlines.yml": SHAPES,
        "datasets/stops.yml": STOPS,
        "datasets/flats.yml": ABSENT,
        "datasets/secret.yml": SECRET,
        "analyses/showcase.py": SHOWCASE,
        "raw/경계.geojson": json.dumps({"type": "FeatureCollection", "features": features}),
        "raw/정류장.csv": f"정류장ID,이름,경도,위도\n{stops}\n",
        "raw/비밀.csv": "번호\nX1\n",
    }.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return workspace

"""Charts of the migration analysis."""

from __future__ import annotations

from typing import Any

from dataro.analyses.migration.ground import naming
from dataro.analyses.migration.tables import (
    MigrationAges,
    MigrationByDistrict,
    MigrationByMonth,
    MigrationByPlace,
    MigrationNewHomes,
    MigrationProvinces,
    MigrationReasons,
    MigrationStrong,
)
from dataro.data.datasets.migration import MigrationPlaces
from dataro.data.datasets.places import Districts
from dataro.methods.months import every
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.city import City
from dataro.vocabulary.dictionary import DIRECTIONS, REASONS
from dataro.vocabulary.figure import Axis, Bars, Line, Note, Series
from dataro.vocabulary.text import Text, both, finding

Row = dict[str, Any]
SOURCE = both("자료: 국내인구이동통계", "Source: internal migration statistics")
HIDDEN = both(
    "비어 있는 값은 소수의 사람을 보호하려고 비운 것입니다.",
    "Empty values are left out to protect the few people in them.",
)
PEOPLE = Axis(d.MOVERS.text, "number", d.MOVERS.unit, from_zero=True)
NET = Axis(d.NET_MOVERS.text, "number", d.NET_MOVERS.unit)


def said(ko: str, en: str, **numbers: Any) -> Text:
    """A title with its numbers written in."""
    return finding(ko, en, **numbers).text


def latest(rows: list[Row]) -> list[Row]:
    """The rows of the last year that are not hidden."""
    last = max((row["year"] for row in rows), default=None)
    return [row for row in rows if row["year"] == last and row["gross"] is not None]


def moves_by_month(by_month: MigrationByMonth) -> Line | None:
    """In, out and within by month."""
    rows = by_month.frame().sort("month").to_dicts()
    if not rows:
        return None
    months = every(rows[0]["month"], rows[-1]["month"])
    found = {(row["month"], row["direction"]): row["people"] for row in rows}
    return Line(
        title=both("월별 전입, 전출, 시 안의 이동", "Moves in, out and within the city by month"),
        x=Axis(d.MONTH.text, "month"),
        at=months,
        y=PEOPLE,
        series=[
            Series(words, [found.get((month, code)) for month in months])
            for code, words in DIRECTIONS.items()
        ],
        note=Note(
            both("월별 이동자 수 선 그래프", "Line chart of movers by month"), SOURCE, HIDDEN
        ),
    )


def net_by_district(
    by_district: MigrationByDistrict, districts: Districts | None, city: City
) -> Bars | None:
    """Net moves over the city's boundary and between districts, stacked."""
    rows = latest(by_district.frame().to_dicts())
    if not rows:
        return None
    rows.sort(key=lambda row: -row["net"])
    top, called = rows[0], naming(districts, None, city)
    return Bars(
        title=said(
            "{year}년 순이동이 가장 많은 곳은 {name}입니다: {net:+,}명",
            "{name} gained most by migration in {year}: {net:+,}",
            year=str(top["year"]), name=called(top["district"], top["name"]), net=top["net"],
        ),
        x=Axis(d.DISTRICT_NAME.text, "text"),
        at=[called(row["district"], row["name"]) for row in rows],
        y=NET,
        series=[
            Series(
                both("시 밖과의 순이동", "Over the boundary"),
                [row["moved_in"] - row["moved_out"] for row in rows],
            ),
            Series(
                both("다른 읍면동과의 순이동", "With other districts"),
                [row["from_districts"] - row["to_districts"] for row in rows],
            ),
        ],
        stacked=True,
        lying=True,
        note=Note(
            both("읍면동별 순이동 막대그래프", "Bars of net migration by district"), SOURCE, HIDDEN
        ),
    )  # fmt: skip


def in_and_out_by_place(
    by_place: MigrationByPlace, places: MigrationPlaces | None, city: City
) -> Bars | None:
    """In and out by the place on the other side."""
    rows = latest(by_place.frame().to_dicts())
    if not rows:
        return None
    rows.sort(key=lambda row: -row["gross"])
    top, called = rows[0], naming(None, places, city)
    return Bars(
        title=said(
            "가장 많이 오가는 곳은 {name}입니다: 전입 {inward:,}명, 전출 {outward:,}명",
            "Most people are exchanged with {name}: {inward:,} in, {outward:,} out",
            name=called(top["place"], top["name"]), inward=top["moved_in"], outward=top["moved_out"],
        ),
        x=Axis(both("상대 지역", "Other place"), "text"),
        at=[called(row["place"], row["name"]) for row in rows],
        y=PEOPLE,
        series=[
            Series(DIRECTIONS["in"], [row["moved_in"] for row in rows]),
            Series(DIRECTIONS["out"], [row["moved_out"] for row in rows]),
        ],
        lying=True,
        note=Note(
            both("상대 지역별 전입과 전출 막대그래프", "Bars of moves in and out by other place"),
            SOURCE, HIDDEN,
        ),
    )  # fmt: skip


def ages_of_movers(ages: MigrationAges) -> Bars | None:
    """In and out by age."""
    rows = ages.frame().to_dicts()
    if not rows:
        return None
    bands = sorted({row["age_from"] for row in rows})

    def of(direction: str) -> list[int | None]:
        made: list[int | None] = []
        for band in bands:
            own = [
                row["people"]
                for row in rows
                if row["age_from"] == band and row["direction"] == direction
            ]
            made.append(None if not own or None in own else sum(own))
        return made

    return Bars(
        title=both("연령별 전입과 전출", "Movers by age"),
        x=Axis(both("나이", "Age"), "text", d.AGE_FROM.unit),
        at=[f"{band}~{band + 9}" if band < bands[-1] else f"{band}+" for band in bands],
        y=PEOPLE,
        series=[Series(words, of(code)) for code, words in DIRECTIONS.items()],
        note=Note(both("연령별 이동자 막대그래프", "Bars of movers by age"), SOURCE, HIDDEN),
    )


def reasons_of_movers(reasons: MigrationReasons) -> Bars | None:
    """Reasons for moving in, by age: each age band's bar is divided by reason."""
    rows = [row for row in reasons.frame().to_dicts() if row["direction"] == "in"]
    if not rows:
        return None
    bands = sorted({row["age_from"] for row in rows})
    found = {(row["age_from"], row["reason"]): row["people"] for row in rows}
    totals = {code: sum(found.get((band, code)) or 0 for band in bands) for code in REASONS}
    top = max(totals, key=lambda code: totals[code])
    return Bars(
        title=said(
            "시 밖에서 온 사람이 가장 많이 든 사유는 {reason}입니다",
            "The commonest reason for moving in: {reason}",
            reason=REASONS[top],
        ),
        x=Axis(both("나이", "Age"), "text", d.AGE_FROM.unit),
        at=[f"{band}~{band + 9}" if band < bands[-1] else f"{band}+" for band in bands],
        y=PEOPLE,
        series=[
            Series(words, [found.get((band, code)) for band in bands])
            for code, words in REASONS.items()
            if totals[code]
        ],
        stacked=True,
        note=Note(
            both("나이별 전입 사유 누적 막대그래프", "Stacked bars of reasons for moving in by age"),
            SOURCE, HIDDEN,
        ),
    )  # fmt: skip


def strong_pairs(
    strong: MigrationStrong, districts: Districts | None, places: MigrationPlaces | None, city: City
) -> Bars | None:
    """Flows far above the law, beside what it expects."""
    rows = strong.frame().filter(strong.frame()["scope"] != "provinces").to_dicts()
    rows = sorted(rows, key=lambda row: -row["z"])[:15]
    if not rows:
        return None
    called = naming(districts, places, city)
    ends = [
        (
            called(row["origin"], row["origin_name"]),
            called(row["destination"], row["destination_name"]),
        )
        for row in rows
    ]
    return Bars(
        title=said(
            "{a}에서 {b}(으)로 가는 이동은 거리와 규모로 본 예상의 {ratio:.1f}배입니다",
            "From {a} to {b} {ratio:.1f} times as many move as size and distance explain",
            a=ends[0][0], b=ends[0][1], ratio=rows[0]["ratio"],
        ),
        x=Axis(both("이동", "Flow"), "text"),
        at=[both(f"{a.ko} → {b.ko}", f"{a.en} → {b.en}") for a, b in ends],
        y=PEOPLE,
        series=[
            Series(both("실제", "Observed"), [row["people"] for row in rows]),
            Series(both("예상", "Expected"), [round(row["expected"]) for row in rows]),
        ],
        lying=True,
        note=Note(
            both("예상보다 강한 이동 막대그래프", "Bars of unexpectedly strong flows"), SOURCE,
            both(
                "모형에서 4표준편차 넘게 벗어난 쌍이며, 이유까지 말해 주지는 않습니다.",
                "Pairs more than four standard deviations above the model; it does not say why.",
            ),
        ),
    )  # fmt: skip


SOURCES = {
    "outside": both("시 밖에서", "From outside"),
    "districts": both("다른 읍면동에서", "From other districts"),
    "all": both("모두", "All"),
}


def what_complexes_bring(new_homes: MigrationNewHomes) -> Bars | None:
    """Arrivals per dwelling of a new complex, by where they come from."""
    rows = new_homes.frame().to_dicts()
    if not rows:
        return None
    return Bars(
        title=both(
            "새 단지 한 세대가 여섯 달 동안 부른 전입자",
            "Arrivals that a dwelling of a new complex brings in six months",
        ),
        x=Axis(both("어디에서", "From"), "text"),
        at=[SOURCES[row["source"]] for row in rows],
        y=Axis(both("한 세대당", "Per dwelling"), "decimal", d.MOVERS.unit, from_zero=True),
        series=[
            Series(
                both("전입자", "Arrivals"),
                [row["per_dwelling"] for row in rows],
                low=[row["low"] for row in rows],
                high=[row["high"] for row in rows],
            )
        ],
        note=Note(
            both("새 단지의 세대당 전입자 막대그래프", "Bars of arrivals per new dwelling"),
            both(
                "자료: 국내인구이동통계, 공동주택 입주 현황",
                "Source: migration statistics, move-ins",
            ),
        ),
    )


def province_net(
    provinces: MigrationProvinces, places: MigrationPlaces | None, city: City
) -> Line | None:
    """Net moves of the city's province by year, with the five it exchanges most with."""
    rows = [row for row in provinces.frame().to_dicts() if row["quarters"] == 4]
    years = sorted({row["year"] for row in rows})
    if len(years) < 2:
        return None
    gross: dict[str, int] = {}
    for row in rows:
        if row["year"] == years[-1]:
            gross[row["province"]] = row["gross"]
    top = sorted(gross, key=lambda code: -gross[code])[:5]
    net = {(row["year"], row["province"]): row["net"] for row in rows}
    called = naming(None, places, city)
    names = {row["province"]: called(row["province"], row["name"]) for row in rows}
    whole = [sum(row["net"] for row in rows if row["year"] == year) for year in years]
    return Line(
        title=said(
            "{year}년 우리 도의 순이동은 {net:+,}명입니다",
            "Net migration of our province in {year}: {net:+,}",
            year=str(years[-1]), net=whole[-1],
        ),
        x=Axis(d.YEAR.text, "year"),
        at=years,
        y=NET,
        series=[
            Series(both("모든 시도", "All provinces"), whole),
            *(
                Series(names[code], [net.get((year, code)) for year in years])
                for code in top
            ),
        ],
        note=Note(
            both("연도별 시도 간 순이동 선 그래프", "Line chart of net migration by year"), SOURCE,
            both(
                "시가 아니라 도 전체의 이동입니다.",
                "These are moves of the whole province, not of the city.",
            ),
        ),
    )  # fmt: skip


ALL = (
    moves_by_month, net_by_district, in_and_out_by_place, strong_pairs, ages_of_movers,
    reasons_of_movers, what_complexes_bring, province_net,
)  # fmt: skip

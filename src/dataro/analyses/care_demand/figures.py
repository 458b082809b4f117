"""Charts and maps of care demand."""

from __future__ import annotations

from dataro.analyses.care_demand.tables import (
    CareAgeing,
    CareCheck,
    CareShortfall,
    CareTotals,
)
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.figure import Axis, Bars, Line, Note, Points, Series
from dataro.vocabulary.text import Text, both, finding

SOURCE = both(
    "자료: 공동주택 현황, 단지별 아동 현황, 공공서비스 시설",
    "Source: apartment complexes, children of complexes, facilities",
)
CHILDREN = Axis(both("아동", "Children"), "number", d.CHILDREN.unit, from_zero=True)
BAND = {
    0: both("0~2세", "Ages 0–2"),
    3: both("3~5세", "Ages 3–5"),
    6: both("6~12세", "Ages 6–12"),
}


def shortfall_map(shortfall: CareShortfall) -> Points | None:
    """Complexes by how many school children lack a seat, or want care where seats are unknown."""
    rows = [r for r in shortfall.frame().sort("name", "address").to_dicts()
            if r["care"] == "school" and r["longitude"] is not None]  # fmt: skip
    if not rows:
        return None
    seats = any(row["shortfall"] is not None for row in rows)
    name = "shortfall" if seats else "wanting"
    text = (
        both("6~12세 돌봄 정원 부족", "Seats short, ages 6–12")
        if seats
        else both("6~12세 돌봄 희망 아동", "Children aged 6–12 wanting care")
    )
    total = sum(row[name] or 0 for row in rows)
    words = {True: both("입주 전", "Not yet moved in"), False: both("입주", "Lived in")}
    return Points(
        title=finding("{text}: {total:,.0f}명", "{text}: {total:,.0f}", text=text, total=total).text,
        at=[row["name"] for row in rows],
        longitude=[row["longitude"] for row in rows],
        latitude=[row["latitude"] for row in rows],
        y=Axis(text, "number", d.CHILDREN.unit),
        size=[round(row[name] or 0, 1) for row in rows],
        group=[words[row["planned"]] for row in rows],
        note=Note(
            alt=finding(
                "단지 {count:,}곳의 위치와 {text}을(를) 원의 크기로 나타낸 지도",
                "Map of {count:,} complexes, dots sized by: {text}", count=len(rows), text=text,
            ).text,
            source=SOURCE,
            caution=both(
                "위치를 정하지 못한 단지는 그리지 않았습니다. 일부 위치는 이름과 주소로 어림한 것입니다.",
                "Complexes that could not be placed are not drawn; some places are estimated from "
                "names and addresses.",
            ),
        ),
    )  # fmt: skip


def outlook(totals: CareTotals) -> Line:
    """Children of all complexes over the next ten years, by band, with intervals."""
    rows = totals.frame().sort("year", "age_from").to_dicts()
    years = sorted({row["year"] for row in rows})
    first, last = (
        sum(r["children"] for r in rows if r["year"] == y) for y in (years[0], years[-1])
    )
    series = [
        Series(
            BAND[band],
            [round(r["children"]) for r in rows if r["age_from"] == band],
            low=[r["children_low"] for r in rows if r["age_from"] == band],
            high=[r["children_high"] for r in rows if r["age_from"] == band],
        )
        for band in BAND
    ]
    return Line(
        title=finding(
            "12세 이하 아동은 {year}년 {first:,.0f}명에서 {until}년 {last:,.0f}명이 될 것으로 봅니다",
            "Children up to 12: {first:,.0f} in {year}, {last:,.0f} expected in {until}",
            year=years[0], until=years[-1], first=first, last=last,
        ).text,
        x=Axis(d.YEAR.text, "year"),
        at=years,
        y=CHILDREN,
        series=series,
        note=Note(
            alt=both(
                "나이대별 아동 수의 10년 전망과 80% 구간을 그린 선 그래프",
                "Lines of children by age band over ten years, with 80 % intervals",
            ),
            source=SOURCE,
        ),
    )  # fmt: skip


def ageing(ageing: CareAgeing) -> Line | None:
    """How the number of children rises and falls as a complex gets older."""
    rows = ageing.frame().sort("age_from", "complex_age").to_dicts()
    if not rows:
        return None
    school = [row for row in rows if row["age_from"] == 6]
    top = max(school, key=lambda row: row["relative"])
    return Line(
        title=finding(
            "6~12세 아동은 입주 {age}년 뒤에 가장 많습니다: 30년 평균의 {level:.2f}배",
            "Children aged 6–12 peak {age} years after moving in, at {level:.2f} times the mean",
            age=top["complex_age"], level=top["relative"],
        ).text,
        x=Axis(both("단지 나이", "Age of the complex"), "number", both("년", "years")),
        at=[row["complex_age"] for row in school],
        y=Axis(both("30년 평균 = 1", "Mean of 30 years = 1"), "decimal", from_zero=True),
        series=[
            Series(
                text,
                [round(r["relative"], 3) for r in rows if r["age_from"] == band],
                low=[r["low"] for r in rows if r["age_from"] == band],
                high=[r["high"] for r in rows if r["age_from"] == band],
            )
            for band, text in BAND.items()
            if any(r["age_from"] == band for r in rows)
        ],
        note=Note(
            alt=both(
                "단지 나이에 따른 아동 수의 상대 수준을 나이대별로 그린 선 그래프",
                "Lines of the relative number of children by age of the complex",
            ),
            source=SOURCE,
        ),
    )  # fmt: skip


def shortest(shortfall: CareShortfall) -> Bars | None:
    """The fifteen complexes that lack most seats."""
    rows = [r for r in shortfall.frame().to_dicts() if r["shortfall"] is not None]
    names = {(r["name"], r["address"]) for r in rows}
    if not rows:
        return None
    by: dict[tuple[str, str], dict[str, float]] = {key: {} for key in names}
    for row in rows:
        by[row["name"], row["address"]][row["care"]] = row["shortfall"]
    worst = sorted(by, key=lambda key: (-sum(by[key].values()), key))[:15]
    return Bars(
        title=finding(
            "가장 부족한 곳은 {name}: {short:,.0f}명분",
            "{name} lacks most: {short:,.0f} seats",
            name=worst[0][0], short=sum(by[worst[0]].values()),
        ).text,
        x=Axis(d.NAME.called(both("단지", "Complex")).text, "text"),
        at=[name for name, _ in worst],
        y=Axis(both("부족한 정원", "Seats short"), "number", d.CHILDREN.unit, from_zero=True),
        series=[
            Series(text, [round(by[key].get(care, 0)) for key in worst])
            for care, text in (("young", both("0~5세", "Ages 0–5")),
                               ("school", both("6~12세", "Ages 6–12")))
        ],
        note=Note(
            alt=both(
                "정원이 가장 부족한 단지 15곳의 막대그래프",
                "Bars of the fifteen complexes that lack most seats",
            ),
            source=SOURCE,
        ),
        stacked=True,
        lying=True,
    )  # fmt: skip


def checked(check: CareCheck) -> Line | None:
    """Complexes left out of the fit: what was counted against the band, smallest first."""
    rows = [r for r in check.frame().sort("expected", "name").to_dicts() if r["age_from"] == 6]
    if not rows:
        return None
    inside = sum(r["low"] <= r["counted"] <= r["high"] for r in rows) / len(rows)
    return Line(
        title=finding(
            "보지 않은 단지 {count:,}곳 가운데 {inside:.0%}가 80% 구간 안에 있습니다(6~12세)",
            "{inside:.0%} of {count:,} complexes left out lie inside the 80 % band (ages 6–12)",
            count=len(rows), inside=inside,
        ).text,
        x=Axis(both("단지(예상 순)", "Complexes, by what was expected"), "text"),
        at=[r["name"] for r in rows],
        y=CHILDREN,
        series=[
            Series(_EXPECTED, [round(r["expected"], 1) for r in rows],
                   low=[r["low"] for r in rows], high=[r["high"] for r in rows]),
            Series(both("센 값", "Counted"), [r["counted"] for r in rows], dashed=True),
        ],
        note=Note(
            alt=both(
                "적합에서 뺀 단지의 예상 구간과 실제로 센 아동 수를 견준 선 그래프",
                "Lines comparing the expected band with counted children of complexes left out",
            ),
            source=SOURCE,
        ),
    )  # fmt: skip


_EXPECTED: Text = both("예상", "Expected")

ALL = (shortfall_map, outlook, ageing, shortest, checked)

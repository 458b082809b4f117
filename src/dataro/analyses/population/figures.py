"""Charts of the population analysis: the city and its districts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from dataro.analyses.population.axes import (
    JOINED,
    MONTH,
    PEOPLE,
    SOURCE,
    Row,
    along,
    compared,
    said,
    spoken,
)
from dataro.analyses.population.tables import (
    PopulationByDistrict,
    PopulationByMonth,
    PopulationDistrictMonths,
    PopulationGrowth,
)
from dataro.data.datasets.places import Districts
from dataro.methods.months import every
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.city import City
from dataro.vocabulary.dictionary import DEFINITIONS
from dataro.vocabulary.figure import Axis, Bars, Line, Mark, Note, Series
from dataro.vocabulary.text import both

DISTRICT = Axis(d.DISTRICT_NAME.text, "text")
GROWTH = Axis(both("연평균 증감률", "Growth per year"), "percent")
COMPARED = 6
"""Areas drawn in the comparison of districts: those that changed most."""


def residents_by_month(
    by_month: PopulationByMonth, definition: str, city: City, districts: Districts | None
) -> Line:
    """The city by month under every definition, with gaps, and marks where districts were split."""
    rows = by_month.frame().sort("month").to_dicts()
    own = [row for row in rows if row["definition"] == definition]
    months = every(rows[0]["month"], rows[-1]["month"])
    first, last = own[0], own[-1]
    order = [definition, *(one for one in DEFINITIONS if one != definition)]
    known = {row["definition"] for row in rows}
    return Line(
        title=said(
            "{city} 인구: {first:month} {before:,}명에서 {month:month} {people:,}명으로",
            "{city}: from {before:,} residents in {first:month} to {people:,} in {month:month}",
            city=city.name, first=first["month"], before=first["people"],
            month=last["month"], people=last["people"],
        ),
        x=MONTH,
        at=months,
        y=PEOPLE,
        series=[
            Series(
                DEFINITIONS[one],
                along(months, (row for row in rows if row["definition"] == one), "people"),
                dashed=one != definition,
            )
            for one in order
            if one in known
        ],
        marks=_splits(districts, months),
        note=Note(
            alt=said(
                "{city}의 월별 인구를 정의별로 나타낸 선 그래프. 자료가 없는 달은 끊겨 있음",
                "Line chart of {city}'s residents by month and definition; months without data are gaps",
                city=city.name,
            ),
            source=SOURCE,
            caution=both(
                "정의가 다른 계열은 서로 비교하거나 잇지 않습니다.",
                "Series of different definitions are neither joined nor compared.",
            ),
        ),
    )  # fmt: skip


def _splits(districts: Districts | None, months: Sequence[date]) -> list[Mark]:
    """A mark in the month in which districts were split off."""
    if districts is None:
        return []
    found: dict[date, list[str]] = {}
    for row in districts.frame().sort("valid_from", "district").to_dicts():
        month = row["valid_from"].replace(day=1)
        if row["split_from"] and months[0] < month <= months[-1]:
            found.setdefault(month, []).append(row["name"])
    say = spoken(districts)
    return [
        Mark(month, said("{name} 신설", "{name} created", name=say(JOINED.join(names))))
        for month, names in found.items()
    ]


def district_growth(growth: PopulationGrowth, districts: Districts | None) -> Bars | None:
    """Growth per year of every comparable area."""
    rows = [row for row in growth.frame().to_dicts() if row["growth_yearly"] is not None]
    if not rows:
        return None
    rows.sort(key=lambda row: -row["growth_yearly"])
    top, say = rows[0], spoken(districts)
    return Bars(
        title=said(
            "증감률이 가장 높은 곳은 한 해 평균 {rate:+.1%}인 {name}입니다",
            "{name} has the highest growth, {rate:+.1%} a year",
            name=say(top["area"]), rate=top["growth_yearly"],
        ),
        x=Axis(both("지역", "Area"), "text"),
        at=[say(row["area"]) for row in rows],
        y=GROWTH,
        series=[Series(GROWTH.text, [row["growth_yearly"] for row in rows])],
        lying=True,
        note=Note(
            alt=said(
                "{before:month}부터 {month:month}까지 지역별 연평균 증감률 막대그래프",
                "Bars of yearly growth by area from {before:month} to {month:month}",
                before=top["month_before"], month=top["month"],
            ),
            source=SOURCE,
            caution=both(
                "이름이 여럿인 지역은 이 기간에 나뉘어 합쳐 비교한 곳입니다.",
                "An area of several names was divided in this time and is compared as one.",
            ),
        ),
    )  # fmt: skip


def districts_compared(
    growth: PopulationGrowth,
    district_months: PopulationDistrictMonths,
    compare: str,
    districts: Districts | None,
) -> Line | None:
    """Month by month the areas that ``compare`` names, or those that changed most."""
    months = district_months.frame()
    areas = growth.frame().sort("codes").to_dicts()
    if months.is_empty() or not areas:
        return None
    chosen = compared([row["area"] for row in areas], compare)
    areas.sort(key=lambda row: -abs(row["change"]))
    areas = [row for row in areas if row["area"] in chosen] if chosen else areas[:COMPARED]
    rows = months.sort("month").to_dicts()
    at = every(rows[0]["month"], rows[-1]["month"])
    say = spoken(districts)
    return Line(
        title=said(
            "비교한 지역 가운데 {name}의 인구가 가장 많이 변했습니다: {change:+,}명",
            "Of the areas compared {name} changed most: {change:+,}",
            name=say(areas[0]["area"]), change=areas[0]["change"],
        ),
        x=MONTH,
        at=at,
        y=PEOPLE,
        series=[
            Series(say(area["area"]), _sum_of(at, rows, area["codes"].split(" ")))
            for area in areas
        ],
        note=Note(
            alt=both(
                "비교한 지역의 월별 인구 선 그래프. 자료가 없는 달은 끊겨 있음",
                "Line chart of the areas compared by month; months without data are gaps",
            ),
            source=SOURCE,
            caution=both(
                "비교 기간 전에 더 큰 지역의 일부였던 달은 비워 둡니다.",
                "Months in which an area was part of a larger one are left empty.",
            ),
        ),
    )  # fmt: skip


def _sum_of(at: Sequence[date], rows: Sequence[Row], codes: Sequence[str]) -> list[int | None]:
    """The area's people by month; None where other districts were counted with it."""
    of_month: dict[date, list[Row]] = {}
    for row in rows:
        if row["district"] in codes:
            of_month.setdefault(row["month"], []).append(row)
    return [_whole(of_month.get(month, []), len(codes)) for month in at]


def _whole(rows: Sequence[Row], districts: int) -> int | None:
    """People of an area from its districts' rows, which repeat what was counted together."""
    inside = Counter(row["area"] for row in rows)
    if len(rows) != districts or any(inside[row["area"]] != row["together"] for row in rows):
        return None
    return sum({row["area"]: int(row["people"]) for row in rows}.values())


def district_ages(by_district: PopulationByDistrict, districts: Districts | None) -> Bars | None:
    """The share of 65 and over in each district."""
    rows = [row for row in by_district.frame().to_dicts() if row["share_old"] is not None]
    if not rows:
        return None
    rows.sort(key=lambda row: -row["share_old"])
    top, lowest, say = rows[0], rows[-1], spoken(districts)
    return Bars(
        title=said(
            "{name} 주민의 {old:.0%}가 65세 이상이고, {least}에서는 {lowest:.0%}입니다",
            "In {name} {old:.0%} are 65 or over, in {least} {lowest:.0%}",
            name=say(top["name"]), old=top["share_old"], least=say(lowest["name"]),
            lowest=lowest["share_old"],
        ),
        x=DISTRICT,
        at=[say(row["name"]) for row in rows],
        y=Axis(d.SHARE.text, "percent", from_zero=True),
        series=[
            Series(both("65세 이상", "65 and over"), [row["share_old"] for row in rows]),
            Series(both("15세 미만", "Under 15"), [row["share_young"] for row in rows]),
        ],
        lying=True,
        note=Note(
            alt=said(
                "{month:month} 읍면동별 65세 이상과 15세 미만 비율 막대그래프",
                "Bars of the shares of 65 and over and of under 15 by district, {month:month}",
                month=top["age_month"],
            ),
            source=SOURCE,
            caution=said(
                "연령은 {month:month} 자료입니다. 그 뒤에 나뉜 읍면동은 빠져 있습니다.",
                "Ages are of {month:month}; districts divided since then are left out.",
                month=top["age_month"],
            ),
        ),
    )  # fmt: skip


CITY = (residents_by_month,)
DISTRICTS = (district_growth, districts_compared, district_ages)

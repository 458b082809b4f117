"""Maps of the population analysis: density through time, growth."""

from __future__ import annotations

from dataro.analyses.population.axes import said, spoken
from dataro.analyses.population.tables import (
    PopulationByDistrict,
    PopulationDistrictMonths,
    PopulationGrowth,
)
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.figure import Axis, Choropleth, Note
from dataro.vocabulary.text import both

SOURCE = both(
    "자료: 주민등록 인구통계, 읍면동 경계", "Source: resident registration, district outlines"
)


def density_map(
    by_district: PopulationByDistrict,
    district_months: PopulationDistrictMonths,
    shapes: DistrictShapes | None,
    districts: Districts | None,
) -> Choropleth | None:
    """People per km², now and in every month that has district totals."""
    dense = [row for row in by_district.frame().to_dicts() if row["density"] is not None]
    if shapes is None or not dense:
        return None
    top = max(dense, key=lambda row: row["density"])
    outlines = shapes.frame().sort("district")
    say = spoken(districts)
    places = outlines["district"].to_list()
    frames: dict[str, list[float | None]] = {}
    months = district_months.frame().sort("month")
    for (month,), found in months.group_by("month", maintain_order=True):
        by_code = dict(zip(found["district"], found["density"], strict=True))
        frames[f"{month:%Y-%m}"] = [_rounded(by_code.get(code)) for code in places]
    return Choropleth(
        title=said(
            "{name}에 가장 빽빽하게 삽니다: ㎢당 {density:,.0f}명",
            "{name} is densest: {density:,.0f} people per km²",
            name=say(top["name"]), density=top["density"],
        ),
        shapes=DistrictShapes.id,
        places=places,
        at=[say(name) for name in outlines["name"].to_list()],
        y=Axis(d.DENSITY.text, "number", d.DENSITY.unit),
        values=frames[f"{top['month']:%Y-%m}"],
        frames=frames,
        note=Note(
            alt=said(
                "{month:month} 읍면동 {count}곳의 인구밀도 지도",
                "Map of population density in {count} districts, {month:month}",
                month=top["month"], count=len(places),
            ),
            source=SOURCE,
            caution=both(
                "나뉘기 전의 달은 그때 한 지역이던 읍면동을 합쳐 같은 밀도로 칠합니다. 밀도는 이 경계의 면적에 "
                "따른 것입니다.",
                "Before a split, the districts that were one area are counted together and share its "
                "density. Density depends on the area of these outlines.",
            ),
        ),
    )  # fmt: skip


def growth_map(
    growth: PopulationGrowth, shapes: DistrictShapes | None, districts: Districts | None
) -> Choropleth | None:
    """Growth per year of each comparable area."""
    rows = [
        row for row in growth.frame().sort("codes").to_dicts() if row["growth_yearly"] is not None
    ]
    if shapes is None or not rows:
        return None
    growing = sum(row["change"] > 0 for row in rows)
    cells = [(code, row) for row in rows for code in row["codes"].split(" ")]
    first, say = rows[0], spoken(districts)
    return Choropleth(
        title=said(
            "지역 {count}곳 가운데 {growing}곳에서 인구가 늘었습니다",
            "{growing} of {count} areas grew",
            count=len(rows), growing=growing,
        ),
        shapes=DistrictShapes.id,
        places=[code for code, _ in cells],
        at=[say(row["area"]) for _, row in cells],
        y=Axis(both("연평균 증감률", "Growth per year"), "percent"),
        values=[row["growth_yearly"] for _, row in cells],
        diverging=True,
        note=Note(
            alt=said(
                "{before:month}부터 {month:month}까지 읍면동 인구의 연평균 증감률 지도",
                "Map of yearly growth of districts from {before:month} to {month:month}",
                before=first["month_before"], month=first["month"],
            ),
            source=SOURCE,
            caution=both(
                "이 기간에 나뉜 읍면동은 합친 지역의 증감률로 칠합니다.",
                "Districts divided in this time show the growth of the area they share.",
            ),
        ),
    )  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


ALL = (density_map, growth_map)

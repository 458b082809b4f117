"""Maps of card sales: through the hours, through the months, by grid cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dataro.analyses.card_sales.tables import (
    CardSalesCells,
    CardSalesDistrictMonths,
    CardSalesHours,
)
from dataro.analyses.card_sales.words import (
    HIDDEN_CAUTION,
    MONEY,
    SOURCE,
    eok,
    known,
    renumbered,
    said,
    spoken,
)
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.vocabulary.figure import Axis, Choropleth, Note, Points
from dataro.vocabulary.text import both

Row = dict[str, Any]


def hours_map(
    hours: CardSalesHours, shapes: DistrictShapes | None, districts: Districts | None
) -> Choropleth | None:
    """Sales of districts, band of three hours by band."""
    rows = known(hours)
    if shapes is None or not rows:
        return None
    places, at, code = _places(shapes, districts)
    bands = sorted({row["hour_from"] for row in rows})
    by = {(code(row["district"]), row["hour_from"]): row["amount"] for row in rows}
    frames = {f"{h:02d}–{h + 3:02d}": [eok(by.get((p, h))) for p in places] for h in bands}
    total = {h: sum(row["amount"] for row in rows if row["hour_from"] == h) for h in bands}
    top = max(bands, key=lambda h: total[h])
    return Choropleth(
        title=said(
            "매출이 가장 많은 때는 {start}시부터 {end}시까지로, 하루의 {share:.0%}입니다",
            "{start}–{end} h sells most: {share:.0%} of the day",
            start=top, end=top + 3, share=total[top] / sum(total.values()),
        ),
        shapes=DistrictShapes.id,
        places=places,
        at=at,
        y=MONEY,
        values=frames[f"{top:02d}–{top + 3:02d}"],
        frames=frames,
        note=Note(
            both(
                "세 시간 단위로 움직이는 읍면동별 카드매출 지도(최근 12개월 합계)",
                "Map of card sales by district, moving through bands of three hours (last twelve months)",
            ),
            SOURCE,
        ),
    )  # fmt: skip


def months_map(
    district_months: CardSalesDistrictMonths,
    shapes: DistrictShapes | None,
    districts: Districts | None,
) -> Choropleth | None:
    """Sales of districts, month by month."""
    rows = known(district_months)
    if shapes is None or not rows:
        return None
    places, at, code = _places(shapes, districts)
    months = sorted({row["month"] for row in rows})
    by = {(code(row["district"]), row["month"]): row["amount"] for row in rows}
    frames = {f"{m:%Y-%m}": [eok(by.get((p, m))) for p in places] for m in months}
    last = [row for row in rows if row["month"] == months[-1]]
    top = max(last, key=lambda row: row["amount"])
    return Choropleth(
        title=said(
            "{month:month} 매출은 {name}에서 가장 많았습니다: 시 전체의 {share:.1%}",
            "{name} sold most in {month:month}: {share:.1%} of the city",
            month=months[-1], name=spoken(districts)(top["name"]),
            share=top["amount"] / sum(row["amount"] for row in last),
        ),
        shapes=DistrictShapes.id,
        places=places,
        at=at,
        y=MONEY,
        values=frames[f"{months[-1]:%Y-%m}"],
        frames=frames,
        note=Note(
            both("달마다 움직이는 읍면동별 카드매출 지도", "Map of card sales by district and month"),
            SOURCE,
        ),
    )  # fmt: skip


def visitors_map(
    district_months: CardSalesDistrictMonths,
    shapes: DistrictShapes | None,
    districts: Districts | None,
) -> Choropleth | None:
    """The share that visitors paid, in the last month."""
    rows = [row for row in district_months.frame().to_dicts() if row["visitors"] is not None]
    if shapes is None or not rows:
        return None
    last = max(row["month"] for row in rows)
    places, at, code = _places(shapes, districts)
    now = {code(row["district"]): row for row in rows if row["month"] == last}
    top = max(now.values(), key=lambda row: row["visitors"])
    return Choropleth(
        title=said(
            "방문객이 쓴 비율은 {name}에서 {share:.1%}로 가장 높습니다",
            "Visitors count most in {name}: {share:.1%} of sales",
            name=spoken(districts)(top["name"]), share=top["visitors"],
        ),
        shapes=DistrictShapes.id,
        places=places,
        at=at,
        y=Axis(both("방문객 비율", "Share of visitors"), "percent"),
        values=[now[p]["visitors"] if p in now else None for p in places],
        note=Note(
            said(
                "{month:month} 읍면동별 카드매출 가운데 방문객이 쓴 비율의 지도",
                "Map of the share of card sales that visitors paid, {month:month}",
                month=last,
            ),
            SOURCE,
        ),
    )  # fmt: skip


def cells_map(by_cell: CardSalesCells) -> Points | None:
    """Mean monthly sales of grid cells as dots."""
    rows = known(by_cell)
    if not rows:
        return None
    rows.sort(key=lambda row: -row["amount"])
    total = sum(row["amount"] for row in rows)
    ten = max(1, round(len(rows) / 10))
    return Points(
        title=said(
            "매출은 격자의 상위 10%에 {share:.0%}가 모입니다",
            "A tenth of the grid cells makes {share:.0%} of sales",
            share=sum(row["amount"] for row in rows[:ten]) / total,
        ),
        at=[row["cell"] for row in rows],
        longitude=[row["longitude"] for row in rows],
        latitude=[row["latitude"] for row in rows],
        y=MONEY,
        size=[eok(row["amount"]) for row in rows],
        note=Note(
            both(
                "500 m 격자별 월평균 카드매출을 점의 크기로 나타낸 지도",
                "Dots: mean monthly card sales of 500 m grid cells",
            ),
            SOURCE,
            HIDDEN_CAUTION,
        ),
    )


def _places(
    shapes: DistrictShapes, districts: Districts | None
) -> tuple[list[str], list[Any], Callable[[str], str]]:
    """Codes and names of the outlines, and how to find the outline's code of a district."""
    outlines = shapes.frame().sort("district")
    say = spoken(districts)
    codes = outlines["district"].to_list()
    return codes, [say(name) for name in outlines["name"].to_list()], renumbered(districts, codes)


ALL = (hours_map, months_map, visitors_map, cells_map)

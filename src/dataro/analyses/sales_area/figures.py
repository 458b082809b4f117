"""Charts and maps of sales areas."""

from __future__ import annotations

from typing import Any

from dataro.analyses.card_sales.words import compared, known, said
from dataro.analyses.sales_area.tables import (
    LIGHTS,
    SalesAreaCells,
    SalesAreaDecay,
    SalesAreaFounder,
    SalesAreaFounderCells,
    SalesAreaHours,
    SalesAreas,
    SalesAreaSurvival,
    SalesAreaTrades,
)
from dataro.data.datasets.money import TRADES
from dataro.vocabulary.figure import Axis, Bars, Line, Note, Points, Series
from dataro.vocabulary.text import Text, both

Row = dict[str, Any]
SOURCE = both("자료: 가맹점 현황, 유동인구, 카드매출", "Source: shops, foot traffic, card sales")
STORES = Axis(both("점포 수", "Shops"), "number", both("곳", "shops"), from_zero=True)
MAN = 1e4
"""Won in 만 원 (ten thousand won)."""


def lights_map(areas: SalesAreas) -> Points:
    """Every area as a dot, sized by shops, coloured by its light."""
    rows = areas.frame().sort("stores", descending=True).to_dicts()
    bad = sum(row["light"] in ("care", "risk") for row in rows)
    return Points(
        title=said(
            "상권 {all}곳 가운데 {bad}곳에 주의나 위험 신호가 켜졌습니다",
            "{bad} of {all} areas show care or risk",
            all=len(rows), bad=bad,
        ),
        at=[_name(row) for row in rows],
        longitude=[row["longitude"] for row in rows],
        latitude=[row["latitude"] for row in rows],
        y=STORES,
        size=[row["stores"] for row in rows],
        group=[LIGHTS[row["light"]] for row in rows],
        note=Note(
            both(
                "상권을 점포 수에 따른 크기와 주의 신호의 색으로 나타낸 지도",
                "Dots: areas sized by shops, coloured by the caution light",
            ),
            SOURCE,
            both("신호는 규칙에 따른 우리의 해석입니다.", "The light is our reading, by stated rules."),
        ),
    )  # fmt: skip


def cells_map(area_cells: SalesAreaCells, areas: SalesAreas) -> Points:
    """The cells of areas, sized by shops."""
    english = _english(areas)
    rows = area_cells.frame().sort("stores", descending=True).to_dicts()
    return Points(
        title=said(
            "격자 {cells:,}곳이 상권 {areas:,}곳을 이룹니다",
            "{cells:,} grid cells make {areas:,} areas",
            cells=len(rows), areas=len({row["area"] for row in rows}),
        ),
        at=[english[row["name"]] for row in rows],
        longitude=[row["longitude"] for row in rows],
        latitude=[row["latitude"] for row in rows],
        y=STORES,
        size=[row["stores"] for row in rows],
        note=Note(
            both("상권에 든 500 m 격자와 그 점포 수의 지도", "Dots: 500 m cells of areas, by shops"), SOURCE
        ),
    )  # fmt: skip


def founder_bars(founder: SalesAreaFounder, areas: SalesAreas) -> Bars | None:
    """Expected sales of a new shop in the best areas, with their interval."""
    rows = [r for r in founder.frame().to_dicts() if r["expected"] is not None]
    if not rows:
        return None
    english = _english(areas)
    rows = sorted(rows, key=lambda row: row["rank"])[:15]
    best = rows[0]
    return Bars(
        title=said(
            "{trade}을(를) 새로 열면 {name}에서 예상 매출이 가장 큽니다: 월 {won:,.0f}만 원",
            "A new shop ({trade}) would sell most in {name}: KRW {million:,.1f} million a month",
            trade=TRADES[best["trade"]], name=english[best["name"]], won=best["expected"] / MAN,
            million=best["expected"] / 1e6,
        ),
        x=Axis(both("상권", "Area"), "text"),
        at=[english[row["name"]] for row in rows],
        y=Axis(both("예상 월매출", "Expected sales a month"), "number",
               both("만 원", "10,000 won"), from_zero=True),
        series=[
            Series(
                both("예상(95% 구간)", "Expected (95 % interval)"),
                [round(row["expected"] / MAN) for row in rows],
                low=[row["low"] / MAN for row in rows],
                high=[row["high"] / MAN for row in rows],
            )
        ],
        note=Note(
            both(
                "새 점포의 예상 월매출이 큰 상권 열다섯 곳의 막대그래프",
                "Bars: the fifteen areas with the largest expected sales of a new shop",
            ),
            SOURCE,
            both(
                "구간은 거리감쇠와 모형의 오차를 담습니다. 점포마다 다른 솜씨는 들어 있지 않습니다.",
                "The interval holds the errors of the decay and of the rule, not how shops differ.",
            ),
        ),
        lying=True,
    )  # fmt: skip


BEST = 100
"""Cells with the largest expected sales that a map shows beside the chosen one."""


def founder_map(founder_cells: SalesAreaFounderCells) -> Points | None:
    """Every cell by what a new shop would take in it, the chosen one in a colour of its own."""
    rows = known(founder_cells, "expected")
    if not rows:
        return None
    every = len(rows)
    best = both(f"예상 매출 상위 {BEST}곳", f"The {BEST} best cells")
    middle, mine_is = both("상권의 가운데", "Middle of an area"), both("고른 격자", "Chosen cell")

    def kind(row: Row) -> Text | None:
        if row["chosen"]:
            return mine_is
        if row["rank"] <= BEST:
            return best
        return middle if row["cell"] == row["area"] else None

    rows = [row for row in rows if kind(row) is not None]
    rows.sort(key=lambda row: (row["chosen"], row["rank"]))
    mine = rows[-1]
    return Points(
        title=said(
            "{cell}에 {trade}을(를) 열면 예상 월매출은 {won:,.0f}만 원으로, 격자 {all:,}곳 가운데 {rank:,}번째입니다",
            "A shop ({trade}) in {cell} would sell KRW {million:,.1f} million a month: place {rank:,} of {all:,} cells",
            cell=cell_name(mine), trade=TRADES[mine["trade"]], won=mine["expected"] / MAN,
            million=mine["expected"] / 1e6, rank=mine["rank"], all=every,
        ),
        at=[cell_name(row) for row in rows],
        longitude=[row["longitude"] for row in rows],
        latitude=[row["latitude"] for row in rows],
        y=Axis(both("예상 월매출", "Expected sales a month"), "number", both("만 원", "10,000 won")),
        size=[round(row["expected"] / MAN) for row in rows],
        group=[kind(row) or middle for row in rows],
        note=Note(
            both(
                "예상 매출이 큰 격자와 상권 가운데의 새 점포 예상 월매출을 점의 크기로, 고른 격자를 다른 색으로 나타낸 지도",
                "Dots: expected sales of a new shop in the best grid cells and in the middles of areas; the "
                "chosen cell in another colour",
            ),
            SOURCE,
            both(
                "다른 곳을 보려면 점의 격자번호나 상권 이름, 경도,위도를 ‘열고 싶은 곳’ 설정에 적으십시오. 모든 격자는 결과 표에 있습니다.",
                "To look at another place, write the cell or area of a dot, or a longitude,latitude, into the "
                "setting “Where to open”. All cells are in the result table.",
            ),
        ),
    )  # fmt: skip


def cell_name(row: Row) -> Text:
    """A cell as a reader finds it: its area, where it has one, and its id."""
    if row["name"] is None:
        return both(f"격자 {row['cell']}", f"cell {row['cell']}")
    return both(f"{row['name']} 격자 {row['cell']}", f"{row['name_en']}, cell {row['cell']}")


def trades_bars(trades: SalesAreaTrades, areas: SalesAreas, compare: str) -> Bars:
    """The mix of trades of the areas compared."""
    chosen = chosen_areas(areas, compare)
    by = {(row["area"], row["trade"]): row["share"] for row in trades.frame().to_dicts()}
    codes = [code for code in TRADES if any(by.get((r["area"], code)) for r in chosen)]
    top = max(chosen, key=lambda row: row["quotient"])
    return Bars(
        title=said(
            "{name}의 {trade} 비율은 시 평균의 {quotient:.1f}배입니다",
            "{name} has {quotient:.1f} times the city's share of this trade: {trade}",
            name=_name(top), trade=TRADES[top["main_trade"]], quotient=top["quotient"],
        ),
        x=Axis(both("업종", "Trade"), "text"),
        at=[TRADES[code] for code in codes],
        y=Axis(both("점포 비율", "Share of shops"), "percent", from_zero=True),
        series=[
            Series(_name(row), [round(by.get((row["area"], code), 0.0), 4) for code in codes])
            for row in chosen
        ],
        note=Note(
            both("견준 상권의 업종별 점포 비율 막대그래프", "Bars: trade mix of the areas compared"), SOURCE
        ),
        lying=True,
    )  # fmt: skip


def survival_line(survival: SalesAreaSurvival, areas: SalesAreas, compare: str) -> Line | None:
    """Survival of the areas compared and of the city."""
    chosen = chosen_areas(areas, compare)
    frame = survival.frame().sort("months").to_dicts()
    wanted: list[tuple[str, str, Text]] = [("city", "all", both("시 전체", "The city"))]
    wanted += [("area", row["area"], _name(row)) for row in chosen]
    curves = {
        key[:2]: {r["months"]: r for r in frame if (r["group"], r["member"]) == key[:2]}
        for key in wanted
    }
    city = curves["city", "all"]
    if not city:
        return None
    at = list(range(0, 61, 3))
    lasting = _at(city, 36)
    return Line(
        title=said(
            "새 점포의 {share:.0%}가 3년을 넘깁니다(시 전체)",
            "{share:.0%} of new shops last three years (the city)",
            share=lasting["share"] if lasting else None,
        ),
        x=Axis(both("개업 뒤 개월", "Months since opening"), "number"),
        at=at,
        y=Axis(both("생존율", "Survival"), "percent"),
        series=[
            _curve(text, curves[group, member], at, band=group == "city")
            for group, member, text in wanted
            if curves[group, member]
        ],
        note=Note(
            both(
                "개업 뒤 개월에 따른 점포 생존율 곡선과 95% 구간(시 전체)",
                "Survival of shops by months since opening, with a 95 % interval for the city",
            ),
            both("자료: 가맹점 현황", "Source: shops"),
        ),
    )  # fmt: skip


def _curve(text: Text, rows: dict[int, Row], at: list[int], *, band: bool) -> Series:
    found = [_at(rows, month) for month in at]
    return Series(
        text,
        [round(row["share"], 4) if row else None for row in found],
        low=[row["low"] if row else None for row in found] if band else None,
        high=[row["high"] if row else None for row in found] if band else None,
    )


def _at(rows: dict[int, Row], month: int) -> Row | None:
    """The step of a curve at a month; None beyond its end."""
    if not rows or month > max(rows):
        return None
    before = [m for m in rows if m <= month]
    return rows[max(before)] if before else {"share": 1.0, "low": 1.0, "high": 1.0}


def hours_line(hours: SalesAreaHours, areas: SalesAreas, compare: str) -> Line | None:
    """People in the streets of the areas compared, by hour."""
    rows = known(hours, "people")
    if not rows:
        return None
    chosen = chosen_areas(areas, compare)
    by = {(row["area"], row["hour"]): row["people"] for row in rows}
    top = max(chosen, key=lambda r: max(by.get((r["area"], h), 0) for h in range(24)))
    peak = max(range(24), key=lambda h: by.get((top["area"], h), 0))
    return Line(
        title=said(
            "{name}은(는) {hour}시에 가장 붐빕니다", "{name} is busiest at {hour} h",
            name=_name(top), hour=peak,
        ),
        x=Axis(both("시각", "Hour"), "number", both("시", "h")),
        at=list(range(24)),
        y=Axis(both("유동인구", "People"), "number", both("명", "people"), from_zero=True),
        series=[
            Series(_name(row), [round(by.get((row["area"], h), 0.0)) for h in range(24)])
            for row in chosen
        ],
        note=Note(
            both("견준 상권의 시간대별 유동인구 선 그래프", "Lines: people in the areas compared, by hour"),
            both("자료: 격자별 유동인구", "Source: foot traffic by grid cell"),
        ),
    )  # fmt: skip


def decay_bars(decay: SalesAreaDecay) -> Bars | None:
    """How far customers come, by trade."""
    rows = [row for row in decay.frame().to_dicts() if row["half"] is not None]
    if not rows:
        return None
    rows.sort(key=lambda row: -row["per_km"])
    near, far = rows[0], rows[-1]
    return Bars(
        title=said(
            "{near} 손님은 {half:.1f} ㎞마다, {far} 손님은 {wide:.1f} ㎞마다 절반으로 줍니다",
            "Customers halve every {half:.1f} km ({near}) to {wide:.1f} km ({far})",
            near=TRADES[near["trade"]], half=near["half"], far=TRADES[far["trade"]],
            wide=far["half"],
        ),
        x=Axis(both("업종", "Trade"), "text"),
        at=[TRADES[row["trade"]] for row in rows],
        y=Axis(both("거리감쇠", "Decay"), "decimal", both("㎞당", "per km"), from_zero=True),
        series=[
            Series(
                both("추정(95% 구간)", "Estimate (95 % interval)"),
                [round(row["per_km"], 4) for row in rows],
                low=[row["low"] for row in rows],
                high=[row["high"] for row in rows],
            )
        ],
        note=Note(
            both("업종별 거리감쇠 막대그래프와 95% 구간", "Bars: decay by trade, with 95 % intervals"),
            both("자료: 카드 이용 유입지역", "Source: where customers come from"),
        ),
        lying=True,
    )  # fmt: skip


def chosen_areas(areas: SalesAreas, compare: str) -> list[Row]:
    """The areas asked for, or the four with the most shops."""
    rows = areas.frame().sort("stores", "area", descending=[True, False]).to_dicts()
    names = compared([row["name"] for row in rows], compare, most=4)
    return [row for name in names for row in rows if row["name"] == name] or rows[:4]


def _name(row: Row) -> Text:
    return Text(row["name"], row["name_en"])


def _english(areas: SalesAreas) -> dict[str, Text]:
    return {row["name"]: _name(row) for row in areas.frame().to_dicts()}


ALL = (
    lights_map, founder_map, founder_bars, trades_bars, survival_line, hours_line, decay_bars, cells_map,
)  # fmt: skip

"""What the analysis of sales areas returns."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.data.datasets.money import AMOUNT, HOUR_FROM, STORES, TRADE, TRADES
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.disclosure import Disclosure
from dataro.vocabulary.table import Table
from dataro.vocabulary.terms import Domain, Term
from dataro.vocabulary.text import both

LIGHTS = {
    "calm": both("1단계 양호", "1 calm"),
    "watch": both("2단계 관찰", "2 watch"),
    "care": both("3단계 주의", "3 care"),
    "risk": both("4단계 위험", "4 risk"),
}
CHANGES = {
    "dynamic": both("교체가 빠른 곳", "Fast turnover"),
    "growing": both("새 점포가 자라는 곳", "New shops grow"),
    "shrinking": both("오래된 점포만 남는 곳", "Old shops remain"),
    "settled": both("안정된 곳", "Settled"),
}
GROUPS = {
    "city": both("시 전체", "The city"),
    "trade": both("업종", "Trade"),
    "area": both("상권", "Area"),
}
AREA = d.ID.called(both("상권번호", "Area"))
AREA_NAME = d.NAME.called(both("상권", "Area"))
_MONTHS = Term(both("개월", "Months"), Domain("수", "decimal", minimum=0), both("개월", "months"))
_WON = Term(both("금액", "Amount"), Domain("금액", "decimal"), both("원", "won"))
_DECAY = Term(both("거리감쇠", "Decay"), Domain("율", "decimal"), both("㎞당", "per km"))
_LOW, _HIGH = both("하한(95%)", "low (95 %)"), both("상한(95%)", "high (95 %)")


class SalesAreas(
    Table,
    title=both("상권", "Sales areas"),
    disclosure=Disclosure(
        "sales", contributors="counted", also=("per_store", "growth"), together=True
    ),
):
    """One row per area: its shops, their trades and lives, the people in its streets, its light.

    ``sales`` is the mean month of the last twelve. ``change`` sets the age of shops that are open
    and of those that closed against the city's.
    """

    area = AREA.key()
    name = AREA_NAME
    name_en = AREA_NAME.called(both("상권(영어)", "Area, English"))
    district = d.DISTRICT
    longitude = d.LONGITUDE
    latitude = d.LATITUDE
    cells = d.COUNT.called(both("격자 수", "Grid cells"))
    stores = STORES
    people = d.EXPECTED_PEOPLE.called(
        both("하루 평균 유동인구", "People in the streets")
    ).optional()
    sales = AMOUNT.called(both("월평균 매출", "Sales a month")).optional()
    per_store = _WON.called(both("점포당 월매출", "Sales per shop")).optional()
    growth = d.GROWTH.called(both("매출 변화(1년)", "Change of sales in a year")).optional()
    residents = d.PEOPLE.called(both("1 ㎞ 안 거주자", "Residents within 1 km")).optional()
    stops = d.COUNT.called(both("500 m 안 버스 정류장", "Bus stops within 500 m")).optional()
    status = d.STATUS
    concentration = d.SHARE.called(both("업종 집중도(HHI)", "Concentration of trades (HHI)"))
    main_trade = TRADE.called(both("특화 업종", "Trade it stands for"))
    quotient = d.RATIO.called(both("특화도(입지계수)", "Location quotient"))
    opened = d.COUNT.called(both("개업(1년)", "Opened in a year"))
    closed = d.COUNT.called(both("폐업(1년)", "Closed in a year"))
    closing = d.SHARE.called(both("폐업률", "Closing rate"))
    survival = d.SHARE.called(both("3년 생존율", "Three-year survival")).optional()
    survival_low = d.SHARE.called(both("3년 생존율 하한(95%)", "Survival, low (95 %)")).optional()
    survival_high = d.SHARE.called(both("3년 생존율 상한(95%)", "Survival, high (95 %)")).optional()
    months_open = _MONTHS.called(both("영업 점포의 평균 영업 개월", "Months open, mean"))
    months_closed = _MONTHS.called(
        both("폐업 점포의 평균 영업 개월", "Months of closed shops")
    ).optional()
    change = Term(both("변화 유형", "Change"), Domain("코드", "code", codes=CHANGES)).optional()
    crowding = d.RATIO.called(
        both("수요 대비 점포(시 평균=1)", "Shops for demand (city = 1)")
    ).optional()
    light = Term(both("주의 신호", "Light"), Domain("코드", "code", codes=LIGHTS))
    why = d.SENTENCE.called(both("까닭(한국어)", "Reasons, Korean"))
    why_en = d.SENTENCE.called(both("까닭(영어)", "Reasons, English"))


class SalesAreaCells(
    Table,
    title=both("상권의 격자", "Cells of sales areas"),
    disclosure=Disclosure("people", together=True),
):
    """One row per grid cell that belongs to an area: its shops and people."""

    cell = d.ID.called(both("격자(500 m)", "Grid cell (500 m)")).key()
    area = AREA
    name = AREA_NAME
    longitude = d.LONGITUDE
    latitude = d.LATITUDE
    stores = STORES
    people = d.EXPECTED_PEOPLE.called(
        both("하루 평균 유동인구", "People in the streets")
    ).optional()
    status = d.STATUS


class SalesAreaTrades(
    Table,
    title=both("상권의 업종", "Trades of sales areas"),
    disclosure=Disclosure("sales", contributors="counted", together=True),
):
    """One row per area and trade: shops, their share, the quotient, openings and closures."""

    area = AREA.key()
    trade = TRADE.key()
    name = AREA_NAME
    stores = STORES
    share = d.SHARE
    quotient = d.RATIO.called(both("특화도(입지계수)", "Location quotient"))
    opened = d.COUNT.called(both("개업(1년)", "Opened in a year"))
    closed = d.COUNT.called(both("폐업(1년)", "Closed in a year"))
    sales = AMOUNT.called(both("월평균 매출", "Sales a month")).optional()
    status = d.STATUS


class SalesAreaSurvival(Table, title=both("점포 생존율", "Survival of shops")):
    """One row per group and month since opening: the share still open (Kaplan–Meier), at risk.

    Groups are the city, its trades and its areas.
    """

    group = Term(both("묶음", "Group"), Domain("코드", "code", codes=GROUPS)).key()
    member = d.ID.called(both("항목", "Member")).key()
    months = d.COUNT.called(both("개업 뒤 개월", "Months since opening")).key()
    share = d.SHARE.called(both("생존율", "Survival"))
    low = d.SHARE.called(_LOW)
    high = d.SHARE.called(_HIGH)
    at_risk = d.COUNT.called(both("관찰 점포", "Shops at risk"))


class SalesAreaHours(
    Table,
    title=both("상권의 시간대별 유동인구", "People in areas by hour"),
    disclosure=Disclosure("people", together=True),
):
    """One row per area and hour: people in the streets on the mean day."""

    area = AREA.key()
    hour = HOUR_FROM.called(both("시각", "Hour")).key()
    name = AREA_NAME
    people = d.EXPECTED_PEOPLE.called(both("유동인구", "People")).optional()
    status = d.STATUS


class SalesAreaDecay(Table, title=both("업종별 거리감쇠", "Decay with distance by trade")):
    """One row per trade: how fast customers fall with distance, with a 95 % interval.

    ``half`` is the distance over which visits halve; ``spread`` the variance over chance alone.
    """

    trade = TRADE.key()
    per_km = _DECAY
    low = _DECAY.called(_LOW)
    high = _DECAY.called(_HIGH)
    half = d.KILOMETRES.called(both("절반이 되는 거리", "Half distance")).optional()
    spread = d.RATIO.called(both("과산포", "Spread beyond chance"))
    pairs = d.COUNT.called(both("읍면동 쌍", "Pairs of districts"))


class SalesAreaFounder(Table, title=both("창업자가 만날 조건", "What a founder would face")):
    """One row per area: a new shop of the chosen trade at its middle.

    ``expected`` is what the new shop would take a month by Huff's rule; ``low`` and ``high`` hold the
    decay's interval and how far the rule errs for the shops that are there.
    """

    area = AREA.key()
    name = AREA_NAME
    trade = Term(both("업종", "Trade"), Domain("코드", "code", codes=TRADES))
    rivals = STORES.called(both("상권 안 같은 업종", "Same trade in the area"))
    near = STORES.called(both("1 ㎞ 안 같은 업종", "Same trade within 1 km"))
    expected = _WON.called(both("예상 월매출", "Expected sales a month")).optional()
    low = _WON.called(_LOW).optional()
    high = _WON.called(_HIGH).optional()
    reach = d.KILOMETRES.called(
        both("매출 절반이 오는 거리", "Half of sales come from within")
    ).optional()
    rank = d.COUNT.called(both("예상 매출 순위", "Rank of expected sales")).optional()
    closed = d.COUNT.called(both("같은 업종 폐업(1년)", "Closed of the trade, a year"))
    survival = d.SHARE.called(both("업종 3년 생존율(시)", "Survival of the trade, city")).optional()


class SalesAreaFounderCells(
    Table, title=both("격자별 창업 조건", "What a founder would face in each cell")
):
    """One row per grid cell that has or had shops: a new shop of the chosen trade in it.

    Columns as by area; ``chosen`` is the cell that was asked for.
    """

    cell = d.ID.called(both("격자(500 m)", "Grid cell (500 m)")).key()
    area = AREA.optional()
    name = AREA_NAME.optional()
    name_en = AREA_NAME.called(both("상권(영어)", "Area, English")).optional()
    longitude = d.LONGITUDE
    latitude = d.LATITUDE
    trade = Term(both("업종", "Trade"), Domain("코드", "code", codes=TRADES))
    rivals = STORES.called(both("격자 안 같은 업종", "Same trade in the cell"))
    near = STORES.called(both("1 ㎞ 안 같은 업종", "Same trade within 1 km"))
    expected = _WON.called(both("예상 월매출", "Expected sales a month")).optional()
    low = _WON.called(_LOW).optional()
    high = _WON.called(_HIGH).optional()
    reach = d.KILOMETRES.called(
        both("매출 절반이 오는 거리", "Half of sales come from within")
    ).optional()
    rank = d.COUNT.called(both("예상 매출 순위", "Rank of expected sales")).optional()
    closed = d.COUNT.called(both("같은 업종 폐업(1년)", "Closed of the trade, a year"))
    survival = d.SHARE.called(both("업종 3년 생존율(시)", "Survival of the trade, city")).optional()
    chosen = d.YES_NO.called(both("고른 격자", "Chosen cell"))


class SalesAreaSkill(Table, title=both("예상 매출의 검증", "Expected sales, held against sales")):
    """One row per trade: Huff's expectation for all shops of an area against what they sold.

    ``order`` is Spearman's rank correlation over areas, ``error`` the median relative error.
    """

    trade = TRADE.key()
    areas = d.COUNT.called(both("상권 수", "Areas"))
    order = Term(both("순위 상관", "Rank correlation"), Domain("율", "decimal")).optional()
    error = d.RATIO.called(both("상대 오차(중앙값)", "Relative error, median")).optional()
    spread = d.RATIO.called(
        both("로그 오차의 표준편차", "Standard deviation of the log error")
    ).optional()


@dataclass
class SalesAreaResult:
    """All tables of the analysis."""

    areas: SalesAreas
    area_cells: SalesAreaCells
    trades: SalesAreaTrades
    survival: SalesAreaSurvival
    hours: SalesAreaHours
    decay: SalesAreaDecay
    founder: SalesAreaFounder
    founder_cells: SalesAreaFounderCells
    expected_skill: SalesAreaSkill

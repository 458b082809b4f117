"""What the analysis of card sales returns."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.data.datasets.events import EVENT_KINDS
from dataro.data.datasets.money import (
    AMOUNT,
    HOME,
    HOUR_FROM,
    PAYMENTS,
    STORES,
    TRADE,
    TRADES,
    WEEKDAY,
    WHERE,
)
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.disclosure import Disclosure
from dataro.vocabulary.table import Table
from dataro.vocabulary.terms import Domain, Term
from dataro.vocabulary.text import both

ALL = "all"
TRADES_AND_ALL = {ALL: both("전체 업종", "All trades"), **TRADES}
GROUPS = {
    "city": both("시 전체", "The city"),
    "trade": both("업종", "Trade"),
    "district": both("읍면동", "District"),
}
REASONS = {**EVENT_KINDS, "unknown": both("알려진 까닭 없음", "No reason known")}
SOURCES = {
    "payer": both("결제자별", "By payer"),
    "time": both("요일·시간대별", "By weekday and hour"),
    "cell": both("격자별", "By grid cell"),
}
_TRADE_OR_ALL = Term(both("업종", "Trade"), Domain("코드", "code", codes=TRADES_AND_ALL))
_MONEY = Term(both("금액", "Amount"), Domain("금액", "decimal"), both("원", "won"))
_TOGETHER = Disclosure("amount", contributors="behind", together=True)
"""All cuts of card sales are protected as one: see ``guard``."""
_LOG = Term(both("로그 차이", "Log difference"), Domain("율", "decimal"))


class CardSalesMonths(
    Table, title=both("월별 카드매출", "Card sales by month"), disclosure=_TOGETHER
):
    """One row per month and trade (and all trades): sales, what is usual, and what the rest is.

    ``expected`` is trend × season of a robust fit, ``z`` the rest in robust standard deviations.
    """

    month = d.MONTH.key()
    trade = _TRADE_OR_ALL.key()
    stores = STORES.optional()
    payments = PAYMENTS.optional()
    amount = AMOUNT.optional()
    ticket = _MONEY.called(both("건당 금액", "Average ticket")).optional()
    trend = _MONEY.called(both("추세", "Trend")).optional()
    season = d.RATIO.called(both("계절 지수", "Season")).optional()
    expected = _MONEY.called(both("평소 수준", "Usual level")).optional()
    z = d.SCORE.optional()
    status = d.STATUS


class CardSalesDistricts(
    Table,
    title=both("읍면동·업종별 카드매출", "Card sales by district and trade"),
    disclosure=_TOGETHER,
):
    """One row per district and trade: sales of the chosen month."""

    district = d.DISTRICT.key()
    trade = TRADE.key()
    name = d.DISTRICT_NAME
    month = d.MONTH
    stores = STORES.optional()
    payments = PAYMENTS.optional()
    amount = AMOUNT.optional()
    status = d.STATUS


class CardSalesDistrictMonths(
    Table,
    title=both("읍면동별 월 카드매출", "Card sales by district and month"),
    disclosure=_TOGETHER,
):
    """One row per district and month: sales of all trades, and the share that visitors paid."""

    district = d.DISTRICT.key()
    month = d.MONTH.key()
    name = d.DISTRICT_NAME
    amount = AMOUNT.optional()
    visitors = d.SHARE.called(both("방문객 비율", "Share of visitors")).optional()
    status = d.STATUS


class CardSalesHours(
    Table,
    title=both("읍면동·시간대별 카드매출", "Card sales by district and hour"),
    disclosure=_TOGETHER,
):
    """One row per district and band of three hours: sales of all trades, last twelve months."""

    district = d.DISTRICT.key()
    hour_from = HOUR_FROM.key()
    name = d.DISTRICT_NAME
    amount = AMOUNT.optional()
    status = d.STATUS


class CardSalesWeek(
    Table, title=both("요일·시간대별 카드매출", "Card sales through the week"), disclosure=_TOGETHER
):
    """One row per trade, weekday and band of three hours: the last twelve months."""

    trade = TRADE.key()
    weekday = WEEKDAY.key()
    hour_from = HOUR_FROM.key()
    payments = PAYMENTS.optional()
    amount = AMOUNT.optional()
    status = d.STATUS


class CardSalesPayers(
    Table, title=both("성·연령별 카드매출", "Card sales by payer"), disclosure=_TOGETHER
):
    """One row per trade, sex, age band and home of the payers: the last twelve months."""

    trade = TRADE.key()
    sex = d.SEX.key()
    age_from = d.AGE_FROM.key()
    home = HOME.key()
    payments = PAYMENTS.optional()
    amount = AMOUNT.optional()
    status = d.STATUS


class CardSalesCells(
    Table,
    title=both("격자별 카드매출", "Card sales by grid cell"),
    disclosure=Disclosure("amount", margins=((),), contributors="behind", also=("stores",)),
):
    """One row per grid cell: mean monthly sales of all trades over the last twelve months.

    ``stores`` counts the shops of the last month; the fewest of any month decide whether a cell is
    shown.
    """

    cell = d.ID.called(both("격자(500 m)", "Grid cell (500 m)")).key()
    longitude = d.LONGITUDE
    latitude = d.LATITUDE
    stores = STORES.optional()
    amount = AMOUNT.optional()
    status = d.STATUS


class CardSalesGrowth(
    Table,
    title=both("매출 증감의 요인", "What changed sales"),
    disclosure=Disclosure(
        "change",
        contributors="behind",
        also=("before", "after", "by_stores", "by_tickets", "by_ticket"),
        together=True,
    ),
):
    """One row per group: change over twelve months earlier, by factor, in won; adds up exactly.

    Groups are the city, its trades and its districts, summed over the same cells of district and
    trade.
    """

    group = Term(both("묶음", "Group"), Domain("코드", "code", codes=GROUPS)).key()
    member = d.ID.called(both("항목", "Member")).key()
    before = _MONEY.called(both("전년 매출", "Sales before")).optional()
    after = _MONEY.called(both("올해 매출", "Sales after")).optional()
    change = _MONEY.called(both("증감", "Change")).optional()
    by_stores = _MONEY.called(both("점포 수", "Shops")).optional()
    by_tickets = _MONEY.called(both("점포당 결제 건수", "Payments per shop")).optional()
    by_ticket = _MONEY.called(both("건당 금액", "Average ticket")).optional()
    status = d.STATUS


class CardSalesUnusual(Table, title=both("평소와 다른 달", "Unusual months")):
    """One row per month and trade whose sales left the usual range, with the reason if one is known.

    ``gap`` is sales over the usual level, less one.
    """

    month = d.MONTH.key()
    trade = TRADE.key()
    gap = d.GROWTH.called(both("평소 대비", "Over the usual"))
    z = d.SCORE
    reason = Term(both("까닭", "Reason"), Domain("코드", "code", codes=REASONS))
    said = d.SENTENCE.called(both("까닭(한국어)", "Reason, Korean"))
    said_en = d.SENTENCE.called(both("까닭(영어)", "Reason, English"))


class CardSalesLeakage(
    Table,
    title=both("주민의 소비 지역", "Where residents spend"),
    disclosure=Disclosure("amount", contributors="behind", also=("share",), together=True),
):
    """One row per trade and kind of place where residents paid: the last twelve months."""

    trade = TRADE.key()
    where = Term(both("소비 지역", "Where"), Domain("코드", "code", codes=WHERE)).key()
    amount = AMOUNT.optional()
    share = d.SHARE.optional()
    status = d.STATUS


class CardSalesReconciled(Table, title=both("합계 맞춰 보기", "Totals reconciled")):
    """One row per source: sales and refunds before, unknown trades, and the total that goes on.

    ``sales`` − ``refunds`` = ``total``; ``unknown`` is the part of it whose trade no list knows. A sum
    of one or two rows is left empty.
    """

    source = Term(both("자료", "Source"), Domain("코드", "code", codes=SOURCES)).key()
    order = d.COUNT.called(both("순서", "Order"))
    row_count = d.COUNT.called(both("행 수", "Rows"))
    refund_rows = d.COUNT.called(both("환불이 더 많은 행", "Rows of refunds"))
    unknown_rows = d.COUNT.called(both("업종을 모르는 행", "Rows of unknown trade"))
    sales = AMOUNT.called(both("매출", "Sales")).optional()
    refunds = AMOUNT.called(both("환불", "Refunds")).optional()
    unknown = AMOUNT.called(both("업종 미상", "Trade unknown")).optional()
    total = AMOUNT.called(both("합계", "Total"))
    bands_merged = d.COUNT.called(both("합친 연령 구분", "Age bands merged"))
    gap = _LOG.called(both("결제자별 합계와의 차이", "Apart from the total by payer"))


@dataclass
class CardSalesResult:
    """All tables of the analysis."""

    months: CardSalesMonths
    by_district: CardSalesDistricts
    district_months: CardSalesDistrictMonths
    hours: CardSalesHours
    week: CardSalesWeek
    payers: CardSalesPayers
    by_cell: CardSalesCells
    growth: CardSalesGrowth
    unusual: CardSalesUnusual
    leakage: CardSalesLeakage
    reconciled: CardSalesReconciled

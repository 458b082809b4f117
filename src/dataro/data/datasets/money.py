"""Shops, card sales, foot traffic and local currency."""

from __future__ import annotations

from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Rule, Table
from dataro.vocabulary.terms import Domain, Term
from dataro.vocabulary.text import both

TRADES = {
    "restaurant": both("음식점", "Restaurants"),
    "cafe": both("카페·제과", "Cafés and bakeries"),
    "convenience": both("편의점", "Convenience stores"),
    "grocery": both("슈퍼·식료품", "Groceries"),
    "retail": both("의류·잡화", "Clothes and goods"),
    "health": both("병의원·약국", "Clinics and pharmacies"),
    "education": both("학원·교육", "Education"),
    "beauty": both("미용·생활서비스", "Personal services"),
    "leisure": both("여가·숙박", "Leisure and lodging"),
    "fuel": both("주유·차량", "Fuel and cars"),
    "other": both("그 밖의 업종", "Other trades"),
}
HOMES = {"resident": both("주민", "Residents"), "visitor": both("방문객", "Visitors")}
WHERE = {
    "district": both("같은 읍면동", "The same district"),
    "city": both("시내 다른 읍면동", "Elsewhere in the city"),
    "outside": both("시 밖", "Outside the city"),
    "online": both("온라인", "Online"),
}
DAY_KINDS = {"weekday": both("평일", "Weekdays"), "weekend": both("주말", "Weekend")}

_WON, _THOUSAND = both("원", "won"), both("천원", "thousand won")
_MONEY = Domain("금액", "integer")
_MONEY_USED = Domain("금액", "integer", minimum=0)
_POSITIVE = Domain("수", "integer", minimum=0)

TRADE = Term(both("업종", "Trade"), Domain("코드", "code", codes=TRADES))
MERCHANT = d.ID.called(both("가맹점번호", "Merchant"))
CELL = d.ID.called(
    both("격자(500 m)", "Grid cell (500 m)"),
)
WEEKDAY = Term(
    both("요일", "Weekday"), Domain("수", "integer", minimum=1, maximum=7), None,
    both("월요일이 1", "Monday is 1"),
)  # fmt: skip
HOUR_FROM = Term(
    both("시작 시각", "Hour from"),
    Domain("시각", "integer", minimum=0, maximum=23),
    both("시", "h"),
)
HOME = Term(both("거주 구분", "Resident or visitor"), Domain("코드", "code", codes=HOMES))
AMOUNT = Term(
    both("이용 금액", "Card sales"), _MONEY, _WON,
    both("환불이 더 많으면 음수", "Below zero where refunds exceed sales"),
)  # fmt: skip
PAYMENTS = Term(both("이용 건수", "Payments"), _POSITIVE, both("건", "payments"))
STORES = Term(both("점포 수", "Shops"), _POSITIVE, both("곳", "shops"))
USED = Term(both("지역화폐 사용액", "Local currency used"), _MONEY_USED, _THOUSAND)


class Merchants(Table, title=both("가맹점", "Shops")):
    """One row per shop: its trade and place, when it opened and, where it did, closed."""

    merchant = MERCHANT.key()
    name = d.NAME.called(both("상호", "Name")).optional()
    trade = TRADE
    district = d.DISTRICT
    cell = CELL.optional()
    longitude = d.LONGITUDE.optional()
    latitude = d.LATITUDE.optional()
    opened = d.VALID_FROM.called(both("개업일", "Opened"))
    closed = d.VALID_TO.called(both("폐업일", "Closed")).optional()
    small = d.YES_NO.called(both("소상공인 여부", "Small shop")).optional()
    rules = (
        Rule("closed > opened", both("폐업은 개업 뒤입니다", "A shop opens before it closes")),
    )


class CardSalesByPayer(Table, title=both("카드매출(결제자별)", "Card sales by payer")):
    """One row per month, district of the shop, trade, and sex, age band and home of the payers."""

    month = d.MONTH.key()
    district = d.DISTRICT.key()
    trade = TRADE.key()
    sex = d.SEX.key()
    age_from = d.AGE_FROM.key()
    home = HOME.key()
    payments = PAYMENTS
    amount = AMOUNT


class CardSalesByTime(
    Table, title=both("카드매출(요일·시간대별)", "Card sales by weekday and hour")
):
    """One row per month, district of the shop, trade, weekday and band of three hours.

    ``stores`` counts the open shops of district and trade in the month: the same in all its rows.
    """

    month = d.MONTH.key()
    district = d.DISTRICT.key()
    trade = TRADE.key()
    weekday = WEEKDAY.key()
    hour_from = HOUR_FROM.key()
    stores = STORES.optional()
    payments = PAYMENTS
    amount = AMOUNT


class CardSalesByCell(Table, title=both("카드매출(격자별)", "Card sales by grid cell")):
    """One row per month, grid cell of 500 m and trade; places are the middles of cells."""

    month = d.MONTH.key()
    cell = CELL.key()
    trade = TRADE.key()
    longitude = d.LONGITUDE
    latitude = d.LATITUDE
    stores = STORES
    payments = PAYMENTS
    amount = AMOUNT


class ResidentSpending(Table, title=both("주민의 소비 지역", "Where residents spend")):
    """One row per month, district of home, trade and kind of place where its residents paid."""

    month = d.MONTH.key()
    district = d.DISTRICT.key()
    trade = TRADE.key()
    where = Term(both("소비 지역", "Where"), Domain("코드", "code", codes=WHERE)).key()
    amount = AMOUNT


class CustomerFlows(Table, title=both("카드 이용 유입지역", "Where customers come from")):
    """One row per year, district of the customers' home, district of the shops, and trade.

    ``distance`` is the straight line between the middles of both districts.
    """

    year = d.YEAR.key()
    home = d.DISTRICT.called(both("거주 행정동코드", "Home district")).key()
    district = d.DISTRICT.called(both("이용 행정동코드", "District of the shop")).key()
    trade = TRADE.key()
    distance = Term(
        both("직선거리", "Distance"), Domain("거리", "decimal", minimum=0), both("㎞", "km")
    ).optional()
    payments = PAYMENTS


class FootTraffic(Table, title=both("격자별 유동인구", "Foot traffic")):
    """One row per month, grid cell of 500 m, kind of day and hour: people there on the mean day."""

    month = d.MONTH.key()
    cell = CELL.key()
    day_kind = Term(both("요일 구분", "Kind of day"), Domain("코드", "code", codes=DAY_KINDS)).key()
    hour = HOUR_FROM.called(both("시각", "Hour")).key()
    longitude = d.LONGITUDE
    latitude = d.LATITUDE
    people = d.PEOPLE.called(both("유동인구", "People"))


class LocalCurrencyUse(Table, title=both("지역화폐 발행·이용", "Local currency charged and used")):
    """One row per month and city, in thousand won; empty means no such voucher, not zero."""

    month = d.MONTH.key()
    place = d.PLACE.key()
    place_name = d.PLACE_NAME.optional()
    cards = Term(both("카드 발행 수", "Cards issued"), _POSITIVE, both("건", "cards")).optional()
    card_charged = USED.called(both("카드 충전액", "Charged on cards")).optional()
    card_used = USED.called(both("카드 사용액", "Used by card")).optional()
    mobile_users = d.PEOPLE.called(both("모바일 등록자 수", "Mobile users")).optional()
    mobile_charged = USED.called(both("모바일 충전액", "Charged on mobiles")).optional()
    mobile_used = USED.called(both("모바일 사용액", "Used by mobile")).optional()
    paper_sold = USED.called(both("지류 판매액", "Paper sold")).optional()
    paper_used = USED.called(both("지류 회수액", "Paper returned")).optional()


class CitySales(Table, title=both("시군별 카드매출", "Card sales of cities")):
    """One row per month and city: card sales of small and of large shops, in thousand won."""

    month = d.MONTH.key()
    place = d.PLACE.key()
    place_name = d.PLACE_NAME.optional()
    small = Term(both("소상공인 매출액", "Sales of small shops"), _MONEY, _THOUSAND)
    large = Term(both("대형점포 매출액", "Sales of large shops"), _MONEY, _THOUSAND).optional()


class CityNeighbours(Table, title=both("인접 시군", "Neighbouring cities")):
    """One row per city and neighbour with which it shares a border."""

    place = d.PLACE.key()
    neighbour = d.PLACE.called(both("인접 시군코드", "Neighbour")).key()


class MerchantSales(Table, title=both("가맹점 표본 매출", "Sales of sampled shops")):
    """One row per month and shop of a sample: all its sales, and those in local currency.

    ``joined`` is the month in which the shop began to take the local currency; empty is never.
    """

    month = d.MONTH.key()
    merchant = MERCHANT.key()
    trade = TRADE
    small = d.YES_NO.called(both("소상공인 여부", "Small shop")).optional()
    joined = d.MONTH.called(both("지역화폐 가맹월", "Joined")).optional()
    sales = Term(both("매출액", "Sales"), _MONEY, _WON)
    used = Term(both("지역화폐 결제액", "Paid in local currency"), _MONEY, _WON).optional()

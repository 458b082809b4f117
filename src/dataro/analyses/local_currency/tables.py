"""What the analysis of local currency returns."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.data.datasets.money import USED
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Table
from dataro.vocabulary.terms import Domain, Term
from dataro.vocabulary.text import both

STEPS = {
    "gross": both("총사용액", "Gross use"),
    "diverted": both("다른 결제에서 옮겨 온 돈", "Diverted from other means"),
    "net_new": both("순증(설정한 정의)", "Net new (definition chosen)"),
    "small": both("소상공인 몫", "To small shops"),
    "induced": both("유발 효과", "Induced"),
    "per_won": both("시 예산 1원당 순증", "Net new per won of public money"),
}
DEFINITIONS = {
    "gross": both("총사용액 전부를 효과로 봄", "All use counts"),
    "members": both(
        "가맹점의 가입 전후 매출 증가(비교 대상 없음)",
        "Members' growth since joining, nobody compared",
    ),
    "own": both("시내 소상공인 순증", "Net new to the city's small shops"),
    "city": both("시내 전체 점포 순증(대형점포 감소 반영)", "Net new to all shops of the city"),
    "neighbours": both(
        "이웃 시군까지 합한 소상공인 순증", "Net new to small shops, neighbours included"
    ),
    "region": both(
        "이웃 시군과 대형점포까지 모두 합한 순증", "Net new to all shops, neighbours included"
    ),
}
KINDS_OF_CHECK = {
    "event": both("사용 시작 전후", "Before and after launch"),
    "pretrend": both("시작 전 추세 검정(p)", "Test of trends before (p)"),
    "overall": both("단계적 이중차분 평균", "Staggered differences, mean"),
    "twin_city": both("합성 이중차분(우리 시)", "Synthetic differences, this city"),
    "plain": both("단순 이중차분(우리 시)", "Plain differences, this city"),
    "honest": both("추세가 어긋날 때의 범위", "Bounds if trends break"),
    "breakdown": both("견디는 추세 어긋남의 크기", "Break of trends it withstands"),
    "placebo": both("무작위 시작으로 한 위약 검정(p)", "Placebo with random starts (p)"),
    "leave_one_out": both("한 시군씩 뺀 추정", "Leaving out one city at a time"),
    "placebo_cities": both(
        "시작하지 않은 시군에서 나온 오차", "Error in cities that had not launched"
    ),
    "moved": both("순증 가운데 이웃에서 옮겨 온 비율", "Share of the gain taken from neighbours"),
    "members": both("가맹점 매출 효과(로그)", "Effect on members' sales (log)"),
}
_AMOUNT = Term(
    both("금액", "Amount"), Domain("금액", "decimal"), both("백만 원", "million won")
)  # fmt: skip
_VALUE = Term(both("값", "Value"), Domain("율", "decimal"))
_LOW, _HIGH = both("하한(95%)", "low (95 %)"), both("상한(95%)", "high (95 %)")
_SHARE = Term(both("총사용액 1원당", "Per won of use"), Domain("율", "decimal"))


class CurrencyUse(Table, title=both("지역화폐 월별 이용", "Local currency by month")):
    """One row per month and city: charged and used by all kinds of voucher, in thousand won.

    ``neighbour`` is empty where the borders are not known. A month before the launch has no row.
    """

    month = d.MONTH.key()
    place = d.PLACE.key()
    place_name = d.PLACE_NAME.optional()
    charged = USED.called(both("충전·판매액", "Charged or sold")).optional()
    used = USED.called(both("사용·회수액", "Used or returned"))
    own = d.YES_NO.called(both("우리 시", "This city"))
    neighbour = d.YES_NO.called(both("이웃 시군", "Neighbour")).optional()


class CurrencyChain(Table, title=both("지역화폐 효과의 단계", "The effect, step by step")):
    """One row per step from gross use to the effect of a won of public money, last twelve months.

    Amounts are of the city, in million won, with 95 % intervals; ``share`` is per won of gross
    use (in the last step per won of public money), with its own. Gross use is counted, not
    estimated: it has no interval. Empty where the data cannot show it.
    """

    step = Term(both("단계", "Step"), Domain("코드", "code", codes=STEPS)).key()
    order = d.COUNT.called(both("순서", "Order"))
    amount = _AMOUNT.optional()
    low = _AMOUNT.called(_LOW).optional()
    high = _AMOUNT.called(_HIGH).optional()
    share = _SHARE.optional()
    share_low = _SHARE.called(
        both("총사용액 1원당 하한(95%)", "Per won of use, low (95 %)")
    ).optional()
    share_high = _SHARE.called(
        both("총사용액 1원당 상한(95%)", "Per won of use, high (95 %)")
    ).optional()
    method = d.SENTENCE.called(both("방법(한국어)", "Method, Korean"))
    method_en = d.SENTENCE.called(both("방법(영어)", "Method, English"))
    denominator = d.SENTENCE.called(both("분모(한국어)", "Denominator, Korean"))
    denominator_en = d.SENTENCE.called(both("분모(영어)", "Denominator, English"))


class CurrencyDefinitions(Table, title=both("효과의 정의별 결과", "The effect by definition")):
    """One row per definition of the effect: what a won of use brings, with a 95 % interval.

    ``growth`` is the same as a change of sales of those shops, where it can be said.
    """

    definition = Term(both("정의", "Definition"), Domain("코드", "code", codes=DEFINITIONS)).key()
    order = d.COUNT.called(both("순서", "Order"))
    share = _SHARE.optional()
    low = _SHARE.called(_LOW).optional()
    high = _SHARE.called(_HIGH).optional()
    growth = d.GROWTH.called(both("매출 변화율", "Change of sales")).optional()
    chosen = d.YES_NO.called(both("설정한 정의", "Chosen"))


class CurrencyEvents(Table, title=both("사용 시작 전후의 효과", "Effect before and after launch")):
    """One row per panel and month since the launch (or since joining): change of log sales.

    Estimates before the beginning are changes from one month to the next and should be near 0.
    """

    panel = Term(
        both("자료", "Panel"),
        Domain("코드", "code", codes={
            "cities": both("시군", "Cities"), "merchants": both("가맹점", "Shops")
        }),
    ).key()  # fmt: skip
    since = Term(both("시작 뒤 개월", "Months since"), Domain("수", "integer")).key()
    estimate = _VALUE.called(both("효과(로그)", "Effect (log)"))
    low = _VALUE.called(_LOW)
    high = _VALUE.called(_HIGH)
    band_low = _VALUE.called(both("동시 하한(95%)", "Simultaneous low (95 %)"))
    band_high = _VALUE.called(both("동시 상한(95%)", "Simultaneous high (95 %)"))


class CurrencyChecks(Table, title=both("효과의 점검", "Checks of the effect")):
    """One row per check and case: an estimate with an interval, or a p value."""

    check = Term(both("점검", "Check"), Domain("코드", "code", codes=KINDS_OF_CHECK)).key()
    case = d.ID.called(both("경우", "Case")).key()
    value = _VALUE.optional()
    low = _VALUE.called(_LOW).optional()
    high = _VALUE.called(_HIGH).optional()


class CurrencyTroubles(Table, title=both("자료의 한계", "What the data cannot show")):
    """One row per kind of trouble in the data: what it limits, and what to ask for."""

    kind = d.ID.called(both("종류", "Kind")).key()
    count = d.COUNT
    said = d.SENTENCE.called(both("설명(한국어)", "Explanation, Korean"))
    said_en = d.SENTENCE.called(both("설명(영어)", "Explanation, English"))


@dataclass
class CurrencyResult:
    """All tables of the analysis."""

    use: CurrencyUse
    chain: CurrencyChain
    definitions: CurrencyDefinitions
    events: CurrencyEvents
    checks: CurrencyChecks
    troubles: CurrencyTroubles

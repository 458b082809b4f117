"""What the answer to “when does the city pass so many people” holds."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Table
from dataro.vocabulary.terms import Domain, Term
from dataro.vocabulary.text import both

STATUSES = {
    "counted": both("집계로 확인", "Counted"),
    "estimated": both("이미 지난 것으로 추정", "Estimated as past"),
    "expected": both("앞으로 예상", "Expected"),
    "beyond": both("전망 기간 안에는 아님", "Not within the months looked at"),
    "thin": both("자료가 적어 전망하지 않음", "Too few counts to forecast"),
}
METHODS = {
    "combined": both("결합 전망", "Combined"),
    "trend": both("변하는 추세(지역선형추세)", "changing trend (local linear)"),
    "drift": both("지난 12개월 증가 지속", "last twelve months’ growth"),
    "housing": both("입주(주택 단위법)", "move-ins (housing unit)"),
    "housing_listed": both(
        "입주(실제 입주 달을 미리 안 경우)", "move-ins, had the months been known"
    ),
    "ar4": both("자기회귀 AR(4)", "Autoregression AR(4)"),
    "hamilton_perry": both("해밀턴–페리", "Hamilton–Perry"),
    "cohort_component": both("코호트요인법", "Cohort-component"),
}
ROLES = {
    "combined": both("결합에 씀", "In the combination"),
    "benchmark": both("비교 기준", "Benchmark"),
    "beside": both("검증 횟수가 적어 나란히만 둠", "Beside it, tested too seldom"),
}

METHOD = Term(both("방법", "Method"), Domain("코드", "code", codes=METHODS))
STATUS = Term(both("상태", "Status"), Domain("코드", "code", codes=STATUSES))
ROLE = Term(both("쓰임", "Role"), Domain("코드", "code", codes=ROLES))
_EARLY = both("빠르면(10%)", "Early (10 %)")
_MIDDLE = both("가운데(50%)", "Middle (50 %)")
_LATE = both("늦으면(90%)", "Late (90 %)")
_LOW = both("인구 하한(10%)", "Low (10 %)")
_MEAN = both("인구 전망(50%)", "Middle (50 %)")
_HIGH = both("인구 상한(90%)", "High (90 %)")


class ReachDates(Table, title=both("목표 인구에 이르는 달", "When the number is reached")):
    """One row per definition of population: when it reaches the target.

    Of a counted passage all three months are the month it was first counted; months beyond those
    looked at are empty. ``counts`` says in how many months the definition was counted.
    """

    definition = d.DEFINITION.key()
    target = d.PEOPLE.called(both("목표 인구", "Target"))
    status = STATUS
    early = d.MONTH.called(_EARLY).optional()
    middle = d.MONTH.called(_MIDDLE).optional()
    late = d.MONTH.called(_LATE).optional()
    last_month = d.MONTH.called(both("마지막 집계 달", "Last counted"))
    people = d.PEOPLE
    counts = d.COUNT.called(both("집계한 달 수", "Months counted"))


class ReachYears(Table, title=both("연말별 확률", "Probability by year-end")):
    """One row per definition and year: how likely the target is by its end.

    ``at_end`` is the probability that December's count is at the target or above, ``passed`` that
    it was reached at any time by then, ``rule`` that year-ends in a row have fulfilled the rule.
    """

    definition = d.DEFINITION.key()
    year = d.YEAR.key()
    low = d.EXPECTED_PEOPLE.called(_LOW)
    middle = d.EXPECTED_PEOPLE.called(_MEAN)
    high = d.EXPECTED_PEOPLE.called(_HIGH)
    at_end = d.SHARE.called(both("연말 확률", "At year-end"))
    passed = d.SHARE.called(both("그때까지 도달 확률", "Reached by then"))
    rule = d.SHARE.called(both("연속 연말 요건 충족 확률", "Rule fulfilled"))


class ReachMonths(Table, title=both("월별 인구와 전망", "Residents by month and expected")):
    """One row per definition and month: what was counted, or what is expected with an 80 % band."""

    definition = d.DEFINITION.key()
    month = d.MONTH.key()
    people = d.PEOPLE.optional()
    low = d.EXPECTED_PEOPLE.called(_LOW).optional()
    middle = d.EXPECTED_PEOPLE.called(_MEAN).optional()
    high = d.EXPECTED_PEOPLE.called(_HIGH).optional()


class ReachMethods(Table, title=both("방법별 결과", "Method by method")):
    """One row per method: what it alone says for the longest-counted definition."""

    method = METHOD.key()
    role = ROLE
    weight = d.SHARE.called(both("결합 비중", "Weight")).optional()
    month = d.MONTH.called(both("도달하는 달", "Reaches the target")).optional()
    in_ten_years = d.EXPECTED_PEOPLE.called(both("10년 뒤 인구", "People in ten years")).optional()


class ReachBacktest(Table, title=both("과거 시점 검증", "How earlier selves did")):
    """One row per definition, method and months ahead: errors over all origins with an outcome.

    ``independent`` is how many of the forecasts do not overlap; ``claimed`` is false where there
    are too few, or where the distance is only described.
    """

    definition = d.DEFINITION.key()
    method = METHOD.key()
    ahead = d.COUNT.called(both("몇 달 앞", "Months ahead")).key()
    forecasts = d.COUNT.called(both("검증 횟수", "Forecasts"))
    independent = d.COUNT.called(both("겹치지 않는 횟수", "Not overlapping"))
    mean_error = d.EXPECTED_PEOPLE.called(both("평균 절대 오차", "Mean absolute error"))
    root_error = d.EXPECTED_PEOPLE.called(both("제곱근 평균 오차", "Root mean squared error"))
    bias = d.VALUE.called(both("평균 오차(전망−실제)", "Mean error"))
    covered = d.SHARE.called(both("80% 구간 포함률", "Covered by 80 % bands")).optional()
    covered_low = d.SHARE.called(both("포함률 하한", "Coverage, low")).optional()
    covered_high = d.SHARE.called(both("포함률 상한", "Coverage, high")).optional()
    claimed = d.YES_NO.called(both("주장 여부", "Claimed"))


class ReachLevers(Table, title=both("도달 시점을 바꾸는 것", "What would change the date")):
    """One row per thing that may go otherwise, and by how many months that moves the middle."""

    lever = d.NAME.called(both("요인", "Lever")).key()
    lever_en = d.NAME_EN
    month = d.MONTH.called(both("입주 시작", "Move-in begins")).optional()
    households = d.HOUSEHOLDS.optional()
    months = d.VALUE.called(both("달라지는 달 수", "Months later"))
    probability = d.VALUE.called(both("다음 연말 확률의 변화", "Change at next year-end"))


class ReachDistrictAges(Table, title=both("읍면동 연령별 전망", "Districts by age, expected")):
    """One row per year, area and age band: expected residents, adding up to the city's total."""

    year = d.YEAR.key()
    area = d.NAME.called(both("지역", "Area")).key()
    area_en = d.NAME_EN
    age_from = d.AGE_FROM.key()
    age_to = d.AGE_TO.optional()
    base_month = d.MONTH.called(both("연령 기준 연월", "Month of ages"))
    people = d.EXPECTED_PEOPLE


class ReachAgeTest(Table, title=both("연령 전망 검증", "Age forecasts, tested")):
    """One row per method and year: ages expected from data five years older than the outcome."""

    method = METHOD.key()
    year = d.YEAR.key()
    origin = d.YEAR.called(both("기준 연도", "Origin"))
    total_error = d.GROWTH.called(both("총인구 오차", "Error of the total"))
    age_error = d.SHARE.called(both("연령별 평균 오차", "Mean error by age"))


class ReachPublished(Table, title=both("발표된 전망과 비교", "Beside published forecasts")):
    """One row per published forecast: what was said, what came, what we say with the same data."""

    published = d.MONTH.called(both("발표한 달", "Published")).key()
    measure = d.NAME.called(both("항목", "Measure")).key()
    month = d.MONTH.called(both("대상 달", "For")).key()
    definition = d.DEFINITION
    value = d.EXPECTED_PEOPLE.called(both("발표된 값", "Published value"))
    known_until = d.MONTH.called(both("우리가 쓴 마지막 달", "Our last month")).optional()
    low = d.EXPECTED_PEOPLE.called(_LOW).optional()
    middle = d.EXPECTED_PEOPLE.called(_MEAN).optional()
    high = d.EXPECTED_PEOPLE.called(_HIGH).optional()
    early = d.MONTH.called(_EARLY).optional()
    half = d.MONTH.called(_MIDDLE).optional()
    late = d.MONTH.called(_LATE).optional()
    came = d.EXPECTED_PEOPLE.called(both("실제", "What came")).optional()
    came_month = d.MONTH.called(both("실제 달", "Month it came")).optional()
    source = d.SENTENCE.called(both("출처", "Source"))


@dataclass(frozen=True)
class ReachResult:
    """The tables of the answer; one that the data cannot fill is empty."""

    dates: ReachDates
    years: ReachYears
    months_ahead: ReachMonths
    methods: ReachMethods
    backtest: ReachBacktest
    levers: ReachLevers
    district_ages: ReachDistrictAges
    age_test: ReachAgeTest
    published_forecasts: ReachPublished

"""What the analysis of care demand returns."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Table
from dataro.vocabulary.terms import Domain, Term
from dataro.vocabulary.text import both

COMPLEX = d.NAME.called(both("단지명", "Complex"))
LOW, HIGH = both("하한(80%)", "low (80 %)"), both("상한(80%)", "high (80 %)")
WANTING = d.EXPECTED_PEOPLE.called(both("돌봄 희망 아동", "Children wanting care"))
PLACED = {
    "given": both("자료의 좌표", "Coordinates given"),
    "point": both("같은 이름의 지점", "A point of the same name"),
    "street": both("같은 길의 이웃 단지", "Neighbours on the street"),
    "area": both("읍면의 가운데", "The middle of its town"),
    "none": both("위치 모름", "Not placed"),
}
SIZES = {
    "classes": both("평형별 세대수", "Households by class"),
    "area": both("연면적", "Gross floor area"),
    "none": both("모름", "Not known"),
}
CARE = {
    "young": both("0~5세 보육", "Care for ages 0–5"),
    "school": both("6~12세 돌봄", "Care for ages 6–12"),
}
KIND_OF_CARE = Term(both("돌봄 구분", "Kind of care"), Domain("코드", "code", codes=CARE))


class CareOutlook(Table, title=both("단지별 아동 전망", "Children of complexes, expected")):
    """One row per apartment complex, age band and year: children and those wanting care."""

    name = COMPLEX.key()
    address = d.ADDRESS.key()
    age_from = d.AGE_FROM.key()
    year = d.YEAR.key()
    age_to = d.AGE_TO
    children = d.EXPECTED_PEOPLE.called(both("아동", "Children"))
    children_low = d.EXPECTED_PEOPLE.called(both("아동 하한(80%)", "Children, low (80 %)"))
    children_high = d.EXPECTED_PEOPLE.called(both("아동 상한(80%)", "Children, high (80 %)"))
    wanting = WANTING
    wanting_low = d.EXPECTED_PEOPLE.called(both("희망 하한(80%)", "Wanting, low (80 %)"))
    wanting_high = d.EXPECTED_PEOPLE.called(both("희망 상한(80%)", "Wanting, high (80 %)"))
    observed = d.CHILDREN.called(both("실제로 센 아동", "Children counted")).optional()


class CareShortfall(Table, title=both("단지별 돌봄 부족", "Shortfall of care by complex")):
    """One row per apartment complex and kind of care: demand, seats in reach, seats to require."""

    name = COMPLEX.key()
    address = d.ADDRESS.key()
    care = KIND_OF_CARE.key()
    households = d.HOUSEHOLDS
    opens = d.MONTH.called(both("입주 시작", "Move-in begins")).optional()
    planned = d.YES_NO.called(both("입주 전", "Not yet moved in"))
    size_known = Term(
        both("규모 자료", "What is known of size"), Domain("코드", "code", codes=SIZES)
    )
    placed = Term(both("위치 자료", "How it was placed"), Domain("코드", "code", codes=PLACED))
    longitude = d.LONGITUDE.optional()
    latitude = d.LATITUDE.optional()
    wanting = WANTING
    wanting_low = d.EXPECTED_PEOPLE.called(both("희망 하한(80%)", "Wanting, low (80 %)"))
    wanting_high = d.EXPECTED_PEOPLE.called(both("희망 상한(80%)", "Wanting, high (80 %)"))
    peak_year = d.YEAR.called(both("희망이 가장 많은 해", "Year of the peak"))
    peak_wanting = d.EXPECTED_PEOPLE.called(both("그해의 희망 아동", "Wanting at the peak"))
    peak_high = d.EXPECTED_PEOPLE.called(both("그해의 상한(80%)", "At the peak, high (80 %)"))
    seats_near = d.EXPECTED_PEOPLE.called(
        both("나눠 쓸 수 있는 가까운 정원", "Share of the seats nearby")
    ).optional()
    shortfall = d.EXPECTED_PEOPLE.called(both("지금 부족", "Short now")).optional()
    seats_to_require = d.SEATS.called(both("요구할 정원", "Seats to require")).optional()
    compulsory = d.YES_NO.called(
        both("다함께돌봄센터 의무(500세대 이상 신축)", "Care centre compulsory (new, 500 or more)")
    )


class CareTotals(Table, title=both("시 전체 아동 전망", "Children of all complexes, expected")):
    """One row per age band and year: all complexes together."""

    age_from = d.AGE_FROM.key()
    year = d.YEAR.key()
    age_to = d.AGE_TO
    children = d.EXPECTED_PEOPLE.called(both("아동", "Children"))
    children_low = d.EXPECTED_PEOPLE.called(both("아동 하한(80%)", "Children, low (80 %)"))
    children_high = d.EXPECTED_PEOPLE.called(both("아동 상한(80%)", "Children, high (80 %)"))
    wanting = WANTING


class CareAgeing(Table, title=both("단지 나이와 아동", "Children as a complex ages")):
    """One row per age band and age of a complex: children relative to the mean of its first 30 years."""

    age_from = d.AGE_FROM.key()
    complex_age = d.AGE_FROM.called(both("단지 나이", "Age of the complex")).key()
    relative = d.INDEX.called(both("상대 수준", "Relative level"))
    low = d.INDEX.called(LOW)
    high = d.INDEX.called(HIGH)


class CareCheck(Table, title=both("보지 않은 단지로 한 점검", "Check on complexes left out")):
    """One row per age band and complex that was left out of the fit: counted against expected."""

    age_from = d.AGE_FROM.key()
    name = COMPLEX.key()
    address = d.ADDRESS.key()
    counted = d.CHILDREN.called(both("센 아동", "Counted"))
    expected = d.EXPECTED_PEOPLE
    low = d.EXPECTED_PEOPLE.called(LOW)
    high = d.EXPECTED_PEOPLE.called(HIGH)


class CareTroubles(Table, title=both("자료의 한계", "What the data cannot show")):
    """One row per kind of trouble in the data: what it limits, and what to ask for."""

    kind = d.ID.called(both("종류", "Kind")).key()
    count = d.COUNT
    said = d.SENTENCE.called(both("설명(한국어)", "Explanation, Korean"))
    said_en = d.SENTENCE.called(both("설명(영어)", "Explanation, English"))


@dataclass
class CareResult:
    """All tables of the analysis."""

    shortfall: CareShortfall
    outlook: CareOutlook
    totals: CareTotals
    ageing: CareAgeing
    check: CareCheck
    troubles: CareTroubles

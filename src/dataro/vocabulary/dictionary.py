"""The term dictionary: the meanings that table classes cite, each once.

Names and domain classes follow the common standard of public data (공공데이터 공통표준용어) where
it has the term.
"""

from __future__ import annotations

from dataro.vocabulary.disclosure import STATES
from dataro.vocabulary.terms import Domain, Term
from dataro.vocabulary.text import both

SEXES = {"all": both("계", "All"), "male": both("남", "Men"), "female": both("여", "Women")}
DEFINITIONS = {
    "registered": both("주민등록 전체(재외국민·거주불명 포함)", "Whole register"),
    "residents": both("주민등록 거주자", "Residents only"),
    "with_foreigners_city": both(
        "등록외국인·외국국적동포 포함(시 기준)", "With foreigners, city's count"
    ),
    "with_foreigners_province": both(
        "등록외국인 포함(도 기준)", "With foreigners, province's count"
    ),
}
LEVELS = {
    "city": both("시·군", "City"),
    "gu": both("구", "Gu"),
    "eup": both("읍", "Town (eup)"),
    "myeon": both("면", "Township (myeon)"),
    "dong": both("동", "Neighbourhood (dong)"),
}

# Domains
MONTH_DOMAIN = Domain("연월", "month")
DATE_DOMAIN = Domain("연월일", "date")
YEAR_DOMAIN = Domain("연도", "year", minimum=1900, maximum=2200)
COUNT_DOMAIN = Domain("수", "integer", minimum=0)
CHANGE_DOMAIN = Domain("수", "integer")
RATE_DOMAIN = Domain("율", "decimal")
AREA_DOMAIN = Domain("면적", "decimal", minimum=0)
AGE_DOMAIN = Domain("수", "integer", minimum=0, maximum=130)
NAME_DOMAIN = Domain("명", "text", length=200)
ADDRESS_DOMAIN = Domain("주소", "text", length=300)
PHONE_DOMAIN = Domain("전화번호", "text", pattern=r"(0\d{1,2}-\d{3,4}|1\d{3})-\d{4}")
PLACE_DOMAIN = Domain("행정표준코드", "code", pattern=r"\d{10}", length=10)
ID_DOMAIN = Domain("번호", "code", length=60)
LONGITUDE_DOMAIN = Domain("경도", "decimal", minimum=-180, maximum=180)
LATITUDE_DOMAIN = Domain("위도", "decimal", minimum=-90, maximum=90)

_PEOPLE = both("명", "people")
_HOUSEHOLDS = both("세대", "households")

# When and where
MONTH = Term(both("연월", "Month"), MONTH_DOMAIN)
YEAR = Term(both("연도", "Year"), YEAR_DOMAIN)
BASE_DATE = Term(both("데이터기준일자", "Base date"), DATE_DOMAIN, abbreviation="DATA_CRTR_YMD")
VALID_FROM = Term(both("유효 시작일", "Valid from"), DATE_DOMAIN)
VALID_TO = Term(both("유효 종료일", "Valid to"), DATE_DOMAIN)
PLACE = Term(both("시군구코드", "City or district code"), PLACE_DOMAIN)
DISTRICT = Term(both("행정동코드", "District code"), PLACE_DOMAIN, abbreviation="DONG_CD")
DISTRICT_NAME = Term(both("읍면동명", "District"), NAME_DOMAIN)
PLACE_NAME = Term(both("행정기관명", "Place"), NAME_DOMAIN)
LEVEL = Term(both("행정 단위", "Level"), Domain("코드", "code", codes=LEVELS))
LONGITUDE = Term(both("경도", "Longitude"), LONGITUDE_DOMAIN, both("도", "°"), abbreviation="LOT")
LATITUDE = Term(both("위도", "Latitude"), LATITUDE_DOMAIN, both("도", "°"), abbreviation="LAT")
IN_CITY = Term(both("시 안 여부", "Inside the city"), Domain("여부", "boolean"))
SHAPE = Term(both("경계", "Boundary"), Domain("공간", "geometry"))
AREA_KM2 = Term(both("면적", "Area"), AREA_DOMAIN, both("㎢", "km²"))

# People
DEFINITION = Term(
    both("인구 정의", "Population definition"), Domain("코드", "code", codes=DEFINITIONS)
)
SEX = Term(both("성별", "Sex"), Domain("코드", "code", codes=SEXES))
AGE_FROM = Term(both("나이 시작", "Age from"), AGE_DOMAIN, both("세", "years"))
AGE_TO = Term(both("나이 끝", "Age to"), AGE_DOMAIN, both("세", "years"),
              both("비어 있으면 그 나이 이상", "Empty: this age and over"))  # fmt: skip
PEOPLE = Term(both("인구수", "Residents"), COUNT_DOMAIN, _PEOPLE, abbreviation="PPLTN_CNT")
MEN = Term(both("남자 인구수", "Men"), COUNT_DOMAIN, _PEOPLE)
WOMEN = Term(both("여자 인구수", "Women"), COUNT_DOMAIN, _PEOPLE)
HOUSEHOLDS = Term(both("세대수", "Households"), COUNT_DOMAIN, _HOUSEHOLDS)
HOUSEHOLD_SIZE = Term(
    both("세대원수", "Household size"), Domain("수", "integer", minimum=1, maximum=30), _PEOPLE
)
BIRTHS = Term(both("출생", "Births"), COUNT_DOMAIN, _PEOPLE)
DEATHS = Term(both("사망", "Deaths"), COUNT_DOMAIN, _PEOPLE)
MOVED_IN = Term(both("전입", "Moved in"), COUNT_DOMAIN, _PEOPLE)
MOVED_OUT = Term(both("전출", "Moved out"), COUNT_DOMAIN, _PEOPLE)
OTHER_CHANGE = Term(both("기타 증감", "Other change"), CHANGE_DOMAIN, _PEOPLE)
CHANGE = Term(both("인구 증감", "Change"), CHANGE_DOMAIN, _PEOPLE)
GROWTH = Term(both("증감률", "Growth"), RATE_DOMAIN)
DENSITY = Term(both("인구밀도", "Density"), AREA_DOMAIN, both("명/㎢", "people per km²"))
MEDIAN_AGE = Term(both("중위연령", "Median age"), Domain("수", "decimal", minimum=0, maximum=130),
                  both("세", "years"))  # fmt: skip
DEPENDENCY = Term(both("부양비", "Dependency ratio"), RATE_DOMAIN, None,
                  both("15~64세 인구에 대한 비율", "Relative to people aged 15–64"))  # fmt: skip
SHARE = Term(both("비율", "Share"), Domain("율", "decimal", minimum=0, maximum=1))

FOREIGNERS = Term(both("외국인 수", "Foreigners"), CHANGE_DOMAIN, _PEOPLE)
PERSONS_PER_HOUSEHOLD = Term(both("세대당 인구", "Persons per household"), RATE_DOMAIN, _PEOPLE)
INDEX = Term(both("지수", "Index"), AREA_DOMAIN, None, both("기준 달 = 100", "Base month = 100"))
CODES = Term(both("행정동코드 목록", "District codes"), Domain("코드", "text"))
COUNT = Term(both("개수", "Count"), COUNT_DOMAIN)

# Things
NAME = Term(both("명칭", "Name"), NAME_DOMAIN)
NAME_EN = Term(both("영문명", "Name in English"), NAME_DOMAIN)
VALUE = Term(both("값", "Value"), RATE_DOMAIN)
ADDRESS = Term(both("도로명주소", "Road address"), ADDRESS_DOMAIN)
PHONE = Term(both("전화번호", "Telephone"), PHONE_DOMAIN, abbreviation="TELNO")
BUILDINGS = Term(both("동수", "Buildings"), COUNT_DOMAIN, both("동", "buildings"))
KIND = Term(both("구분", "Kind"), NAME_DOMAIN)
ID = Term(both("관리번호", "Identifier"), ID_DOMAIN)
FLOOR_AREA = Term(both("연면적", "Floor area"), AREA_DOMAIN, both("㎡", "m²"))
HEADWAY = Term(both("배차간격", "Headway"), Domain("시간", "integer", minimum=0, maximum=1440),
               both("분", "minutes"))  # fmt: skip

# Care and the siting of services
CHILDREN = Term(both("아동 수", "Children"), COUNT_DOMAIN, _PEOPLE)
EXPECTED_PEOPLE = Term(both("예상 인원", "People expected"), AREA_DOMAIN, _PEOPLE)
SEATS = Term(both("정원", "Seats"), COUNT_DOMAIN, _PEOPLE)
MINUTES = Term(
    both("소요 시간", "Travel time"), Domain("시간", "decimal", minimum=0), both("분", "minutes")
)
FLOOR_CLASS = Term(
    both("평형 구분", "Floor-area class"),
    Domain("코드", "code", codes={
        "to19": both("19평 이하", "Up to 19 pyeong"),
        "20_25": both("20~25평", "20–25 pyeong"),
        "26_32": both("26~32평", "26–32 pyeong"),
        "33_39": both("33~39평", "33–39 pyeong"),
        "40_49": both("40~49평", "40–49 pyeong"),
        "from50": both("50평 이상", "50 pyeong and over"),
    }),
    about=both("공급면적, 1평은 3.3058㎡", "Supplied area; one pyeong is 3.3058 m²"),
)  # fmt: skip
YES_NO = Term(both("여부", "Yes or no"), Domain("여부", "boolean"))
SENTENCE = Term(both("설명", "Explanation"), Domain("내용", "text"))
COST = Term(both("비용", "Cost"), AREA_DOMAIN, both("백만 원", "million won"))

# Moves
DIRECTIONS = {
    "in": both("시 밖에서 전입", "In, from outside the city"),
    "out": both("시 밖으로 전출", "Out, to outside the city"),
    "within": both("시 안의 이동", "Within the city"),
}
REASONS = {
    "job": both("직업", "Work"),
    "family": both("가족", "Family"),
    "housing": both("주택", "Housing"),
    "school": both("교육", "Schooling"),
    "surroundings": both("주거환경·교통", "Surroundings and transport"),
    "nature": both("자연환경·건강", "Nature and health"),
    "other": both("기타", "Other"),
    "all": both("전체", "All"),
}
DIRECTION = Term(both("이동 방향", "Direction"), Domain("코드", "code", codes=DIRECTIONS))
REASON = Term(both("전입 사유", "Reason"), Domain("코드", "code", codes=REASONS))
MOVERS = Term(both("이동자 수", "Movers"), COUNT_DOMAIN, _PEOPLE)
NET_MOVERS = Term(both("순이동", "Net migration"), CHANGE_DOMAIN, _PEOPLE)
EFFICIENCY = Term(both("이동 효율성", "Migration efficiency"), RATE_DOMAIN, None,
                  both("순이동 ÷ 총이동", "Net over gross"))  # fmt: skip
STATUS = Term(both("공개 상태", "State"), Domain("코드", "code", codes=STATES))
SCORE = Term(both("z값", "z score"), RATE_DOMAIN)
EXPECTED = Term(both("기대값", "Expected"), AREA_DOMAIN, _PEOPLE)
RATIO = Term(both("배율", "Ratio"), AREA_DOMAIN, both("배", "times"))
KILOMETRES = Term(both("거리", "Distance"), AREA_DOMAIN, both("㎞", "km"))

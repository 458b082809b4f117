"""What the population analysis returns."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both

_BEFORE = both("비교 시점", "Compared with")
_YEARLY = both("연평균 증감률", "Growth per year")
_YOUNG = both("15세 미만 비율", "Share under 15")
_OLD = both("65세 이상 비율", "Share 65 and over")


class PopulationByMonth(Table, title=both("월별 인구", "Residents by month")):
    """One row per month and definition of population, for the whole city."""

    month = d.MONTH.key()
    definition = d.DEFINITION.key()
    people = d.PEOPLE
    men = d.MEN.optional()
    women = d.WOMEN.optional()
    households = d.HOUSEHOLDS.optional()
    persons_per_household = d.PERSONS_PER_HOUSEHOLD.optional()
    change = d.CHANGE.called(both("12개월 증감", "Change over 12 months")).optional()
    growth = d.GROWTH.called(both("12개월 증감률", "Growth over 12 months")).optional()
    foreigners = d.FOREIGNERS.optional()


class PopulationByDistrict(Table, title=both("읍면동 인구", "Residents of districts")):
    """One row per district at the latest month, or districts of today that were one area then.

    ``district`` is the code of the first, ``districts`` how many there are.
    """

    district = d.DISTRICT.key()
    name = d.DISTRICT_NAME
    districts = d.COUNT.called(both("읍면동 수", "Districts"))
    gu = d.PLACE_NAME.called(both("구", "Gu")).optional()
    month = d.MONTH
    definition = d.DEFINITION
    people = d.PEOPLE
    men = d.MEN.optional()
    women = d.WOMEN.optional()
    households = d.HOUSEHOLDS.optional()
    persons_per_household = d.PERSONS_PER_HOUSEHOLD.optional()
    area = d.AREA_KM2.optional()
    density = d.DENSITY.optional()
    age_month = d.MONTH.called(both("연령 기준 연월", "Month of ages")).optional()
    median_age = d.MEDIAN_AGE.optional()
    dependency = d.DEPENDENCY.optional()
    share_young = d.SHARE.called(_YOUNG).optional()
    share_old = d.SHARE.called(_OLD).optional()


class PopulationDistrictMonths(
    Table, title=both("읍면동 월별 인구와 밀도", "Residents and density of districts by month")
):
    """One row per month and district of today, counted with those it was one area with then."""

    month = d.MONTH.key()
    district = d.DISTRICT.key()
    definition = d.DEFINITION
    area = d.DISTRICT.called(both("함께 센 지역의 대표 코드", "Code of the area counted"))
    together = d.COUNT.called(both("함께 센 읍면동 수", "Districts counted together"))
    people = d.PEOPLE
    density = d.DENSITY.optional()


class PopulationGrowth(Table, title=both("읍면동 인구 증감", "Growth of districts")):
    """One row per comparable area: a district, or the districts that were one when the time began."""

    codes = d.CODES.key()
    area = d.NAME.called(both("지역", "Area"))
    districts = d.COUNT.called(both("읍면동 수", "Districts"))
    month_before = d.MONTH.called(_BEFORE)
    month = d.MONTH
    people_before = d.PEOPLE.called(both("비교 시점 인구", "Residents then"))
    people = d.PEOPLE
    change = d.CHANGE
    growth = d.GROWTH.optional()
    growth_yearly = d.GROWTH.called(_YEARLY).optional()


class PopulationAgeStructure(Table, title=both("성별 연령 구조", "Age structure by sex")):
    """One row per month, sex and age band, for the whole city."""

    month = d.MONTH.key()
    sex = d.SEX.key()
    age_from = d.AGE_FROM.key()
    age_to = d.AGE_TO.optional()
    definition = d.DEFINITION
    people = d.PEOPLE


class PopulationAgeMeasures(Table, title=both("연령 지표", "Age measures")):
    """One row per month: median age, dependency and shares of ages, for the whole city."""

    month = d.MONTH.key()
    definition = d.DEFINITION
    people = d.PEOPLE
    median_age = d.MEDIAN_AGE
    share_young = d.SHARE.called(_YOUNG)
    share_working = d.SHARE.called(both("15~64세 비율", "Share 15–64"))
    share_old = d.SHARE.called(_OLD)
    dependency = d.DEPENDENCY
    dependency_young = d.DEPENDENCY.called(both("유소년부양비", "Youth dependency"))
    dependency_old = d.DEPENDENCY.called(both("노년부양비", "Old-age dependency"))


class PopulationComponents(Table, title=both("인구 변동 요인", "Components of change")):
    """One row per month: births, deaths, moves and other change, for the whole city."""

    month = d.MONTH.key()
    births = d.BIRTHS
    deaths = d.DEATHS
    natural = d.CHANGE.called(both("자연 증감", "Natural change"))
    moved_in = d.MOVED_IN
    moved_out = d.MOVED_OUT
    net_moves = d.CHANGE.called(both("순이동", "Net moves"))
    other = d.OTHER_CHANGE
    change = d.CHANGE
    observed = d.CHANGE.called(both("등록 인구 증감", "Change of the register")).optional()
    unexplained = d.CHANGE.called(both("설명되지 않은 증감", "Unexplained change")).optional()


class PopulationDistrictComponents(
    Table, title=both("읍면동 인구 변동 요인", "Components of change by district")
):
    """One row per area: what its change over the last twelve months is made of.

    An area is a district, or districts of today that were one during that time.
    """

    codes = d.CODES.key()
    area = d.NAME.called(both("지역", "Area"))
    month_before = d.MONTH.called(both("시작", "From"))
    month = d.MONTH.called(both("끝", "To"))
    births = d.BIRTHS
    deaths = d.DEATHS
    natural = d.CHANGE.called(both("자연 증감", "Natural change"))
    moved_in = d.MOVED_IN
    moved_out = d.MOVED_OUT
    net_moves = d.CHANGE.called(both("순이동", "Net moves"))
    other = d.OTHER_CHANGE
    change = d.CHANGE


class PopulationPeers(Table, title=both("비슷한 규모의 도시", "Cities of similar size")):
    """One row per city: this one and those nearest to it in population, same month and definition."""

    place = d.PLACE.key()
    name = d.PLACE_NAME
    month = d.MONTH
    definition = d.DEFINITION
    people = d.PEOPLE
    change = d.CHANGE.called(both("12개월 증감", "Change over 12 months")).optional()
    growth = d.GROWTH.called(both("12개월 증감률", "Growth over 12 months")).optional()
    persons_per_household = d.PERSONS_PER_HOUSEHOLD.optional()
    median_age = d.MEDIAN_AGE.optional()
    share_old = d.SHARE.called(_OLD).optional()


class PopulationPeerMonths(Table, title=both("도시별 월별 인구", "Residents of cities by month")):
    """One row per month and city of the comparison."""

    month = d.MONTH.key()
    place = d.PLACE.key()
    name = d.PLACE_NAME
    people = d.PEOPLE
    index = d.INDEX.optional()


class PopulationHouseholds(Table, title=both("세대원수별 세대", "Households by size")):
    """One row per month and household size (the largest means “and more”), for the whole city."""

    month = d.MONTH.key()
    size = d.HOUSEHOLD_SIZE.key()
    households = d.HOUSEHOLDS
    share = d.SHARE


class PopulationGaps(Table, title=both("자료가 없는 달", "Months without data")):
    """One row per run of months that a series lacks between its first and its last month."""

    series = d.NAME.called(both("자료", "Series")).key()
    definition = d.DEFINITION.key()
    first_month = d.MONTH.called(both("시작", "From")).key()
    last_month = d.MONTH.called(both("끝", "To"))
    months = d.COUNT.called(both("개월 수", "Months"))


class PopulationUnplaced(Table, title=both("이력에 없는 코드", "Codes no district has")):
    """One row per table and district code that the register of districts does not know.

    Its rows are in no district's figures; they are in the city's sums.
    """

    series = d.NAME.called(both("자료", "Series")).key()
    code = d.NAME.called(both("코드", "Code")).key()
    rows_left_out = d.COUNT.called(both("행 수", "Rows"))


@dataclass(frozen=True)
class PopulationResult:
    """The tables of the answer; one that the data cannot fill is empty."""

    by_month: PopulationByMonth
    by_district: PopulationByDistrict
    district_months: PopulationDistrictMonths
    growth: PopulationGrowth
    ages: PopulationAgeStructure
    age_measures: PopulationAgeMeasures
    components: PopulationComponents
    district_components: PopulationDistrictComponents
    peers: PopulationPeers
    peer_months: PopulationPeerMonths
    household_sizes: PopulationHouseholds
    gaps: PopulationGaps
    unplaced: PopulationUnplaced

"""What the migration analysis returns; each table with the protection of the few in it."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.analyses.migration.guard import MOVES
from dataro.analyses.migration.reconcile import KINDS
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.disclosure import Disclosure
from dataro.vocabulary.table import Table
from dataro.vocabulary.terms import Domain, Term
from dataro.vocabulary.text import both

_IN, _OUT = both("시 밖에서 전입", "Moved in"), both("시 밖으로 전출", "Moved out")
_GROSS = both("총이동", "Gross migration")
_PLACE = both("상대 지역 코드", "Other place")
_PROVINCE = both("시도 코드", "Province code")


class MigrationByMonth(
    Table,
    title=both("월별 전입·전출", "Moves by month"),
    disclosure=MOVES,
):
    """One row per month and direction, for the whole city."""

    month = d.MONTH.key()
    direction = d.DIRECTION.key()
    people = d.MOVERS.optional()
    status = d.STATUS


class MigrationPlaceMonths(
    Table,
    title=both("상대 지역별 월별 이동", "Moves by place and month"),
    disclosure=MOVES,
):
    """One row per month, direction and place outside the city."""

    month = d.MONTH.key()
    direction = d.DIRECTION.key()
    place = d.PLACE.called(_PLACE).key()
    name = d.PLACE_NAME
    people = d.MOVERS.optional()
    status = d.STATUS


class MigrationByDistrict(
    Table,
    title=both("읍면동별 순이동·총이동·효율성", "Net, gross and efficiency by district"),
):
    """One row per year and district: moves over the city's boundary and between its districts.

    ``net`` is in and from other districts less out and to other districts, ``gross`` their sum;
    the numbers are the totals of the flows by pair, under the same protection.
    """

    year = d.YEAR.key()
    district = d.DISTRICT.key()
    name = d.DISTRICT_NAME
    moved_in = d.MOVERS.called(_IN).optional()
    moved_out = d.MOVERS.called(_OUT).optional()
    from_districts = d.MOVERS.called(both("다른 읍면동에서", "From other districts")).optional()
    to_districts = d.MOVERS.called(both("다른 읍면동으로", "To other districts")).optional()
    net = d.NET_MOVERS.optional()
    gross = d.MOVERS.called(_GROSS).optional()
    efficiency = d.EFFICIENCY.optional()


class MigrationByPlace(
    Table,
    title=both("상대 지역별 순이동·총이동·효율성", "Net, gross and efficiency by other place"),
):
    """One row per year and place outside the city, with the province it lies in.

    The numbers are the totals of the flows by pair, under the same protection.
    """

    year = d.YEAR.key()
    place = d.PLACE.called(_PLACE).key()
    name = d.PLACE_NAME
    province = d.PLACE.called(_PROVINCE)
    moved_in = d.MOVERS.called(_IN).optional()
    moved_out = d.MOVERS.called(_OUT).optional()
    net = d.NET_MOVERS.optional()
    gross = d.MOVERS.called(_GROSS).optional()
    efficiency = d.EFFICIENCY.optional()


class MigrationPairFlows(
    Table, title=both("읍면동과 상대 지역 사이 이동", "Flows by pair"), disclosure=MOVES
):
    """One row per year, direction, district and other place.

    Within the city ``district`` is where people came from and ``place`` the district they went to.
    """

    year = d.YEAR.key()
    direction = d.DIRECTION.key()
    district = d.DISTRICT.key()
    place = d.PLACE.called(_PLACE).key()
    name = d.DISTRICT_NAME
    place_name = d.PLACE_NAME
    people = d.MOVERS.optional()
    status = d.STATUS


class MigrationAges(
    Table,
    title=both("연령·성별 이동자", "Movers by age and sex"),
    disclosure=MOVES,
):
    """One row per direction, age band and sex, in the year of the answer."""

    direction = d.DIRECTION.key()
    age_from = d.AGE_FROM.key()
    sex = d.SEX.key()
    people = d.MOVERS.optional()
    status = d.STATUS


class MigrationReasons(
    Table,
    title=both("이동 사유", "Reasons for moving"),
    disclosure=MOVES,
):
    """One row per direction, reason and age band, in the year of the answer."""

    direction = d.DIRECTION.key()
    reason = d.REASON.key()
    age_from = d.AGE_FROM.key()
    people = d.MOVERS.optional()
    status = d.STATUS


class MigrationReasonMonths(
    Table,
    title=both("월별 이동 사유", "Reasons for moving by month"),
    disclosure=MOVES,
):
    """One row per month, direction and reason, in the year of the answer."""

    month = d.MONTH.key()
    direction = d.DIRECTION.key()
    reason = d.REASON.key()
    people = d.MOVERS.optional()
    status = d.STATUS


class MigrationDistrictAges(
    Table,
    title=both("읍면동·연령별 이동자", "Movers by district and age"),
    disclosure=MOVES,
):
    """One row per direction, district and age band, in the year of the answer.

    Within the city ``district`` is where people came from.
    """

    direction = d.DIRECTION.key()
    district = d.DISTRICT.key()
    age_from = d.AGE_FROM.key()
    name = d.DISTRICT_NAME
    people = d.MOVERS.optional()
    status = d.STATUS


class MigrationAgeMonths(
    Table,
    title=both("월별·연령별 이동자", "Movers by month and age"),
    disclosure=MOVES,
):
    """One row per month, direction and age band, in the year of the answer."""

    month = d.MONTH.key()
    direction = d.DIRECTION.key()
    age_from = d.AGE_FROM.key()
    people = d.MOVERS.optional()
    status = d.STATUS


class MigrationByProvince(
    Table,
    title=both("시도별 이동", "Moves by province"),
    disclosure=MOVES,
):
    """One row per year, direction and province of the other place: the level above cities.

    Moves between the city's own districts have no other province and are not in it.
    """

    year = d.YEAR.key()
    direction = d.DIRECTION.key()
    province = d.PLACE.called(_PROVINCE).key()
    name = d.PLACE_NAME
    people = d.MOVERS.optional()
    status = d.STATUS


class MigrationReconciled(
    Table,
    title=both("합계 맞춰 보기", "Totals reconciled"),
    disclosure=Disclosure("people"),
):
    """One row per fate of a mover: counted, or set aside and why. All rows add up to all read."""

    kind = Term(both("구분", "Kind"), Domain("코드", "code", codes=KINDS)).key()
    people = d.MOVERS.optional()
    status = d.STATUS


class MigrationLaw(Table, title=both("거리에 따른 감소", "Decay with distance")):
    """One row per kind of flow: the power of distance by which it falls, with a 95 % interval."""

    scope = d.KIND.key()
    decay = d.VALUE.called(both("거리 탄력성", "Decay"))
    decay_low = d.VALUE.called(both("하한", "Low"))
    decay_high = d.VALUE.called(both("상한", "High"))
    explained = d.SHARE.called(both("거리가 설명하는 비율", "Deviance that distance explains"))
    spread = d.VALUE.called(both("과산포", "Overdispersion"))
    pairs = d.COUNT.called(both("쌍의 수", "Pairs"))


class MigrationStrong(Table, title=both("예상보다 강한 이동", "Unexpectedly strong flows")):
    """One row per flow that is far above what size and distance explain; hidden flows are not in it."""

    scope = d.KIND.key()
    origin = d.PLACE.called(both("출발 코드", "Origin code")).key()
    destination = d.PLACE.called(both("도착 코드", "Destination code")).key()
    origin_name = d.PLACE_NAME.called(both("출발", "Origin"))
    destination_name = d.PLACE_NAME.called(both("도착", "Destination"))
    distance = d.KILOMETRES
    people = d.MOVERS
    expected = d.EXPECTED
    ratio = d.RATIO
    z = d.SCORE


class MigrationNewHomes(Table, title=both("새 단지의 영향", "What new complexes bring")):
    """One row per source of arrivals: people per dwelling in the six months from move-in."""

    source = d.KIND.key()
    per_dwelling = d.VALUE.called(both("한 세대당 전입자", "Arrivals per dwelling"))
    low = d.VALUE.called(both("하한", "Low"))
    high = d.VALUE.called(both("상한", "High"))
    dwellings = d.HOUSEHOLDS
    complexes = d.COUNT.called(both("단지 수", "Complexes"))


class MigrationProvinces(Table, title=both("도의 시도별 이동", "Moves of the province")):
    """One row per year and other province: moves between it and the city's province."""

    year = d.YEAR.key()
    province = d.PLACE.called(_PROVINCE).key()
    name = d.PLACE_NAME
    quarters = d.COUNT.called(both("분기 수", "Quarters"))
    moved_in = d.MOVERS.called(both("전입", "In"))
    moved_out = d.MOVERS.called(both("전출", "Out"))
    net = d.NET_MOVERS
    gross = d.MOVERS.called(_GROSS)
    efficiency = d.EFFICIENCY.optional()


@dataclass(frozen=True)
class MigrationResult:
    """The tables of the answer; one that the data cannot fill is empty."""

    by_month: MigrationByMonth
    place_months: MigrationPlaceMonths
    by_district: MigrationByDistrict
    by_place: MigrationByPlace
    by_province: MigrationByProvince
    pairs: MigrationPairFlows
    ages: MigrationAges
    reasons: MigrationReasons
    reason_months: MigrationReasonMonths
    age_months: MigrationAgeMonths
    district_ages: MigrationDistrictAges
    law: MigrationLaw
    strong: MigrationStrong
    new_homes: MigrationNewHomes
    provinces: MigrationProvinces
    reconciled: MigrationReconciled

"""How many people live in the city, where, of what age, and how that changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from dataro.analyses.population import figures, findings, maps, people
from dataro.analyses.population.axes import compared
from dataro.analyses.population.city import (
    age_measures,
    age_structure,
    by_month,
    components,
    households_by_size,
)
from dataro.analyses.population.districts import (
    Map,
    ages_of_districts,
    components_of_districts,
    district_map,
    districts_now,
    growth_between,
    months_of_districts,
    unplaced,
    with_handovers,
)
from dataro.analyses.population.peers import cities_like, months_of, with_ages
from dataro.analyses.population.tables import (
    PopulationAgeMeasures,
    PopulationAgeStructure,
    PopulationByDistrict,
    PopulationByMonth,
    PopulationComponents,
    PopulationDistrictComponents,
    PopulationDistrictMonths,
    PopulationGaps,
    PopulationGrowth,
    PopulationHouseholds,
    PopulationPeerMonths,
    PopulationPeers,
    PopulationResult,
    PopulationUnplaced,
)
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.data.datasets.population import (
    CityResidents,
    CityResidentsByAge,
    DistrictResidents,
    DistrictResidentsByAge,
    HouseholdsBySize,
    PopulationChange,
)
from dataro.methods import months as calendar
from dataro.vocabulary.analysis import analysis
from dataro.vocabulary.city import City
from dataro.vocabulary.dictionary import DEFINITIONS
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.settings import Between, Choices
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both

if TYPE_CHECKING:
    import ibis.expr.types as ir

T = TypeVar("T", bound=Table)
LATEST = "latest"


@analysis(
    question=both(
        "우리 시에는 어디에 어떤 연령의 사람이 얼마나 살고, 어떻게 변하고 있습니까?",
        "How many people live in our city, where, of what age, and how is that changing?",
    ),
    title=both("인구", "Population"),
    theme="population",
    rank=1,
    refresh="monthly",
    method=both(
        "인구는 정의마다 따로 셉니다. 주민등록 전체(재외국민·거주불명 포함), 거주자, 외국인을 포함한 두 가지 "
        "기준은 서로 다른 계열이며 한 계열에 섞지 않습니다. 증감은 같은 정의의 12개월 전과 비교합니다. "
        "읍면동은 행정구역 이력에 따라 잇습니다. 코드만 바뀐 곳은 이어서 세고, 비교 기간에 나뉜 곳은 나뉘기 "
        "전의 지역 전체를 합쳐 비교합니다. 한 지역의 일부가 빠진 달은 합계를 내지 않습니다. 면적은 경계를 "
        "GRS80 타원체 위에서 잰 것입니다. 중위연령과 부양비는 연령 구간 안에 사람이 고르게 있다고 보고 "
        "구간을 나누어 구합니다. 변동 요인의 기타 증감에는 행정구역 변경이 들어 있으므로, 없어진 읍면동이 넘긴 인구를 그달에 빼서 시 "
        "전체에서는 서로 지워지게 합니다. 비슷한 규모의 도시는 같은 달, 같은 정의의 인구가 가장 가까운 시군구입니다.",
        "Population is counted by definition: the whole register (with overseas nationals and people "
        "of unknown address), residents only, and two counts with foreigners are different series "
        "and never mixed. Change compares with twelve months before under the same definition. "
        "Districts are followed through time: a renumbered district goes on, and districts that "
        "were split during the time compared are compared as the whole area they came from. A month "
        "in which a part of an area is missing gives no total. Areas are measured from the outlines "
        "on the GRS80 ellipsoid. Median age and dependency take people to be spread evenly within "
        "an age band. Other change holds changes of districts: what a district that "
        "ended handed over is taken off in that month, so that it cancels out in the city. Cities "
        "of similar size are those nearest in population in the same month and "
        "definition.",
    ),
    limits=(
        both(
            "자료가 없는 달은 비워 두며 앞뒤 값으로 채우지 않습니다.",
            "Months without data stay empty; nothing is interpolated.",
        ),
        both(
            "밀도는 경계 자료에 달려 있습니다. 해안, 간척지, 갯벌을 어떻게 그리느냐에 따라 같은 시의 면적이 "
            "자료마다 다릅니다.",
            "Density depends on the outlines: sources draw the coast, reclaimed land and tidal flats "
            "differently, and the same city's area differs between them.",
        ),
        both(
            "주민등록 인구는 신고된 주소를 셉니다. 실제로 그곳에 사는 사람의 수와 다를 수 있습니다.",
            "The register counts declared addresses, which may differ from where people live.",
        ),
        both(
            "10세 구간 자료에서 15세와 65세를 가르는 비율은 구간을 고르게 나눈 추정입니다.",
            "With ten-year bands, shares that divide at 15 and 65 are estimates that divide a band evenly.",
        ),
    ),
)
def population(
    residents: CityResidents,
    by_age: CityResidentsByAge | None,
    districts: Districts | None,
    district_residents: DistrictResidents | None,
    district_ages: DistrictResidentsByAge | None,
    shapes: DistrictShapes | None,
    households: HouseholdsBySize | None,
    changes: PopulationChange | None,
    city: City,
    *,
    definition: Annotated[
        str, Choices(DEFINITIONS), both("인구 정의", "Population definition")
    ] = "registered",
    month: Annotated[
        str, both("기준 달(예: 2023-12)", "As of which month (such as 2023-12)")
    ] = LATEST,
    compare: Annotated[
        str,
        both("비교할 읍면동(쉼표로 구분)", "Districts to compare (separated by commas)"),
    ] = "",
    peer_count: Annotated[
        int, Between(1, 20), both("비교할 도시 수", "Cities to compare with")
    ] = 6,
) -> PopulationResult:
    """The city by month and age, its districts now and through time, and its peers.

    ``month`` looks back: only data up to it is used. Raises ``Problem`` where the city has no month
    under ``definition``, ``month`` is no month, or ``compare`` names no district.
    """
    until = read_month(month)
    months = _months(residents.rows.filter(residents.place.isin(city.codes)), definition, until)
    if not months:
        raise _no_months(residents, city, definition)
    where = _where(districts, shapes, district_residents)
    if changes is not None and districts is not None and district_residents is not None:
        changes = with_handovers(changes, districts, district_residents)
    by_district, district_months, growth = _districts(
        where, district_residents, district_ages, definition, until
    )
    compared(growth.frame()["area"].to_list(), compare)
    ages, age_rows = _ages(by_age, city, definition, until)
    peers, peer_months = _peers(residents, by_age, city, definition, months, peer_count)
    month_rows = by_month(residents, city.codes, until).to_polars()
    return PopulationResult(
        by_month=PopulationByMonth(month_rows),
        by_district=by_district,
        district_months=district_months,
        growth=growth,
        ages=ages,
        age_measures=age_rows,
        components=_or_empty(
            PopulationComponents,
            components(changes, residents, city.codes, until) if changes else None,
        ),
        district_components=_or_empty(
            PopulationDistrictComponents,
            components_of_districts(changes, where, until) if changes else None,
        ),
        peers=peers,
        peer_months=peer_months,
        household_sizes=_or_empty(
            PopulationHouseholds, households_by_size(households, until) if households else None
        ),
        gaps=_gaps(month_rows, district_months),
        unplaced=PopulationUnplaced(
            unplaced((district_residents, district_ages, households, changes), where, until)
            or _or_empty(PopulationUnplaced, None).rows
        ),
    )


def _where(
    districts: Districts | None, shapes: DistrictShapes | None, residents: DistrictResidents | None
) -> Map:
    """The districts of today, from the register of districts or from the codes that are counted."""
    codes: list[str] = []
    if residents is not None:
        codes = residents.rows.select("district").distinct().to_polars()["district"].to_list()
    return district_map(districts, shapes, codes)


def read_month(text: str) -> date:
    """The first day of a month written ``2023-12``; ``latest`` is after every month.

    Raises ``Problem`` for anything else.
    """
    if text == LATEST:
        return date.max
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Problem(
            both(
                f"month 설정 “{text}”은(는) 달이 아닙니다. 2023-12처럼 쓰거나, 가장 최근 달은 "
                f"{LATEST}로 적어 주십시오.",
                f"The setting month is “{text}”, which is no month. Write it as 2023-12, or "
                f"{LATEST} for the last one.",
            )
        ) from error


def _or_empty(table: type[T], rows: ir.Table | None) -> T:
    """``table`` with ``rows``, or without any where there is no input."""
    import polars as pl

    return table(pl.DataFrame(schema=list(table.columns)) if rows is None else rows.to_polars())


def _months(rows: ir.Table, definition: str, until: date) -> list[date]:
    """The months that have rows under a definition, oldest first."""
    chosen = rows.filter(rows.definition == definition, rows.month <= until)
    return sorted(chosen.select("month").distinct().to_polars()["month"].to_list())


def _definition(rows: ir.Table, wanted: str) -> str | None:
    """``wanted`` where the rows have it, else the first definition that they have."""
    found = set(rows.select("definition").distinct().to_polars()["definition"].to_list())
    return next((one for one in (wanted, *DEFINITIONS) if one in found), None)


def _no_months(residents: CityResidents, city: City, definition: str) -> Problem:
    rows = residents.rows.filter(residents.place.isin(city.codes))
    known = sorted(set(rows.select("definition").distinct().to_polars()["definition"].to_list()))
    name = DEFINITIONS[definition]
    listed = ", ".join(known)
    return Problem(
        both(
            f"{city.name.ko}에는 이 기간에 정의 “{name.ko}”({definition})의 인구 자료가 없습니다. "
            f"있는 정의: {listed or '없음'}. definition 또는 until 설정을 바꾸어 주십시오.",
            f"{city.name.en} has no residents under the definition “{name.en}” ({definition}) in "
            f"this time. Definitions it has: {listed or 'none'}. Change the setting definition or until.",
        )
    )


def _districts(
    where: Map,
    residents: DistrictResidents | None,
    by_age: DistrictResidentsByAge | None,
    definition: str,
    until: date,
) -> tuple[PopulationByDistrict, PopulationDistrictMonths, PopulationGrowth]:
    used = _definition(residents.rows, definition) if residents else None
    months = _months(residents.rows, used, until) if residents and used else []
    if residents is None or used is None or not months:
        return (
            _or_empty(PopulationByDistrict, None),
            _or_empty(PopulationDistrictMonths, None),
            _or_empty(PopulationGrowth, None),
        )
    ages = None
    if by_age is not None and (age_definition := _definition(by_age.rows, used)):
        age_months = _months(by_age.rows, age_definition, until)
        if age_months:
            ages = ages_of_districts(by_age, where, age_definition, age_months[-1], months[-1])
    before = compared_with(months)
    return (
        _or_empty(PopulationByDistrict, districts_now(residents, where, used, months[-1], ages)),
        _or_empty(PopulationDistrictMonths, months_of_districts(residents, where, used, months)),
        _or_empty(
            PopulationGrowth,
            growth_between(residents, where, used, before, months[-1]) if before else None,
        ),
    )


def compared_with(months: Sequence[date]) -> date | None:
    """The month that the last of ``months`` is compared with.

    Twelve months before, or, where that month is missing, the last one before it; failing that,
    the first of all.
    """
    last = calendar.number(months[-1])
    earlier = [month for month in months if calendar.number(month) <= last - 12]
    return earlier[-1] if earlier else months[0] if len(months) > 1 else None


def _ages(
    by_age: CityResidentsByAge | None, city: City, definition: str, until: date
) -> tuple[PopulationAgeStructure, PopulationAgeMeasures]:
    if by_age is None:
        return _or_empty(PopulationAgeStructure, None), _or_empty(PopulationAgeMeasures, None)
    rows = age_structure(by_age, city.codes, until)
    used = _definition(rows, definition)
    rows = rows.filter(rows.definition == used)
    return (
        _or_empty(PopulationAgeStructure, rows),
        _or_empty(PopulationAgeMeasures, age_measures(rows, ["month", "definition"])),
    )


def _peers(
    residents: CityResidents,
    by_age: CityResidentsByAge | None,
    city: City,
    definition: str,
    months: Sequence[date],
    count: int,
) -> tuple[PopulationPeers, PopulationPeerMonths]:
    import ibis
    import polars as pl

    found = cities_like(residents, city.codes, definition, months[-1], count).to_polars()
    peers = ibis.memtable(found)
    until = months[-1]
    age_months: list[date] = []
    if by_age is not None:
        rows = by_age.rows.filter(by_age.place.isin(city.codes), by_age.month <= until)
        age_months = sorted(rows.select("month").distinct().to_polars()["month"].to_list())
    if by_age is not None and age_months:
        found = with_ages(peers, by_age, age_months[-1]).to_polars()
    else:
        empty = [pl.lit(None, pl.Float64).alias(name) for name in ("median_age", "share_old")]
        found = found.with_columns(empty)
    peer_months = months_of(residents, peers, definition, until)
    return PopulationPeers(found), _or_empty(PopulationPeerMonths, peer_months)


def _gaps(by_month: Any, district_months: PopulationDistrictMonths) -> PopulationGaps:
    """Runs of missing months in the city's series of each definition and in the districts'."""
    import polars as pl

    series: list[tuple[str, str, list[date]]] = [
        ("city", str(key[0]), rows["month"].to_list())
        for key, rows in by_month.group_by("definition", maintain_order=True)
    ]
    series += [
        ("districts", str(key[0]), rows["month"].to_list())
        for key, rows in district_months.frame().group_by("definition", maintain_order=True)
    ]
    rows = [
        {
            "series": name, "definition": definition, "first_month": first, "last_month": last,
            "months": calendar.number(last) - calendar.number(first) + 1,
        }
        for name, definition, months in series
        for first, last in calendar.gaps(months)
    ]  # fmt: skip
    return PopulationGaps(
        pl.DataFrame(
            rows,
            schema={"series": pl.String, "definition": pl.String, "first_month": pl.Date,
                    "last_month": pl.Date, "months": pl.Int64},
        )
    )  # fmt: skip


for _finding in findings.ALL:
    population.narrative(_finding)
for _figure in (*figures.CITY, *maps.ALL, *figures.DISTRICTS, *people.ALL):
    population.figure(_figure)

"""When the city passes a number of people: methods compared, combined and tested on its past."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from dataro.analyses.population.answer import LATEST, read_month
from dataro.analyses.population.axes import spoken
from dataro.analyses.reach_population import figures, findings
from dataro.analyses.reach_population.tables import (
    ReachAgeTest,
    ReachBacktest,
    ReachDates,
    ReachDistrictAges,
    ReachLevers,
    ReachMethods,
    ReachMonths,
    ReachPublished,
    ReachResult,
    ReachYears,
)
from dataro.analyses.reach_population.words import LIMITS, METHOD
from dataro.data.datasets.housing import ApartmentComplexes
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.data.datasets.population import (
    CityResidents,
    DistrictResidentsByAge,
    PopulationChange,
    PublishedPopulation,
)
from dataro.methods.months import number
from dataro.vocabulary.analysis import analysis
from dataro.vocabulary.city import City
from dataro.vocabulary.dictionary import DEFINITIONS
from dataro.vocabulary.settings import Between, Choices
from dataro.vocabulary.text import both

if TYPE_CHECKING:
    import polars as pl

    from dataro.methods.forecasting.outlook import Outlook

FARTHEST = 300
"""Months beyond which nothing is looked at, whatever year is asked for."""

SHOWN = 8
"""Announced complexes whose delay is tried: the largest."""


@analysis(
    question=both(
        "우리 시 인구는 언제 목표 인구(예: 100만 명)에 이릅니까?",
        "When does the city pass so many people, such as a million?",
    ),
    title=both("목표 인구 도달 시점", "When the city passes a number of people"),
    theme="population",
    refresh="monthly",
    method=METHOD,
    limits=LIMITS,
)
def reach_population(
    residents: CityResidents,
    complexes: ApartmentComplexes | None,
    district_ages_counted: DistrictResidentsByAge | None,
    changes: PopulationChange | None,
    districts: Districts | None,
    shapes: DistrictShapes | None,
    published: PublishedPopulation | None,
    city: City,
    *,
    target: Annotated[
        int,
        Between(0, 50_000_000),
        both("목표 인구(0이면 다음 큰 수)", "Number of people (0: the next round number)"),
    ] = 0,
    definition: Annotated[
        str, Choices(DEFINITIONS), both("인구 정의", "Population definition")
    ] = "registered",
    as_of: Annotated[
        str, both("어느 달까지 알고서(예: 2022-06)", "Knowing only up to (such as 2022-06)")
    ] = LATEST,
    until_year: Annotated[
        int, Between(2020, 2060), both("어느 해까지 볼지", "Look ahead until the end of")
    ] = 2040,
    years_in_a_row: Annotated[
        int,
        Between(1, 5),
        both("연속으로 넘어야 하는 연말 수", "Year-ends in a row that the rule asks for"),
    ] = 2,
    delay: Annotated[
        int, Between(1, 24), both("입주가 늦어지는 달 수", "Months that a complex is late")
    ] = 6,
) -> ReachResult:
    """Dates, probabilities and bands of every definition; how earlier selves did.

    A ``target`` of 0 stands for the next round number above the last count: of 989,969 a million.
    Raises ``Problem`` where ``as_of`` is no month or the residents are too few months to forecast.
    """
    from dataro.analyses.reach_population import movein, outcome
    from dataro.analyses.reach_population.published import beside_published
    from dataro.analyses.reach_population.series import history
    from dataro.methods.forecasting.movein import by_housing, if_late
    from dataro.methods.forecasting.outlook import held_against, look_ahead

    until = read_month(as_of)
    past = history(residents, city, until)
    last = past.month(past.level.size - 1)
    aim = target or outcome.next_round(float(past.level[-1]))
    ahead = min(max(number(date(until_year, 12, 1)) - number(last), 12), FARTHEST)
    listed = movein.move_ins(complexes, published, past)
    housing = None if listed is None else lambda k, h, r: by_housing(listed, k, h, r)
    outlook = look_ahead(past, ahead, housing)
    held = {
        name: found for name in past.counts if (found := held_against(outlook, name)) is not None
    }
    late = [] if listed is None else if_late(listed, past, ahead, delay, SHOWN)
    by_area, age_test, totals = _by_age(
        outlook, district_ages_counted, changes, districts, shapes, last
    )
    put = outcome.frame
    return ReachResult(
        dates=ReachDates(put(outcome.dates(outlook, aim), tuple(ReachDates.columns))),
        years=ReachYears(
            put(outcome.years(outlook, aim, years_in_a_row), tuple(ReachYears.columns))
        ),
        months_ahead=ReachMonths(put(outcome.months(outlook), tuple(ReachMonths.columns))),
        methods=ReachMethods(
            put(outcome.methods(outlook, aim, totals), tuple(ReachMethods.columns))
        ),
        backtest=ReachBacktest(put(outcome.backtest(held), tuple(ReachBacktest.columns))),
        levers=ReachLevers(
            put(outcome.levers(outlook, definition, aim, late), tuple(ReachLevers.columns))
        ),
        district_ages=ReachDistrictAges(by_area),
        age_test=ReachAgeTest(age_test),
        published_forecasts=ReachPublished(
            put(beside_published(published, outlook, held), tuple(ReachPublished.columns))
        ),
    )


def _by_age(
    outlook: Outlook,
    by_age: DistrictResidentsByAge | None,
    changes: PopulationChange | None,
    districts: Districts | None,
    shapes: DistrictShapes | None,
    last: date,
) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, dict[int, float]]]:
    """Districts by age, the test of the age methods, and each method's totals by year."""
    import numpy as np
    import polars as pl

    from dataro.analyses.population.districts import district_map
    from dataro.analyses.reach_population import ages as by
    from dataro.methods.months import month_at

    past = outlook.history
    none = pl.DataFrame(schema=list(ReachDistrictAges.columns))
    counted = by.read_ages(by_age, past.base, last)
    if counted is None:
        return none, pl.DataFrame(schema=list(ReachAgeTest.columns)), {}
    base = counted.months[-1]
    end = number(last) + outlook.ahead
    decembers = {
        year: number(base.replace(year=year))
        for year in range(base.year + 1, month_at(end).year + 1)
        if number(base.replace(year=year)) <= end
    }
    level = np.concatenate([past.level, outlook.middle])
    index = np.arange(level.size)
    filled = np.interp(index, index[np.isfinite(level)], level[np.isfinite(level)])
    totals = {year: float(filled[at - past.first]) for year, at in decembers.items()}
    city = by.city_ahead(counted, changes, base, len(totals))
    alone = {
        method: dict(zip(totals, ages.sum(axis=1).tolist(), strict=True))
        for method, ages in city.items()
    }
    codes = counted.frame["district"].unique().to_list()
    where = district_map(districts, shapes, codes)
    say = spoken(districts)
    names = {code: say(one.name) for code, one in where.districts.items()}
    by_area = by.districts_ahead(counted, changes, where, names, totals)
    return none if by_area is None else by_area, by.tested(counted, changes), alone


for _finding in findings.ALL:
    reach_population.narrative(_finding)
for _figure in figures.ALL:
    reach_population.figure(_figure)
reach_population.skill(findings.skill)

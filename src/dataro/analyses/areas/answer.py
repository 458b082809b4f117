"""What each district is like beside the others: some thirty indicators, places and trends."""

from __future__ import annotations

from dataro.analyses.areas import figures
from dataro.analyses.areas.ground import ground
from dataro.analyses.areas.measure import measured
from dataro.analyses.areas.sources import Given, frames
from dataro.analyses.areas.tables import AreaIndicators, Areas, AreasResult, AreaTrends
from dataro.analyses.card_sales.tables import CardSalesDistrictMonths, CardSalesDistricts
from dataro.analyses.care_demand.tables import CareShortfall
from dataro.analyses.migration.tables import MigrationByDistrict
from dataro.analyses.population.tables import (
    PopulationAgeMeasures,
    PopulationByDistrict,
    PopulationByMonth,
    PopulationComponents,
    PopulationDistrictMonths,
)
from dataro.analyses.siting.tables import SitingReach
from dataro.data.datasets.care import Facilities, ResidentCells
from dataro.data.datasets.money import FootTraffic, Merchants, MerchantSales
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.data.datasets.population import (
    DistrictResidents,
    DistrictResidentsByAge,
    HouseholdsBySize,
    PopulationChange,
)
from dataro.data.datasets.transit import BusStops
from dataro.vocabulary.analysis import analysis
from dataro.vocabulary.city import City
from dataro.vocabulary.text import both


@analysis(
    question=both(
        "우리 동네는 다른 동네와 무엇이 다릅니까?", "What sets each district apart from the others?"
    ),
    title=both("동네 비교", "Districts compared"),
    theme="places",
    rank=40,
    method=both(
        "다른 분석의 결과와 데이터에서 읍면동마다 지표를 세고, 같은 산식으로 구와 시 전체의 값을 "
        "냅니다(비율은 분자와 분모를 각각 더해 나눕니다). 순위는 값이 있는 읍면동끼리 큰 값부터 매기며 같은 값은 "
        "같은 순위입니다. 위치가 있는 자료는 그 점이 들어 있는 읍면동에 셉니다. 흐름에는 그 읍면동이 지금과 같은 "
        "지역이던 때만 넣습니다. 코드만 바뀐 곳은 이어서 봅니다.",
        "Indicators of each district are counted from the results of other analyses and from data; gu and "
        "city follow from the same arithmetic (for a ratio, both parts are added up before "
        "dividing). Places run from the largest value, among districts that have one; equal values "
        "share a place. What has a position is counted in the district that it lies in. Trends hold "
        "the moments at which a district was the area that it is today; a district whose code "
        "changed goes on.",
    ),
    limits=(
        both(
            "지표마다 기준일이 다릅니다. 나란히 볼 때는 기준일을 함께 보십시오.",
            "Indicators have dates of their own: look at the date when you set them side by side.",
        ),
        both(
            "사람이나 점포가 적어 보호한 칸은 비우고, 그 칸이 드러나지 않도록 그 구와 시의 합계도 비웁니다.",
            "Cells of few people or shops are left out to protect them, and so are the sums of the gu "
            "and the city that would give them away.",
        ),
        both(
            "순위는 크기의 순서이며 좋고 나쁨이 아닙니다.",
            "A place is an order of size, not of good and bad.",
        ),
    ),
)
def areas(
    districts: Districts,
    shapes: DistrictShapes | None,
    residents: DistrictResidents | None,
    by_age: DistrictResidentsByAge | None,
    sizes: HouseholdsBySize | None,
    changes: PopulationChange | None,
    by_district: PopulationByDistrict | None,
    months: PopulationDistrictMonths | None,
    measures: PopulationAgeMeasures | None,
    by_month: PopulationByMonth | None,
    components: PopulationComponents | None,
    moves: MigrationByDistrict | None,
    sales: CardSalesDistrictMonths | None,
    trades: CardSalesDistricts | None,
    merchants: Merchants | None,
    samples: MerchantSales | None,
    foot: FootTraffic | None,
    shortfall: CareShortfall | None,
    reach: SitingReach | None,
    facilities: Facilities | None,
    cells: ResidentCells | None,
    stops: BusStops | None,
    city: City,
) -> AreasResult:
    """Every indicator that the data allows, of every area."""
    known = ground(districts, shapes, city)
    given = Given(
        residents, by_age, sizes, changes, by_district, months, measures, by_month, components, moves, sales, trades,
        merchants, samples, foot, shortfall, reach, facilities, cells, stops,
    )  # fmt: skip
    values, trends = measured(frames(given, known), known)
    return AreasResult(Areas(known.areas), AreaIndicators(values), AreaTrends(trends))


for _figure in figures.ALL:
    areas.figure(_figure)
areas.narrative(figures.findings)

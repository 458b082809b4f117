"""What is sold where, when, to whom, and why it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from dataro.analyses.card_sales import figures, findings, guard, maps
from dataro.analyses.card_sales.collect import (
    LATEST,
    bands_merged,
    by_month,
    last_month,
    names_of,
    of_cells,
    of_district_months,
    of_districts,
    of_homes,
    of_hours,
    of_leakage,
    of_payers,
    of_sources,
    of_week,
)
from dataro.analyses.card_sales.growth import of_growth, of_months
from dataro.analyses.card_sales.tables import (
    ALL,
    TRADES_AND_ALL,
    CardSalesCells,
    CardSalesDistrictMonths,
    CardSalesDistricts,
    CardSalesGrowth,
    CardSalesHours,
    CardSalesLeakage,
    CardSalesMonths,
    CardSalesPayers,
    CardSalesReconciled,
    CardSalesResult,
    CardSalesUnusual,
    CardSalesWeek,
)
from dataro.analyses.card_sales.unusual import of_unusual
from dataro.analyses.card_sales.words import compared
from dataro.data.datasets.events import CityEvents
from dataro.data.datasets.money import (
    CardSalesByCell,
    CardSalesByPayer,
    CardSalesByTime,
    ResidentSpending,
)
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.vocabulary.analysis import analysis
from dataro.vocabulary.settings import Choices
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T", bound=Table)


@analysis(
    question=both(
        "카드매출은 어디에서, 언제, 누구에게서 나오고, 왜 늘거나 줄었습니까?",
        "Where, when and from whom do card sales come, and why did they rise or fall?",
    ),
    title=both("카드매출", "Card sales"),
    theme="economy",
    refresh="monthly",
    method=both(
        "증감은 같은 달의 전년 매출과 비교하고, 읍면동·업종·달마다 점포 수 × 점포당 결제 건수 × 건당 금액으로 나누어 "
        "로그평균 디비지아 방법(LMDI, Ang 2004)으로 더합니다. 요인의 합은 증감과 정확히 같습니다. 한쪽이 0인 칸은 전부 점포 "
        "수의 몫입니다. 계절과 추세는 로그 매출에 직선 추세와 1년·반년 주기를 함께 맞추되, 튀는 달이 선을 끌지 않도록 강건 "
        "추정(이중제곱 가중)을 씁니다. 평소 수준에서 강건 표준편차의 4배, 4% 넘게 벗어난 달에 표시하고, 시의 일정과 설날·추석에서 "
        "까닭을 찾습니다. 환불이 더 많은 행은 합계에 음수로 들어가고, 업종을 모르는 행은 그 밖의 업종으로 셉니다. 자료별 합계는 "
        "처리 전후를 맞춰 봅니다. 점포나 결제가 3 미만인 칸과, 이 답의 다른 표까지 더하고 빼서 그 칸을 알아낼 수 있는 칸은 "
        "모든 표에서 함께 비우고, 선형계획으로 알아낼 수 없음을 확인합니다.",
        "Change compares with the same months a year before. For each district, trade and month it is "
        "taken apart into shops × payments per shop × average ticket by the log-mean Divisia method "
        "(LMDI, Ang 2004), whose parts add up to the change exactly; a cell that is empty on one side "
        "counts as shops. Season and trend are a straight line and waves of a year and half a year, "
        "fitted to log sales by a robust estimator (bisquare), so that odd months do not bend them. A "
        "month is marked beyond four robust standard deviations and 4 %; its reason is looked for in "
        "the city's calendar and the moving holidays. Rows in which refunds exceed sales enter sums "
        "as negative; rows of an unknown trade count as other trades; totals before and after are "
        "reconciled by source. Cells with fewer than three shops or payments are left empty, and with "
        "them, in all tables of the answer at once, those that would give them away; linear programmes "
        "prove that none can be worked out.",
    ),
    limits=(
        both(
            "카드로 결제한 금액만 셉니다. 현금, 계좌이체, 일부 지역화폐는 들어 있지 않습니다.",
            "Only card payments are counted: no cash, transfers and some local currency.",
        ),
        both(
            "같은 달에 있었던 일정은 매출이 튄 까닭일 수 있다는 표시이며, 원인을 증명하지 않습니다.",
            "An event in the same month is a possible reason, no proof of a cause.",
        ),
        both(
            "두 해 자료로 본 계절은 두 번만 되풀이된 모양입니다. 달마다 다른 요일 수는 따로 조정하지 않습니다.",
            "A season from two years has been seen only twice; weekdays per month are not adjusted for.",
        ),
        both(
            "방문객은 결제자의 거주지 기준이며, 시민이 다른 읍면동에서 쓴 돈은 주민으로 셉니다.",
            "Visitors are payers who live outside; residents who pay in another district are residents.",
        ),
    ),
)
def card_sales(
    payers: CardSalesByPayer,
    times: CardSalesByTime | None,
    cells: CardSalesByCell | None,
    spending: ResidentSpending | None,
    events: CityEvents | None,
    districts: Districts | None,
    shapes: DistrictShapes | None,
    *,
    trade: Annotated[str, Choices(TRADES_AND_ALL), both("업종", "Trade")] = ALL,
    month: Annotated[
        str, both("기준 달(예: 2025-03)", "As of which month (such as 2025-03)")
    ] = LATEST,
    compare: Annotated[
        str, both("비교할 읍면동(쉼표로 구분)", "Districts to compare (separated by commas)")
    ] = "",
) -> CardSalesResult:
    """Card sales cut by place, time and payer, with growth taken apart and odd months explained.

    ``trade`` and ``compare`` choose what the charts show; the tables hold all of it. Raises
    ``Problem`` where ``month`` has no sales or ``compare`` names no district.
    """
    until = last_month(payers, month)
    frame = by_month(payers, times, until)
    names = names_of(districts, frame["district"].unique().to_list(), until)
    compared(list(names.values()), compare)
    sources: dict[str, Table | None] = {"payer": payers, "time": times, "cell": cells}
    safe = guard.protected(
        guard.Taken(
            frame=frame,
            months=of_months(frame),
            by_district=of_districts(frame, until, names),
            district_months=of_district_months(payers, until, names),
            homes=of_homes(payers, until),
            hours=of_hours(times, until, names) if times else None,
            week=of_week(times, until) if times else None,
            payers=of_payers(payers, until),
            growth=of_growth(frame, until),
            until=until,
        )
    )
    merged = bands_merged(payers, until)
    leaks = of_leakage(spending, until) if spending else None
    return CardSalesResult(
        months=CardSalesMonths(safe["months"]),
        by_district=CardSalesDistricts(safe["by_district"]),
        district_months=CardSalesDistrictMonths(safe["district_months"]),
        hours=_or_empty(CardSalesHours, safe.get("hours")),
        week=_or_empty(CardSalesWeek, safe.get("week")),
        payers=CardSalesPayers(safe["payers"]),
        by_cell=_or_empty(CardSalesCells, of_cells(cells, until) if cells else None),
        growth=CardSalesGrowth(safe["growth"]),
        unusual=CardSalesUnusual(of_unusual(safe["months"], events)),
        leakage=_or_empty(CardSalesLeakage, None if leaks is None else guard.of_leakage(leaks)),
        reconciled=CardSalesReconciled(guard.of_sources(of_sources(sources, until, merged))),
    )


def _or_empty(table: type[T], rows: Any) -> T:
    import polars as pl

    empty: pl.DataFrame = pl.DataFrame(schema=list(table.columns))
    return table(empty if rows is None else rows)


for _finding in findings.ALL:
    card_sales.narrative(_finding)
for _figure in (*figures.ALL, *maps.ALL):
    card_sales.figure(_figure)

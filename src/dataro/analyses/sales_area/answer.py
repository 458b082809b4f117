"""Where the city's sales areas are, how they fare, and what a founder would face in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from dataro.analyses.card_sales.words import compared
from dataro.analyses.sales_area import figures, findings, founder, founder_cell, guard
from dataro.analyses.sales_area.around import with_surroundings
from dataro.analyses.sales_area.collect import (
    THREE_YEARS,
    monthly_sales,
    of_areas,
    of_hours,
    of_survival,
    of_trades,
)
from dataro.analyses.sales_area.find import Found, find_areas, names_of
from dataro.analyses.sales_area.tables import (
    SalesAreaCells,
    SalesAreaDecay,
    SalesAreaFounder,
    SalesAreaFounderCells,
    SalesAreaHours,
    SalesAreaResult,
    SalesAreas,
    SalesAreaSkill,
    SalesAreaSurvival,
    SalesAreaTrades,
)
from dataro.data.datasets.care import ResidentCells
from dataro.data.datasets.money import (
    TRADES,
    CardSalesByCell,
    CardSalesByPayer,
    CustomerFlows,
    FootTraffic,
    Merchants,
    ResidentSpending,
)
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.data.datasets.transit import BusStops
from dataro.vocabulary.analysis import analysis
from dataro.vocabulary.problem import TooLittleData
from dataro.vocabulary.settings import Between, Choices
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import Text, both

if TYPE_CHECKING:
    import polars as pl

    from dataro.methods.huff import Decay
T = TypeVar("T", bound=Table)
MOST = 4


@analysis(
    question=both(
        "우리 시의 상권은 어디이고, 형편이 어떠하며, 새로 가게를 열면 무엇을 만나게 됩니까?",
        "Where are the city's sales areas, how do they fare, and what would a founder face there?",
    ),
    title=both("상권", "Sales areas"),
    theme="economy",
    refresh="monthly",
    method=both(
        "상권은 500 m 격자의 점포와 유동인구(같은 무게)가 높은 봉우리를 중심으로 찾습니다. 격자는 가장 높은 이웃을 따라 "
        "올라가고, 두 봉우리 사이의 고개가 낮은 봉우리의 55% 이상이면 한 상권으로 봅니다. 상권번호는 가장 높은 격자의 이름이라 "
        "봉우리가 그대로면 번호도 그대로입니다. 특화도는 업종 비율을 시 전체의 비율로 나눈 값, 집중도는 업종 비율의 제곱합(HHI)입니다. "
        "생존율은 카플란·마이어 추정에 그린우드 구간이며, 명부가 시작되기 전에 연 점포는 그때부터 관찰한 것으로 봅니다. 주의 신호는 다섯 "
        "규칙 가운데 걸린 개수로 0·1·2·3개 이상을 네 단계로 나눈 우리의 해석입니다. 예상 매출은 허프 모형으로, 거리감쇠는 "
        "업종마다 거주지와 이용지 효과를 넣은 포아송 회귀로 추정하고 과산포만큼 구간을 넓힙니다. 예상 매출의 구간에는 지금 "
        "있는 점포의 매출을 그 모형이 얼마나 빗맞히는지도 담습니다.",
        "Areas are found around peaks of shops and people in the streets (equal weight) on a 500 m grid: "
        "each cell climbs to its highest neighbour, and two peaks are one area where the pass between "
        "them is at least 55 % of the lower. An area's id is the name of its highest cell, so it stays "
        "while the peak does. The quotient is a trade's share over its share in the city, concentration "
        "the sum of squared shares (HHI). Survival is Kaplan–Meier with Greenwood's interval; a shop "
        "that opened before the register began is observed from then on. The caution light counts five "
        "rules: none, one, two, three or more (our reading). Expected sales follow Huff; the decay with "
        "distance is estimated for each trade by Poisson regression with effects of home and place, its "
        "interval widened by the spread beyond chance. The interval of expected sales also holds by how "
        "much the rule errs for the shops that are there.",
    ),
    limits=(
        both(
            "예상 매출은 새 점포가 같은 업종의 다른 점포와 똑같이 끌린다고 본 값입니다. 임대료, 품질, 브랜드는 모릅니다.",
            "Expected sales take a new shop to attract like any other of its trade: rents, quality and "
            "brands are not known.",
        ),
        both(
            "거리는 읍면동 가운데 사이의 직선거리입니다. 길과 강, 대중교통은 들어 있지 않습니다.",
            "Distances are straight lines between middles of districts, without roads, rivers or transit.",
        ),
        both(
            "500 m 격자보다 작은 골목은 가려내지 못합니다. 다른 시의 점포는 경쟁자로 세지 않습니다.",
            "Lanes smaller than 500 m are not told apart; shops of other cities do not count as rivals.",
        ),
        both(
            "주의 신호는 살펴볼 곳을 고르는 표시이며, 창업을 말리거나 권하는 판정이 아닙니다.",
            "The light says where to look; it neither advises for nor against opening a shop.",
        ),
    ),
)
def sales_area(
    merchants: Merchants,
    sales: CardSalesByCell | None,
    foot: FootTraffic | None,
    flows: CustomerFlows | None,
    spending: ResidentSpending | None,
    payers: CardSalesByPayer | None,
    districts: Districts | None,
    shapes: DistrictShapes | None,
    homes: ResidentCells | None,
    stops: BusStops | None,
    *,
    trade: Annotated[
        str,
        Choices({code: text for code, text in TRADES.items() if code != "other"}),
        both("열고 싶은 업종", "Trade of the founder"),
    ] = "cafe",
    cell: Annotated[
        str,
        both(
            "열고 싶은 곳(격자번호, 상권 이름, 경도,위도)",
            "Where to open (cell, area, or longitude,latitude)",
        ),
    ] = "",
    compare: Annotated[
        str,
        both(
            "비교할 상권 넷까지(이름, 쉼표로 구분)", "Up to four areas to compare (names, commas)"
        ),
    ] = "",
    stores: Annotated[
        int, Between(5, 500), both("상권의 최소 점포 수", "Fewest shops of an area")
    ] = 20,
) -> SalesAreaResult:
    """Areas with their trades, lives and lights, and a new shop of ``trade`` in each.

    Raises ``Problem`` where no shop has a place, no area has ``stores`` shops, ``compare`` names no
    area or more than four, or ``cell`` no grid cell.
    """
    found = find_areas(merchants, foot, stores)
    if found.cells.is_empty():
        raise TooLittleData(
            both(
                f"점포가 {stores}곳 이상 모인 상권이 없습니다. stores 설정을 줄여 주십시오.",
                f"No area has {stores} shops. Lower the setting stores.",
            )
        )
    names = _names(found, districts)
    compared([text.ko for text in names.values()], compare, most=MOST)
    curves_frame, curves = of_survival(found)
    trades = of_trades(found, monthly_sales(found, sales), names)
    areas = of_areas(found, trades, curves, names)
    areas = with_surroundings(areas, found, homes, stops, sales)
    squares = founder_cell.places(found, names)
    wanted = founder_cell.chosen(squares, cell, names)
    decay = founder.decays(flows) if flows is not None else {}
    given = None
    if trade in decay and spending is not None and shapes is not None:
        given = founder.market(trade, found.shops, spending, shapes, payers, districts)
    skill = _skill(trade, found, trades, decay[trade], given) if given else None
    error = (skill["spread"][0] if skill is not None else None) or 0.0
    curve = curves.get(("trade", trade))
    lasts = curve.at(THREE_YEARS) if curve else None
    safe_trades, safe_areas = guard.protected(found, trades, areas, sales)
    cells, safe_areas, hours = guard.with_people(
        found.cells, safe_areas, of_hours(found, foot, names)
    )
    korean = {area: text.ko for area, text in names.items()}
    return SalesAreaResult(
        areas=SalesAreas(safe_areas),
        area_cells=SalesAreaCells(_with_names(cells, korean)),
        trades=SalesAreaTrades(safe_trades),
        survival=SalesAreaSurvival(curves_frame),
        hours=_or_empty(SalesAreaHours, hours),
        decay=SalesAreaDecay(_decay_rows(decay)),
        founder=SalesAreaFounder(
            _founder(trade, found, areas, lasts, decay.get(trade), given, error)
        ),
        founder_cells=SalesAreaFounderCells(
            founder_cell.faced(
                trade,
                found,
                squares,
                wanted,
                decay.get(trade),
                given,
                lasts[0] if lasts else None,
                error,
            )
        ),
        expected_skill=_or_empty(SalesAreaSkill, skill),
    )


def _names(found: Found, districts: Districts | None) -> dict[str, Text]:
    korean: dict[str, str] = {}
    english: dict[str, str] = {}
    if districts is not None:
        for row in districts.frame().sort("valid_from").to_dicts():
            korean[row["district"]] = row["name"]
            english[row["district"]] = row.get("name_en") or row["name"]
    ko, en = names_of(found.cells, korean), names_of(found.cells, english)
    return {area: Text(ko[area], en[area]) for area in ko}


def _with_names(cells: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    import polars as pl

    return cells.with_columns(name=pl.col("area").replace_strict(dict(names)))


def _decay_rows(found: Mapping[str, Decay]) -> pl.DataFrame:
    import polars as pl

    rows = [
        (trade, one.per_km, one.low, one.high, one.half_km if one.per_km > 0 else None, one.spread,
         one.pairs)
        for trade, one in found.items()
    ]  # fmt: skip
    schema = {"trade": pl.String, "per_km": pl.Float64, "low": pl.Float64, "high": pl.Float64,
              "half": pl.Float64, "spread": pl.Float64, "pairs": pl.Int64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _founder(
    trade: str, found: Found, areas: pl.DataFrame, lasts: tuple[float, ...] | None,
    decay: Decay | None, given: founder.Market | None, error: float,
) -> pl.DataFrame:  # fmt: skip
    """A new shop of the trade at the middle of each area."""
    import polars as pl

    at = areas.select("longitude", "latitude").to_numpy()
    mine = found.shops.filter(pl.col("trade") == trade)
    now = mine.filter("open")
    km = founder.kilometres(at, now.select("longitude", "latitude").to_numpy())
    rivals = dict(now.drop_nulls("area").group_by("area").len().iter_rows())
    gone = dict(mine.filter("gone").drop_nulls("area").group_by("area").len().iter_rows())
    rows = areas.select("area", "name").with_columns(
        trade=pl.lit(trade),
        rivals=pl.col("area").replace_strict(rivals, default=0, return_dtype=pl.Int64),
        closed=pl.col("area").replace_strict(gone, default=0, return_dtype=pl.Int64),
        near=pl.Series((km <= founder.NEAR_KM).sum(1), dtype=pl.Int64),
        survival=pl.lit(lasts[0] if lasts else None, pl.Float64),
    )
    names = ("expected", "low", "high", "reach")
    if given is None or decay is None:
        empty = [pl.lit(None, pl.Float64).alias(name) for name in (*names, "rank")]
        return rows.with_columns(empty)
    told = pl.DataFrame(
        founder.expected(given, at, decay, error), schema=dict.fromkeys(names, pl.Float64)
    )
    return pl.concat([rows, told], how="horizontal").with_columns(
        rank=pl.col("expected").rank("ordinal", descending=True).cast(pl.Int64)
    )


def _skill(
    trade: str, found: Found, trades: pl.DataFrame, decay: Decay, given: founder.Market
) -> pl.DataFrame:
    """The rule held against what the areas sold; before protection, as no area is named."""
    import polars as pl

    mine = trades.filter(pl.col("trade") == trade, pl.col("counted") > 0)
    row = founder.skill_of(
        trade, given, decay, dict(found.cells.select("cell", "area").iter_rows()),
        dict(mine.select("area", "sales").iter_rows()),
    )  # fmt: skip
    schema = {
        "trade": pl.String,
        "areas": pl.Int64,
        "order": pl.Float64,
        "error": pl.Float64,
        "spread": pl.Float64,
    }
    return pl.DataFrame([row], schema=schema)


def _or_empty(table: type[T], rows: Any) -> T:
    import polars as pl

    empty: pl.DataFrame = pl.DataFrame(schema=list(table.columns))
    return table(empty if rows is None else rows)


for _finding in findings.ALL:
    sales_area.narrative(_finding)
for _figure in figures.ALL:
    sales_area.figure(_figure)
sales_area.skill(findings.skill)

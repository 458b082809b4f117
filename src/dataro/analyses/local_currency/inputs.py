"""What the tables of local currency say, as monthly use and as a balanced panel of cities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataro.analyses.nearby import Trouble
from dataro.data.datasets.money import CityNeighbours, CitySales, LocalCurrencyUse
from dataro.vocabulary.city import City
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both, finding

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CHARGED = ("card_charged", "mobile_charged", "paper_sold")
USED = ("card_used", "mobile_used", "paper_used")
BEFORE = 6
"""Months before the first launch of any city that a base must rest on."""


@dataclass(frozen=True)
class Panel:
    """Cities × months, thousand won: ``used`` (0 before the launch), ``small`` and ``large`` shops.

    ``start`` is the index of the month of launch, -1 where there is none; ``base`` the mean sales
    of small shops before any launch; ``near[i, j]`` true where ``j`` borders ``i`` (None: borders
    are not known); ``own`` the row of the city itself (-1: not among them).
    """

    places: list[str]
    months: list[Any]
    used: Floats
    small: Floats
    large: Floats | None
    start: NDArray[np.int64]
    base: Floats
    near: NDArray[np.bool_] | None
    own: int


def monthly_use(
    currency: LocalCurrencyUse, neighbours: CityNeighbours | None, city: City
) -> pl.DataFrame:
    """Charged and used by month and city, all vouchers together; months before launch left out.

    Raises ``Problem`` where nothing was used anywhere.
    """
    import polars as pl

    rows = currency.frame()
    kinds = [
        pl.all_horizontal(pl.col(name).is_null() for name in names) for names in (CHARGED, USED)
    ]
    frame = rows.select(
        "month", "place", "place_name",
        charged=pl.when(~kinds[0]).then(pl.sum_horizontal(*CHARGED)),
        used=pl.when(~kinds[1]).then(pl.sum_horizontal(*USED)),
        own=pl.col("place").is_in(list(city.codes)),
    ).filter(pl.col("used").is_not_null())  # fmt: skip
    launched = frame.filter(pl.col("used") > 0).group_by("place").agg(first=pl.col("month").min())
    frame = frame.join(launched, on="place").filter(pl.col("month") >= pl.col("first"))
    if frame.is_empty():
        raise Problem(
            both(
                "지역화폐 자료에 사용액이 한 건도 없습니다. 카드·모바일·지류 사용액 열을 확인하십시오.",
                "The table of local currency has no use at all. Check its columns of card, mobile "
                "and paper use.",
            )
        )
    near = _borders(neighbours, city)
    known = pl.lit(None, pl.Boolean) if near is None else pl.col("place").is_in(near)
    return frame.drop("first").with_columns(neighbour=known).sort("place", "month")


def _borders(neighbours: CityNeighbours | None, city: City) -> list[str] | None:
    import polars as pl

    if neighbours is None:
        return None
    rows = neighbours.frame().filter(pl.col("place").is_in(list(city.codes)))
    return sorted(set(rows["neighbour"].to_list()))


def read_panel(
    use: pl.DataFrame, sales: CitySales | None, neighbours: CityNeighbours | None, city: City
) -> tuple[Panel | None, list[Trouble]]:
    """The panel of cities that have sales in every month; and what stands in the way of one."""
    import polars as pl

    if sales is None:
        return None, [Trouble("no_sales", 0, _NO_SALES)]
    rows = sales.frame().select("month", "place", "small", "large")
    months = sorted(set(rows["month"].to_list()))
    whole = rows.group_by("place").len().filter(pl.col("len") == len(months))["place"]
    places = sorted(set(whole.to_list()))
    troubles = _gaps(rows["place"].n_unique() - len(places), len(places))
    if len(places) < 8:
        return None, [*troubles, Trouble("few_cities", len(places), _few(len(places)))]
    small = _matrix(rows, "small", places, months)
    used = _matrix(use, "used", places, months)
    return _panel(rows, neighbours, city, places, months, small, used, troubles)


def _panel(
    rows: pl.DataFrame, neighbours: CityNeighbours | None, city: City, places: list[str],
    months: list[Any], small: Floats, used: Floats, troubles: list[Trouble],
) -> tuple[Panel | None, list[Trouble]]:  # fmt: skip
    import numpy as np

    begun = used > 0
    start = np.where(begun.any(1), begun.argmax(1), -1)
    earliest = int(start[start >= 0].min()) if (start >= 0).any() else 0
    if earliest < BEFORE:
        said = finding(
            "지역화폐를 쓰기 전의 매출이 {months}개월뿐이어서 효과를 추정하지 않았습니다. 적어도 {least}개월이 "
            "필요합니다. 그 앞의 월별 매출을 요청하십시오.",
            "Only {months} months of sales lie before the first use, so no effect is estimated; "
            "{least} are needed. Ask for sales of the months before.",
            months=earliest, least=BEFORE,
        )  # fmt: skip
        return None, [*troubles, Trouble("no_months_before", earliest, said.text)]
    large = None if rows["large"].null_count() else _matrix(rows, "large", places, months)
    near = None
    if neighbours is None:
        troubles.append(Trouble("no_borders", 0, _NO_BORDERS))
    else:
        pairs = set(neighbours.frame().select("place", "neighbour").iter_rows())
        near = np.array([[(a, b) in pairs for b in places] for a in places])
    own = next((i for i, place in enumerate(places) if place in city.codes), -1)
    base = small[:, :earliest].mean(1)
    return Panel(places, months, used, small, large, start, base, near, own), troubles


def _matrix(rows: pl.DataFrame, name: str, places: list[str], months: list[Any]) -> Floats:
    """A column as places × months, 0 where there is no row."""
    import numpy as np

    at = {place: i for i, place in enumerate(places)}
    when = {month: t for t, month in enumerate(months)}
    result = np.zeros((len(places), len(months)))
    for place, month, value in rows.select("place", "month", name).iter_rows():
        if place in at and month in when and value is not None:
            result[at[place], when[month]] = value
    return result


def _gaps(lost: int, kept: int) -> list[Trouble]:
    if not lost:
        return []
    said = finding(
        "매출이 빠진 달이 있는 시군 {lost}곳은 효과 추정에서 뺐습니다(남은 시군 {kept}곳).",
        "{lost} cities with missing months of sales are left out of the estimates ({kept} remain).",
        lost=lost, kept=kept,
    )  # fmt: skip
    return [Trouble("gaps", lost, said.text)]


def _few(many: int) -> Text:
    return finding(
        "매출이 모두 있는 시군이 {many}곳뿐이어서 효과를 추정하지 않았습니다. 적어도 8곳이 필요합니다.",
        "Only {many} cities have all of their sales, so no effect is estimated; eight are needed.",
        many=many,
    ).text


_NO_SALES = both(
    "시군별 카드매출이 없어 발행과 이용만 보여 줄 수 있습니다. 새로 생긴 소비인지, 다른 결제에서 옮겨 온 것인지는 이 자료로 "
    "알 수 없습니다. 시작 전 1년을 포함한 시군별 소상공인·대형점포 월매출을 요청하십시오.",
    "Without card sales of cities only issue and use can be shown: whether the spending is new or "
    "moved from other means cannot be told. Ask for monthly sales of small and large shops by city, "
    "with a year before the launch.",
)
_NO_BORDERS = both(
    "시군의 인접 관계가 없어 이웃 시군에서 옮겨 온 소비를 가려내지 못했습니다. 순증이 실제보다 커 보일 수 있습니다.",
    "Without the borders of cities, spending taken from neighbours cannot be told apart; the net "
    "gain may look larger than it is.",
)

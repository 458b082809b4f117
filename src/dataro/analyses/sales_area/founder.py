"""What a new shop of a trade would take in each area, by Huff's rule with the trade's own decay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dataro.analyses.card_sales.words import renumbered
from dataro.data.datasets.money import (
    CardSalesByPayer,
    CustomerFlows,
    ResidentSpending,
)
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.methods import months as calendar

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from dataro.methods.huff import Decay

    Floats = NDArray[np.float64]

NEAR_KM = 1.0


@dataclass(frozen=True)
class Market:
    """Homes and rivals of one trade: ``demand`` in won a month and ``homes`` (lon, lat) by district;
    ``shops`` a cell, ``cells`` (lon, lat) and their ``names``; ``visitors`` is the share that visitors add to sales."""

    demand: Floats
    homes: Floats
    shops: Floats
    cells: Floats
    names: list[str]
    visitors: float


def decays(flows: CustomerFlows) -> dict[str, Decay]:
    """The decay of each trade from the last year of flows; a pair without payments counts as zero."""
    import numpy as np
    import polars as pl

    from dataro.methods.huff import estimate_decay

    frame = flows.frame()
    frame = frame.filter(pl.col("year") == frame["year"].max(), pl.col("home") != "")
    homes, places = sorted(set(frame["home"])), sorted(set(frame["district"]))
    h, p = {c: i for i, c in enumerate(homes)}, {c: i for i, c in enumerate(places)}
    km = np.full((len(homes), len(places)), np.nan)
    for home, place, distance in frame.select("home", "district", "distance").iter_rows():
        if distance is not None:
            km[h[home], p[place]] = distance
    found = {}
    for (trade,), rows in frame.group_by("trade", maintain_order=True):
        visits = np.zeros_like(km)
        for home, place, payments in rows.select("home", "district", "payments").iter_rows():
            visits[h[home], p[place]] += payments
        one = estimate_decay(visits, km)
        if one is not None and trade != "other":
            found[str(trade)] = one
    return found


def market(
    trade: str,
    shops: pl.DataFrame,
    spending: ResidentSpending,
    shapes: DistrictShapes,
    payers: CardSalesByPayer | None,
    districts: Districts | None,
) -> Market | None:
    """Demand and rivals of a trade; None where no home has both demand and an outline."""
    import numpy as np
    import polars as pl
    import shapely

    rows = spending.rows.filter(spending.trade == trade, spending.where.isin(["district", "city"]))
    frame = rows.group_by("month", "district").aggregate(amount=rows.amount.sum()).to_polars()
    if frame.is_empty():
        return None
    year = sorted(set(frame["month"]))[-12:]
    demand = frame.filter(pl.col("month").is_in(year)).group_by("district").agg(
        pl.col("amount").clip(0).sum() / len(year)
    )  # fmt: skip
    outlines = shapes.frame().select("district", "shape")
    code = renumbered(districts, set(outlines["district"]))
    codes = {one: code(one) for one in demand["district"].to_list()}
    demand = demand.with_columns(pl.col("district").replace_strict(codes))
    demand = demand.join(outlines, on="district").sort("district")
    if demand.is_empty():
        return None
    middles = shapely.centroid(shapely.from_wkb(demand["shape"].to_list()))
    mine = shops.filter(pl.col("open"), pl.col("trade") == trade)
    cells = mine.group_by("cell").agg(pl.len().alias("n"), pl.col("longitude", "latitude").mean())
    return Market(
        demand["amount"].cast(float).to_numpy(),
        np.column_stack([shapely.get_x(middles), shapely.get_y(middles)]),
        cells["n"].cast(float).to_numpy(),
        cells.select("longitude", "latitude").to_numpy(),
        cells["cell"].to_list(),
        _visitors(trade, payers, year[0], year[-1]),
    )


def _visitors(trade: str, payers: CardSalesByPayer | None, first: date, last: date) -> float:
    """What visitors pay over what residents do; 0 where it is not known."""
    if payers is None:
        return 0.0
    rows = payers.rows.filter(
        payers.trade == trade, payers.month >= first, payers.month <= calendar.last_day(last)
    )
    sums = dict(rows.group_by("home").aggregate(amount=rows.amount.sum()).to_polars().iter_rows())
    resident = sums.get("resident", 0)
    return float(sums.get("visitor", 0) / resident) if resident else 0.0


def kilometres(a: Floats, b: Floats) -> Floats:
    """Straight lines between points (longitude, latitude), on a plane fitted to their middle."""
    import numpy as np

    middle = np.radians(np.concatenate([a[:, 1], b[:, 1]]).mean())
    x = (a[:, None, 0] - b[None, :, 0]) * 111.32 * np.cos(middle)
    y = (a[:, None, 1] - b[None, :, 1]) * 110.95
    return np.asarray(np.hypot(x, y))


def expected(given: Market, at: Floats, decay: Decay, error: float = 0.0) -> list[dict[str, Any]]:
    """Sales a month of one new shop at each point, with a 95 % interval: both ends of the decay's
    interval, and by how much the rule errs for shops that are there (``error``, log)."""
    import numpy as np

    from dataro.methods.huff import new_shop_takes

    to_shops = kilometres(given.homes, given.cells)
    to_new = kilometres(given.homes, at)
    rows = []
    for i in range(len(at)):
        takes = [
            new_shop_takes(given.demand, to_new[:, i], to_shops, given.shops, max(0.0, value))
            for value in (decay.per_km, decay.low, decay.high)
        ]
        sums = [float(one.sum()) * (1 + given.visitors) for one in takes]
        order = np.argsort(to_new[:, i])
        part = np.cumsum(takes[0][order]) / max(takes[0].sum(), 1e-9)
        half = order[min(int(np.searchsorted(part, 0.5)), len(order) - 1)]
        rows.append(
            {
                "expected": sums[0],
                "low": sums[0] * _wider(sums[0], min(sums), -error),
                "high": sums[0] * _wider(sums[0], max(sums), error),
                "reach": float(to_new[half, i]),
            }
        )
    return rows


def _wider(middle: float, end: float, error: float) -> float:
    """The end of an interval over its middle, with an error of the rule that is apart from it."""
    import numpy as np

    of_decay = float(np.log(end / middle)) if middle > 0 and end > 0 else 0.0
    return float(np.exp(np.copysign(np.hypot(of_decay, 1.96 * error), error or of_decay)))


def of_cells(given: Market, decay: Decay) -> Floats:
    """What Huff's rule expects of all shops of each cell together, in won a month of residents."""
    import numpy as np

    km = kilometres(given.homes, given.cells)
    pull = given.shops * np.exp(-max(0.0, decay.per_km) * km)
    return np.asarray((given.demand[:, None] * pull / pull.sum(1, keepdims=True)).sum(0))


def skill_of(
    trade: str, given: Market, decay: Decay, area_of: dict[str, str], sold: dict[str, float]
) -> dict[str, Any]:
    """What the rule expects of all shops of the trade in each area, against what they sold."""
    import numpy as np
    from scipy.stats import spearmanr

    sums: dict[str, float] = {}
    for name, won in zip(given.names, of_cells(given, decay).tolist(), strict=True):
        if name in area_of:
            area = area_of[name]
            sums[area] = sums.get(area, 0.0) + won * (1 + given.visitors)
    both_known = [area for area in sums if sold.get(area, 0.0) > 0]
    told = np.array([sums[area] for area in both_known])
    real = np.array([sold[area] for area in both_known])
    enough = len(told) >= 4
    return {
        "trade": trade,
        "areas": len(told),
        "order": float(spearmanr(told, real).statistic) if enough else None,
        "error": float(np.median(np.abs(told / real - 1))) if enough else None,
        # robust: a few areas that are out of the ordinary do not make all others uncertain
        "spread": float(1.4826 * np.median(np.abs(np.log(real / told)))) if enough else None,
    }

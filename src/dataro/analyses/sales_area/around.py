"""What stands around an area, and whether it rises: residents, bus stops, sales a year before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataro.analyses.sales_area.collect import monthly_sales
from dataro.analyses.sales_area.find import Found
from dataro.analyses.sales_area.founder import kilometres
from dataro.data.datasets.care import ResidentCells
from dataro.data.datasets.money import CardSalesByCell
from dataro.data.datasets.transit import BusStops

if TYPE_CHECKING:
    import polars as pl

HOMES_KM, STOPS_KM = 1.0, 0.5
"""A walk of a quarter of an hour to an area, and of some minutes from a stop."""
FEWEST = 3
"""Shops that must have stood behind sales a year before for a change to be told."""


def with_surroundings(
    areas: pl.DataFrame, found: Found, homes: ResidentCells | None, stops: BusStops | None,
    sales: CardSalesByCell | None,
) -> pl.DataFrame:  # fmt: skip
    """Areas with ``residents`` within a kilometre of their highest cell, bus ``stops`` within half of
    one, and the ``growth`` of their sales over the year before; empty where not known."""
    import polars as pl

    at = areas.select("longitude", "latitude").to_numpy()
    people: list[int | None] = [None] * areas.height
    if homes is not None:
        cells = homes.frame().select("longitude", "latitude", "people").drop_nulls()
        near = kilometres(at, cells.select("longitude", "latitude").to_numpy()) <= HOMES_KM
        people = [int(one) for one in near @ cells["people"].to_numpy()]
    halts: list[int | None] = [None] * areas.height
    if stops is not None:
        points = stops.frame().select("longitude", "latitude").drop_nulls().to_numpy()
        halts = [int(one) for one in (kilometres(at, points) <= STOPS_KM).sum(1)]
    made = areas.with_columns(
        pl.Series("residents", people, dtype=pl.Int64), pl.Series("stops", halts, dtype=pl.Int64)
    )
    before = monthly_sales(found, sales, back=12).group_by("area").agg(
        pl.col("sales").sum().alias("_before"), pl.col("counted").sum().alias("_counted")
    )  # fmt: skip
    known = (pl.col("_before") > 0) & (pl.col("_counted") >= FEWEST)
    return (
        made.join(before, on="area", how="left", maintain_order="left")
        .with_columns(pl.when(known).then(pl.col("sales") / pl.col("_before") - 1).alias("growth"))
        .drop("_before", "_counted")
    )

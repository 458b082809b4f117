"""Areas found from shops and the people in the streets, and what is known of each shop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dataro.analyses.card_sales.collect import fetched
from dataro.data.datasets.money import FootTraffic, Merchants
from dataro.methods import months as calendar
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

if TYPE_CHECKING:
    import polars as pl

GRID = 500.0
"""Side of a grid cell in metres; a cell is named by its south-west corner, EPSG:5179."""
SADDLE = 0.55
"""Two peaks are one area where the pass between them is at least this part of the lower."""


@dataclass(frozen=True)
class Found:
    """``shops`` with columns ``age`` (months since opening, or life), ``over``, ``entered``, ``open``,
    ``area``; ``cells`` that belong to an area; the ``month`` up to which all of it is known."""

    shops: pl.DataFrame
    cells: pl.DataFrame
    month: date
    placeless: int


def find_areas(merchants: Merchants, foot: FootTraffic | None, least: int) -> Found:
    """Areas around peaks of shops and people; a cell needs half of ``least`` shops of both, an area
    ``least`` open shops. Raises ``Problem`` where no shop has a cell."""
    import polars as pl

    shops = merchants.frame()
    placed = shops.filter(pl.col("cell").is_not_null(), pl.col("longitude").is_not_null())
    if placed.is_empty():
        raise Problem(
            both(
                "가맹점에 격자와 좌표가 없어 상권을 찾을 수 없습니다. 가맹점 현황에 격자와 경위도를 넣어 주십시오.",
                "No shop has a grid cell and coordinates, so no area can be found. Add them to the shops.",
            )
        )
    placed, month = _lives(placed)
    cells = _cells(placed, foot)
    cells = cells.with_columns(area=pl.Series(_areas(cells, least), dtype=pl.String))
    cells = cells.drop_nulls("area")
    enough = cells.group_by("area").agg(pl.col("stores").sum()).filter(pl.col("stores") >= least)
    cells = cells.join(enough.select("area"), on="area").sort("cell")
    placed = placed.join(cells.select("cell", "area"), on="cell", how="left")
    return Found(placed, cells, month, shops.height - placed.height)


def _lives(shops: pl.DataFrame) -> tuple[pl.DataFrame, date]:
    """Ages in months, seen from the last month in the register.

    The register holds closures from its first one on: shops that had closed before are not in it,
    so an older shop comes under observation only then.
    """
    import polars as pl

    last = max(shops["opened"].max(), shops["closed"].max() or shops["opened"].max())  # type: ignore[type-var]
    assert isinstance(last, date)
    first = shops["closed"].min() or shops["opened"].min()

    def count(name: str) -> Any:
        return pl.col(name).dt.year().cast(pl.Int64) * 12 + pl.col(name).dt.month() - 1

    end = calendar.number(last)
    since = calendar.number(first) - 1 if isinstance(first, date) else end
    made = shops.with_columns(
        over=pl.col("closed").is_not_null(),
        begun=count("opened"),
        ended=count("closed").fill_null(end),
    ).with_columns(
        age=(pl.col("ended") - pl.col("begun")).clip(0),
        entered=(since - pl.col("begun")).clip(0),
        open=~pl.col("over"),
        new=pl.col("begun") > end - 12,
        gone=pl.col("over") & (pl.col("ended") > end - 12),
    )
    return made, last.replace(day=1)


def _cells(shops: pl.DataFrame, foot: FootTraffic | None) -> pl.DataFrame:
    """Open shops and people on the mean day of each cell; ``people`` is empty where not known."""
    import polars as pl

    cells = shops.group_by("cell").agg(
        pl.col("open").sum().cast(pl.Int64).alias("stores"),
        pl.col("longitude", "latitude").median(),
        pl.col("district").mode().sort().first(),
    )
    if foot is None:
        return cells.with_columns(people=pl.lit(None, pl.Float64)).sort("cell")
    people = foot_by_hour(foot).group_by("cell").agg(pl.col("people").sum())
    return cells.join(people, on="cell", how="left").sort("cell")


def foot_by_hour(foot: FootTraffic) -> pl.DataFrame:
    """People by cell and hour on the mean day of the last month: five weekdays and two others."""
    import polars as pl

    rows = foot.rows.filter(foot.month == foot.rows.month.max())
    share = {"weekday": 5 / 7, "weekend": 2 / 7}
    frame = fetched(rows.select("cell", "day_kind", "hour", "people"))
    weight = pl.col("day_kind").replace_strict(share, default=0.0, return_dtype=pl.Float64)
    return frame.group_by("cell", "hour").agg((pl.col("people") * weight).sum())


def _areas(cells: pl.DataFrame, least: int) -> list[str | None]:
    """The id of each cell's area: the name of its highest cell."""
    import numpy as np

    from dataro.methods.spatial.peaks import around_peaks

    names = cells["cell"].to_list()
    corner = np.array([name.split("_") for name in names], float)
    stores = cells["stores"].to_numpy().astype(float)
    height = stores
    if cells["people"].null_count() < cells.height:
        people = cells["people"].fill_null(0.0).to_numpy()
        # as many shops as the people in the streets would have, on the mean of the city
        height = (stores + people * stores.sum() / max(people.sum(), 1e-9)) / 2
    peak = around_peaks(
        np.floor(corner / GRID).astype(np.int64), height, least=least / 2, saddle=SADDLE
    )
    return [names[i] if i >= 0 else None for i in peak.tolist()]


def names_of(cells: pl.DataFrame, districts: Mapping[str, str]) -> dict[str, str]:
    """What each area is called: its district, and its rank in it by shops where there are several."""
    import polars as pl

    sums = cells.group_by("area").agg(pl.col("stores").sum())
    home = dict(
        cells.filter(pl.col("cell") == pl.col("area")).select("area", "district").iter_rows()
    )
    order = sums.sort("stores", "area", descending=[True, False])["area"].to_list()
    names, seen = {}, dict.fromkeys(home.values(), 0)
    for area in order:
        district = home[area]
        seen[district] += 1
        names[area] = f"{districts.get(district, district)} {seen[district]}"
    return names

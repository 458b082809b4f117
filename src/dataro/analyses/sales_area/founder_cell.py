"""What a founder of a trade would face in one grid cell, and in every other for comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dataro.analyses.sales_area import founder
from dataro.analyses.sales_area.find import Found
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both

if TYPE_CHECKING:
    import polars as pl

    from dataro.methods.huff import Decay

FARTHEST_KM = 1.0
"""A point so far from every cell with shops is in none of them."""


def places(found: Found, names: Mapping[str, Text]) -> pl.DataFrame:
    """Every cell that ever had a shop: its middle, and the area that it belongs to, if any."""
    import polars as pl

    cells = found.shops.group_by("cell").agg(
        pl.col("longitude", "latitude").median(),
        pl.col("open").sum().cast(pl.Int64).alias("stores"),
        pl.col("area").drop_nulls().first(),
    )
    korean, english = ({a: getattr(n, kind) for a, n in names.items()} for kind in ("ko", "en"))
    return cells.sort("cell").with_columns(
        name=pl.col("area").replace_strict(korean, default=None, return_dtype=pl.String),
        name_en=pl.col("area").replace_strict(english, default=None, return_dtype=pl.String),
    )


def chosen(cells: pl.DataFrame, wanted: str, names: Mapping[str, Text]) -> str:
    """The cell that ``wanted`` names: its id, a point as ``longitude,latitude``, or an area by its
    name (its highest cell); the cell with the most shops where nothing is wanted.

    Raises ``Problem`` where no cell is meant.
    """
    known = cells["cell"].to_list()
    if not wanted.strip():
        return str(cells.sort("stores", "cell", descending=[True, False])["cell"][0])
    if wanted.strip() in known:
        return wanted.strip()
    for area, name in names.items():
        if wanted.strip() in (name.ko, name.en, area):
            return area
    at = _nearest(cells, wanted)
    if at is not None:
        return at
    guess = did_you_mean(wanted, [*known, *(name.ko for name in names.values())])
    raise Problem(
        both(
            f"cell 설정의 “{wanted[:40]}”에 해당하는 격자가 없습니다.{guess.ko} 격자번호(예: {known[0]}), 상권 "
            "이름, 또는 점포가 있는 곳의 경도,위도(예: 127.0,37.2)를 적어 주십시오.",
            f"cell names “{wanted[:40]}”, which is no grid cell with shops.{guess.en} Write a cell "
            f"(such as {known[0]}), the name of an area, or a longitude,latitude near shops.",
        )
    )


def _nearest(cells: pl.DataFrame, wanted: str) -> str | None:
    import numpy as np

    try:
        longitude, latitude = (float(part) for part in wanted.split(","))
    except ValueError:
        return None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        return None
    km = founder.kilometres(
        np.array([[longitude, latitude]]), cells.select("longitude", "latitude").to_numpy()
    )[0]
    return str(cells["cell"][int(km.argmin())]) if km.min() <= FARTHEST_KM else None


def faced(
    trade: str, found: Found, cells: pl.DataFrame, wanted: str, decay: Decay | None,
    given: founder.Market | None, survival: float | None, error: float,
) -> pl.DataFrame:  # fmt: skip
    """One new shop of the trade in each cell: rivals, expected sales, whence; ``wanted`` is marked."""
    import polars as pl

    at = cells.select("longitude", "latitude").to_numpy()
    mine = found.shops.filter(pl.col("trade") == trade)
    now = mine.filter("open")
    km = founder.kilometres(at, now.select("longitude", "latitude").to_numpy())
    rivals = dict(now.group_by("cell").len().iter_rows())
    gone = dict(mine.filter("gone").group_by("cell").len().iter_rows())
    rows = cells.drop("stores").with_columns(
        trade=pl.lit(trade),
        rivals=pl.col("cell").replace_strict(rivals, default=0, return_dtype=pl.Int64),
        closed=pl.col("cell").replace_strict(gone, default=0, return_dtype=pl.Int64),
        near=pl.Series((km <= founder.NEAR_KM).sum(1), dtype=pl.Int64),
        survival=pl.lit(survival, pl.Float64),
        chosen=pl.col("cell") == wanted,
    )
    names = ("expected", "low", "high", "reach")
    if given is None or decay is None:
        return rows.with_columns(pl.lit(None, pl.Float64).alias(name) for name in (*names, "rank"))
    told = founder.expected(given, at, decay, error)
    return pl.concat(
        [rows, pl.DataFrame(told, schema=dict.fromkeys(names, pl.Float64))], how="horizontal"
    ).with_columns(rank=pl.col("expected").rank("ordinal", descending=True).cast(pl.Int64))

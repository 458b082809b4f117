"""Adding moves up: by month, district, place, pair, age and reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dataro.analyses.migration.ground import Ground

if TYPE_CHECKING:
    import polars as pl

Totals = Mapping[str, "pl.DataFrame"]
"""``districts`` and ``places``: people by year, direction and that end, hidden ones empty."""


def by_month(moves: pl.DataFrame) -> pl.DataFrame:
    """People by month and direction."""
    import polars as pl

    made = moves.group_by("year", "month", "direction").agg(pl.col("people").sum())
    return made.sort("month", "direction")


def place_months(moves: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """People by month, direction and outside place; zeros stand as rows, so that they may hide."""
    import polars as pl

    outside = moves.filter(pl.col("direction") != "within")
    made = outside.group_by("year", "month", "direction", "place").agg(pl.col("people").sum())
    full = _with_zeros(made, ("year", "direction"), ("month",), ("place",))
    return _named(full, ground, place="name")


def pair_flows(moves: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """People by year, direction, district and place; zeros stand as rows."""
    import polars as pl

    made = moves.group_by("year", "direction", "district", "place").agg(pl.col("people").sum())
    full = _with_zeros(made, ("year", "direction"), ("district",), ("place",))
    full = full.filter(pl.col("district") != pl.col("place"))
    of = {code: ground.province.get(code, f"{code[:2]}00000000") for code in full["place"].unique()}
    full = full.with_columns(
        pl.when(pl.col("direction") != "within").then(pl.col("place").replace(of)).alias("province")
    )
    return _named(full, ground, district="name", place="place_name")


def _with_zeros(
    made: pl.DataFrame, within: tuple[str, ...], *parts: tuple[str, ...]
) -> pl.DataFrame:
    """Every combination of ``parts`` that occurs in a group of ``within``, absent ones with 0."""
    import polars as pl

    grid = made.select(within).unique()
    for part in parts:
        grid = grid.join(made.select(*within, *part).unique(), on=within)
    keys = [*within, *(name for part in parts for name in part)]
    return (
        grid.join(made, on=keys, how="left").with_columns(pl.col("people").fill_null(0)).sort(keys)
    )


def _named(frame: pl.DataFrame, ground: Ground, **names: str) -> pl.DataFrame:
    import polars as pl

    for column, name in names.items():
        said = {code: ground.name(code).ko for code in frame[column].unique()}
        frame = frame.with_columns(pl.col(column).replace(said).alias(name))
    return frame


def by_district(totals: Totals, ground: Ground) -> pl.DataFrame:
    """In, out, between districts; net, gross and efficiency by year and district."""
    import polars as pl

    made = _wide(
        totals,
        ("in", "district", "district", "moved_in"),
        ("out", "district", "district", "moved_out"),
        ("within", "place", "district", "from_districts"),
        ("within", "district", "district", "to_districts"),
    )
    arrivals = pl.col("moved_in") + pl.col("from_districts")
    departures = pl.col("moved_out") + pl.col("to_districts")
    return _named(_net(made, arrivals, departures), ground, district="name")


def by_place(totals: Totals, ground: Ground) -> pl.DataFrame:
    """In, out, net, gross and efficiency by year and outside place, with its province."""
    import polars as pl

    made = _wide(
        totals, ("in", "place", "place", "moved_in"), ("out", "place", "place", "moved_out")
    )
    of = {code: ground.province.get(code, f"{code[:2]}00000000") for code in made["place"].unique()}
    made = made.with_columns(pl.col("place").replace(of).alias("province"))
    return _named(_net(made, pl.col("moved_in"), pl.col("moved_out")), ground, place="name")


def by_province(totals: Totals, ground: Ground) -> pl.DataFrame:
    """People by year, direction and province of the other place."""
    return _named(totals["by_province"], ground, province="name")


def _wide(totals: Totals, *columns: tuple[str, str, str, str]) -> pl.DataFrame:
    """Totals of flows side by side: direction, the end that is kept, its new name, the column.

    A total that is hidden stays empty; one that is not there is zero.
    """
    import polars as pl

    parts = []
    for direction, end, renamed, column in columns:
        table = totals["districts" if end == "district" else "places"]
        own = table.filter(pl.col("direction") == direction)
        parts.append(
            own.select(
                "year", pl.col(end).alias(renamed), pl.col("people").fill_null(-1).alias(column)
            )
        )
    made = parts[0]
    for part in parts[1:]:
        made = made.join(part, on=made.columns[:2], how="full", coalesce=True)
    numbers = [column for *_, column in columns]
    made = made.with_columns(pl.col(numbers).fill_null(0).cast(pl.Int64))
    return made.with_columns(
        pl.when(pl.col(name) >= 0).then(pl.col(name)).alias(name) for name in numbers
    )


def _net(frame: pl.DataFrame, arrivals: pl.Expr, departures: pl.Expr) -> pl.DataFrame:
    import polars as pl

    made = frame.with_columns(
        (arrivals.cast(pl.Int64) - departures.cast(pl.Int64)).alias("net"),
        (arrivals + departures).cast(pl.Int64).alias("gross"),
    )
    share = pl.when(pl.col("gross") > 0).then(pl.col("net") / pl.col("gross"))
    return made.with_columns(share.alias("efficiency"))


def by_kind(movers: pl.DataFrame, *kinds: str) -> pl.DataFrame:
    """People by direction and kinds of movers (age, sex, reason …); zeros stand as rows."""
    import polars as pl

    made = movers.group_by("year", "direction", *kinds).agg(pl.col("people").sum())
    return _with_zeros(made, ("year", "direction"), *((kind,) for kind in kinds))


def district_ages(movers: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """People by direction, district and age band."""
    return _named(by_kind(movers, "district", "age_from"), ground, district="name")


def provinces(moves: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """In, out, net, gross and efficiency of the city's province by year and other province.

    A year is the sum of its quarters where all that there are add up, or the yearly figure.
    """
    import polars as pl

    home = ground.home_province()
    across = moves.filter(
        (pl.col("origin") != pl.col("destination"))
        & ((pl.col("origin") == home) | (pl.col("destination") == home))
    )
    yearly = across.filter(pl.col("quarter") == 0)
    known = yearly["year"].unique().to_list()
    parts = across.filter((pl.col("quarter") > 0) & ~pl.col("year").is_in(known))
    inward = pl.col("destination") == home
    other = pl.when(inward).then("origin").otherwise("destination").alias("province")
    made = (
        pl.concat([yearly.with_columns(quarters=pl.lit(4)), parts.with_columns(quarters=pl.lit(0))])
        .group_by("year", other)
        .agg(
            pl.col("people").filter(inward).sum().alias("moved_in"),
            pl.col("people").filter(~inward).sum().alias("moved_out"),
            pl.max_horizontal(pl.col("quarters").max(), pl.col("quarter").n_unique()).alias("quarters"),
        )
    )  # fmt: skip
    return _named(_net(made, pl.col("moved_in"), pl.col("moved_out")), ground, province="name")

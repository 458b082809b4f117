"""From what was counted to indicators: values of districts, gu and the city, places, trends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dataro.analyses.areas.ground import Ground
from dataro.analyses.areas.indicators import INDICATORS, Indicator
from dataro.vocabulary.disclosure import HIDDEN, SHOWN

if TYPE_CHECKING:
    import polars as pl

MOMENTS = 60
"""Moments of a trend that are kept, the newest."""
ABSENT = "absent"
NO_SUMS = ("medians",)
"""A median of a whole does not follow from those of its parts."""


def measured(
    frames: Mapping[str, pl.DataFrame], ground: Ground
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table of last values with places, and the table of trends."""
    import polars as pl

    values, trends = [], []
    for one in INDICATORS:
        found = frames.get(one.source)
        if found is None:
            continue
        rows = _of_areas(one, found, ground)
        periods = sorted(rows["period"].drop_nulls().unique())
        last = rows.filter(pl.col("period") == periods[-1]) if periods else rows
        values.append(_placed(one, last, ground))
        if len(periods) > 1:
            kept = rows.filter(pl.col("value").is_not_null())
            trends.append(kept.select("area", pl.lit(one.id).alias("indicator"), "period", "value"))
    shape = {"area": pl.String, "indicator": pl.String, "period": pl.Date, "value": pl.Float64}
    none = pl.DataFrame(schema=shape)
    whole = {**shape, "place": pl.Int64, "ranked": pl.Int64, "status": pl.String}
    return (
        pl.concat(values).select(list(whole)) if values else pl.DataFrame(schema=whole),
        pl.concat([none, *trends]),
    )


def _of_areas(one: Indicator, found: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """The indicator of every area and moment: ``area``, ``period``, ``value``, ``hidden``."""
    import polars as pl

    top = pl.col(one.count).cast(pl.Float64)
    under = pl.col(one.over).cast(pl.Float64) if one.over else pl.lit(1.0)
    hidden = pl.col("hidden") if "hidden" in found.columns else pl.lit(False)
    counted = found.select("district", "period", top=top, under=under, hidden=hidden)
    moments = sorted(counted["period"].drop_nulls().unique())[-MOMENTS:]
    counted = counted.filter(pl.col("period").is_null() | pl.col("period").is_in(moments))
    columns = [pl.col("district").alias("area"), "period", "top", "under", "hidden"]
    given = counted.filter(pl.col("district") == ground.city).select(columns)
    parts = [given, _same_through_time(counted, ground).select(columns)]
    if one.source not in NO_SUMS:
        sums = _sums(counted, ground, bool(one.over))
        parts.append(sums.filter(pl.col("area") != ground.city) if given.height else sums)
    rows = pl.concat(parts)
    value = pl.when(pl.col("under") != 0).then(pl.col("top") / pl.col("under") * one.scale)
    shown = pl.when(~pl.col("hidden")).then(value).alias("value")
    return rows.select("area", "period", shown, "hidden")


def _sums(counted: pl.DataFrame, ground: Ground, ratio: bool) -> pl.DataFrame:
    """Gu and city, at moments at which every district of theirs is counted."""
    import polars as pl

    known = _known(counted, ground)
    inside = [
        (period, area, code)
        for period in known["period"].unique()
        for area, codes in ground.parts(period).items()
        for code in codes
    ]
    schema = {"period": pl.Date, "area": pl.String, "district": pl.String}
    parts = pl.DataFrame(inside, schema=schema, orient="row")
    joined = parts.join(known, on=["period", "district"], how="left", nulls_equal=True)
    hidden = pl.col("hidden").fill_null(False)
    sums = joined.group_by("area", "period").agg(
        hidden=hidden.any(),
        gaps=(pl.col("top").is_null() & ~hidden).any(),
        top=pl.col("top").sum(),
        under=pl.col("under").sum() if ratio else pl.lit(1.0),
    )
    return sums.filter(~pl.col("gaps")).select("area", "period", "top", "under", "hidden")


def _known(counted: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Rows of districts under the codes of today; codes that no district had are left out."""
    import polars as pl

    named = pl.col("district").replace_strict(dict(ground.code_of), default=None)
    return counted.with_columns(named).drop_nulls("district")


def _same_through_time(counted: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Rows of moments at which a district was the area that it is today."""
    import polars as pl

    rows = _known(counted, ground)
    same = [
        (period, code)
        for period in rows["period"].drop_nulls().unique()
        for code in ground.same(period)
    ]
    schema = {"period": pl.Date, "district": pl.String}
    alike = pl.DataFrame(same, schema=schema, orient="row")
    undated = rows.filter(pl.col("period").is_null())
    return pl.concat([undated, rows.join(alike, on=["period", "district"], how="semi")])


def _placed(one: Indicator, last: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Last values of all areas, districts with their place; areas without a value are said to be so."""
    import polars as pl

    rows = ground.areas.select("area", "level").join(last, on="area", how="left")
    period = last["period"].max()
    ranked = pl.col("value").is_not_null() & (pl.col("level") == "district")
    place = pl.when(ranked).then("value").rank("min", descending=True)
    return rows.with_columns(
        pl.lit(one.id).alias("indicator"),
        pl.lit(period, dtype=pl.Date).alias("period"),
        place.cast(pl.Int64).alias("place"),
        ranked.sum().cast(pl.Int64).alias("ranked"),
        pl.when(pl.col("value").is_not_null()).then(pl.lit(SHOWN))
        .when(pl.col("hidden").fill_null(False)).then(pl.lit(HIDDEN))
        .otherwise(pl.lit(ABSENT)).alias("status"),
    )  # fmt: skip

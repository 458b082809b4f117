"""Tables of sales areas from what was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dataro.analyses.card_sales.collect import fetched
from dataro.analyses.sales_area.find import Found, foot_by_hour
from dataro.analyses.sales_area.light import light
from dataro.data.datasets.money import CardSalesByCell, FootTraffic
from dataro.vocabulary.text import Text

if TYPE_CHECKING:
    import polars as pl

    from dataro.methods.survival import Survival

THREE_YEARS = 36
SHOWN = 120
"""Months of a survival curve that are kept."""
LEAST_LIVES = 20
"""A curve of fewer shops says nothing."""


def survival_of(shops: pl.DataFrame) -> Survival:
    """The Kaplan–Meier curve of shops, by months since opening."""
    from dataro.methods.survival import kaplan_meier

    return kaplan_meier(
        shops["age"].to_numpy(), shops["over"].to_numpy(), shops["entered"].to_numpy()
    )


def of_survival(found: Found) -> tuple[pl.DataFrame, dict[tuple[str, str], Survival]]:
    """Curves of the city, its trades and its areas; the curves too, by group and member."""
    import polars as pl

    curves: dict[tuple[str, str], Survival] = {}
    if found.shops.height >= LEAST_LIVES:
        curves["city", "all"] = survival_of(found.shops)
    for group, column in (("trade", "trade"), ("area", "area")):
        for (member,), rows in found.shops.drop_nulls(column).group_by(column):
            if rows.height >= LEAST_LIVES:
                curves[group, str(member)] = survival_of(rows)
    points: list[tuple[str, str, int, float, float, float, int]] = []
    for (group, member), curve in curves.items():
        ends = zip(curve.times, curve.share, curve.low, curve.high, curve.at_risk, strict=True)
        for months, share, low, high, at_risk in ends:
            if months > SHOWN or at_risk < 5:
                break
            points.append((group, member, int(months), share, low, high, int(at_risk)))
    schema = {"group": pl.String, "member": pl.String, "months": pl.Int64, "share": pl.Float64,
              "low": pl.Float64, "high": pl.Float64, "at_risk": pl.Int64}  # fmt: skip
    return pl.DataFrame(points, schema=schema, orient="row"), curves


def monthly_sales(found: Found, sales: CardSalesByCell | None, *, back: int = 0) -> pl.DataFrame:
    """Sales of the mean month of the last twelve by area and trade, and the shops behind them.

    ``back`` ends the twelve months so many earlier; none where they are not all there.
    """
    import polars as pl

    keys = ["area", "trade"]
    schema = {"area": pl.String, "trade": pl.String, "sales": pl.Float64, "counted": pl.Float64}
    if sales is None:
        return pl.DataFrame(schema=schema)
    every = sorted(sales.rows.select("month").distinct().to_polars()["month"].to_list())
    months = every[-12 - back : len(every) - back]
    if back and len(months) < 12:
        return pl.DataFrame(schema=schema)
    rows = sales.rows.filter(sales.month.isin(months), sales.trade != "other")
    known = fetched(rows.select("month", "cell", "trade", "stores", "amount"))
    frame = known.join(found.cells.select("cell", "area"), on="cell")
    many = len(months)
    return (
        frame.group_by("month", *keys)
        .agg(pl.col("stores", "amount").sum())
        .group_by(keys)
        .agg(
            (pl.col("amount").sum() / many).alias("sales"), pl.col("stores").mean().alias("counted")
        )
        .filter(pl.col("sales") >= 0)
    )


def of_trades(found: Found, sales: pl.DataFrame, names: Mapping[str, Text]) -> pl.DataFrame:
    """Area × trade: shops, share, location quotient, openings, closures, sales."""
    import polars as pl

    one = [
        pl.col("open").sum().cast(pl.Int64).alias("stores"),
        pl.col("new").sum().cast(pl.Int64).alias("opened"),
        pl.col("gone").sum().cast(pl.Int64).alias("closed"),
    ]
    placed = found.shops.drop_nulls("area").filter(pl.col("trade") != "other")
    # every trade in every area: a zero can be hidden with others, and fewer sums give a cell away
    grid = placed.select("area").unique().join(placed.select("trade").unique(), how="cross")
    mine = grid.join(placed.group_by("area", "trade").agg(one), on=["area", "trade"], how="left")
    mine = mine.with_columns(pl.col("stores", "opened", "closed").fill_null(0))
    city = found.shops.filter("open").group_by("trade").agg(pl.len().alias("city"))
    all_open = max(1, int(found.shops["open"].sum()))
    rows = mine.join(city, on="trade", how="left").join(sales, on=["area", "trade"], how="left")
    share = pl.col("stores") / pl.col("stores").sum().over("area")
    rows = rows.with_columns(share=share).with_columns(
        quotient=pl.when(pl.col("city") > 0)
        .then(pl.col("share") / (pl.col("city") / all_open))
        .otherwise(0.0),
        # no sales without a shop in those months: a known zero
        sales=pl.col("sales").fill_null(0.0).round().cast(pl.Int64),
        counted=pl.col("counted").fill_null(0.0),
        name=pl.col("area").replace_strict({a: n.ko for a, n in names.items()}),
    )
    return rows.sort("area", "trade")


def of_areas(
    found: Found,
    trades: pl.DataFrame,
    curves: Mapping[tuple[str, str], Survival],
    names: Mapping[str, Text],
) -> pl.DataFrame:
    """One row an area, with its light."""
    import polars as pl

    city = _measures(found.shops, curves.get(("city", "all")))
    people, stores = found.cells["people"].sum(), int(found.cells["stores"].sum())
    each = float(trades["sales"].sum()) / max(1, stores)
    rows = []
    for (area,), cells in found.cells.group_by("area", maintain_order=True):
        shops = found.shops.filter(pl.col("area") == area)
        mine = trades.filter(pl.col("area") == area)
        rows.append(
            _area(str(area), cells, shops, mine, curves.get(("area", str(area))))
            | {"name": names[str(area)].ko, "name_en": names[str(area)].en}
        )
    for row in rows:
        row["crowding"] = (
            row["stores"] / row["people"] / (stores / people) if row["people"] and people else None
        )
        step, why = light(_cautions(row, city, each))
        row |= {"light": step, "why": why.ko, "why_en": why.en, "change": _change(row, city)}
    return pl.DataFrame(rows, infer_schema_length=None)


def _area(
    area: str,
    cells: pl.DataFrame,
    shops: pl.DataFrame,
    trades: pl.DataFrame,
    curve: Survival | None,
) -> dict[str, Any]:
    import polars as pl

    top = cells.filter(pl.col("cell") == area).row(0, named=True)
    stores = int(cells["stores"].sum())
    sales = int(trades["sales"].sum())
    # a trade stands for an area by its quotient only where it has shops enough to be no accident
    main = trades.filter(pl.col("stores") >= min(3, max(trades["stores"].to_list()))).sort(
        "quotient", "trade", descending=[True, False]
    )  # fmt: skip
    return {
        "area": area, "district": top["district"], "longitude": top["longitude"],
        "latitude": top["latitude"], "cells": cells.height, "stores": stores,
        "people": cells["people"].sum() if cells["people"].null_count() < cells.height else None,
        "sales": sales, "per_store": sales / stores, "counted": float(trades["counted"].sum()),
        "concentration": float((trades["share"] ** 2).sum()),
        "main_trade": main["trade"][0], "quotient": main["quotient"][0],
    } | _measures(shops, curve)  # fmt: skip


def _measures(shops: pl.DataFrame, curve: Survival | None) -> dict[str, Any]:
    """Openings, closures, ages and survival of some shops."""
    import polars as pl

    opened, closed = int(shops["new"].sum()), int(shops["gone"].sum())
    now = int(shops["open"].sum())
    lasts = curve.at(THREE_YEARS) if curve else None
    return {
        "opened": opened, "closed": closed, "closing": closed / max(1, now + closed),
        "survival": lasts[0] if lasts else None, "survival_low": lasts[1] if lasts else None,
        "survival_high": lasts[2] if lasts else None,
        "months_open": shops.filter("open")["age"].mean() or 0.0,
        "months_closed": shops.filter(pl.col("gone"))["age"].mean(),
    }  # fmt: skip


def _cautions(row: Mapping[str, Any], city: Mapping[str, Any], each: float) -> dict[str, Any]:
    """What the light looks at, each relative to the city; None where it is not known."""
    dying = None
    # the share that closes must be beyond chance: its whole interval over the city's
    if row["survival"] is not None and city["survival"] is not None and city["survival"] < 1:
        beyond = row["survival_high"] < city["survival"]
        dying = (1 - row["survival"]) / (1 - city["survival"]) if beyond else 1.0
    return {
        "closing": row["closing"] / city["closing"] if city["closing"] else None,
        "leaving": row["closed"] / row["opened"] if row["opened"] else float(row["closed"] or 0),
        "dying": dying,
        "crowding": row["crowding"],
        "poor": each / row["per_store"] if row["per_store"] > 0 and each > 0 else None,
    }


def _change(row: Mapping[str, Any], city: Mapping[str, Any]) -> str | None:
    """The four kinds of change of 상권변화지표: ages of open and of closed shops against the city."""
    if row["months_closed"] is None or city["months_closed"] is None:
        return None
    old_open = row["months_open"] >= city["months_open"]
    old_closed = row["months_closed"] >= city["months_closed"]
    if old_open:
        return "settled" if old_closed else "shrinking"
    return "growing" if old_closed else "dynamic"


def of_hours(
    found: Found, foot: FootTraffic | None, names: Mapping[str, Text]
) -> pl.DataFrame | None:
    """People by area and hour."""
    import polars as pl

    if foot is None:
        return None
    rows = foot_by_hour(foot).join(found.cells.select("cell", "area"), on="cell")
    return (
        rows.group_by("area", "hour")
        .agg(pl.col("people").sum())
        .with_columns(name=pl.col("area").replace_strict({a: n.ko for a, n in names.items()}))
    )

"""Sales and people of areas protected as one, with the grid cells that card sales show elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataro.analyses.card_sales.collect import of_cells
from dataro.analyses.card_sales.tables import CardSalesCells
from dataro.analyses.sales_area.find import Found
from dataro.data.datasets.money import CardSalesByCell
from dataro.vocabulary.disclosure import SHOWN, Disclosure

if TYPE_CHECKING:
    import polars as pl

    from dataro.methods.disclosure.linked import Cut


def sales_cuts(
    found: Found, trades: pl.DataFrame, areas: pl.DataFrame, sales: CardSalesByCell | None
) -> dict[str, Cut]:
    """Areas, their trades, and the grid cells of card sales as they are published there.

    The cells of an area add up to it: a cell that is hidden on the map must not follow from its
    area's sales.
    """
    import polars as pl

    from dataro.methods.disclosure.linked import Cut
    from dataro.methods.disclosure.protect import protect

    cuts = {}
    if sales is not None:
        assert CardSalesCells.disclosure is not None
        months = sorted(sales.rows.select("month").distinct().to_polars()["month"].to_list())
        true = of_cells(sales, months[-1])
        seen = protect(true, CardSalesCells.disclosure, cells=("cell",)).frame
        cells = true.select("cell", "behind", pl.col("amount").alias("sales")).join(
            seen.select("cell", "status"), on="cell"
        )
        cells = cells.join(found.cells.select("cell", "area"), on="cell")
        rule = Disclosure("sales", (("area",),), contributors="behind")
        cuts["cells"] = Cut(cells, rule, ("cell",), settled=True)
    cuts["areas"] = Cut(
        areas, Disclosure("sales", contributors="counted", also=("per_store", "growth")), ("area",)
    )
    cuts["trades"] = Cut(
        trades, Disclosure("sales", (("area",),), contributors="counted"), ("area", "trade")
    )
    return cuts


def protected(
    found: Found, trades: pl.DataFrame, areas: pl.DataFrame, sales: CardSalesByCell | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Trades of areas, and areas, with what must be hidden emptied and a column of states."""
    from dataro.methods.disclosure.together import protect_together

    done = protect_together(sales_cuts(found, trades, areas, sales))
    return done["trades"].frame, done["areas"].frame


def people_cuts(
    cells: pl.DataFrame, areas: pl.DataFrame, hours: pl.DataFrame | None
) -> dict[str, Cut]:
    """People in the streets by cell, by area, and by area and hour; none where nobody counted."""
    import polars as pl

    from dataro.methods.disclosure.linked import Cut

    if hours is None:
        return {}
    rule, whole = Disclosure("people", (("area",),)), pl.col("people").fill_null(0.0)
    return {
        "areas": Cut(areas.select("area", whole), Disclosure("people"), ("area",)),
        "cells": Cut(cells.with_columns(whole), rule, ("cell",)),
        "hours": Cut(hours, rule, ("area", "hour")),
    }


def with_people(
    cells: pl.DataFrame, areas: pl.DataFrame, hours: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame | None]:
    """Cells, areas and hours of areas with what must be hidden emptied; cells and hours with a
    column of states."""
    import polars as pl

    from dataro.methods.disclosure.together import protect_together

    cuts = people_cuts(cells, areas, hours)
    if not cuts:
        return cells.with_columns(pl.lit(SHOWN).alias("status")), areas, hours
    done = protect_together(cuts)
    hidden = done["areas"].frame.filter(pl.col("status") != SHOWN)["area"].to_list()
    shown = pl.when(~pl.col("area").is_in(hidden)).then(pl.col("people"))
    return done["cells"].frame, areas.with_columns(shown.alias("people")), done["hours"].frame

"""One finding a cell: of several rules that a slip breaks, the one that says what happened."""

from __future__ import annotations

import polars as pl

from dataro.data.quality.catalogue import rules

WHOLE_ROW = ("empty_row", "duplicate_row", "total_row", "near_duplicate")
"""Rules about a row; what else is wrong in such a row goes without saying, except for the last."""

_CONSEQUENCES = {
    # the cause, in any cell of the row → what follows from it elsewhere in the row
    "coordinates_swapped": ("address_against_coordinates",),
    "coordinates_system": ("address_against_coordinates",),
    "coordinates_outside": ("address_against_coordinates",),
    "decimal_comma": ("coordinates_outside", "address_against_coordinates"),
}


def settle(found: pl.DataFrame) -> pl.DataFrame:
    """Findings with one rule a cell, sorted by row; consequences of another finding left out."""
    order = pl.DataFrame(
        {"rule": list(rules()), "priority": [r.priority for r in rules().values()]}
    )
    ranked = found.join(order, on="rule", how="left").sort("priority", maintain_order=True)
    cells = ranked.filter(pl.col("at").is_not_null())
    whole = pl.col("column").is_null() & pl.col("rule").is_in(WHOLE_ROW[:3])
    closed = cells.filter(whole).select("at").unique()
    rest = cells.filter(~whole).join(closed, on="at", how="anti")
    rows = cells.filter(whole).unique(["at"], keep="first", maintain_order=True)
    one = rest.unique(["at", "column"], keep="first", maintain_order=True)
    for cause, effects in _CONSEQUENCES.items():
        caused = one.filter(pl.col("rule") == cause).select("at").unique()
        if caused.height:
            effect = one.filter(pl.col("rule").is_in(effects)).join(caused, on="at", how="semi")
            one = one.join(effect.select("at", "column", "rule"), on=["at", "column", "rule"],
                           how="anti")  # fmt: skip
    table = ranked.filter(pl.col("at").is_null())
    return pl.concat([table, rows, one]).drop("priority").sort("at", "column", nulls_last=False)

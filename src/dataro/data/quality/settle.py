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
    """Findings with one rule a cell, sorted by row; consequences of another finding left out.

    Decided on numbers alone (some 30 bytes a finding), so that millions of findings are not copied
    again and again; each that stays is gathered once, at the end.
    """
    ranks = {rule.rule: rule.priority for rule in rules().values()}
    names = found["column"].drop_nulls().unique().sort()
    place = pl.col("column").cast(pl.Enum(names)).to_physical().cast(pl.Int64)
    narrow = found.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("n"),
        pl.col("at"),
        (pl.col("at") * (names.len() + 1) + (place + 1).fill_null(0)).alias("seat"),
        pl.col("rule").cast(pl.Enum(list(ranks))).alias("rule"),
        pl.col("rule").replace_strict(ranks, return_dtype=pl.Int16).alias("priority"),
    )
    of_table = found.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("n"),
        "at", "column", pl.col("rule").replace_strict(ranks).alias("priority"),
    ).filter(pl.col("at").is_null()).sort("priority", maintain_order=True).sort(
        "column", nulls_last=False, maintain_order=True
    )  # fmt: skip
    kept = _settled(narrow.filter(pl.col("at").is_not_null()), names.len() + 1)
    return found[pl.concat([of_table["n"], kept])]


def _settled(cells: pl.DataFrame, places: int) -> pl.Series:
    """Numbers of the findings that stay, by seat (row, then column by its name)."""
    whole = (pl.col("seat") % places == 0) & pl.col("rule").is_in(WHOLE_ROW[:3])
    closed = cells.filter(whole)["at"].unique()
    if closed.len():
        cells = cells.filter(whole | ~pl.col("at").is_in(closed.implode()))
    one = cells.sort("seat", "priority", "n").filter(
        (pl.col("seat") != pl.col("seat").shift()).fill_null(True)
    )
    for cause, effects in _CONSEQUENCES.items():
        caused = one.filter(pl.col("rule") == cause)["at"].unique()
        if caused.len():
            effect = pl.col("rule").is_in(effects) & pl.col("at").is_in(caused.implode())
            one = one.filter(~effect)
    return one["n"]

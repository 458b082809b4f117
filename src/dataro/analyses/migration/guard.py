"""Moves protected as one: pairs, districts, places, months, ages and reasons count the same people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dataro.vocabulary.disclosure import Disclosure

if TYPE_CHECKING:
    import polars as pl

    from dataro.methods.disclosure.linked import Cut

MOVES = Disclosure("people", together=True)
"""One or two people are hidden, and with them, in all tables of the answer, what would tell them."""

_YEAR = ("year", "direction")
_CELLS: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "pairs": ((*_YEAR, "district", "place"), ((*_YEAR, "district"), (*_YEAR, "place"))),
    "districts": ((*_YEAR, "district"), (_YEAR,)),
    "places": ((*_YEAR, "place"), (_YEAR, (*_YEAR, "province"))),
    "by_province": ((*_YEAR, "province"), ()),
    "by_month": (("month", "direction"), (_YEAR,)),
    "place_months": (("month", "direction", "place"), (("month", "direction"), (*_YEAR, "place"))),
    "ages": ((*_YEAR, "age_from", "sex"), ((*_YEAR, "age_from"), _YEAR)),
    "reasons": ((*_YEAR, "reason", "age_from"), ((*_YEAR, "age_from"), (*_YEAR, "reason"))),
    "reason_months": (
        ("month", "direction", "reason"), (("month", "direction"), (*_YEAR, "reason")),
    ),
    "age_months": (
        ("month", "direction", "age_from"), (("month", "direction"), (*_YEAR, "age_from")),
    ),
    "district_ages": (
        (*_YEAR, "district", "age_from"), ((*_YEAR, "district"), (*_YEAR, "age_from")),
    ),
}  # fmt: skip
"""Of each table the columns that identify a cell, and the sums that others show or share."""


def cuts(tables: Mapping[str, pl.DataFrame]) -> dict[str, Cut]:
    """The tables (columns ``year``, ``direction``, ``people`` and their own) as one family; sums by
    district, by place and by province are made from ``pairs``, which names the ``province`` of
    places outside."""
    import polars as pl

    from dataro.methods.disclosure.linked import Cut

    pairs = tables["pairs"]
    sums = {
        name: pairs.group_by(*_YEAR, end, maintain_order=True).agg(pl.col("people").sum())
        for name, end in (("districts", "district"), ("places", "place"))
    }
    province = pairs.select(*_YEAR, "place", "province").unique()
    sums["places"] = sums["places"].join(province, on=[*_YEAR, "place"], how="left")
    outside = sums["places"].drop_nulls("province")
    sums["by_province"] = outside.group_by(*_YEAR, "province", maintain_order=True).agg(
        pl.col("people").sum()
    )
    family = {**tables, **sums}
    return {
        name: Cut(family[name], Disclosure("people", margins), cells)
        for name, (cells, margins) in _CELLS.items()
        if name in family
    }


def protected(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables with what must be hidden emptied and a column of states; ``districts`` and
    ``places`` beside them."""
    from dataro.methods.disclosure.together import protect_together

    return {name: done.frame for name, done in protect_together(cuts(tables)).items()}

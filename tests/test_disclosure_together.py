"""Nobody is found by laying tables side by side: an answer's tables are attacked all at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
import test_card_sales
from hypothesis import given, settings
from hypothesis import strategies as st

from dataro.analyses.card_sales import guard
from dataro.analyses.card_sales.answer import card_sales
from dataro.build.results import conform
from dataro.methods.disclosure.attack import Seen, bounds_across
from dataro.methods.disclosure.linked import Cut
from dataro.methods.disclosure.sensitive import NEAR
from dataro.methods.disclosure.together import protect_together
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.disclosure import Disclosure
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both

WAYS: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "by place and kind": (("place", "kind", "month"), (("place", "month"), ("kind", "month"))),
    "by place": (("place", "month"), (("month",), ("place",))),
    "by kind": (("kind", "month"), (("month",), ("kind",))),
    "by hour": (("kind", "hour"), (("kind",), ("hour",))),
    "where and when": (("place", "hour"), (("place",), ("hour",))),
    "by month": (("month",), ()),
}
"""Six tables of one quantity; every sum of each is a cell or a sum of another."""


def cuts(seed: int, sales: int) -> dict[str, Cut]:
    rng = np.random.default_rng(seed)
    rows = pl.DataFrame(
        {name: rng.integers(0, many, sales)
         for name, many in (("place", 4), ("kind", 3), ("month", 3), ("hour", 3))}
    ).with_columns(won=pl.Series(rng.lognormal(6, 1, sales).round()))  # fmt: skip
    return {
        name: Cut(
            rows.group_by(cells).agg(pl.col("won").sum(), pl.len().alias("shops")).sort(cells),
            Disclosure("won", margins, contributors="shops"), cells,
        )
        for name, (cells, margins) in WAYS.items()
    }  # fmt: skip


def attacked(
    given_cuts: dict[str, Cut], published: dict[str, pl.DataFrame]
) -> list[dict[str, Any]]:
    """Each sensitive cell with its true value and what all tables together say of it."""
    seen = {
        name: Seen(published[name], cut.cells, cut.rule.margins, cut.rule.value)
        for name, cut in given_cuts.items()
    }
    found = []
    for name, bounds in bounds_across(seen).items():
        cut = given_cuts[name]
        behind, value = cut.rule.contributors or cut.rule.value, cut.rule.value
        true = cut.frame.select(
            *cut.cells, pl.col(value).alias("true"), pl.col(behind).alias("few")
        )
        met = bounds.join(true, on=cut.cells, nulls_equal=True)
        few = met.filter(pl.col("few").is_between(1, cut.rule.minimum - 1), pl.col("true") != 0)
        found += few.select("true", "least", "most").to_dicts()
    return found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(5, 250))
def test_no_table_gives_away_what_another_hides(seed: int, sales: int) -> None:
    made = cuts(seed, sales)
    published = {name: one.frame for name, one in protect_together(made).items()}
    sensitive = 0
    for name, cut in made.items():
        few = cut.frame.with_row_index("row").filter(pl.col("shops") < 3)["row"].to_list()
        assert (published[name]["status"].gather(few) == "hidden").all()
        sensitive += len(few)
    found = attacked(made, published)
    assert len(found) == sensitive
    for cell in found:
        assert cell["most"] >= cell["true"] * (1 + NEAR) * (1 - 1e-5)
        assert cell["least"] <= cell["true"] * (1 - NEAR) * (1 + 1e-5) + 1e-6


def test_alone_each_table_is_safe_and_together_they_are_not() -> None:
    """Two tables with the same sums: hidden one by one, the second gives the first's cell away."""
    shops = pl.DataFrame({"place": ["a", "a", "b", "b"], "kind": ["x", "y", "x", "y"],
                          "won": [10.0, 50.0, 60.0, 70.0], "shops": [1, 9, 9, 9]})  # fmt: skip
    rule = Disclosure("won", (("place",),), contributors="shops")
    cells = Cut(shops, rule, ("place", "kind"))
    sums = shops.group_by("place", maintain_order=True).agg(pl.col("won", "shops").sum())
    places = Cut(sums, Disclosure("won", contributors="shops"), ("place",))
    done = protect_together({"cells": cells, "places": places})
    hidden = {
        name: one.frame.filter(pl.col("status") == "hidden").height for name, one in done.items()
    }
    assert (
        hidden["cells"] + hidden["places"] == 2
    )  # the cell, and one that keeps its sum from telling
    assert (
        len(attacked({"cells": cells, "places": places}, {n: o.frame for n, o in done.items()}))
        == 1
    )


def test_every_table_of_card_sales_is_attacked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cells of months, districts, hours, weekdays, payers and growth, as one puzzle."""
    kept: dict[str, Any] = {}
    original = guard._cuts

    def listening(taken: guard.Taken) -> dict[str, Cut]:
        kept.update(original(taken))
        return kept

    monkeypatch.setattr(guard, "_cuts", listening)
    made = card_sales(**test_card_sales.town())
    for name in (
        "months",
        "by_district",
        "district_months",
        "hours",
        "week",
        "payers",
        "growth",
        "leakage",
    ):
        table = getattr(made, name)
        shown = conform("card_sales", type(table), table.rows)
        assert "status" in shown.columns
    published = {name: one.frame for name, one in protect_together(kept).items()}
    assert (
        made.by_district.frame()["status"].to_list() == published["by_district"]["status"].to_list()
    )
    found = attacked(kept, published)
    assert len(found) >= 4
    for cell in found:
        assert cell["most"] >= abs(cell["true"]) * (1 + NEAR) * (1 - 1e-5)
        assert cell["least"] <= abs(cell["true"]) * (1 - NEAR) * (1 + 1e-5)


class Takings(
    Table, title=both("매출", "Takings"),
    disclosure=Disclosure("people", contributors="behind", together=True),
):  # fmt: skip
    """One row per place."""

    place_name = d.PLACE_NAME.key()
    people = d.PEOPLE.optional()
    status = d.STATUS


def test_a_table_that_was_to_be_protected_with_others_is_refused_without() -> None:
    bare = [{"place_name": "가", "people": 1, "behind": 1}]
    with pytest.raises(Problem, match="unprotected"):
        conform("takings", Takings, bare)
    with pytest.raises(Problem, match="unprotected"):
        conform("takings", Takings, [row | {"status": "shown"} for row in bare])
    safe = conform("takings", Takings, [{**bare[0], "people": None, "status": "hidden"}])
    assert safe["status"].to_list() == ["hidden"]

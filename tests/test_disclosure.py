"""Nobody is found in a published table: its hidden cells are attacked with all that is shown."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataro.build.results import conform
from dataro.methods.disclosure.attack import bounds_of_hidden
from dataro.methods.disclosure.protect import Protected, protect
from dataro.methods.disclosure.rounding import round_small
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.disclosure import HIDDEN, Disclosure
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both

SHOWN_MARGINS = (("town", "kind"), ("town",), ("city", "kind"), ("city",), ("kind",), ())
"""Towns make cities, cities the whole: every total of the hierarchy is shown with its margins."""


def table(values: list[int], kinds: int, towns: int = 3) -> pl.DataFrame:
    """Streets × kinds with the town and the city that a street lies in."""
    streets = len(values) // kinds
    street = np.repeat(np.arange(streets), kinds)
    return pl.DataFrame(
        {
            "street": street,
            "kind": np.tile(np.arange(kinds), streets),
            "town": street % towns,
            "city": (street % towns) // 2,
            "people": values[: streets * kinds],
        }
    )


def attacked(
    published: Protected, true: pl.DataFrame, rule: Disclosure, floor: float
) -> pl.DataFrame:
    found = bounds_of_hidden(published.frame, published.totals, rule.value, floor=floor)
    keys = ["street", "kind"]
    return found.join(true.select(*keys, pl.col(rule.value).alias("true")), on=keys)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 7, 30, 400]), min_size=12, max_size=60),
    st.integers(2, 4),
)
def test_no_small_count_can_be_worked_out_whatever_the_table(values: list[int], kinds: int) -> None:
    frame = table(values, kinds)
    rule = Disclosure(value="people", margins=SHOWN_MARGINS)
    published = protect(frame, rule, cells=["street", "kind"])
    floor = 0.0 if 0 in frame["people"].to_list() else 1.0
    found = attacked(published, frame, rule, floor)
    small = found.filter((pl.col("true") > 0) & (pl.col("true") < 3))
    assert small.height == frame.filter((pl.col("people") > 0) & (pl.col("people") < 3)).height
    # it may as well be no small count at all
    assert (small["most"] >= 3 - 1e-6).all()
    assert (small["least"] <= small["true"] - (small["true"] > 1).cast(int) + 1e-6).all()
    shown = published.frame.filter(pl.col("status") != HIDDEN)
    assert shown.join(frame, on=frame.columns).height == shown.height  # the rest is untouched


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_no_firm_learns_a_rivals_takings(seed: int) -> None:
    """p% rule: the second largest of a cell cannot pin the largest to within 10 %."""
    rng = np.random.default_rng(seed)
    frame = table([1] * 36, 3)
    firms = [np.sort(rng.lognormal(3, 1.4, rng.integers(1, 9)))[::-1] for _ in range(frame.height)]
    frame = frame.with_columns(
        sales=pl.Series([f.sum() for f in firms]),
        shops=pl.Series([len(f) for f in firms]),
        top=pl.Series([f[0] for f in firms]),
        next=pl.Series([f[1] if len(f) > 1 else 0.0 for f in firms]),
    )
    rule = Disclosure(
        value="sales", contributors="shops", largest="top", second="next",
        percent=10, dominance=85, margins=(("town", "kind"), ("kind",), ()),
    )  # fmt: skip
    published = protect(frame, rule, cells=["street", "kind"])
    found = attacked(published, frame, rule, 0.0).join(
        frame.select("street", "kind", "top", "next", "shops"),
        on=["street", "kind"],
        suffix="_true",
    )
    found = found.filter(pl.col("top_true") > 0)
    rest = pl.col("true") - pl.col("top_true") - pl.col("next_true")
    sensitive = found.filter(rest < 0.1 * pl.col("top_true"))
    room = sensitive["most"] - sensitive["next_true"] - sensitive["top_true"]
    assert (room >= 0.1 * sensitive["top_true"] * (1 - 1e-5)).all()
    assert published.frame.filter(
        (pl.col("status") == HIDDEN) & pl.col("top").is_not_null()
    ).is_empty()


def test_one_small_cell_takes_three_others_with_it() -> None:
    frame = table([50, 1, 40, 30, 20, 60, 70, 80, 90], 3, towns=1)
    rule = Disclosure(value="people", margins=(("street",), ("kind",), ()))
    published = protect(frame, rule, cells=["street", "kind"])
    assert published.report.sensitive == 1
    assert published.report.hidden == 4  # a rectangle is the least that protects one cell
    assert published.report.totals_hidden == 0
    assert "4" in published.report.said().en


def test_who_knows_the_rest_of_a_total_learns_nothing_by_adding_up() -> None:
    """1 + 1 + 1 under a shown total of three is 1 + 1 + 1, unless a zero may be hidden with them."""
    without = table([1, 1, 1, 50, 60, 70], 3, towns=1)
    rule = Disclosure(value="people", margins=(("street",),))
    assert protect(without, rule, cells=["street", "kind"]).report.totals_hidden == 1
    with_zero = table([1, 1, 1, 0, 50, 60, 70, 0], 4, towns=1)
    published = protect(with_zero, rule, cells=["street", "kind"])
    assert published.report.totals_hidden == 0
    assert attacked(published, with_zero, rule, 0.0)["most"].min() >= 3


@given(st.lists(st.integers(0, 9), min_size=1, max_size=80), st.randoms(use_true_random=False))
def test_rounded_counts_agree_at_every_query_and_sums_stay_near(
    values: list[int], dice: Any
) -> None:
    group = np.arange(len(values)) % 4
    keys = [f"cell {i}" for i in range(len(values))]
    made = round_small(np.array(values), keys, group)
    order = list(range(len(values)))
    dice.shuffle(order)
    again = round_small(np.array(values)[order], [keys[i] for i in order], group[order])
    assert (again == made[order]).all()
    assert not {1, 2} & set(made.tolist())
    same = (np.array(values) == 0) | (np.array(values) >= 3)
    assert (made[same] == np.array(values)[same]).all()
    for one in range(4):
        assert abs(int(made[group == one].sum()) - sum(np.array(values)[group == one])) < 3


def test_rounding_keeps_what_is_expected() -> None:
    ones = np.array(
        [round_small(np.array([1, 2]), [f"a{i}", f"b{i}"], np.zeros(2, int)) for i in range(3000)]
    )
    assert ones[:, 0].mean() == pytest.approx(1, abs=0.12)
    assert ones[:, 1].mean() == pytest.approx(2, abs=0.12)


def test_rounded_totals_are_the_sums_of_what_is_shown() -> None:
    frame = table([1, 2, 5, 0, 1, 1, 7, 2, 2, 9, 1, 0], 3)
    rule = Disclosure(value="people", margins=SHOWN_MARGINS, method="round")
    published = protect(frame, rule, cells=["street", "kind"])
    by_town = published.frame.group_by("town").agg(pl.col("people").sum()).sort("town")
    assert (
        by_town["people"].to_list() == published.totals[("town",)].sort("town")["people"].to_list()
    )


class Trips(
    Table, title=both("이동", "Trips"), disclosure=Disclosure("people", margins=(("month",),))
):
    """One row per month and place."""

    month = d.MONTH.key()
    place_name = d.PLACE_NAME.key()
    people = d.PEOPLE.optional()
    status = d.STATUS


def test_a_table_that_declares_its_protection_cannot_be_published_without() -> None:
    from datetime import date

    rows = [
        {"month": date(2024, 1, 1), "place_name": name, "people": people}
        for name, people in (("가", 1), ("나", 30), ("다", 40), ("라", 50))
    ]
    published = conform("trips", Trips, rows)
    assert published["people"].to_list() == [None, None, 40, 50]
    assert published["status"].to_list() == ["hidden", "hidden", "shown", "shown"]


def test_what_cannot_be_protected_is_refused() -> None:
    frame = table([1, 2, 3, 4], 2)
    with pytest.raises(Problem, match="lacks: shops"):
        protect(frame, Disclosure(value="people", contributors="shops"), cells=["street", "kind"])
    with pytest.raises(Problem, match="stands more than once"):
        protect(frame, Disclosure(value="people"), cells=["kind"])
    with pytest.raises(Problem, match="Write 0"):
        protect(
            frame.with_columns(people=None), Disclosure(value="people"), cells=["street", "kind"]
        )

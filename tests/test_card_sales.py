"""Card sales: sums that add up, reasons that are known, and the few protected."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import ibis
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataro.analyses.card_sales import figures, findings
from dataro.analyses.card_sales.answer import card_sales
from dataro.analyses.card_sales.unusual import reason
from dataro.build.results import conform
from dataro.data.datasets.events import CityEvents
from dataro.data.datasets.money import (
    CardSalesByCell,
    CardSalesByPayer,
    CardSalesByTime,
    ResidentSpending,
)
from dataro.data.datasets.places import Districts
from dataro.methods.decomposition import divisia, seasonal
from dataro.vocabulary.problem import Problem

MONTHS = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(24)]
DISTRICTS = ("9900000001", "9900000002", "9900000003", "9900000004")
RELIEF = date(2025, 7, 1)


def town(seed: int = 3) -> dict[str, Any]:
    """Four districts, three trades, 24 months: a season, growth, a relief payment in groceries."""
    rng = np.random.default_rng(seed)
    payers: list[tuple[Any, ...]] = []
    times: list[tuple[Any, ...]] = []
    for n, month in enumerate(MONTHS):
        for k, district in enumerate(DISTRICTS):
            for trade, ticket in (("restaurant", 20_000), ("grocery", 30_000), ("fuel", 50_000)):
                stores = 1 if trade == "fuel" and k == 0 else 20 + k + n // 12
                season = 1 + 0.06 * math.cos(2 * math.pi * n / 12)
                relief = 1.2 if month == RELIEF and trade == "grocery" else 1.0
                sold = stores * 500 * season * relief * rng.lognormal(0, 0.005)
                for home, share in (("resident", 0.7), ("visitor", 0.3)):
                    paid = int(sold * share)
                    payers.append((month, district, trade, "male", 30, home, paid, paid * ticket))
                for hour, share in ((9, 0.25), (18, 0.75)):
                    paid = int(sold * share)
                    times.append((month, district, trade, 5, hour, stores, paid, paid * ticket))
    payers.append((MONTHS[-1], DISTRICTS[1], "grocery", "female", 60, "resident", 3, -90_000))
    payers += [
        (MONTHS[-1], district, "other", "female", 60, "resident", 5, 40_000)
        for district in DISTRICTS[1:]
    ]
    names = ["month", "district", "trade", "sex", "age_from", "home", "payments", "amount"]
    clock = ["month", "district", "trade", "weekday", "hour_from", "stores", "payments", "amount"]
    cells = [
        (
            month,
            f"c{c}",
            "grocery",
            127.0 + c / 100,
            37.0,
            1 if c < 2 else 9,
            100,
            1_000_000 * (c + 1),
        )
        for month in MONTHS[-12:]
        for c in range(8)
    ]
    places = ["month", "cell", "trade", "longitude", "latitude", "stores", "payments", "amount"]
    spent = [
        (MONTHS[-1], district, "grocery", where, amount)
        for district in DISTRICTS
        for where, amount in (("district", 60), ("online", 40))
    ]
    calendar = [("e1", "relief", "생활지원금", "Relief", RELIEF, date(2025, 7, 31)),
                ("e2", "festival", "꽃 축제", None, date(2025, 5, 1), date(2025, 5, 3))]  # fmt: skip
    return {
        "payers": CardSalesByPayer(_table(payers, names)),
        "times": CardSalesByTime(_table(times, clock)),
        "cells": CardSalesByCell(_table(cells, places)),
        "spending": ResidentSpending(
            _table(spent, ["month", "district", "trade", "where", "amount"])
        ),
        "events": CityEvents(
            _table(calendar, ["event", "kind", "name", "name_en", "first_day", "last_day"])
        ),
        "districts": None,
        "shapes": None,
    }


def _table(rows: list[tuple[Any, ...]], names: list[str]) -> Any:
    return ibis.memtable(pl.DataFrame(rows, schema=names, orient="row"))


@given(
    st.lists(
        st.tuples(*[st.just(0.0) | st.floats(1e-3, 1e6) for _ in range(6)]), min_size=1, max_size=8
    )
)
def test_factors_of_a_change_always_add_up(rows: list[tuple[float, ...]]) -> None:
    table = np.array(rows)
    before, after = table[:, :3], table[:, 3:]
    change = after.prod(1) - before.prod(1)
    scale = np.maximum(np.abs(after.prod(1)), np.abs(before.prod(1))) + 1
    assert np.all(np.abs(divisia(before, after).sum(1) - change) <= 1e-9 * scale)


def test_a_factor_that_doubles_alone_takes_all_of_the_change() -> None:
    parts = divisia([[2.0, 3.0, 5.0]], [[4.0, 3.0, 5.0]])
    assert parts[0] == pytest.approx([30.0, 0.0, 0.0])


def test_odd_months_do_not_bend_the_season() -> None:
    months = np.arange(24)
    truth = 0.002 * months + 0.05 * np.cos(2 * np.pi * months / 12)
    log = truth + np.random.default_rng(1).normal(0, 0.004, 24)
    log[[6, 18, 19]] += [0.2, 0.17, 0.1]
    found = seasonal(np.exp(log), months)
    assert found is not None
    assert set(np.flatnonzero(np.abs(found.z) > 4)) == {6, 18, 19}
    assert np.abs(found.trend + found.season - truth).max() < 0.02


def test_totals_are_the_same_before_and_after() -> None:
    made = card_sales(**town())
    rows = {row["source"]: row for row in made.reconciled.frame().to_dicts()}
    given_sum = town()["payers"].frame()["amount"].sum()
    assert rows["payer"]["total"] == given_sum
    assert rows["payer"]["refunds"] is None  # one row of refunds is somebody's
    assert rows["payer"]["unknown"] == 120_000
    every = made.months.frame().filter(pl.col("trade") == "all")["amount"].sum()
    assert every == given_sum == made.district_months.frame()["amount"].sum()
    assert "90" not in findings.reconciliation(made.reconciled)[0].text.ko.split("(")[0]


def test_growth_by_trade_and_by_district_is_growth_of_the_city() -> None:
    growth = card_sales(**town()).growth.frame()
    city = growth.filter(pl.col("group") == "city").row(0, named=True)
    for group in ("trade", "district"):
        mine = growth.filter(pl.col("group") == group)
        for name in ("change", "by_stores", "by_tickets", "by_ticket"):
            assert mine[name].sum() == pytest.approx(city[name], rel=1e-9, abs=1)
    assert city["by_stores"] + city["by_tickets"] + city["by_ticket"] == pytest.approx(
        city["change"]
    )
    assert city["by_stores"] > 0.8 * city["change"] > 0


def test_the_relief_payment_is_found_and_the_festival_without_sales_is_not() -> None:
    rows = card_sales(**town()).unusual.frame().to_dicts()
    assert [(row["month"], row["trade"], row["reason"]) for row in rows] == [
        (RELIEF, "grocery", "relief")
    ]
    assert rows[0]["gap"] == pytest.approx(0.2, abs=0.02)


def test_a_moving_holiday_is_a_reason_where_the_calendar_is_silent() -> None:
    assert reason(date(2025, 10, 1), [])[0] == "holiday"
    assert "추석" in reason(date(2025, 10, 1), [])[1].ko
    assert reason(date(2025, 6, 1), [])[0] == "unknown"


def test_a_cell_of_one_shop_is_hidden_and_its_row_does_not_give_it_away() -> None:
    made = card_sales(**town())
    shown = conform("card_sales", type(made.by_district), made.by_district.rows)
    hidden = shown.filter(pl.col("status") == "hidden")
    lone = hidden.filter(pl.col("district") == DISTRICTS[0], pl.col("trade") == "fuel")
    assert lone.height == 1
    assert lone["amount"].null_count() == 1
    for column in ("district", "trade"):
        counts = hidden.group_by(column).len()["len"]
        assert min(counts.to_list()) >= 2, "one hidden cell in a row of sums could be computed"
    cells = conform("card_sales", type(made.by_cell), made.by_cell.rows)
    assert cells["amount"].null_count() >= 2


def test_a_district_that_was_divided_is_named() -> None:
    """Its sales fall from one month to the next though nobody sells less: the page says why."""
    rows = [
        (code, date(2011, 1, 1), None, f"{i}동", f"{i}-dong", None)
        for i, code in enumerate(DISTRICTS[:3])
    ] + [(DISTRICTS[3], date(2025, 1, 5), None, "3동", "3-dong", DISTRICTS[0])]
    names = ["district", "valid_from", "valid_to", "name", "name_en", "split_from"]
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    register = Districts(ibis.memtable(frame.with_columns(
        pl.lit(None, pl.String).alias("renumbered_from"), pl.col("valid_to").cast(pl.Date)
    )))  # fmt: skip
    made = card_sales(**(town() | {"districts": register}))
    [said] = findings.split(made.district_months, register)
    assert "2025년 1월" in said.text.ko
    assert "3동이 0동에서 나뉘었습니다" in said.text.ko
    assert "3-dong was divided from 0-dong" in said.text.en
    chart = figures.compare_line(made.district_months, register, "0동,1동")
    assert chart is not None
    assert [mark.at for mark in chart.marks] == [date(2025, 1, 1)]


def test_a_missing_month_and_changed_age_bands_are_named() -> None:
    whole = town()
    payers = whole["payers"].frame().filter(pl.col("month") != date(2025, 3, 1))
    older = pl.when(pl.col("month") >= date(2025, 9, 1)).then(35).otherwise(30)
    split = payers.filter(pl.col("age_from") == 30).with_columns(
        older.cast(pl.Int64).alias("age_from")
    )
    first = payers.filter(pl.col("age_from") == 30).with_columns(
        pl.lit(20, pl.Int64).alias("age_from")
    )
    frame = pl.concat([first, split])
    given_payers = CardSalesByPayer(ibis.memtable(frame))
    made = card_sales(**(whole | {"payers": given_payers}))
    missing, bands = findings.gaps(made.months, made.reconciled)
    assert "2025-03" in missing.text.ko
    assert made.reconciled.frame()["bands_merged"][0] == 2
    assert "연령 구분" in bands.text.ko
    assert set(made.payers.frame()["age_from"]) == {20}
    year = frame.filter(pl.col("month") >= date(2025, 1, 1))
    assert made.payers.frame()["amount"].sum() == year["amount"].sum()
    assert findings.gaps(card_sales(**whole).months, card_sales(**whole).reconciled) == []


def test_it_works_with_payers_alone() -> None:
    alone = town() | dict.fromkeys(("times", "cells", "spending", "events"))
    made = card_sales(**alone)
    assert made.growth.frame().is_empty()
    assert made.hours.frame().is_empty()
    assert "나누지 못했습니다" in findings.why(made.growth)[0].text.ko


def test_a_month_without_sales_is_refused_with_what_there_is() -> None:
    with pytest.raises(Problem, match="2024-01"):
        card_sales(**town(), month="2031-01")
    with pytest.raises(Problem, match="compare"):
        card_sales(**town(), compare="없는동")

"""Sales areas: found where the centres are, shops that live as planted, decay as planted."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from dataro.analyses.sales_area.answer import sales_area
from dataro.analyses.sales_area.light import RULES, light
from dataro.data.datasets.money import Merchants
from dataro.methods.huff import estimate_decay, new_shop_takes
from dataro.methods.spatial.peaks import around_peaks
from dataro.methods.survival import kaplan_meier
from dataro.vocabulary.problem import Problem

CENTRES = ((900_250, 1_900_250), (904_250, 1_900_250), (900_250, 1_905_250))


def shops(count: int = 900, seed: int = 5, hazard: float = 0.02) -> pl.DataFrame:
    """Shops around three centres that are 4 km apart; each closes with ``hazard`` a month."""
    rng = np.random.default_rng(seed)
    centre = np.array(CENTRES)[rng.integers(0, 3, count)]
    at = centre + rng.normal(0, 400, (count, 2))
    begun = rng.integers(0, 120, count)
    end = begun + rng.geometric(hazard, count)
    cell = np.floor(at / 500).astype(int) * 500
    return pl.DataFrame(
        {
            "merchant": [f"M{i}" for i in range(count)],
            "name": None,
            "trade": np.array(["cafe", "fuel"])[(rng.random(count) < 0.1).astype(int)],
            "district": [f"990000000{i % 3}" for i in range(count)],
            "cell": [f"{e}_{n}" for e, n in cell.tolist()],
            "longitude": 127 + (at[:, 0] - 900_000) / 88_000,
            "latitude": 37 + (at[:, 1] - 1_900_000) / 111_000,
            "opened": [_month(b) for b in begun],
            "closed": [_month(e) if e < 120 else None for e in end],
            "small": True,
        }
    )


def _month(n: int) -> date:
    return date(2016 + int(n) // 12, int(n) % 12 + 1, 1)


def found(frame: pl.DataFrame, **settings: Any) -> Any:
    import ibis

    merchants = Merchants(ibis.memtable(frame))
    return sales_area(merchants, *[None] * 9, **settings)


def test_three_centres_are_three_areas_whatever_the_order_of_shops() -> None:
    frame = shops()
    first = found(frame).areas.frame()
    again = found(frame.sample(fraction=1, shuffle=True, seed=2)).areas.frame()
    assert first.height == 3
    assert first["area"].to_list() == again["area"].to_list()
    for east, north in CENTRES:
        corners = [tuple(map(int, area.split("_"))) for area in first["area"].to_list()]
        assert min(np.hypot(e + 250 - east, n + 250 - north) for e, n in corners) < 750


def test_ids_stay_when_a_few_shops_go() -> None:
    frame = shops()
    fewer = frame.sample(fraction=0.95, seed=4)
    assert set(found(frame).areas.frame()["area"]) == set(found(fewer).areas.frame()["area"])


def test_a_low_pass_divides_and_a_high_one_joins() -> None:
    row = np.array([[i, 0] for i in range(5)])
    low = around_peaks(row, np.array([10.0, 6, 3, 6, 9]), least=1, saddle=0.5)
    high = around_peaks(row, np.array([10.0, 9, 8, 9, 9.5]), least=1, saddle=0.5)
    assert len(set(low.tolist())) == 2
    assert len(set(high.tolist())) == 1


def test_survival_is_the_textbooks() -> None:
    """Leukaemia, 6-MP arm of Freireich and others (1963): S(10) = 0.753, S(22) = 0.538."""
    times = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    curve = kaplan_meier(times, ended)
    assert curve.at(10)[0] == pytest.approx(0.7529, abs=1e-4)  # type: ignore[index]
    assert curve.at(22)[0] == pytest.approx(0.5378, abs=1e-4)  # type: ignore[index]
    assert curve.at(99) is None


def test_the_planted_life_of_shops_lies_in_the_interval() -> None:
    """20 small seeds: 95 % intervals miss the truth in more than 4 with a chance of 0.3 %."""
    missed = 0
    for seed in range(20):
        curve = found(shops(seed=seed, hazard=0.02)).survival.frame()
        row = curve.filter(pl.col("group") == "city", pl.col("months") <= 36).row(-1, named=True)
        assert row["months"] == 36
        missed += not row["low"] <= 0.98**36 <= row["high"]
    assert missed <= 4


def test_the_planted_decay_lies_in_the_interval_and_spread_is_told() -> None:
    missed, widths = 0, []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        spot = rng.uniform(0, 20, (25, 2))
        km = np.hypot(*(spot[:, None] - spot).transpose(2, 0, 1))
        pull = rng.lognormal(3, 1, 25)[:, None] * np.exp(-0.3 * km)
        mean = 4000 * pull / pull.sum(0) * rng.lognormal(0, 1, 25)
        one = estimate_decay(5.0 * rng.poisson(mean / 5), km)
        assert one is not None
        assert 2 < one.spread < 9
        missed += not one.low <= 0.3 <= one.high
        widths.append(one.high - one.low)
    assert missed <= 4
    assert np.median(widths) < 0.02


def test_a_new_shop_takes_a_like_share_where_all_shops_are_alike() -> None:
    takes = new_shop_takes(
        np.array([100.0]), np.array([1.0]), np.array([[1.0, 1.0]]), np.array([1.0, 2.0]), 0.4
    )
    assert takes[0] == pytest.approx(25.0)


def test_each_rule_says_its_source_and_adds_one_step() -> None:
    calm = {rule.measure: rule.over - 0.01 for rule in RULES}
    assert light(calm)[0] == "calm"
    one = calm | {RULES[0].measure: 9.0}
    assert light(one)[0] == "watch"
    assert "9.0" in light(one)[1].ko
    assert light(dict.fromkeys(calm, 9.0))[0] == "risk"
    assert light(dict.fromkeys(calm))[0] == "calm"
    assert all(rule.source.ko and rule.source.en for rule in RULES)


def test_more_than_four_areas_and_unknown_names_are_refused() -> None:
    with pytest.raises(Problem, match="4"):
        found(shops(), compare="가,나,다,라,마")
    with pytest.raises(Problem, match="없는 상권"):
        found(shops(), compare="없는 상권")
    with pytest.raises(Problem, match="500"):
        found(shops(), stores=500)


def test_shops_without_a_place_are_a_clear_sentence() -> None:
    bare = shops().with_columns(cell=pl.lit(None, pl.String))
    with pytest.raises(Problem, match="grid cell"):
        found(bare)


def test_a_founder_may_ask_for_any_cell_by_number_by_area_or_by_a_point_on_the_map() -> None:
    frame = shops()
    first = found(frame).founder_cells.frame().filter("chosen").row(0, named=True)
    every = found(frame).founder_cells.frame()
    lone = every.filter(pl.col("area").is_null()).row(0, named=True)
    point = f"{lone['longitude']:.5f},{lone['latitude']:.5f}"
    for wanted, cell in (
        ("", first["cell"]), (lone["cell"], lone["cell"]), (point, lone["cell"]),
        (first["name"], first["area"]), (first["name_en"], first["area"]),
    ):  # fmt: skip
        mine = found(frame, cell=wanted).founder_cells.frame().filter("chosen")
        assert mine["cell"].to_list() == [cell]
    # what is counted in the cell and around it is what stands there
    open_cafes = frame.filter(pl.col("closed").is_null(), pl.col("trade") == "cafe")
    assert lone["rivals"] == open_cafes.filter(pl.col("cell") == lone["cell"]).height
    assert lone["near"] >= lone["rivals"]
    for wrong in ("1_1", "0.0,0.0", "없는 상권", "127.0"):
        with pytest.raises(Problem, match="cell"):
            found(frame, cell=wrong)

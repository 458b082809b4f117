"""Forecasting numerics: what is known exactly, and what must hold whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataro.methods.forecasting.cohorts import (
    AGES,
    banded,
    cohort_component,
    controlled,
    hamilton_perry,
    learn_rates,
    single_years,
)
from dataro.methods.forecasting.combine import weigh, widening
from dataro.methods.forecasting.housing import RAMP, expect_from_housing, filled, learn_filling
from dataro.methods.forecasting.outlook import DISTANCES, History, held_against, look_ahead
from dataro.methods.forecasting.passage import NEVER, first_passage, in_a_row, quantile_step
from dataro.methods.forecasting.scores import coverage
from dataro.methods.forecasting.simple import autoregression, drift
from dataro.methods.forecasting.trend import expected, fit_trend, simulate


def walk(months: int, seed: int, *, slope_noise: float = 100.0) -> np.ndarray:
    """A level whose slope wanders."""
    rng = np.random.default_rng(seed)
    slope = 1000 + np.cumsum(rng.normal(0, slope_noise, months))
    return 100_000 + np.cumsum(slope + rng.normal(0, 300, months))


# Trend


@given(
    slope=st.floats(-2000, 2000), start=st.floats(1e4, 1e6),
    missing=st.sets(st.integers(1, 58), max_size=25),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_a_straight_line_goes_on_whatever_months_are_missing(slope, start, missing):
    level = start + slope * np.arange(60)
    level[list(missing)] = np.nan
    ahead = expected(fit_trend(level, 0), 59, 12)
    truth = start + slope * np.arange(60, 72)
    assert np.abs(ahead - truth).max() <= 0.1 * abs(slope) * 12 + 1


def test_a_month_that_always_brings_more_is_expected_to_bring_more_again():
    months = np.arange(120)
    level = 1e5 + 100.0 * months + 900.0 * np.cumsum(months % 12 == 2)
    change = np.diff(np.append(level[-1], expected(fit_trend(level, 0), 119, 12)))
    assert change.argmax() == 2  # the series ends in December
    assert change[2] - np.median(change) > 300  # drawn towards no season


def test_simulated_paths_cover_what_comes():
    inside = []
    for seed in range(40):
        level = walk(120, seed)
        paths = simulate(fit_trend(level[:108], 0), 107, 12, 400, np.random.default_rng(seed))
        low, high = np.quantile(paths[:, -1], [0.1, 0.9])
        inside.append(low <= level[-1] <= high)
    # 80 % meant; an exact binomial bound at 1 % for 40 draws is 26 to 37
    assert 26 <= sum(inside) <= 38


def test_a_series_that_begins_with_nothing_is_refused():
    with pytest.raises(ValueError, match="first value"):
        fit_trend(np.array([np.nan, 1.0, 2.0]), 0)


# Benchmarks


def test_drift_looks_back_past_a_gap():
    level = np.array([0.0, np.nan, 20.0, 30.0, 60.0])
    assert drift(level, 2, over=3).tolist() == [75.0, 90.0]  # index 1 is missing: from index 0


def test_autoregression_finds_the_process_it_is_given():
    change = [100.0, -40.0, 60.0, 20.0]
    for _ in range(60):
        change.append(50 + 0.5 * change[-1] - 0.3 * change[-2])
    level = np.cumsum(change)
    following = 50 + 0.5 * change[-1] - 0.3 * change[-2]
    assert autoregression(level, 1)[0] == pytest.approx(level[-1] + following, rel=1e-6)


# Rolling


def test_a_forecast_of_the_past_knows_nothing_of_what_came_after():
    level = walk(96, 1)
    other = level.copy()
    other[70:] += 50_000 * np.arange(26)  # a different future
    found = [look_ahead(History(0, "registered", {"registered": one}), 24, None).rolled
             for one in (level, other)]  # fmt: skip
    until = found[0].origins < 70
    assert until.sum() > 20
    for name in ("middle", "low", "high", "factors", "weights"):
        before, after = (getattr(one, name)[until] for one in found)
        np.testing.assert_array_equal(before, after)


def test_another_definition_is_forecast_from_its_own_past_only():
    level = walk(96, 2)
    abroad = np.full(96, np.nan)
    abroad[10::4] = level[10::4] + 5000 + 10 * np.arange(96)[10::4]
    later = abroad.copy()
    later[70:] += 9000
    found = []
    for counts in (abroad, later):
        past = History(0, "registered", {"registered": level, "with_foreigners_city": counts})
        held = held_against(look_ahead(past, 24, None), "with_foreigners_city")
        assert held is not None
        found.append(held.methods["combined"][:30])
    np.testing.assert_array_equal(found[0], found[1])


def test_the_better_method_weighs_more_and_a_hopeless_one_nothing():
    rng = np.random.default_rng(0)
    good, fair, bad = rng.normal(0, 1, 60), rng.normal(0, 1.2, 60), rng.normal(0, 9, 60)
    weights = weigh(np.array([good, fair, bad]))
    assert weights[0] > weights[1] > 0
    assert weights[2] == 0
    assert weights.sum() == pytest.approx(1)
    assert weigh(np.empty((3, 0))).tolist() == [1 / 3] * 3


def test_bands_that_were_too_narrow_are_widened_and_few_errors_change_nothing():
    ages = np.arange(80.0)
    assert widening(np.full(80, 2.0), ages) > 1.2
    assert widening(np.full(80, 0.3), ages) < 0.9
    assert widening(np.full(5, 9.0), ages[:5]) == 1.0


def test_coverage_of_one_long_miss_is_uncertain():
    actual = np.where(np.arange(100) < 20, 5.0, 0.0)  # one run of twenty misses
    found = coverage(np.full(100, -1.0), actual, np.full(100, 1.0), 20)
    assert found is not None
    assert found.share == 0.8
    assert found.high - found.low > 0.2


def test_all_distances_are_rolled():
    level = walk(80, 3)
    outlook = look_ahead(History(0, "registered", {"registered": level}), 36, None)
    assert outlook.rolled.actual.shape[1] == max(DISTANCES)
    assert outlook.paths.shape[1] == 36


# Passing a number


def test_the_first_month_at_the_number_counts_and_never_is_said():
    paths = np.array([[1, 2, 3], [3, 1, 0], [0, 0, 0]], dtype=float)
    steps = first_passage(paths, 2)
    assert steps.tolist() == [1, 0, NEVER]
    assert [quantile_step(steps, share) for share in (0.1, 0.5, 0.9)] == [0, 1, None]


def test_two_year_ends_in_a_row_are_not_two_year_ends():
    ends = np.array([[5, 4, 5, 5], [5, 5, 4, 4]], dtype=float)
    assert in_a_row(ends, 5, 2).tolist() == [0.0, 0.5, 0.5, 1.0]


# Dwellings


@given(
    households=st.lists(st.integers(1, 3000), min_size=1, max_size=20),
    data=st.data(),
)
@settings(max_examples=40, deadline=None)
def test_every_dwelling_fills_once(households, data):
    opened = data.draw(st.lists(st.integers(0, 40), min_size=len(households),
                                max_size=len(households)))  # fmt: skip
    fill = filled(np.array(households, dtype=float), np.array(opened), 60)
    assert fill.sum() == pytest.approx(sum(households) * RAMP.sum())
    assert RAMP.sum() == pytest.approx(1)


def test_the_rate_of_new_dwellings_is_learned_from_the_months():
    rng = np.random.default_rng(4)
    opened = rng.integers(0, 96, 40)
    fill = filled(rng.integers(200, 2000, 40).astype(float), opened, 120)
    level = 500_000 + np.cumsum(300 + 2.1 * fill[:96] + rng.normal(0, 50, 96))
    learned = learn_filling(level, fill[:96], 1.75)
    assert learned.rate == pytest.approx(2.1, rel=0.05)
    assert learned.level == pytest.approx(300, abs=80)


def test_a_complex_on_the_list_is_in_the_forecast_in_its_months():
    level = 100_000 + 100.0 * np.arange(60)
    nothing = np.zeros(84)
    one = filled(np.array([1000.0]), np.array([66]), 84)
    without = expect_from_housing(level, nothing, nothing, 24, 2.0)
    with_it = expect_from_housing(level, nothing, one, 24, 2.0)
    more = with_it - without
    assert more[:6].tolist() == [0.0] * 6
    assert more[-1] == pytest.approx(2000, rel=0.01)


# Ages


@given(st.lists(st.integers(0, 50_000), min_size=8, max_size=21))
@settings(max_examples=50, deadline=None)
def test_single_years_add_up_to_their_bands(people):
    starts = np.arange(len(people)) * 5.0
    ages = single_years(np.array(people, dtype=float), starts)
    assert ages.min() >= -1e-6
    np.testing.assert_allclose(banded(ages, starts), people, rtol=1e-9, atol=1e-6)


def stable(births: float = 1000.0) -> np.ndarray:
    """Ages of a place without moves: hardly a death before sixty, more and more after."""
    return births * np.cumprod(np.where(np.arange(AGES) < 60, 0.9995, 0.96))


def test_where_nothing_changes_nothing_changes():
    ages = stable()
    ahead = hamilton_perry(ages, ages, 5, 10)[-1]
    assert ahead[:80].sum() == pytest.approx(ages[:80].sum(), rel=0.02)


def test_growing_cohorts_grow_by_as_many_not_by_as_much():
    then, now = np.full(AGES, 100.0), np.full(AGES, 100.0)
    now[35:40] = 600.0  # five hundred came in five years
    ahead = hamilton_perry(then, now, 5, 5)[-1]
    assert ahead[40:45].max() < 1200  # a ratio would make 3,600 of them
    assert 300 < ahead[35:40].max() <= 600  # some more come, fewer every year


def test_rates_learned_between_two_moments_lead_from_one_to_the_other():
    then = stable(800)
    now = then * 1.1
    now[30:40] *= 1.2
    rates = learn_rates(then, now, 5, births=900, deaths=600, left=5000)
    ahead = cohort_component(then, rates, 5)[-1]
    assert ahead.sum() == pytest.approx(now.sum(), rel=0.03)
    assert (rates.arrive >= 0).all()


def test_districts_are_scaled_to_the_city_age_by_age():
    rng = np.random.default_rng(5)
    areas, city = rng.random((4, 3, AGES)), rng.random((3, AGES)) * 9
    np.testing.assert_allclose(controlled(areas, city).sum(axis=0), city)

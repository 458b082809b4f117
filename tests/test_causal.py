"""Effects: published numbers found again, cells as good as rows, intervals that hold the truth."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from dataro.methods.causal.fixed_effects import two_way
from dataro.methods.causal.saturated import saturated
from dataro.methods.causal.sensitivity import Target, breakdown, honest_bounds, robust
from dataro.methods.causal.spillover import exposure, spill_over
from dataro.methods.causal.staggered import (
    event_study,
    group_times,
    leave_one_out,
    overall,
    placebo,
    pretrend_test,
)
from dataro.methods.causal.synthetic import plain_did, synthetic_did, with_placebos
from dataro.twin.economy import load_economy

Floats = NDArray[np.float64]
CITY = Path(__file__).parents[1] / "src/dataro/cities/hwaseong"

PUBLISHED = [-0.0199, -0.0510, -0.1373, -0.1008]
"""Effects of minimum wages on teen employment by years since (Callaway and Sant'Anna 2021)."""


def packaged(package: str, path: str) -> Path:
    """A file of data that a package ships; the package itself is not imported."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        pytest.skip(f"The package {package}, which ships published data, is absent.")
    return Path(found.origin).parent / path


def counties() -> tuple[Floats, NDArray[np.int64]]:
    """Log teen employment of 500 US counties 2003–2007, and the year a minimum wage was raised."""
    path = packaged("moderndid", "core/datasets/mpdta_long.pkl.gz")
    rows = pl.from_pandas(pd.read_pickle(path))
    wide = rows.sort("year").pivot("year", index=["countyreal", "first.treat"], values="lemp")
    first = wide["first.treat"].to_numpy()
    years = [int(year) for year in wide.columns[2:]]
    return wide[:, 2:].to_numpy(), np.where(first > 0, first - years[0], -1).astype(np.int64)


def test_minimum_wages_lower_teen_employment_as_published() -> None:
    outcome, start = counties()
    assert outcome.shape == (500, 5)
    groups = group_times(outcome, start, not_yet=False)
    whole = overall(groups)
    assert whole.estimate == pytest.approx(-0.0400, abs=5e-5)
    assert whole.error == pytest.approx(0.0118, abs=5e-4)
    after = event_study(groups, first=0).estimate
    assert after == pytest.approx(PUBLISHED, abs=6e-5)


def test_a_tobacco_tax_lowers_smoking_as_published() -> None:
    path = packaged("synthdid", "data/california_prop99.csv")
    states = pl.read_csv(path, separator=";").pivot("Year", index="State", values="PacksPerCapita")
    years = [int(y) for y in states.columns[1:]]
    packs = states.drop("State").to_numpy()
    mine = states["State"].to_numpy() == "California"
    before = sum(year < 1989 for year in years)
    assert synthetic_did(packs[~mine], packs[mine], before).estimate == pytest.approx(
        -15.6, abs=0.05
    )
    assert plain_did(packs[~mine], packs[mine], before) == pytest.approx(-27.3, abs=0.06)
    assert with_placebos(packs[~mine], packs[mine], before).high > 0  # type: ignore[operator]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), shops=st.integers(4, 30), months=st.integers(3, 9))
def test_cells_with_weights_say_what_the_rows_say(seed: int, shops: int, months: int) -> None:
    rng = np.random.default_rng(seed)
    many = shops * months * 6
    whole = np.indices((shops, months)).reshape(2, -1)
    shop = np.concatenate([whole[0], rng.integers(0, shops, many)])
    month = np.concatenate([whole[1], rng.integers(0, months, many)])
    begins = rng.integers(1, months, shops)
    begins[0], begins[1] = months, 1  # one never, one for nearly all the time
    joined = (month >= begins[shop]).astype(float)
    y = rng.normal(0, 1, len(shop)) + 0.3 * joined + shop * 0.1 + month * 0.05
    frame = pl.DataFrame({"shop": shop, "month": month, "joined": joined, "y": y})
    cells = frame.group_by("shop", "month", "joined").agg(n=pl.len(), y=pl.col("y").mean())
    rows = two_way(y, joined[:, None], shop, month)
    grouped = two_way(
        cells["y"].to_numpy(), cells["joined"].to_numpy()[:, None], cells["shop"].to_numpy(),
        cells["month"].to_numpy(), weight=cells["n"].to_numpy().astype(float),
    )  # fmt: skip
    assert grouped.estimate[0] == pytest.approx(rows.estimate[0], abs=1e-12)
    assert grouped.error[0] == pytest.approx(rows.error[0], abs=1e-12)
    dummies = np.column_stack([joined, np.eye(shops)[shop], np.eye(months)[month][:, 1:]])
    slow = np.linalg.lstsq(dummies, y, rcond=None)[0][0]
    assert rows.estimate[0] == pytest.approx(slow, abs=1e-9)


def test_a_regressor_that_the_effects_explain_is_refused() -> None:
    shop, month = (index.ravel() for index in np.indices((5, 4)))
    with pytest.raises(ValueError, match="does not vary"):
        two_way(np.arange(20.0), shop[:, None].astype(float), shop, month)


def panel(effect: float, *, drift: float = 0.0, seed: int = 3) -> tuple[Floats, NDArray[np.int64]]:
    """Sixty units over 24 periods; two cohorts and a third that never begins."""
    rng = np.random.default_rng(seed)
    start = np.repeat([-1, 10, 16], 20)
    time = np.arange(24)
    on = (start[:, None] >= 0) & (time >= start[:, None])
    own = rng.normal(0, 1, (60, 1)) + drift * time * (start[:, None] >= 0)
    return own + np.sin(time / 3) + effect * on + rng.normal(0, 0.05, (60, 24)), start


def test_a_known_effect_is_found_and_checks_hold_it_up() -> None:
    outcome, start = panel(0.2)
    groups = group_times(outcome, start)
    found = overall(groups)
    assert found.low < 0.2 < found.high
    study = event_study(groups, first=-6, last=7)
    assert pretrend_test(study)[2] > 0.05
    assert (study.estimate[~study.before] > 0.1).all()
    widths = [b.high - b.low for b in honest_bounds(study, (0.0, 0.5, 1.0))]
    assert widths == sorted(widths)
    assert breakdown(study) > 0.5

    def mean(y: Floats, s: NDArray[np.int64]) -> float:
        return overall(group_times(y, s)).estimate

    assert placebo(outcome, start, mean, draws=60)[1] < 0.05
    without = leave_one_out(outcome, start, mean)
    assert without.min() > 0.15
    assert without.max() < 0.25


def test_the_mean_effect_is_that_of_a_regression_with_every_cohort_and_month() -> None:
    outcome, start = panel(0.2)
    found = saturated(outcome, start)
    unit, time = (index.ravel() for index in np.indices(outcome.shape))
    pairs = [(g, t) for g in (10, 16) for t in range(g, 24)]
    dummies = np.stack([(start[unit] == g) & (time == t) for g, t in pairs], 1).astype(float)
    slow = two_way(outcome.ravel(), dummies, unit, time)
    mean = np.full(len(pairs), 1 / len(pairs))  # both cohorts have twenty units
    assert found.estimate == pytest.approx(mean @ slow.estimate, abs=1e-10)
    assert found.error == pytest.approx(np.sqrt(mean @ slow.covariance @ mean), abs=1e-10)
    assert found.low < 0.2 < found.high
    assert found.error < overall(group_times(outcome, start)).error
    with pytest.raises(ValueError, match="compare"):
        saturated(outcome, np.full(60, -1))


def test_units_that_drift_apart_before_are_caught() -> None:
    outcome, start = panel(0.0, drift=0.05)
    study = event_study(group_times(outcome, start), first=-6, last=7)
    assert pretrend_test(study)[2] < 0.001
    bounds = honest_bounds(study, (1.0,))[0]
    assert bounds.low < 0 < bounds.high


def medicaid() -> Target:
    """The effect of expanding Medicaid on insurance in its first year, and the five steps before."""
    rows = pd.read_pickle(packaged("moderndid", "core/datasets/ehec_data.pkl.gz"))
    kept = rows[(rows["year"] < 2016) & (rows["yexp2"] != 2015)]
    expanded = (kept["yexp2"] == 2014).to_numpy().astype(float)
    years = [2008, 2009, 2010, 2011, 2012, 2014, 2015]
    given_years = np.stack([(kept["year"] == year).to_numpy() * expanded for year in years], 1)
    fit = two_way(kept["dins"].to_numpy(float), given_years, pd.factorize(kept["stfips"])[0],
                  (kept["year"] - 2008).to_numpy(int))  # fmt: skip
    steps = np.zeros((6, 7))
    steps[0, 5] = 1
    for i in range(5):
        steps[1 + i, i] = -1
        if i < 4:
            steps[1 + i, i + 1] = 1
    made = steps @ fit.estimate
    return Target(made[0], made[1:], steps @ fit.covariance @ steps.T, 1.0)


def test_breaks_of_trend_bound_the_effect_of_medicaid_as_published() -> None:
    """README of the R package HonestDiD, conditional test with least-favourable first stage."""
    target = medicaid()
    for m, low, high in ((0.5, 0.0240, 0.0672), (1.0, 0.0170, 0.0720), (1.5, 0.00824, 0.0797),
                         (2.0, -0.000916, 0.0881)):  # fmt: skip
        found = robust(target, m)
        assert found.low == pytest.approx(low, abs=0.002)
        assert found.high == pytest.approx(high, abs=0.002)


@settings(max_examples=4, deadline=None)
@given(worst=st.integers(0, 4), m=st.sampled_from([0.5, 1.0]))
def test_robust_intervals_hold_an_effect_under_the_worst_break(worst: int, m: float) -> None:
    """A trend that breaks by all that is allowed, in the direction of the effect."""
    rng = np.random.default_rng(worst)
    steps = np.zeros(5)
    steps[worst] = 0.8
    truth = np.concatenate([[0.3 + m * 0.8 * 3.0], steps])
    covariance = 0.04 * (0.6 * np.eye(6) + 0.4)
    held = 0
    for _ in range(120):
        drawn = rng.multivariate_normal(truth, covariance)
        found = robust(Target(drawn[0], drawn[1:], covariance, 3.0), m)
        held += found.low <= 0.3 <= found.high
    assert stats.binomtest(held, 120, 0.95, alternative="less").pvalue > 0.001


def test_nobody_to_compare_with_is_said() -> None:
    with pytest.raises(ValueError, match="compare"):
        group_times(np.zeros((5, 6)), np.full(5, 3), not_yet=False)


def test_a_zero_sum_game_is_told_from_a_gain() -> None:
    rng = np.random.default_rng(5)
    places, months = 30, 40
    near = np.zeros((places, places), bool)
    for i, step in itertools.product(range(places), (1, -1)):
        near[i, (i + step) % places] = True
    start = rng.permutation(np.repeat([8, 16, 24, 32, 99], 6))
    use = (np.arange(months) >= start[:, None]) * rng.lognormal(2, 0.1, (places, months))
    around = exposure(use, near)
    base = np.full(places, 100.0)
    noise = rng.normal(0, 0.4, (places, months))
    for taken, moved in ((0.0, 0.0), (0.4, 1.0)):
        sales = base[:, None] + 0.4 * use - taken * around + noise
        found = spill_over(sales, use, around, base)
        assert found.own.low < 0.4 < found.own.high
        assert found.moved == pytest.approx(moved, abs=0.1)
        assert found.net.low < 0.4 - taken < found.net.high


@pytest.mark.slow
def test_intervals_hold_what_is_true_in_the_synthetic_city() -> None:
    """Twenty provinces: coverage of 95 % intervals is not refused by the exact binomial test, and
    they are hardly wider than those of an oracle (which ``bench/causal_coverage.py`` defines)."""
    place = Path(__file__).parents[1] / "bench/causal_coverage.py"
    found = importlib.util.spec_from_file_location("causal_coverage", place)
    assert found is not None
    assert found.loader is not None
    bench = importlib.util.module_from_spec(found)
    sys.modules["causal_coverage"] = bench
    found.loader.exec_module(bench)
    economy = load_economy(CITY)
    for study in (bench.cities, bench.shops):
        runs = [study(economy, seed) for seed in range(20)]
        for covered in np.array([run.covered for run in runs]).sum(0).tolist():
            assert stats.binomtest(covered, 20, 0.95, alternative="less").pvalue > 0.01
        assert sum(run.signs for run in runs) >= 16
        assert np.median([run.over_oracle for run in runs]) <= 1.5


def test_noise_that_lasts_is_found_and_makes_intervals_narrower() -> None:
    rng = np.random.default_rng(8)
    noise = rng.normal(0, 1, (40, 60))
    for t in range(1, 60):
        noise[:, t] += 0.6 * noise[:, t - 1]
    start = rng.integers(10, 70, 40)
    use = (np.arange(60) >= start[:, None]) * rng.lognormal(2, 0.1, (40, 60))
    found = spill_over(100 + 0.5 * use + noise, use, None, np.full(40, 100.0))
    assert found.memory == pytest.approx(0.6, abs=0.08)
    assert found.own.low < 0.5 < found.own.high

"""Partial pooling and the model of children in complexes, against worlds whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from dataro.methods.children import (
    PUPILS_PER_HOUSEHOLD,
    Complexes,
    Counts,
    children_in,
    curve,
    expected_by_rates,
    fit_children,
)
from dataro.methods.pooling import Block, Members, draw, groups, pool


def complexes(count: int, rng: np.random.Generator) -> Complexes:
    households = rng.lognormal(6.2, 0.6, count).round()
    mix = rng.dirichlet([1.0, 2, 4, 3, 1, 0.5], count)
    return Complexes(
        households,
        np.round(households[:, None] * mix),
        np.full(count, np.nan),
        rng.uniform(1998, 2026, count),
        rng.integers(0, 12, count),
    )


def lived(town: Complexes, rng: np.random.Generator, years: range) -> dict[int, np.ndarray]:
    """True children by year: new complexes swell and decay, districts and complexes differ."""
    count = town.households.size
    effect = rng.normal(0, 0.15, 12)[town.district] + rng.normal(0, 0.2, count)
    rates = PUPILS_PER_HOUSEHOLD * np.exp(rng.normal(0, 0.1, 6))
    truth = {}
    for year in years:
        age = year - town.opened
        shape = 0.6 * np.exp(-(((age - 6) / 6) ** 2)) - 0.01 * (year - 2020)
        mean = (town.dwellings @ rates) * np.exp(shape + effect) * (age >= 0)
        truth[year] = rng.poisson(mean * np.exp(rng.normal(0, 0.08, count)))
    return truth


@pytest.fixture(scope="module")
def world() -> tuple:
    rng = np.random.default_rng(11)
    town = complexes(260, rng)
    truth = lived(town, rng, range(2018, 2036))
    seen = rng.random(260) < 0.6
    rows = [
        (c, year, truth[year][c])
        for year in range(2018, 2026)
        for c in np.flatnonzero(seen & (town.opened <= year))
    ]
    who, year, children = map(np.array, zip(*rows, strict=True))
    counts = Counts(who.astype(np.intp), year.astype(float), children.astype(float))
    return town, truth, seen, fit_children(town, counts, 6, now=2025)


def test_unseen_complexes_lie_in_the_band_four_times_in_five(world: tuple) -> None:
    town, truth, seen, model = world
    mean, low, high = children_in(model, 2025).interval()
    unseen = ~seen & (town.opened <= 2025)
    inside = (truth[2025] >= low) & (truth[2025] <= high)
    assert 0.70 <= inside[unseen].mean() <= 0.90  # some 100 complexes: chance alone is ±0.08
    assert mean[unseen].sum() == pytest.approx(truth[2025][unseen].sum(), rel=0.08)
    assert 0.75 <= model.check.covered <= 0.85


def test_the_band_of_ten_years_ahead_is_wider_and_honest(world: tuple) -> None:
    town, truth, _, model = world
    widths = []
    for year in (2025, 2030, 2035):
        mean, low, high = children_in(model, year).interval()
        widths.append(((high - low) / np.maximum(mean, 1))[town.opened <= 2025].mean())
    assert widths[0] < widths[1] < widths[2]
    inside = (truth[2035] >= low) & (truth[2035] <= high)
    assert inside[town.opened <= 2025].mean() > 0.65


def test_new_complexes_swell_and_decay(world: tuple) -> None:
    mean, low, high = curve(world[3], np.arange(0, 26, 1.0))
    assert 3 <= mean.argmax() <= 10
    assert high[25] < low[6]


def test_nobody_lives_in_a_complex_before_it_opens(world: tuple) -> None:
    town, _, _, model = world
    future = town.opened > 2021
    assert future.any()
    assert children_in(model, 2020).value[:, future].sum() == 0


def test_without_counts_the_published_rates_speak_with_wide_bands() -> None:
    town = complexes(50, np.random.default_rng(3))
    nothing = Counts(np.empty(0, dtype=np.intp), np.empty(0), np.empty(0))
    model = fit_children(town, nothing, 6, now=2026)
    mean, low, high = children_in(model, 2026).interval()
    built = town.opened < 2026
    expected, known = expected_by_rates(town, 6)
    assert known.all()
    assert mean[built].sum() == pytest.approx(expected[built].sum(), rel=0.05)
    assert ((high - low) / expected)[built].mean() > 0.6
    assert model.check is None


def test_size_is_read_from_classes_then_area_then_the_mean() -> None:
    dwellings = np.array([[0, 0, 100, 0, 0, 0], [np.nan] * 6, [np.nan] * 6])
    town = Complexes(
        np.array([100.0, 100.0, 100.0]), dwellings,
        np.array([np.nan, 100 * 36 * 3.305785 / 0.75, np.nan]),
        np.full(3, np.nan), np.full(3, -1),
    )  # fmt: skip
    pupils, known = expected_by_rates(town, 6)
    assert pupils == pytest.approx([25.1, 33.0, 29.05], rel=1e-3)
    assert known.tolist() == [True, True, False]


def test_a_small_group_borrows_and_a_large_one_keeps_its_own() -> None:
    rng = np.random.default_rng(4)
    chance = 1 / (1 + np.exp(-(0.4 + rng.normal(0, 0.5, 60))))
    asked = np.array([400.0, 3.0] * 30)
    wanting = rng.binomial(asked.astype(int), chance).astype(float)
    everyone = np.arange(60)
    fit = pool(
        "share", wanting, asked, [Block(np.ones((60, 1)), 2.0, learn=False)],
        Members(everyone, 60, 0.3),
    )  # fmt: skip
    middle = draw(fit, [np.ones((60, 1))], everyone, asked).interval()[0]
    overall = wanting.sum() / asked.sum()
    own = wanting / asked
    large, small = asked == 400, asked == 3
    assert np.abs(middle - own)[large].max() < 0.03
    assert np.abs(middle - overall)[small].mean() < 0.6 * np.abs(own - overall)[small].mean()
    assert 0.3 < fit.scales[-1] < 0.8
    with pytest.raises(ValueError, match="not of one table"):
        pool(
            "share",
            wanting,
            asked[:5],
            [Block(groups(everyone, 60), 1.0)],
            Members(everyone, 60, 1),
        )

"""Siting: coverage and average distance against exact optima, with honest bounds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataro.methods.spatial.coverage import allotted, fewest_sites, most_covered
from dataro.methods.spatial.median import smallest_mean
from dataro.methods.spatial.seats import place, smallest_mean_with_seats
from dataro.methods.spatial.siting import Conditions, ranked, weighted_need
from dataro.vocabulary.problem import Problem


def town(places: int, candidates: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    a, b = rng.random((places, 2)), rng.random((candidates, 2))
    minutes = 60 * np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1))
    return minutes, rng.integers(1, 100, places).astype(float)


def mean(minutes: np.ndarray, need: np.ndarray, sites: tuple[int, ...]) -> float:
    return float(need @ minutes[:, list(sites)].min(axis=1))


def covered(minutes: np.ndarray, need: np.ndarray, sites: tuple[int, ...], limit: float) -> float:
    return float(need[(minutes[:, list(sites)] <= limit).any(axis=1)].sum()) if sites else 0.0


def plans(conditions: Conditions, candidates: int) -> list[tuple[int, ...]]:
    """Every set of sites that keeps to the conditions, by trying them all."""
    standing = set(conditions.existing) - set(conditions.excluded)
    cost = conditions.cost or [0.0] * candidates
    budget = np.inf if conditions.budget is None else conditions.budget
    return [
        sites
        for size in range(1, conditions.new + len(set(conditions.existing)) + 1)
        for sites in combinations(range(candidates), size)
        if not set(sites) & set(conditions.excluded)
        and set(sites) >= set(conditions.pinned)
        and len(standing - set(sites)) <= conditions.moves
        and sum(cost[site] for site in set(sites) - standing) <= budget
    ]


@st.composite
def conditions(draw: st.DrawFn) -> Conditions:
    existing = draw(st.lists(st.integers(0, 8), max_size=3, unique=True))
    excluded = draw(st.lists(st.integers(0, 8), max_size=2, unique=True))
    pinned = draw(
        st.lists(st.integers(0, 8).filter(lambda s: s not in excluded), max_size=1, unique=True)
    )
    cost = draw(st.none() | st.lists(st.integers(1, 9), min_size=9, max_size=9))
    return Conditions(
        new=draw(st.integers(1, 3)),
        existing=existing,
        excluded=excluded,
        pinned=pinned,
        moves=draw(st.integers(0, 2)),
        cost=cost,
        budget=None if cost is None else draw(st.integers(9, 20)),
    )


@settings(max_examples=60, deadline=None)
@given(conditions(), st.integers(0, 10_000))
def test_every_condition_holds_and_no_plan_is_better(terms: Conditions, seed: int) -> None:
    minutes, need = town(12, 9, seed)
    possible = plans(terms, 9)
    best_mean = min(mean(minutes, need, sites) for sites in possible)
    most = max(covered(minutes, need, sites, 15) for sites in possible)

    median = smallest_mean(minutes, need, terms, prove_seconds=10)
    assert tuple(median.sites) in possible
    assert median.status == "optimal"
    assert median.value == pytest.approx(best_mean)

    coverage = most_covered(minutes, need, 15, terms)
    assert tuple(coverage.sites) in possible or not coverage.sites.size
    assert coverage.status == "optimal"
    assert coverage.value == pytest.approx(most)


@pytest.mark.parametrize(("size", "k"), [(100, 5), (200, 10)])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_interchange_finds_the_exact_optimum(size: int, k: int, seed: int) -> None:
    minutes, need = town(size, size, seed)
    quick = smallest_mean(minutes, need, Conditions(new=k))
    exact = smallest_mean(minutes, need, Conditions(new=k), prove_seconds=60)
    assert exact.status == "optimal"
    assert quick.value == pytest.approx(exact.value, rel=1e-12)
    assert quick.bound <= exact.value * (1 + 1e-9)


def test_five_hundred_by_five_hundred_within_five_seconds() -> None:
    minutes, need = town(500, 500, 3)
    plan = smallest_mean(minutes, need, Conditions(new=20))
    assert plan.seconds < 5
    assert plan.gap < 0.006
    assert plan.bound <= plan.value
    assert plan.status == "optimal" if plan.gap == 0 else plan.status == "bounded"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.3, 2.5))
def test_seats_are_kept_and_the_bound_holds(seed: int, share: float) -> None:
    minutes, need = town(10, 7, seed)
    seats = np.random.default_rng(seed).uniform(0.5, 1.5, 7) * need.sum() * share / 3
    far = 90.0
    plan = smallest_mean_with_seats(minutes, need, seats, Conditions(new=3), far=far)
    best = min(
        place(minutes, need, seats, np.array(sites), far).cost
        for sites in combinations(range(7), 3)
    )
    placed = place(minutes, need, seats, plan.sites, far)
    assert np.all(placed.served.sum(axis=0) <= seats[plan.sites] * (1 + 1e-7))
    assert plan.bound <= best * (1 + 1e-7)
    assert plan.value >= best * (1 - 1e-7)
    assert plan.status != "optimal" or plan.value == pytest.approx(best)

    coverage = most_covered(minutes, need, 20, Conditions(new=3), capacity=seats)
    most = max(
        allotted(minutes <= 20, need, seats, np.array(sites)) for sites in combinations(range(7), 3)
    )
    assert coverage.status == "optimal"
    assert coverage.value == pytest.approx(most)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(5, 40))
def test_the_fewest_sites_reach_everyone_who_can_be_reached(seed: int, limit: float) -> None:
    minutes, _ = town(9, 8, seed)
    plan = fewest_sites(minutes, limit)
    reachable = (minutes <= limit).any(axis=1)
    assert plan.unreached.tolist() == np.flatnonzero(~reachable).tolist()
    assert (minutes[reachable][:, plan.sites] <= limit).any(axis=1).all()
    fewer = int(plan.value) - 1
    assert (
        not any(
            (minutes[reachable][:, list(sites)] <= limit).any(axis=1).all()
            for sites in combinations(range(8), max(fewer, 0))
        )
        or not reachable.any()
    )


def test_a_solve_cut_short_is_never_called_optimal() -> None:
    minutes, need = town(400, 400, 5)
    seats = np.full(400, need.sum() / 30)
    plan = most_covered(minutes, need, 8, Conditions(new=20), capacity=seats, seconds=0.05)
    assert plan.status == "time_limit"
    assert plan.bound > plan.value
    assert plan.gap > 0


def test_ranked_sites_add_up_to_what_they_bring() -> None:
    minutes, need = town(60, 40, 8)
    plan = most_covered(minutes, need, 10, Conditions(new=6, existing=[0, 1]))

    def worth(sites: np.ndarray) -> float:
        return covered(minutes, need, tuple(sites), 10)

    order = ranked(plan.opened.tolist(), [0, 1], worth)
    assert [added for _, added in order] == sorted((added for _, added in order), reverse=True)
    assert sum(added for _, added in order) == pytest.approx(
        plan.value - covered(minutes, need, (0, 1), 10)
    )


def test_places_without_a_way_are_listed_and_the_rest_is_solved() -> None:
    minutes, need = town(30, 20, 2)
    minutes[4] = np.inf
    assert smallest_mean(minutes, need, Conditions(new=3)).unreached.tolist() == [4]
    assert most_covered(minutes, need, 30, Conditions(new=3)).unreached.tolist() == [4]


def test_need_counts_a_group_again_by_its_factor() -> None:
    assert weighted_need([10, 20], ([1, 4], 0.5), ([2, 0], 1.0)).tolist() == [12.5, 22.0]
    with pytest.raises(ValueError, match="zero or more"):
        weighted_need([1.0], ([5.0], -1.0))


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        (Conditions(new=1, pinned=[3], excluded=[3]), "pinned and excluded"),
        (Conditions(new=1, pinned=[1, 2]), "only 1 may"),
        (Conditions(new=1, pinned=[1], cost=[5.0] * 5, budget=3), "more than the budget"),
        (Conditions(new=2, excluded=[0, 1, 2, 3, 4]), "No site could be open"),
    ],
)
def test_contradictions_are_explained(terms: Conditions, says: str) -> None:
    minutes, need = town(6, 5, 1)
    with pytest.raises(Problem, match=says):
        smallest_mean(minutes, need, terms)

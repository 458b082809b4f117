"""Accessibility: what everyone can reach, against a plain reference, a peer, and conservation."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dataro.methods.spatial.accessibility import (
    Access,
    Decay,
    enhanced_two_step,
    gaussian,
    huff,
    huff_access,
    steps,
    two_step,
)

BANDS = [(10.0, 1.0), (20.0, 0.68), (30.0, 0.22)]


def plain(minutes: list, people: list, capacity: list, weight) -> list[float]:
    """The definition, cell by cell."""
    loads = [
        sum(people[i] * weight(minutes[i][j]) for i in range(len(people)))
        for j in range(len(capacity))
    ]
    return [
        sum(
            weight(minutes[i][j]) * capacity[j] / loads[j]
            for j in range(len(capacity))
            if loads[j] > 0
        )
        for i in range(len(people))
    ]


def plain_step(minutes: float) -> float:
    return next((weight for limit, weight in BANDS if minutes <= limit), 0.0)


@st.composite
def cities(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    places, facilities = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    time_of_way = st.one_of(st.floats(0, 60), st.sampled_from([0.0, 10.0, 20.0, 30.0, math.inf]))
    minutes = draw(hnp.arrays(float, (places, facilities), elements=time_of_way))
    people = draw(hnp.arrays(float, places, elements=st.integers(0, 5000)))
    capacity = draw(hnp.arrays(float, facilities, elements=st.integers(0, 300)))
    return minutes, people, capacity


@settings(deadline=None)
@given(cities())
def test_access_is_the_definition_cell_by_cell(city: tuple) -> None:
    minutes, people, capacity = city
    lists = minutes.tolist(), people.tolist(), capacity.tolist()
    within = two_step(minutes, people, capacity, 20).access
    np.testing.assert_allclose(within, plain(*lists, lambda t: float(t <= 20)), rtol=1e-12)
    nearer = enhanced_two_step(minutes, people, capacity, steps(BANDS)).access
    np.testing.assert_allclose(nearer, plain(*lists, plain_step), rtol=1e-12)


@settings(deadline=None)
@given(cities(), st.sampled_from([gaussian(25), steps(BANDS)]))
def test_people_times_access_is_the_capacity_within_reach(city: tuple, decay: Decay) -> None:
    minutes, people, capacity = city
    found: list[Access] = [
        two_step(minutes, people, capacity, 15),
        enhanced_two_step(minutes, people, capacity, decay),
        huff_access(minutes, people, capacity, decay, capacity + 1),
    ]
    for access in found:
        assert people @ access.access == pytest.approx(capacity[access.reached].sum(), rel=1e-12)


@settings(deadline=None)
@given(cities())
def test_huff_shares_add_up_to_one_where_anything_is_in_reach(city: tuple) -> None:
    minutes, _, capacity = city
    shares = huff(minutes, capacity + 1, gaussian(30))
    assert np.all(shares >= 0)
    reach = (minutes < 30).any(axis=1)
    np.testing.assert_allclose(shares.sum(axis=1)[reach], 1.0)
    assert not shares[~(minutes <= 30).any(axis=1)].any()


@pytest.mark.filterwarnings("ignore")
def test_access_agrees_with_pysal() -> None:
    fca = pytest.importorskip("access.fca", reason="PySAL's access is not installed")
    import pandas as pd

    rng = np.random.default_rng(7)
    minutes = rng.uniform(0, 60, (120, 30))
    people, capacity = rng.integers(1, 4000, 120), rng.integers(1, 200, 30)
    demand = pd.DataFrame({"demand": people}, index=pd.Index(range(120), name="geoid"))
    supply = pd.DataFrame({"supply": capacity}, index=pd.Index(range(30), name="geoid"))
    ways = pd.DataFrame(
        {
            "origin": np.repeat(np.arange(120), 30),
            "dest": np.tile(np.arange(30), 120),
            "cost": minutes.ravel(),
        }
    )

    def peer(function, **extra) -> np.ndarray:
        found = function(demand, supply, ways.copy(), demand_index=True, **extra)
        return found.reindex(range(120)).fillna(0).to_numpy()

    np.testing.assert_allclose(
        two_step(minutes, people, capacity, 25).access,
        peer(fca.two_stage_fca, max_cost=25),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        enhanced_two_step(minutes, people, capacity, steps(BANDS)).access,
        peer(fca.two_stage_fca, max_cost=30, weight_fn=plain_step),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        huff_access(minutes, people, capacity, steps(BANDS)).access,
        peer(fca.three_stage_fca, max_cost=30, weight_fn=plain_step),
        rtol=1e-12,
    )


def test_a_city_of_two_thousand_places_takes_a_moment() -> None:
    rng = np.random.default_rng(1)
    minutes = rng.uniform(0, 60, (2000, 300))
    people, seats = rng.integers(1, 900, 2000), rng.integers(5, 99, 300)
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        two_step(minutes, people, seats, 15)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.05


@pytest.mark.parametrize(
    ("minutes", "people", "capacity", "says"),
    [
        ([[1.0, -2.0]], [1], [1, 1], "negative or missing times"),
        ([[1.0]], [1, 2], [1], "expected"),
        ([[1.0]], [1], [-5], "negative"),
    ],
)
def test_nonsense_is_refused(minutes: list, people: list, capacity: list, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        two_step(minutes, people, capacity, 10)

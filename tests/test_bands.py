"""Age bands that differ between deliveries are added up to those that all of them have."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dataro.methods.bands import common_bands, to_common


def test_five_years_and_ten_years_share_ten() -> None:
    fine = dict.fromkeys(range(0, 60, 5), 100.0)
    coarse = dict.fromkeys(range(0, 60, 10), 200.0)
    assert common_bands([fine, coarse]) == list(range(0, 60, 10))
    assert to_common([0, 5, 55], common_bands([fine, coarse])) == {0: 0, 5: 0, 55: 50}


def test_a_band_that_nobody_fell_into_is_still_a_band() -> None:
    """Two people over ninety in one month and none in the next: no change of bands."""
    assert common_bands([{0: 900.0, 30: 800.0, 90: 2.0}, {0: 900.0, 30: 800.0}]) == [0, 30, 90]


@given(
    st.lists(
        st.dictionaries(st.integers(0, 20).map(lambda n: 5 * n), st.integers(1, 500)), max_size=6
    )
)
def test_nothing_is_lost_and_common_bands_are_bands(counts: list[dict[int, int]]) -> None:
    shared = common_bands(counts)
    every = sorted({age for one in counts for age in one})
    moved = to_common(every, shared)
    assert set(moved) == set(every)
    assert set(shared) <= set(every)
    assert all(moved[age] in shared for age in every)
    assert all(moved[age] == age for age in shared)

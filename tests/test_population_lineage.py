"""Areas through splits and renumberings: nobody is lost, nobody counted twice."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dataro.methods.lineage import Lineage, Period
from dataro.methods.months import every, gaps, last_day, month_at, number

FOUNDED = date(2001, 1, 1)


def codes(areas: object) -> list[str]:
    return [area.code for area in areas]  # type: ignore[attr-defined]


def test_a_renumbered_district_goes_on_and_a_split_one_is_compared_whole() -> None:
    lineage = Lineage(
        [
            Period("A", FOUNDED, date(2026, 2, 1)),
            Period("B", date(2019, 7, 1), date(2026, 2, 1), split_from="A"),
            Period("A2", date(2026, 2, 1), renumbered_from="A"),
            Period("B2", date(2026, 2, 1), renumbered_from="B"),
        ]
    )
    assert codes(lineage.today()) == ["A2", "B2"]
    before, after = date(2019, 6, 30), date(2019, 7, 31)
    (whole,) = lineage.groups(before, after)
    assert codes(whole.members) == ["A2", "B2"]
    assert [codes(holders) for holders in whole.holders] == [["A2"], ["A2", "B2"]]
    assert [len(group.members) for group in lineage.groups(after)] == [1, 1]
    assert lineage.areas["A2"].codes == ("A2", "A")


def test_a_district_made_of_parts_of_two_is_compared_with_both() -> None:
    lineage = Lineage(
        [
            Period("myeon", FOUNDED, date(2018, 1, 22)),
            Period("four", date(2015, 1, 1), split_from="myeon"),
            Period("six", date(2018, 1, 22), split_from="four", renumbered_from="myeon"),
        ]
    )
    (whole,) = lineage.groups(date(2017, 12, 31), date(2018, 12, 31))
    assert codes(whole.members) == ["four", "six"]
    assert codes(whole.holders[0]) == ["four", "myeon"]
    (earliest,) = lineage.groups(date(2014, 12, 31))
    assert codes(earliest.holders[0]) == ["myeon"]


def test_what_nobody_knows_is_left_out() -> None:
    lineage = Lineage([Period("new", date(2020, 1, 1)), Period("old", FOUNDED)])
    assert [codes(group.members) for group in lineage.groups(date(2019, 1, 1))] == [["old"]]


@st.composite
def histories(draw: st.DrawFn) -> list[Period]:
    """Districts that are split and renumbered one after another."""
    periods = {f"{n:03}": Period(f"{n:03}", FOUNDED) for n in range(draw(st.integers(1, 4)))}
    ended: list[Period] = []
    for step in range(draw(st.integers(0, 12))):
        day = date(2002 + step, 1, 1)
        code = draw(st.sampled_from(sorted(periods)))
        new = f"{100 + step}"
        if draw(st.booleans()):
            periods[new] = Period(new, day, split_from=code)
        else:
            old = periods.pop(code)
            ended.append(Period(old.code, old.valid_from, day, old.split_from, old.renumbered_from))
            periods[new] = Period(new, day, renumbered_from=code)
    return [*ended, *periods.values()]


@given(histories(), st.lists(st.dates(date(2001, 6, 1), date(2016, 1, 1)), min_size=1, max_size=3))
def test_groups_hold_every_area_once_and_every_code_valid_that_day_once(
    periods: list[Period], days: list[date]
) -> None:
    lineage = Lineage(periods)
    groups = lineage.groups(*days)
    members = [area.code for group in groups for area in group.members]
    assert sorted(members) == codes(lineage.today())
    for number_of_day, day in enumerate(days):
        held = [code for group in groups for area in group.holders[number_of_day]
                for code in area.codes]  # fmt: skip
        valid = [p.code for p in periods
                 if p.valid_from <= day and (p.valid_to is None or day < p.valid_to)]  # fmt: skip
        assert len(held) == len(set(held))
        assert set(valid) <= set(held)


@given(st.sets(st.integers(24_000, 24_400), min_size=1))
def test_gaps_and_months_together_are_every_month(months: set[int]) -> None:
    dates = sorted(month_at(n) for n in months)
    assert [number(one) for one in dates] == sorted(months)
    missing = [month for first, last in gaps(dates) for month in every(first, last)]
    assert sorted([*dates, *missing]) == every(dates[0], dates[-1])
    assert all(last_day(month).month == month.month for month in dates)

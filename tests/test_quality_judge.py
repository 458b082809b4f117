"""A standard table is judged by what its columns, keys and rules declare."""

from __future__ import annotations

import polars as pl
import pyproj
import pytest

from dataro.data.quality.judge import judge
from dataro.data.standards.standardise import Standard
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.answer import Verdict
from dataro.vocabulary.city import City
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.table import Rule
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import both

CITY = City(
    id="somewhere",
    name=both("어디시", "Somewhere"),
    codes=("9999900000",),
    bounds=(126.5, 37.0, 127.3, 37.4),
    province=both("어느도", "Province"),
    office=both("데이터과", "Data office"),
)


def judged(
    columns: dict[str, Term],
    frame: pl.DataFrame,
    keys: tuple[str, ...] = (),
    rules: tuple[Rule, ...] = (),
) -> tuple[pl.DataFrame, Verdict]:
    placed = frame.with_columns(_file=pl.lit("given.csv"), _row=pl.int_range(2, pl.len() + 2))
    standard = Standard(placed, rows_read=frame.height)
    return judge(standard, columns=columns, keys=keys, rules=rules, city=CITY)


def test_of_rows_with_one_key_the_first_goes_on_and_the_others_are_listed() -> None:
    frame = pl.DataFrame({"stop": ["1", "2", "1", "1"], "name": ["a", "b", "c", "d"]})
    kept, verdict = judged({"stop": d.ID.key(), "name": d.NAME}, frame, keys=("stop",))
    assert kept.rows() == [("1", "a"), ("2", "b")]
    assert kept.columns == ["stop", "name"]
    assert [(f.row, f.column, f.value, f.kept) for f in verdict.faults] == [
        (4, "stop", "1", False),
        (5, "stop", "1", False),
    ]
    assert (verdict.rows_read, verdict.rows_kept, verdict.fault_count) == (4, 2, 2)


def test_limits_patterns_and_code_lists_are_judged_and_the_rows_go_on() -> None:
    columns = {"people": d.PEOPLE, "place": d.PLACE, "sex": d.SEX, "name": d.NAME}
    frame = pl.DataFrame(
        {"people": [1, -5], "place": ["1" * 10, "123"], "sex": ["male", "man"],
         "name": ["가", "가" * 201]}
    )  # fmt: skip
    kept, verdict = judged(columns, frame)
    assert kept.height == 2
    assert {f.rule for f in verdict.faults} == {
        "people:minimum", "place:pattern", "sex:codes", "name:length",
    }  # fmt: skip
    assert {f.row for f in verdict.faults} == {3}
    assert verdict.error_rate == pytest.approx(0.5)
    assert not verdict.passed


def test_a_rule_judges_only_rows_that_have_its_columns() -> None:
    frame = pl.DataFrame({"people": [3, 4, 5], "men": [1, 1, None], "women": [2, 2, 2]})
    rule = Rule("men + women = people", both("합이 맞습니다", "They add up"))
    columns = {"people": d.PEOPLE, "men": d.MEN.optional(), "women": d.WOMEN}
    _, verdict = judged(columns, frame, rules=(rule,))
    check = next(c for c in verdict.checks if c.rule == "rule:1")
    assert (check.judged, check.failed) == (2, 1)
    assert verdict.faults[0].row == 3
    assert "They add up" in verdict.faults[0].text.en


def test_a_rule_with_an_unknown_column_names_those_that_exist() -> None:
    with pytest.raises(Problem) as raised:
        judged({"people": d.PEOPLE}, pl.DataFrame({"people": [1]}),
               rules=(Rule("poeple > 0", both("", "")),))  # fmt: skip
    assert "people" in raised.value.text.en


def test_coordinates_are_told_apart_inside_swapped_other_system_outside() -> None:
    x, y = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:5186", always_xy=True).transform(
        126.9, 37.2
    )
    frame = pl.DataFrame(
        {
            "longitude": [126.9, 37.2, x, 129.0, 3452.0, None],
            "latitude": [37.2, 126.9, y, 35.1, 37.2, None],
        }
    )
    columns = {"longitude": d.LONGITUDE.optional(), "latitude": d.LATITUDE.optional()}
    _, verdict = judged(columns, frame)
    said = {f.row: f.text.en for f in verdict.faults}
    assert set(said) == {3, 4, 5, 6}
    assert "swapped" in said[3]
    assert "EPSG:5186" in said[4]
    assert "outside the city" in said[5]
    assert "no longitude" in said[6]
    assert next(c for c in verdict.checks if c.rule == "longitude:place").judged == 5


def test_an_outline_elsewhere_is_a_fault() -> None:
    import shapely

    near, far = shapely.box(126.8, 37.1, 126.9, 37.2), shapely.box(130.0, 35.0, 130.1, 35.1)
    frame = pl.DataFrame({"shape": [shapely.to_wkb(near), shapely.to_wkb(far)]})
    _, verdict = judged({"shape": d.SHAPE}, frame)
    assert [f.row for f in verdict.faults] == [3]


def test_rules_that_contradict_each_other_are_named() -> None:
    rules = (
        Rule("people > 50", both("많습니다", "Many")),
        Rule("people < 20", both("적습니다", "Few")),
    )
    frame = pl.DataFrame({"people": [10, 60] * 20})
    _, verdict = judged({"people": d.PEOPLE}, frame, rules=rules)
    said = [fault for fault in verdict.faults if fault.row is None]
    assert len(said) == 1
    assert "people > 50" in said[0].text.en
    assert "contradict" in said[0].text.en

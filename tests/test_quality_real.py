"""The faults that the keepers of real files name are found in them, each at its place."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from dataro.data.quality.diagnose import diagnose
from dataro.data.quality.report import Diagnosis

SHARED = Path(os.environ.get("DATARO_SHARED", Path(__file__).parents[2] / "shared")) / "data"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not (SHARED / "messy").is_dir(),
        reason="the real files are not here; set DATARO_SHARED to the folder that holds data/",
    ),
]


@cache
def judged(path: str) -> Diagnosis:
    return diagnose(next(SHARED.glob(path)))


def failed(path: str) -> dict[str, int]:
    return {rule.rule: rule.failed for rule in judged(path).rules if rule.failed}


def rows(path: str, rule: str) -> set[tuple[int | None, str | None]]:
    findings = judged(path).findings
    assert findings is not None
    return {(r["row"], r["column"]) for r in findings.iter_rows(named=True) if r["rule"] == rule}


def test_the_ministrys_household_table_mixes_totals_and_parts_names_and_codes() -> None:
    found = failed("messy/202206*.csv")
    assert found["total_row"] == 267  # 17 provinces, and the cities that have their districts below
    assert found["two_values"] == 1  # 행정구역: “서울특별시  (1100000000)”
    assert found["thousands_commas"] == 4
    assert found["spaces"] == 7218  # ratios padded to a width


def test_the_campsites_have_a_swapped_pair_a_longitude_of_3452_and_empty_cells() -> None:
    path = "messy/전국야영장2.csv"
    assert rows(path, "coordinates_swapped") == {(1856, "위도"), (1856, "경도")}
    assert (100, "경도") in rows(path, "coordinates_outside")
    missing = {column for _, column in rows(path, "missing_mandatory")}
    assert {"주소", "인허가일자"} <= missing


def test_the_bus_companies_have_71_route_numbers_turned_into_dates() -> None:
    path = "messy/버스회사*.csv"
    assert failed(path)["excel_date"] == 71
    findings = judged(path).findings
    assert findings is not None
    first = findings.row(0, named=True)
    assert (first["value"], first["proposed"]) == ("Nov-36", "11-36")
    assert any("1,545" in note.en for note in judged(path).notes)  # empty rows at the end


def test_route_numbers_with_remarks_in_brackets_are_two_values_in_a_cell() -> None:
    assert rows("messy/6~8501*.csv", "two_values") == {(None, "버스번호")}


def test_the_census_export_has_indents_of_ideographic_spaces_and_totals() -> None:
    path = "messy/성별*.xlsx"
    assert failed(path)["spaces"] == 119
    assert failed(path)["total_row"] == 18
    assert not rows(path, "missing_mandatory")  # “-” says that there is none
    assert any("merged" in note.en for note in judged(path).notes)


def test_the_factories_have_commas_in_half_their_numbers() -> None:
    assert rows("messy/전국_공장*.csv", "thousands_commas") == {(None, "합계")}


def test_floating_population_repeats_556_keys_and_lacks_460_combinations() -> None:
    path = "transit/hwaseong_2026/flow_hourly.csv"
    assert failed(path)["duplicate_key"] == 556
    gaps = next(rule for rule in judged(path).rules if rule.rule == "gap")
    assert gaps.examples[0].value == "460 / 2,880"


def test_the_residents_series_lacks_twelve_months() -> None:
    path = "population/hwaseong_registered_monthly*.csv"
    gaps = next(rule for rule in judged(path).rules if rule.rule == "gap")
    assert (gaps.examples[0].value or "").startswith("12: 2021-10, 2021-11, 2022-01")


def test_routes_have_a_column_that_nobody_filled() -> None:
    assert (None, "dispatch_num") in rows("transit/hwaseong_2026/routes.csv", "empty_column")


def test_estates_write_their_kind_with_spaces_and_list_one_twice() -> None:
    path = "housing_care/hwaseong_apartments*.csv"
    assert any(column == "단지분류" for _, column in rows(path, "spaces"))
    assert failed(path)["near_duplicate"] >= 1


def test_firms_are_listed_twice_and_their_remarks_are_empty() -> None:
    path = "commerce/hwaseong_industrial_complex_firms*.csv"
    assert failed(path)["near_duplicate"] >= 77
    assert rows(path, "empty_column") == {(None, "비고")}


def test_the_local_currency_table_has_nothing_wrong_in_its_cells() -> None:
    assert judged("local_currency/*.csv").failed == 0


MEANINGS = {
    "messy/202206*.csv": ["address", "quantity", "quantity", "quantity", "quantity", "quantity",
                          "rate"],
    "messy/버스회사*.csv": ["code", "name", "id", "id", "id", "id"],
    "messy/전국_공장*.csv": ["district", "district", "quantity"],
    "messy/전국야영장2.csv": ["name", "code", "latitude", "longitude", "address", *["quantity"] * 11,
                         "name", "name", "date", "date"],
    "local_currency/*.csv": ["district", "month", "quantity", "amount", "amount", "quantity",
                             "amount", "amount", "amount", "amount"],
    "transit/hwaseong_2026/stops_tago.csv": ["id", "id", "name", "longitude", "latitude", "yes_no"],
    "transit/hwaseong_2026/rail_stations.csv": ["name", "name", "latitude", "longitude"],
    "population/hwaseong_registered_monthly*.csv": ["month", *["quantity"] * 6, "text"],
    "housing_care/hwaseong_apartments*.csv": ["name", "address", "code", "quantity", "quantity",
                                              "area", "phone", "name", "phone", "date"],
}  # fmt: skip
"""Meanings as a reader would give them, column by column."""


def test_columns_of_real_files_are_taken_for_what_they_are() -> None:
    right = asked = 0
    wrong = []
    for path, meant in MEANINGS.items():
        for column, meaning in zip(judged(path).columns, meant, strict=True):
            asked += 1
            right += column.meaning == meaning
            if column.meaning != meaning:
                wrong.append((column.name, meaning, column.meaning))
    assert right / asked >= 0.95, wrong

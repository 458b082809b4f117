"""Real files of the city, where they are at hand: rows and cells read from them by eye."""

from __future__ import annotations

import os
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from dataro.build.columns import dataset_columns
from dataro.build.declarations import read_city, read_dataset
from dataro.build.registry import load
from dataro.build.workspace import Workspace
from dataro.data.sources.files import read
from dataro.data.standards.standardise import standardise
from dataro.vocabulary.table import CLASSES

CITY = Path(__file__).parents[1] / "src/dataro/cities/hwaseong"
SHARED = Path(os.environ.get("DATARO_SHARED", Path(__file__).parents[2] / "shared")) / "data"

needs_real_files = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"the real files are not at {SHARED} (set DATARO_SHARED)"
)

HWASEONG, SEOUL = "4159000000", "1100000000"
JAN_2023 = date(2023, 1, 1)

# Rows, and three cells: where, which column, what the file says there.
KNOWN = {
    "apartment_complexes": (476, [
        ({"name": "행림마을삼성래미안1차"}, "households", 621),
        ({"name": "신동탄푸르지오"}, "buildings", 16),
        ({"name": "행복마을 참누리 에듀파크 2단지"}, "households", 330),
    ]),
    "public_buildings": (396, [
        ({"site": "화성시청"}, "longitude", 126.8312715),
        ({"site": "화성시청"}, "latitude", 37.1993267),
        ({"site": "동부출장소"}, "longitude", 127.0358949),
    ]),
    "resident_grid": (699, [
        ({"cell": "다사5912"}, "people", 25_931),
        ({"cell": "다사5912"}, "elderly", 3019),
        ({"cell": "다사6013"}, "under_ten", 1814),
    ]),
    "school_care": (188, [
        ({"name": "갈담초등학교"}, "kind", "after_school"),
        ({"name": "갈담초등학교"}, "longitude", 126.932915),
        ({"name": "노진초등학교"}, "latitude", 37.051589),
    ]),
    "province_moves_yearly": (6829, [
        ({"year": 2000, "origin": "1100000000", "destination": "1100000000"}, "people", 1_582_429),
        ({"year": 2000, "origin": "1100000000", "destination": "2600000000"}, "people", 15_968),
        ({"year": 2001, "origin": "1100000000", "destination": "2700000000"}, "people", 9363),
    ]),
    "province_moves_quarterly": (44_433, [
        ({"year": 1970, "quarter": 1, "origin": "1100000000", "destination": "1100000000"},
         "people", 220_422),
        ({"year": 2020, "quarter": 4, "origin": "5000000000", "destination": "5000000000"},
         "people", 14_655),
        ({"year": 2021, "quarter": 1, "origin": "5000000000", "destination": "5000000000"},
         "people", 18_655),
    ]),
    "bus_routes": (146, [
        ({"route": "GGB200000008"}, "first_stop", "수원시동부차고지"),
        ({"route": "GGB200000013"}, "offpeak_headway", 120),
        ({"route": "GGB234001622"}, "kind", "광역급행버스"),
    ]),
    "bus_routes_all": (206, [
        ({"route": "GGB241007242"}, "peak_headway", 120),
        ({"route": "GGB241003550"}, "last_stop", "인천공항3층출국장(T2)"),
        ({"route": "GGB241006889"}, "kind", "공항버스"),
    ]),
    "bus_stops": (2242, [
        ({"stop": "GGB233002042"}, "name", "임광그대가3단지"),
        ({"stop": "GGB233002042"}, "longitude", 126.969767),
        ({"stop": "GGB233002042"}, "number", "55042"),
    ]),
    "city_residents_by_age": (332_640, [
        ({"month": JAN_2023, "place": SEOUL, "sex": "all", "age_from": 0}, "people", 541_058),
        ({"month": JAN_2023, "place": HWASEONG, "sex": "male", "age_from": 30}, "people", 79_244),
        ({"month": JAN_2023, "place": HWASEONG, "sex": "all", "age_from": 100}, "age_to", None),
    ]),
    "city_residents_change": (8892, [
        ({"month": JAN_2023, "place": HWASEONG}, "people", 914_500),
        ({"month": JAN_2023, "place": HWASEONG}, "men", 475_330),
        ({"month": date(2023, 2, 1), "place": HWASEONG}, "women", 441_428),
    ]),
    "city_residents_foreigners": (22, [
        ({"month": date(2014, 1, 1), "definition": "with_foreigners_city"}, "people", 561_418),
        ({"month": date(2018, 12, 1), "definition": "with_foreigners_province"}, "people", 798_100),
        ({"month": date(2024, 5, 1), "definition": "with_foreigners_province"}, "people", 1_000_193),
    ]),
    "city_residents_history": (204, [
        ({"month": date(2011, 1, 1), "definition": "registered"}, "people", 507_180),
        ({"month": date(2018, 3, 1), "definition": "registered"}, "households", 280_631),
        ({"month": date(2025, 12, 1), "definition": "residents"}, "people", 987_469),
    ]),
    "city_residents_households": (10_080, [
        ({"month": JAN_2023, "place": HWASEONG}, "people", 912_063),
        ({"month": JAN_2023, "place": HWASEONG}, "households", 387_763),
        ({"month": date(2023, 2, 1), "place": "1111000000"}, "households", 71_346),
    ]),
    "city_residents_register": (13_401, [
        ({"month": date(2018, 1, 1), "place": SEOUL}, "people", 9_851_767),
        ({"month": date(2018, 2, 1), "place": SEOUL}, "households", 4_231_130),
        ({"month": date(2025, 9, 1), "place": HWASEONG}, "people", 986_712),
    ]),
    "district_births": (55, [
        ({"year": 2019, "district": "4159025300"}, "births", 469),
        ({"year": 2019, "district": "4159060000"}, "boys", 561),
        ({"year": 2021, "district": "4159062000"}, "girls", 220),
    ]),
    "district_residents": (1230, [
        ({"month": date(2019, 7, 1), "district": "4159061000"}, "people", 68_279),
        ({"month": date(2025, 9, 1), "district": "4159063000"}, "people", 54_422),
        ({"month": date(2018, 1, 1), "district": "4159025300"}, "people", 74_904),
    ]),
    "district_residents_by_age_yearly": (2814, [
        ({"month": date(2017, 12, 1), "district": "4159025300", "age_from": 0}, "people", 4134),
        ({"month": date(2017, 12, 1), "district": "4159042000", "age_from": 5}, "people", 1459),
        ({"month": date(2021, 12, 1), "district": "4159061000", "age_from": 35}, "people", 10_729),
    ]),
    "district_shapes": (29, [
        ({"district": "4159125600"}, "name", "남양읍"),
        ({"district": "4159125600"}, "gu", "만세구"),
        ({"district": "4159759000"}, "name", "동탄9동"),
    ]),
    "local_currency_use": (1302, [
        ({"month": date(2022, 6, 1), "place": "4159000000"}, "card_used", 31_881_947),
        ({"month": date(2022, 6, 1), "place": "4159000000"}, "card_charged", 34_990_824),
        ({"month": date(2022, 6, 1), "place": "4182000000"}, "paper_sold", 350_130),
    ]),
    "schools": (188, [
        ({"name": "갈담초등학교"}, "latitude", 37.174982),
        ({"name": "갈천초등학교"}, "level", "초등학교"),
        ({"name": "고정초등학교"}, "longitude", 126.738433),
    ]),
}  # fmt: skip

LARGE = {"city_residents_by_age", "city_residents_register", "district_residents"}
"""Read in seconds rather than in a moment."""

ABSENT = {
    "apartment_move_ins",
    "candidate_sites",
    "card_sales_by_cell",
    "card_sales_by_payer",
    "card_sales_by_time",
    "city_events",
    "city_sales",
    "complex_children",
    "complex_dwellings",
    "customer_flows",
    "facilities",
    "foot_traffic",
    "merchant_sales",
    "merchants",
    "migration_movers",
    "migration_pairs",
    "planned_complexes",
    "point_layers",
    "resident_cells",
    "resident_spending",
    "street_lines",
    "district_residents_by_age",
    "households_by_size",
    "population_change",
}
"""Datasets whose files no real folder holds yet: reported as absent."""


REAL_ONLY = {
    "province_moves_yearly",
    "bus_routes_all",
    "district_births",
    "public_buildings",
    "resident_grid",
}
"""Datasets whose files the synthetic city does not write."""


def standard(dataset_id: str, raw: Path) -> pl.DataFrame:
    """The rows of a dataset of the city, read from a raw folder."""
    path = CITY / "datasets" / f"{dataset_id}.yml"
    dataset = read_dataset(path)
    load(Workspace(CITY))
    files = sorted(raw.glob(dataset.source.files or ""))
    columns = dataset_columns(dataset, CLASSES, path)
    city = read_city(CITY / "city.toml")
    return standardise(read(dataset.source, files, base=raw), dataset, columns, city=city).frame


@cache
def real(dataset_id: str) -> pl.DataFrame:
    return standard(dataset_id, SHARED)


def cell(rows: pl.DataFrame, where: dict[str, object], column: str) -> object:
    found = rows.filter(pl.all_horizontal(pl.col(name) == value for name, value in where.items()))
    assert found.height == 1, f"{where} names {found.height} rows"
    return found[column][0]


@pytest.mark.real
@needs_real_files
@pytest.mark.parametrize(
    "dataset_id",
    [pytest.param(id, marks=pytest.mark.slow if id in LARGE else ()) for id in sorted(KNOWN)],
)
def test_a_real_file_gives_the_rows_and_cells_that_a_reader_sees_in_it(dataset_id: str) -> None:
    rows, cells = KNOWN[dataset_id]
    frame = real(dataset_id)
    assert frame.height == rows
    for where, column, value in cells:
        assert cell(frame, where, column) == value, (where, column)


@pytest.mark.real
@needs_real_files
def test_every_dataset_of_the_city_is_known_here_or_known_to_be_absent() -> None:
    declared = {path.stem for path in (CITY / "datasets").glob("*.yml")}
    shipped = {"districts", "city_neighbours", "migration_places", "published_population"}
    opened = set(tomllib.loads((CITY / "twin/open_data.toml").read_text("utf-8")))
    assert declared == set(KNOWN) | ABSENT | shipped | opened
    for dataset_id in ABSENT | opened:
        pattern = read_dataset(CITY / "datasets" / f"{dataset_id}.yml").source.files
        assert not list(SHARED.glob(pattern or "")), dataset_id


@pytest.mark.real
@pytest.mark.slow
@needs_real_files
def test_gaps_of_the_real_series_stay_gaps() -> None:
    history = real("city_residents_history").filter(pl.col("definition") == "registered")
    assert history.height == 168  # of 180 months from 2011 to 2025
    years = set(real("district_residents")["month"].dt.year())
    assert years == {2018, 2019, 2020, 2025}
    assert set(real("district_residents_by_age_yearly")["month"].dt.year()) == set(
        range(2017, 2022)
    )


@pytest.mark.real
@pytest.mark.slow
@needs_real_files
def test_districts_add_up_to_the_city_in_every_month() -> None:
    districts = real("district_residents").group_by("month").agg(pl.col("people").sum())
    city = real("city_residents_register").filter(pl.col("place") == HWASEONG)
    both = districts.join(city, on="month", suffix="_city")
    assert both.height == 45
    assert (both["people"] == both["people_city"]).all()
    ages = real("district_residents_by_age_yearly").filter(pl.col("month") == date(2021, 12, 1))
    assert ages["people"].sum() == 887_015


@pytest.mark.real
@needs_real_files
def test_apartment_households_add_up_to_the_published_total() -> None:
    assert real("apartment_complexes")["households"].sum() == 314_359


@pytest.mark.real
@pytest.mark.slow
@needs_real_files
def test_the_synthetic_city_fills_the_same_tables_as_the_real_one(tmp_path: Path) -> None:
    from dataro.twin.write import write_city

    write_city(tmp_path / "raw", CITY, scale=0.01, seed=3, truth=tmp_path / "truth")
    for dataset_id in sorted(set(KNOWN) - REAL_ONLY):
        synthetic = standard(dataset_id, tmp_path / "raw")
        assert synthetic.schema == real(dataset_id).schema, dataset_id
        assert synthetic.height > 0, dataset_id
        columns = set(real(dataset_id).columns)
        filled = {
            name
            for name in columns
            if real(dataset_id)[name].null_count() < real(dataset_id).height
        }
        missing = {name for name in filled if synthetic[name].null_count() == synthetic.height}
        assert not missing, f"{dataset_id}: empty on the synthetic city only: {missing}"

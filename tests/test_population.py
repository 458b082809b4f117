"""How many people live where: a city small enough to know the answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import ibis
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from test_real_files import SHARED, needs_real_files

from dataro.analyses.population.answer import population
from dataro.analyses.population.city import age_measures
from dataro.analyses.population.districts import km2
from dataro.build.results import conform
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.data.datasets.population import (
    CityResidents,
    CityResidentsByAge,
    DistrictResidents,
    HouseholdsBySize,
    PopulationChange,
)
from dataro.data.standards.cast import STORED
from dataro.vocabulary.city import City
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both

CODE = "9911000000"
CITY = City("sampyeong", both("삼평시", "Sampyeong"), (CODE,), (127, 36, 128, 37),
            both("한빛도", "Hanbit"), both("데이터과", "Data office"))  # fmt: skip
EAST, WEST, NEW = "9911051000", "9911052000", "9911053000"
EAST_NOW = "9911151000"


def table(kind: type[Table], *rows: dict[str, Any]) -> Any:
    """A table of a class from rows; what a row does not say is empty."""
    schema = {name: STORED[term.domain.kind] for name, term in kind.columns.items()}
    full = [{name: row.get(name) for name in schema} for row in rows]
    return kind(ibis.memtable(pl.DataFrame(full, schema=schema)))


def month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def residents(**months: int) -> list[dict[str, Any]]:
    return [
        {"month": month(when[1:].replace("_", "-")), "place": CODE, "definition": "registered",
         "place_name": "한빛도 삼평시", "people": people}
        for when, people in months.items()
    ]  # fmt: skip


def square(west: float, south: float, size: float = 0.01) -> bytes:
    return bytes(shapely.to_wkb(shapely.box(west, south, west + size, south + size)))


MONTHS = residents(m2023_06=900, m2024_06=1000, m2024_07=1010, m2025_06=1100)
DISTRICTS = table(
    Districts,
    {"district": EAST, "valid_from": date(2001, 1, 1), "valid_to": date(2025, 2, 1),
     "name": "동읍", "level": "eup", "parent": CODE},
    {"district": WEST, "valid_from": date(2001, 1, 1), "name": "서읍", "level": "eup", "parent": CODE},
    {"district": NEW, "valid_from": date(2025, 1, 1), "name": "새동", "level": "dong",
     "parent": CODE, "split_from": EAST},
    {"district": EAST_NOW, "valid_from": date(2025, 2, 1), "name": "동읍", "level": "eup",
     "parent": CODE, "renumbered_from": EAST},
)  # fmt: skip
BY_DISTRICT = table(
    DistrictResidents,
    *(
        {"month": month(when), "district": code, "definition": "registered", "people": people,
         "households": people // 2}
        for when, code, people in [
            ("2024-06", EAST, 600), ("2024-06", WEST, 400),
            ("2024-07", EAST, 610),
            ("2025-06", EAST_NOW, 450), ("2025-06", NEW, 250), ("2025-06", WEST, 400),
        ]
    ),
)  # fmt: skip
SHAPES = table(
    DistrictShapes,
    {"district": EAST_NOW, "name": "동읍", "shape": square(127.0, 36.5)},
    {"district": NEW, "name": "새동", "shape": square(127.01, 36.5)},
    {"district": WEST, "name": "서읍", "shape": square(127.02, 36.5)},
)


def run(**given: Any) -> dict[str, Any]:
    """Result frames, findings and figures by name, as the build makes them."""
    names = [one.parameter for one in population.inputs]
    inputs: dict[str, Any] = {name: given.pop(name, None) for name in names}
    chosen = population.check_settings(given)
    returned = population(**inputs, city=CITY, **chosen)
    frames = {
        name: conform("population", kind, getattr(returned, name).rows)
        for name, kind in population.results.items()
    }
    known = {**inputs, **chosen, "city": CITY,
             **{name: kind(frames[name]) for name, kind in population.results.items()}}  # fmt: skip

    def called(part: Any) -> Any:
        return part.function(*(known[name] for name in part.parameters))

    return {
        **frames,
        "findings": [one for part in population.narratives for one in called(part)],
        "figures": {part.id: called(part) for part in population.figures},
    }


def test_change_is_over_twelve_months_of_the_same_definition_or_not_given() -> None:
    other = {**MONTHS[1], "definition": "residents", "people": 990}
    rows = run(residents=table(CityResidents, *MONTHS, other))["by_month"]
    found = {(row["definition"], f"{row['month']:%Y-%m}"): row["change"] for row in rows.to_dicts()}
    assert found == {
        ("registered", "2023-06"): None,
        ("registered", "2024-06"): 100,
        ("registered", "2024-07"): None,  # July 2023 is missing, and June is not July
        ("registered", "2025-06"): 100,
        ("residents", "2024-06"): None,
    }


def test_a_city_with_nothing_but_its_totals_still_gets_an_answer() -> None:
    answer = run(residents=table(CityResidents, *MONTHS))
    assert answer["by_month"].height == 4
    assert answer["growth"].is_empty()
    assert answer["components"].is_empty()
    drawn = {name for name, figure in answer["figures"].items() if figure is not None}
    assert drawn == {"residents_by_month"}


def test_missing_months_are_gaps_in_the_line_and_named_in_a_sentence() -> None:
    answer = run(residents=table(CityResidents, *MONTHS))
    line = answer["figures"]["residents_by_month"]
    assert len(line.at) == 25
    assert [value for value in line.series[0].values if value is not None] == [
        900,
        1000,
        1010,
        1100,
    ]
    (sentence,) = [f for f in answer["findings"] if "2023-07–2024-05" in f.text.ko]
    assert sentence.numbers["months"] == 21
    assert "비워 두었습니다" in sentence.text.ko


def test_a_district_that_was_split_is_compared_as_the_area_it_came_from() -> None:
    answer = run(
        residents=table(CityResidents, *MONTHS), districts=DISTRICTS,
        district_residents=BY_DISTRICT, shapes=SHAPES,
    )  # fmt: skip
    growth = {row["area"]: row for row in answer["growth"].to_dicts()}
    assert set(growth) == {"동읍·새동", "서읍"} or set(growth) == {"새동·동읍", "서읍"}
    union = next(row for row in growth.values() if row["districts"] == 2)
    assert (union["people_before"], union["people"], union["change"]) == (600, 700, 100)
    assert union["growth_yearly"] == pytest.approx(100 / 600)
    assert any(finding.numbers.get("count") == 2 for finding in answer["findings"])


def test_before_a_split_the_districts_share_the_density_of_their_common_area() -> None:
    answer = run(
        residents=table(CityResidents, *MONTHS), districts=DISTRICTS,
        district_residents=BY_DISTRICT, shapes=SHAPES,
    )  # fmt: skip
    figure = answer["figures"]["density_map"]
    by_place = dict(zip(figure.places, figure.frames["2024-06"], strict=True))
    area = km2(square(127.0, 36.5)) + km2(square(127.01, 36.5))
    assert by_place[EAST_NOW] == by_place[NEW] == pytest.approx(600 / area, abs=0.06)
    assert figure.frames["2024-07"][figure.places.index(WEST)] is None  # not reported that month
    now = {row["district"]: row for row in answer["by_district"].to_dicts()}
    assert {code: row["people"] for code, row in now.items()} == {
        EAST_NOW: 450,
        NEW: 250,
        WEST: 400,
    }
    assert now[NEW]["persons_per_household"] == 2


def test_a_square_kilometre_is_one_wherever_it_lies() -> None:
    # A degree square at the equator: 12,308.8 km² on GRS80 (Karney's geodesic area).
    assert km2(bytes(shapely.to_wkb(shapely.box(0, 0, 1, 1)))) == pytest.approx(12_308.8, abs=0.1)


def ages(people: list[int], width: int) -> ibis.Table:
    last = len(people) - 1
    rows = [
        {"sex": "all", "age_from": n * width, "age_to": None if n == last else n * width + width - 1,
         "people": count}
        for n, count in enumerate(people)
    ]  # fmt: skip
    return ibis.memtable(pl.DataFrame(rows, schema_overrides={"age_to": pl.Int64}))


def measured(rows: ibis.Table) -> dict[str, Any]:
    (row,) = age_measures(rows.mutate(place=ibis.literal("x")), ["place"]).to_polars().to_dicts()
    return row


def test_ages_of_an_even_population_are_known_by_heart() -> None:
    for width, bands in ((10, 10), (5, 20)):
        row = measured(ages([1000 * width] * bands, width))
        assert row["median_age"] == pytest.approx(50)
        assert row["share_young"] == pytest.approx(0.15)
        assert row["share_old"] == pytest.approx(0.35)
        assert row["dependency"] == pytest.approx(1.0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 5000), min_size=21, max_size=21).filter(lambda n: sum(n[:20]) > 0))
def test_shares_of_ages_are_whole_and_exact_where_bands_end_at_15_and_65(people: list[int]) -> None:
    row = measured(ages(people, 5))
    total = sum(people)
    assert row["share_young"] + row["share_working"] + row["share_old"] == pytest.approx(1)
    assert row["young"] == pytest.approx(sum(people[:3]))
    assert row["old"] == pytest.approx(sum(people[13:]))
    below = sum(people[: int(row["median_age"] // 5)])
    assert below <= total / 2


def test_components_are_held_against_the_register_and_the_rest_is_said() -> None:
    months = residents(m2025_05=1000, m2025_06=1010)
    parts = {"births": 9, "deaths": 4, "moved_in": 40, "moved_out": 36, "other": None}
    answer = run(
        residents=table(CityResidents, *months),
        changes=table(PopulationChange, {"month": month("2025-06"), "district": WEST, **parts}),
    )
    (row,) = answer["components"].to_dicts()
    assert (row["natural"], row["net_moves"], row["change"]) == (5, 4, 9)
    assert (row["observed"], row["unexplained"]) == (10, 1)
    assert any("설명되지 않습니다" in one.text.ko for one in answer["findings"])


def test_peers_are_cities_of_the_same_size_and_neither_provinces_nor_parts_of_cities() -> None:
    others = [
        ("9900000000", "한빛도", 1100), ("9911100000", "한빛도 삼평시 동구", 1100),
        ("9913000000", "한빛도 이웃시", 1150), ("9915000000", "한빛도 먼시", 9000),
    ]  # fmt: skip
    rows = [
        {**MONTHS[-1], "month": month(when), "place": place, "place_name": name, "people": people}
        for place, name, people in others
        for when in ("2024-06", "2025-06")
    ]
    answer = run(residents=table(CityResidents, *MONTHS, *rows), peer_count=1)
    assert answer["peers"]["name"].to_list() == ["삼평시", "이웃시"]
    assert answer["peers"]["growth"].to_list() == pytest.approx([0.1, 0.0])


def test_households_by_size_are_shares_of_all() -> None:
    sizes = [{"month": month("2025-06"), "district": code, "size": size, "households": count}
             for code in (WEST, NEW) for size, count in ((1, 30), (2, 50), (3, 20))]  # fmt: skip
    answer = run(
        residents=table(CityResidents, *MONTHS), households=table(HouseholdsBySize, *sizes)
    )
    assert answer["household_sizes"]["share"].to_list() == pytest.approx([0.3, 0.5, 0.2])


def test_a_definition_the_city_does_not_have_is_answered_with_those_it_has() -> None:
    with pytest.raises(Problem) as problem:
        run(residents=table(CityResidents, *MONTHS), definition="with_foreigners_city")
    assert "registered" in problem.value.text.ko
    assert "Definitions it has: registered" in problem.value.text.en


def test_looking_back_uses_only_what_was_there_then() -> None:
    answer = run(
        residents=table(CityResidents, *MONTHS), districts=DISTRICTS, shapes=SHAPES,
        district_residents=BY_DISTRICT, month="2024-06",
    )  # fmt: skip
    assert answer["by_month"]["month"].max() == month("2024-06")
    rows = {row["name"]: row["people"] for row in answer["by_district"].to_dicts()}
    assert sorted(rows.values()) == [400, 600]
    assert answer["figures"]["age_pyramid"] is None


def test_settings_that_name_nothing_are_answered_with_what_there_is() -> None:
    given = {"residents": table(CityResidents, *MONTHS), "districts": DISTRICTS,
             "district_residents": BY_DISTRICT}  # fmt: skip
    with pytest.raises(Problem) as problem:
        run(**given, month="2023-13")
    assert "2023-12처럼" in problem.value.text.ko
    with pytest.raises(Problem) as problem:
        run(**given, compare="서읍, 세동")
    assert "새동" in problem.value.text.ko
    line = run(**given, compare="새동")["figures"]["districts_compared"]
    assert [series.values[0] for series in line.series] == [600]


def test_components_by_district_add_up_through_a_split_and_a_renumbering() -> None:
    parts = {"births": 1, "deaths": 2, "moved_in": 30, "moved_out": 10}
    changes = [
        {"month": month(when), "district": code, "other": other, **parts}
        for when, code, other in [("2024-12", EAST, None), ("2025-01", EAST, -200),
                                  ("2025-01", NEW, 200), ("2025-02", EAST_NOW, 0)]
    ]  # fmt: skip
    answer = run(
        residents=table(CityResidents, *MONTHS), districts=DISTRICTS,
        district_residents=BY_DISTRICT, changes=table(PopulationChange, *changes),
    )  # fmt: skip
    (row,) = answer["district_components"].to_dicts()
    assert row["codes"].split(" ") == sorted([EAST_NOW, NEW])
    assert (row["natural"], row["net_moves"], row["other"], row["change"]) == (-4, 80, 0, 76)


def test_a_district_that_ends_hands_over_its_people_and_nobody_comes_from_nowhere() -> None:
    parts = {"births": 0, "deaths": 0, "moved_in": 0, "moved_out": 0}
    counted = [*BY_DISTRICT.rows.to_polars().to_dicts(),
               {"month": month("2025-01"), "district": EAST, "definition": "registered",
                "people": 440}]  # fmt: skip
    changes = [
        {"month": month("2025-02"), "district": EAST_NOW, "other": 440, **parts},
        {"month": month("2025-02"), "district": WEST, "other": 0, **parts},
    ]
    answer = run(
        residents=table(CityResidents, *MONTHS), districts=DISTRICTS,
        district_residents=table(DistrictResidents, *counted),
        changes=table(PopulationChange, *changes),
    )  # fmt: skip
    assert answer["components"]["change"].to_list() == [0]


def test_a_code_that_no_district_ever_had_is_named_and_the_sums_are_held_together() -> None:
    strange = {
        "month": month("2025-06"),
        "district": "991105",
        "definition": "registered",
        "people": 7,
    }
    known = BY_DISTRICT.rows.to_polars().to_dicts()
    answer = run(
        residents=table(CityResidents, *MONTHS), districts=DISTRICTS,
        district_residents=table(DistrictResidents, *known, strange),
    )  # fmt: skip
    assert answer["unplaced"].row(0) == ("읍면동 월별 인구", "991105", 1)
    numbers = [one.numbers for one in answer["findings"]]
    assert any(one.get("difference") == 0 and one.get("whole") == 1100 for one in numbers)
    assert any(one.get("codes") == "991105" for one in numbers)


def test_figures_and_tables_hold_the_same_numbers_in_both_languages() -> None:
    bands = [{**MONTHS[-1], "sex": sex, "age_from": start, "age_to": start + 9, "people": 50}
             for sex in ("male", "female") for start in range(0, 110, 10)]  # fmt: skip
    answer = run(residents=table(CityResidents, *MONTHS), by_age=table(CityResidentsByAge, *bands))
    pyramid = answer["figures"]["age_pyramid"]
    assert sum(pyramid.men.values) + sum(pyramid.women.values) == 1100
    for figure in filter(None, answer["figures"].values()):
        heads, rows = figure.cells()
        assert all(len(row) == len(heads) for row in rows)
        assert figure.title.ko
        assert figure.title.en


@pytest.mark.real
@pytest.mark.slow
@needs_real_files
def test_the_real_city_from_raw_files_to_sentences(tmp_path: Path) -> None:
    from dataro.build.answers import answer
    from dataro.build.context import opened
    from dataro.build.run import build
    from dataro.build.workspace import init

    workspace = init(tmp_path / "hw", "hwaseong")
    results = {one.id: one for one in build(workspace, only=["population"], raw=SHARED)}
    assert [one.problem for one in results.values() if one.problem] == []
    assert results["population"].result == "built"
    assert {one.id for one in results.values() if one.result == "absent"} == {
        "district_residents_by_age", "households_by_size", "population_change",
    }  # fmt: skip
    with opened(workspace) as context:
        found = answer(context, "population")
    numbers = [one.numbers for one in found.findings]
    assert {"people": 989_969, "amount": 21_148}.items() <= numbers[0].items()
    union = next(one for one in numbers if one.get("count") == 2)
    assert (union["people_before"], union["people"]) == (84_202, 111_612)
    assert [one["months"] for one in numbers if "months" in one] == [12, 48]
    area = sum(found.tables["by_district"]["area"])
    assert area == pytest.approx(702.5, abs=1.0)
    assert not found.receipt.synthetic
    paths = {file.path for receipt in found.receipt.inputs for file in receipt.files}
    assert "population/all_regions/jumin_monthly_full.json.gz" in paths

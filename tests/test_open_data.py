"""The synthetic city opens datasets of the kinds that the real one opens, and they fit the city."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import shapely

from dataro.build.context import Context, opened
from dataro.build.run import build
from dataro.build.workspace import init, shipped_cities
from dataro.publish.catalogue.entries import public_entries
from dataro.twin.facts import load
from dataro.twin.open_data.spec import read_tables
from dataro.twin.write import write_city
from dataro.vocabulary.problem import Problem

OF_STATISTICS = ("parking_enforcement", "pet_registrations", "air_quality")
OF_PLACES = ("public_parking", "security_lights", "factories", "heat_shelters", "festivals")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    workspace = init(tmp_path_factory.mktemp("city") / "w", shipped_cities()[0])
    write_city(workspace.raw, workspace.folder, scale=0.01, truth=workspace.folder / "truth")
    build(workspace, only=[*OF_STATISTICS, *OF_PLACES, "districts"])
    with opened(workspace) as context:
        yield context


def frame(city: Context, id: str) -> pl.DataFrame:
    current = city.state.current(id)
    assert current is not None, id
    with city.lake.session() as session:
        return session.read(id, current.snapshots[id]).to_polars()


def test_the_city_declares_more_than_54_open_datasets_each_with_what_the_portal_asks(
    city: Context,
) -> None:
    told = {one.id for one in read_tables(city.workspace.folder)}
    declared = [city.registry.datasets[id] for id in told]
    assert sum(one.openness == "open" for one in declared) > 54
    for one in declared:
        assert one.row, one.id
        assert one.keywords, one.id
        assert one.licence.startswith("kogl-"), one.id
        assert all(term.text.en for term in city.registry.columns[one.id].values()), one.id
        assert not any(column.personal for column in one.columns.values()), one.id
    assert {one.id for one in public_entries(city)} >= told - {"disability_register"}


@pytest.mark.parametrize("id", [*OF_STATISTICS, *OF_PLACES])
def test_what_departments_sent_is_read_with_few_errors_all_of_them_planted(
    city: Context, id: str
) -> None:
    current = city.state.current(id)
    assert current is not None
    verdict = current.verdicts[id]
    planted = json.loads((city.workspace.folder / "truth" / "planted.json").read_text("utf-8"))
    file = next(one.file for one in read_tables(city.workspace.folder) if one.id == id)
    assert verdict.rows_kept >= 5
    assert verdict.rows_read - verdict.rows_kept <= sum(one["file"] == file for one in planted)
    assert verdict.error_rate < 0.01


def test_things_stand_inside_the_district_that_their_row_names(city: Context) -> None:
    outlines = json.loads(
        (city.workspace.raw / load(city.workspace.folder).file("outlines")).read_text("utf-8")
    )
    by_name = {
        one["properties"]["name"]: shapely.from_geojson(json.dumps(one["geometry"]))
        for one in outlines["features"]
    }
    rows = frame(city, "heat_shelters").drop_nulls(["longitude", "latitude"])
    inside = [
        by_name[name].buffer(1e-5).contains(shapely.Point(x, y))
        for name, x, y in rows.select("district_name", "longitude", "latitude").iter_rows()
    ]
    assert sum(inside) >= len(inside) - 1  # one planted error at most


def test_counts_go_with_the_residents_of_the_twin(city: Context) -> None:
    rows = frame(city, "parking_enforcement")
    known = {one.code for one in load(city.workspace.folder).districts}
    named = rows.filter(pl.col("district").is_in(known))
    assert named.height > 0.98 * rows.height  # the others carry a planted code
    by_district = named.group_by("district").agg(pl.col("fined").sum()).sort("fined")
    assert by_district["fined"][-1] > 3 * by_district["fined"][0]
    assert (rows["by_camera"] <= rows["fined"]).all()


def test_files_look_as_departments_send_them(city: Context) -> None:
    path = city.workspace.raw / "열린데이터/교통/불법주정차 단속 현황.csv"
    text = path.read_bytes().decode("cp949")
    lines = text.splitlines()
    assert lines[0].startswith("불법 주정차 단속 현황")  # a title above the heading
    assert lines[-1].split(",")[1] == "합계"
    assert '"' in lines[5]  # thousands separators


def test_a_column_that_nothing_makes_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "twin"
    folder.mkdir()
    table = '[lamps]\nfile = "a.csv"\nrows = 3\nform = "cp948"\n[lamps.columns]\n"n" = "serial"\n'
    (folder / "open_data.toml").write_text(table, "utf-8")
    with pytest.raises(Problem, match=r"cp948.*Did you mean “cp949”"):
        read_tables(tmp_path)

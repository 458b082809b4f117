"""Map programs read a city's places: features by conditions, in their coordinates, and tiles."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import portal_city
import pyproj
import pytest
import shapely
import shapely.geometry
from clients import needs_clients, run_client
from hypothesis import given, settings
from hypothesis import strategies as st
from portal_server import serving

from dataro.build.run import build
from dataro.publish.tiles.crowd import crowd
from dataro.publish.tiles.encode import grids, point_tile
from dataro.publish.tiles.order import apart, codes, interleaved, tile_range


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = portal_city.make(tmp_path_factory.mktemp("city"))
    build(workspace)
    return workspace.folder


@pytest.fixture(scope="module")
def web(city: Path) -> Iterator[httpx.Client]:
    with serving(city) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def stops(web: httpx.Client) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(web.get("/data/stops.csv?bom=0").text)))


def found(web: httpx.Client, **asked: Any) -> dict[str, Any]:
    answer = web.get("/ogc/collections/stops/items", params={"limit": 1000, **asked})
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


@pytest.mark.slow
@needs_clients
def test_owslib_and_the_requests_of_qgis_read_every_feature(web: httpx.Client) -> None:
    rows = stops(web)
    said = run_client("ogc.py", str(web.base_url).rstrip("/"), "stops")
    owslib, qgis = said["owslib"], said["qgis"]
    assert {"stops", "outlines"} <= set(owslib["collections"])
    assert "secret" not in owslib["collections"]
    assert (owslib["matched"], owslib["returned"]) == (len(rows), 7)
    assert owslib["east"] == sum(float(one["longitude"] or 0) >= 127 for one in rows)
    assert owslib["one"]["stop"] == rows[0]["stop"]
    placed = [one for one in rows if one["longitude"]]
    assert qgis["ids"] == qgis["rows"] == len(placed)
    assert qgis["crs"] == "<http://www.opengis.net/def/crs/EPSG/0/5186>"
    assert set(said["tiles"].values()) == {len(placed)}


def test_conditions_in_cql2_choose_what_a_plain_reading_of_the_file_chooses(
    web: httpx.Client,
) -> None:
    rows = [{**one, "x": float(one["longitude"] or "nan")} for one in stops(web)]
    expected = {
        "longitude > 127.1": [one for one in rows if one["x"] > 127.1],
        "NOT (longitude > 127.1)": [one for one in rows if one["x"] <= 127.1],
        "longitude BETWEEN 127.0 AND 127.2 AND name LIKE '%1%'": [
            one for one in rows if 127.0 <= one["x"] <= 127.2 and "1" in one["name"]
        ],
        "stop IN ('S001','S002') OR stop = 'S003'": [
            one for one in rows if one["stop"] in ("S001", "S002", "S003")
        ],
    }
    for written, wanted in expected.items():
        ids = {one["properties"]["stop"] for one in found(web, filter=written)["features"]}
        assert ids == {one["stop"] for one in wanted}, written
    as_json = json.dumps({"op": ">", "args": [{"property": "longitude"}, 127.1]})
    counted = found(web, filter=as_json, **{"filter-lang": "cql2-json"})["numberMatched"]
    assert counted == len(expected["longitude > 127.1"])


def test_an_outline_is_found_only_where_it_really_touches(web: httpx.Client) -> None:
    whole = web.get("/ogc/collections/outlines/items").json()
    shapes = {one["id"]: shapely.geometry.shape(one["geometry"]) for one in whole["features"]}
    assert whole["numberMatched"] == len(shapes) > 3
    for name, shape in shapes.items():
        point = shape.representative_point()
        box = f"{point.x},{point.y},{point.x + 1e-6},{point.y + 1e-6}"
        inside = web.get("/ogc/collections/outlines/items", params={"bbox": box}).json()
        touched = {
            id
            for id, one in shapes.items()
            if one.intersects(shapely.box(*map(float, box.split(","))))
        }
        assert {one["id"] for one in inside["features"]} == touched
        assert name in touched
        text = f"S_INTERSECTS(geometry, {point.wkt})"
        at = web.get("/ogc/collections/outlines/items", params={"filter": text}).json()
        assert name in {one["id"] for one in at["features"]}


def test_places_come_in_the_axis_order_of_the_system_that_is_asked_for(web: httpx.Client) -> None:
    plain = {
        one["id"]: one["geometry"]["coordinates"]
        for one in found(web)["features"]
        if one["geometry"]
    }
    for code in (4326, 3857, 5179, 5186):
        uri = f"http://www.opengis.net/def/crs/EPSG/0/{code}"
        moved = {
            one["id"]: one["geometry"]["coordinates"]
            for one in found(web, crs=uri)["features"]
            if one["geometry"]
        }
        expected = pyproj.Transformer.from_crs("OGC:CRS84", f"EPSG:{code}").transform(
            *np.array(list(plain.values())).T
        )
        assert np.allclose(np.array(list(moved.values())).T, expected, atol=1e-6), code


def test_what_cannot_be_asked_is_a_problem_in_the_readers_language(web: httpx.Client) -> None:
    for query, status in {
        "bbox=1,2,3": 400, "crs=http://www.opengis.net/def/crs/EPSG/0/2097": 400, "limit=0": 400,
        "filter=longitude >": 400, "filter=longitud > 1": 400, "filter=a=1&filter-lang=ecql": 400,
        "colour=red": 400, "datetime=yesterday": 400, "datetime=2024-01-01/../..": 400, f"filter={'x' * 9_000}": 414,
    }.items():  # fmt: skip
        told = web.get(f"/ogc/collections/stops/items?{query}", headers={"accept-language": "en"})
        assert told.headers["content-type"].startswith("application/problem+json"), query
        assert told.status_code in (status, 400), query
    for path in ("secret", "nothing", "residents"):
        assert web.get(f"/ogc/collections/{path}").status_code == 404
    assert web.get("/ogc/collections/stops/items/S999").status_code == 404
    assert web.get("/ogc/collections/stops/tiles/WebMercatorQuad/3/9/0").status_code == 404


@given(
    st.lists(st.tuples(st.floats(-180, 180), st.floats(-85, 85)), min_size=1, max_size=200),
    st.integers(0, 12),
)
@settings(max_examples=60, deadline=None)
def test_every_point_is_counted_once_in_the_tiles_of_a_zoom(
    places: list[tuple[float, float]], zoom: int
) -> None:
    longitude, latitude = np.array(places).T
    ordered = np.sort(codes(longitude, latitude))
    assert (interleaved(*apart(ordered)) == ordered).all()
    x, y = (whole >> np.uint64(31 - zoom) for whole in apart(ordered))
    tiles = set(zip(x.tolist(), y.tolist(), strict=True))
    counted = sum(
        last - first for first, last in (tile_range(ordered, zoom, *one) for one in tiles)
    )
    assert counted == len(places)
    grid = grids(ordered)[zoom]
    assert all(point_tile(ordered, grid, "p", zoom, *one) for one in tiles)


@given(st.lists(st.tuples(st.floats(126, 128), st.floats(36, 38)), min_size=1, max_size=300))
@settings(max_examples=40, deadline=None)
def test_a_crowd_in_few_cells_still_counts_everybody(places: list[tuple[float, float]]) -> None:
    longitude, latitude = np.array(places).T
    x, y, counts = crowd(np.sort(codes(longitude, latitude)), most=20)
    assert len(counts) <= 20
    assert counts.sum() == len(places)
    assert (longitude.min() - 1e-6 <= x).all()
    assert (y <= latitude.max() + 1e-6).all()
    assert list(counts) == sorted(counts, reverse=True)


def test_gdal_reads_the_collections_with_its_own_driver(web: httpx.Client) -> None:
    import pyogrio

    if "OAPIF" not in pyogrio.list_drivers():
        pytest.skip("this build of GDAL has no driver for OGC API – Features")
    root, rows = f"OAPIF:{str(web.base_url).rstrip('/')}/ogc", stops(web)
    assert {name for name, _ in pyogrio.list_layers(root)} >= {"stops", "outlines"}
    _, read = pyogrio.read_arrow(f"{root}/collections/stops")
    assert sorted(read["stop"].to_pylist()) == sorted(one["stop"] for one in rows)
    _, one = pyogrio.read_arrow(f"{root}/collections/stops", where="stop = 'S003'")
    assert one["stop"].to_pylist() == ["S003"]

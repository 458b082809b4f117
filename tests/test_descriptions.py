"""Machines read the catalogue: DCAT by official shapes and by CKAN, loaders of data by their own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import portal_city
import pytest
from clients import needs_clients, run_client
from portal_server import serving

from dataro.build.run import build


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = portal_city.make(tmp_path_factory.mktemp("city"))
    build(workspace)
    return workspace.folder


@pytest.fixture(scope="module")
def address(city: Path) -> Iterator[str]:
    with serving(city) as found:
        yield found


FORMS = {"jsonld": "application/ld+json", "ttl": "text/turtle", "rdf": "application/rdf+xml"}


def test_whoever_accepts_a_form_of_rdf_is_sent_to_it_and_people_to_the_page(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        for ending, media in FORMS.items():
            sent = client.get("/dataset/stops", headers={"accept": media})
            assert (sent.status_code, sent.headers["location"]) == (303, f"/dataset/stops.{ending}")
            found = client.get(sent.headers["location"])
            assert found.headers["content-type"].startswith(media)
            assert found.headers["access-control-allow-origin"] == "*"
            assert "버스 정류장" in found.text
        person = client.get("/dataset/stops", headers={"accept": "text/html"})
        assert person.headers["location"] == "/ko/data/stops"


def test_what_is_not_open_stands_in_no_description(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        assert "secret" not in client.get("/catalog.ttl").text
        for path in ("/dataset/secret.ttl", "/dataset/secret/croissant.json", "/dataset/secret"):
            assert client.get(path).status_code == 404
        unknown = client.get("/dataset/stops/marc21.json", headers={"accept-language": "en"})
        assert unknown.status_code == 404
        assert "croissant.json" in unknown.text


@pytest.mark.slow
@needs_clients
def test_the_catalogue_meets_the_official_shapes_of_dcat_ap_in_every_form(address: str) -> None:
    said = run_client("dcat_ap.py", *(f"{address}/catalog.{ending}" for ending in FORMS))
    assert said["shapes"] > 30
    assert said["violations"] == []
    assert len(set(said["triples"])) == 1
    assert said["datasets"][0] >= 5


@pytest.mark.slow
@needs_clients
def test_a_ckan_portal_harvests_the_catalogue(address: str) -> None:
    harvested = {
        one["title"]: one for one in run_client("ckan_parser.py", f"{address}/catalog.ttl")
    }
    stops = next(one for title, one in harvested.items() if title in ("버스 정류장", "Bus stops"))
    files = {one["download_url"].rpartition("/")[2] for one in stops["resources"]}
    assert {"stops.csv?bom=0", "stops.xlsx", "stops.parquet", "stops.geojson"} <= files


@pytest.mark.slow
@needs_clients
def test_loaders_and_search_engines_read_a_dataset_down_to_its_rows(address: str) -> None:
    text = httpx.get(f"{address}/data/stops.csv?bom=0").text
    rows = list(csv.DictReader(io.StringIO(text)))
    said = run_client("described.py", address, "stops")
    assert said["package"] == {"valid": True, "errors": [], "rows": len(rows)}
    assert said["croissant"]["issues"] == []
    assert said["croissant"]["records"] == len(rows)
    assert said["croissant"]["first"]["stops/name"] == rows[0]["name"]
    assert ["sc:Dataset", "stops"] in said["page"]
    assert said["csvw"] == {"valid": True, "rows": len(rows), "warnings": []}

"""A column that is declared personal never leaves the house by any door of an open dataset."""

from __future__ import annotations

import pytest
import small_city
from litestar.testing import TestClient

from dataro.build.declaring import redeclare
from dataro.build.run import build
from dataro.build.workspace import Workspace
from dataro.portal.app import make_app
from dataro.vocabulary.problem import Problem

pytestmark = pytest.mark.filterwarnings(
    "ignore::litestar.exceptions.base_exceptions.LitestarDeprecationWarning"
)

WALKERS = """
title: {ko: 산책로 이용자, en: Walkers}
description: {ko: 산책로를 걷는 사람입니다., en: Who walks where.}
owner: {ko: 공원과, en: Parks}
row: {ko: 한 행은 응답자 한 사람입니다., en: One row per respondent.}
licence: kogl-1
openness: internal
openness_reason: {ko: 개인을 알아볼 수 있습니다., en: Persons can be recognised.}
source: {files: "조사.csv"}
columns:
  respondent: {from: 응답번호, title: {ko: 응답번호, en: Respondent}, kind: code, key: true}
  called: {from: 성명, title: {ko: 성명, en: Name}, kind: text, personal: true}
  longitude: {from: 경도, term: longitude}
  latitude: {from: 위도, term: latitude}
"""
PLANTED = "남궁가람"
DOORS = (
    "/ko/data/walkers", "/ko/data/walkers/versions", "/ko/data?q=walkers", "/data/walkers.csv",
    "/data/walkers.xlsx", "/data/walkers.parquet", "/data/walkers.json", "/data/walkers.geojson",
    "/api/v1/datasets/walkers", "/api/v1/datasets/walkers/rows", "/openapi/walkers",  # says its error with 200
    "/odcloud/api/walkers/v1", "/ogc/collections/walkers", "/ogc/collections/walkers/items",
    "/api/3/action/datastore_search?resource_id=walkers", "/api/3/action/package_show?id=walkers",
    "/dataset/walkers.jsonld", "/catalog.jsonld",
)  # fmt: skip
CALL = {
    "jsonrpc": "2.0", "id": 1, "method": "tools/call",
    "params": {"name": "rows", "arguments": {"id": "walkers", "dataset": "walkers"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Names are in the lake, as they may be while nobody outside may see them."""
    place: Workspace = small_city.make(tmp_path_factory.mktemp("here") / "city")
    (place.datasets / "walkers.yml").write_text(WALKERS, "utf-8")
    rows = f"응답번호,성명,경도,위도\nR1,{PLANTED},127.5,36.5\nR2,{PLANTED},127.6,36.6\n"
    (place.raw / "조사.csv").write_text(rows, "utf-8")
    build(place, only=["walkers", "benches"])
    return place


def test_a_declaration_that_would_open_it_is_refused_with_its_line(city: Workspace) -> None:
    with pytest.raises(
        Problem, match=r"walkers\.yml, line 12: .*marked personal.*: called\."
    ) as no:
        redeclare(city, "walkers", {"openness": "open"})
    assert "12행: 개인정보로 표시된 열이 있어" in no.value.text.ko
    assert "openness: internal" in (city.datasets / "walkers.yml").read_text("utf-8")


def test_it_stays_inside_even_where_somebody_edits_the_file_by_hand(city: Workspace) -> None:
    path = city.datasets / "walkers.yml"
    try:
        path.write_text(WALKERS.replace("openness: internal", "openness: open"), "utf-8")
        head = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
        with TestClient(make_app(city.folder)) as web:
            assert web.get("/data/benches.csv").status_code == 200
            for door in DOORS:
                reply = web.get(door)
                assert PLANTED.encode() not in reply.content, door
                assert "성명".encode() not in reply.content, door
                answers = door in ("/ko/data?q=walkers", "/catalog.jsonld", "/openapi/walkers")
                assert (reply.status_code == 200) is answers, (door, reply.status_code)
            assert PLANTED not in web.post("/mcp", json=CALL, headers=head).text
    finally:
        path.write_text(WALKERS, "utf-8")


def test_the_same_data_goes_out_without_the_column(city: Workspace) -> None:
    path = city.datasets / "walkers.yml"
    kept = "\n".join(line for line in WALKERS.splitlines() if "personal: true" not in line)
    path.write_text(kept.replace("openness: internal", "openness: open"), "utf-8")
    build(city, only=["walkers"])
    with TestClient(make_app(city.folder)) as web:
        sent = web.get("/data/walkers.csv")
        assert sent.status_code == 200
        assert "R1" in sent.text
        assert PLANTED not in sent.text

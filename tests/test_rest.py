"""The REST interface as programs use it: over HTTP, from a server of its own."""

from __future__ import annotations

import html
import io
import json
import re
import socket
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import polars as pl
import portal_city
import pytest
import small_city
from clients import needs_clients, run_client
from portal_server import serving
from python_calamine import CalamineWorkbook

from dataro.accounts.people import add_person
from dataro.accounts.records import open_records
from dataro.accounts.tokens import make_token
from dataro.build.run import build
from dataro.build.workspace import Workspace
from dataro.publish.forms.rest.problems import ALL
from dataro.vocabulary.text import both

BASE = "/api/v1"
STOPS = f"{BASE}/datasets/stops"
COLD = """
title: {ko: 겨울 기온, en: Winter temperatures}
description: {ko: 겨울 기온입니다., en: Temperatures in winter.}
owner: {ko: 기후과, en: Climate}
row: {ko: 한 행은 하루입니다., en: One row per day.}
licence: kogl-1
source: {files: 기온.csv}
columns:
  day: {from: 날짜, title: {ko: 날짜, en: Day}, kind: date, key: true}
  lowest: {from: 최저, title: {ko: 최저기온, en: Lowest}, kind: decimal, unit: {ko: 도, en: °C}}
  limit: {from: 비고, title: {ko: 비고, en: Remark}, kind: text}
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = portal_city.make(tmp_path_factory.mktemp("city"))
    (workspace.folder / "datasets/cold.yml").write_text(COLD, "utf-8")
    (workspace.raw / "기온.csv").write_text(
        "날짜,최저,비고\n2024-01-01,-12.5,-- 한파\n2024-01-02,-3,@sum\n2024-01-03,0.5,맑음\n",
        "utf-8",
    )
    build(workspace)
    return workspace


@pytest.fixture(scope="module")
def token(city: Workspace) -> str:
    """Of an officer of the department that keeps the internal list."""
    records = open_records(city)
    steward = add_person(
        records,
        None,
        login="kim",
        name="김감사",
        roles=("steward",),
        department=both("감사담당관", "Audit"),
    )
    secret, _ = make_token(records, steward, "test")
    records.close()
    return secret


@pytest.fixture(scope="module")
def web(city: Workspace, token: str) -> Iterator[httpx.Client]:
    with serving(city.folder) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def test_following_the_links_gives_every_row_once_and_the_file_gives_the_same(
    web: httpx.Client,
) -> None:
    url: str | None = f"{STOPS}/rows?limit=30&sort=-stop&longitude=lt:127.5"
    seen = []
    while url:
        page = web.get(url).json()
        seen += page["rows"]
        assert page["truncated"] == (page["next"] is not None)
        url = page["next"] and page["next"].removeprefix(str(web.base_url))
    assert len(seen) == page["total"] == len({row["stop"] for row in seen})
    assert [row["stop"] for row in seen] == sorted((row["stop"] for row in seen), reverse=True)
    file = web.get(f"{STOPS}.csv?sort=-stop&longitude=lt:127.5").content
    assert not file.startswith(b"\xef\xbb\xbf")
    assert pl.read_csv(file)["stop"].to_list() == [row["stop"] for row in seen]


def test_conditions_groups_and_columns_are_what_they_say(web: httpx.Client) -> None:
    def rows(asked: str) -> list[dict[str, object]]:
        reply = web.get(f"{BASE}/datasets/{asked}")
        assert reply.status_code == 200, reply.text
        return reply.json()["rows"]

    assert [r["people"] for r in rows("residents/rows?month=ge:2024-02&columns=people")] == [
        10_100,
        10_250,
    ]
    assert rows("residents/rows?month=in:2024-01,2024-03&group=place&measure=count,sum:people") == [
        {"place": "9911000000", "count": 2, "people_sum": 20_250}
    ]
    # A column called like one of our words is still a column.
    assert rows("cold/rows?filter.limit=has:한파&limit=5")[0]["lowest"] == -12.5
    # Hangul as a browser, a careless program and an old one send it.
    name = "정류장 7"
    host = urlsplit(str(web.base_url))
    for raw in (
        quote(name).encode(),
        name.encode().replace(b" ", b"+"),
        quote(name, encoding="cp949").encode(),
    ):
        with socket.create_connection((host.hostname, host.port)) as plain:
            plain.sendall(
                b"GET " + STOPS.encode() + b"/rows?name=" + raw
                + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            )  # fmt: skip
            answer = b"".join(iter(lambda: plain.recv(65_536), b""))
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["rows"][0]["stop"] == "S007", raw
    box = rows("stops/rows?bbox=127.29,36.39,127.305,36.41&limit=100")
    assert {row["stop"] for row in box} == {"S000", "S001"}


@pytest.mark.parametrize(
    ("asked", "status", "kind", "said"),
    [
        ("stops/rows?stpo=1", 400, "unknown-column", "“stop”"),
        ("stops/rows?limt=1", 400, "unknown-column", "“limit”"),
        ("stops/rows?limit=99999", 400, "bad-page", "10,000"),
        ("stops/rows?offset=-1", 400, "bad-page", "offset"),
        ("stops/rows?offset=80", 404, "beyond-the-end", "80"),
        ("stops/rows?longitude=west", 400, "bad-value", "12.5"),
        ("residents/rows?month=abuot:2024-01", 400, "bad-condition", "ge"),
        ("stops/rows?name=" + "가" * 3_000, 414, "too-long", "8,000"),
        ("stops/rows?name=" + "a" * 3_000, 414, "too-long", "2,000"),
        ("residents/rows?bbox=1,2,3,4", 400, "no-places", ""),
        ("stops/rows?group=stop&measure=sum:name", 400, "bad-condition", "name"),
        ("stops/rows?snapshot=99999", 404, "not-there", "99999"),
        ("stop/rows", 404, "not-there", "stops"),
        ("secret/rows", 404, "not-there", "secret"),
        ("flats/rows", 404, "not-there", ""),
        ("residents.geojson", 404, "not-there", "GeoJSON"),
        ("../analyses/showcase?scale=1000", 400, "bad-setting", "100"),
        ("../analyses/showcase/tables/reslut", 404, "not-there", "result"),
        ("../nowhere", 404, "no-such-address", "/api/v1"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_in_both_languages(
    web: httpx.Client, asked: str, status: int, kind: str, said: str
) -> None:
    reply = web.get(f"{BASE}/datasets/{asked}", headers={"accept-language": "en"})
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert problem["type"] == f"/en/api#problem-{kind}"
    assert problem["status"] == status
    assert problem["detail"] == problem["text"]["en"].strip()
    assert said in problem["detail"]
    assert any("가" <= letter <= "힣" for letter in problem["text"]["ko"])


def test_what_is_hidden_looks_like_what_does_not_exist(web: httpx.Client, token: str) -> None:
    hidden = web.get(f"{BASE}/datasets/secret/rows").json()["detail"]
    absent = web.get(f"{BASE}/datasets/sacret/rows").json()["detail"]
    assert hidden == absent.replace("sacret", "secret")
    assert "secret" not in web.get(f"{BASE}/openapi.json").text
    assert web.get(f"{BASE}/datasets?q=내부").json()["total"] == 0
    mine = {"authorization": f"Bearer {token}"}
    seen = web.get(f"{BASE}/datasets/secret/rows", headers=mine)
    assert seen.json()["rows"] == [{"case": "X1"}]
    assert seen.headers["cache-control"].startswith("private")
    assert web.get(f"{BASE}/datasets/secret.csv", headers=mine).status_code == 200
    wrong = web.get(f"{STOPS}/rows", headers={"authorization": "Bearer dataro_no"})
    assert wrong.status_code == 401
    assert "Bearer" in wrong.headers["www-authenticate"]


def test_every_plain_address_of_the_description_answers(web: httpx.Client) -> None:
    described = web.get(f"{BASE}/openapi.json").json()
    root = described["servers"][0]["url"]
    for path in described["paths"]:
        assert path.startswith("/"), "a path without its slash is none (OpenAPI 3.1, 4.8.8)"
        if "{" not in path:
            expected = 401 if path == "/sql" else 200
            assert web.get(f"{root}{path}").status_code == expected, path


def test_a_version_stays_and_an_unchanged_answer_is_not_sent_again(
    web: httpx.Client, city: Workspace
) -> None:
    asked = f"{BASE}/datasets/residents/rows"
    first = web.get(asked)
    same = web.get(asked, headers={"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    snapshot = first.json()["snapshot"]
    (city.raw / "인구/2024.csv").write_text(
        small_city.PEOPLE_CSV + '2024-04,"10,300"\n', encoding="utf-8"
    )
    build(city, only=["residents"])
    newer = web.get(asked, headers={"if-none-match": first.headers["etag"]})
    assert newer.status_code == 200
    assert newer.json()["total"] == 4
    pinned = web.get(f"{asked}?snapshot={snapshot}")
    assert pinned.json()["rows"] == first.json()["rows"]
    known = web.get(f"{BASE}/datasets/residents/versions").json()["versions"]
    assert [one["snapshot"] for one in known] == [newer.json()["snapshot"], snapshot]


def test_files_open_in_the_programs_that_people_have(web: httpx.Client) -> None:
    def taken(name: str) -> bytes:
        reply = web.get(f"{BASE}/datasets/{name}")
        assert reply.status_code == 200, reply.text
        assert "attachment" in reply.headers["content-disposition"]
        return reply.content

    lines = taken("cold.csv").decode().splitlines()
    assert lines[1:] == [
        "2024-01-01,-12.5,'-- 한파",
        "2024-01-02,-3.0,'@sum",
        "2024-01-03,0.5,맑음",
    ]
    assert taken("cold.csv?bom=1").startswith(b"\xef\xbb\xbf")
    assert web.get("/data/cold.csv").content.startswith(b"\xef\xbb\xbf")
    assert not web.get("/data/cold.csv?bom=0").content.startswith(b"\xef\xbb\xbf")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(taken("cold.xlsx?lang=en")))
    assert sheet.get_sheet_by_name("Data").to_python()[1][2] == "-- 한파"
    frame = pl.read_parquet(taken("cold.parquet?day=ge:2024-01-02"))
    assert frame.schema["day"] == pl.Date
    assert frame["lowest"].to_list() == [-3.0, 0.5]
    places = json.loads(taken("stops.geojson?stop=S003"))["features"]
    assert places[0]["properties"]["name"] == "=1+1"
    assert places[0]["geometry"]["coordinates"] == [127.312, 36.403]
    assert json.loads(taken("cold.json?sort=lowest&limit=1"))["rows"][0]["lowest"] == -12.5
    package = zipfile.ZipFile(io.BytesIO(taken("cold.zip")))
    assert set(package.namelist()) == {"LICENCE.txt", "cold.metadata.json", "cold.csv"}
    assert "공공누리" in package.read("LICENCE.txt").decode()
    assert len(package.read("cold.csv").splitlines()) == 4
    assert json.loads(taken("cold.metadata.json"))["licence"]["id"] == "kogl-1"


def test_answers_come_with_other_settings_and_their_tables(web: httpx.Client) -> None:
    plain = web.get(f"{BASE}/analyses/showcase").json()
    assert plain["findings"]
    doubled = web.get(f"{BASE}/analyses/showcase?scale=2").json()
    assert doubled["settings"]["scale"] == 2
    table = f"{BASE}/analyses/showcase/tables/result"
    first = web.get(f"{table}?sort=people&limit=1").json()["rows"][0]
    other = web.get(f"{table}?set.scale=2&sort=people&limit=1").json()["rows"][0]
    assert other["people"] == 2 * first["people"]
    assert len(pl.read_csv(web.get(f"{table}.csv?people=is:filled").content)) == 5
    assert web.get(f"{table}?group=name&measure=max:people").json()["total"] == 6


def test_programs_in_pages_of_other_sites_may_read(web: httpx.Client) -> None:
    head = web.head(f"{STOPS}/rows")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["access-control-allow-origin"] == "*"
    before = web.options(f"{STOPS}/rows")
    assert before.status_code == 204
    assert "GET" in before.headers["access-control-allow-methods"]
    refused = web.post(f"{STOPS}/rows")
    assert refused.status_code == 405
    assert refused.headers["content-type"] == "application/problem+json"
    assert web.get(f"{STOPS}/rows?limit=1").json()["rows"] != []


@pytest.mark.slow
@needs_clients
def test_no_request_that_the_document_allows_or_forbids_is_our_fault(web: httpx.Client) -> None:
    seen = run_client("rest_fuzz.py", str(web.base_url), "25")
    assert seen["wrong"] == []
    assert seen["sent"] > 60  # hundreds where the machine is not busy
    assert {"200", "400"} <= set(seen["statuses"])


def test_what_the_page_about_the_interfaces_says_can_be_done(web: httpx.Client) -> None:
    page = web.get("/en/api").text
    assert "API 안내" in web.get("/ko/api").text
    for kind in ALL:
        assert f'id="problem-{kind.name}"' in page
    links = set(re.findall(r'href="([^"]+)"><code>', page))
    assert len(links) > 10
    for link in links:
        with web.stream("GET", html.unescape(link)) as reply:  # some never end
            status = reply.status_code
        assert status in (
            (401,) if "sql" in link else (200, 400, 405, 406) if link == "/mcp" else (200,)
        ), link
    calls = [
        html.unescape(one) for one in re.findall(r"<pre[^>]*><code>(.*?)</code>", page, re.DOTALL)
    ]
    curl, python, *others = calls
    for address in re.findall(r'"(http[^"]+)"', curl + others[0] + others[2]):
        assert web.get(address).status_code == 200, address
    assert web.get(others[1]).content.startswith(b"\xef\xbb\xbf")
    told: dict[str, Any] = {}
    exec(python, told)
    assert 0 < len(told["rows"]) <= len(told["everything"])
    # Readers that ask how long a file is, and for parts of it.
    assert pl.read_csv(f"{web.base_url}{STOPS}.csv?stop=S001").height == 1
    assert pl.read_parquet(f"{web.base_url}{STOPS}.parquet").height == 80
    part = web.get(f"{STOPS}.csv", headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"stop")
    on_page = web.get("/ko/data/stops").text
    assert f"{BASE}/datasets/stops.csv" in on_page

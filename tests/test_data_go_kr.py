"""Programs written for the national data portal read a city's data unchanged."""

from __future__ import annotations

import csv
import io
import socket
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import httpx
import portal_city
import pytest
from clients import needs_clients, run_client
from portal_server import serving

from dataro.accounts.people import add_person
from dataro.accounts.records import open_records
from dataro.accounts.tokens import make_token, revoke_token
from dataro.build.run import build
from dataro.build.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = portal_city.make(tmp_path_factory.mktemp("city"))
    build(made)
    return made


@pytest.fixture(scope="module")
def address(workspace: Workspace) -> Iterator[str]:
    with serving(workspace.folder) as found:
        yield found


@pytest.fixture(scope="module")
def key(workspace: Workspace) -> str:
    with closing(open_records(workspace)) as records:
        person = add_person(records, None, login="dev", name="개발자", email="dev@home.example")
        return make_token(records, person, "앱")[0]


def rows_of(address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(httpx.get(f"{address}/data/stops.csv?bom=0").text)))


@pytest.mark.slow
@needs_clients
def test_the_clients_of_the_national_portal_read_every_row(address: str, key: str) -> None:
    rows = rows_of(address)
    said = run_client("korean_portal.py", address, "stops", key)
    assert said["kpublic"] == {
        "type": len(rows), "_type": len(rows), "resultType": len(rows), "xml": len(rows),
        "one": 1, "none": 0, "twice_encoded": 5,
        "too_many": "no error", "unknown_column": "10", "unknown_service": "12", "bad_key": "30",
    }  # fmt: skip
    assert said["pydatagokr"] == {
        "json resultType": len(rows), "json _type": len(rows), "xml resultType": len(rows),
        "bad_key": "30",
    }  # fmt: skip
    assert said["kpubdata"] == {"items": 4}
    assert said["PublicDataReader"] == {"rows": len(rows), "first": rows[0]["name"]}


def test_rows_come_as_a_list_one_as_itself_and_none_as_an_empty_text(address: str) -> None:
    with httpx.Client(base_url=f"{address}/openapi") as client:
        body = [
            client.get("/stops", params={"numOfRows": n, "pageNo": page, "_type": "json"}).json()[
                "response"
            ]["body"]
            for n, page in ((3, 1), (1, 1), (3, 900))
        ]
    assert [type(one["items"]).__name__ for one in body] == ["dict", "dict", "str"]
    assert [type(one["items"]["item"]).__name__ for one in body[:2]] == ["list", "dict"]
    assert {one["totalCount"] for one in body} == {len(rows_of(address))}


def test_hangul_raw_or_encoded_finds_the_same_row_by_name_or_by_title(address: str) -> None:
    first = rows_of(address)[0]
    title = next(
        title
        for title, value in httpx.get(f"{address}/odcloud/api/stops").json()["data"][0].items()
        if value == first["name"]
    )
    asked = [f"{column}={first['name'].replace(' ', '+')}" for column in ("name", title)]
    raw = [_answer_to_raw_bytes(address, f"/openapi/stops?{one}") for one in asked]
    encoded = [httpx.get(f"{address}/openapi/stops?{quote(one, safe='=+')}").text for one in asked]
    assert len({*raw, *encoded}) == 1
    assert ET.fromstring(raw[0]).findtext("body/items/item/stop") == first["stop"]


def _answer_to_raw_bytes(address: str, target: str) -> str:
    """What is answered to a program that encodes nothing."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(f"GET {target} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        received = b"".join(iter(lambda: line.recv(65_536), b""))
    return received.partition(b"\r\n\r\n")[2].decode()


def test_what_cannot_be_answered_is_said_in_the_portals_own_form(address: str, key: str) -> None:
    with httpx.Client(base_url=address) as client:
        for query, code in {
            "numOfRows=0": "10",
            "numOfRows=1000000": "10",
            "pageNo=-1": "10",
            "pageNo=둘": "10",
            "colour=red": "10",
            f"name={'x' * 10_000}": "10",
            "name=없는정류장": "03",
        }.items():
            told = client.get(f"/openapi/stops?{query}")
            assert told.status_code == 200
            assert ET.fromstring(told.content).findtext("header/resultCode") == code, query
        for path in ("/openapi/secret?type=json", "/openapi/nothing"):
            told = client.get(path)
            assert ET.fromstring(told.content).findtext("cmmMsgHeader/returnReasonCode") == "12"
        assert client.get("/odcloud/api/secret").json()["code"] == -3
        bad = client.get("/odcloud/api/stops?cond[name::SOUNDS]=x")
        assert (bad.status_code, bad.json()["code"]) == (400, -2)


def test_a_key_revoked_in_the_middle_stops_at_the_next_page(
    workspace: Workspace, address: str
) -> None:
    with closing(open_records(workspace)) as records:
        person = add_person(records, None, login="mid", name="중간", email="mid@home.example")
        secret, token = make_token(records, person, "앱")
        ask = {"serviceKey": secret, "numOfRows": 2}
        good = httpx.get(f"{address}/openapi/stops", params={**ask, "pageNo": 1})
        revoke_token(records, person, token.id)
        gone = httpx.get(f"{address}/openapi/stops", params={**ask, "pageNo": 2})
        cloud = httpx.get(f"{address}/odcloud/api/stops", params=ask)
    assert ET.fromstring(good.content).findtext("header/resultCode") == "00"
    assert ET.fromstring(gone.content).findtext("cmmMsgHeader/returnReasonCode") == "31"
    assert (cloud.status_code, cloud.json()["code"]) == (401, -4)


def test_odcloud_counts_and_compares_by_korean_titles(address: str) -> None:
    rows = rows_of(address)
    with httpx.Client(base_url=f"{address}/odcloud/api") as client:
        page = client.get("/stops/v1", params={"page": 2, "perPage": 5}).json()
        east = client.get("/stops", params={"cond[longitude::GTE]": "127", "perPage": 1}).json()
        xml = ET.fromstring(client.get("/stops", params={"returnType": "XML"}).content)
    assert (page["page"], page["currentCount"], page["totalCount"]) == (2, 5, len(rows))
    assert page["data"][0].keys() > {"경도", "위도"}
    assert east["matchCount"] == sum(
        float(one["longitude"]) >= 127 for one in rows if one["longitude"]
    )
    assert len(xml.findall("data/item")) == 10

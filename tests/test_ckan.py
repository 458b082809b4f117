"""CKAN's Action API: an empty site as its clients use it, and a city read and written through it."""

from __future__ import annotations

import json
import multiprocessing
import operator
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import portal_city
import pytest
from clients import needs_clients, run_client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from portal_server import serving

from dataro.accounts.people import add_person
from dataro.accounts.records import open_records
from dataro.accounts.tokens import make_token, revoke_token
from dataro.build.run import build
from dataro.build.workspace import Workspace
from dataro.portal.test_mode import only_here
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

API = "/api/3/action"


def _run(port: int) -> None:
    from dataro.portal.serve import serve_test_mode

    serve_test_mode(port=port)


@pytest.fixture(scope="module")
def empty() -> Iterator[httpx.Client]:
    """A server in test mode."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(port,))
    process.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            until = time.monotonic() + 60
            while time.monotonic() < until:
                try:
                    client.get("/api/3")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield client
    finally:
        process.terminate()
        process.join(10)


@pytest.fixture
def site(empty: httpx.Client) -> httpx.Client:
    """The server, emptied; its administrator asks."""
    admin = empty.post("/__reset").json()
    empty.headers["Authorization"] = admin["token"]
    return empty


def ask(client: httpx.Client, name: str, status: int = 200, /, **data: Any) -> Any:
    """What an action answers: its result, or its error where another status is expected."""
    reply = client.post(f"{API}/{name}", json=data)
    assert reply.status_code == status, reply.text
    said = reply.json()
    assert said["success"] == (status == 200)
    assert said["help"].endswith(f"/api/3/action/help_show?name={name}")
    return said["result"] if status == 200 else said["error"]


# --- an empty site ----------------------------------------------------------------------------


def test_test_mode_is_for_this_machine_only() -> None:
    with pytest.raises(Problem, match="127\\.0\\.0\\.1"):
        only_here("0.0.0.0")


def test_reset_empties_everything_quickly_and_keeps_the_administrator(site: httpx.Client) -> None:
    ask(site, "organization_create", name="parks")
    made = ask(site, "package_create", name="benches", owner_org="parks", tags=[{"name": "공원"}])
    ask(
        site, "datastore_create", resource={"package_id": made["id"]}, aliases="benches_rows",
        records=[{"a": 1}],
    )  # fmt: skip
    began = time.perf_counter()
    admin = site.post("/__reset", json={"config": {"ckan.site_title": "다른 이름"}}).json()
    took = time.perf_counter() - began
    assert took < 0.5, took  # a tenth of that on a quiet machine
    assert admin["name"] == admin["sysadmin"]["name"] == "test.ckan.net"
    assert site.headers["Authorization"] == admin["token"] == admin["apikey"]
    for name in ("package_list", "organization_list", "tag_list", "user_list"):
        assert ask(site, name) == []
    assert ask(site, "datastore_search", 404, resource_id="benches_rows")
    assert ask(site, "status_show")["site_title"] == "다른 이름"
    site.post("/__reset")
    assert ask(site, "status_show")["site_title"] == "CKAN"


@needs_clients
def test_an_editor_publishes_with_ckanapi(empty: httpx.Client) -> None:
    token = empty.post("/__reset").json()["token"]
    seen = run_client("ckan_client.py", str(empty.base_url).rstrip("/"), token)
    assert seen["file"] == {
        "url_type": "upload",
        "format": "CSV",
        "size": 24,
        "mimetype": "text/csv",
    }
    assert seen["lee patch"] == seen["revoked"] == "refused"
    assert "not authorized to read" in seen["lee private"]
    assert "not authorized to read" in seen["anyone private"]
    assert seen["found"] == ["benches"]
    assert seen["page"] == [
        4,
        [{"park": "공원 01", "benches": 100}, {"park": "공원 30", "benches": 30}],
    ]
    assert seen["csv"] == "새 공원,7\n"
    assert (seen["deleted"], seen["left"]) == (2, 29)
    assert seen["mistakes"]["name"] == [
        "Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_"
    ]
    assert seen["mistakes"]["author_email"] == ["Email nobody is not a valid format"]
    assert seen["missing"].startswith("Not found") or seen["missing"] == ""
    assert (seen["conflict"], seen["notes"]) == (["metadata_modified"], "처음")


def test_parameters_come_as_query_form_or_json(site: httpx.Client) -> None:
    ask(site, "package_create", name="benches", title="의자")
    by_query = site.get(f"{API}/package_show", params={"id": "benches"}).json()
    by_form = site.post(f"{API}/package_show", data={"id": "benches"}).json()
    by_older_address = site.get("/api/action/package_show?id=benches").json()
    curl = {"content-type": "application/x-www-form-urlencoded"}
    by_curl = site.post(f"{API}/package_show", content='{"id": "benches"}', headers=curl).json()
    assert by_query == by_form == by_older_address == by_curl
    script = site.get(f"{API}/package_show?id=benches&callback=show").text
    assert json.loads(script.removeprefix("show(").removesuffix(");")) == by_query
    assert site.get(f"{API}/package_create?name=x").json().startswith("Bad request: JSON Error")
    assert site.post(f"{API}/no_such").json() == "Bad request: Action name not known: no_such"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"name": "deep", "extras": json.loads('{"a":' * 60 + "1" + "}" * 60)}, 400),
        ({"name": "listed", "resources": "no list"}, 400),
        ({"name": "mixed", "tags": [{"name": "공원"}, "의자"]}, 400),
        ({"name": "x" * 101}, 409),
        ({"name": "tag", "tags": [{"name": "?" * 5}]}, 409),
        ({}, 409),
    ],
)
def test_what_cannot_be_is_refused_in_ckans_form_and_leaves_nothing(
    site: httpx.Client, data: dict[str, Any], status: int
) -> None:
    error = ask(site, "package_create", status, **data)
    assert error["__type"] == {400: "Integrity Error", 409: "Validation Error"}[status]
    assert ask(site, "package_list") == []


def test_an_upload_of_three_gigabytes_is_refused_before_it_is_sent(site: httpx.Client) -> None:
    with socket.create_connection((site.base_url.host, site.base_url.port or 80), 30) as wire:
        wire.sendall(
            b"POST /api/3/action/resource_create HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            b"Content-Type: application/json\r\nContent-Length: 3221225472\r\n\r\n{"
        )
        answer = wire.recv(65536).decode()
    assert answer.startswith("HTTP/1.1 413")
    assert '"success": false' in answer or "success" in wire_rest(answer)


def wire_rest(answer: str) -> str:
    """The body of an answer as it came."""
    return answer.partition("\r\n\r\n")[2]


def test_members_read_editors_write_strangers_neither(site: httpx.Client) -> None:
    people = {}
    for name in ("editor", "member", "stranger"):
        mail = f"{name}@city.example"
        ask(site, "user_create", name=name, email=mail, password="long-enough")
        token = ask(site, "api_token_create", user=name, name="t")["token"]
        people[name] = {"Authorization": token}
    users = [{"name": name, "capacity": name} for name in ("editor", "member")]
    ask(site, "organization_create", name="parks", users=users)
    ask(site, "package_create", name="plans", owner_org="parks", private=True)
    expected = {"editor": (200, 200), "member": (200, 403), "stranger": (403, 403)}
    for name, (reads, writes) in expected.items():
        shown = site.post(f"{API}/package_show", json={"id": "plans"}, headers=people[name])
        found = site.post(
            f"{API}/package_search", json={"include_private": True}, headers=people[name]
        )
        change = {"id": "plans", "notes": name}
        written = site.post(f"{API}/package_patch", json=change, headers=people[name])
        assert (shown.status_code, written.status_code) == (reads, writes), name
        assert found.json()["result"]["count"] == (reads == 200)


_CELLS = st.one_of(st.none(), st.integers(-5, 5))
_OPERATORS = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


@given(
    rows=st.lists(
        st.fixed_dictionaries({"n": _CELLS, "t": st.sampled_from("가나다")}), max_size=12
    ),
    low=st.integers(-5, 5),
    how=st.sampled_from(sorted(_OPERATORS)),
    words=st.lists(st.sampled_from("가나다라"), min_size=1, max_size=2, unique=True),
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_search_finds_what_plain_python_finds(
    site: httpx.Client, rows: list[dict[str, Any]], low: int, how: str, words: list[str]
) -> None:
    site.post("/__reset")
    ask(site, "package_create", name="numbers")
    fields = [{"id": "n", "type": "int"}, {"id": "t", "type": "text"}]
    made = ask(
        site, "datastore_create", resource={"package_id": "numbers"}, fields=fields, records=rows
    )
    compared, among = {"n": {how: low}}, {"t": words}

    def number(row: dict[str, Any]) -> bool:
        return row["n"] is not None and bool(_OPERATORS[how](row["n"], low))

    for filters, fits in (
        (compared | among, lambda row: number(row) and row["t"] in words),
        ({"$or": [compared, among]}, lambda row: number(row) or row["t"] in words),
    ):
        found = ask(
            site, "datastore_search", resource_id=made["resource_id"], filters=filters, fields="n,t"
        )
        assert found["records"] == [row for row in rows if fits(row)]
        assert found["total"] == len(found["records"])


# --- a city -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = portal_city.make(tmp_path_factory.mktemp("city"))
    build(workspace)
    return workspace


@pytest.fixture(scope="module")
def tokens(city: Workspace) -> dict[str, str]:
    """Of a steward of the department of outlines, and of a citizen."""
    records, land = open_records(city), both("토지정보과", "Land information")
    steward = add_person(
        records, None, login="kim", name="김지적", roles=("steward",), department=land
    )
    citizen = add_person(records, None, login="hong", name="홍시민")
    held = {one.login: make_token(records, one, "test")[0] for one in (steward, citizen)}
    lost, token = make_token(records, steward, "lost")
    revoke_token(records, steward, token.id)
    reads = [
        make_token(records, one, "r", actions=["dataset.read"])[0] for one in (steward, citizen)
    ]
    records.close()
    return {**held, "lost": lost, "kim reads": reads[0], "hong reads": reads[1]}


@pytest.fixture(scope="module")
def web(city: Workspace, tokens: dict[str, str]) -> Iterator[httpx.Client]:
    with serving(city.folder) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def test_what_is_open_is_a_package_and_what_is_not_is_not_there(web: httpx.Client) -> None:
    names = ask(web, "package_list")
    assert "stops" in names
    assert "secret" not in names
    ask(web, "package_show", 404, id="secret")
    shown = ask(web, "package_show", id="stops")
    assert (shown["title"], shown["organization"]["title"]) == ("버스 정류장", "대중교통과")
    assert shown["license_id"] == "kogl-1"
    assert shown["isopen"]
    assert [one["name"] for one in shown["groups"]] == ["transit"]
    for resource in shown["resources"]:
        file = web.get(resource["url"])
        assert file.status_code == 200, resource["url"]
        assert resource["mimetype"] in file.headers["content-type"]
    found = ask(web, "package_search", q="정류장", **{"facet.field": ["organization"]})
    assert "stops" in [one["name"] for one in found["results"]]
    assert found["search_facets"]["organization"]["items"][0]["display_name"]


def test_rows_of_the_city_are_searched_like_a_datastore(web: httpx.Client) -> None:
    resource = ask(web, "package_show", id="stops")["resources"][0]["id"]
    everything = ask(web, "datastore_search", resource_id=resource, limit=1000)
    rest = web.get("/api/v1/datasets/stops/rows", params={"limit": 1000}).json()
    rows = rest.get("rows") or rest["items"]
    assert everything["total"] == len(everything["records"]) == len(rows)
    first = everything["records"][0]
    found = ask(web, "datastore_search", resource_id=resource, filters={"stop": first["stop"]})
    assert found["records"] == [first]
    again = ask(
        web,
        "datastore_search",
        resource_id=resource,
        filters={"_id": {"gt": first["_id"]}},
        limit=2,
    )
    assert again["records"] == everything["records"][1:3]
    error = ask(web, "datastore_search", 409, resource_id=resource, filters={"없는열": 1})
    assert error["filters"] == ["Unknown field: 없는열"]
    info = ask(web, "datastore_info", id=resource)
    assert [one["id"] for one in info["fields"]] == [
        one["id"] for one in everything["fields"] if one["id"] != "_id"
    ]


def test_a_token_made_for_reading_changes_nothing(
    web: httpx.Client, tokens: dict[str, str], city: Workspace
) -> None:
    mine = ask(web, "organization_list")[0]
    for token in ("kim reads", "hong reads"):
        headers = {"Authorization": tokens[token]}
        seen = web.get(f"{API}/package_show", params={"id": "stops"}, headers=headers)
        assert seen.status_code == 200
        for name, data in (
            ("package_create", {"name": "mine", "owner_org": mine}),
            ("follow_dataset", {"id": "stops"}),
        ):
            refused = web.post(f"{API}/{name}", json=data, headers=headers)
            assert refused.status_code == 403, (token, refused.text)
            assert "made for reading" in refused.text


def test_an_official_writes_for_their_department_and_changes_no_declaration(
    web: httpx.Client, tokens: dict[str, str], city: Workspace
) -> None:
    mine = next(
        one["name"] for one in ask(web, "organization_list", all_fields=True)
        if one["title"] == "토지정보과"
    )  # fmt: skip
    new = {"name": "survey_points", "title": "측량 기준점", "owner_org": mine}

    def send(name: str, data: dict[str, Any], token: str) -> httpx.Response:
        headers = {"Authorization": tokens[token]} if token else {}
        return web.post(f"{API}/{name}", json=data, headers=headers)

    assert [send("package_create", new, one).status_code for one in ("", "hong", "lost")] == [
        403
    ] * 3
    assert "revoked" in send("package_show", {"id": "stops"}, "lost").json()["error"]["message"]
    assert send("package_create", new, "kim").status_code == 200
    rows = {"resource": {"package_id": "survey_points"}, "records": [{"번호": "A-1", "높이": 12.5}]}
    made = send("datastore_create", rows, "kim").json()["result"]
    anyone = ask(web, "datastore_search", resource_id=made["resource_id"])
    assert anyone["records"] == [{"_id": 1, "번호": "A-1", "높이": 12.5}]
    elsewhere = ask(web, "package_show", id="stops")["owner_org"]
    other = send("package_create", {**new, "name": "other", "owner_org": elsewhere}, "kim")
    assert other.status_code == 403
    declared = send("package_patch", {"id": "district_shapes", "notes": "x"}, "kim")
    taken = send("package_create", {**new, "name": "stops"}, "kim").json()["error"]
    assert declared.status_code in (403, 404)
    assert taken["name"] == ["That URL is already in use."]
    token = send("api_token_create", {"user": "kim", "name": "x"}, "kim")
    assert "on the portal" in token.json()["error"]["message"]
    records = open_records(city)
    with records.reading() as connection:
        noted = connection.exec_driver_sql("SELECT action, subject FROM audit").all()
    records.close()
    assert ("ckan.package_create", "ckan/survey_points") in [tuple(one) for one in noted]

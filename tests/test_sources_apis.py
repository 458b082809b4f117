"""Open APIs, against a server on loopback that behaves, and misbehaves, like the real ones."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from api_office import Answer, Office, open_office

from dataro.data.sources.apis import fetch
from dataro.data.sources.files import read
from dataro.vocabulary.dataset import Api, Source
from dataro.vocabulary.problem import Problem

KEY = "q+1/Zz==secret"
ENCODED = "q%2B1%2FZz%3D%3Dsecret"
ROWS = [{"id": f"{n:03}", "name": f"정류장 {n}"} for n in range(25)]


@pytest.fixture
def office() -> Iterator[Office]:
    with open_office() as there:
        yield there


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_KEY", KEY)


def portal_api(office: Office, **more: object) -> Api:
    given = {"page_size": 10, "requests_per_second": 1000.0, "key": "PORTAL_KEY", **more}
    return Api(kind="data_go_kr", url=office.url, **given)  # type: ignore[arg-type]


def cut(query: dict[str, str]) -> list[dict[str, str]]:
    size = int(query["numOfRows"])
    return ROWS[(int(query["pageNo"]) - 1) * size : int(query["pageNo"]) * size]


def as_json(rows: list[dict[str, str]], total: int = len(ROWS), code: str = "00") -> str:
    items: object = {"item": rows[0] if len(rows) == 1 else rows} if rows else ""
    body = {"items": items, "totalCount": total, "pageNo": 1, "numOfRows": 10}
    header = {"resultCode": code, "resultMsg": "NORMAL SERVICE."}
    return json.dumps({"response": {"header": header, "body": body}}, ensure_ascii=False)


def as_xml(rows: list[dict[str, str]]) -> str:
    items = "".join(f"<item><id>{r['id']}</id><name>{r['name']}</name></item>" for r in rows)
    return (
        "<?xml version='1.0' encoding='UTF-8'?><response><header><resultCode>00</resultCode>"
        f"<resultMsg>OK</resultMsg></header><body><items>{items}</items>"
        f"<totalCount>{len(ROWS)}</totalCount></body></response>"
    )


def gateway(code: str, reason: str) -> str:
    return (
        "<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg>"
        f"<returnAuthMsg>{reason}</returnAuthMsg><returnReasonCode>{code}</returnReasonCode>"
        "</cmmMsgHeader></OpenAPI_ServiceResponse>"
    )


def ids(paths: list[Path], base: Path, **declared: object) -> list[str]:
    raw = read(Source(**declared), paths, base=base)  # type: ignore[arg-type]
    return raw.frame["id"].to_list()


@pytest.mark.parametrize("make", [as_json, as_xml])
@pytest.mark.parametrize("given", [KEY, ENCODED])
def test_all_pages_of_the_national_portal_become_one_table(
    office: Office,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[list[dict[str, str]]], str],
    given: str,
) -> None:
    monkeypatch.setenv("PORTAL_KEY", given)
    office.answer = lambda query: (200, make(cut(query)), {})
    paths = fetch(portal_api(office, parameters={"_type": "json"}), tmp_path / "stops")
    assert len(paths) == 3
    assert ids(paths, tmp_path) == [row["id"] for row in ROWS]
    assert {query["serviceKey"] for query in office.asked} == {KEY}
    assert {query["_type"] for query in office.asked} == {"json"}


def test_an_interrupted_fetch_goes_on_where_it_stopped(office: Office, tmp_path: Path) -> None:
    limit = gateway("22", "LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR")
    office.answer = lambda q: (200, limit if q["pageNo"] == "3" else as_json(cut(q)), {})
    with pytest.raises(Problem, match="daily limit") as caught:
        fetch(portal_api(office), tmp_path / "stops")
    assert "하루 호출 한도" in caught.value.text.ko
    office.asked.clear()
    office.answer = lambda q: (200, as_json(cut(q)), {})
    paths = fetch(portal_api(office), tmp_path / "stops")
    assert [query["pageNo"] for query in office.asked] == ["3"]
    assert len(ids(paths, tmp_path)) == 25
    office.asked.clear()
    assert fetch(portal_api(office), tmp_path / "stops") == paths
    assert office.asked == []
    paths[1].write_text("damaged")
    fetch(portal_api(office), tmp_path / "stops")
    assert [query["pageNo"] for query in office.asked] == ["2"]


def test_passing_faults_are_tried_again(office: Office, tmp_path: Path) -> None:
    faults = iter(
        [
            (503, "busy", {}),
            (429, "slow down", {"Retry-After": "0"}),
            (200, gateway("04", "HTTP_ERROR"), {}),
            (200, as_json([], code="05"), {}),
        ]
    )
    office.answer = lambda query: next(faults, (200, as_json(cut(query)), {}))
    paths = fetch(portal_api(office), tmp_path / "stops", wait=0.001)
    assert len(ids(paths, tmp_path)) == 25


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, gateway("30", "SERVICE_KEY_IS_NOT_REGISTERED_ERROR"), "error 30 .* not registered"),
        (200, gateway("31", "DEADLINE_HAS_EXPIRED_ERROR"), "expired"),
        (200, as_json([], code="10"), "error 10"),
        (401, f"Unauthorized {ENCODED}", r"refused with HTTP 401 \(“Unauthorized \*\*\*”\)"),
        (200, "it works", "neither JSON nor XML"),
        (500, f"boom {KEY}", r"page 1 could not be fetched in 5 tries \(HTTP 500\)"),
        (200, as_json(ROWS[:10], total=99).replace('"totalCount": 99', '"totalCount": 7'), "7 records, but gave 10"),
    ],
)  # fmt: skip
def test_a_refusal_is_explained_and_the_key_stands_nowhere(
    office: Office,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    status: int,
    body: str,
    words: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    office.answer = lambda _: (status, body, {})
    with pytest.raises(Problem, match=words) as caught:
        fetch(portal_api(office), tmp_path / "stops", wait=0.001)
    seen = caught.value.text.ko + caught.value.text.en + caplog.text
    seen += "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert KEY not in seen
    assert ENCODED not in seen


def test_a_key_that_is_not_set_is_asked_for_by_name(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PORTAL_KEY")
    with pytest.raises(Problem, match="PORTAL_KEY holds no key"):
        fetch(portal_api(office), tmp_path / "stops")
    assert office.asked == []


def test_a_key_that_the_provider_repeats_is_not_kept(office: Office, tmp_path: Path) -> None:
    body = as_json([{"id": "1", "name": f"key {KEY}"}], total=1)
    office.answer = lambda _: (200, body, {})
    for path in fetch(portal_api(office), tmp_path / "stops"):
        assert KEY not in path.read_text()
    assert KEY not in (tmp_path / "stops" / "manifest.json").read_text()


def test_an_answer_without_records_is_an_empty_table(office: Office, tmp_path: Path) -> None:
    office.answer = lambda _: (200, as_json([], total=0), {})
    paths = fetch(portal_api(office), tmp_path / "none")
    assert read(Source(), paths, base=tmp_path).frame.height == 0
    office.answer = lambda _: (200, as_json([], total=0, code="03"), {})
    assert len(fetch(portal_api(office), tmp_path / "nodata")) == 1


def test_kosis_answers_in_one_page_and_its_errors_are_read(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(kind="kosis", url=office.url, key="PORTAL_KEY", parameters={"orgId": 101})
    cells = [
        {"id": "1", "C1_NM": "화성시", "DT": "941840"},
        {"id": "2", "C1_NM": "수원시", "DT": "1"},
    ]
    office.answer = lambda _: (200, json.dumps(cells, ensure_ascii=False), {})
    assert ids(fetch(api, tmp_path / "kosis"), tmp_path) == ["1", "2"]
    assert office.asked[0]["apiKey"] == KEY
    assert office.asked[0]["method"] == "getList"
    office.answer = lambda _: (
        200,
        '{"err": "20", "errMsg": "필수요청변수값이 누락되었습니다."}',
        {},
    )
    with pytest.raises(Problem, match="error 20"):
        fetch(api, tmp_path / "wrong")


def test_plain_pages_end_where_the_total_or_a_short_page_says(
    office: Office, tmp_path: Path
) -> None:
    def plain(query: dict[str, str]) -> Answer:
        rows = cut({"pageNo": query["page"], "numOfRows": query["perPage"]})
        return 200, json.dumps({"data": rows, "currentCount": len(rows)}, ensure_ascii=False), {}

    office.answer = plain
    api = Api(kind="paged", url=office.url, page_size=10, requests_per_second=1000)
    assert ids(fetch(api, tmp_path / "plain"), tmp_path, records="data")[-1] == "024"

    def province(query: dict[str, str]) -> Answer:
        rows = cut({"pageNo": query["pIndex"], "numOfRows": query["pSize"]})
        head = [{"list_total_count": 25}, {"RESULT": {"CODE": "INFO-000", "MESSAGE": "정상"}}]
        return 200, json.dumps({"Stops": [{"head": head}, {"row": rows}]}, ensure_ascii=False), {}

    office.answer = province
    names = {"pIndex": "{page}", "pSize": "{size}", "KEY": "{key}", "Type": "json"}
    api = Api("paged", office.url, "PORTAL_KEY", names, page_size=10, requests_per_second=1000)
    paths = fetch(api, tmp_path / "province")
    assert ids(paths, tmp_path, records="Stops.row") == [row["id"] for row in ROWS]
    assert office.asked[-1] == {"pIndex": "3", "pSize": "10", "KEY": KEY, "Type": "json"}


def test_calls_keep_to_the_declared_rate(office: Office, tmp_path: Path) -> None:
    import time

    office.answer = lambda query: (200, as_json(cut(query)), {})
    start = time.monotonic()
    fetch(portal_api(office, requests_per_second=20.0), tmp_path / "stops")
    assert time.monotonic() - start >= 2 / 20

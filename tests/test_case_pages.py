"""What citizens send through the portal and what a build refuses, as cases of the office."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import portal_city
import pytest
import small_office
from litestar.testing import TestClient

from dataro.build.run import build
from dataro.build.workspace import find
from dataro.cases.inbox import all_open
from dataro.cases.workflows import open_cases
from dataro.cli.app import main
from dataro.portal.app import make_app
from dataro.portal.guard import Bucket

pytestmark = pytest.mark.filterwarnings(
    "ignore::litestar.exceptions.base_exceptions.LitestarDeprecationWarning"
)

ROW = "/data/benches/report?k.bench=A01"
SAME = {"sec-fetch-site": "same-origin"}
REPORT = {"column": "seats", "should_be": "<b>4</b>", "reason": "세어 보았습니다."}
REQUEST = {
    "title": "공원별 그늘막 위치", "purpose": "폭염 대피 지도를 만들려고 합니다.", "use": "personal",
    "phone": "010-1234-5678", "email": "lee@home.example",
}  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = portal_city.make(tmp_path_factory.mktemp("here") / "city")
    small_office.workflows_into(workspace.folder)
    build(workspace)
    return workspace.folder


@pytest.fixture
def web(city: Path) -> Iterator[TestClient]:
    with TestClient(make_app(city)) as client:
        yield client


def test_a_wrong_cell_is_reported_from_its_row_and_followed_with_the_key(
    web: TestClient, city: Path
) -> None:
    links = re.findall(r'href="(/en/data/benches/report[^"]+)"', web.get("/en/data/benches").text)
    assert links[0] == f"/en{ROW}"
    form = web.get(links[0])
    assert re.search(r'<option value="seats">Seats: \d', form.text)
    sent = web.post(links[0], data=REPORT, headers=SAME)
    assert sent.status_code == 201
    number = re.search(r"\d{4}-ERR-\d{5}", sent.text)
    assert number is not None
    records = open_cases(find(city))
    (case,) = [one for one in all_open(records) if one.number == number[0]]
    records.close()
    assert case.form["key"] == {"bench": "A01"}
    assert (case.form["value"], case.form["should_be"]) == ("3", "<b>4</b>")
    assert case.department == "공원과"
    follow = re.search(r'href="(/en/cases/[^"]+key=[^"]+)"', sent.text)
    assert follow is not None
    page = web.get(follow[1])
    assert "bench = A01" in page.text
    assert "&lt;b&gt;4&lt;/b&gt;" in page.text
    assert "<b>4" not in page.text
    assert "0 days" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert number[0] in web.get(f"/ko{ROW}").text


def test_data_is_asked_for_once_shown_to_all_and_personal_data_to_nobody_else(
    web: TestClient,
) -> None:
    sent = web.post("/ko/requests/new", data=REQUEST, headers=SAME)
    assert sent.status_code == 201
    follow = re.search(r'href="(/ko/cases/([^?"]+)\?key=[^"]+)"', sent.text)
    assert follow is not None
    assert "010-1234-5678" in web.get(follow[1]).text
    public = web.get(f"/ko/cases/{follow[2]}")
    assert public.status_code == 200
    assert "폭염 대피 지도" in public.text
    assert "010-1234-5678" not in public.text
    again = web.post("/ko/requests/new", data=REQUEST, headers=SAME)
    assert again.status_code == 409
    assert follow[2] in again.text
    anyway = web.post("/ko/requests/new", data={**REQUEST, "anyway": "1"}, headers=SAME)
    assert anyway.status_code == 201
    for order in ("newest", "votes", "waiting", "nonsense"):
        listed = web.get(f"/ko/requests?order={order}&open=1&page=1").text
        assert follow[2] in listed
        assert "신청 2건" in listed


def test_a_bad_form_gets_one_sentence_for_each_field_in_the_language_of_the_page(
    web: TestClient,
) -> None:
    bad = {"column": "", "should_be": "", "reason": "가" * 2_001, "email": "nobody"}
    for lang, said in (("ko", "항목을 적어 주세요"), ("en", "Fill in")):
        page = web.post(f"/{lang}{ROW}", data=bad, headers=SAME)
        assert page.status_code == 422
        wrong = re.findall(r'<p class="wrong" id="w-(\w+)">([^<]+)</p>', page.text)
        assert [name for name, _ in wrong] == ["column", "should_be", "reason", "email"]
        assert sum(said in sentence for _, sentence in wrong) == 2
        assert page.text.count('aria-invalid="true"') == 4
        assert 'value="nobody"' in page.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
        ({"origin": "http://testserver.local"}, 201),
    ],
)
def test_only_a_page_of_this_site_may_send_a_form(
    web: TestClient, headers: dict[str, str], status: int
) -> None:
    assert web.post(f"/ko{ROW}", data=REPORT, headers=headers).status_code == status


def test_programs_floods_and_unknown_rows_are_turned_away_in_words(web: TestClient) -> None:
    assert web.post(f"/en{ROW}", data={**REPORT, "website": "x"}, headers=SAME).status_code == 400
    large = {**REPORT, "reason": "x" * 100_000}
    assert web.post(f"/en{ROW}", data=large, headers=SAME).status_code == 413
    for address in ("/data/benches/report?k.bench=ZZ", "/data/benches/report", "/cases/2026-ERR-9",
                    "/data/secret/report?k.case=X1"):  # fmt: skip
        assert web.get(f"/en{address}").status_code == 404
    replies = [web.post(f"/en{ROW}", data={}, headers=SAME) for _ in range(12)]
    assert replies[-1].status_code == 429
    assert "in a short time" in replies[-1].text


def test_a_bucket_fills_again_with_time() -> None:
    now = [0.0]
    bucket = Bucket(most=2, seconds=10, clock=lambda: now[0])
    assert [bucket.take("2001:db8::1"), bucket.take("2001:db8::2"), bucket.take("2001:db8::3")] == [
        True, True, False,
    ]  # fmt: skip
    assert bucket.take("192.0.2.1")
    now[0] = 10
    assert [bucket.take("2001:db8::4"), bucket.take("2001:db8::4")] == [True, False]


def test_a_city_without_workflows_offers_none_of_it(tmp_path: Path) -> None:
    workspace = portal_city.make(tmp_path)
    build(workspace, only=["benches"])
    with TestClient(make_app(workspace.folder)) as web:
        page = web.get("/ko/data/benches").text
        assert "report?" not in page
        assert "/requests" not in page
        assert web.get(f"/ko{ROW}").status_code == 404
        assert web.get("/ko/requests").status_code == 404


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(str(ended.value.code)), capsys.readouterr().out


def test_a_refused_delivery_becomes_a_case_that_the_command_line_lists_and_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = portal_city.make(tmp_path / "city")
    small_office.workflows_into(workspace.folder)
    here = ("--workspace", str(workspace.folder))
    only = ("--only", "benches")
    assert run(capsys, "build", *only, *here)[0] == 0
    assert json.loads(run(capsys, "cases", "--json", *here)[1]) == {"cases": []}
    (workspace.raw / "의자.csv").write_text("번호,좌석\n,셋\n", encoding="utf-8")
    code, said = run(capsys, "build", *only, *here)
    assert code == 1
    number = re.search(r"\d{4}-QRT-\d{5}", said)
    assert number is not None
    (case,) = json.loads(run(capsys, "cases", "--json", *here)[1])["cases"]
    assert (case["number"], case["dataset"], case["department"]) == (number[0], "benches", "공원과")
    assert number[0] in run(capsys, "cases", "--department", "공원과", *here)[1]
    assert number[0] not in run(capsys, "cases", "--department", "교통과", *here)[1]
    code, shown = run(capsys, "cases", number[0].lower(), *here)
    assert code == 0
    assert "공원 의자" in shown
    assert run(capsys, "cases", "2026-QRT-99999", *here)[0] == 1
    assert number[0] not in run(capsys, "build", *only, *here)[1]  # one case while it is open

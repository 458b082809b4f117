"""What people made from data, and what is to be opened next, as everybody sees it in the portal."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import portal_city
import pytest
import small_office
from litestar.testing import TestClient
from python_calamine import CalamineWorkbook

from dataro.accounts.people import add_person, person_by_login
from dataro.accounts.use.counter import UseCounter
from dataro.accounts.use.totals import Moment
from dataro.build.context import opened
from dataro.build.run import build
from dataro.build.workspace import find
from dataro.cases import engine
from dataro.cases.opening_plan.propose import opening_plan
from dataro.cases.workflows import open_cases
from dataro.portal.app import make_app
from dataro.portal.month_bars import month_bars
from dataro.vocabulary.text import both

pytestmark = pytest.mark.filterwarnings(
    "ignore::litestar.exceptions.base_exceptions.LitestarDeprecationWarning"
)
SAME = {"sec-fetch-site": "same-origin"}
REUSE = {
    "title": "의자 지도", "kind": "app", "dataset": "benches", "address": "https://example.kr/map",
    "description": "<b>공원</b> 의자를 찾아 주는 앱입니다.", "maker": "가람동 개발 모임",
    "phone": "010-1111-2222", "email": "made@home.example",
}  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = portal_city.make(tmp_path_factory.mktemp("here") / "city")
    small_office.workflows_into(workspace.folder)
    build(workspace, only=["benches", "secret"])
    records = open_cases(workspace)
    add_person(records, None, login="chief", name="정총괄", roles=["data_officer"])
    records.close()
    return Path(workspace.folder)


@pytest.fixture
def web(city: Path) -> Iterator[TestClient]:
    with TestClient(make_app(city)) as client:
        yield client


def test_what_somebody_made_is_shown_once_an_official_has_looked_at_it(
    web: TestClient, city: Path
) -> None:
    assert "처음으로 알려" in web.get("/ko/reuses").text
    assert "/en/reuses" in web.get("/en/").text
    form = web.get("/ko/reuses/new?dataset=benches").text
    assert '<option value="benches" selected>' in form
    assert 'value="secret"' not in form
    wrong = web.post(
        "/en/reuses/new", data={**REUSE, "address": "javascript:alert(1)"}, headers=SAME
    )
    assert wrong.status_code == 422
    assert "no web address" in wrong.text
    assert (
        web.post("/en/reuses/new", data={**REUSE, "dataset": "secret"}, headers=SAME).status_code
        == 422
    )
    sent = web.post("/ko/reuses/new", data=REUSE, headers=SAME)
    assert sent.status_code == 201
    number = re.search(r"\d{4}-USE-\d{5}", sent.text)
    assert number is not None
    assert "의자 지도" not in web.get("/ko/reuses").text
    records = open_cases(find(city))
    chief = person_by_login(records, "chief")
    engine.move(records, chief, number[0], "show", {"checked": "yes"})
    shown = web.get("/ko/reuses").text
    assert "&lt;b&gt;공원" in shown
    assert 'href="https://example.kr/map" rel="nofollow noopener ugc"' in shown
    assert 'href="/ko/data/benches"' in shown
    assert "010-1111" not in shown
    assert "made@home" not in shown
    records.close()
    page = until(web, "/en/data/benches", "의자 지도")
    assert 'href="/en/reuses/new?dataset=benches"' in page


def test_a_dataset_tells_how_often_it_was_used_month_by_month(city: Path) -> None:
    records = open_cases(find(city))
    use = UseCounter(records)
    use.count("benches", "download", door="portal", format="csv", times=1_234)
    use.count("benches", "download", door="portal", format="csv", agent="Googlebot/2.1", times=9)
    use.close()
    month = records.today().isoformat()[:7]
    records.close()
    with TestClient(make_app(city)) as web:
        page = until(web, "/en/data/benches", f"<title>{month}: 1,234</title>")
    assert f"most in {month}: 1,234" in page
    assert page.count("<g><title>") == 12
    assert "style=" not in page.partition("<main")[2]


def test_bars_stand_for_twelve_months_over_the_turn_of_a_year() -> None:
    found = [Moment("2025-12", 3, 1, 9), Moment("2026-02", 2, 0, 0), Moment("2024-12", 99, 0, 0)]
    bars = month_bars(found, date(2026, 2, 28))
    assert [one.month for one in bars][::11] == ["2025-03", "2026-02"]
    assert {one.month: (one.taken, one.height) for one in bars if one.taken} == {
        "2025-12": (4, 100.0), "2026-02": (2, 50.0),
    }  # fmt: skip
    assert month_bars([Moment("2024-12", 99, 0, 0)], date(2026, 2, 28)) == []


def until(web: TestClient, path: str, text: str) -> str:
    """The page, once what the portal looks up every few seconds has come into it."""
    end = time.monotonic() + 15
    page: str = web.get(path).text
    while text not in page and time.monotonic() < end:
        time.sleep(0.2)
        page = web.get(path).text
    assert text in page
    return page


def test_everybody_reads_the_plan_but_not_of_data_that_is_hidden(
    web: TestClient, city: Path
) -> None:
    assert "아직 제안할 것이 없습니다" in web.get("/ko/plan").text
    assert "/en/plan" in web.get("/en/requests").text
    records = open_cases(find(city))
    citizen = add_person(records, None, login="lee", name="이시민", email="lee@home.example")
    asked = {"purpose": "지도를 만들려고 합니다.", "use": "personal", "phone": "010-1234-5678"}
    for title in ("야간 약국의 위치", "=1+1 <i>약수터</i>"):
        engine.open_case(records, citizen, "data_request", {"title": title, **asked})
    secret = engine.open_case(
        records, citizen, "data_request", {"title": "내부 자료를 알고 싶습니다", **asked},
        department=both("감사담당관", "Audit"),
    )  # fmt: skip
    refused = engine.open_case(
        records, citizen, "data_request", {"title": "상가 소유자의 이름", **asked}
    )
    chief = person_by_login(records, "chief")
    no = {
        "ground": "other_law",
        "answer": "개인정보라 제공할 수 없습니다. 이의신청을 하실 수 있습니다.",
    }
    engine.move(records, chief, refused.case.number, "refuse", no)
    with opened(find(city)) as context:
        named = {one.dataset for one in opening_plan(context, records, 2027).proposals}
    assert "secret" in named  # as staff read it
    records.close()
    with TestClient(make_app(city)) as fresh:
        page = fresh.get("/en/plan").text
        book = fresh.get("/ko/plan.xlsx")
        markdown = fresh.get("/ko/plan.md")
    assert "야간 약국의 위치" in page
    assert "&lt;i&gt;약수터" in page
    assert secret.case.number in page
    for said in (page, markdown.text):
        assert "Internal list" not in said
        assert "감사 자료" not in said
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0)
    titles = [row[1] for row in sheet.to_python()[3:]]
    assert sorted(titles) == sorted(
        ["야간 약국의 위치", "=1+1 <i>약수터</i>", "내부 자료를 알고 싶습니다"]
    )
    assert [row[2] for row in sheet.to_python()[3:]] == ["–"] * 3
    assert "attachment" in markdown.headers["content-disposition"]
    assert "010-1234" not in markdown.text

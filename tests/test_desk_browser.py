"""Sign-in, account, desk and requests in a real browser: for everybody, without scripts too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import portal_city
import pytest
import small_office
import test_browser
from portal_server import serving
from test_browser import BAD, Visit

from dataro.accounts.demo import demo_people
from dataro.accounts.people import person_by_login
from dataro.accounts.sessions import start_session
from dataro.build.context import opened
from dataro.build.run import build
from dataro.cases import engine
from dataro.cases.demo import demo_cases
from dataro.cases.workflows import open_cases

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
browser, axe = test_browser.browser, test_browser.axe

# who reads, and the page: each in another mixture of language, appearance and width
PAGES = [
    ("", "/sign-in"), ("", "/requests"), ("", "/requests/new"), ("", "/cases/2026-REQ-00004"),
    ("", "/privacy"), ("citizen", "/account"), ("citizen", "/cases/2026-REQ-00001"),
    ("citizen", "/requests"), ("steward", "/desk"), ("steward", "/desk/cases/2026-REQ-00001"),
    ("steward", "/desk/data"), ("steward", "/desk/corrections"),
    ("steward", "/desk/cases/2026-ERR-00001"), ("admin", "/desk/people"),
    ("admin", "/desk/people/2"), ("admin", "/desk/audit"), ("", "/data/stops"),
]  # fmt: skip
TWICE = ("/sign-in", "/desk", "/desk/cases/2026-REQ-00001", "/data/stops")
LOOKS = ("light", "dark", "contrast")
MIXED = [
    (who, path, ("ko", "en")[(n + m) % 2], LOOKS[(n + m) % 3], (1280, 390)[(n // 2 + m) % 2])
    for n, (who, path) in enumerate(PAGES)
    for m in ((0, 1) if path in TWICE else (0,))
]


@dataclass
class City:
    """A served city, the password of its demonstration, and a session of each of its people."""

    address: str
    password: str
    sessions: dict[str, str]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    workspace = portal_city.make(tmp_path_factory.mktemp("here") / "city")
    small_office.workflows_into(workspace.folder)
    build(workspace, only=["benches", "stops"])
    records = open_cases(workspace)
    with opened(workspace) as context:
        password = demo_people(records, workspace.state, small_office.PARKS)
        demo_cases(records, context, small_office.PARKS)
    year = records.today().year
    with records.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE cases SET number = replace(number, ?, '2026')", (str(year),)
        )
    steward = person_by_login(records, "steward")
    engine.move(records, steward, "2026-ERR-00001", "correct", {"reason": "현장에서 확인했습니다."})
    names = ("citizen", "steward", "admin")
    sessions = {one: start_session(records, person_by_login(records, one)) for one in names}
    records.close()
    with serving(workspace.folder) as address:
        yield City(address, password, sessions)


def visit_as(browser: Browser, city: City, who: str, **options: object) -> Visit:
    visit = Visit(browser, city.address, **options)
    if who:
        cookie = {"name": "dataro_session", "value": city.sessions[who], "url": city.address}
        visit.context.add_cookies([cookie])  # type: ignore[list-item]
    return visit


@pytest.mark.parametrize(("who", "path", "lang", "look", "width"), MIXED)
def test_a_page_of_people_does_nothing_wrong_and_everybody_can_use_it(
    browser: Browser, city: City, axe: str, who: str, path: str, lang: str, look: str, width: int
) -> None:
    visit = visit_as(browser, city, who, look=look, viewport={"width": width, "height": 800})
    try:
        page = visit.open(f"{city.address}/{lang}{path}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.locator("h1").count() == 1
        assert not BAD.search(page.inner_text("body"))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate(axe)
        found = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
        )
        violations = [
            f"{one['id']}: {node['html'][:160]} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]
        assert violations == []
        assert visit.wrong == []
    finally:
        visit.close()


def test_without_scripts_an_official_signs_in_answers_and_signs_out(
    browser: Browser, city: City
) -> None:
    visit = Visit(
        browser, city.address, java_script_enabled=False, viewport={"width": 390, "height": 800}
    )
    try:
        page = visit.page
        page.goto(f"{city.address}/ko/sign-in?to=/ko/desk")
        page.fill("#login", "officer")
        page.fill("#password", city.password)
        page.click("main button")
        assert page.url == f"{city.address}/ko/desk"
        page.click("text=2026-REQ-00001 >> nth=0")
        page.click("summary:has-text('기한 연장')")
        page.fill("#m-extend-reason", "카메라 위치를 다른 기관에 물었습니다.")
        page.click("details[open] button")
        assert "기한 연장" in page.inner_text(".trail")
        assert "카메라 위치를 다른 기관에" in page.inner_text(".trail")
        page.click("header >> text=박담당")
        page.click("text=로그아웃")
        assert "로그아웃했습니다" in page.inner_text("h1")
        page.goto(f"{city.address}/ko/desk")
        assert "업무" not in page.inner_text("header")
    finally:
        visit.close()


def test_requests_that_are_alike_are_told_while_one_types(browser: Browser, city: City) -> None:
    visit = Visit(browser, city.address)
    try:
        page = visit.open(f"{city.address}/ko/requests/new")
        page.locator("#f-title").press_sequentially("공원 화장실과 음수대")
        page.wait_for_selector("#alike-now a")
        assert "2026-REQ-00002" in page.inner_text("#alike-now")
        assert visit.wrong == []
    finally:
        visit.close()


def test_the_desk_can_be_used_by_keyboard_alone(browser: Browser, city: City) -> None:
    visit = visit_as(browser, city, "steward")
    try:
        page = visit.open(f"{city.address}/ko/desk/cases/2026-REQ-00002")
        reached = _reached(page)
        assert {"SUMMARY", "SELECT", "TEXTAREA", "BUTTON", "INPUT", "A"} <= {
            one[0] for one in reached
        }
        assert all(seen for _, seen in reached)
    finally:
        visit.close()


def _reached(page: Page) -> list[tuple[str, bool]]:
    """What the tabulator reaches, and whether its focus can be seen."""
    found = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "() => { const one = document.activeElement; const style = getComputedStyle(one);"
            " return [one.tagName, style.outlineStyle !== 'none' || one.type === 'radio']; }"
        )
        if name == "BODY":
            break
        found.append((name, outline))
    return found

"""A person drops a file on the page, reads what is wrong and takes the report home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import portal_city
import pytest
from portal_server import serving
from test_browser import ARGUMENTS, CHROMIUM

from dataro.build.run import build

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

TABLE = "시설명,전화번호,데이터기준일자\n" + "".join(
    f"시설{n},031-229-{4000 + n},2024-01-{n:02}\n" for n in range(1, 29)
)
BAD = TABLE + "마지막 시설,031-229-4567,2023-02-30\n"

DROP = """(form) => {
  const carried = new DataTransfer();
  carried.items.add(new File([form.dataset.content], "시설 목록.csv", {type: "text/csv"}));
  form.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true}));
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    workspace = portal_city.make(tmp_path_factory.mktemp("city"))
    build(workspace, only=["benches", "residents"])
    with serving(workspace.folder) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("there is no Chromium on this machine (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


def errors_of(page: Page) -> list[str]:
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    return found


def test_a_dropped_file_is_judged_at_once(browser: Browser, address: str, tmp_path: Path) -> None:
    page = browser.new_page()
    errors = errors_of(page)
    page.goto(f"{address}/ko/check")
    assert page.get_by_text("여기에 파일을 끌어 놓아도 됩니다.").is_visible()
    page.evaluate("(text) => document.querySelector('form[data-drop]').dataset.content = text", BAD)
    with page.expect_navigation():
        page.locator("form[data-drop]").evaluate(DROP)
    assert "시설 목록.csv" in page.locator("#result").inner_text()
    assert page.get_by_text("2023-02-30").first.is_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="오류 목록 (엑셀)").click()
    target = tmp_path / "a.xlsx"
    saved.value.save_as(target)
    assert saved.value.suggested_filename == "시설 목록.xlsx"
    assert target.read_bytes()[:2] == b"PK"
    assert errors == []
    page.close()


def test_the_form_works_without_scripts(browser: Browser, address: str, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    file = tmp_path / "시설.csv"
    file.write_text(BAD, encoding="utf-8")
    page.goto(f"{address}/ko/check")
    page.get_by_label("점검할 파일").set_input_files(file)
    page.get_by_role("button", name="점검하기").click()
    assert page.get_by_text("2023-02-30").first.is_visible()
    context.close()


def test_the_report_opens_from_the_disk_without_a_network(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    page = browser.new_page()
    file = tmp_path / "시설.csv"
    file.write_text(BAD, encoding="utf-8")
    page.goto(f"{address}/en/check")
    page.get_by_label("The file to check").set_input_files(file)
    page.get_by_role("button", name="Check", exact=True).click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Report (HTML)").click()
    report = tmp_path / "report.html"
    saved.value.save_as(report)
    errors = errors_of(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    assert "Data quality report" in page.title()
    assert [one for one in asked if not one.startswith("file:")] == []
    assert errors == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()

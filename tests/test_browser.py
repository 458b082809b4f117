"""The portal in a real browser: safe, reachable for everybody, and whole without scripts."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import portal_city
import pytest
from portal_server import serving

from dataro.build.run import build

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader",
    "--use-angle=swiftshader", "--ignore-gpu-blocklist",
]  # fmt: skip
LOOKS = ["light", "dark", "contrast"]
MAIN = ["/", "/analysis/showcase", "/data/stops", "/data"]
OTHER = [
    "/analysis",
    "/accessibility",
    "/data/benches",
    "/data/flats",
    "/data/outlines",
    "/help",
    "/status",
    "/nowhere",
]
BAD = re.compile(r"\b(None|NaN|undefined)\b|\{\{")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    workspace = portal_city.make(tmp_path_factory.mktemp("city"))
    build(workspace)
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


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker's script with its Korean words, and its settings."""
    tools = Path(__file__).parent.parent / "tools/assets.py"
    spec = importlib.util.spec_from_file_location("dataro_assets", tools)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    try:
        folder = module.ensure_test_tools()
    except SystemExit as error:
        pytest.skip(str(error))
    locale = (folder / "ko.json").read_text("utf-8")
    script = (folder / "axe.min.js").read_text("utf-8")
    return f"{script};axe.configure({{locale:{locale}}});"


class Visit:
    """One page open in a browser, with everything it did wrong."""

    def __init__(self, browser: Browser, address: str, **options: Any) -> None:
        look = options.pop("look", "light")
        self.context = browser.new_context(
            color_scheme="dark" if look == "dark" else "light", **options
        )
        self.page: Page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("console", self._heard)
        self.page.on("request", lambda request: self._asked(request.url, address))
        if look == "contrast":
            self.page.add_init_script("localStorage.setItem('look', 'contrast')")

    def _heard(self, message: Any) -> None:
        # A page that is meant to be missing is reported as a failed resource by the browser.
        if message.type in ("error", "warning") and "404" not in message.text:
            self.wrong.append(f"{message.type}: {message.text}")

    def _asked(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            self.wrong.append(f"request to {url}")

    def open(self, url: str) -> Page:
        self.page.goto(url)
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate(
            "async () => { for (let y = 0; y < document.body.scrollHeight; y += 500) {"
            " scrollTo(0, y); await new Promise(done => setTimeout(done, 30)); } }"
        )
        self.page.wait_for_load_state("networkidle")
        return self.page

    def close(self) -> None:
        self.context.close()


def _combinations() -> list[tuple[str, str, str, int]]:
    every = [
        (path, lang, look, width)
        for i, path in enumerate(MAIN)
        for lang in ("ko", "en")
        for j, look in enumerate(LOOKS)
        for k, width in enumerate((1280, 390))
        if i < 2 or (i + j + k + (lang == "en")) % 2 == 0
    ]
    others = [
        (path, ("ko", "en")[i % 2], LOOKS[i % 3], (1280, 390)[i // 2 % 2])
        for i, path in enumerate(OTHER)
    ]
    return every + others


@pytest.mark.parametrize(("path", "lang", "look", "width"), _combinations())
def test_a_page_does_nothing_wrong_and_everybody_can_use_it(
    browser: Browser, address: str, axe: str, path: str, lang: str, look: str, width: int
) -> None:
    visit = Visit(browser, address, look=look, viewport={"width": width, "height": 800},
                  bypass_csp=False)  # fmt: skip
    try:
        page = visit.open(f"{address}/{lang}{path}")
        assert not BAD.search(page.inner_text("body"))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate(axe)
        found = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
        )
        violations = [
            f"{one['id']}: {one['help']} — {node['html'][:160]} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]
        assert violations == []
        assert visit.wrong == []
    finally:
        visit.close()


@pytest.mark.parametrize("path", [*MAIN, *OTHER])
def test_nothing_scrolls_sideways_on_the_smallest_telephone(
    browser: Browser, address: str, path: str
) -> None:
    visit = Visit(browser, address, viewport={"width": 320, "height": 640})
    try:
        page = visit.open(f"{address}/ko{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    finally:
        visit.close()


def test_without_scripts_there_are_drawings_tables_search_paging_and_settings(
    browser: Browser, address: str
) -> None:
    visit = Visit(
        browser, address, java_script_enabled=False, viewport={"width": 1280, "height": 800}
    )
    try:
        page = visit.page
        page.goto(f"{address}/ko/analysis/showcase")
        assert page.locator("figure .wide svg").count() == 5
        assert page.locator("figure table").count() == 5
        assert page.locator("#figure-over_time .wide svg").is_visible()
        page.locator("#figure-by_district .breaks select").select_option("equal")
        page.locator("#figure-by_district .breaks button").click()
        assert "breaks=equal" in page.url
        page.locator(".settings summary").click()
        page.locator("#set-scale").fill("3")
        page.locator(".settings form button").click()
        assert "scale=3" in page.url
        assert "14만 4,000명" in page.inner_text(".findings")
        page.goto(f"{address}/ko/data")
        page.fill("#q", "정류장")
        page.click(".filters button")
        assert page.locator(".list > li").count() == 1
        page.click(".list a")
        page.click("a[rel=next]")
        assert "page=2" in page.url
        assert visit.wrong == []
    finally:
        visit.close()


def test_the_list_narrows_while_one_types(browser: Browser, address: str) -> None:
    visit = Visit(browser, address)
    try:
        page = visit.open(f"{address}/ko/data")
        assert page.locator(".list > li").count() > 3
        page.locator("#q").press_sequentially("정류장")
        page.locator(".list > li").nth(1).wait_for(state="detached")
        assert "버스 정류장" in page.inner_text(".list")
        assert "q=" in page.url
        assert page.evaluate("document.activeElement.id") == "q"
        assert "q=" in str(page.locator("#switch").get_attribute("href"))
        assert visit.wrong == []
    finally:
        visit.close()


def test_hover_and_click_on_a_map_agree_with_its_table(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, viewport={"width": 1280, "height": 900})
    try:
        page = visit.open(f"{address}/ko/analysis/showcase")
        figure = page.locator("#figure-by_district")
        area = figure.locator("path[data-place]").nth(4)
        area.hover()
        assert figure.locator("[data-told]").inner_text() == "마루동: 48,000 명"
        row = figure.locator("tr.on")
        assert "마루동" in row.inner_text()
        area.click()
        page.mouse.move(0, 0)
        assert "마루동" in figure.locator("tr.on").inner_text()
    finally:
        visit.close()


def test_the_moving_map_opens_plays_and_asks_nobody_outside(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, viewport={"width": 1280, "height": 900})
    try:
        page = visit.open(f"{address}/en/analysis/showcase")
        figure = page.locator("#figure-by_district")
        figure.locator("[data-open-map]").click()
        figure.locator(".live-map[data-ready]").wait_for(timeout=30_000)
        table = figure.locator("tr[data-place]").first
        before = table.inner_text()
        figure.locator(".moments input").fill("1")
        assert table.inner_text() != before  # the table tells the moment that the map shows
        assert visit.wrong == []
    finally:
        visit.close()


def test_a_chart_tells_values_where_it_is_pointed_at(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, viewport={"width": 1280, "height": 900})
    try:
        page = visit.open(f"{address}/ko/analysis/showcase")
        chart = page.locator("#figure-over_time .live-chart")
        chart.scroll_into_view_if_needed()
        chart.hover(position={"x": 200, "y": 200})
        tip = page.locator(".tip")
        tip.wait_for()
        assert re.match(r"20\d\d년 \d+월", tip.inner_text())
        assert "거주자" in tip.inner_text()
        assert visit.wrong == []
    finally:
        visit.close()


def test_everything_can_be_reached_by_keyboard_and_the_focus_is_seen(
    browser: Browser, address: str
) -> None:
    visit = Visit(browser, address, viewport={"width": 1280, "height": 900})
    try:
        page = visit.open(f"{address}/ko/analysis/growth")
        page.evaluate("scrollTo(0, 0)")
        wanted = page.evaluate(
            "[...document.querySelectorAll('a[href],button,select,input:not([type=hidden]),summary,[tabindex=\"0\"]')]"
            ".filter(one => one.checkVisibility()).length"
        )
        seen = set()
        for _ in range(wanted + 5):
            page.keyboard.press("Tab")
            told = page.evaluate(
                "(() => { const one = document.activeElement; const style = getComputedStyle(one);"
                " return [one.outerHTML.slice(0, 200), style.outlineStyle, parseFloat(style.outlineWidth)]; })()"
            )
            if not told[0].startswith("<body"):
                assert told[1] != "none", told[0]
                assert told[2] >= 2, told[0]
            seen.add(told[0])
        assert len(seen) >= wanted - 1
    finally:
        visit.close()


def test_paper_is_light_and_shows_the_tables(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, look="contrast", viewport={"width": 800, "height": 900})
    try:
        page = visit.open(f"{address}/ko/analysis/growth")
        page.emulate_media(media="print")
        assert (
            page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        )
        assert not page.locator(".tools").is_visible()
    finally:
        visit.close()


def test_the_checker_itself_finds_a_planted_fault(browser: Browser, address: str, axe: str) -> None:
    visit = Visit(browser, address)
    try:
        page = visit.open(f"{address}/ko/help")
        page.evaluate("document.querySelector('main').append(document.createElement('img'))")
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {runOnly: ['wcag2a']})")
        assert "image-alt" in json.dumps(found["violations"])
    finally:
        visit.close()

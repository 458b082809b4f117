"""The portal in a real browser: safe, reachable for everybody, and whole without scripts."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import area_city
import httpx
import pytest
from browsing import (
    ARGUMENTS,
    CHROMIUM,
    OF_LOOKS,
    RULES,
    Visit,
    axe_script,
    chromium,
    judges,
    violations,
)
from portal_server import serving

from dataro.build.run import build

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

__all__ = ["ARGUMENTS", "CHROMIUM"]

LOOKS = ["light", "dark", "contrast"]
AREA = f"/area/{area_city.CODES[0]}"
BESIDE = f"{AREA}?compare={area_city.CODES[1]},{area_city.CODES[5]}"
MAIN = [
    "/", "/data", "/data/stops", "/analysis/showcase", "/analysis", "/area", AREA,
    "/ro", "/ro/population", "/status",
]  # fmt: skip
OTHER = [
    BESIDE,
    "/accessibility",
    "/privacy",
    "/sign-in",
    "/quality",
    "/standards",
    "/check",
    "/help",
    "/area/nowhere",
    "/nowhere",
    "/data/benches",
    "/data/flats",
    "/data/outlines",
    "/analysis/areas",
    "/embed/showcase/by_district?look=dark",
    "/embed/area/people",
]
BAD = re.compile(r"\b(None|NaN|undefined)\b|\{\{")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    workspace = area_city.make(tmp_path_factory.mktemp("city"))
    build(workspace)
    with serving(workspace.folder) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def axe() -> str:
    return axe_script()


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("path", MAIN)
def test_a_main_page_does_nothing_wrong_in_any_look_or_width(
    browser: Browser, address: str, axe: str, path: str, lang: str
) -> None:
    visit = Visit(browser, address, viewport={"width": 1280, "height": 800}, bypass_csp=False)
    try:
        page = visit.open(f"{address}/{lang}{path}")
        page.evaluate(axe)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(200)  # charts are drawn again for another width
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
            assert not BAD.search(page.inner_text("body"))
            for look in LOOKS:
                visit.look(look)
                first = look == "light"
                found = violations(page, RULES if first else OF_LOOKS, tags=first)
                assert found == [], f"{look} {width}"
        page.set_viewport_size({"width": 320, "height": 640})
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert visit.wrong == []
    finally:
        visit.close()


@pytest.mark.parametrize(
    ("path", "lang", "look", "width"),
    [
        (path, ("ko", "en")[i % 2], LOOKS[i % 3], (1280, 390)[i // 2 % 2])
        for i, path in enumerate(OTHER)
    ],
)
def test_every_other_page_does_nothing_wrong(
    browser: Browser, address: str, axe: str, path: str, lang: str, look: str, width: int
) -> None:
    visit = Visit(browser, address, look=look, viewport={"width": width, "height": 800})
    try:
        page = visit.open(f"{address}/{lang}{path}")
        assert not BAD.search(page.inner_text("body"))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate(axe)
        assert violations(page, RULES, tags=True) == []
        page.set_viewport_size({"width": 320, "height": 640})
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert visit.wrong == []
    finally:
        visit.close()


def test_every_page_is_valid_html(address: str, tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("there is no Java for the checker of HTML (Debian: default-jre-headless)")
    for lang in ("ko", "en"):
        for number, path in enumerate([*MAIN, *OTHER]):
            page = httpx.get(f"{address}/{lang}{path}", timeout=60)
            (tmp_path / f"{lang}{number}.html").write_bytes(page.content)
    run = subprocess.run(
        [java, "-Xss1m", "-jar", str(judges() / "vnu.jar"), "--format", "gnu", "--errors-only",
         *map(str, sorted(tmp_path.glob("*.html")))],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]


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
        assert page.locator(".list > li").count() <= 3
        page.click(".list a:has-text('버스 정류장')")
        page.click("a[rel=next]")
        assert "page=2" in page.url
        with page.expect_download() as taken:
            page.locator("a[href*='/data/stops.csv']").first.click()
        assert "정류장 0" in taken.value.path().read_text("utf-8-sig")
        assert visit.wrong == []
    finally:
        visit.close()


def test_without_scripts_districts_are_found_compared_and_embedded(
    browser: Browser, address: str
) -> None:
    visit = Visit(browser, address, java_script_enabled=False)
    try:
        page = visit.page
        page.goto(f"{address}/ko/")
        page.locator("#to").select_option(label="다솜읍")
        page.locator("form[action='/ko/area'] button").click()
        assert page.inner_text("h1") == "다솜읍"
        page.locator("select[name=compare]").first.select_option(label="마루동")
        page.locator(".compare button").click()
        assert page.inner_text("h1") == "다솜읍, 마루동 견주기"
        assert page.locator(".compared .spark").count() > 4
        page.click("#switch")
        assert "Dasom-eup" in page.inner_text("h1")
        assert "Maru-dong" in page.inner_text("h1")
        page.goto(f"{address}/ko/area")
        page.fill("#q", "다솜")
        page.locator("#by").select_option("stops")
        page.click(".filters button")
        assert page.locator(".places li").count() == 1
        assert page.locator("figure .wide svg").is_visible()
        page.goto(f"{address}/ko/embed/showcase/over_time")
        assert page.locator(".drawing svg").first.is_visible()
        assert visit.wrong == []
    finally:
        visit.close()


def test_a_figure_fills_the_screen_and_its_link_is_copied(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, permissions=["clipboard-read", "clipboard-write"],
                  viewport={"width": 1280, "height": 900})  # fmt: skip
    try:
        page = visit.open(f"{address}/ko/analysis/showcase?scale=2")
        figure = page.locator("#figure-by_district")
        figure.locator("[data-copy]").click()
        figure.locator("[data-copy-status]", has_text="복사했습니다").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == f"{address}/ko/analysis/showcase?scale=2#figure-by_district"
        page.click("#switch")
        page.wait_for_url("**/en/analysis/showcase?scale=2#figure-by_district")
        full = page.locator("#figure-by_district [data-full]")
        full.click()
        page.wait_for_function("document.fullscreenElement?.id === 'figure-by_district'")
        full.filter(has_text="Leave full screen").wait_for()
        full.click()
        page.wait_for_function("document.fullscreenElement === null")
        assert visit.wrong == []
    finally:
        visit.close()


def test_the_list_narrows_while_one_types(browser: Browser, address: str) -> None:
    visit = Visit(browser, address)
    try:
        page = visit.open(f"{address}/ko/data")
        assert page.locator(".list > li").count() > 3
        page.locator("#q").press_sequentially("정류장")
        page.locator(".list > li").nth(3).wait_for(state="detached")
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
        page.locator("#figure-over_time").scroll_into_view_if_needed()
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


@pytest.mark.parametrize("path", ["/", "/data", "/analysis/growth", BESIDE])
def test_everything_can_be_reached_by_keyboard_and_the_focus_is_seen(
    browser: Browser, address: str, path: str
) -> None:
    visit = Visit(browser, address, viewport={"width": 1280, "height": 900})
    try:
        page = visit.open(f"{address}/ko{path}")
        wanted = page.evaluate(
            '[...document.querySelectorAll(\'a[href]:not([tabindex="-1"]),button,select,textarea,'
            'input:not([type=hidden]),summary,[tabindex="0"]\')]'
            ".filter(one => one.checkVisibility()).length"
        )
        page.evaluate("window.seen = new Set(); window.faint = []")
        for _ in range(wanted + 5):
            page.keyboard.press("Tab")
            page.evaluate(
                "(() => { const one = document.activeElement; if (one === document.body) return;"
                " const style = getComputedStyle(one); seen.add(one);"
                " if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2)"
                " faint.push(one.outerHTML.slice(0, 200)); })()"
            )
        assert page.evaluate("faint") == []
        assert page.evaluate("seen.size") >= wanted - 1
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

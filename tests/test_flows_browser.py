"""A map of moves in a real browser: filter, slider and playback stand in the address, and the table
beside it tells what the map shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import portal_city
import pytest
from portal_server import serving
from test_browser import Visit, browser

from dataro.build.run import build

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

__all__ = ["browser"]
pytestmark = pytest.mark.browser

MOVES = '''
"""Moves between six districts and two places, over three years."""

from dataro.data.datasets.places import DistrictShapes
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.analysis import analysis
from dataro.vocabulary.figure import Axis, Flows, Note
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both


class Moved(Table, title=both("동", "Districts")):
    """One row per district."""

    district = d.DISTRICT.key()
    name = d.DISTRICT_NAME


@analysis(
    question=both("어디로 갑니까?", "Where do they go?"), title=both("이동", "Moves"),
    theme="population", method=both("셉니다.", "Counted."), limits=(both("예시입니다.", "Sample."),),
)
def moves(shapes: DistrictShapes) -> Moved:
    return Moved(shapes.frame().sort("district").select("district", "name"))


@moves.figure
def arrows(result: Moved) -> Flows:
    names = result.frame()["name"].to_list()
    x = [127.3 + 0.2 * (i % 3) for i in range(6)] + [125.0, 129.0]
    y = [36.4 + 0.2 * (i // 3) for i in range(6)] + [36.5, 36.5]
    flows = [("in", 6, 0), ("in", 6, 1), ("in", 7, 2), ("out", 0, 6), ("out", 1, 7),
             ("within", 0, 1), ("within", 2, 3)]
    years = {"2021": [10, 20, 30, 5, 6, 7, 8], "2022": [30, 20, 10, 6, 5, 8, 7],
             "2023": [5, None, 50, 1000, 6, 9, 3]}
    return Flows(
        title=both("이동 지도", "Map of moves"), shapes=DistrictShapes.id,
        places=[f"p{i}" for i in range(8)],
        at=[*names, both("서쪽 도시", "West"), both("동쪽 도시", "East")],
        longitude=x, latitude=y, outside=[False] * 6 + [True] * 2,
        origin=[a for _, a, _ in flows], target=[b for _, _, b in flows],
        y=Axis(both("이동자", "Movers"), unit=both("명", "people")), values=years["2023"],
        group=[side for side, *_ in flows],
        groups={"in": both("전입", "In"), "out": both("전출", "Out"), "within": both("시내", "Within")},
        frames=years,
        note=Note(both("화살표 지도", "Arrows on a map"), both("삼평시", "Sampyeong")),
    )
'''


@pytest.fixture(scope="module")
def page_of_moves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    workspace = portal_city.make(tmp_path_factory.mktemp("city"))
    (workspace.folder / "analyses/moves.py").write_text(MOVES, encoding="utf-8")
    build(workspace, only=["outlines", "moves"])
    with serving(workspace.folder) as found:
        yield f"{found}/en/analysis/moves"


def said(figure: Locator) -> list[tuple[str, str]]:
    """Where each flow of the table begins, and its value, from the top."""
    rows = figure.locator("[data-table] tbody tr").all()
    return [(row.locator("th").inner_text(), row.locator("td").last.inner_text()) for row in rows]


def asked(page: Page) -> dict[str, str]:
    return {name: value[0] for name, value in parse_qs(urlsplit(page.url).query).items()}


def test_filter_slider_and_playback_stand_in_the_address_and_in_the_table(
    browser: Browser, page_of_moves: str
) -> None:
    address = page_of_moves.split("/en/")[0]
    visit = Visit(browser, address, viewport={"width": 1280, "height": 900})
    try:
        page = visit.open(page_of_moves)
        figure = page.locator("#figure-arrows")
        assert said(figure) == [("East", "50"), ("West", "5"), ("West", "–")]
        figure.locator("[data-open-map]").click()
        figure.locator(".live-map[data-ready]").wait_for(timeout=30_000)
        # the slider: the table follows, the largest flow first
        figure.locator(".moments input[type=range]").fill("0")
        assert said(figure) == [("East", "30"), ("West", "20"), ("West", "10")]
        assert asked(page)["at"] == "2021"
        # the filter: other arrows, other rows, the same year
        figure.locator(".moments select[name=side]").select_option("within")
        figure.locator(".live-map[data-side=within]").wait_for(timeout=30_000)
        assert asked(page) == {"at": "2021", "side": "within"}
        assert [value for _, value in said(figure)] == ["8", "7"]
        # playback goes on by itself and round
        figure.locator(".moments button[type=button]").click()
        page.wait_for_url(re.compile("at=2022"))
        figure.locator(".moments button[type=button]").click()
        assert [value for _, value in said(figure)] == ["8", "7"]
        assert asked(page)["at"] == "2022"
        copied = figure.locator("[data-copy]").get_attribute("href")
        assert copied is not None
        assert {"at": ["2022"], "side": ["within"]}.items() <= parse_qs(
            urlsplit(copied).query
        ).items()
        # who is given the address sees the same
        again = visit.open(f"{address}{copied}" if copied.startswith("/") else copied)
        assert [value for _, value in said(again.locator("#figure-arrows"))] == ["8", "7"]
        chosen = again.locator("#figure-arrows .moments select")
        assert [one.input_value() for one in chosen.all()] == ["within", "2022"]
        assert visit.wrong == []
    finally:
        visit.close()


def test_a_map_that_was_moved_is_found_where_it_was_left(
    browser: Browser, page_of_moves: str
) -> None:
    address = page_of_moves.split("/en/")[0]
    visit = Visit(browser, address, viewport={"width": 1280, "height": 900})
    try:
        page = visit.open(page_of_moves)
        figure = page.locator("#figure-arrows")
        figure.locator("[data-open-map]").click()
        figure.locator(".live-map[data-ready]").wait_for(timeout=30_000)
        canvas = figure.locator(".live-map canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 200, box["y"] + 150)
        page.mouse.down()
        page.mouse.move(box["x"] + 260, box["y"] + 190, steps=4)
        page.mouse.up()
        page.wait_for_url(re.compile("view="))
        left = asked(page)["view"]
        visit.page.reload()
        again = visit.page.locator("#figure-arrows .live-map[data-ready]")
        again.wait_for(timeout=30_000)  # the address alone opens it
        assert asked(visit.page)["view"] == left
        assert visit.wrong == []
    finally:
        visit.close()


def test_without_scripts_the_same_address_shows_the_same_flows(
    browser: Browser, page_of_moves: str
) -> None:
    address = page_of_moves.split("/en/")[0]
    visit = Visit(browser, address, java_script_enabled=False)
    try:
        visit.page.goto(f"{page_of_moves}?at=2021&side=out#figure-arrows")
        figure = visit.page.locator("#figure-arrows")
        assert said(figure) == [(figure.locator("tbody th").first.inner_text(), "6"),
                                (figure.locator("tbody th").last.inner_text(), "5")]  # fmt: skip
        assert figure.locator("[data-flow]").count() == 2
    finally:
        visit.close()

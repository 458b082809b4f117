"""Areas, services, home and figures for other sites, as their readers meet them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import area_city
import httpx
import pytest
from area_city import CODES, FORMER, MONTHS, people
from portal_server import serving

from dataro.build.run import build
from dataro.build.workspace import Workspace
from dataro.portal.place_words import PLACE_WORDS
from dataro.portal.words import WORDS

pytestmark = pytest.mark.slow

AREA = f"/area/{CODES[0]}"
PAGES = [
    "/", "/area", "/area?q=동", "/area?by=stops", AREA, f"{AREA}?compare={CODES[1]}",
    "/area/9911000000", "/ro", "/ro/population", "/analysis/areas", "/embed/showcase/by_district",
    "/embed/area/people", "/nowhere", "/area/nowhere", "/ro/nothing",
]  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = area_city.make(tmp_path_factory.mktemp("city"))
    build(made)
    return made


@pytest.fixture(scope="module")
def web(workspace: Workspace) -> Iterator[httpx.Client]:
    with serving(workspace.folder) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def texts(html: str) -> set[str]:
    """Every run of text between two tags."""
    return {unescape(one).strip() for one in re.findall(r">([^<]+)<", html)}


@pytest.mark.parametrize("path", PAGES)
def test_no_english_page_says_an_interface_word_in_korean(web: httpx.Client, path: str) -> None:
    korean = {one.ko for one in {**WORDS, **PLACE_WORDS}.values() if one.ko != one.en}
    said = texts(web.get(f"/en{path}").text) - {"한국어"}
    assert said & korean == set()


def test_an_area_shows_its_values_places_and_those_of_the_city(web: httpx.Client) -> None:
    page = web.get(f"/ko{AREA}").text
    assert f"<strong>{people(0, len(MONTHS) - 1):,}</strong>" in page
    assert "6곳 가운데 6위" in page
    assert 'class="spark"' in page
    shown = json.loads(web.get(f"/ko{AREA}.json").text)
    first = next(one for one in shown["indicators"] if one["id"] == "people")
    assert first["areas"][0]["value"] == people(0, len(MONTHS) - 1)


def test_up_to_four_areas_stand_beside_each_other_from_a_form_without_a_script(
    web: httpx.Client,
) -> None:
    page = web.get(f"/ko{AREA}", params={"compare": [CODES[1], "", CODES[5]]})
    assert page.status_code == 200
    heads = re.findall(r'<th scope="col" class="number"><a href="/ko/area/(\d+)"', page.text)
    assert heads[:3] == [CODES[0], CODES[1], CODES[5]]
    assert f"compare={CODES[1]}%2C{CODES[5]}" in page.text  # the switch of language keeps them
    many = web.get(f"/ko{AREA}?compare={','.join(CODES[1:])}")
    assert many.status_code == 400
    assert "4곳까지" in many.text


def test_a_former_code_or_a_mistyped_name_is_answered_with_where_it_may_be(
    web: httpx.Client,
) -> None:
    renamed = web.get(f"/en/area/{FORMER}")
    assert renamed.status_code == 404
    assert f'href="/en/area/{CODES[0]}"' in renamed.text
    assert "Garam-dong" in renamed.text
    mistyped = web.get("/ko/area/다솜동")
    assert mistyped.status_code == 404
    assert f'href="/ko/area/{CODES[2]}"' in mistyped.text


def test_a_chosen_area_is_gone_to_and_nowhere_else(web: httpx.Client) -> None:
    assert web.get(f"/ko/area?to={CODES[3]}").headers["location"] == f"/ko/area/{CODES[3]}"
    hostile = web.get("/ko/area?to=//example.org/")
    assert hostile.headers["location"] == "/ko/area/%2F%2Fexample.org%2F"


def test_a_map_by_any_indicator_leads_from_its_table_to_the_areas(web: httpx.Client) -> None:
    page = web.get("/ko/area?by=stops").text
    assert page.count(f'href="/ko/area/{CODES[4]}"') >= 2  # the list, and the table beside the map
    drawn = json.loads(web.get("/ko/area/map/stops.json").text)
    assert len(drawn["places"]["features"]) == 6
    assert web.get("/ko/area/map/nothing.json").status_code == 404


def test_a_service_presents_its_analysis(web: httpx.Client) -> None:
    page = web.get("/ko/ro/population").text
    assert "key_numbers" not in page
    assert 'data-figure="/ko/analysis/population/figures/density_map.json' in page
    assert "/ko/analysis/population" in page
    wrong = web.get("/ko/ro/populatoin")
    assert wrong.status_code == 404
    assert "population" in wrong.text


def test_an_embedded_figure_may_stand_in_any_frame_and_do_nothing_else(web: httpx.Client) -> None:
    page = web.get("/ko/embed/showcase/by_district?scale=2&breaks=equal&look=dark")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "<script" not in page.text
    assert '<html lang="ko" data-theme="dark">' in page.text
    assert "<svg" in page.text
    assert "frame-ancestors 'none'" in web.get("/ko/").headers["content-security-policy"]
    assert web.get("/ko/embed/showcase/nothing").status_code == 404


def test_a_figure_offers_its_link_and_its_frame(web: httpx.Client) -> None:
    page = web.get("/en/analysis/showcase?scale=3").text
    assert re.search(r'href="/en/analysis/showcase\?scale=3#figure-by_district" data-copy', page)
    frame = unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[0])
    source = re.findall(r'src="([^"]+)"', frame)[0]
    assert httpx.get(source, timeout=60).status_code == 200


def test_a_link_goes_on_showing_the_version_it_was_made_at(
    web: httpx.Client, workspace: Workspace
) -> None:
    page = web.get("/ko/analysis/growth").text
    link = unescape(re.findall(r'href="(/ko/analysis/growth\?v=\d+)#', page)[0])
    assert "1만 250명" in page
    raw = Path(workspace.folder) / "raw/인구/2024.csv"
    before = raw.read_text("utf-8")
    try:
        raw.write_text(before + '2024-04,"10,999"\n', "utf-8")
        build(workspace, only=["growth"])
        assert "1만 999명" in web.get("/ko/analysis/growth").text
        pinned = web.get(link).text
        assert "1만 250명" in pinned
        assert "판을 보고 있습니다" in pinned
        version = link.partition("v=")[2]
        drawn = web.get(f"/ko/analysis/growth/figures/by_month.csv?v={version}").text
        assert "10999" not in drawn
        gone = web.get("/ko/analysis/growth/figures/by_month.csv?v=99999")
        assert gone.status_code == 410
        assert "지금 판은" in web.get("/ko/analysis/growth?v=99999").text
    finally:
        raw.write_text(before, "utf-8")
        build(workspace, only=["growth"])


def test_a_changed_declaration_shows_without_a_restart(
    web: httpx.Client, workspace: Workspace
) -> None:
    import time

    path = workspace.datasets / "benches.yml"
    before = path.read_text("utf-8")
    try:
        path.write_text(before.replace("공원 의자", "공원 나무의자"), "utf-8")
        until = time.monotonic() + 10
        while "공원 나무의자" not in web.get("/ko/data/benches").text:
            assert time.monotonic() < until
            time.sleep(0.2)
    finally:
        path.write_text(before, "utf-8")

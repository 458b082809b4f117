"""The portal as its readers meet it: a real server over a small city."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import portal_city
import pytest
from portal_server import serving

from dataro.build.run import build
from dataro.portal.language import preferred
from dataro.portal.memory import Memory

BAD_TEXT = re.compile(r">[^<]*(?:\bNone\b|\bNaN\b|undefined|\{\{|\bnan\b)[^<]*<")
HANGUL = re.compile("[가-힣]")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = portal_city.make(tmp_path_factory.mktemp("city"))
    build(workspace)
    return workspace.folder


@pytest.fixture(scope="module")
def web(city: Path) -> Iterator[httpx.Client]:
    with serving(city) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


PAGES = [
    "/", "/data", "/data?q=정류장", "/data/stops", "/data/stops?page=3", "/data/benches",
    "/data/outlines", "/data/flats", "/analysis/showcase", "/analysis/growth",
    "/analysis/showcase?scale=3&group=men&breaks=equal&at=2023", "/help", "/status",
    "/analysis", "/accessibility",
]  # fmt: skip


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_safely_in_its_language(web: httpx.Client, lang: str, path: str) -> None:
    reply = web.get(f"/{lang}{path}")
    assert reply.status_code == 200
    assert f'<html lang="{lang}">' in reply.text
    assert not BAD_TEXT.search(reply.text)
    assert " style=" not in reply.text
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "<script>" not in reply.text
    # Nothing is loaded from elsewhere; a link to the text of a licence may lead there.
    loaded = (
        r"""(?:src|action)=["'](?:https?:)?//(?!127)|<link[^>]+href=["'](?:https?:)?//(?!127)"""
    )
    assert not re.search(loaded, reply.text)


def test_the_door_opens_in_the_readers_language(web: httpx.Client) -> None:
    assert web.get("/", headers={"accept-language": "en-GB,en;q=0.9"}).headers["location"] == "/en/"
    assert web.get("/", headers={"accept-language": "ko-KR,en;q=0.3"}).headers["location"] == "/ko/"
    assert preferred(None) == "ko"
    assert preferred("de;q=x,,;;,en;q=0.2") == "en"


def test_the_language_switch_keeps_the_state_of_the_address(web: httpx.Client) -> None:
    text = web.get("/ko/analysis/showcase?scale=3&breaks=equal").text
    assert 'href="/en/analysis/showcase?scale=3&amp;breaks=equal"' in text


def test_no_interface_word_is_korean_on_an_english_page(web: httpx.Client) -> None:
    text = web.get("/en/help").text + web.get("/en/status").text
    text = text.replace(">한국어<", "><").replace("없는파일", "")  # a link, the name of a file
    words = re.sub(r"<[^>]+>", " ", text)
    assert not HANGUL.search(words)


def test_a_page_made_from_the_declaration_shows_findings_tables_receipt(web: httpx.Client) -> None:
    text = web.get("/ko/analysis/showcase").text
    assert "인구가 가장 많은 곳은 마루동으로 4만 8,000명입니다." in text
    for figure in ("by_district", "over_time", "by_kind", "ages", "stops_map"):
        assert f'id="figure-{figure}"' in text
    assert text.count("<caption") >= 5  # a table beside every figure
    assert "지도에 경계가 없는 곳 1곳: 사라진동" in text
    assert re.search(r"<code>[0-9a-f]{64}</code>", text)  # the digest of a raw file


def test_what_is_not_there_is_told_kindly_with_the_right_status(web: httpx.Client) -> None:
    for path, status, word in [
        ("/ko/data/stop", 404, "stops"),
        ("/en/analysis/showcas", 404, "showcase"),
        ("/en/analysis/showcase?scale=1000", 400, "from 1 to 100"),
        ("/ko/analysis/showcase?sclae=3", 400, "scale"),
        ("/ko/data/secret", 404, "secret"),
        ("/fr/data", 404, "주소"),
        ("/en/nowhere", 404, "no such page"),
        ("/ko/data?q=" + "가" * 5_000, 414, "너무 깁니다"),
        ("/data/benches.geojson", 404, "GeoJSON"),
        ("/data/benches.docx", 404, "csv"),
        ("/static/x/../../app.py", 404, "주소"),
        ("/static/x/vendor/../../app.py", 404, "주소"),
        ("/data/flats.csv", 404, "주택과"),
        ("/en/analysis/showcase/figures/none.png", 404, "by_district"),
    ]:
        reply = web.get(path)
        assert reply.status_code == status, path
        assert word in reply.text, path
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert "<h1>" in reply.text
        assert "Traceback" not in reply.text
    assert web.post("/ko/data").status_code == 405


def test_an_internal_dataset_shows_nowhere(web: httpx.Client) -> None:
    for path in ("/ko/", "/ko/data", "/ko/status", "/data/secret.csv", "/data/secret.json"):
        assert "내부 자료" not in web.get(path).text
    assert web.get("/data/secret.csv").status_code == 404


def test_hostile_words_in_an_address_stay_words(web: httpx.Client) -> None:
    text = web.get("/ko/data", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in text
    text = web.get("/ko/data/%3Cscript%3Ealert(1)%3C%2Fscript%3E").text
    assert "<script>alert" not in text


def test_search_and_themes_narrow_the_list_without_a_script(web: httpx.Client) -> None:
    assert "버스 정류장" in web.get("/ko/data?q=버스").text
    assert "공원 의자" not in web.get("/ko/data?q=버스").text
    assert "공원 의자" not in web.get("/ko/data?theme=transit").text
    assert "조건에 맞는 데이터가 없습니다" in web.get("/ko/data?q=없는낱말").text
    assert "공동주택 단지" not in web.get("/ko/data?available=1").text


def test_faults_are_listed_for_the_person_who_can_mend_them(web: httpx.Client) -> None:
    text = web.get("/ko/data/benches").text
    assert "셋" in text
    assert "의자.csv" in text


def test_settings_live_in_the_address_and_change_the_answer(web: httpx.Client) -> None:
    document = web.get("/en/analysis/showcase.json?scale=2").json()
    assert document["settings"]["scale"] == 2
    assert document["findings"][0]["numbers"]["people"] == 96_000
    assert document["receipt"]["inputs"]
    page = web.get("/en/analysis/showcase?scale=2").text
    assert "96,000" in page
    assert "/figures/by_district.csv?scale=2" in page


def test_figures_come_as_picture_table_workbook_and_map(web: httpx.Client) -> None:
    base = "/ko/analysis/showcase/figures/by_district"
    assert web.get(f"{base}.png").content.startswith(b"\x89PNG")
    assert "<svg" in web.get(f"{base}.svg").text
    assert web.get(f"{base}.csv").content.startswith(b"\xef\xbb\xbf")
    assert web.get(f"{base}.xlsx").content.startswith(b"PK")
    data = web.get(f"{base}.json").json()
    assert data["moments"] == ["2022", "2023", "2024"]
    sea = next(f for f in data["places"]["features"] if f["properties"]["name"] == "바다면")
    assert sea["properties"]["c0"] is None
    assert web.get(f"{base}.csv?at=2023").text != web.get(f"{base}.csv").text


def test_a_reader_who_has_the_page_is_not_sent_it_again(web: httpx.Client) -> None:
    first = web.get("/ko/data/stops")
    assert first.headers["content-encoding"] == "gzip"
    again = web.get("/ko/data/stops", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_a_page_is_light(web: httpx.Client) -> None:
    page = web.get("/ko/analysis/showcase")
    linked = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|mjs))"', page.text)
    weight = int(page.headers["content-length"]) + sum(
        int(web.get(one).headers["content-length"]) for one in {*linked}
    )
    echarts = next(one for one in linked if one.endswith("portal.css")).replace(
        "portal.css", "vendor/echarts.js"
    )
    weight += int(web.get(echarts).headers["content-length"])
    assert weight < 350_000
    fonts = portal_fonts(web)
    assert sum(fonts[name] for name in fonts if "common" in name or "often" in name) < 350_000


def portal_fonts(web: httpx.Client) -> dict[str, int]:
    from dataro.portal.static_files import address, content, names

    return {name: len(content(name)) for name in names() if address(name) and "woff2" in name}


def test_a_new_snapshot_shows_without_a_restart(city: Path, tmp_path: Path) -> None:
    copy = tmp_path / "city"
    shutil.copytree(city, copy)
    with serving(copy) as address, httpx.Client(base_url=address, timeout=60) as client:
        before = client.get("/ko/data/residents")
        assert "10,250" in before.text
        raw = copy / "raw/인구/2024.csv"
        raw.write_text(raw.read_text("utf-8") + '2024-04,"10,999"\n', "utf-8")
        from dataro.build.workspace import Workspace

        build(Workspace(copy), only=["residents"])
        after = client.get("/ko/data/residents", headers={"if-none-match": before.headers["etag"]})
        assert after.status_code == 200
        assert "10,999" in after.text


def test_the_answer_of_the_page_and_of_the_json_is_one(web: httpx.Client) -> None:
    document = json.loads(web.get("/ko/analysis/growth.json").text)
    assert document["findings"][0]["ko"] in web.get("/ko/analysis/growth").text


def test_threads_that_want_the_same_answer_wait_for_one_to_make_it() -> None:
    memory: Memory[int] = Memory(2)
    made: list[int] = []

    def make() -> int:
        made.append(1)
        time.sleep(0.05)
        return 7

    threads = [threading.Thread(target=lambda: memory.get("a", make)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    with pytest.raises(ZeroDivisionError):
        memory.get("b", lambda: 1 // 0)
    assert memory.get("b", lambda: 2) == 2
    memory.get("c", lambda: 3)
    memory.get("a", make)
    assert len(made) == 2  # the longest unused was forgotten

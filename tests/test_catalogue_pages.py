"""The catalogue as its readers meet it: search page, dataset page, versions, feeds, what has ended."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote
from xml.etree import ElementTree

import httpx
import portal_city
import pytest
from portal_server import serving
from small_office import workflows_into

from dataro.build.context import opened
from dataro.build.run import build
from dataro.build.workspace import Workspace
from dataro.publish.catalogue.refresh import refresh

ENDED = """
title: {ko: 빌린 통신 자료, en: Telecom data on loan}
description: {ko: 기한이 있는 자료입니다., en: Data with an end.}
owner: {ko: 데이터과, en: Data office}
row: {ko: 한 행은 한 건입니다., en: One row per case.}
licence: kogl-4
expires: 2020-12-31
source: {files: 의자.csv}
columns:
  bench: {from: 번호, title: {ko: 번호, en: Number}, kind: code, key: true}
"""
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = portal_city.make(tmp_path_factory.mktemp("catalogue"))
    (workspace.datasets / "on_loan.yml").write_text(ENDED, "utf-8")
    workflows_into(workspace.folder)
    build(workspace)
    raw = workspace.raw / "의자.csv"
    raw.write_text(raw.read_text("utf-8") + "Z09,9\n", "utf-8")
    build(workspace, only=["benches"])
    with opened(workspace) as context:
        refresh(context)
    return workspace


@pytest.fixture(scope="module")
def web(city: Workspace) -> Iterator[httpx.Client]:
    with serving(city.folder) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


def titles(page: str) -> list[str]:
    found = re.findall(r'<h2><a href="/\w\w/(?:data|analysis)/[^"]+">([^<]+)</a>', page)
    return [unicodedata.normalize("NFC", one) for one in found]


def test_data_is_found_narrowed_and_sorted_without_javascript(web: httpx.Client) -> None:
    page = web.get("/ko/data?q=버스정류장").text
    assert titles(page)[0] == "버스 정류장"
    from_a_mac = unicodedata.normalize("NFD", "버스 정류장")
    assert titles(web.get("/ko/data", params={"q": from_a_mac}).text)[0] == "버스 정류장"
    everything = web.get("/ko/data").text
    link = re.search(r'href="(/ko/data\?[^"]*theme=transit[^"]*)"[^>]*>교통', everything)
    assert link
    narrowed = web.get(link[1].replace("&amp;", "&")).text
    assert titles(narrowed) == ["버스 정류장"]
    assert 'aria-current="true"' in narrowed
    mended = web.get("/ko/data?q=버스 정류쟝").text
    assert "“버스 정류쟝” 대신 “버스 정류장”으로 찾은 결과입니다." in mended
    assert titles(mended)[0] == "버스 정류장"
    by_name = titles(web.get("/en/data?sort=title").text)
    assert len(by_name) > 3
    answer = web.get("/ko/data/growth")
    assert (answer.status_code, answer.headers["location"]) == (302, "/ko/analysis/growth")


def test_an_impossible_search_is_answered_kindly(web: httpx.Client) -> None:
    for path in (
        "/ko/data?q=우주선발사&theme=transit",
        "/ko/data?theme=없는주제&format=exe&page=99",
    ):
        reply = web.get(path)
        assert reply.status_code == 200
        assert "조건에 맞는 데이터가 없습니다" in reply.text
        assert "조건을 풀면" in reply.text
    assert web.get("/ko/data", params={"q": "가" * 5_000}).status_code == 414
    long = web.get("/ko/data", params={"q": "a" * 1_500})
    assert long.status_code == 200
    assert "앞의 200자만" in long.text
    for query in ('"', "*", "NEAR(", "x' OR 1=1 --", "{title} : a", "\x00"):
        assert web.get("/ko/data", params={"q": query}).status_code == 200


def test_a_dataset_tells_its_versions_and_gives_each_as_a_file(web: httpx.Client) -> None:
    page = web.get("/ko/data/benches").text
    assert "판과 바뀐 점" in page
    assert "행 1 더함, 0 뺌, 0 고침." in page
    assert "설명의 충실도" in page
    cited = re.search(r'<textarea class="copied"[^>]*>([^<]+)</textarea>', page)
    assert cited
    assert cited[1].startswith("공원과, “공원 의자”, ")
    versions = web.get("/ko/data/benches/versions").text
    files = re.findall(r'href="(/data/benches\.csv\?snapshot=\d+)', versions)
    assert len(files) == 2
    newest, oldest = (web.get(one).text for one in files)
    assert "Z09" in newest
    assert "Z09" not in oldest
    gone = web.get("/data/benches.csv?snapshot=987654")
    assert gone.status_code in (404, 410)
    assert web.get("/en/data/benches/versions").text.count("Rows: 1 added") == 1


def test_what_has_ended_is_nowhere(web: httpx.Client) -> None:
    page = web.get("/ko/data/on_loan")
    assert page.status_code == 410
    assert "2020-12-31" in page.text
    for path in (
        "/data/on_loan.csv", "/data/on_loan.parquet", "/ko/data/on_loan/versions",
        "/ko/data/on_loan/feed.xml", "/dataset/on_loan.ttl",
    ):  # fmt: skip
        assert web.get(path).status_code in (404, 410), path
    for path in (
        "/ko/data",
        "/ko/data?q=" + quote("빌린 통신"),
        "/ko/",
        "/ko/feed.xml",
        "/catalog.ttl",
    ):
        assert "on_loan" not in web.get(path).text, path


def test_feeds_tell_what_changed_in_the_readers_language(
    web: httpx.Client, city: Workspace
) -> None:
    reply = web.get("/ko/feed.xml")
    assert reply.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(reply.content)
    entries = feed.findall(f"{ATOM}entry")
    newest = entries[0]
    assert newest.findtext(f"{ATOM}title") == "공원 의자"
    assert "행 1 더함" in (newest.findtext(f"{ATOM}summary") or "")
    times = [one.findtext(f"{ATOM}updated") for one in entries]
    assert times == sorted(times, reverse=True)
    ids = [one.findtext(f"{ATOM}id") for one in entries]
    assert len(set(ids)) == len(ids)
    link = newest.find(f"{ATOM}link")
    assert link is not None
    assert web.get(link.attrib["href"]).status_code == 200
    one = ElementTree.fromstring(web.get("/en/data/benches/feed.xml").content)
    assert {e.findtext(f"{ATOM}title") for e in one.findall(f"{ATOM}entry")} == {"Park benches"}
    rss = ElementTree.fromstring(web.get("/en/feed.rss").content)
    assert rss.findtext("channel/item/title") == "Park benches"
    assert web.get("/ko/data/no_such/feed.xml").status_code == 404


def test_whoever_asks_for_data_that_is_open_already_is_shown_it(web: httpx.Client) -> None:
    part = web.get("/ko/requests/alike", params={"title": "공원 의자 위치 데이터를 공개해 주세요"})
    assert "/ko/data/benches" in part.text

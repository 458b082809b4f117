"""Search of the catalogue, as people type: without spaces, with mistakes, in other words."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given
from hypothesis import settings as examples

from dataro.data.standards.store import standard
from dataro.publish.catalogue.search.ask import Found, Wanted, search, similar
from dataro.publish.catalogue.search.document import Document
from dataro.publish.catalogue.search.index import Index
from dataro.publish.catalogue.search.letters import indexed, tokens
from dataro.publish.catalogue.search.synonyms import synonyms

TITLES = {
    "currency": "지역화폐 가맹점 | Shops that take the local currency",
    "childcare": "어린이집 현황 | Daycare centres",
    "zones": "어린이 보호구역 | School zones",
    "cctv": "방범 CCTV 설치 현황 | Public cameras",
    "stops": "버스 정류소 | Bus stops",
    "water": "상수도 수질 검사 | Water quality",
    "people": "행정동별 인구 | Residents by district",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    made = Index(tmp_path_factory.mktemp("search") / "search.sqlite")
    made.update(the_documents())
    return made


def the_documents() -> list[Document]:
    return [
        Document(
            id, title, "", "", "담당과" if id == "people" else "다른 과", "설명 | About",
            theme="safety" if id in ("cctv", "zones") else "other", owner="담당과",
            format=("csv", "geojson") if id in ("stops", "cctv") else ("csv",),
            kind="dataset", modified=f"2024-0{n + 1}-01", available=id != "water",
        )
        for n, (id, title) in enumerate(TITLES.items())
    ]  # fmt: skip


def ask(index: Index, words: str, **wanted: object) -> Found:
    return search(index, Wanted(words, **wanted), synonyms=synonyms(standard(None)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("지역화폐", "currency"),
        ("지역 화폐", "currency"),  # a space too many
        ("지역화폐가맹점", "currency"),  # too few
        (unicodedata.normalize("NFD", "지역화폐"), "currency"),  # as a Mac names its files
        ("지역사랑상품권", "currency"),  # what the law calls it
        ("어리니집", "childcare"),  # as it sounds
        ("스쿨존", "zones"),
        ("어린이보호구역", "zones"),
        ("씨씨티비", "cctv"),
        ("cctv", "cctv"),
        ("버스정류장", "stops"),
        ("camera", "cctv"),
        ("resident", "people"),
        ("수질검싸", "water"),
        ("인구", "people"),
    ],
)
def test_people_find_what_they_mean(index: Index, typed: str, wanted: str) -> None:
    assert ask(index, typed).ids[0] == wanted


def test_nothing_is_invented_and_a_mended_word_is_told(index: Index) -> None:
    assert ask(index, "우주선 발사").total == 0
    mended = ask(index, "어리니집")
    assert mended.corrected == "어린이집"
    assert ask(index, '한강 유람선 " OR * ) ^ 시간표').total == 0  # no query language leaks through


def test_facets_count_what_each_choice_would_leave(index: Index) -> None:
    found = ask(index, "", facets={"theme": "safety"})
    assert sorted(found.ids) == ["cctv", "zones"]
    assert dict(found.facets["theme"]) == {"safety": 2, "other": 5}  # as if not chosen
    assert dict(found.facets["format"]) == {"csv": 2, "geojson": 1}
    assert ask(index, "", facets={"format": "geojson"}).total == 2
    assert ask(index, "", facets={"theme": "no such theme"}).total == 0
    assert ask(index, "", available=True).total == 6
    assert ask(index, "", sort="newest").ids[0] == "people"
    pages = [ask(index, "", offset=n, limit=3).ids for n in (0, 3, 6)]
    assert sorted(id for page in pages for id in page) == sorted(TITLES)


def test_what_is_used_more_comes_first_among_equals(index: Index) -> None:
    index.count_uses({"zones": 500})
    try:
        assert ask(index, "어린이").ids[0] == "zones"
    finally:
        index.count_uses({})


def test_only_what_changed_is_indexed_again(tmp_path: Path) -> None:
    index = Index(tmp_path / "s.sqlite")
    assert index.update(the_documents()) == len(TITLES)
    assert index.update(the_documents()) == 0
    others = the_documents()[1:]
    assert index.update(others) == 1
    assert ask(index, "지역화폐").total == 0


def test_requests_are_matched_with_what_is_there(index: Index) -> None:
    found = similar(index, "버스 정류장 위치 자료를 공개해 주세요")
    assert found[0][0] == "stops"
    assert similar(index, "달 탐사 계획") == []


@examples(max_examples=60)
@given(st.text("가나다라마 ab1", min_size=1, max_size=12))
def test_every_part_of_a_text_is_found_in_it(text: str) -> None:
    """The pairs of any part of a Hangul run stand, in order, in the index of the whole."""
    whole = indexed(text).split()
    for start in range(len(text)):
        part = text[start : start + 3].replace(" ", "")
        if len(part) == 3 and part in text and all("가" <= letter <= "힣" for letter in part):
            pairs = tokens(part)[:-1]
            assert any(whole[i : i + len(pairs)] == pairs for i in range(len(whole)))

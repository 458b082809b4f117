"""Search over the national list of 61,359 open data sets: how fast, and whether people find it.

    python bench/catalogue_search.py LIST.csv.gz [--folder DIR]

Ours beside SQLite's own tokenisers (``unicode61``, ``trigram``) over the same texts in the same
run. Each query of ``QUERIES`` is what somebody types, with a pattern that a title must meet for the
search to have found it; ``TIMED`` are those and other common words, each asked five times.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from dataro.data.standards.store import standard
from dataro.publish.catalogue.search.ask import Wanted, search
from dataro.publish.catalogue.search.document import Document
from dataro.publish.catalogue.search.index import Index
from dataro.publish.catalogue.search.synonyms import synonyms

QUERIES: dict[str, str] = {
    # as it is written
    "주차장": "주차장", "인구 현황": "인구", "어린이 보호구역": "어린이 ?보호구역|스쿨존",
    "미세먼지 측정": "미세먼지|대기오염", "공중화장실": "화장실", "전기차 충전소": "전기(자동)?차.?충전",
    # spaces come and go
    "지역 화폐": "지역 ?화폐", "지역화폐가맹점": "지역 ?화폐 ?가맹점", "시내버스노선": "시내 ?버스 ?노선",
    "공영 주차장 요금": "공영 ?주차장", "어린이보호구역현황": "어린이 ?보호 ?구역",
    # other words for it
    "스쿨존": "어린이 ?보호구역|스쿨존", "지역사랑상품권": "지역 ?화폐|지역 ?사랑 ?상품권",
    "씨씨티비": "CCTV", "버스정류장": "버스 ?정류(장|소)", "와이파이": "와이파이|무선 ?인터넷",
    "폐기물": "폐기물|쓰레기", "아파트 단지": "아파트|공동주택",
    # mistyped
    "어리니집": "어린이집", "도서광": "도서관", "주차쟝": "주차장", "지역화페 가맹점": "지역화[폐페]",
    "미새먼지": "미세먼지", "보건쇼": "보건소", "화장싷": "화장실",
    # inside a compound
    "수질": "수질", "급식": "급식", "대장": "대장", "cctv": "(?i)cctv", "wifi": "(?i)wifi|와이파이",
}  # fmt: skip
COMMON = [
    "현황",
    "정보",
    "시설",
    "서비스",
    "경기도",
    "2021",
    "위치",
    "데이터",
    "화성시 버스",
    "교통",
]
FIRST = 5


def main() -> None:
    """Build the three indexes, ask them, print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", type=Path)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    rows = pl.read_csv(given.list, infer_schema_length=0).fill_null("")
    titles = dict(zip(rows["목록키"], rows["목록명"], strict=True))
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        ours = _ours(rows, Path(folder))
        for name, ask in (
            ("ours", ours),
            ("fts5 unicode61", _fts5(rows, "unicode61")),
            ("fts5 trigram", _fts5(rows, "trigram")),
        ):
            _told(name, ask, titles)


def _ours(rows: pl.DataFrame, folder: Path) -> Callable[[str], list[str]]:
    documents = [
        Document(
            id=row["목록키"], title=row["목록명"], keywords=row["분류체계"], columns="",
            owner_words=row["기관명"], about=row["목록설명"], theme=row["분류체계"],
            owner=row["기관명"], format=(row["목록유형"],), openness="open", kind="dataset",
            modified=row["목록.수정일"],
        )
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    path = folder / "search.sqlite"
    index = Index(path)
    began = time.process_time()
    index.update(documents)
    built = time.process_time() - began
    began = time.process_time()
    index.update([*documents[:-1], Document("new", "새 데이터", "", "", "", "")])
    again = time.process_time() - began
    index.update(documents)
    uses = {
        row["목록키"]: int(row["조회수"])
        for row in rows.iter_rows(named=True)
        if row["조회수"].isdigit()
    }
    index.count_uses(uses)
    size = path.stat().st_size / 1e6
    print(
        f"{len(documents):,} entries: index {built:.1f} CPU s, {size:.0f} MB; one changed {again:.1f} CPU s"
    )
    others = synonyms(standard(None))
    return lambda words: list(search(index, Wanted(words), synonyms=others).ids)


def _fts5(rows: pl.DataFrame, tokenizer: str) -> Callable[[str], list[str]]:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        f"CREATE VIRTUAL TABLE said USING fts5 (id UNINDEXED, title, about, owner, tokenize = '{tokenizer}')"
    )
    connection.executemany(
        "INSERT INTO said VALUES (?, ?, ?, ?)",
        rows.select("목록키", "목록명", "목록설명", "기관명").iter_rows(),
    )

    def ask(words: str) -> list[str]:
        match = " ".join(f'"{word}"' for word in words.split())
        found = connection.execute(
            "SELECT id FROM said WHERE said MATCH ? ORDER BY bm25(said, 0, 5, 1, 1) LIMIT 20",
            (match,),
        )
        return [row[0] for row in found.fetchall()]

    return ask


def _told(name: str, ask: Callable[[str], list[str]], titles: dict[str, str]) -> None:
    at_one = at_five = 0
    missed = []
    for words, pattern in QUERIES.items():
        found = [bool(re.search(pattern, titles[id])) for id in ask(words)[:FIRST]]
        at_one += found[:1] == [True]
        at_five += any(found)
        if not any(found):
            missed.append(words)
    times = []
    for words in [*QUERIES, *COMMON] * 5:
        began = time.perf_counter()
        ask(words)
        times.append((time.perf_counter() - began) * 1_000)
    n = len(QUERIES)
    print(
        f"{name:15} found first {at_one}/{n}, in five {at_five}/{n}; "
        f"median {np.median(times):.1f} ms, p95 {np.percentile(times, 95):.1f} ms; missed: {missed}"
    )


if __name__ == "__main__":
    main()

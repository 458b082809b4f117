"""The certificate of a purge: what was removed, when, by whom; as JSON and as a page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from dataro.vocabulary.text import Language, Text, both


@dataclass(frozen=True)
class Certificate:
    """One purge. Nothing in it tells what was removed, only that and where it was.

    ``selection`` is the digest (SHA-256) of how the rows were named. ``fetched_by`` lists people who
    took the dataset while signed in, ``fetched_unnamed`` how often others did, day by day.
    ``left`` are files in which a text of these rows still stands.
    """

    number: str
    dataset: str
    title: Mapping[str, str]
    reason: str
    at: str
    by: str
    selection: str
    rows: int
    first_version: str | None
    raw: Sequence[Mapping[str, Any]]
    lake: Sequence[Mapping[str, Any]]
    shelves: Sequence[str]
    caches: Sequence[str]
    scrubbed: int
    snapshot_before: int | None
    snapshot_after: int | None
    looked_at: int
    left: Sequence[Mapping[str, str]]
    fetched_by: Sequence[Mapping[str, Any]]
    fetched_unnamed: Sequence[Mapping[str, Any]]
    extracts: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    def digest(self) -> str:
        """SHA-256 of the certificate as JSON: it stands in the audit log."""
        return hashlib.sha256(self.json().encode()).hexdigest()

    def json(self) -> str:
        """The certificate as JSON, keys sorted."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)


_WORDS = {
    "head": both("개인정보 삭제 확인서", "Certificate of a purge"),
    "dataset": both("데이터셋", "Dataset"),
    "reason": both("까닭", "Reason"),
    "at": both("삭제한 때(UTC)", "Removed at (UTC)"),
    "by": both("삭제한 사람", "Removed by"),
    "rows": both("지운 행", "Rows removed"),
    "raw": both("원자료 파일", "Raw files"),
    "lake": both("저장소의 지난 판 파일", "Files of earlier versions"),
    "shelves": both("조회용 파일", "Shelves"),
    "caches": both("임시 파일", "Caches"),
    "before": both("전 지문(SHA-256)", "Digest before (SHA-256)"),
    "after": both("후 지문(SHA-256)", "Digest after (SHA-256)"),
    "looked": both("살펴본 파일", "Files looked through"),
    "left": both("아직 남은 곳", "Still found in"),
    "none": both("없음", "none"),
    "people": both("로그인하여 받아 간 사람", "Fetched while signed in"),
    "others": both("이름 없이 받아 간 횟수", "Fetched without a name"),
    "extracts": both("연구용 추출본", "Extracts for research"),
    "digest": both("이 확인서의 지문(SHA-256)", "Digest of this certificate (SHA-256)"),
}


def page(one: Certificate, language: Language) -> str:
    """The certificate as a page that can be printed."""

    def word(name: str) -> str:
        return escape(_WORDS[name][language])

    facts = (
        ("dataset", f"{one.title[language]} ({one.dataset})"), ("reason", one.reason),
        ("at", one.at), ("by", one.by), ("rows", f"{one.rows:,}"),
        ("looked", f"{one.looked_at:,}"), ("digest", one.digest()),
    )  # fmt: skip
    told = "".join(f"<tr><th>{word(n)}</th><td>{escape(v)}</td></tr>" for n, v in facts)
    raw = [(r["path"], r["before"], r["after"] or "–", f"{r['rows']:,}") for r in one.raw]
    heads = ("raw", "before", "after", "rows")
    parts = [
        _table([word(h) for h in heads], raw),
        _table([word("lake"), word("before")], [(r["path"], r["sha256"]) for r in one.lake]),
        _table([word("shelves")], [(path,) for path in one.shelves]),
        _table([word("caches")], [(path,) for path in one.caches]),
        _table([word("left"), ""], [(r["path"], r["encoding"]) for r in one.left] or [(word("none"), "")]),
        _table([word("people"), "", "", ""],
               [(r["name"], r["day"], r["door"], f"{r['times']:,}") for r in one.fetched_by]
               or [(word("none"), "", "", "")]),
        _table([word("others"), ""],
               [(r["day"], f"{r['times']:,}") for r in one.fetched_unnamed] or [(word("none"), "")]),
        _table([word("extracts"), "", ""],
               [(r["mark"], r["person"], r["made_at"]) for r in one.extracts]
               or [(word("none"), "", "")]),
    ]  # fmt: skip
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{word("head")} '
        f"{escape(one.number)}</title><style>body{{font:15px/1.6 sans-serif;max-width:60rem;"
        "margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;width:100%;margin:1rem 0}"
        "th,td{border:1px solid #999;padding:.3rem .6rem;text-align:left;overflow-wrap:anywhere}"
        f"</style><h1>{word('head')} {escape(one.number)}</h1><table>{told}</table>"
        f"{''.join(parts)}</html>"
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    if not rows:
        return ""
    top = "".join(f"<th>{head}</th>" for head in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{top}</tr>{body}</table>"


def keep(one: Certificate, folder: Path) -> tuple[Path, Path]:
    """Write both forms; the paths of JSON and page."""
    folder.mkdir(parents=True, exist_ok=True)
    document, shown = folder / f"{one.number}.json", folder / f"{one.number}.html"
    document.write_text(one.json(), "utf-8")
    shown.write_text(page(one, "ko"), "utf-8")
    return document, shown


def said(one: Certificate) -> Text:
    """What a purge did, in a sentence or two."""
    left_ko = f" 아직 남은 곳: {len(one.left):,}." if one.left else ""
    left_en = f" Still found in {len(one.left):,} files." if one.left else ""
    return both(
        f"{one.rows:,}행을 지웠습니다: 원자료 {len(one.raw):,}개, 지난 판 파일 {len(one.lake):,}개, 조회용 파일 "
        f"{len(one.shelves):,}개. 파일 {one.looked_at:,}개를 살펴 확인했습니다.{left_ko}",
        f"{one.rows:,} rows removed: {len(one.raw):,} raw files, {len(one.lake):,} files of earlier "
        f"versions, {len(one.shelves):,} shelves. {one.looked_at:,} files were looked through.{left_en}",
    )

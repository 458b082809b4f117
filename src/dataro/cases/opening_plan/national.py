"""What other cities open and this one does not, by the national list of open data.

The list is a CSV file as the national portal gives it (목록명, 기관명, 조회수 …), plain or gzip.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dataro.cases.similar import bigrams
from dataro.data.sources.files import read
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

NAME, OFFICE, VIEWS = "목록명", "기관명", "조회수"
FEWEST = 20
"""So many cities must open a kind before it is worth a proposal."""
_LIKE = 0.6
_CITIES = re.compile(r"(?:시|군|구)$")
_NOISE = re.compile(
    r"\([^)]*\)|\d{4}년?(?:도)?|\d{6,8}|(?:현황|정보|목록|조회|서비스|데이터|자료|리스트|내역|표준데이터|전체)(?=$|\s)"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of dataset that others open: how many cities, and how often it was looked at."""

    title: str
    cities: int
    views: int


def kinds_elsewhere(path: Path, own: Iterable[str], *, most: int = 30) -> list[Kind]:
    """Kinds that at least ``FEWEST`` cities, counties or districts open and that no title of
    ``own`` is like, those of most cities first. Raises ``Problem`` for another kind of file."""
    frame = read(Source(), [path], base=path.parent).frame
    if not {NAME, OFFICE} <= set(frame.columns):
        raise Problem(
            both(
                f"{path}: 공공데이터 목록이 아닙니다. ‘{NAME}’과 ‘{OFFICE}’ 열이 있어야 합니다.",
                f"{path}: not the national list; it needs the columns {NAME} and {OFFICE}.",
            )
        )
    offices: dict[str, set[str]] = {}
    views: Counter[str] = Counter()
    titles: dict[str, Counter[str]] = {}
    told = frame[VIEWS] if VIEWS in frame.columns else pl.Series([None] * frame.height)
    for name, office, seen in zip(frame[NAME], frame[OFFICE], told, strict=True):
        if not name or not office or not _CITIES.search(office):
            continue
        title = plain_title(name, office)
        key = title.replace(" ", "")
        if len(key) < 2:
            continue
        offices.setdefault(key, set()).add(office)
        titles.setdefault(key, Counter())[title] += 1
        digits = re.sub(r"\D", "", seen or "")
        views[key] += int(digits) if digits else 0
    mine = [bigrams(one) for one in own]
    found = [
        Kind(titles[key].most_common(1)[0][0], len(who), views[key])
        for key, who in offices.items()
        if len(who) >= FEWEST and not any(like(bigrams(key), one) for one in mine)
    ]
    return sorted(found, key=lambda one: (-one.cities, one.title))[:most]


def plain_title(name: str, office: str) -> str:
    """A title without who opens it and without words that all titles have."""
    text = name.replace("_", " ")
    for part in office.split():
        text = text.replace(part, " ")
    text = re.sub(r"^\s*[가-힣]{2,12}(?:시|군|구|도|공사|공단)\s", " ", text)
    for _ in range(2):
        text = _NOISE.sub(" ", text)
    return " ".join(text.split())


def like(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two titles share most of the shorter one's pairs of letters."""
    shorter = min(len(one), len(other))
    return shorter > 0 and len(one & other) / shorter >= _LIKE

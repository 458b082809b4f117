"""Searching: what matches, in which order, how many there are by each facet.

Three attempts, the first that finds something wins: the words as they stand (with other words for
them); mistyped words put right by the nearest word that the catalogue uses; what shares most pairs
of letters with the query.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from dataro.publish.catalogue.search.document import FACETS
from dataro.publish.catalogue.search.index import Held, Index
from dataro.publish.catalogue.search.letters import (
    LONGEST,
    likeness,
    matching,
    pairs,
    plain,
    runs,
    tokens,
    words,
)
from dataro.publish.catalogue.search.synonyms import variants

Sort = Literal["best", "newest", "used", "title"]
SORTS: tuple[Sort, ...] = ("best", "newest", "used", "title")

MOST_WORDS = 8
MANY = 3_000
ALIKE = 0.35
"""Pairs shared with the title or keywords, as Dice's coefficient, from which something is alike."""

_WEIGHTS = {"title": 1.0, "keywords": 0.8, "owner_words": 0.5, "columns": 0.45, "about": 0.3}
_CLOSE, _WHOLE, _USED, _FRESH, _THERE = 0.5, 0.3, 0.25, 0.15, 0.1
_ASKING = (
    "자료", "데이터", "정보", "현황", "목록", "주세요", "부탁", "요청", "신청", "공개", "제공", "알려",
    "원합니다", "있나요", "있습니까", "필요", "data", "please", "list", "about", "the",
)  # fmt: skip
_Mask = npt.NDArray[np.bool_]
_Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: words, a value for each facet that narrows, the order, the part of the list."""

    words: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    available: bool = False
    sort: Sort = "best"
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What matches: ``ids`` of the part that was asked for, of ``total``.

    ``facets`` counts, for each facet, entries by value as if this facet narrowed nothing.
    ``corrected`` is the query as it was put right; ``alike`` tells that nothing matched the words
    and what is shown is only similar.
    """

    ids: Sequence[str]
    total: int
    facets: Mapping[str, Sequence[tuple[str, int]]]
    corrected: str = ""
    alike: bool = False


def search(
    index: Index,
    wanted: Wanted,
    *,
    among: Collection[str] | None = None,
    synonyms: Mapping[str, Sequence[str]] | None = None,
) -> Found:
    """Search the index; ``among`` leaves only these ids (None: everything)."""
    held = index.held()
    seen = _seen(held, among)
    asked = words(wanted.words[:LONGEST])[:MOST_WORDS]
    if not asked:
        return _found(held, seen, np.zeros(len(held.ids)), wanted)
    scores = _strict(index, held, asked, synonyms or {})
    corrected, alike = "", False
    if not (seen & (scores > 0)).any():
        mended = [_mended(index, word) for word in asked]
        if mended != asked:
            scores = _strict(index, held, mended, synonyms or {})
            corrected = " ".join(mended) if (seen & (scores > 0)).any() else ""
    if not (seen & (scores > 0)).any():
        scores, alike = _alike(index, held, wanted.words[:LONGEST]), True
    return _found(held, seen & (scores > 0), scores, wanted, corrected, alike=alike)


def similar(
    index: Index, text: str, *, among: Collection[str] | None = None, limit: int = 5
) -> list[tuple[str, float]]:
    """Entries whose title or keywords are like ``text``, the likest first, with how alike (0–1).

    Words of asking (자료, 주세요 …) are left out.
    """
    held = index.held()
    said = [word for word in words(text[:LONGEST]) if not word.startswith(_ASKING)]
    scores = np.where(_seen(held, among), _alike(index, held, " ".join(said)), 0.0)
    best = np.argsort(-scores, kind="stable")[:limit]
    return [(held.ids[i], float(scores[i])) for i in best if scores[i] > 0]


def _seen(held: Held, among: Collection[str] | None) -> _Mask:
    if among is None:
        return np.ones(len(held.ids), dtype=np.bool_)
    return np.array([id in among for id in held.ids], dtype=np.bool_)


def _strict(
    index: Index, held: Held, asked: Sequence[str], synonyms: Mapping[str, Sequence[str]]
) -> _Scores:
    """Scores of entries that have every word somewhere; 0 for the others."""
    total = np.zeros(len(held.ids))
    everywhere = np.ones(len(held.ids), dtype=np.bool_)
    for word in asked:
        best = np.zeros(len(held.ids))
        for nth, variant in enumerate(variants(word, synonyms)):
            worth = 1.0 if nth == 0 else 0.9
            for hits, weight in _weighed(index, held, matching(variant)):
                best[hits] = np.maximum(best[hits], weight * worth)
        everywhere &= best > 0
        total += best
    scores = np.where(everywhere, total / len(asked), 0.0)
    hits = np.flatnonzero(scores)
    if len(hits):
        scores[hits] += _ranked(held, hits, asked)
    return scores


def _weighed(index: Index, held: Held, match: str) -> list[tuple[npt.NDArray[np.int64], float]]:
    """Positions that match, with the weight of where they do. Of what is found by the thousand,
    only titles are told from the rest."""
    anywhere = _places(index, held, match)
    if not len(anywhere):
        return []
    names = list(_WEIGHTS) if len(anywhere) < MANY else ["title"]
    least = min(_WEIGHTS.values())
    return [
        (anywhere, least),
        *((_places(index, held, f"{{{name}}} : {match}"), _WEIGHTS[name]) for name in names),
    ]


def _ranked(held: Held, hits: npt.NDArray[np.int64], asked: Sequence[str]) -> _Scores:
    """What counts beside where the words stand: how much of the title they are, use, age."""
    whole = "".join(asked)
    length = float(len(whole))
    in_title = np.array([whole in held.joined[i] for i in hits.tolist()], dtype=np.bool_)
    close = np.minimum(1.0, length / np.maximum(held.lengths[hits], 1.0))
    extra: _Scores = (
        np.where(in_title, _WHOLE + _CLOSE * close, 0.0)
        + _USED * held.used[hits]
        + _FRESH * held.fresh[hits]
        + _THERE * held.available[hits]
    )
    return extra


def _places(index: Index, held: Held, match: str) -> npt.NDArray[np.int64]:
    """Positions of the entries that FTS5 finds."""
    rows = index.rows("SELECT rowid FROM said WHERE said MATCH ?", (match,))
    places = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
    positions = np.searchsorted(held.places, places)
    inside = positions < len(held.places)
    positions, places = positions[inside], places[inside]
    found: npt.NDArray[np.int64] = positions[held.places[positions] == places]
    return found


def _mended(index: Index, word: str) -> str:
    """The nearest word that the catalogue uses, where ``word`` itself finds nothing."""
    if len(word) < 2 or index.rows(
        "SELECT 1 FROM said WHERE said MATCH ? LIMIT 1", (matching(word),)
    ):
        return word
    near = index.vocabulary().nearest(word)
    return near if near is not None else word


def _alike(index: Index, held: Held, text: str) -> _Scores:
    """How alike titles and keywords are to ``text``: shared pairs of letters."""
    scores = np.zeros(len(held.ids))
    asked = list(dict.fromkeys(token for run in runs(text) for token in tokens(run)))
    mine = pairs(text)
    if not mine or not asked:
        return scores
    rare = sorted(asked, key=lambda token: (_often(index, token), token))[:12]
    either = " OR ".join(f'"{token}"' for token in rare)
    rows = index.rows(
        "SELECT rowid FROM said WHERE said MATCH ? ORDER BY bm25(said, 5, 3, 1, 1, 1) LIMIT 300",
        (f"{{title keywords}} : ({either})",),
    )
    places = np.array(sorted(row[0] for row in rows), dtype=np.int64)
    for i in np.searchsorted(held.places, places):
        parts = [part for part in held.titles[i].split(" | ") if part]
        best = max((likeness(mine, pairs(part)) for part in parts), default=0.0)
        within = len(mine & pairs(held.titles[i])) / len(mine)
        score = max(best, 0.9 * within)
        scores[i] = score if score >= ALIKE else 0.0
    return scores


def _often(index: Index, token: str) -> int:
    rows = index.rows(
        "SELECT count(*) FROM (SELECT 1 FROM said WHERE said MATCH ? LIMIT 3000)",
        (f'{{title keywords}} : "{token}"',),
    )
    return int(rows[0][0])


def _found(
    held: Held,
    matched: _Mask,
    scores: _Scores,
    wanted: Wanted,
    corrected: str = "",
    *,
    alike: bool = False,
) -> Found:
    if wanted.available:
        matched = matched & held.available
    narrowed = {facet: _with(held, facet, value) for facet, value in wanted.facets.items() if value}
    facets = {}
    for facet in FACETS:
        others = matched.copy()
        for name, mask in narrowed.items():
            if name != facet:
                others &= mask
        facets[facet] = _counted(held, facet, others)
    for mask in narrowed.values():
        matched = matched & mask
    hits = np.flatnonzero(matched)
    ordered = hits[_order(held, hits, scores, wanted)]
    shown = ordered[wanted.offset : wanted.offset + wanted.limit]
    return Found([held.ids[i] for i in shown], len(hits), facets, corrected, alike)


def _with(held: Held, facet: str, value: str) -> _Mask:
    values = list(held.values[facet])
    if value not in values:
        return np.zeros(len(held.ids), dtype=np.bool_)
    if facet == "format":
        mask: _Mask = (held.formats & (1 << values.index(value))) > 0
        return mask
    same: _Mask = held.codes[facet] == values.index(value)
    return same


def _counted(held: Held, facet: str, mask: _Mask) -> list[tuple[str, int]]:
    values = held.values[facet]
    if facet == "format":
        formats = held.formats[mask]
        counts = [int(((formats >> i) & 1).sum()) for i in range(len(values))]
    else:
        counts = np.bincount(held.codes[facet][mask], minlength=len(values)).tolist()
    found = [(value, n) for value, n in zip(values, counts, strict=True) if n and value]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _order(
    held: Held, hits: npt.NDArray[np.int64], scores: _Scores, wanted: Wanted
) -> npt.NDArray[np.int64]:
    if wanted.sort == "title":
        return np.array(
            sorted(range(len(hits)), key=lambda i: held.titles[int(hits[i])]), dtype=np.int64
        )
    if wanted.sort == "newest":
        return np.argsort(-held.fresh[hits], kind="stable")
    if wanted.sort == "used":
        return np.argsort(-held.used[hits], kind="stable")
    if plain(wanted.words).strip():
        return np.argsort(-scores[hits], kind="stable")
    base = _USED * held.used[hits] + _FRESH * held.fresh[hits] + held.available[hits]
    return np.argsort(-base, kind="stable")

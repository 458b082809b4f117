"""Searching the standard: Korean, English, abbreviation or definition, spaces ignored."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from dataro.data.standards.edition import Edition, StandardTerm, english_of, plain
from dataro.data.standards.matching import in_standard_words

QUERY_LIMIT = 100
"""Longer queries are cut."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A term that answers a query; the higher the score the nearer (0–1)."""

    term: StandardTerm
    score: float


def search(query: str, edition: Edition, limit: int = 20) -> list[Hit]:
    """Terms that answer a query, best first.

    Finds 등록일 in 등록일자, “registration date” in the English name, ``reg_ymd`` as abbreviation, and
    words of the definition; each word of the query may stand anywhere.
    """
    said = plain(query[:QUERY_LIMIT])
    if not said:
        return []
    parts = [part.upper() for part in query[:QUERY_LIMIT].split()]
    standard = plain("".join(in_standard_words(query[:QUERY_LIMIT], edition)))
    hits = []
    for term, fields in _fields(edition):
        score = max(_score(said, parts, fields), 0.95 * _score(standard, [standard], fields))
        if score:
            hits.append(Hit(term, round(score, 3)))
    hits.sort(key=lambda hit: (-hit.score, len(hit.term.name), hit.term.name))
    return hits[:limit]


_Fields = tuple[str, str, str, str]


def _score(said: str, parts: list[str], fields: _Fields) -> float:
    name, abbreviation, english, about = fields
    if said in (name, abbreviation, english):
        return 1.0
    for text, worth in ((name, 0.9), (abbreviation, 0.85), (english, 0.8)):
        if text.startswith(said):
            return worth * (0.7 + 0.3 * len(said) / len(text))
        if said in text:
            return worth * (0.5 + 0.3 * len(said) / len(text))
    everything = "\n".join(fields)
    if len(parts) > 1 and all(part in everything for part in parts):
        return 0.45
    return 0.3 if len(said) > 1 and said in about else 0.0


@lru_cache(maxsize=4)
def _fields(edition: Edition) -> tuple[tuple[StandardTerm, _Fields], ...]:
    return tuple(
        (
            term,
            (
                plain(term.name),
                term.abbreviation.upper(),
                plain(english_of(term, edition)),
                plain(term.about.ko + " " + term.about.en),
            ),
        )
        for term in edition.terms.values()
    )

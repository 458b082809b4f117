"""Other words for the same thing: from the standard words, and from laws that name what people say."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from dataro.data.standards.edition import Edition
from dataro.publish.catalogue.search.letters import is_hangul, plain

MOST = 6
"""Other words that one word is replaced by at most."""


def synonyms(edition: Edition | None = None) -> Mapping[str, tuple[str, ...]]:
    """For each word of two letters or more the other words for it, in lower case."""
    groups = [*_named_by_law()]
    if edition is not None:
        groups += [
            (word.name, *word.synonyms, *word.forbidden)
            for word in edition.words.values()
            if word.synonyms or word.forbidden
        ]
    found: dict[str, dict[str, None]] = {}
    for group in groups:
        said = [plain(word) for word in group if len(word) > 1]
        for word in said:
            found.setdefault(word, {}).update(dict.fromkeys(w for w in said if w != word))
    return {word: tuple(others)[:MOST] for word, others in found.items()}


def variants(word: str, known: Mapping[str, Sequence[str]]) -> list[str]:
    """A word of a query, itself first, with the ways to say it otherwise.

    A known word inside a longer Hangul one is replaced too (버스정류장현황 → 버스정류소현황).
    """
    found = [word]
    found += known.get(word, ())
    if is_hangul(word) and len(word) > 2:
        inside = [word[a:b] for a in range(len(word)) for b in range(a + 2, len(word) + 1)]
        inside.sort(key=len, reverse=True)
        longest = next((part for part in inside if part != word and part in known), None)
        if longest is not None and len(longest) > 2:
            found += [word.replace(longest, other) for other in known[longest]]
    return list(dict.fromkeys(found))[: MOST + 1]


@cache
def _named_by_law() -> tuple[tuple[str, ...], ...]:
    text = (files("dataro.publish.catalogue.search") / "synonyms.csv").read_text("utf-8")
    return tuple(tuple(row["words"].split("|")) for row in csv.DictReader(text.splitlines()))

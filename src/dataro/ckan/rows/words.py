"""Words of rows: whether a text holds those asked for, and how well it fits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from dataro.ckan.faults import Invalid
from dataro.ckan.search.query import stems

_STOP_WORDS = """
a an and are as at be but by for if in into is it no not of on or such that
the their then there these they this to was will with
"""
_STOP = frozenset(_STOP_WORDS.split())
_PIECE = re.compile(r"[()&|!]|<->|'[^']*'(?::\*)?|[^\s()&|!]+")
_DEEPEST = 30

Test = Callable[[list[str]], bool]


def fit(text: str | None, said: str, plain: int) -> float:
    """How well a text fits: 0 not at all, nearer to 1 the more often its words are in it.

    ``plain``: every word of ``said`` is wanted; otherwise ``said`` is a query (``readable``).
    """
    words = stems(text or "")
    wanted = [one for one in stems(said) if one not in _STOP]
    if plain:
        if not wanted or not all(one in words for one in wanted):
            return 0.0
    elif not readable(said)(words):
        return 0.0
    hits = sum(words.count(one) for one in wanted) or 1
    return hits / (hits + 10.0)


@lru_cache(maxsize=64)
def readable(said: str) -> Test:
    """A query of words joined by ``& | ! ( )``; ``word:*`` is a beginning. Raises ``Invalid``."""
    reader = _Reader(_PIECE.findall(said), said)
    test = reader.either(0)
    if reader.at < len(reader.pieces):
        raise reader.unreadable()
    return test


@dataclass
class _Reader:
    pieces: list[str]
    said: str
    at: int = 0

    def unreadable(self) -> Invalid:
        orig = f'syntax error in tsquery: "{self.said}"'
        return Invalid({"query": ["Invalid query"], "info": {"orig": [orig]}})

    def peek(self) -> str:
        return self.pieces[self.at] if self.at < len(self.pieces) else ""

    def either(self, depth: int) -> Test:
        parts = [self.both(depth)]
        while self.peek() == "|":
            self.at += 1
            parts.append(self.both(depth))
        return lambda words: any(part(words) for part in parts)

    def both(self, depth: int) -> Test:
        parts = [self.one(depth)]
        while self.peek() in ("&", "<->"):
            self.at += 1
            parts.append(self.one(depth))
        return lambda words: all(part(words) for part in parts)

    def one(self, depth: int) -> Test:
        piece = self.peek()
        self.at += 1
        if not piece or piece in ")&|" or depth > _DEEPEST:
            raise self.unreadable()
        if piece == "!":
            inner = self.one(depth + 1)
            return lambda words: not inner(words)
        if piece == "(":
            inner = self.either(depth + 1)
            if self.peek() != ")":
                raise self.unreadable()
            self.at += 1
            return inner
        wanted = stems(piece.removesuffix(":*"))
        if piece.endswith(":*"):
            return lambda words: all(any(w.startswith(x) for w in words) for x in wanted)
        return lambda words: all(x in words for x in wanted)

"""The language of queries: words, "phrases", ``field:value``, ranges, ``+ - AND OR NOT ( )``.

This is the plain part of what CKAN's search takes; nothing of its engine beyond that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from dataro.ckan.faults import BadSearch

LONGEST = 8_000
MOST_TERMS = 500
"""So many words, phrases and ranges may stand in one query: each is held against every package."""
_DEEPEST = 30
_TOKEN = re.compile(
    r'\s+|(?P<quote>"(?:\\.|[^"\\])*")|(?P<range>[\[{][^\]}]*\sTO\s[^\]}]*[\]}])'
    r'|(?P<sign>[()+\-!])|(?P<word>(?:\\.|[^\s()"\\:\[\]{}]|(?<=\w):(?=//))+)|(?P<colon>:)|(?P<other>.)',
    re.DOTALL,
)
_WORD = re.compile(r"\d+(?:\.\d+)+|[^\W_]+", re.UNICODE)

Doc = dict[str, list[str]]
Test = Callable[[Doc], float]
"""How well a document fits: 0 not at all."""

WEIGHTS = {"name": 4.0, "title": 4.0, "tags": 2.0, "groups": 2.0, "text": 1.0}
EXACT = frozenset(
    [
        "id",
        "state",
        "capacity",
        "dataset_type",
        "entity_type",
        "owner_org",
        "creator_user_id",
        "site_id",
        "license_id",
        "metadata_modified",
        "metadata_created",
        "private",
        "type",
        "num_resources",
        "num_tags",
        "isopen",
    ]
)
"""Fields that are compared whole, without regard to words."""


def parsed(text: str) -> Test:
    """A test of documents. Raises ``BadSearch`` for a query that cannot be read."""
    if len(text) > LONGEST:
        raise BadSearch(f"The query is longer than {LONGEST} characters")
    if not text.strip() or text.strip() in ('""', "''", "*:*", "*"):
        return lambda doc: 1.0
    tokens = _tokens(text)
    if sum(kind in ("word", "quote", "range") for kind, _ in tokens) > MOST_TERMS:
        raise BadSearch(f"The query has more than {MOST_TERMS} terms")
    reader = _Reader(tokens)
    test = reader.expression(0)
    if reader.left():
        raise BadSearch(f"The query cannot be read: {text[:200]}")
    return test


def _tokens(text: str) -> list[tuple[str, str]]:
    found = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup is None:
            continue
        kind, said = match.lastgroup, match.group()
        # A minus inside a word belongs to it; only one at its beginning says "not".
        found.append((kind, said))
    return found


@dataclass
class _Reader:
    tokens: list[tuple[str, str]]
    at: int = 0
    _end: tuple[str, str] = field(default=("end", ""))

    def left(self) -> bool:
        return self.at < len(self.tokens)

    def peek(self, ahead: int = 0) -> tuple[str, str]:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else self._end

    def expression(self, depth: int, name: str | None = None) -> Test:
        if depth > _DEEPEST:
            raise BadSearch("The query is nested too deeply")
        must: list[Test] = []
        may: list[list[Test]] = []
        words: list[Test] = []
        joined = ""
        while self.left() and self.peek()[1] != ")":
            said = self.peek()[1]
            if said in ("AND", "&&"):
                joined, self.at = "AND", self.at + 1
                continue
            if said in ("OR", "||"):
                joined, self.at = "OR", self.at + 1
                continue
            plain = self.peek()[0] in ("word", "quote") and self.peek(1)[0] != "colon"
            test = self.clause(depth, name)
            if joined == "OR" and (may or must or words):
                last = may[-1] if may else [(words or must).pop()]
                if not may:
                    may.append(last)
                last.append(test)
            elif plain and name is None and joined != "AND":
                words.append(test)
            else:
                must.append(test)
            joined = ""
        groups = [_any(one) for one in may]
        parts = [*must, *groups, *([_most(words)] if words else [])]
        return _all(parts)

    def clause(self, depth: int, name: str | None) -> Test:
        if depth > _DEEPEST:
            raise BadSearch("The query is nested too deeply")
        kind, said = self.peek()
        if said in ("+",):
            self.at += 1
            return self.clause(depth + 1, name)
        if said in ("-", "!", "NOT"):
            self.at += 1
            inner = self.clause(depth + 1, name)
            return lambda doc: 0.0 if inner(doc) else 1.0
        self.at += 1
        if said == "(":
            test = self.expression(depth + 1, name)
            if self.peek()[1] != ")":
                raise BadSearch("A bracket of the query is not closed")
            self.at += 1
            return test
        if kind == "word" and self.peek()[0] == "colon":
            self.at += 1
            return self.clause(depth + 1, _plain(said))
        if kind == "quote":
            return _phrase(name, _plain(said[1:-1]))
        if kind == "range":
            return _range(name, said)
        if kind == "word":
            return _word(name, said)
        raise BadSearch(f"The query cannot be read at {said!r}")


def _plain(said: str) -> str:
    return re.sub(r"\\(.)", r"\1", said)


def _all(tests: list[Test]) -> Test:
    def test(doc: Doc) -> float:
        total = 0.0
        for one in tests:
            score = one(doc)
            if not score:
                return 0.0
            total += score
        return total or 1.0

    return test


def _any(tests: list[Test]) -> Test:
    return lambda doc: sum(one(doc) for one in tests)


def _most(tests: list[Test]) -> Test:
    """Of two words both, of up to five all but one, of more four in five."""
    count = len(tests)
    needed = count if count <= 2 else count - 1 if count <= 5 else int(count * 0.8)

    def test(doc: Doc) -> float:
        scores = [one(doc) for one in tests]
        return sum(scores) if sum(score > 0 for score in scores) >= needed else 0.0

    return test


def _values(doc: Doc, name: str | None) -> Iterable[tuple[float, str]]:
    for field_name, weight in WEIGHTS.items() if name is None else [(name, 1.0)]:
        for value in doc.get(field_name, ()):
            yield weight, value


def _word(name: str | None, said: str) -> Test:
    plain = _plain(said)
    if "*" in said or "?" in said:
        if name == "*" or (name is not None and plain == "*"):
            return lambda doc: 1.0 if name == "*" or any(doc.get(name or "", ())) else 0.0
        pattern = plain.lower()
        return lambda doc: max(
            (w for w, value in _values(doc, name) if _globbed(value, pattern)), default=0.0
        )
    return _phrase(name, plain)


def _globbed(value: str, pattern: str) -> bool:
    low = value.lower()
    return fnmatchcase(low, pattern) or any(fnmatchcase(one, pattern) for one in low.split())


def _phrase(name: str | None, said: str) -> Test:
    if name in EXACT:
        return lambda doc: 1.0 if said in doc.get(name or "", ()) else 0.0
    wanted = stems(said)
    if not wanted:
        return lambda doc: 1.0 if any(value == said for _, value in _values(doc, name)) else 0.0
    needle = f" {' '.join(wanted)} "
    korean = any("가" <= one <= "힣" for one in said)

    def test(doc: Doc) -> float:
        best = 0.0
        for weight, value in _values(doc, name):
            if needle in _stemmed(value) or (korean and said in value):
                best = max(best, weight)
        return best

    return test


def _range(name: str | None, said: str) -> Test:
    low, _, high = said[1:-1].partition(" TO ")
    low, high = low.strip().strip('"'), high.strip().strip('"')
    from_in, to_in = said[0] == "[", said[-1] == "]"

    def within(value: str) -> bool:
        above = low == "*" or value > low or (from_in and value == low)
        below = high == "*" or value < high or (to_in and value == high)
        return above and below

    return lambda doc: 1.0 if any(within(value) for value in doc.get(name or "", ())) else 0.0


@lru_cache(maxsize=8_192)
def _stemmed(text: str) -> str:
    """The words of a text between blanks; kept, as every word of a query asks for them."""
    return f" {' '.join(stems(text))} "


def stems(text: str) -> list[str]:
    """The words of a text, English ones without the endings of plurals."""
    found: list[Any] = []
    for one in _WORD.findall(text.lower()):
        if len(one) > 3 and one.endswith("ies"):
            one = one[:-3] + "y"
        elif len(one) > 3 and one.endswith("s") and not one.endswith("ss"):
            one = one[:-1]
        found.append(one)
    return found

"""Splitting Korean compounds and English column names into the words they are made of."""

from __future__ import annotations

import re
from collections.abc import Container

_LONGEST = 14
_INNER_LETTER = 2.6  # a word of one letter inside a compound is rarely meant
_UNKNOWN_START = 1.2
_UNKNOWN_LETTER = 1.3


def split_korean(name: str, words: Container[str], *, ends: bool = True) -> tuple[str, ...]:
    """The cheapest division of a compound into known words and unknown stretches.

    ``split_korean("개인정보수집동의여부", words)`` → ``("개인정보", "수집", "동의", "여부")``. Known words
    cost one, a little less the longer they are; unknown letters cost more each, so that unknown
    stretches stay whole. A word of one letter (명, 수) is cheap only where the name ``ends`` with it.
    Dynamic programming: linear in the length of the name.
    """
    size = len(name)
    infinite = float("inf")
    # one cell for each place, once as the end of a word and once inside an unknown stretch
    cost = [[infinite, infinite] for _ in range(size + 1)]
    back: list[list[tuple[int, int]]] = [[(0, 0), (0, 0)] for _ in range(size + 1)]
    cost[0][0] = 0.0
    for start in range(size):
        for inside in (0, 1):
            here = cost[start][inside]
            if here == infinite:
                continue
            unknown = here + _UNKNOWN_LETTER + (0.0 if inside else _UNKNOWN_START)
            if unknown < cost[start + 1][1]:
                cost[start + 1][1], back[start + 1][1] = unknown, (start, inside)
            for end in range(start + 1, min(size, start + _LONGEST) + 1):
                if name[start:end] in words:
                    known = here + _word_cost(end - start, last=ends and end == size)
                    if known < cost[end][0]:
                        cost[end][0], back[end][0] = known, (start, inside)
    return _walk(name, back, 0 if cost[size][0] <= cost[size][1] else 1)


def _word_cost(length: int, *, last: bool) -> float:
    if length > 1:
        return 1.0 - 0.05 * length
    return 1.0 if last else _INNER_LETTER


def _walk(name: str, back: list[list[tuple[int, int]]], inside: int) -> tuple[str, ...]:
    pieces: list[tuple[str, int]] = []
    end = len(name)
    while end > 0:
        start, before = back[end][inside]
        if inside and pieces and pieces[-1][1]:
            pieces[-1] = (name[start:end] + pieces[-1][0], 1)
        else:
            pieces.append((name[start:end], inside))
        end, inside = start, before
    return tuple(piece for piece, _ in reversed(pieces))


def split_english(name: str) -> tuple[str, ...]:
    """The parts of a snake_case, camelCase or spaced English name, in lower case.

    ``"REG_YMD"`` → ``("reg", "ymd")``; ``"lastModifiedDate2"`` → ``("last", "modified", "date", "2")``;
    ``"userID"`` → ``("user", "id")``.
    """
    spaced = re.sub(r"[^0-9A-Za-z]+", " ", name)
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", spaced)
    spaced = re.sub(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", " ", spaced)
    return tuple(spaced.lower().split())

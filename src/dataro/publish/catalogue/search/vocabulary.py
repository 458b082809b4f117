"""The words a catalogue uses, and the nearest of them to a mistyped one.

Words are compared by the pairs of letters they are spelled with, Hangul taken apart (어리니집 and
어린이집 share nearly all, though no syllable pair), with Dice's coefficient.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dataro.publish.catalogue.search.letters import sounds

HEARD = 0.6
"""Likeness from which a word is taken for the one that was meant."""


class Vocabulary:
    """Words with the number of entries that use each. Reading the nearest takes milliseconds."""

    def __init__(self, words: Mapping[str, int]) -> None:
        self._words = list(words)
        self._often = np.array([words[word] for word in self._words], dtype=np.float64)
        self._lengths = np.array([len(word) for word in self._words], dtype=np.int64)
        self._ids: dict[str, int] = {}
        spelled = [
            {self._ids.setdefault(pair, len(self._ids)) for pair in _pairs(word)}
            for word in self._words
        ]
        self._counts = np.array([len(pairs) for pairs in spelled], dtype=np.int64)
        self._starts = np.concatenate([[0], np.cumsum(self._counts)[:-1]]).astype(np.int64)
        self._pairs = np.fromiter(
            (one for pairs in spelled for one in pairs),
            dtype=np.int64,
            count=int(self._counts.sum()),
        )

    def nearest(self, word: str) -> str | None:
        """The likest word of about the same length, the more used of equals; None where none is."""
        mine = _pairs(word)
        if not self._words or len(mine) < 3:
            return None
        wanted = np.zeros(len(self._ids) + 1, dtype=np.int64)
        wanted[[self._ids[pair] for pair in mine if pair in self._ids]] = 1
        shared = np.add.reduceat(wanted[self._pairs], self._starts)
        like = 2 * shared / (self._counts + len(mine))
        apart = np.abs(self._lengths - len(word))
        like = np.where(apart > 2, 0.0, like - 0.04 * apart)  # of two the one of the same length
        best = float(like.max())
        if best < HEARD:
            return None
        equals = np.flatnonzero(like >= best - 1e-9)
        return self._words[int(equals[np.argmax(self._often[equals])])]


def _pairs(word: str) -> set[str]:
    letters = f"0{sounds(word)}1"  # the ends count too
    return {letters[i : i + 2] for i in range(len(letters) - 1)}

"""Text as the index holds it: pairs of neighbouring letters, which Korean needs.

SQLite's own tokenisers find nothing for 인구 in 인구현황. Pairs do, and they survive endings and
spaces that come and go: Hangul is joined over spaces, underscores and hyphens before it is paired.
Latin letters and digits stay whole words, found by their beginning.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
"""Letters of a query that are looked at."""

_RUNS = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]+|[a-z0-9]+|[^\W_가-힣ㄱ-ㅎㅏ-ㅣa-z0-9]+")
_JOINTS = re.compile(r"(?<=[가-힣])[\s_\-·ㆍ‧・]+(?=[가-힣])")
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"


def plain(text: str) -> str:
    """Text as it is compared: composed (NFKC, so that NFD is read too), in lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def runs(text: str) -> list[str]:
    """Hangul without the spaces between, and words of other scripts, in order."""
    return _RUNS.findall(_JOINTS.sub("", plain(text)))


def tokens(run: str) -> list[str]:
    """The tokens that stand for a run: pairs of Hangul, a whole word of any other script.

    The last letter of a run stands alone too, so that one letter is found by its beginning.
    """
    if not is_hangul(run):
        return [run]
    return [run[i : i + 2] for i in range(len(run) - 1)] + [run[-1]]


def indexed(text: str) -> str:
    """Text as it stands in the index: tokens with spaces between."""
    return " ".join(token for run in runs(text) for token in tokens(run))


def is_hangul(run: str) -> bool:
    """Whether a run is Hangul."""
    return "가" <= run[0] <= "힣" or "ㄱ" <= run[0] <= "ㅣ"


def words(text: str) -> list[str]:
    """The words of a text as it is written: Hangul is not joined over spaces."""
    return _RUNS.findall(plain(text).replace("_", " "))


def matching(word: str) -> str:
    """What FTS5 is asked for a word: Hangul as a phrase of its pairs, others by their beginning."""
    if not is_hangul(word):
        return f'"{word}" *'
    if len(word) == 1:
        return f'"{word}" *'
    return '"' + " ".join(word[i : i + 2] for i in range(len(word) - 1)) + '"'


def sounds(word: str) -> str:
    """Hangul taken apart into its letters, so that a mistyped vowel is one letter of many."""
    found = []
    for letter in plain(word):
        if "가" <= letter <= "힣":
            place = ord(letter) - ord("가")
            found += [_INITIALS[place // 588], _VOWELS[place % 588 // 28]]
            if place % 28:
                found.append(_FINALS[place % 28])
        elif letter.isalnum():
            found.append(letter)
    return "".join(found)


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters of a text without its spaces."""
    letters = "".join(letter for letter in plain(text) if letter.isalnum())
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient of two sets, 0 to 1 (Dice 1945)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0

"""Words in Korean and English, and sentences that carry their numbers."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, ...] = ("ko", "en")

Number = int | float
Value = Number | str | date | None


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Korean and in English."""

    ko: str
    en: str

    def __getitem__(self, language: Language) -> str:
        return self.ko if language == "ko" else self.en

    def as_dict(self) -> dict[str, str]:
        return {"ko": self.ko, "en": self.en}


def both(ko: str, en: str) -> Text:
    """Words in both languages: ``both("인구", "Population")``."""
    return Text(ko, en)


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence in both languages and the numbers that stand in it."""

    text: Text
    numbers: Mapping[str, Value] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        numbers = {k: v.isoformat() if isinstance(v, date) else v for k, v in self.numbers.items()}
        return {**self.text.as_dict(), "numbers": numbers}


def finding(ko: str, en: str, /, **numbers: Value | Text) -> Finding:
    """Write one finding; every number in it is passed by name and kept beside the sentence.

    Fields take format specs: ``{n:,}`` (thousands separators), ``{n:+,}``, ``{n:.1%}`` (a share as
    per cent), ``{n:만}`` (1,234,567 → ``123만 4,567``; in English plain thousands), ``{m:month}``
    (``2023년 12월`` / ``December 2023``). Korean particles written as ``은(는)``, ``이(가)``,
    ``을(를)``, ``과(와)``, ``으로(로)`` are resolved by the sound before them. A ``Text`` value is
    given in the sentence's language.
    """
    said = Text(
        resolve_particles(_Sentence("ko").format(ko, **numbers)),
        _Sentence("en").format(en, **numbers),
    )
    kept = {k: v.ko if isinstance(v, Text) else v for k, v in numbers.items()}
    return Finding(said, kept)


class _Sentence(string.Formatter):
    def __init__(self, language: Language) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Text):
            return value[self.language]
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            return "–"
        if format_spec == "만":
            return ten_thousands(value) if self.language == "ko" else f"{round(value):,}"
        if format_spec == "month":
            return format_month(value, self.language)
        if format_spec == "date":
            return format_date(value, self.language)
        return str(super().format_field(value, format_spec))


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def format_month(value: date, language: Language) -> str:
    """A month as its reader writes it: ``2023년 12월``, ``December 2023``."""
    if language == "ko":
        return f"{value.year}년 {value.month}월"
    return f"{_MONTHS[value.month - 1]} {value.year}"


def format_date(value: date, language: Language) -> str:
    """A day as its reader writes it: ``2023년 12월 11일``, ``11 December 2023``."""
    if language == "ko":
        return f"{value.year}년 {value.month}월 {value.day}일"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def ten_thousands(value: Number) -> str:
    """A count in Korean units: 1,234,567 → ``123만 4,567``; 350,000,000 → ``3억 5,000만``."""
    whole = round(abs(value))
    sign = "-" if value < 0 else ""
    hundred_millions, rest = divmod(whole, 100_000_000)
    tens, units = divmod(rest, 10_000)
    parts = [
        f"{hundred_millions:,}억" if hundred_millions else "",
        f"{tens:,}만" if tens else "",
        f"{units:,}" if units or not whole else "",
    ]
    return sign + " ".join(part for part in parts if part)


_PARTICLES = re.compile(
    r"(\w%?)([”’\"'`)\]]*)(은\(는\)|이\(가\)|을\(를\)|과\(와\)|으로\(로\)|\(이\)|\(으\)(?=로))"
)
_FORMS = {
    "은(는)": ("은", "는"), "이(가)": ("이", "가"), "을(를)": ("을", "를"), "과(와)": ("과", "와"),
    "으로(로)": ("으로", "로"), "(이)": ("이", ""), "(으)": ("으", ""),
}  # fmt: skip
_OPEN_DIGITS = set(
    "2459"
)  # 이 사 오 구 end in a vowel; 1 7 8 end in ㄹ; 0 3 6 in another consonant


def resolve_particles(sentence: str) -> str:
    """Choose each Korean particle by the last sound before it (``인구은(는)`` → ``인구는``).

    Closing quotes and brackets between word and particle are looked past; ``(이)라는`` and
    ``(으)로`` are chosen too.
    """

    def choose(match: re.Match[str]) -> str:
        before, quotes, particle = match.groups()
        closed, with_l = _final_sound(before[-1])
        if with_l and particle in ("으로(로)", "(으)"):
            closed = False
        after_closed, after_open = _FORMS[particle]
        return before + quotes + (after_closed if closed else after_open)

    return _PARTICLES.sub(choose, sentence)


def _final_sound(character: str) -> tuple[bool, bool]:
    """Whether a character ends in a consonant, and whether that consonant is ㄹ."""
    if "가" <= character <= "힣":
        final = (ord(character) - ord("가")) % 28
        return final > 0, final == 8
    if character.isdigit():
        return character not in _OPEN_DIGITS, character in "178"
    if character == "%":  # 퍼센트
        return False, False
    return character.lower() in "lmnr", character.lower() in "lr"

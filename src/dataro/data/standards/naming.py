"""Standard names for columns that have none: words put right, abbreviations joined, a domain told.

The rule of the standard: a term is a row of standard words, the last of which says the form
(형식단어: 명, 일자, 금액 …); its abbreviation joins theirs with ``_``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dataro.data.standards.domain_model import DomainModel
from dataro.data.standards.edition import Edition, StandardTerm, english_name
from dataro.data.standards.matching import (
    STANDARD_ENDINGS,
    clean,
    in_standard_words,
    match,
    to_korean_words,
)
from dataro.vocabulary.text import Text, both

ENDING_OF_CLASS = {
    "연월일": "일자", "연월일시분초": "일시", "시분초": "시각", "시분": "시각", "연도": "연도", "연월": "연월",
    "월": "월", "금액": "금액", "가격": "가격", "요금": "요금", "비용": "비용", "수": "수", "율": "율",
    "비율": "비율", "면적": "면적", "여부": "여부", "유무": "유무", "코드": "코드", "번호": "번호",
    "명": "명", "내용": "내용", "주소": "주소",
}  # fmt: skip
"""The word that ends a term of each domain class."""

ACCEPT = 0.9
"""A term proposed at least so surely is taken over instead of making a new name."""


@dataclass(frozen=True, slots=True)
class NewName:
    """A proposed standard name. ``unknown`` are words that must be registered first: their part
    of the abbreviation is their sound in Latin letters, and provisional."""

    term: StandardTerm
    words: tuple[str, ...]
    unknown: tuple[str, ...]
    confidence: float
    reason: Text
    exists: bool


def propose_name(
    heading: str,
    edition: Edition,
    model: DomainModel,
    *,
    domain_class: str | None = None,
    form: str | None = None,
) -> NewName:
    """The standard name for a heading: the term it already has, or a new one from its words.

    ``domain_class`` is what the values look like, where known: a term of another class is doubted.
    ``form`` (a domain class too, the same where not given) is the form to add where the heading
    does not say one.
    """
    near = match(heading, edition, domain_class=domain_class, limit=1)
    if near and near[0].confidence >= ACCEPT:
        best = near[0]
        words = in_standard_words(best.term.name, edition)
        return NewName(best.term, words, (), best.confidence, best.reason, exists=True)
    words = _with_form(_words(heading, edition), edition, form or domain_class)
    unknown = tuple(word for word in words if word not in edition.words)
    name = "".join(words)
    abbreviation = "_".join(
        edition.words[word].abbreviation if word in edition.words else romanised(word)[:6].upper()
        for word in words
    )
    if not abbreviation[:1].isalpha():
        abbreviation = f"C_{abbreviation}"  # databases want a letter first
    guess = model.guess(name)
    known = [edition.words[word] for word in words if word in edition.words]
    term = StandardTerm(
        name=name,
        abbreviation=abbreviation,
        domain=guess.domain if guess else "내용V4000",
        english=english_name(known) if not unknown else "",
        official=False,
    )
    share = len(known) / len(words) if words else 0.0
    if len(words) == 1 and known and known[0].domain_class:
        share /= 2  # a form alone (“명칭”, “번호”) does not say of what
    return NewName(term, words, unknown, round(0.85 * share, 2), _why(words, unknown), exists=False)


def _words(heading: str, edition: Edition) -> tuple[str, ...]:
    text = clean(heading) or heading
    if re.search(r"[가-힣]", text):
        return in_standard_words(text, edition)
    return to_korean_words(text, edition) or (re.sub(r"\W", "", text).upper() or "열",)


def _with_form(words: tuple[str, ...], edition: Edition, form: str | None) -> tuple[str, ...]:
    """Add the word that says the form where the last one does not."""
    if not words:
        return words
    ending = STANDARD_ENDINGS.get(words[-1])
    if ending is not None and ending in edition.words:
        return (*words[:-1], ending)
    last = edition.words.get(words[-1])
    if last is not None and last.domain_class:
        return words
    said = ENDING_OF_CLASS.get(form or "명")
    return (*words, said) if said and words[-1] != said else words


def _why(words: tuple[str, ...], unknown: tuple[str, ...]) -> Text:
    said = " + ".join(words)
    if unknown:
        listed = ", ".join(unknown)
        return both(f"{said}. 표준단어로 먼저 등록할 말: {listed}",
                    f"{said}. To be registered as standard words first: {listed}")  # fmt: skip
    return both(f"표준단어를 이었습니다: {said}", f"standard words joined: {said}")


_FIRST = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "-", "j", "jj", "ch", "k", "t", "p", "h")  # fmt: skip
_MIDDLE = (
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
)
_LAST = (
    "-",
    "k",
    "k",
    "k",
    "n",
    "n",
    "n",
    "t",
    "l",
    "k",
    "m",
    "l",
    "l",
    "l",
    "p",
    "l",
    "m",
    "p",
    "p",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "t",
)


def romanised(name: str) -> str:
    """A Korean name letter by letter in the revised romanisation, without sound changes."""
    said = ""
    for letter in name:
        if "가" <= letter <= "힣":
            index = ord(letter) - ord("가")
            parts = (_FIRST[index // 588], _MIDDLE[index % 588 // 28], _LAST[index % 28])
            said += "".join(part for part in parts if part != "-")
        elif letter.isascii() and letter.isalnum():
            said += letter.lower()
    return said or "col"

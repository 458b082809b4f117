"""What an edition of the common standard holds: terms, words and domains.

공공데이터 공통표준용어·단어·도메인: a **term** is what a column means (가입일자, JOIN_YMD), a **word**
is what terms are made of (가입 JOIN, 일자 YMD), a **domain** is how its values are written
(연월일C8). Any edition, the shipped core or a file of the ministry, becomes an ``Edition``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from dataro.vocabulary.text import Text

NOTHING = Text("", "")
DataType = Literal["C", "V", "N", "D"]
"""Fixed text, varying text, number, date and time."""


@dataclass(frozen=True, slots=True)
class StandardDomain:
    """How values are written. ``name`` is class + type + length (+ ``,`` scale): 면적N19,9.

    ``length`` counts characters or digits, those after the decimal point (``scale``) included.
    """

    name: str
    domain_class: str
    type: DataType
    length: int | None = None
    scale: int | None = None
    group: str = ""
    unit: str = ""
    stored: str = ""
    shown: str = ""
    allowed: str = ""
    about: Text = NOTHING


@dataclass(frozen=True, slots=True)
class StandardWord:
    """A word that terms are made of; ``domain_class`` where it may end a term (형식단어)."""

    name: str
    abbreviation: str
    english: str = ""
    synonyms: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    domain_class: str = ""
    about: Text = NOTHING
    round: int | None = None


@dataclass(frozen=True, slots=True)
class StandardTerm:
    """A meaning that columns have. ``domain`` is a domain's name; ``official`` is false for terms
    of the shipped core that no official edition has."""

    name: str
    abbreviation: str
    domain: str
    english: str = ""
    about: Text = NOTHING
    allowed: str = ""
    stored: str = ""
    shown: str = ""
    code: str = ""
    owner: str = ""
    synonyms: tuple[str, ...] = ()
    round: int | None = None
    official: bool = True


@dataclass(frozen=True, eq=False)  # compared by identity, so that what it gives can be cached
class Edition:
    """Terms, words and domains by their Korean names; ``missing`` says what the files lacked,
    ``nameless`` are words whose row had an abbreviation but no Korean word."""

    title: Text
    terms: Mapping[str, StandardTerm] = field(default_factory=dict)
    words: Mapping[str, StandardWord] = field(default_factory=dict)
    domains: Mapping[str, StandardDomain] = field(default_factory=dict)
    nameless: tuple[StandardWord, ...] = ()
    missing: tuple[Text, ...] = ()
    files: tuple[str, ...] = ()

    @cached_property
    def by_abbreviation(self) -> dict[str, StandardTerm]:
        """Terms by their physical name (upper case)."""
        return {term.abbreviation.upper(): term for term in self.terms.values()}

    @cached_property
    def words_by_abbreviation(self) -> dict[str, StandardWord]:
        """Words by their English abbreviation (upper case)."""
        return {word.abbreviation.upper(): word for word in self.words.values()}

    @cached_property
    def preferred(self) -> dict[str, str]:
        """Synonyms and forbidden words, each with the standard word in its place."""
        found: dict[str, str] = {}
        for word in self.words.values():
            for other in (*word.synonyms, *word.forbidden):
                if other not in self.words:
                    found.setdefault(other, word.name)
        return found

    @cached_property
    def by_plain_name(self) -> dict[str, StandardTerm]:
        """Terms by their name without spaces, and by their synonyms."""
        found = {plain(term.name): term for term in self.terms.values()}
        for term in self.terms.values():
            for other in term.synonyms:
                found.setdefault(plain(other), term)
        return found

    def term(self, name: str) -> StandardTerm | None:
        """The term of a Korean name (spaces ignored) or of an abbreviation (any case)."""
        return self.by_plain_name.get(plain(name)) or self.by_abbreviation.get(name.strip().upper())

    def domain(self, name: str) -> StandardDomain:
        """The domain of a name; told from the name alone where the edition does not list it.

        Raises ``ValueError`` where the name does not read as a domain.
        """
        return self.domains.get(name) or parse_domain(name)


def plain(name: str) -> str:
    """A name as names are compared: NFC, without spaces, in upper case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", name)).upper()


_DOMAIN = re.compile(r"(?P<of>.+?)(?P<type>[CVND])(?P<length>\d+)?(?:,(?P<scale>\d+))?")


def parse_domain(name: str) -> StandardDomain:
    """A domain told from its name: ``면적N19,9`` is a number of 19 digits, 9 after the point.

    Raises ``ValueError`` where the name does not end in a type and a length.
    """
    match = _DOMAIN.fullmatch(name.strip())
    if match is None:
        raise ValueError(f"not a domain name: {name}")
    type_: DataType = match["type"]  # type: ignore[assignment]
    return StandardDomain(
        name=name.strip(),
        domain_class=match["of"],
        type=type_,
        length=int(match["length"]) if match["length"] else None,
        scale=int(match["scale"]) if match["scale"] else None,
    )


Dialect = Literal["standard", "postgresql", "oracle", "mysql"]


def sql_type(domain: StandardDomain, dialect: Dialect = "standard") -> str:
    """The column type of a domain in DDL: ``면적N19,9`` → ``NUMERIC(19,9)``."""
    if domain.type == "D":
        return {"oracle": "DATE", "mysql": "DATETIME"}.get(dialect, "TIMESTAMP")
    if domain.type == "N":
        digits = "" if domain.length is None else f"({domain.length},{domain.scale})"
        if domain.scale is None and domain.length is not None:
            digits = f"({domain.length})"
        return f"{'NUMBER' if dialect == 'oracle' else 'NUMERIC'}{digits}"
    length = domain.length or 255
    if domain.type == "C":
        return f"CHAR({length})"
    if dialect == "oracle":
        return f"VARCHAR2({length})"
    return f"VARCHAR({length})"


def over(first: Edition, second: Edition) -> Edition:
    """Two editions as one: what ``first`` says wins, ``second`` fills what it does not have.

    A term of the second whose abbreviation the first gives to another term becomes a synonym of
    that term.
    """
    terms = dict(first.terms)
    for name, term in second.terms.items():
        kept = terms.get(name, first.by_abbreviation.get(term.abbreviation.upper()))
        if kept is None:
            terms[name] = term
            continue
        # the first says what the term is; other names for it are kept from both
        other = term.synonyms if kept.name == name else (name, *term.synonyms)
        both_say = tuple(dict.fromkeys((*kept.synonyms, *other)))
        terms[kept.name] = replace(kept, synonyms=both_say)
    words = dict(first.words)
    for word_name, word in second.words.items():
        known = words.get(word_name)
        words[word_name] = word if known is None else _filled(known, word)
    return Edition(
        title=first.title,
        terms=terms,
        words=words,
        domains={**second.domains, **first.domains},
        nameless=(*first.nameless, *second.nameless),
        missing=(*first.missing, *second.missing),
        files=(*first.files, *second.files),
    )


def _filled(word: StandardWord, other: StandardWord) -> StandardWord:
    return StandardWord(
        name=word.name,
        abbreviation=word.abbreviation,
        english=word.english or other.english,
        synonyms=tuple(dict.fromkeys((*word.synonyms, *other.synonyms))),
        forbidden=tuple(dict.fromkeys((*word.forbidden, *other.forbidden))),
        domain_class=word.domain_class or other.domain_class,
        about=word.about if word.about.ko else other.about,
        round=word.round or other.round,
    )


def english_name(words: Iterable[StandardWord]) -> str:
    """An English name in the words' order: 가입 + 일자 → “Joining date”."""
    said = " ".join(word.english or word.abbreviation.title() for word in words)
    return said[:1].upper() + said[1:].lower() if said else ""


def english_of(term: StandardTerm, edition: Edition) -> str:
    """The English name of a term: its own, or its words' in their order."""
    if term.english:
        return term.english
    words = edition.words_by_abbreviation
    return english_name(words[part] for part in term.abbreviation.split("_") if part in words)

"""The core dictionary that ships: the terms public files use most, their words and domains.

Written for this project (``core_terms.tsv``, ``core_words.tsv``, ``core_domains.tsv``). Names,
abbreviations and domains agree with the common standard (공공데이터 공통표준용어, up to the 7th round
of November 2024) where it has the term; definitions are our own. Terms the standard lacks but
open files need (데이터기준일자, 소재지도로명주소 …) are built from its words by its rules.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files

from dataro.data.standards.edition import (
    Edition,
    StandardDomain,
    StandardTerm,
    StandardWord,
    parse_domain,
)
from dataro.vocabulary.terms import Kind
from dataro.vocabulary.text import Text, both


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def core() -> Edition:
    """The shipped dictionary."""
    terms = {
        row["term"]: StandardTerm(
            name=row["term"],
            abbreviation=row["abbreviation"],
            domain=row["domain"],
            english=row["english"],
            about=Text(row["about_ko"], row["about_en"]),
            synonyms=tuple(part for part in row["synonyms"].split(",") if part),
            official=False,
        )
        for row in _rows("core_terms.tsv")
    }
    words = {
        row["word"]: StandardWord(
            name=row["word"],
            abbreviation=row["abbreviation"],
            english=row["english"],
            synonyms=tuple(part for part in row["synonyms"].split(",") if part),
            domain_class=row["domain_class"],
        )
        for row in _rows("core_words.tsv")
    }
    names = sorted({term.domain for term in terms.values()})
    return Edition(
        title=both("데이터로 핵심 용어", "Dataro core terms"),
        terms=terms,
        words=words,
        domains={name: described(parse_domain(name)) for name in names},
    )


@cache
def domain_classes() -> Mapping[str, Mapping[str, str]]:
    """What is known of each domain class (도메인 분류): the rows of ``core_domains.tsv``."""
    return {row["domain_class"]: row for row in _rows("core_domains.tsv")}


def kind_of_class(domain_class: str) -> Kind:
    """The stored kind of a domain class; text where the class is unknown."""
    row = domain_classes().get(domain_class)
    return row["kind"] if row else "text"  # type: ignore[return-value]


def described(domain: StandardDomain) -> StandardDomain:
    """A domain with what its class says of unit, form and allowed values, where it says less."""
    row = domain_classes().get(domain.domain_class)
    if row is None:
        return domain
    return replace(
        domain,
        group=domain.group or row["group_ko"],
        unit=domain.unit or row["unit"],
        stored=domain.stored or row["stored"],
        shown=domain.shown or row["shown"],
        allowed=domain.allowed or row["allowed"],
        about=domain.about if domain.about.ko else Text(row["about_ko"], row["about_en"]),
    )

"""A term of the standard as a column declaration: so that a dataset's YAML can cite any of them."""

from __future__ import annotations

import re

from dataro.data.standards.core import domain_classes, kind_of_class
from dataro.data.standards.edition import (
    Edition,
    StandardDomain,
    StandardTerm,
    english_of,
)
from dataro.data.standards.identifiers import IDENTIFIERS
from dataro.vocabulary.terms import Domain, Term
from dataro.vocabulary.text import both

_PATTERN_OF_CLASS = {
    "전화번호": "telephone", "사업자등록번호": "business_number", "법인등록번호": "corporation_number",
    "주민등록번호": "resident_number", "우편번호": "postcode", "운전면허번호": "driving_licence",
}  # fmt: skip


def as_term(term: StandardTerm, edition: Edition) -> Term:
    """The column that a standard term declares: its domain, unit, title and abbreviation."""
    domain = edition.domain(term.domain)
    return Term(
        text=both(term.name, english_of(term, edition) or term.abbreviation),
        domain=as_domain(domain),
        unit=both(domain.unit, domain.unit) if domain.unit and domain.type == "N" else None,
        about=term.about if term.about.ko else None,
        abbreviation=term.abbreviation,
    )


def as_domain(domain: StandardDomain) -> Domain:
    """What a standard domain asks of values: kind, limits, length and form.

    Lengths of dates and numbers speak of how a database stores them, so only text is held to them;
    a code of fixed length in digits keeps its leading zeros by it.
    """
    kind = kind_of_class(domain.domain_class)
    if kind == "integer" and domain.scale:
        kind = "decimal"
    identifier = IDENTIFIERS.get(_PATTERN_OF_CLASS.get(domain.domain_class, ""))
    minimum, maximum = _limits(domain.domain_class)
    text = kind in ("text", "code")
    return Domain(
        name=domain.domain_class,
        kind=kind,
        minimum=minimum,
        maximum=maximum,
        pattern=identifier.pattern if identifier else None,
        length=domain.length if text and identifier is None else None,
    )


def _limits(domain_class: str) -> tuple[int | None, int | None]:
    """The limits in a class's allowed values: ``0 이상``, ``-180~180``."""
    row = domain_classes().get(domain_class)
    if row is None or row["kind"] not in ("integer", "decimal"):
        return None, None
    match = re.fullmatch(r"(-?\d+)(?: 이상|~(-?\d+))", row["allowed"])
    if match is None:
        return None, None
    return int(match[1]), int(match[2]) if match[2] else None

"""How far the columns of a table or a database keep to the standard."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dataro.data.standards.domain_model import DomainModel
from dataro.data.standards.edition import Edition, StandardTerm, parse_domain, plain, sql_type
from dataro.data.standards.matching import clean
from dataro.data.standards.naming import NewName, propose_name
from dataro.data.standards.split import split_korean
from dataro.vocabulary.text import Text, both

Verdict = Literal[
    "standard", "type_differs", "abbreviation_differs", "name_differs", "forbidden_word", "new_name"
]


@dataclass(frozen=True, slots=True)
class PhysicalColumn:
    """A column as a database or file has it. ``logical`` is its Korean name, ``type`` its SQL type;
    either may be unknown."""

    table: str
    physical: str
    logical: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class JudgedColumn:
    """A column, what the standard says of it, and the name it should have."""

    column: PhysicalColumn
    verdict: Verdict
    term: StandardTerm | None
    text: Text
    proposed: NewName | None = None


@dataclass(frozen=True, slots=True)
class Compliance:
    """The judged columns and their shares: names as the standard has them, and (of those with a
    known type) types as the domain asks."""

    columns: tuple[JudgedColumn, ...]
    counts: dict[Verdict, int]
    names: float
    types: float | None


def measure(columns: Iterable[PhysicalColumn], edition: Edition, model: DomainModel) -> Compliance:
    """Judge every column against the standard in force."""
    judged = tuple(_judge(column, edition, model) for column in columns)
    counts: dict[Verdict, int] = dict(Counter(each.verdict for each in judged))
    named = sum(each.verdict in ("standard", "type_differs") for each in judged)
    typed = [each for each in judged if each.column.type and each.term is not None]
    right = sum(_same_type(each.column.type, each.term) for each in typed if each.term)
    return Compliance(
        columns=judged,
        counts=counts,
        names=named / len(judged) if judged else 0.0,
        types=right / len(typed) if typed else None,
    )


def _judge(column: PhysicalColumn, edition: Edition, model: DomainModel) -> JudgedColumn:
    by_code = edition.by_abbreviation.get(column.physical.strip().upper())
    by_name = edition.by_plain_name.get(plain(column.logical)) if column.logical else None
    if by_code is not None and (by_name is by_code or not column.logical):
        return _typed(column, by_code)
    if by_name is not None and not re.search(r"[A-Za-z]", column.physical):
        return _typed(column, by_name)
    if by_name is not None:
        return JudgedColumn(column, "abbreviation_differs", by_name, both(
            f"표준 영문약어명은 {by_name.abbreviation}입니다.",
            f"The standard abbreviation is {by_name.abbreviation}."))  # fmt: skip
    if by_code is not None:
        return JudgedColumn(column, "name_differs", by_code, both(
            f"{by_code.abbreviation}의 표준용어는 {by_code.name}입니다.",
            f"{by_code.abbreviation} is the term {by_code.name}."))  # fmt: skip
    proposed = propose_name(column.logical or column.physical, edition, model)
    wrong = forbidden_words(column.logical, edition)
    if wrong:
        said = ", ".join(f"{word} → {edition.preferred[word]}" for word in wrong)
        return JudgedColumn(column, "forbidden_word", None, both(
            f"표준단어가 아닌 말을 썼습니다: {said}", f"Words that are not standard: {said}"),
            proposed)  # fmt: skip
    return JudgedColumn(column, "new_name", None, both(
        f"표준용어에 없는 이름입니다. 제안: {proposed.term.name}({proposed.term.abbreviation})",
        f"Not a standard term. Proposed: {proposed.term.name} ({proposed.term.abbreviation})"),
        proposed)  # fmt: skip


def forbidden_words(name: str, edition: Edition) -> tuple[str, ...]:
    """Words of a name for which the standard has another (synonyms and forbidden words)."""
    words = frozenset(edition.words) | frozenset(edition.preferred)
    pieces = split_korean(plain(clean(name)), words) if name else ()
    return tuple(piece for piece in pieces if piece in edition.preferred)


def _typed(column: PhysicalColumn, term: StandardTerm) -> JudgedColumn:
    if column.type and not _same_type(column.type, term):
        wanted = sql_type(parse_domain(term.domain))
        return JudgedColumn(column, "type_differs", term, both(
            f"도메인 {term.domain}의 자료형은 {wanted}입니다. 지금은 {column.type}입니다.",
            f"The domain {term.domain} is {wanted}; the column is {column.type}."))  # fmt: skip
    return JudgedColumn(column, "standard", term, both(
        f"표준용어입니다: {term.name}", f"A standard term: {term.name}"))  # fmt: skip


_FAMILIES = (
    ("D", r"(?:TIMESTAMP|DATETIME|DATE)\b"),
    ("N", r"(?:NUMERIC|NUMBER|DECIMAL|INTEGER|INT|BIGINT|SMALLINT|TINYINT)\d*\b"),
    ("V", r"(?:VARCHAR2?|NVARCHAR2?|CHARACTER VARYING|TEXT|CLOB)"),
    ("C", r"(?:CHAR|NCHAR|CHARACTER)\b"),
)


def _same_type(type_: str, term: StandardTerm) -> bool:
    """Whether a SQL type is of the domain's family, and as long as it where it says a length."""
    domain = parse_domain(term.domain)
    said = type_.strip().upper()
    family = next((name for name, pattern in _FAMILIES if re.match(pattern, said)), "")
    if family != domain.type:
        return False
    size = re.search(r"\((\d+)(?:\s*,\s*(\d+))?", said)
    if size is None or domain.length is None:
        return True
    return int(size[1]) == domain.length and int(size[2] or 0) == (domain.scale or 0)

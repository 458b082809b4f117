"""The rules as data: ``rules.csv`` (strict) and ``assessor.csv`` (as the national tool judges)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from dataro.vocabulary.text import Text, both

Indicator = Literal[
    "completeness", "validity", "consistency", "uniqueness", "accuracy", "timeliness", "privacy"
]
INDICATORS: Mapping[str, Text] = {
    "completeness": both("완전성", "Completeness"),
    "validity": both("유효성", "Validity"),
    "consistency": both("일관성", "Consistency"),
    "uniqueness": both("유일성", "Uniqueness"),
    "accuracy": both("정확성", "Accuracy"),
    "timeliness": both("적시성", "Timeliness"),
    "privacy": both("개인정보", "Personal data"),
}
OUR_READING = both("자체 해석", "our reading")


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One strict rule: which check finds it, on which meanings, and how it is said.

    ``on`` is ``table`` (judged once), ``every`` column, ``text`` columns, or meanings joined by
    ``|``. Of several rules on one cell the one with the lowest ``priority`` is reported.
    """

    rule: str
    indicator: str
    check: str
    on: str
    priority: int
    text: Text
    fix: Text


@dataclass(frozen=True, slots=True)
class AssessorRow:
    """One rule of the national diagnosis tool: meanings it is for, the pattern of a right cell.

    ``source`` says where the rule, or which part of it, is written (the default rules of WISE DQ are
    those that a public repository of a diagnosis tool lists); where nothing is known it is our
    reading. ``confidence`` 0–1 is how sure that the national tool judges so.
    """

    rule: str
    kind: Text
    meanings: tuple[str, ...]
    pattern: str
    text: Text
    source: Text | None
    confidence: float

    @property
    def provenance(self) -> Text:
        """The source, or that it is our reading."""
        return self.source or OUR_READING


@cache
def rules() -> Mapping[str, RuleRow]:
    """The strict rules by id, in the order of the file."""
    return {
        row["rule"]: RuleRow(
            row["rule"], row["indicator"], row["check"], row["on"], int(row["priority"]),
            both(row["ko"], row["en"]), both(row["fix_ko"], row["fix_en"]),
        )
        for row in _read("rules.csv")
    }  # fmt: skip


@cache
def assessor_rules() -> tuple[AssessorRow, ...]:
    """The rules of the assessor-compatible mode."""
    return tuple(
        AssessorRow(
            row["rule"], both(row["kind_ko"], row["kind_en"]), tuple(row["meanings"].split("|")),
            row["pattern"], both(row["ko"], row["en"]),
            both(row["source"], row["source_en"]) if row["source"] else None,
            float(row["confidence"]),
        )
        for row in _read("assessor.csv")
    )  # fmt: skip


def _read(name: str) -> list[dict[str, str]]:
    text = files("dataro.data.quality").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))

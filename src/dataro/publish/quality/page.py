"""The quality report as one HTML file: no network, printable, under a megabyte whatever the input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dataro.data.quality.report import Diagnosis, Example
from dataro.publish.quality.judged import Judged
from dataro.publish.quality.words import WORDS
from dataro.vocabulary.text import Language, resolve_particles

MOST_BYTES = 950_000


@dataclass(frozen=True, slots=True)
class _Bounds:
    """How much of a report is shown: tables in full, columns and rules of each, examples, letters."""

    tables: int
    columns: int
    rules: int
    examples: int
    letters: int


_BOUNDS = (
    _Bounds(40, 400, 60, 5, 160),
    _Bounds(25, 150, 60, 5, 100),
    _Bounds(15, 60, 40, 3, 80),
    _Bounds(8, 25, 25, 2, 50),
    _Bounds(3, 10, 15, 1, 30),
)
"""Tried in turn until the page is small enough."""


def report_page(judged: Judged, language: Language, made: datetime | None = None) -> str:
    """The report as a page of HTML of at most ``MOST_BYTES`` bytes, in one language.

    What does not fit is counted where it is left out. ``made`` is the time that it carries.
    """
    page = ""
    for bounds in _BOUNDS:
        page = _render(judged, language, made or datetime.now(), bounds)
        if len(page.encode()) <= MOST_BYTES:
            break
    return page


def _render(judged: Judged, language: Language, made: datetime, bounds: _Bounds) -> str:
    return (
        _environment()
        .get_template("report.html")
        .render(
            judged=judged,
            lang=language,
            made=made.strftime("%Y-%m-%d %H:%M"),
            views=[_view(one, language, bounds) for one in _most_wrong(judged, bounds.tables)],
            listed=list(judged.tables)[:500],
            unseen=max(0, len(judged.tables) - bounds.tables),
            checks=_checks(judged, bounds),
            word=lambda key, **values: word(key, language, **values),
            clip=lambda text: clip(text, bounds.letters),
        )
    )


def word(key: str, language: Language, **values: Any) -> str:
    """One of the report's words, its numbers put in."""
    said = WORDS[key][language].format(**values)
    return resolve_particles(said) if language == "ko" else said


def clip(text: str | None, letters: int) -> str:
    """A text of at most so many letters; a cut one ends in an ellipsis."""
    said = "" if text is None else text
    return said if len(said) <= letters else said[: letters - 1] + "…"


def _most_wrong(judged: Judged, most: int) -> list[Diagnosis]:
    """The tables shown in full: all where they fit, else those with most wrong cells."""
    if len(judged.tables) <= most:
        return list(judged.tables)
    return sorted(judged.tables, key=lambda one: -one.failed)[:most]


def _view(one: Diagnosis, language: Language, bounds: _Bounds) -> dict[str, Any]:
    failing = sorted((r for r in one.rules if r.failed), key=lambda r: -r.failed)
    columns = list(one.columns)
    if len(columns) > bounds.columns:
        columns = sorted(columns, key=lambda c: -c.failed)
    return {
        "one": one,
        "worst": one.worst(),
        "columns": columns[: bounds.columns],
        "more_columns": max(0, len(columns) - bounds.columns),
        "rules": [(rule, _places(rule.examples, language, bounds)) for rule in failing[: bounds.rules]],
        "more_rules": max(0, len(failing) - bounds.rules),
        "all_rules": list(one.rules)[: bounds.rules] if one.mode == "assessor" else [],
        "notes": [clip(note[language], 400) for note in list(one.notes)[:20]],
    }  # fmt: skip


def _places(
    examples: Sequence[Example], language: Language, bounds: _Bounds
) -> list[tuple[str, str, str, str]]:
    return [
        (
            "" if one.row is None else f"{one.row:,}",
            clip(one.column, bounds.letters)
            or word("whole_row" if one.row is not None else "whole_table", language),
            clip(one.value, bounds.letters),
            clip(one.proposed, bounds.letters),
        )
        for one in examples[: bounds.examples]
    ]


def _checks(judged: Judged, bounds: _Bounds) -> dict[str, Any] | None:
    """The declaration's failed checks and first faults."""
    if judged.declared is None:
        return None
    verdict = judged.declared.verdict
    failed = sorted((c for c in verdict.checks if c.failed), key=lambda c: -c.failed)
    return {
        "failed": failed[: bounds.rules],
        "faults": list(verdict.faults)[: 10 * bounds.examples],
        "more": max(0, verdict.fault_count - 10 * bounds.examples),
    }


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("dataro.publish.quality", "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["share"] = lambda value: f"{value:.2f}"
    made.filters["count"] = lambda value: f"{value:,}"
    return made

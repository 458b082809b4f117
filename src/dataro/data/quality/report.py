"""What a diagnosis says: dataclasses that turn into JSON, every sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dataro.vocabulary.text import Text

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Example:
    """One failing cell: its place, what stands there, what should (where that follows)."""

    row: int | None
    column: str | None
    value: str | None
    rule: str
    proposed: str | None = None


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule over the whole table: cells judged and failed, the first examples, the fix.

    ``source`` says where a rule of the assessor is written; it is empty for strict rules.
    """

    rule: str
    indicator: str
    text: Text
    fix: Text
    judged: int
    failed: int
    examples: Sequence[Example] = ()
    source: Text | None = None
    confidence: float | None = None

    @property
    def error_rate(self) -> float:
        """Failed over judged, in per cent with two decimals."""
        return rate(self.failed, self.judged)


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One indicator (완전성, 유효성 …): judgements and failures of all its rules."""

    indicator: str
    text: Text
    judged: int
    failed: int

    @property
    def error_rate(self) -> float:
        """Failed over judged, in per cent with two decimals."""
        return rate(self.failed, self.judged)


@dataclass(frozen=True, slots=True)
class ColumnResult:
    """One column: what it was taken for and how surely, its cells, blanks and failing cells.

    ``term``, ``domain`` and ``abbreviation`` are the standard ones proposed from its heading, where
    the standard has one near enough.
    """

    name: str
    meaning: str
    text: Text
    confidence: float
    cells: int
    blanks: int
    failed: int
    term: str | None = None
    domain: str | None = None
    abbreviation: str | None = None

    @property
    def error_rate(self) -> float:
        """Failing cells over all cells, in per cent with two decimals."""
        return rate(self.failed, self.cells)


@dataclass(frozen=True, slots=True)
class TypeResult:
    """One kind of column as the assessor's report sheet lists it."""

    kind: Text
    columns: int
    cells: int
    failed: int

    @property
    def error_rate(self) -> float:
        """Failing cells over diagnosed cells (blanks included), per cent, two decimals."""
        return rate(self.failed, self.cells)


@dataclass(frozen=True)
class Diagnosis:
    """The whole verdict on one table.

    ``score`` is 100 less the error rate: failing cells over diagnosed cells, in per cent.
    ``findings`` is a polars frame with every failing cell (``dataro.data.quality.screen``
    says its columns); the report holds examples of it.
    """

    file: str
    encoding: str | None
    mode: str
    rows: int
    cells: int
    failed: int
    columns: Sequence[ColumnResult]
    rules: Sequence[RuleResult]
    indicators: Sequence[IndicatorResult]
    types: Sequence[TypeResult] = ()
    notes: Sequence[Text] = ()
    findings: pl.DataFrame | None = field(default=None, repr=False, compare=False)

    @property
    def error_rate(self) -> float:
        """Failing cells over diagnosed cells, in per cent with two decimals."""
        return rate(self.failed, self.cells)

    @property
    def score(self) -> float:
        """0–100."""
        return round(100 - self.error_rate, 2)

    def worst(self, most: int = 10) -> list[ColumnResult]:
        """The columns with most failing cells for their size."""
        ranked = sorted(self.columns, key=lambda c: (-c.failed / (c.cells or 1), c.name))
        return [column for column in ranked if column.failed][:most]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; findings are left out, examples stand for them."""
        return {
            "file": self.file, "encoding": self.encoding, "mode": self.mode, "rows": self.rows,
            "cells": self.cells, "failed": self.failed, "error_rate": self.error_rate,
            "score": self.score,
            "indicators": [_plain(i) for i in self.indicators],
            "columns": [_plain(c) for c in self.columns],
            "worst": [c.name for c in self.worst()],
            "rules": [_plain(r) for r in self.rules],
            "types": [_plain(t) for t in self.types],
            "notes": [n.as_dict() for n in self.notes],
        }  # fmt: skip


def rate(failed: int, judged: int) -> float:
    """Failed over judged in per cent, two decimals; 0 where nothing was judged."""
    return round(100 * failed / judged, 2) if judged else 0.0


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    plain = {name: _plain(getattr(value, name)) for name in value.__slots__}
    if hasattr(value, "error_rate"):
        plain["error_rate"] = value.error_rate
    return plain

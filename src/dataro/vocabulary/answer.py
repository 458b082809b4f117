"""Verdicts, receipts and answers: what the build keeps and every door shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dataro.vocabulary.analysis import Analysis, Skill
from dataro.vocabulary.figure import Figure
from dataro.vocabulary.settings import Setting
from dataro.vocabulary.text import Finding, Text


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one cell or row, in words for the person who can mend it.

    ``row`` is the 1-based row of the file as a spreadsheet numbers it. ``kept`` tells whether the
    row went on into the table (a broken rule) or was set aside (it could not be read).
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    rule: str
    text: Text
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One rule and how the table met it: ``judged`` cells or rows, of them ``failed``."""

    rule: str
    text: Text
    judged: int
    failed: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """How good a table is: rows read, kept, set aside; each check; the first faults in full."""

    rows_read: int
    rows_kept: int
    checks: Sequence[Check] = ()
    faults: Sequence[Fault] = ()
    fault_count: int = 0
    corrected: Mapping[str, int] = field(default_factory=dict)

    @property
    def error_rate(self) -> float:
        """Failed over judged, over all checks; 0 where nothing was judged."""
        judged = sum(check.judged for check in self.checks)
        return sum(check.failed for check in self.checks) / judged if judged else 0.0

    @property
    def passed(self) -> bool:
        """Nothing failed and no row was set aside."""
        return self.fault_count == 0 and not any(check.failed for check in self.checks)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One raw file that went into a snapshot, as the receipt names it."""

    path: str
    sha256: str
    bytes: int
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a dataset or an answer comes from: the way home of every number in it.

    For a dataset ``files`` are its raw files; for an answer ``inputs`` are the receipts of the
    snapshots it read. ``synthetic`` is true as soon as anything below is.
    """

    of: str
    kind: str  # "dataset" or "analysis"
    snapshot: int | None
    made_at: str  # ISO 8601, UTC
    code: str  # digest of the code that made it
    settings: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[SourceFile] = ()
    inputs: Sequence[Receipt] = ()
    absent: Sequence[str] = ()
    error_rate: float | None = None
    rows: int | None = None
    synthetic: bool = False
    version: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run of an analysis gives."""

    analysis: Analysis
    settings: Mapping[str, Setting]
    tables: Mapping[str, Any]  # result name → polars frame with the declared columns
    figures: Mapping[str, Figure]
    findings: Sequence[Finding]
    skill: Sequence[Skill]
    limits: Sequence[Text]
    quality: Mapping[str, Verdict]
    receipt: Receipt

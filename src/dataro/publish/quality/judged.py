"""What a quality report is about: one or several tables, each with its diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dataro.data.quality.report import Diagnosis, IndicatorResult, TypeResult, rate
from dataro.publish.document import verdict_document
from dataro.vocabulary.answer import Verdict
from dataro.vocabulary.text import Text


@dataclass(frozen=True, slots=True)
class Declared:
    """How a table stands against a declaration: the dataset's title, and the verdict on it."""

    dataset: str
    title: Text
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """What was judged: ``name`` as the reader knows it, a diagnosis a table, the declaration."""

    name: str
    tables: Sequence[Diagnosis]
    declared: Declared | None = None

    @property
    def assessor(self) -> bool:
        """Whether only the assessor's rules were applied."""
        return any(one.mode == "assessor" for one in self.tables)

    @property
    def mode(self) -> str:
        """``strict``, ``assessor`` or ``own`` (rules of one's own)."""
        return self.tables[0].mode if self.tables else "strict"

    @property
    def cells(self) -> int:
        return sum(one.cells for one in self.tables)

    @property
    def failed(self) -> int:
        return sum(one.failed for one in self.tables)

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tables)

    @property
    def error_rate(self) -> float:
        """Failing cells over diagnosed cells, per cent, two decimals."""
        return rate(self.failed, self.cells)

    @property
    def score(self) -> float:
        """100 less the error rate."""
        return round(100 - self.error_rate, 2)

    @property
    def passed(self) -> bool:
        """Nothing failed, by the rules or by the declaration."""
        return not self.failed and (self.declared is None or self.declared.verdict.passed)

    def indicators(self) -> list[IndicatorResult]:
        """Every indicator over all tables."""
        found: dict[str, IndicatorResult] = {}
        for one in (result for table in self.tables for result in table.indicators):
            known = found.get(one.indicator)
            found[one.indicator] = IndicatorResult(
                one.indicator, one.text,
                one.judged + (known.judged if known else 0),
                one.failed + (known.failed if known else 0),
            )  # fmt: skip
        return list(found.values())

    def types(self) -> list[TypeResult]:
        """Every kind of column over all tables, as the assessor's report lists them."""
        found: dict[str, TypeResult] = {}
        for one in (result for table in self.tables for result in table.types):
            known = found.get(one.kind.en)
            found[one.kind.en] = TypeResult(
                one.kind,
                one.columns + (known.columns if known else 0),
                one.cells + (known.cells if known else 0),
                one.failed + (known.failed if known else 0),
            )
        return list(found.values())

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON: of one file its diagnosis, of a database all its tables."""
        if len(self.tables) == 1 and self.tables[0].file == self.name:
            document = self.tables[0].as_dict()
        else:
            document = {
                "source": self.name, "rows": self.rows, "cells": self.cells, "failed": self.failed,
                "error_rate": self.error_rate, "score": self.score,
                "tables": [one.as_dict() for one in self.tables],
            }  # fmt: skip
        if self.declared is not None:
            document["declaration"] = {
                "dataset": self.declared.dataset,
                "title": self.declared.title.as_dict(),
                "verdict": verdict_document(self.declared.verdict),
            }
        return document

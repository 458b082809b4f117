"""Judging a file of any size by rules of one's own: one pass, every failing cell kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import polars as pl

from dataro.data.quality.bits import Judged, judge_batches
from dataro.data.quality.catalogue import INDICATORS
from dataro.data.quality.opening import Facts, open_table
from dataro.data.quality.own_rules import (
    KINDS,
    ColumnRules,
    Condition,
    RuleSet,
    conditions,
    readings,
)
from dataro.data.quality.report import ColumnResult, Diagnosis, IndicatorResult, RuleResult
from dataro.data.quality.results import examples, masked, standard_of
from dataro.data.quality.screen import FINDINGS
from dataro.data.sources.raw import FILE, ROW, Raw
from dataro.data.standards.core import core
from dataro.data.standards.edition import Edition
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

MODE = "own"
"""``Diagnosis.mode`` of what was judged so."""


def judge_by_rules(
    source: Path | Raw, rules: RuleSet, *, layout: Source | None = None,
    edition: Edition | None = None,
) -> Diagnosis:  # fmt: skip
    """What a table breaks of ``rules``; memory is one batch, and what failed.

    Raises ``Problem`` where the file cannot be read, has no column, or the rules do not fit it.
    """
    batches, facts = open_table(source, layout or Source())
    first = next(batches, None)
    names = [] if first is None else [
        name for name, kind in first.schema.items() if kind == pl.String and name != FILE
    ]  # fmt: skip
    if first is None or not names:
        raise Problem(both(
            f"{facts.file}: 판정할 열이 없습니다. 첫 행에 열 이름이 있는 표인지 확인해 주십시오.",
            f"{facts.file}: there is no column to judge. Check that its first row is a heading.",
        ))  # fmt: skip
    asked = conditions(rules, names)
    judged = judge_batches(
        _whole(chain([first], batches), names), [one.failed for one in asked], key=rules.key,
        derived=readings(rules), cells=[one.column for one in asked], count=names,
    )  # fmt: skip
    return _diagnosis(facts, names, rules, asked, judged, edition or core())


def _whole(batches: Iterator[pl.DataFrame], names: Sequence[str]) -> Iterator[pl.DataFrame]:
    for batch in batches:
        absent = [pl.lit(None, pl.String).alias(n) for n in names if n not in batch.columns]
        yield batch.with_columns(absent).select(*names, ROW)


def _diagnosis(
    facts: Facts, names: Sequence[str], rules: RuleSet, asked: Sequence[Condition],
    judged: Judged, edition: Edition,
) -> Diagnosis:  # fmt: skip
    found = _findings(asked, judged, rules.key)
    failed = dict(found.group_by("rule").len().iter_rows())
    wrong = dict(found.group_by("column").agg(pl.col("at").n_unique()).iter_rows())
    shown = examples(found)
    results = [
        RuleResult(
            one.rule, one.indicator, one.text, one.fix, _cells(one, judged, number),
            failed.get(one.rule, 0), shown.get(one.rule, ()),
        )
        for number, one in enumerate(asked)
    ]  # fmt: skip
    if rules.key:
        listed = ", ".join(rules.key)
        results.append(RuleResult(
            "key", "uniqueness", both(f"{listed}: 겹치지 않아야 합니다", f"{listed}: must be unique"),
            both("겹친 행을 확인하십시오", "Check the repeated rows"), judged.rows,
            failed.get("key", 0), shown.get("key", ()),
        ))  # fmt: skip
    columns = [
        ColumnResult(
            name, kind, KINDS[kind], 1.0, judged.rows, judged.blanks[name], wrong.get(name, 0),
            *standard_of(name, edition),
        )
        for name in names
        for kind in (rules.columns.get(name, ColumnRules()).kind,)
    ]  # fmt: skip
    indicators = [
        IndicatorResult(
            key, text, sum(r.judged for r in results if r.indicator == key),
            sum(r.failed for r in results if r.indicator == key),
        )
        for key, text in INDICATORS.items()
        if any(r.indicator == key for r in results)
    ]  # fmt: skip
    return Diagnosis(
        facts.file, facts.encoding, MODE, judged.rows, judged.rows * len(names), sum(wrong.values()), columns,
        results, indicators, (), facts.notes, found,
    )  # fmt: skip


def _cells(one: Condition, judged: Judged, number: int) -> int:
    if one.blanks:
        return judged.rows
    if one.column is None:
        return judged.answered[number]
    return judged.rows - judged.blanks[one.column]


def _findings(asked: Sequence[Condition], judged: Judged, key: Sequence[str]) -> pl.DataFrame:
    """Every failing cell by row, in the form of ``dataro.data.quality.screen.FINDINGS``."""
    rules = [one.rule for one in asked]
    columns = [one.column for one in asked]
    cells = judged.cells.select(
        "at",
        pl.col(ROW).cast(pl.Int64).alias("row"),
        pl.col("n").replace_strict(
            list(range(len(asked))), columns, return_dtype=pl.String, default=None
        ).alias("column"),
        pl.col("n").replace_strict(
            list(range(len(asked))), rules, return_dtype=pl.String, default=None
        ).alias("rule"),
        "value",
        pl.lit(None, pl.String).alias("proposed"),
    )  # fmt: skip
    again = judged.repeated_at.select(
        "at",
        pl.col(ROW).cast(pl.Int64).alias("row"),
        pl.lit(key[0] if len(key) == 1 else None, pl.String).alias("column"),
        pl.lit("key").alias("rule"),
        pl.lit(None, pl.String).alias("value"),
        pl.lit(None, pl.String).alias("proposed"),
    )
    whole = pl.concat([cells.cast(pl.Schema(FINDINGS)), again.cast(pl.Schema(FINDINGS))])
    return masked(whole.sort("at", maintain_order=True))

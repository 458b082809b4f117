"""From what screening found to the report: by column, by rule, by indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import polars as pl

from dataro.data.quality.assess import type_results
from dataro.data.quality.catalogue import INDICATORS, RuleRow, assessor_rules, rules
from dataro.data.quality.meaning import meanings
from dataro.data.quality.opening import Facts
from dataro.data.quality.report import (
    ColumnResult,
    Diagnosis,
    Example,
    IndicatorResult,
    RuleResult,
)
from dataro.data.quality.rules.identifiers import RESIDENT_DIGITS
from dataro.data.quality.screen import Screened
from dataro.data.quality.sheet import Column, Sheet
from dataro.data.standards.edition import Edition
from dataro.data.standards.matching import match
from dataro.vocabulary.text import Text, both

Mode = Literal["strict", "assessor"]

EXAMPLES = 5
_NEAR_ENOUGH = 0.8


def summarise(
    facts: Facts, sheet: Sheet, screened: Screened, found: pl.DataFrame, mode: Mode,
    notes: list[Text], edition: Edition,
) -> Diagnosis:  # fmt: skip
    """The diagnosis of a sheet from what screening it gave and what was settled on."""
    failed = {
        (rule, column): n for rule, column, n in found.group_by("rule", "column").len().iter_rows()
    }
    known = meanings()
    per_column = dict(found.drop_nulls(["column", "at"]).group_by("column").len().iter_rows())
    columns = [
        ColumnResult(
            c.name, c.meaning, known[c.meaning].text, c.confidence, screened.rows,
            screened.rows - _filled(screened, c), per_column.get(c.name, 0),
            *standard_of(c.name, edition),
        )
        for c in sheet.columns
    ]  # fmt: skip
    results = _rule_results(screened, failed, found, mode)
    types = type_results(screened.judged, failed) if mode == "assessor" else []
    cells = sum(t.cells for t in types) if types else screened.rows * len(columns)
    wrong = found.filter(pl.col("at").is_not_null()).height if mode == "strict" else found.height
    return Diagnosis(
        facts.file, facts.encoding, mode, screened.rows, cells, wrong, columns, results,
        _indicators(results), types, notes, found,
    )  # fmt: skip


def standard_of(heading: str, edition: Edition) -> tuple[str | None, str | None, str | None]:
    """The standard term, domain and abbreviation that a heading most likely means."""
    near = match(heading, edition, limit=1)
    if not near or near[0].confidence < _NEAR_ENOUGH:
        return None, None, None
    return near[0].term.name, near[0].term.domain, near[0].term.abbreviation


def _filled(screened: Screened, column: Column) -> int:
    """Filled cells: counted where a rule judged them all, else from the sample's share."""
    exact = screened.judged.get(("spaces", column.name))
    return round(column.filled * screened.rows) if exact is None else exact


def _rule_results(
    screened: Screened, failed: dict[tuple[str, str | None], int], found: pl.DataFrame, mode: Mode
) -> list[RuleResult]:
    judged: dict[str, int] = {}
    for (rule, _), cells in screened.judged.items():
        judged[rule] = judged.get(rule, 0) + cells
    wrong: dict[str, int] = {}
    for (rule, _), cells in failed.items():
        wrong[rule] = wrong.get(rule, 0) + cells
    rows = rules() if mode == "strict" else _assessor_rows()
    shown = examples(found)
    sources = {row.rule: row for row in assessor_rules()} if mode == "assessor" else {}
    return [
        RuleResult(
            row.rule, row.indicator, row.text, row.fix, judged[row.rule], wrong.get(row.rule, 0),
            shown.get(row.rule, ()),
            sources[row.rule].provenance if row.rule in sources else None,
            sources[row.rule].confidence if row.rule in sources else None,
        )
        for row in rows.values()
        if row.rule in judged
    ]  # fmt: skip


def _assessor_rows() -> Mapping[str, RuleRow]:
    fix = both("형식에 맞게 고치십시오", "Write it in this form")
    named = {row.rule: row.text for row in assessor_rules()}
    named["time_order"] = both("시간 순서가 맞아야 합니다", "Dates keep their order")
    named["computed"] = both("계산한 합과 같아야 합니다", "Sums come out as computed")
    return {r: RuleRow(r, "validity", "", "", n, t, fix) for n, (r, t) in enumerate(named.items())}


def masked(found: pl.DataFrame) -> pl.DataFrame:
    """The findings without resident numbers in them, whichever rule found the cell."""
    said = [
        name for name in ("value", "proposed")
        if found.select(pl.col(name).str.contains(RESIDENT_DIGITS).any()).item()
    ]  # fmt: skip
    return found.with_columns(pl.col(said).str.replace_all(RESIDENT_DIGITS, "${1}******"))


def examples(found: pl.DataFrame) -> dict[str, list[Example]]:
    """The first failing cells of each rule, of a frame of findings."""
    first = found.filter(pl.int_range(pl.len()).over("rule") < EXAMPLES)
    shown: dict[str, list[Example]] = {}
    for row, column, value, rule, proposed in first.select(
        "row", "column", "value", "rule", "proposed"
    ).iter_rows():
        shown.setdefault(rule, []).append(Example(row, column, value, rule, proposed))
    return shown


def _indicators(results: Sequence[RuleResult]) -> list[IndicatorResult]:
    return [
        IndicatorResult(
            key, title,
            sum(r.judged for r in results if r.indicator == key),
            sum(r.failed for r in results if r.indicator == key),
        )
        for key, title in INDICATORS.items()
        if any(r.indicator == key for r in results)
    ]  # fmt: skip

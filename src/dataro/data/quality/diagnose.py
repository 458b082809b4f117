"""Diagnosing any table without a declaration: read, recognise, screen, settle, report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from dataro.data.quality.assess import assessor_screens, type_results
from dataro.data.quality.batches import read_raw_batches
from dataro.data.quality.catalogue import INDICATORS, RuleRow, assessor_rules, rules
from dataro.data.quality.drift import drift
from dataro.data.quality.meaning import meanings
from dataro.data.quality.plan import plan
from dataro.data.quality.report import (
    ColumnResult,
    Diagnosis,
    Example,
    IndicatorResult,
    RuleResult,
)
from dataro.data.quality.rules.identifiers import RESIDENT_DIGITS
from dataro.data.quality.screen import Screened, screen
from dataro.data.quality.settle import settle
from dataro.data.quality.sheet import Context, Sheet, make_sheet
from dataro.data.quality.structure import gaps, labels_above, structure
from dataro.data.quality.twice import entities, key_columns, repetitions
from dataro.data.sources.raw import FILE, ROW, Raw
from dataro.data.standards.codes import CodeHistory
from dataro.vocabulary.city import City
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

Mode = Literal["strict", "assessor"]

WHOLE = 300_000
"""Tables up to so many rows are judged as a whole; of larger ones the first rows are the sample
from which thresholds, code lists and styles are learned, and the rest streams through."""
EXAMPLES = 5


def diagnose(
    source: Path | str | Raw,
    *,
    city: City | None = None,
    codes: CodeHistory | None = None,
    references: Mapping[str, Iterable[str]] | None = None,
    against: Path | Raw | pl.DataFrame | None = None,
    mode: Mode = "strict",
    today: date | None = None,
    layout: Source | None = None,
) -> Diagnosis:
    """What is wrong with a table, by which rule, where, and what should stand there.

    ``source`` is a file or a raw table. ``city`` gives the bounds that coordinates must keep to,
    ``codes`` the administrative codes through time, ``references`` by column the values another
    table defines, ``against`` the last delivery. ``mode`` is ``strict`` (every rule) or
    ``assessor`` (the national tool's; see ``dataro.data.quality.assess``). ``today`` is the day
    after which a date lies in the future.

    Raises ``Problem`` where the file cannot be read or has no column.
    """
    batches, facts = _open(source, layout or Source())
    sample, rest, whole = _sample(batches)
    above = labels_above(sample) if whole else []
    if above:
        sample = sample.with_columns(
            pl.when(pl.col(above).str.strip_chars() != "").then(pl.col(above)).forward_fill()
        )
        facts.notes.append(both(
            f"첫 행에만 적힌 이름(병합된 셀)을 아래 행에 채워 진단하였습니다: {', '.join(above)}.",
            f"Labels that stand only in the first row of a block (merged cells) were read as "
            f"belonging to the rows below: {', '.join(above)}.",
        ))  # fmt: skip
    names = [name for name, kind in sample.schema.items() if kind == pl.String and name != FILE]
    if not names:
        raise Problem(both(
            f"{facts.file}: 진단할 열이 없습니다. 첫 행에 열 이름이 있는 표인지 확인해 주십시오.",
            f"{facts.file}: there is no column to judge. Check that its first row is a heading.",
        ))  # fmt: skip
    context = Context(
        today=today or date.today(),
        bounds=city.bounds if city else None,
        codes=codes,
        references={c: frozenset(v) for c, v in (references or {}).items()},
    )
    sheet = make_sheet(sample.select(*names), context, whole=whole)
    sheet = Sheet(sheet.columns, sheet.sample.with_columns(sample[ROW]), whole, context)
    strict = mode == "strict"
    screens = plan(sheet) if strict else assessor_screens(sheet)
    key = key_columns(sheet) if strict else ()
    everything = (b.select(*names, ROW) for b in _chain(sample, rest))
    screened = screen(everything, sheet.columns, screens, key=key)
    parts = [screened.findings]
    if strict:
        parts += _beyond_cells(sheet, sample, screened, key, against)
    found = _masked(settle(pl.concat(parts))) if strict else screened.findings
    notes = [*facts.notes]
    if not whole:
        notes.append(both(
            f"행이 많아 앞의 {sample.height:,}행으로 열의 뜻과 기준을 정하였습니다.",
            f"Meanings and thresholds were learned from the first {sample.height:,} rows.",
        ))  # fmt: skip
    return _report(facts, sheet, screened, found, mode, notes)


class _Facts:
    """What is noticed while a source is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.encoding: str | None = None
        self.notes: list[Text] = []


def _open(source: Path | str | Raw, layout: Source) -> tuple[Iterator[pl.DataFrame], _Facts]:
    if isinstance(source, Raw):
        facts = _Facts(source.files[0].path if source.files else "")
        facts.notes = list(source.notes)
        facts.encoding = source.files[0].encoding if source.files else None
        return iter([source.frame]), facts
    path = Path(source)
    facts = _Facts(path.name)
    return _frames(path, layout, facts), facts


def _frames(path: Path, layout: Source, facts: _Facts) -> Iterator[pl.DataFrame]:
    for raw in read_raw_batches(path, layout):
        facts.notes += raw.notes
        facts.notes += [fault.text for fault in raw.faults[:20]]
        if raw.files and facts.encoding is None:
            facts.encoding = raw.files[0].encoding
        yield raw.frame


def _sample(
    batches: Iterator[pl.DataFrame],
) -> tuple[pl.DataFrame, Iterator[pl.DataFrame], bool]:
    """The first batches up to ``WHOLE`` rows as one frame, what follows, whether that is all."""
    first: list[pl.DataFrame] = []
    rows = 0
    for batch in batches:
        first.append(batch)
        rows += batch.height
        if rows > WHOLE:
            return pl.concat(first, how="diagonal"), batches, False
    return pl.concat(first, how="diagonal"), iter(()), True


def _chain(sample: pl.DataFrame, rest: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    yield sample
    for batch in rest:
        absent = [
            pl.lit(None, pl.String).alias(c) for c in sample.columns if c not in batch.columns
        ]
        yield batch.with_columns(absent) if absent else batch


def _beyond_cells(
    sheet: Sheet,
    sample: pl.DataFrame,
    screened: Screened,
    key: Sequence[str],
    against: Path | Raw | pl.DataFrame | None,
) -> list[pl.DataFrame]:
    """Findings that need more than a row: repetitions, entities, drift."""
    values = sample[key[0]] if sheet.whole and len(key) == 1 else None
    screened.judged["duplicate_row", None] = screened.rows
    if key:
        screened.judged["duplicate_key", key[0] if len(key) == 1 else None] = screened.rows
    parts = [repetitions(screened, key, values), structure(sheet), gaps(sheet, key)]
    for rule in ("empty_column", "two_values", "constant_column", "thousands_commas", "gap"):
        screened.judged[rule, None] = len(sheet.columns)
    if sheet.whole:
        parts.append(entities(sheet))
        screened.judged["near_duplicate", None] = screened.rows
    if against is not None:
        before = against if isinstance(against, pl.DataFrame) else _last_delivery(against)
        for column in sheet.columns:
            screened.judged["drift", column.name] = 1
        parts.append(drift(sheet, before))
    return parts


def _last_delivery(against: Path | Raw) -> pl.DataFrame:
    batches, _ = _open(against, Source())
    return _sample(batches)[0]


def _report(
    facts: _Facts, sheet: Sheet, screened: Screened, found: pl.DataFrame, mode: Mode,
    notes: list[Text],
) -> Diagnosis:  # fmt: skip
    failed = {
        (rule, column): n for rule, column, n in found.group_by("rule", "column").len().iter_rows()
    }
    known = meanings()
    per_column = dict(found.drop_nulls(["column", "at"]).group_by("column").len().iter_rows())
    columns = [
        ColumnResult(c.name, c.meaning, known[c.meaning].text, c.confidence, screened.rows,
                     screened.rows - _filled(screened, c.name, sheet), per_column.get(c.name, 0))
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


def _filled(screened: Screened, name: str, sheet: Sheet) -> int:
    """Filled cells: counted where a rule judged them all, else from the sample's share."""
    exact = screened.judged.get(("spaces", name))
    return round(sheet.named(name).filled * screened.rows) if exact is None else exact


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
    sources = {row.rule: row for row in assessor_rules()} if mode == "assessor" else {}
    return [
        RuleResult(
            row.rule, row.indicator, row.text, row.fix, judged[row.rule], wrong.get(row.rule, 0),
            _examples(found, row.rule),
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


def _masked(found: pl.DataFrame) -> pl.DataFrame:
    """The findings without resident numbers in them, whichever rule found the cell."""
    hidden = pl.col("value").str.replace_all(RESIDENT_DIGITS, "${1}******")
    return found.with_columns(hidden, pl.col("proposed").str.replace_all(
        RESIDENT_DIGITS, "${1}******"))  # fmt: skip


def _examples(found: pl.DataFrame, rule: str) -> list[Example]:
    """The first failing cells of a rule."""
    some = found.filter(pl.col("rule") == rule).head(EXAMPLES)
    return [
        Example(row, column, value, rule, proposed)
        for row, column, value, proposed in some.select(
            "row", "column", "value", "proposed"
        ).iter_rows()
    ]


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

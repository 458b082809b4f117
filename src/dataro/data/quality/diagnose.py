"""Diagnosing any table without a declaration: read, recognise, screen, settle, report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from dataro.data.quality.assess import assessor_screens
from dataro.data.quality.drift import drift
from dataro.data.quality.opening import (
    chain,
    fill_labels,
    first_rows,
    last_delivery,
    open_table,
)
from dataro.data.quality.plan import plan
from dataro.data.quality.report import Diagnosis
from dataro.data.quality.results import Mode, masked, summarise
from dataro.data.quality.screen import Screened, screen
from dataro.data.quality.settle import settle
from dataro.data.quality.sheet import Context, Sheet, make_sheet
from dataro.data.quality.structure import gaps, structure
from dataro.data.quality.twice import entities, key_columns, repetitions
from dataro.data.sources.raw import FILE, ROW, Raw
from dataro.data.standards.codes import CodeHistory
from dataro.data.standards.core import core
from dataro.data.standards.edition import Edition
from dataro.vocabulary.city import City
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both


def diagnose(
    source: Path | str | Raw | Iterator[Raw],
    *,
    city: City | None = None,
    codes: CodeHistory | None = None,
    references: Mapping[str, Iterable[str]] | None = None,
    against: Path | Raw | pl.DataFrame | None = None,
    mode: Mode = "strict",
    today: date | None = None,
    layout: Source | None = None,
    edition: Edition | None = None,
) -> Diagnosis:
    """What is wrong with a table, by which rule, where, and what should stand there.

    ``source`` is a file, a raw table, or one in batches. ``city`` gives the bounds that coordinates must keep to,
    ``codes`` the administrative codes through time, ``references`` by column the values another
    table defines, ``against`` the last delivery. ``mode`` is ``strict`` (every rule) or
    ``assessor`` (the national tool's; see ``dataro.data.quality.assess``). ``today`` is the day
    after which a date lies in the future; ``layout`` says how to read the file where it does not
    show; ``edition`` is the standard to propose terms from (the core dictionary where absent).

    Raises ``Problem`` where the file cannot be read or has no column.
    """
    batches, facts = open_table(source, layout or Source())
    sample, rest, whole = first_rows(batches)
    if whole:
        sample = fill_labels(sample, facts)
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
    learned = sample.height
    screened, parts = _screened(sheet, sample, rest, mode, against)
    del sample, rest  # what is left to do needs findings alone: they may be as large as the table
    sheet = replace(sheet, sample=sheet.sample.clear())
    found = settle(pl.concat(parts)) if mode == "strict" else pl.concat(parts)
    del parts
    found = masked(found)
    notes = [*facts.notes]
    if not whole:
        notes.append(both(
            f"행이 많아 앞의 {learned:,}행으로 열의 뜻과 기준을 정하였습니다.",
            f"Meanings and thresholds were learned from the first {learned:,} rows.",
        ))  # fmt: skip
    return summarise(facts, sheet, screened, found, mode, notes, edition or core())


def _screened(
    sheet: Sheet,
    sample: pl.DataFrame,
    rest: Iterator[pl.DataFrame],
    mode: Mode,
    against: Path | Raw | pl.DataFrame | None,
) -> tuple[Screened, list[pl.DataFrame]]:
    """What was judged and the findings, several of them a cell; hashes of rows are let go."""
    strict = mode == "strict"
    screens, judged = plan(sheet) if strict else (assessor_screens(sheet), {})
    key = key_columns(sheet) if strict else ()
    names = [column.name for column in sheet.columns]
    everything = (b.select(*names, ROW) for b in chain(sample, rest))
    screened = screen(everything, sheet.columns, screens, key=key)
    screened.judged |= judged
    parts = [screened.findings]
    if strict:
        parts += _beyond_cells(sheet, sample, screened, key, against)
    return Screened(parts[0].clear(), screened.judged, screened.rows), parts


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
        before = against if isinstance(against, pl.DataFrame) else last_delivery(against)
        for column in sheet.columns:
            screened.judged["drift", column.name] = 1
        parts.append(drift(sheet, before))
    return parts

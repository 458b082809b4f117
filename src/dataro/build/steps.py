"""Doing one step: a dataset from its files to a snapshot, an analysis from snapshots to results."""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import io
from pathlib import Path

import polars as pl

import dataro
from dataro.build.answers import finish, make_receipt, read_inputs, run
from dataro.build.context import Context
from dataro.build.delivery import judge_delivery
from dataro.build.feeds import result_table
from dataro.build.fingerprint import code_digest
from dataro.build.plan import DATASET_CODE, Step
from dataro.build.raw_files import RawFiles
from dataro.build.state import Publication
from dataro.build.times import now
from dataro.data.sources.unpack import size_unpacked
from dataro.vocabulary.analysis import Analysis
from dataro.vocabulary.answer import Receipt, Verdict
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

CONTENT = "content"
MOST_BYTES = 600_000_000
"""Raw bytes of one dataset: a table is built in memory, at some five times its bytes as text."""


def build_dataset(context: Context, step: Step) -> Publication:
    """Read, standardise, judge and write one dataset; what to publish.

    A delivery of which no row can be used is refused, so that the last good snapshot stays.
    """
    registry, raw_files = context.registry, step.raw
    assert raw_files is not None
    dataset = registry.datasets[step.id]
    table = registry.tables.get(dataset.table) if dataset.table else None
    _fits(step.id, raw_files)
    delivery = judge_delivery(registry, step.id, raw_files.paths, raw_files.base)
    frame, verdict = delivery.frame, delivery.verdict
    if frame.is_empty():
        raise _nothing_usable(step.id, verdict)
    content = _content(frame)
    snapshot = _unchanged(context, step.id, step.id, content)
    if snapshot is None:
        snapshot = context.lake.write(step.id, frame.to_arrow(), step.reason.en)
    receipt = Receipt(
        of=step.id,
        kind="dataset",
        snapshot=snapshot,
        made_at=now(),
        code=code_digest([*DATASET_CODE, *([Path(inspect.getfile(table))] if table else [])]),
        files=tuple(delivery.raw.files),
        error_rate=verdict.error_rate,
        rows=frame.height,
        synthetic=raw_files.synthetic,
        version=dataro.__version__,
    )
    return Publication(
        id=step.id,
        kind="dataset",
        made_at=receipt.made_at,
        fingerprint=step.fingerprint,
        parts={**step.parts, CONTENT: {step.id: content}},
        snapshots={step.id: snapshot},
        verdicts={step.id: verdict},
        receipt=receipt,
    )


def _fits(id: str, raw: RawFiles) -> None:
    """Raises ``Problem`` for more than a build can hold in memory, before anything is read."""
    sizes = {path: size_unpacked(path, MOST_BYTES) for path in raw.paths}
    size, most = sum(sizes.values()), MOST_BYTES // 1_000_000
    if size <= MOST_BYTES:
        return
    largest = max(sizes, key=lambda path: sizes[path])
    name, megabytes = largest.relative_to(raw.base).as_posix(), size // 1_000_000
    raise Problem(
        both(
            f"{id}: 원자료가 {megabytes:,}MB여서 한 번에 빌드할 수 없습니다(최대 {most:,}MB, 가장 큰 파일: "
            f"{name}). 필요한 열과 기간만 남기거나 연도별 데이터셋으로 나누어 주세요. 파일은 그대로 "
            "두었습니다. `dataro check`는 큰 파일도 점검합니다.",
            f"{id}: its raw files are {megabytes:,} MB, too much to build at once (at most {most:,} "
            f"MB; the largest is {name}). Keep only the columns and years you need, or divide it "
            "into a dataset for each year. The file is kept; `dataro check` judges large files too.",
        )
    )


def _nothing_usable(id: str, verdict: Verdict) -> Problem:
    first = verdict.faults[0] if verdict.faults else None
    said = first.text if first else both("자료 행이 없습니다.", "There are no data rows.")
    return Problem(
        both(
            f"{id}: {verdict.rows_read:,}행을 읽었지만 쓸 수 있는 행이 없어 받아들이지 않았습니다. "
            f"마지막으로 성공한 자료는 그대로 있습니다. 첫 문제: {said.ko}",
            f"{id}: of {verdict.rows_read:,} rows none can be used, so the delivery was refused and "
            f"the last good version stays. First problem: {said.en}",
        )
    )


def build_analysis(context: Context, step: Step, analysis: Analysis) -> Publication:
    """Run one analysis with its default settings and write its result tables; what to publish.

    Figures, findings and skill are made once too, so that what would fail on a page fails here.
    """
    assert step.inputs is not None
    settings = analysis.check_settings({})
    with context.lake.session() as session:
        tables = read_inputs(session, analysis, step.inputs)
        results = run(context, analysis, settings, tables)
        receipt = make_receipt(
            analysis, settings, step.inputs, snapshot=None, rows=sum(f.height for f in results.values())
        )  # fmt: skip
        finish(context, analysis, settings, tables, results, step.inputs, receipt)
    snapshots, contents, verdicts = {}, {}, {}
    for name, frame in results.items():
        stored = result_table(analysis.id, name)
        contents[stored] = _content(frame)
        known = _unchanged(context, analysis.id, stored, contents[stored])
        snapshots[stored] = known or context.lake.write(stored, frame.to_arrow(), step.reason.en)
        verdicts[stored] = Verdict(rows_read=frame.height, rows_kept=frame.height)
    receipt = dataclasses.replace(receipt, snapshot=max(snapshots.values()))
    return Publication(
        id=analysis.id,
        kind="analysis",
        made_at=receipt.made_at,
        fingerprint=step.fingerprint,
        parts={**step.parts, CONTENT: contents},
        snapshots=snapshots,
        verdicts=verdicts,
        receipt=receipt,
    )


def _content(frame: pl.DataFrame) -> str:
    """Digest of a frame's rows: equal rows need no new snapshot, and nothing built on them."""
    buffer = io.BytesIO()
    frame.rechunk().write_ipc(buffer, compression="uncompressed")
    return hashlib.sha256(buffer.getbuffer()).hexdigest()


def _unchanged(context: Context, id: str, table: str, content: str) -> int | None:
    published = context.state.current(id)
    if published is None or published.parts.get(CONTENT, {}).get(table) != content:
        return None
    return published.snapshots.get(table)

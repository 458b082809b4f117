"""Answers: an analysis run on published snapshots, with its figures, findings and receipt."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import polars as pl

import dataro
from dataro.build.context import Context
from dataro.build.feeds import Feed, current_feeds, merged, result_table
from dataro.build.fingerprint import code_digest
from dataro.build.results import conform
from dataro.build.times import now
from dataro.data.lake.lake import Session
from dataro.vocabulary.analysis import Analysis, Part
from dataro.vocabulary.answer import Answer, Receipt, Verdict
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.settings import Setting
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import Text, both


@dataclass(frozen=True)
class Inputs:
    """What an analysis reads: the feeds of each input, and what it must do without."""

    feeds: Mapping[str, list[Feed]]
    absent: tuple[str, ...]


def answer(context: Context, id: str, given: Mapping[str, Any] | None = None) -> Answer:
    """The answer of analysis ``id`` with these settings (as values or as text).

    With the default settings the published result tables are read; with others the analysis runs
    on the snapshots that are published now. Raises ``Problem`` for an unknown analysis, a setting
    that cannot be, or data that is not there.
    """
    analysis = context.registry.thing(id)
    if not isinstance(analysis, Analysis):
        raise Problem(
            both(
                f"{id}은(는) 분석이 아니라 데이터셋입니다.", f"{id} is a dataset, not an analysis."
            )
        )
    settings = analysis.check_settings(given or {})
    inputs = find_inputs(context, analysis)
    with context.lake.session() as session:
        tables = read_inputs(session, analysis, inputs)
        published = context.state.current(id)
        names = [result_table(id, name) for name in analysis.results]
        # A version from before the analysis gained a table cannot stand for it.
        whole = published is not None and all(name in published.snapshots for name in names)
        if published is not None and whole and settings == analysis.check_settings({}):
            results = {
                name: session.read(
                    result_table(id, name), published.snapshots[result_table(id, name)]
                ).to_polars()
                for name in analysis.results
            }
            return finish(context, analysis, settings, tables, results, inputs, published.receipt)
        results = run(context, analysis, settings, tables)
        return finish(
            context, analysis, settings, tables, results, inputs,
            make_receipt(analysis, settings, inputs, snapshot=None),
        )  # fmt: skip


def find_inputs(context: Context, analysis: Analysis) -> Inputs:
    """What is published of the tables that ``analysis`` reads.

    Raises ``Problem`` where a table that it cannot do without has no data.
    """
    feeds: dict[str, list[Feed]] = {}
    absent: list[str] = []
    for one in analysis.inputs:
        found = current_feeds(context.registry, context.state, one.table)
        feeds[one.parameter] = found
        if found:
            continue
        absent.append(one.table.id)
        if not one.optional:
            raise _no_data(context, analysis, one.table)
    return Inputs(feeds, tuple(absent))


def _no_data(context: Context, analysis: Analysis, table: type[Table]) -> Problem:
    declared = ", ".join(context.registry.feeds.get(table.id, ())) or "–"
    return Problem(
        both(
            f"분석 “{analysis.title.ko}”에 꼭 필요한 표 “{table.title.ko}”({table.id})에 자료가 없습니다. "
            f"이 표를 채우는 데이터셋: {declared}. 원자료를 `dataro add`로 넣고 `dataro build`를 실행해 주세요.",
            f"“{analysis.title.en}” needs the table “{table.title.en}” ({table.id}), which has no data. "
            f"Datasets that fill it: {declared}. Add raw files with `dataro add`, then `dataro build`.",
        )
    )


def read_inputs(session: Session, analysis: Analysis, inputs: Inputs) -> dict[str, Table | None]:
    """Each input as an instance of its table class, or None where it is absent."""
    found: dict[str, Table | None] = {}
    for one in analysis.inputs:
        feeds = inputs.feeds[one.parameter]
        found[one.parameter] = one.table(merged(session, one.table, feeds)) if feeds else None
    return found


def run(
    context: Context,
    analysis: Analysis,
    settings: Mapping[str, Setting],
    tables: Mapping[str, Table | None],
) -> dict[str, pl.DataFrame]:
    """Run the analysis and hold what it returns against its declaration."""
    arguments: dict[str, Any] = {**tables, **settings}
    if analysis.city_parameter:
        arguments[analysis.city_parameter] = context.registry.city
    returned = explained(analysis.id, lambda: analysis.function(**arguments))
    if is_dataclass(returned):
        given = {field.name: getattr(returned, field.name) for field in fields(returned)}
    else:
        given = {"result": returned}
    return {
        name: conform(analysis.id, table, given[name].rows)
        for name, table in analysis.results.items()
    }


def finish(
    context: Context,
    analysis: Analysis,
    settings: Mapping[str, Setting],
    tables: Mapping[str, Table | None],
    results: Mapping[str, pl.DataFrame],
    inputs: Inputs,
    receipt: Receipt,
) -> Answer:
    """Figures, findings and skill over the result tables, with quality, limits and receipt."""
    known: dict[str, Any] = {
        **tables,
        **settings,
        **{name: analysis.results[name](frame) for name, frame in results.items()},
        "city": context.registry.city,
    }

    def call(part: Part[Any]) -> Any:
        where = f"{analysis.id}.{part.id}"
        return explained(where, lambda: part.function(*(known[name] for name in part.parameters)))

    figures = {part.id: call(part) for part in analysis.figures}
    return Answer(
        analysis=analysis,
        settings=settings,
        tables=results,
        figures={id: figure for id, figure in figures.items() if figure is not None},
        findings=[one for part in analysis.narratives for one in call(part)],
        skill=[call(part) for part in analysis.skills],
        limits=[*analysis.limits, *_limits(context, analysis, inputs)],
        quality=_quality(inputs),
        receipt=receipt,
    )


def _limits(context: Context, analysis: Analysis, inputs: Inputs) -> list[Text]:
    absent = [one.table for one in analysis.inputs if one.table.id in inputs.absent]
    return [
        both(
            f"“{table.title.ko}” 자료가 없어 그에 해당하는 결과는 빠져 있습니다.",
            f"There is no “{table.title.en}” data, so what depends on it is left out.",
        )
        for table in absent
    ]


def _quality(inputs: Inputs) -> dict[str, Verdict]:
    return {
        feed.source: feed.publication.verdicts[feed.table]
        for feeds in inputs.feeds.values()
        for feed in feeds
        if feed.table in feed.publication.verdicts
    }


def make_receipt(
    analysis: Analysis,
    settings: Mapping[str, Setting],
    inputs: Inputs,
    snapshot: int | None,
    rows: int | None = None,
) -> Receipt:
    """The way home of an answer: its code, settings and the receipts of what it read."""
    below = {
        feed.source: feed.publication.receipt for feeds in inputs.feeds.values() for feed in feeds
    }
    return Receipt(
        of=analysis.id,
        kind="analysis",
        snapshot=snapshot,
        made_at=now(),
        code=analysis_code(analysis),
        settings={name: str(value) for name, value in settings.items()},
        inputs=tuple(below.values()),
        absent=inputs.absent,
        rows=rows,
        synthetic=any(receipt.synthetic for receipt in below.values()),
        version=dataro.__version__,
    )


def analysis_code(analysis: Analysis) -> str:
    """Digest of the analysis' file and all of our code that it reaches."""
    return code_digest([Path(analysis.function.__code__.co_filename)])


def explained(where: str, call: Callable[[], Any]) -> Any:
    """Call, and turn a failure into a ``Problem`` that names the step, file and line."""
    try:
        return call()
    except Problem:
        raise
    except Exception as error:
        at = _own_line(traceback.extract_tb(error.__traceback__))
        raise Problem(
            both(
                f"{where}: 실행 중 오류가 났습니다({at}: {type(error).__name__}: {error}).",
                f"{where} failed at {at}: {type(error).__name__}: {error}.",
            )
        ) from error


def _own_line(frames: Sequence[traceback.FrameSummary]) -> str:
    """The deepest line that is not inside a library."""
    own = [one for one in frames if "site-packages" not in one.filename] or list(frames)
    last = own[-1]
    with suppress(ValueError):
        return f"{Path(last.filename).relative_to(Path.cwd())}:{last.lineno}"
    return f"{Path(last.filename).name}:{last.lineno}"

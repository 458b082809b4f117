"""An answer as it was published once: the same results, on the same inputs, drawn again."""

from __future__ import annotations

from dataro.build.answers import Inputs, explained, finish, read_inputs
from dataro.build.context import Context
from dataro.build.feeds import Feed, result_table
from dataro.build.state import Publication
from dataro.vocabulary.analysis import Analysis
from dataro.vocabulary.answer import Answer
from dataro.vocabulary.problem import Problem


def pinned_answer(context: Context, analysis: Analysis, snapshot: int) -> Answer | None:
    """The default answer whose receipt names ``snapshot``.

    None where there is no such version, where its rows are gone, or where today's code cannot draw
    it any more.
    """
    history = context.state.history(analysis.id, limit=200)
    published = next((one for one in history if one.receipt.snapshot == snapshot), None)
    names = {name: result_table(analysis.id, name) for name in analysis.results}
    if published is None or any(name not in published.snapshots for name in names.values()):
        return None
    try:
        made: Answer = explained(analysis.id, lambda: _answer(context, analysis, published, names))
    except Problem:
        return None
    return made


def _answer(
    context: Context, analysis: Analysis, published: Publication, names: dict[str, str]
) -> Answer:
    inputs = _inputs(context, analysis, published)
    with context.lake.session() as session:
        tables = read_inputs(session, analysis, inputs)
        results = {
            name: session.read(stored, published.snapshots[stored])
            .select(*analysis.results[name].columns)
            .to_polars()
            for name, stored in names.items()
        }
        settings = analysis.check_settings({})
        return finish(context, analysis, settings, tables, results, inputs, published.receipt)


def _inputs(context: Context, analysis: Analysis, published: Publication) -> Inputs:
    """The feeds that it was made from, as its fingerprint remembers them."""
    remembered = published.parts["inputs"]
    feeds = {
        one.parameter: [
            _feed(context, table, snapshot) for table, snapshot in remembered.get(one.parameter, [])
        ]
        for one in analysis.inputs
    }
    absent = tuple(one.table.id for one in analysis.inputs if not feeds[one.parameter])
    return Inputs(feeds, absent)


def _feed(context: Context, table: str, snapshot: int) -> Feed:
    source = table.split("__", 1)[0]
    history = context.state.history(source, limit=200)
    return Feed(source, table, snapshot, next(
        one for one in history if one.snapshots.get(table) == snapshot
    ))  # fmt: skip

"""The catalogue: everything a workspace declares as entries, and what of it a reader may see."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from weakref import WeakKeyDictionary

from dataro.accounts.clock import korean_day, system_clock
from dataro.accounts.permissions import allowed
from dataro.accounts.person import Person
from dataro.build.columns import row_sentence
from dataro.build.context import Context
from dataro.build.feeds import result_table
from dataro.build.registry import Registry
from dataro.build.state import Publication, State
from dataro.publish.catalogue.coverage import Coverage
from dataro.publish.catalogue.entry import Entry, EntryTable, Gone, NotThere
from dataro.publish.catalogue.facts import Facts
from dataro.publish.catalogue.tombstones import tombstone
from dataro.publish.rows import FORMATS, FileFormat
from dataro.vocabulary.analysis import Analysis
from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.problem import did_you_mean
from dataro.vocabulary.table import Table
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import both

_KEPT: WeakKeyDictionary[State, tuple[str, Registry, Mapping[str, Entry]]] = WeakKeyDictionary()
_KEEPING = threading.Lock()


def entries(context: Context) -> list[Entry]:
    """Everything declared, datasets before answers, in the order of the registry: internal and
    expired ones too, so whoever shows them asks ``visible`` first."""
    return list(_all(context).values())


def public_entries(context: Context) -> list[Entry]:
    """What everybody may see today."""
    return visible_entries(context, None)


def visible_entries(context: Context, person: Person | None) -> list[Entry]:
    """What ``person`` (None: somebody who is not signed in) may see today."""
    today = korean_day(system_clock())
    return [one for one in entries(context) if visible(one, person, today)]


def visible(entry: Entry, person: Person | None, today: date) -> bool:
    """Whether ``person`` may see the entry on ``today``, a day in Korea."""
    return bool(allowed(person, "dataset.read", entry.subject, today=today))


def entry(context: Context, id: str) -> Entry:
    """One entry, whoever may see it.

    Raises ``NotThere`` with the nearest public one, ``Gone`` where its time is over.
    """
    found = _all(context).get(id)
    if found is None:
        raise _not_there(context, id)
    if found.expires is not None and korean_day(system_clock()) > found.expires:
        raise Gone(
            both(
                f"“{found.title.ko}”은(는) {found.expires.isoformat()}까지만 이용할 수 있는 자료여서 "
                f"더는 제공하지 않습니다. 담당 부서: {found.owner.ko}.",
                f"“{found.title.en}” could be used until {found.expires.isoformat()} and is not "
                f"given out any more. Responsible: {found.owner.en}.",
            )
        )
    return found


def visible_entry(context: Context, id: str, person: Person | None = None) -> Entry:
    """One entry that ``person`` may see.

    Raises ``NotThere`` for one that does not exist and, in the same words, for one that is hidden.
    """
    found = _all(context).get(id)
    today = korean_day(system_clock())
    if found is not None and found.expires is not None and today > found.expires:
        was_public = found.openness == "open" and found.personal == "none"
        return entry(context, id) if was_public else _hidden(context, id)
    if found is None or not visible(found, person, today):
        return _hidden(context, id)
    return found


def _hidden(context: Context, id: str) -> Entry:
    end = tombstone(context, id)
    if end is not None:
        raise Gone(end.said())
    raise _not_there(context, id)


def _not_there(context: Context, id: str) -> NotThere:
    shown = id[:80]
    guess = did_you_mean(shown, [one.id for one in public_entries(context)])
    return NotThere(
        both(
            f"“{shown}”이라는 데이터셋을 찾을 수 없습니다.{guess.ko}",
            f"There is no dataset called “{shown}”.{guess.en}",
        )
    )


def _all(context: Context) -> Mapping[str, Entry]:
    """Every entry by id, made anew only when something was published, withdrawn or declared, or
    more is known of it."""
    state, registry = context.state, context.registry
    facts = Facts(context.workspace.state)
    version = f"{state.version()}.{facts.version()}"
    with _KEEPING:
        kept = _KEPT.get(state)
        if kept is not None and kept[0] == version and kept[1] is registry:
            return kept[2]
    made = {id: _of_dataset(registry, state, one) for id, one in registry.datasets.items()}
    for id, analysis in registry.analyses.items():
        made[id] = _of_answer(registry, state, analysis)
    known = facts.coverages()
    made = {id: _covered(one, known) for id, one in made.items()}
    with _KEEPING:
        _KEPT[state] = version, registry, made
    return made


def _covered(entry: Entry, known: Mapping[tuple[str, int], Coverage]) -> Entry:
    """The entry with what is known of the coverage of its first table that has any."""
    found = [known.get((one.stored, one.snapshot or 0)) for one in entry.tables]
    temporal = next((one.temporal for one in found if one and one.temporal), None)
    spatial = next((one.spatial for one in found if one and one.spatial), None)
    return replace(entry, temporal=temporal, spatial=spatial)


def _of_dataset(registry: Registry, state: State, one: Dataset) -> Entry:
    columns, publication = registry.columns[one.id], state.current(one.id)
    row = row_sentence(one, registry.tables)
    keys = tuple(name for name, term in columns.items() if term.is_key)
    snapshot = publication.snapshots.get(one.id) if publication else None
    formats = _formats(columns)
    table = EntryTable(one.id, one.id, one.title, row, columns, keys, snapshot, formats)
    return Entry(
        id=one.id,
        kind="dataset",
        title=one.title,
        description=one.description,
        row=row,
        owner=one.owner,
        theme=one.theme,
        keywords=one.keywords,
        columns=columns,
        keys=keys,
        licence=one.licence,
        terms=one.terms,
        contact=one.contact or registry.city.phone,
        basis=one.basis,
        collection=one.collection,
        template=one.template,
        openness=one.openness,
        openness_reason=one.openness_reason,
        personal=one.personal,
        cadence=one.cadence,
        expires=one.expires,
        origin=one.origin,
        temporal=None,
        spatial=None,
        publication=publication,
        verdict=publication.verdicts.get(one.id) if publication else None,
        rows=publication.receipt.rows if publication else None,
        created=state.first_made(one.id),
        modified=publication.made_at if publication else None,
        formats=formats,
        tables=(table,),
    )


def _of_answer(registry: Registry, state: State, analysis: Analysis) -> Entry:
    publication = state.current(analysis.id)
    tables = tuple(
        _result(analysis, name, table, publication) for name, table in analysis.results.items()
    )
    first = tables[0]
    return Entry(
        id=analysis.id,
        kind="answer",
        title=analysis.title,
        description=analysis.question,
        row=first.row,
        owner=registry.city.office,
        theme=analysis.theme,
        keywords=(),
        columns=first.columns,
        keys=first.keys,
        licence=_answer_licence(registry, analysis),
        terms=None,
        contact=registry.city.phone,
        basis=None,
        collection=analysis.method,
        template=None,
        openness="open",
        openness_reason=None,
        personal="none",
        cadence=analysis.refresh,
        expires=None,
        origin=None,
        temporal=None,
        spatial=None,
        publication=publication,
        verdict=None,
        rows=publication.receipt.rows if publication else None,
        created=state.first_made(analysis.id),
        modified=publication.made_at if publication else None,
        formats=first.formats,
        tables=tables,
    )


def _result(
    analysis: Analysis, name: str, table: type[Table], publication: Publication | None
) -> EntryTable:
    stored, keys = result_table(analysis.id, name), table.keys()
    titles = ", ".join(table.columns[key].text.ko for key in keys)
    return EntryTable(
        name,
        stored,
        table.title,
        both(f"한 행은 {titles}별 값 하나입니다.", table.row_is()),
        table.columns,
        keys,
        publication.snapshots.get(stored) if publication else None,
        _formats(table.columns),
    )


def _formats(columns: Mapping[str, Term]) -> tuple[FileFormat, ...]:
    """Formats in which rows with these columns can be had."""
    placed = {"longitude", "latitude"} <= set(columns) or any(
        term.domain.kind == "geometry" for term in columns.values()
    )
    return tuple(one for one in FORMATS if one != "geojson" or placed)


def _answer_licence(registry: Registry, analysis: Analysis) -> str:
    """An answer allows no more than the least permissive of the datasets that it is made from."""
    found = {
        registry.datasets[id].licence
        for one in analysis.inputs
        for id in registry.feeds.get(one.table.id, ())
    }
    if not found:
        return "kogl-1"
    order = list(LICENCES)
    return max(
        found,
        key=lambda id: (
            not LICENCES[id].commercial, not LICENCES[id].derivatives, order.index(id),
        ),
    )  # fmt: skip

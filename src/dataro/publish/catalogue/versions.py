"""The versions of an entry: when each was made, how good it was, what changed since the one before."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from dataro.build.context import Context
from dataro.build.state import Publication
from dataro.data.lake.compare import Difference, compare
from dataro.publish.catalogue.entry import Entry, EntryTable, Gone, NotThere
from dataro.publish.catalogue.facts import Facts
from dataro.vocabulary.answer import Verdict
from dataro.vocabulary.text import both

MOST = 50


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a table of an entry.

    ``made_at`` is when it was first published (ISO 8601, UTC), ``change`` how it differs from the
    version before (None for the ``first``, and where one of the two is no longer kept). ``kept``
    tells whether its rows can still be had.
    """

    snapshot: int
    made_at: str
    rows: int | None
    verdict: Verdict | None
    change: Difference | None
    kept: bool
    first: bool
    current: bool
    synthetic: bool


def versions(context: Context, entry: Entry, table: str | None = None) -> list[Version]:
    """The last versions of a table of an entry, newest first.

    A version is a snapshot: building again without a difference makes no new one. Comparisons
    are made once and kept. Raises ``NotThere`` for a table that the entry has not.
    """
    one = entry.table(table) if table else entry.tables[0]
    made = _first_publications(context, entry.id, one)
    kept = {found.id for found in context.lake.snapshots(one.stored)}
    first = made[0][0] if made else None
    made = made[-MOST:]
    changes = {
        newer: _change(context, one, older, newer)
        for (older, _), (newer, _) in pairwise(made)
        if older in kept and newer in kept
    }
    return [
        Version(
            snapshot,
            published.made_at,
            _rows(published, one),
            published.verdicts.get(one.stored) if entry.kind == "dataset" else None,
            changes.get(snapshot),
            snapshot in kept,
            snapshot == first,
            snapshot == one.snapshot,
            published.receipt.synthetic,
        )
        for snapshot, published in reversed(made)
    ]


def version(context: Context, entry: Entry, snapshot: int, table: str | None = None) -> Publication:
    """The publication of a version whose rows can be had.

    Raises ``Gone`` for one that is no longer kept, ``NotThere`` for one that never was.
    """
    one = entry.table(table) if table else entry.tables[0]
    found = dict(_first_publications(context, entry.id, one)).get(snapshot)
    if found is None:
        raise NotThere(
            both(
                f"“{entry.title.ko}”에 {snapshot}판은 없습니다. 판 목록에서 골라 주십시오.",
                f"“{entry.title.en}” has no version {snapshot}. Choose one from its versions.",
            )
        )
    if snapshot not in {kept.id for kept in context.lake.snapshots(one.stored)}:
        raise Gone(
            both(
                f"“{entry.title.ko}”의 {snapshot}판은 더는 보관하지 않습니다. 지금 판을 이용해 주십시오.",
                f"Version {snapshot} of “{entry.title.en}” is no longer kept. Use the current one.",
            )
        )
    return found


def work_out(context: Context, entry: Entry) -> None:
    """Compare the newest two versions of each table, so that no reader waits for it."""
    for one in entry.tables:
        made = _first_publications(context, entry.id, one)[-2:]
        if len(made) == 2 and {s for s, _ in made} <= {
            kept.id for kept in context.lake.snapshots(one.stored)
        }:
            _change(context, one, made[0][0], made[1][0])


def _first_publications(
    context: Context, id: str, table: EntryTable
) -> list[tuple[int, Publication]]:
    """Each snapshot with the publication that first named it, oldest first."""
    found: dict[int, Publication] = {}
    for one in reversed(context.state.history(id, limit=1_000)):
        if table.stored in one.snapshots:
            found.setdefault(one.snapshots[table.stored], one)
    return sorted(found.items(), key=lambda pair: pair[1].made_at)


def _change(context: Context, table: EntryTable, older: int, newer: int) -> Difference:
    facts = Facts(context.workspace.state)
    known = facts.difference(table.stored, older, newer)
    if known is None:
        with context.lake.session() as session:
            known = compare(session, table.stored, older, newer, table.keys)
        facts.keep_difference(table.stored, older, newer, known)
    return known


def _rows(published: Publication, table: EntryTable) -> int | None:
    verdict = published.verdicts.get(table.stored)
    return verdict.rows_kept if verdict else published.receipt.rows

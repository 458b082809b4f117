"""The shelves of a workspace: found, built at first use, dropped when nobody needs them.

``state/shelves/<table>/<snapshot>.sqlite``. A file is built beside its place and renamed, never
changed, and dropped some time after a newer one is there: a reader that has it open reads on.
Whoever takes a file away (a purge) need tell nobody: the next question notices.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from dataro.build.context import Context
from dataro.build.feeds import result_table
from dataro.publish.catalogue.entry import Gone, NotThere
from dataro.publish.shelves.fill import fill
from dataro.publish.shelves.shelf import Shelf
from dataro.vocabulary.problem import did_you_mean
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import both

GRACE = 3600.0
"""Seconds for which a shelf that is no longer the newest stays after it was last opened."""

MOST_OLD = 8
"""Older versions of one table that may stand at a time."""

_KNOWN = 256
_known: OrderedDict[Path, Shelf] = OrderedDict()
_looking = threading.Lock()


def shelf(context: Context, id: str, snapshot: int | None = None, table: str = "result") -> Shelf:
    """Rows of a dataset, or of result ``table`` of an analysis, at ``snapshot`` (None: the newest).

    For an entry: ``shelf(context, entry.id, snapshot, entry_table.name)``.

    Who may see them is for the caller to decide. Raises ``NotThere`` where there is no such
    thing, ``Gone`` where the version is no longer kept, ``Problem`` where the disk is full.
    """
    columns, stored = _declared(context, id, table)
    newest = _newest(context, id, stored)
    if snapshot is not None and snapshot != newest and not _was(context, id, stored, snapshot):
        raise NotThere(
            both(
                f"“{id}”에 {snapshot}판은 없습니다. 지금 판은 {newest}판입니다.",
                f"“{id}” has no version {snapshot}. The current one is {newest}.",
            )
        )
    wanted = newest if snapshot is None else snapshot
    path = context.workspace.state / "shelves" / stored / f"{wanted}.sqlite"
    return _recent(path, columns) or _made(context, path, columns, stored, wanted, newest)


def _declared(context: Context, id: str, table: str) -> tuple[Mapping[str, Term], str]:
    """Columns of a table and its name in the lake."""
    registry = context.registry
    if id in registry.columns:
        return registry.columns[id], id
    analysis = registry.analyses.get(id)
    if analysis is not None and table in analysis.results:
        return analysis.results[table].columns, result_table(id, table)
    if analysis is not None:
        raise _no_table(table, analysis.results)
    raise NotThere(
        both(f"“{id[:60]}”이라는 데이터는 없습니다.", f"There is no data called “{id[:60]}”.")
    )


def _no_table(table: str, results: Mapping[str, object]) -> NotThere:
    guess, listed = did_you_mean(table, results), ", ".join(results)
    return NotThere(
        both(
            f"“{table[:60]}”이라는 결과 표는 없습니다.{guess.ko} 있는 표: {listed}.",
            f"There is no table “{table[:60]}”.{guess.en} Tables: {listed}.",
        )
    )


_newest_known: OrderedDict[tuple[Path, str, str], int | None] = OrderedDict()


def _newest(context: Context, id: str, stored: str) -> int:
    """The published snapshot, looked up once for each state of the data."""
    key = (context.state.path, context.state.version(), stored)
    with _looking:
        known = key in _newest_known
        found = _newest_known.get(key)
    if not known:
        publication = context.state.current(id)
        found = publication.snapshots.get(stored) if publication else None
        with _looking:
            _newest_known[key] = found
            if len(_newest_known) > 4 * _KNOWN:
                _newest_known.popitem(last=False)
    if found is None:
        raise NotThere(
            both(
                f"“{id}”은(는) 선언되어 있지만 아직 공개된 자료가 없습니다.",
                f"“{id}” is declared, but nothing of it is published yet.",
            )
        )
    return found


def _was(context: Context, id: str, stored: str, snapshot: int) -> bool:
    history = context.state.history(id, limit=1_000)
    return any(one.snapshots.get(stored) == snapshot for one in history)


def _recent(path: Path, columns: Mapping[str, Term]) -> Shelf | None:
    with _looking:
        found = _known.get(path)
        same = found is not None and (found.declared is columns or found.declared == columns)
        if found is not None and not (same and found.stands()):
            found = None
            del _known[path]
        if found is not None:
            _known.move_to_end(path)
    return found


def _made(
    context: Context,
    path: Path,
    columns: Mapping[str, Term],
    stored: str,
    snapshot: int,
    newest: int,
) -> Shelf:
    path.parent.mkdir(parents=True, exist_ok=True)
    with _lock(path.parent):
        found = _recent(path, columns) or _opened(path, columns)
        if found is None:
            if snapshot not in {one.id for one in context.lake.snapshots(stored)}:
                raise Gone(
                    both(
                        f"“{stored}”의 {snapshot}판은 더는 보관하지 않습니다. 지금 판은 {newest}판입니다.",
                        f"Version {snapshot} of “{stored}” is no longer kept. The current one is "
                        f"{newest}.",
                    )
                )
            fill(context.lake, stored, snapshot, columns, path)
            _sweep(path.parent, {path.name, f"{newest}.sqlite"})
            found = Shelf(path, columns)
    with _looking:
        _known[path] = found
        while len(_known) > _KNOWN:
            _known.popitem(last=False)
    return found


def _opened(path: Path, columns: Mapping[str, Term]) -> Shelf | None:
    try:
        found = Shelf(path, columns)
    except (OSError, ValueError):
        return None
    with suppress(OSError):
        os.utime(path)
    return found


def _sweep(folder: Path, keep: set[str]) -> None:
    """Drop older versions that nobody opened for a while, and more than may stand at a time."""
    old = [one for one in folder.glob("*.sqlite") if one.name not in keep]
    old.sort(key=lambda one: one.stat().st_mtime, reverse=True)
    for place, path in enumerate(old):
        if place >= MOST_OLD or time.time() - path.stat().st_mtime > GRACE:
            # Where a system does not let go of an open file it is dropped another time.
            with suppress(OSError):
                path.unlink()


def _lock(folder: Path) -> FileLock:
    """One builder at a time for each table, in this and other processes."""
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "shelf.lock", thread_local=False)

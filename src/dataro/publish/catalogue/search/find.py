"""Searching the catalogue of a workspace: the index of its entries, kept up to date by itself."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from weakref import WeakKeyDictionary

from dataro.accounts.person import Person
from dataro.build.context import Context
from dataro.build.registry import Registry
from dataro.build.state import State
from dataro.data.standards.store import standard
from dataro.publish.catalogue.entries import entries, visible_entries
from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.search import ask
from dataro.publish.catalogue.search.ask import Found, Wanted
from dataro.publish.catalogue.search.document import document
from dataro.publish.catalogue.search.index import Index
from dataro.publish.catalogue.search.synonyms import synonyms
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

_OPEN: WeakKeyDictionary[State, Index] = WeakKeyDictionary()
_OTHER_WORDS: WeakKeyDictionary[State, Mapping[str, tuple[str, ...]]] = WeakKeyDictionary()
_DECLARED: WeakKeyDictionary[State, tuple[Registry, str]] = WeakKeyDictionary()
_OPENING = threading.Lock()


def find(context: Context, wanted: Wanted, person: Person | None = None) -> Found:
    """Search what ``person`` (None: everybody) may see today."""
    seen = {one.id for one in visible_entries(context, person)}
    return ask.search(index(context), wanted, among=seen, synonyms=_other_words(context))


def find_similar(
    context: Context, text: str, person: Person | None = None, *, limit: int = 5
) -> list[tuple[Entry, float]]:
    """What ``person`` may see whose title or keywords are like ``text``, with how alike (0–1)."""
    seen = {one.id: one for one in visible_entries(context, person)}
    found = ask.similar(index(context), text, among=seen, limit=limit)
    return [(seen[id], alike) for id, alike in found]


def index(context: Context) -> Index:
    """The index of a workspace, with every entry as it is now; one that is damaged is made anew.

    Raises ``Problem`` where it cannot be written.
    """
    try:
        return _current(context)
    except sqlite3.DatabaseError:
        _let_go(context)
    try:
        return _current(context)
    except (sqlite3.Error, OSError) as error:
        raise Problem(
            both(
                f"검색 색인을 쓸 수 없습니다({error}). state 폴더의 쓰기 권한과 남은 공간을 확인해 주세요.",
                f"The search index cannot be written ({error}). Check permissions and free space of the "
                "folder state.",
            )
        ) from error


def _current(context: Context) -> Index:
    with _OPENING:
        opened = _OPEN.get(context.state)
        if opened is None or not opened.path.exists():  # somebody took the file away: a purge
            opened = Index(_path(context))
            _OPEN[context.state] = opened
    state = _state(context)
    if opened.state() != state:
        opened.update((document(one) for one in entries(context)), state)
    return opened


def _let_go(context: Context) -> None:
    """Drop the file of an index that cannot be used: everything in it can be made again."""
    with _OPENING:
        opened = _OPEN.pop(context.state, None)
    if opened is not None:
        opened.close()
    for ending in ("", "-wal", "-shm"):
        path = _path(context)
        with suppress(OSError):
            path.with_name(path.name + ending).unlink()


def _path(context: Context) -> Path:
    return context.workspace.state / "search.sqlite"


def _state(context: Context) -> str:
    """What the entries come from: what is published, and the declarations of this moment."""
    registry = context.registry
    known = _DECLARED.get(context.state)
    if known is None or known[0] is not registry:
        said = [repr(one) for one in registry.datasets.values()] + sorted(registry.analyses)
        known = registry, hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
        _DECLARED[context.state] = known
    return f"{context.state.version()}.{known[1]}"


def _other_words(context: Context) -> Mapping[str, tuple[str, ...]]:
    known = _OTHER_WORDS.get(context.state)
    if known is None:
        known = synonyms(standard(context.workspace.folder))
        _OTHER_WORDS[context.state] = known
    return known

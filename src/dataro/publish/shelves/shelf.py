"""Reading a shelf: rows by key, filter, order and page, with exact totals."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataro.publish.query import Cell, Query, checked
from dataro.publish.shelves.conditions import ShelfWhere, listed, order
from dataro.publish.shelves.layout import ROWS, Layout, read_layout
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import both

SECONDS = 10.0
"""Longest that one question may take."""

_STEPS = 50_000  # instructions of SQLite between two looks at the clock: under a millisecond
_OPEN = 24  # files that one thread keeps open
_TOTALS = 2_000
_CHUNK = 2_000
_MAPPED = 1 << 30


class TooSlow(Problem):
    """A question that took longer than ``SECONDS``."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and how many there are in all.

    ``columns`` names the cells of each row, in order. Dates and times are ISO text, empty cells
    None, geometry WKB in EPSG:4326.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    total: int

    def records(self) -> list[dict[str, Cell]]:
        """Rows as mappings from column to cell."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


class Shelf:
    """One version of one table, ready for look-ups. Safe to share between threads.

    ``columns`` are what is declared of the columns that it has. All queries are checked here, so
    a caller that wants its own form of an error catches ``QueryError``.
    """

    def __init__(self, path: Path, declared: Mapping[str, Term]) -> None:
        """Raises ``FileNotFoundError`` where there is no whole file of today's layout."""
        self.path, self.declared = path, declared
        self._open = threading.local()
        self._identity = path.stat().st_ino
        layout = read_layout(self._connect())
        if layout is None:
            raise FileNotFoundError(path)
        self.layout: Layout = layout
        self.columns = {name: declared[name] for name in declared if name in layout.names}
        self._all = tuple(n for n, term in self.columns.items() if term.domain.kind != "geometry")
        self._truths = {n for n, term in self.columns.items() if term.domain.kind == "boolean"}
        self._totals: OrderedDict[Any, int] = OrderedDict()
        self._counting = threading.Lock()

    @property
    def snapshot(self) -> int:
        """Which version of the table it is."""
        return self.layout.snapshot

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self.layout.rows

    def stands(self) -> bool:
        """Whether the file is still the one that was opened (a purge takes it away)."""
        try:
            return self.path.stat().st_ino == self._identity
        except OSError:
            return False

    def select(self, query: Query) -> Page:
        """A page of rows and the exact number of rows that the filters leave.

        Raises a ``QueryError`` for what cannot be asked, ``TooSlow`` for what takes too long.
        """
        query = checked(query, self.columns)
        total = self._count(query)
        names = self._all if query.columns is None else query.columns
        if query.offset >= total or query.limit == 0:
            return Page(names, [], total)
        sql, values = self._sql(query, names)
        with _Watch(self._connect()) as connection:
            rows = connection.execute(sql, values).fetchall()
        return Page(names, self._truthful(names, rows), total)

    def count(self, query: Query) -> int:
        """How many rows the filters leave, whatever the page."""
        return self._count(checked(query, self.columns))

    def rows(self, query: Query, chunk: int = _CHUNK) -> Iterator[list[tuple[Cell, ...]]]:
        """All rows of the query, some at a time: for what is larger than memory.

        The time limit holds for each chunk. Threads may take turns with the iterator.
        """
        query = checked(query, self.columns)
        names = self._all if query.columns is None else query.columns
        sql, values = self._sql(query, names)
        # A connection of its own: others of this thread may ask in between.
        connection = _connected(self.path)
        try:
            with _Watch(connection):
                cursor = connection.execute(sql, values)
                found = cursor.fetchmany(chunk)
            while found:
                yield self._truthful(names, found)
                with _Watch(connection):
                    found = cursor.fetchmany(chunk)
        finally:
            connection.close()

    def _sql(self, query: Query, names: Sequence[str]) -> tuple[str, list[Cell]]:
        plain = not (query.filters or query.words or query.sort)
        limit = -1 if query.limit is None else query.limit
        if plain:  # rows are numbered in order: a page far down costs what the first one costs
            return (
                f"SELECT {listed(names)} FROM {ROWS} WHERE rowid > ? ORDER BY rowid LIMIT ?",
                [query.offset, limit],
            )
        where, values = self._where(query)
        sql = (
            f"SELECT {listed(names)} FROM {ROWS}{where} ORDER BY {order(query, self.layout)} "
            "LIMIT ? OFFSET ?"
        )
        return sql, [*values, limit, query.offset]

    def _where(self, query: Query) -> tuple[str, list[Cell]]:
        where = ShelfWhere(self.layout, self.columns)
        text = where.all(query)
        return f" WHERE {text}" if text else "", where.values

    def _count(self, query: Query) -> int:
        if not (query.filters or query.words):
            return self.layout.rows
        key = (query.filters, query.words)
        with self._counting:
            known = self._totals.get(key)
        if known is not None:
            return known
        where, values = self._where(query)
        with _Watch(self._connect()) as connection:
            total = int(
                connection.execute(f"SELECT count(*) FROM {ROWS}{where}", values).fetchone()[0]
            )
        with self._counting:
            self._totals[key] = total
            if len(self._totals) > _TOTALS:
                self._totals.popitem(last=False)
        return total

    def _truthful(self, names: Sequence[str], rows: list[Any]) -> list[tuple[Cell, ...]]:
        """SQLite keeps true and false as 1 and 0."""
        at = [i for i, name in enumerate(names) if name in self._truths]
        if not at:
            return rows
        changed = []
        for row in rows:
            cells = list(row)
            for i in at:
                cells[i] = None if cells[i] is None else bool(cells[i])
            changed.append(tuple(cells))
        return changed

    def _connect(self) -> sqlite3.Connection:
        """This thread's connection, opened at first use."""
        found: sqlite3.Connection | None = getattr(self._open, "connection", None)
        if found is None or found not in _OPENED.kept:
            found = self._open.connection = _connected(self.path)
            _keep_few(found)
        return found


class _Opened(threading.local):
    """The connections of one thread, the longest opened first."""

    def __init__(self) -> None:
        self.kept: OrderedDict[sqlite3.Connection, None] = OrderedDict()


_OPENED = _Opened()


def _keep_few(connection: sqlite3.Connection) -> None:
    _OPENED.kept[connection] = None
    while len(_OPENED.kept) > _OPEN:
        oldest, _ = _OPENED.kept.popitem(last=False)
        oldest.close()


class _Connection(sqlite3.Connection):
    """Closes itself when its thread or shelf is gone."""

    def __del__(self) -> None:
        self.close()


def _connected(path: Path) -> sqlite3.Connection:
    # Immutable: the file never changes under its name, so SQLite need not lock or look again.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False,
        cached_statements=64, factory=_Connection,
    )  # fmt: skip
    connection.execute("PRAGMA query_only = ON")
    connection.execute(f"PRAGMA mmap_size = {_MAPPED}")
    connection.execute("PRAGMA case_sensitive_like = ON")
    return connection


class _Watch:
    """Stops a question of this connection that takes too long, with a sentence."""

    def __init__(self, connection: sqlite3.Connection, seconds: float = SECONDS) -> None:
        self._connection, self._seconds = connection, seconds

    def __enter__(self) -> sqlite3.Connection:
        until = time.monotonic() + self._seconds
        self._connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        return self._connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._connection.set_progress_handler(None, 0)
        if isinstance(error, sqlite3.OperationalError) and "interrupted" in str(error):
            raise TooSlow(
                both(
                    f"{self._seconds:g}초 안에 찾지 못했습니다. 조건을 좁히거나 파일로 내려받아 주십시오.",
                    f"Not found within {self._seconds:g} seconds. Narrow the conditions, or download "
                    "the file.",
                )
            ) from error

"""Counting use: what was fetched or looked at, through which door, by what kind of caller.

A count costs one look into a dictionary; a thread writes what has gathered every few seconds and
when the counter closes. Counting never fails a request: what cannot be written is tried again.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping
from typing import Literal

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.accounts.use.caller import caller_of
from dataro.accounts.use.schema import use_counts, use_fetches

Act = Literal["download", "call", "view"]
"""A file taken, a call of an API answered, a page looked at."""
Door = Literal["portal", "rest", "ckan", "data.go.kr", "ogc", "sql", "mcp", "dcat", "tiles", "cli"]

SECONDS = 3.0
MOST_KEYS = 20_000
"""Different counts that wait in memory at most; reached only where writing fails for long."""

_log = logging.getLogger(__name__)
_Key = tuple[str | int, ...]


class UseCounter:
    """Counts use of one workspace. Safe to share between threads; other processes may count too.

    Without ``records`` nothing is kept, so that a caller need not ask whether there are any.
    """

    def __init__(self, records: Records | None, *, seconds: float = SECONDS) -> None:
        self._records, self._seconds = records, seconds
        self._lock = threading.Lock()
        self._waiting: Counter[_Key] = Counter()
        self._fetched: Counter[_Key] = Counter()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def count(
        self,
        entry: str,
        act: Act,
        *,
        door: Door,
        format: str = "",
        agent: str = "",
        person: Person | None = None,
        times: int = 1,
    ) -> None:
        """Count one use of ``entry``, which the caller knows to exist, after answering well.

        ``format`` is the form of what was given (``csv``, ``json`` …), ``agent`` the request's
        user agent, of which only the kind of caller is kept. A signed-in ``person`` who takes data
        (not a page view) is noted too, so that a purge can tell them. Never raises, never waits.
        """
        if self._records is None:
            return
        day = self._records.today().isoformat()
        shape = format.lower()[:20]
        caller = caller_of(agent, person)
        with self._lock:
            if len(self._waiting) < MOST_KEYS:
                self._waiting[entry[:200], day, act, door, shape, caller] += times
            if person is not None and act != "view" and len(self._fetched) < MOST_KEYS:
                self._fetched[entry[:200], person.id, day, door, shape] += times
            if self._thread is None and not self._closing.is_set():
                self._thread = threading.Thread(target=self._run, name="use counter", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Write what has gathered; what cannot be written stays for the next time."""
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
            fetched, self._fetched = self._fetched, Counter()
        if self._records is None or not (waiting or fetched):
            return
        try:
            with self._records.writing() as connection:
                _add(connection, use_counts, waiting)
                _add(connection, use_fetches, fetched)
        except SQLAlchemyError as error:
            _log.warning("use could not be written, trying again later: %s", error)
            with self._lock:
                self._waiting.update(waiting)
                self._fetched.update(fetched)

    def close(self) -> None:
        """Write what is left and stop; counts after this are not kept."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(timeout=30)
        self.flush()

    def _run(self) -> None:
        while not self._closing.wait(self._seconds):
            self.flush()


def _add(connection: Connection, table: Table, counts: Mapping[_Key, int]) -> None:
    """Add to the numbers that are there."""
    names = [column.name for column in table.primary_key]
    rows = [{**dict(zip(names, key, strict=True)), "times": n} for key, n in counts.items()]
    if not rows:
        return
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    adding = make(table)
    connection.execute(
        adding.on_conflict_do_update(
            index_elements=names, set_={"times": table.c.times + adding.excluded.times}
        ),
        rows,
    )

"""What is worked out once for each published version and kept: coverage, changes since the last.

``state/catalogue.sqlite`` can be deleted at any time: everything in it is worked out again. It
holds counts, dates and extents, never a row.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dataro.data.lake.compare import Difference
from dataro.publish.catalogue.coverage import Coverage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS coverage (
    stored TEXT NOT NULL, snapshot INTEGER NOT NULL, found TEXT NOT NULL,
    PRIMARY KEY (stored, snapshot)
);
CREATE TABLE IF NOT EXISTS difference (
    stored TEXT NOT NULL, older INTEGER NOT NULL, newer INTEGER NOT NULL, found TEXT NOT NULL,
    PRIMARY KEY (stored, older, newer)
);
"""


class Facts:
    """The kept facts of one workspace; each call opens the file, so threads and processes share it."""

    def __init__(self, state: Path) -> None:
        self.path = state / "catalogue.sqlite"

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=30)) as connection, connection:
            connection.executescript(_SCHEMA)
            yield connection

    def version(self) -> str:
        """Changes when something was added."""
        try:
            found = self.path.stat()
        except OSError:
            return ""
        return f"{found.st_size}.{found.st_mtime_ns}"

    def coverages(self) -> dict[tuple[str, int], Coverage]:
        """What is known, by table and snapshot."""
        if not self.path.exists():
            return {}
        with self._open() as connection:
            rows = connection.execute("SELECT stored, snapshot, found FROM coverage").fetchall()
        return {(stored, snapshot): _coverage(found) for stored, snapshot, found in rows}

    def keep_coverages(self, found: Mapping[tuple[str, int], Coverage]) -> None:
        """Keep the coverage of versions."""
        with self._open() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO coverage VALUES (?, ?, ?)",
                [(stored, at, json.dumps(asdict(one))) for (stored, at), one in found.items()],
            )

    def difference(self, stored: str, older: int, newer: int) -> Difference | None:
        """How two versions differ, where it is known."""
        if not self.path.exists():
            return None
        with self._open() as connection:
            row = connection.execute(
                "SELECT found FROM difference WHERE stored = ? AND older = ? AND newer = ?",
                (stored, older, newer),
            ).fetchone()
        return _difference(row[0]) if row else None

    def keep_difference(self, stored: str, older: int, newer: int, found: Difference) -> None:
        """Keep how two versions differ."""
        with self._open() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO difference VALUES (?, ?, ?, ?)",
                (stored, older, newer, json.dumps(asdict(found))),
            )

    def forget(self, stored: str) -> None:
        """Drop everything known of a table: for a purge."""
        if not self.path.exists():
            return
        with self._open() as connection:
            connection.execute("DELETE FROM coverage WHERE stored = ?", (stored,))
            connection.execute("DELETE FROM difference WHERE stored = ?", (stored,))


def _coverage(found: str) -> Coverage:
    given = json.loads(found)
    temporal, spatial = given["temporal"], given["spatial"]
    return Coverage(tuple(temporal) if temporal else None, tuple(spatial) if spatial else None)


def _difference(found: str) -> Difference:
    given: dict[str, Any] = json.loads(found)
    lists = ("columns_added", "columns_removed", "columns_retyped")
    for name in lists:
        given[name] = tuple(given[name])
    return Difference(**given)

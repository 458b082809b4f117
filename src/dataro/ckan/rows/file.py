"""The file of the datastore: tables with their columns, kept in SQLite, one connection a call.

Columns are called ``c0``, ``c1`` … in the file; what clients call them stands in ``_tables``,
so that no name of theirs ever becomes part of a statement.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dataro.ckan.faults import Invalid

WAIT_SECONDS = 30
MOST_SECONDS, MOST_WRITING_SECONDS = 10.0, 120.0
_STEPS = 50_000  # instructions of SQLite between two looks at the clock
_SCHEMA = """
CREATE TABLE IF NOT EXISTS _tables (
    resource TEXT PRIMARY KEY, stored TEXT NOT NULL UNIQUE, columns TEXT NOT NULL,
    keys TEXT NOT NULL, indexes TEXT NOT NULL, aliases TEXT NOT NULL, next INTEGER NOT NULL
)
"""


@dataclass
class Column:
    """One column: what clients call it, its short type, its name in the file, its description."""

    id: str
    type: str
    stored: str
    info: dict[str, Any] | None = None


@dataclass
class RowTable:
    """One table: its columns in order, the columns that tell rows apart, other names for it.

    ``number`` is what the file calls the number of a row.
    """

    resource: str
    stored: str
    columns: list[Column]
    keys: list[str] = field(default_factory=list)
    indexes: list[list[str]] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    next: int = 0
    number: str = "_id"

    def column(self, id: str) -> Column | None:
        """The column that clients call so."""
        return next((one for one in self.columns if one.id == id), None)


class RowsFile:
    """The datastore of one call: what it writes counts when it is committed."""

    def __init__(
        self,
        path: Path,
        prepare: Callable[[sqlite3.Connection], None],
        *,
        reads_only: bool = False,
    ) -> None:
        self._path, self._prepare, self._reads_only = path, prepare, reads_only
        self._until = 0.0
        self._opened: sqlite3.Connection | None = None
        self._writing = False

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            opened = sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None)
            if not self._reads_only:
                for pragma in ("journal_mode = WAL", "synchronous = NORMAL"):
                    opened.execute(f"PRAGMA {pragma}")
                opened.execute(_SCHEMA)
            self._prepare(opened)
            opened.set_progress_handler(self._too_long, _STEPS)
            self._opened = opened
        return self._opened

    def _too_long(self) -> int:
        return int(time.monotonic() > self._until)

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Ask something; all rows of the answer. Raises ``Invalid`` for what takes longer than ``MOST_SECONDS``."""
        self._until = time.monotonic() + MOST_SECONDS
        try:
            return self._connection().execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise Invalid({"query": ["Search took too long"]}) from error
            raise

    def write(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Change something, within this call's transaction."""
        self._until = time.monotonic() + MOST_WRITING_SECONDS
        connection = self._connection()
        if not self._writing:
            connection.execute("BEGIN IMMEDIATE")
            self._writing = True
        return connection.execute(sql, values)

    def write_many(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """The same change for many rows."""
        self.write("SELECT 1")
        self._connection().executemany(sql, values)

    def mark(self) -> None:
        """Remember this point, to go ``back`` to."""
        self.write("SAVEPOINT here")

    def back(self) -> None:
        """Undo what was written since the mark."""
        self.write("ROLLBACK TO here")

    def commit(self) -> None:
        """Keep what was written."""
        if self._opened is not None and self._writing:
            self._opened.execute("COMMIT")
            self._writing = False

    def close(self) -> None:
        """Let go; what was not committed is forgotten."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    # --- tables ---------------------------------------------------------------------------

    def table(self, name: str) -> RowTable | None:
        """The table of a resource."""
        if not self._path.exists() and self._opened is None:
            return None
        found = self.read("SELECT * FROM _tables WHERE resource = ?", (name,))
        return _table(found[0]) if found else None

    def tables(self) -> list[RowTable]:
        """All tables."""
        return [_table(row) for row in self.read("SELECT * FROM _tables ORDER BY rowid")]

    def called(self, name: str) -> RowTable | None:
        """The table of a resource, or the one with that other name."""
        found = self.table(name)
        if found is None and self._path.exists():
            found = next((one for one in self.tables() if name in one.aliases), None)
        return found

    def keep(self, table: RowTable) -> None:
        """Write down what a table is."""
        columns = [[one.id, one.type, one.stored, one.info] for one in table.columns]
        self.write(
            "INSERT OR REPLACE INTO _tables VALUES (?, ?, ?, ?, ?, ?, ?)",
            (table.resource, table.stored, json.dumps(columns, ensure_ascii=False),
             json.dumps(table.keys, ensure_ascii=False),
             json.dumps(table.indexes, ensure_ascii=False),
             json.dumps(table.aliases, ensure_ascii=False), table.next),
        )  # fmt: skip

    def drop(self, resource: str) -> None:
        """Forget a table with its rows, if there is one."""
        table = self.table(resource)
        if table is not None:
            self.write(f"DROP TABLE {quoted(table.stored)}")
            self.write("DELETE FROM _tables WHERE resource = ?", (resource,))

    def empty(self) -> None:
        """Forget every table."""
        if self._path.exists():
            for one in self.tables():
                self.drop(one.resource)


def quoted(name: str) -> str:
    """A name of the file's own in a statement."""
    return '"' + name.replace('"', '""') + '"'


def _table(row: Sequence[Any]) -> RowTable:
    resource, stored, columns, keys, indexes, aliases, following = row
    made = [Column(*one) for one in json.loads(columns)]
    return RowTable(
        resource, stored, made, json.loads(keys), json.loads(indexes), json.loads(aliases),
        following,
    )  # fmt: skip

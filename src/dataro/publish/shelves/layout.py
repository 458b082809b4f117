"""How a shelf's file is laid out: one table of rows in key order, its indexes, its places."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from dataro.vocabulary.terms import Kind, Term

VERSION = 1
"""Written as ``user_version``: a file of another version is built anew."""

ROWS = "row"
PLACES = "place"
_KINDS: Mapping[Kind, str] = {
    "integer": "INTEGER", "year": "INTEGER", "boolean": "INTEGER", "decimal": "REAL",
    "geometry": "BLOB",
}  # fmt: skip
_FILTERED: tuple[Kind, ...] = ("code", "date", "month", "year", "datetime", "boolean")
_MANY_ROWS = 200_000
_PAIRED = 3


@dataclass(frozen=True, slots=True)
class Layout:
    """What a shelf says of itself.

    ``names`` are its columns in order, ``gaps`` those with empty cells, ``points`` the columns of
    longitude and latitude, ``shape`` the geometry; ``rows`` how many rows it has.
    """

    table: str
    snapshot: int
    rows: int
    names: tuple[str, ...]
    gaps: frozenset[str]
    points: tuple[str, str] | None
    shape: str | None

    @property
    def placed(self) -> bool:
        """Whether rows can be chosen by a box."""
        return self.points is not None or self.shape is not None

    def write(self, connection: sqlite3.Connection) -> None:
        """Keep it in the file."""
        said = json.dumps({**asdict(self), "gaps": sorted(self.gaps)}, ensure_ascii=False)
        connection.execute("CREATE TABLE shelf (layout TEXT NOT NULL)")
        connection.execute("INSERT INTO shelf VALUES (?)", (said,))


def read_layout(connection: sqlite3.Connection) -> Layout | None:
    """The layout of a file; None where it is of another version or not whole."""
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            return None
        said: dict[str, Any] = json.loads(
            connection.execute("SELECT layout FROM shelf").fetchone()[0]
        )
    except (sqlite3.DatabaseError, TypeError, ValueError):
        return None
    return Layout(
        said["table"], said["snapshot"], said["rows"], tuple(said["names"]),
        frozenset(said["gaps"]), tuple(said["points"]) if said["points"] else None, said["shape"],
    )  # fmt: skip


def quoted(name: str) -> str:
    """A column's name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def make_table(connection: sqlite3.Connection, columns: Mapping[str, Term]) -> None:
    """The empty table."""
    declared = ", ".join(
        f"{quoted(name)} {_KINDS.get(term.domain.kind, 'TEXT')}" for name, term in columns.items()
    )
    connection.execute(f"CREATE TABLE {ROWS} ({declared})")
    connection.execute(f"CREATE VIRTUAL TABLE {PLACES} USING rtree(id, west, east, south, north)")


def make_indexes(connection: sqlite3.Connection, columns: Mapping[str, Term], rows: int) -> None:
    """Indexes for finding one row by its key and many by what people filter on.

    In a large table each pair of the first three such columns has its own: a filter on two columns
    and its exact count are then read from the index alone.
    """
    keys = [name for name, term in columns.items() if term.is_key]
    filtered = [
        name
        for name, term in columns.items()
        if name in keys or term.domain.kind in _FILTERED or term.domain.codes
    ]
    filtered = [name for name in filtered if columns[name].domain.kind != "geometry"]
    wanted = [tuple(keys)] if keys else []
    paired = filtered[:_PAIRED] if rows >= _MANY_ROWS else []
    wanted += list(combinations(paired, 2))
    wanted += [(name,) for name in filtered]
    made: list[tuple[str, ...]] = []
    for one in wanted:
        if any(longer[: len(one)] == one for longer in made):
            continue  # the beginning of another index serves as well
        made.append(one)
        names = ", ".join(quoted(name) for name in one)
        connection.execute(f"CREATE INDEX {quoted('by ' + ' '.join(one))} ON {ROWS} ({names})")
    connection.execute("ANALYZE")

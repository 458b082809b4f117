"""Forgetting earlier versions of a table for good: files, statistics, and what the catalogue's
freed pages still hold.

DuckLake's own expiry takes whole snapshots, and one snapshot holds the versions of all tables; here
only those of one table go, and every other table keeps its history.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from dataro.data.lake.lake import Lake

_OF_TABLES = (
    "ducklake_data_file", "ducklake_file_column_stats", "ducklake_file_variant_stats",
    "ducklake_delete_file", "ducklake_column", "ducklake_table_stats",
    "ducklake_table_column_stats", "ducklake_partition_info", "ducklake_partition_column",
    "ducklake_file_partition_value", "ducklake_column_tag", "ducklake_column_mapping",
    "ducklake_schema_versions", "ducklake_inlined_data_tables", "ducklake_table",
)  # fmt: skip
_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Forgotten:
    """One file of an earlier version that is gone: its path below the lake, digest and size."""

    path: str
    sha256: str
    bytes: int


def forget_earlier(lake: Lake, table: str, *, newest: bool = False) -> list[Forgotten]:
    """Remove every version of ``table`` but the newest, or with ``newest`` that too; gives the files
    that are gone.

    Nobody can read those versions afterwards. May be run again: what is gone already is not listed.
    Raises ``sqlite3.OperationalError`` where another process keeps the catalogue busy for a minute.
    """
    catalogue = lake.folder / "catalog.sqlite"
    with closing(sqlite3.connect(catalogue, timeout=_WAIT_SECONDS)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        with connection:  # one transaction
            connection.execute("BEGIN IMMEDIATE")
            earlier = [
                (int(id), str(path))
                for id, path in connection.execute(
                    "SELECT table_id, path FROM ducklake_table "
                    "WHERE table_name = ? AND (? OR end_snapshot IS NOT NULL)",
                    (table, newest),
                )
            ]
            gone = _files(connection, lake.folder, [id for id, _ in earlier])
            for name in _OF_TABLES:
                if _has_table_id(connection, name):
                    connection.executemany(
                        f"DELETE FROM {name} WHERE table_id = ?", [(id,) for id, _ in earlier]
                    )
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone


def _files(connection: sqlite3.Connection, folder: Path, tables: Sequence[int]) -> list[Forgotten]:
    """Remove the files of these versions from the disk."""
    gone = []
    for id in tables:
        found = connection.execute(
            "SELECT s.path || t.path || f.path FROM ducklake_data_file f "
            "JOIN ducklake_table t ON t.table_id = f.table_id "
            "JOIN ducklake_schema s ON s.schema_id = t.schema_id WHERE f.table_id = ?",
            (id,),
        ).fetchall()
        for (relative,) in found:
            path = folder / "files" / str(relative)
            if not path.is_file():
                continue
            content = path.read_bytes()
            gone.append(
                Forgotten(
                    path.relative_to(folder).as_posix(),
                    hashlib.sha256(content).hexdigest(),
                    len(content),
                )
            )
            path.unlink()
    return gone


def _has_table_id(connection: sqlite3.Connection, name: str) -> bool:
    return any(
        column[1] == "table_id" for column in connection.execute(f"PRAGMA table_info({name})")
    )

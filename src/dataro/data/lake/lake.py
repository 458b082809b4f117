"""The lake: versioned tables as Parquet files, with snapshots, atomic replacement, time travel.

DuckLake keeps the catalogue in one SQLite file and the rows in Parquet files that other engines
read. A replacement is one transaction: a reader sees the old table or the new one, and a process
killed in the middle leaves the old one.
"""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from filelock import FileLock

from dataro.data.lake.engine import connect
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

_RETRIES = 8


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of a table."""

    id: int
    made_at: datetime
    message: str


class Lake:
    """The tables of one workspace. Safe to share between threads; other processes may open it too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            (folder / "files").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _cannot_write(folder, error) from error
        self._opened: duckdb.DuckDBPyConnection | None = None
        self._opening = threading.Lock()
        self._write = threading.Lock()

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        """Opened at first use: a build that finds nothing to do needs no engine."""
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def _open(self) -> duckdb.DuckDBPyConnection:
        connection = connect("ducklake", "sqlite_scanner")
        made = self.folder / "catalog.made"
        try:
            if made.exists():
                self._attach(connection)
            else:  # two processes that meet an empty folder: one makes the catalogue, one waits
                with FileLock(self.folder / "catalog.lock"):
                    self._attach(connection)
                    made.touch()
        except (duckdb.Error, OSError) as error:
            connection.close()
            raise _cannot_write(self.folder, error) from error
        return connection

    def _attach(self, connection: duckdb.DuckDBPyConnection) -> None:
        catalogue = str(self.folder / "catalog.sqlite").replace("'", "''")
        files = str(self.folder / "files").replace("'", "''")
        connection.execute(
            f"ATTACH 'ducklake:sqlite:{catalogue}' AS lake (DATA_PATH '{files}/', "
            "OVERRIDE_DATA_PATH true, DATA_INLINING_ROW_LIMIT 0, "
            "META_JOURNAL_MODE 'WAL', META_BUSY_TIMEOUT 30000)"
        )

    def close(self) -> None:
        """Let go of the catalogue and all sessions."""
        with self._opening:
            if self._opened is not None:
                self._opened.close()

    def write(self, table: str, rows: pa.Table, message: str = "") -> int:
        """Replace ``table`` by ``rows`` in one transaction and return the new snapshot's number.

        Raises ``Problem`` where the disk is full or the folder cannot be written.
        """
        with self._write, self._cursor() as cursor:
            cursor.register("incoming", _storable(rows))
            for attempt in range(_RETRIES):
                try:
                    return _replace(cursor, table, message)
                except duckdb.TransactionException:  # another process committed first
                    if _in_transaction(cursor):
                        cursor.execute("ROLLBACK")
                    if attempt == _RETRIES - 1:
                        raise
                    time.sleep(0.05 * 2**attempt)
                except (duckdb.IOException, OSError) as error:
                    raise _cannot_write(self.folder, error) from error
        raise AssertionError("unreachable")

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A place to read from: tables of one session can be joined with each other."""
        with self._cursor() as cursor:
            yield Session(cursor)

    def snapshots(self, table: str) -> list[Snapshot]:
        """Every version of ``table`` that is kept, oldest first."""
        with self._cursor() as cursor:
            kept = {
                int(row[0])
                for row in cursor.execute(
                    "SELECT begin_snapshot FROM __ducklake_metadata_lake.ducklake_table "
                    "WHERE table_name = ?",
                    [table],
                ).fetchall()
            }
            found = cursor.execute(
                "SELECT snapshot_id, snapshot_time, coalesce(commit_message, '') "
                "FROM lake.snapshots() WHERE list_contains("
                "flatten(map_values(changes)), ?) OR list_contains(flatten(map_values(changes)), ?)"
                " ORDER BY snapshot_id",
                [f"main.{table}", f'main."{table}"'],
            ).fetchall()
        return [Snapshot(*row) for row in found if row[0] in kept]

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()


class TooSlow(Problem):
    """A question to the lake that took longer than it may."""


class Session:
    """Tables of the lake as Ibis expressions over one connection."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    @cached_property
    def _backend(self) -> Any:
        import ibis  # at first use: our own SQL needs none

        return ibis.duckdb.from_connection(self._cursor)

    def read(self, table: str, snapshot: int) -> ir.Table:
        """``table`` as it was at ``snapshot``."""
        return self._backend.sql(f"SELECT * FROM {self.named(table, snapshot)}")

    def named(self, table: str, snapshot: int) -> str:
        """``table`` as it was at ``snapshot``, as SQL names it."""
        return f'lake.main."{_identifier(table)}" AT (VERSION => {int(snapshot)})'

    def files(self, table: str, snapshot: int) -> list[Path]:
        """The Parquet files that hold ``table`` as it was at ``snapshot``, and nothing else.

        Raises ``Problem`` where rows of them were taken away since, so that they do not tell.
        """
        found = self._cursor.execute(
            "SELECT data_file, delete_file FROM "
            "ducklake_list_files('lake', ?, snapshot_version => ?)",
            [_identifier(table), int(snapshot)],
        ).fetchall()
        if any(removed is not None for _, removed in found):
            raise Problem(
                both(
                    f"“{table}”에서 지운 행이 아직 파일에 남아 있어 지금은 읽을 수 없습니다.",
                    f"Rows removed from “{table}” still stand in its files, so it cannot be read now.",
                )
            )
        return [Path(path) for path, _ in found]

    def query(
        self, sql: str, values: Sequence[object] = (), seconds: float = 30
    ) -> list[tuple[Any, ...]]:
        """The rows of our own SQL over ``named`` tables, with a value for each question mark.

        Raises ``Problem`` where it takes longer than ``seconds``.
        """
        alarm = threading.Timer(seconds, self._cursor.interrupt)
        alarm.daemon = True
        alarm.start()
        try:
            return self._cursor.execute(sql, list(values)).fetchall()
        except duckdb.InterruptException as error:
            raise TooSlow(
                both(
                    f"{seconds:g}초 안에 계산하지 못했습니다. 조건을 더 좁혀 주십시오.",
                    f"It could not be computed within {seconds:g} seconds. Narrow the conditions.",
                )
            ) from error
        finally:
            alarm.cancel()

    def batches(self, rows: ir.Table, size: int = 50_000) -> Iterator[pa.RecordBatch]:
        """The rows of an expression over this session's tables, some at a time."""
        asked = self._cursor.execute(str(self._backend.compile(rows)))
        with asked.to_arrow_reader(size) as reader:
            yield from reader


def _storable(rows: pa.Table) -> pa.Table:
    """Times of day to the microsecond: the engine writes no finer ones, and ends the process where
    it is asked to."""
    import pyarrow as pa  # whoever hands over a table has loaded it already

    finer = [pa.types.is_time(field.type) for field in rows.schema]
    if not any(finer):
        return rows
    fields = [
        field.with_type(pa.time64("us")) if fine else field
        for field, fine in zip(rows.schema, finer, strict=True)
    ]
    return rows.cast(pa.schema(fields))


def _replace(cursor: duckdb.DuckDBPyConnection, table: str, message: str) -> int:
    cursor.execute("BEGIN")
    cursor.execute(
        f'CREATE OR REPLACE TABLE lake.main."{_identifier(table)}" AS SELECT * FROM incoming'
    )
    cursor.execute("CALL lake.set_commit_message('dataro', ?)", [message])
    cursor.execute("COMMIT")
    made = cursor.execute("SELECT id FROM lake.last_committed_snapshot()").fetchone()
    assert made is not None
    return int(made[0])


def _in_transaction(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Whether a transaction that failed still waits to be rolled back."""
    try:
        cursor.execute("SELECT 1")
    except duckdb.TransactionException:
        return True
    return False


def _identifier(name: str) -> str:
    if not name.replace("_", "").isalnum() or '"' in name:
        raise ValueError(f"not a table name: {name!r}")
    return name


def _cannot_write(folder: Path, error: Exception) -> Problem:
    said = str(error).splitlines()[0]
    full = getattr(error, "errno", None) == errno.ENOSPC or "No space left" in said
    if full:
        return Problem(
            both(
                f"디스크가 가득 차서 {folder}에 쓸 수 없습니다. 마지막으로 성공한 결과는 그대로 있습니다. "
                "공간을 비우고 다시 실행해 주세요.",
                f"The disk is full: {folder} cannot be written. The last good version is untouched. "
                "Free some space and run it again.",
            )
        )
    return Problem(
        both(
            f"{folder}에 쓸 수 없습니다({said}). 폴더의 쓰기 권한을 확인하거나 다른 폴더를 지정해 주세요.",
            f"{folder} cannot be written ({said}). Check the folder's permissions or choose another.",
        )
    )

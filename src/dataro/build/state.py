"""What the build remembers, in one SQLite file: publications, runs, digests of raw files."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from dataro.vocabulary.answer import Receipt, Verdict
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

_SCHEMA = """
CREATE TABLE IF NOT EXISTS publication (
    id TEXT NOT NULL, made_at TEXT NOT NULL, kind TEXT NOT NULL, fingerprint TEXT NOT NULL,
    parts TEXT NOT NULL, snapshots TEXT NOT NULL, verdict TEXT NOT NULL, receipt TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS publication_by_id ON publication (id);
CREATE TABLE IF NOT EXISTS withdrawal (id TEXT NOT NULL, upto INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS run (
    started_at TEXT NOT NULL, step TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
    problem_ko TEXT, problem_en TEXT, seconds REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS raw_file (
    path TEXT PRIMARY KEY, bytes INTEGER NOT NULL, modified INTEGER NOT NULL, sha256 TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

_VERDICTS: TypeAdapter[dict[str, Verdict]] = TypeAdapter(dict[str, Verdict])
_RECEIPT: TypeAdapter[Receipt] = TypeAdapter(Receipt)


@dataclass(frozen=True, slots=True)
class Publication:
    """One published version of a dataset or of an analysis' default answer.

    ``snapshots`` names the lake tables and their versions; ``parts`` is what the fingerprint was
    made of, so that a difference can be explained; ``verdicts`` is one for each table.
    """

    id: str
    kind: str
    made_at: str
    fingerprint: str
    parts: dict[str, Any]
    snapshots: dict[str, int]
    verdicts: dict[str, Verdict]
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one step of the last run ended."""

    step: str
    outcome: str
    reason: str
    problem: Text | None
    seconds: float
    started_at: str


class State:
    """The state file of a workspace. Safe to share between threads and with other processes."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "state.sqlite"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.executescript(_SCHEMA)
        except (OSError, sqlite3.DatabaseError) as error:
            raise self._cannot_write(error) from error
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _cannot_write(self, error: Exception) -> Problem:
        return Problem(
            both(
                f"{self.path}에 쓸 수 없습니다({error}). 폴더의 쓰기 권한과 남은 공간을 확인해 주세요.",
                f"{self.path} cannot be written ({error}). Check permissions and free space.",
            )
        )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing.

        Raises ``Problem`` where the disk is full or the file may not be written.
        """
        try:
            with self._lock, self._connection:
                yield self._connection
        except sqlite3.OperationalError as error:
            raise self._cannot_write(error) from error

    def publish(self, one: Publication) -> None:
        """Make ``one`` the current version: readers see it from the next look on."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO publication VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    one.id,
                    one.made_at,
                    one.kind,
                    one.fingerprint,
                    json.dumps(one.parts, default=str),
                    json.dumps(one.snapshots),
                    _VERDICTS.dump_json(one.verdicts).decode(),
                    _RECEIPT.dump_json(one.receipt).decode(),
                ),
            )

    def current(self, id: str) -> Publication | None:
        """The newest published version of ``id``."""
        history = self.history(id, limit=1)
        with self._lock:
            withdrawn = self._connection.execute(
                "SELECT 1 FROM withdrawal WHERE id = ? AND upto = "
                "(SELECT max(rowid) FROM publication WHERE id = ?)",
                (id, id),
            ).fetchone()
        return history[0] if history and not withdrawn else None

    def history(self, id: str, limit: int = 100) -> list[Publication]:
        """Published versions of ``id``, newest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT id, kind, made_at, fingerprint, parts, snapshots, verdict, receipt"
                " FROM publication WHERE id = ? ORDER BY rowid DESC LIMIT ?",
                (id, limit),
            ).fetchall()
        return [
            Publication(
                id=row[0],
                kind=row[1],
                made_at=row[2],
                fingerprint=row[3],
                parts=json.loads(row[4]),
                snapshots=json.loads(row[5]),
                verdicts=_VERDICTS.validate_json(row[6]),
                receipt=_RECEIPT.validate_json(row[7]),
            )
            for row in rows
        ]

    def first_made(self, id: str) -> str | None:
        """When ``id`` was first published (ISO 8601, UTC)."""
        with self._lock:
            row = self._connection.execute(
                "SELECT made_at FROM publication WHERE id = ? ORDER BY rowid LIMIT 1", (id,)
            ).fetchone()
        return row[0] if row else None

    def withdraw(self, id: str) -> None:
        """Stop showing ``id``; its history stays."""
        if self.current(id) is None:  # said once: ``version`` changes only when something does
            return
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO withdrawal SELECT id, max(rowid) FROM publication WHERE id = ? "
                "GROUP BY id",
                (id,),
            )

    def published(self) -> list[str]:
        """Ids of everything that has a current version."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT DISTINCT id FROM publication ORDER BY id"
            ).fetchall()
        return [row[0] for row in rows if self.current(row[0])]

    def version(self) -> str:
        """What changes whenever anything is published, withdrawn or declared otherwise: for
        whoever keeps pages."""
        with self._lock:
            row = self._connection.execute(
                "SELECT (SELECT coalesce(max(rowid), 0) FROM publication), "
                "(SELECT count(*) FROM withdrawal), "
                "coalesce((SELECT value FROM setting WHERE name = 'declarations'), '')"
            ).fetchone()
        return f"{row[0]}.{row[1]}" + (f".{row[2]}" if row[2] else "")

    def record(self, one: Outcome) -> None:
        """Note how a step ended."""
        problem = one.problem
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    one.started_at,
                    one.step,
                    one.outcome,
                    one.reason,
                    problem.ko if problem else None,
                    problem.en if problem else None,
                    one.seconds,
                ),
            )

    def last_outcome(self, step: str) -> Outcome | None:
        """How the step ended when it last ran."""
        with self._lock:
            row = self._connection.execute(
                "SELECT step, outcome, reason, problem_ko, problem_en, seconds, started_at"
                " FROM run WHERE step = ? ORDER BY rowid DESC LIMIT 1",
                (step,),
            ).fetchone()
        if row is None:
            return None
        problem = Text(row[3], row[4]) if row[3] is not None else None
        return Outcome(row[0], row[1], row[2], problem, row[5], row[6])

    def scrub(self, id: str) -> int:
        """Forget the values that verdicts and run logs of ``id`` quote, in every version; how many
        entries were changed. Counts stay. What the file's freed pages held is gone too."""
        changed = 0
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT rowid, verdict FROM publication WHERE id = ?", (id,)
            ).fetchall()
            for rowid, text in rows:
                verdicts = json.loads(text)
                if not any(one.get("faults") for one in verdicts.values()):
                    continue
                for one in verdicts.values():
                    one["faults"] = []
                connection.execute(
                    "UPDATE publication SET verdict = ? WHERE rowid = ?",
                    (json.dumps(verdicts, ensure_ascii=False), rowid),
                )
                changed += 1
            changed += connection.execute(
                "UPDATE run SET problem_ko = '-', problem_en = '-' "
                "WHERE step = ? AND problem_ko IS NOT NULL",
                (id,),
            ).rowcount
        with self._lock:
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return changed

    def known_digest(self, path: str, bytes: int, modified: int) -> str | None:
        """The digest of a raw file that has not been touched since it was last read."""
        with self._lock:
            row = self._connection.execute(
                "SELECT sha256 FROM raw_file WHERE path = ? AND bytes = ? AND modified = ?",
                (path, bytes, modified),
            ).fetchone()
        return row[0] if row else None

    def keep_digest(self, path: str, bytes: int, modified: int, sha256: str) -> None:
        """Remember a raw file's digest for as long as size and time stay the same."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO raw_file VALUES (?, ?, ?, ?)",
                (path, bytes, modified, sha256),
            )

    def setting(self, name: str) -> str | None:
        """A remembered setting of the workspace."""
        with self._lock:
            row = self._connection.execute(
                "SELECT value FROM setting WHERE name = ?", (name,)
            ).fetchone()
        return row[0] if row else None

    def remember(self, name: str, value: str) -> None:
        """Remember a setting of the workspace."""
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

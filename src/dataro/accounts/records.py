"""The records of a workspace: people, permissions, cases; in SQLite, or in PostgreSQL by its URL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from dataro.accounts.clock import Clock, korean_day, system_clock, written
from dataro.build.workspace import Workspace
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

URL_VARIABLE = "DATARO_RECORDS"
NEWEST = "0006"
"""The newest migration; a test holds it against the migrations themselves."""
WAIT_SECONDS = 30
_WRITING = "dataro_writing"
_TURN = 729_311  # the advisory lock of writers in PostgreSQL: any number that nobody else uses


@dataclass(frozen=True)
class Records:
    """An opened database of records. Safe to share between threads and with other processes.

    ``attachments`` is the folder of attached files; ``clock`` tells the time; ``workspace`` is whose
    records they are.
    """

    engine: Engine
    attachments: Path
    clock: Clock = system_clock
    workspace: Workspace | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A view of the records as they are at one moment."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A change that happens as a whole or not at all.

        Changes happen one at a time, in PostgreSQL as in SQLite: numbers have no gaps, the audit
        log is one chain, and no two changes wait for each other in a circle.
        """
        with self.engine.connect() as connection:
            marked = connection.execution_options(**{_WRITING: True})
            with marked.begin():
                _take_turn(marked)
                yield marked

    def now(self) -> str:
        """This moment as records write it."""
        return written(self.clock())

    def today(self) -> date:
        """Today in Korea."""
        return korean_day(self.clock())

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def insert(connection: Connection, table: Table, **values: Any) -> int:
    """Write one row and give its id."""
    made = connection.execute(table.insert().values(**values)).inserted_primary_key
    assert made is not None
    return int(made[0])


def open_records(
    workspace: Workspace, *, url: str | None = None, clock: Clock = system_clock
) -> Records:
    """Open the records of ``workspace``, bringing an older database up to date first.

    The database is ``state/records.sqlite``, or the one that ``url`` or the environment variable
    ``DATARO_RECORDS`` names (``postgresql+pg8000://…``). Raises ``Problem`` where it cannot be
    reached or written.
    """
    file = workspace.state / "records.sqlite"
    given = url or os.environ.get(URL_VARIABLE) or f"sqlite:///{file}"
    try:
        workspace.state.mkdir(parents=True, exist_ok=True)
        place = make_url(given)
        engine = _engine(place)
        _bring_up_to_date(engine)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise Problem(
            both(
                f"환경 변수 {URL_VARIABLE}의 데이터베이스 주소를 쓸 수 없습니다({_brief(error)}). "
                "예: postgresql+pg8000://사용자@서버/이름",
                f"The database address in {URL_VARIABLE} cannot be used ({_brief(error)}). "
                "Example: postgresql+pg8000://user@server/name",
            )
        ) from error
    except (OSError, DBAPIError) as error:
        where = place.render_as_string(hide_password=True)
        raise Problem(
            both(
                f"기록 데이터베이스 {where}을(를) 열 수 없습니다({_brief(error)}). "
                "주소와 권한, 남은 공간을 확인해 주세요.",
                f"The records database {where} cannot be opened ({_brief(error)}). "
                "Check its address, permissions and free space.",
            )
        ) from error
    return Records(engine, workspace.state / "attachments", clock, workspace)


def _brief(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return str(cause).splitlines()[0][:200] if str(cause) else type(cause).__name__


def _engine(place: URL) -> Engine:
    if place.get_backend_name() != "sqlite":
        return create_engine(place, pool_pre_ping=True)
    engine = create_engine(place, connect_args={"timeout": WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin below, not inside the driver
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its turn at once: upgrading a read lock later could only fail.
        writing = connection.get_execution_options().get(_WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _bring_up_to_date(engine: Engine) -> None:
    """Apply what the database lacks; looking costs one query and no import of Alembic."""
    if _revision(engine) == NEWEST:
        return
    # Alembic takes a third of a second to import and is needed once a database.
    from dataro.accounts.migrate import migrate

    with engine.connect() as connection:
        marked = connection.execution_options(**{_WRITING: True})
        with marked.begin():
            _take_turn(marked)
            migrate(marked)


def _take_turn(connection: Connection) -> None:
    """Wait until no other change is under way; in SQLite ``BEGIN IMMEDIATE`` has done so."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)

"""Reads the tables of a database as raw tables, in batches, over SQLAlchemy.

PostgreSQL, MariaDB and SQLite are tested on real servers; MySQL, Oracle and SQL Server go the same
way once their driver is installed (extras ``mysql``, ``oracle``, ``mssql``). Nothing is written: transactions are read-only where the database can
say so, and only SELECT is ever sent. A password is never shown; where the address has none it is
taken from the environment variable ``DATARO_DATABASE_PASSWORD``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from dataro.data.sources.raw import FILE, ROW, Raw
from dataro.vocabulary.answer import SourceFile
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both

BATCH = 50_000
"""Rows held at a time."""
MOST_TABLES = 2_000
PASSWORD_VARIABLE = "DATARO_DATABASE_PASSWORD"  # noqa: S105 - the name of a variable
_SECONDS = 15  # to wait for a connection

_DRIVERS = {
    # database: what SQLAlchemy is asked for, the package it needs, its option for the time limit
    # (named as extras of this package in pyproject.toml)
    "postgresql": ("postgresql+pg8000", "pg8000", "timeout"),
    "postgres": ("postgresql+pg8000", "pg8000", "timeout"),
    "mysql": ("mysql+pymysql", "pymysql", "connect_timeout"),
    "mariadb": ("mariadb+pymysql", "pymysql", "connect_timeout"),
    "oracle": ("oracle+oracledb", "oracledb", "tcp_connect_timeout"),
    "mssql": ("mssql+pymssql", "pymssql", "login_timeout"),
    "sqlite": ("sqlite", "", "timeout"),
}
_SYSTEM = {"information_schema", "pg_catalog", "sys", "mysql", "performance_schema"}


@dataclass(frozen=True, slots=True)
class DatabaseColumn:
    """A column: its name, SQL type, and the Korean name that its comment gives (may be empty)."""

    name: str
    type: str
    comment: str = ""
    readable: bool = True


@dataclass(frozen=True, slots=True)
class DatabaseTable:
    """A table of a database; ``key`` are the columns of its primary key."""

    schema: str | None
    name: str
    columns: tuple[DatabaseColumn, ...]
    key: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name as it is shown: with its schema, where it has one."""
        return f"{self.schema}.{self.name}" if self.schema else self.name


def is_address(text: str) -> bool:
    """Whether a text is the address of a database rather than the path of a file."""
    match = re.match(r"([a-z0-9]+)(?:\+[a-z0-9_]+)?://", text)
    return bool(match) and match[1] in _DRIVERS  # type: ignore[index]


def hidden(address: str) -> str:
    """The address without its password."""
    try:
        return make_url(address).render_as_string(hide_password=True)
    except ArgumentError:
        return re.sub(r"://[^@/]*@", "://***@", address)


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    """A read-only connection, closed afterwards.

    Raises ``Problem`` where the address is not understood, the driver is not installed, or the
    database does not let us in; what a statement in the block raises becomes one too.
    """
    url = _url(address)
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            if url.get_backend_name() == "postgresql":
                connection = connection.execution_options(postgresql_readonly=True)
            elif url.get_backend_name() in ("mysql", "mariadb"):
                connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
                connection.commit()
            yield connection
    except SQLAlchemyError as error:
        raise _refused(url, error) from error
    finally:
        engine.dispose()


def tables(
    connection: Connection, *, schema: str | None = None, only: Sequence[str] = ()
) -> list[DatabaseTable]:
    """The tables of a schema (of the default one where none is named), by name.

    ``only`` names tables. Raises ``Problem`` for a name that is not there, and where there is no
    table or more than ``MOST_TABLES``.
    """
    inspector = sa.inspect(connection)
    schemas = inspector.get_schema_names()
    if schema is not None and schema not in schemas:
        raise _unknown(both("스키마", "schema"), schema, [s for s in schemas if s not in _SYSTEM])
    names = sorted(inspector.get_table_names(schema=schema))
    for name in only:
        if name not in names:
            raise _unknown(both("표", "table"), name, names)
    wanted = list(only) or names
    if not wanted:
        others = ", ".join(s for s in schemas if s not in _SYSTEM)
        raise Problem(both(
            f"데이터베이스에 표가 없습니다. 다른 스키마라면 --schema로 적어 주십시오. 스키마: {others}",
            f"The database has no table. Name another schema with --schema. Schemas: {others}",
        ))  # fmt: skip
    if len(wanted) > MOST_TABLES:
        raise Problem(both(
            f"표가 {len(wanted):,}개입니다. 한 번에 {MOST_TABLES:,}개까지 봅니다. --table로 고르십시오.",
            f"{len(wanted):,} tables; at most {MOST_TABLES:,} at once. Choose some with --table.",
        ))  # fmt: skip
    return [_described(inspector, schema, name) for name in wanted]


def read_table(connection: Connection, table: DatabaseTable) -> Iterator[Raw]:
    """The rows of a table in batches of ``BATCH``, every cell text or null.

    ``_row`` counts from 1 in the order of the primary key (as the database gives them where there
    is none); columns of bytes are left out, with a note.
    """
    shown = [column.name for column in table.columns if column.readable]
    left = [column.name for column in table.columns if not column.readable]
    if not shown:
        return
    source = sa.table(table.name, *(sa.column(n) for n in shown), schema=table.schema)
    query = sa.select(*(source.c[name] for name in shown))
    query = query.order_by(*(source.c[n] for n in table.key if n in shown))
    notes = [_order_note(table)]
    if left:
        notes.append(both(
            f"{table.label}: 글로 읽을 수 없는 열은 보지 않았습니다: {', '.join(left)}.",
            f"{table.label}: columns that are not text were left out: {', '.join(left)}.",
        ))  # fmt: skip
    files = [SourceFile(table.label, "", 0)]
    start = 1
    result = connection.execution_options(stream_results=True, yield_per=BATCH).execute(query)
    for rows in result.partitions(BATCH):
        yield Raw(_frame(rows, shown, table.label, start), files, [], notes)
        start += len(rows)
        files, notes = [], []
    if start == 1:
        yield Raw(_frame([], shown, table.label, 1), files, [], notes)


def _frame(rows: Sequence[Any], names: Sequence[str], label: str, start: int) -> pl.DataFrame:
    cells = zip(*rows, strict=True) if rows else ([] for _ in names)
    columns = [
        pl.Series(name, [written(value) for value in values], dtype=pl.String)
        for name, values in zip(names, cells, strict=True)
    ]
    frame = pl.DataFrame(columns)
    return frame.with_columns(
        pl.lit(label).alias(FILE), pl.int_range(start, start + len(rows), dtype=pl.Int64, eager=True).alias(ROW)
    )  # fmt: skip


def written(value: Any) -> str | None:
    """A value of a database as text: dates as ISO 8601, numbers plainly, structures as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _order_note(table: DatabaseTable) -> Text:
    key = ", ".join(table.key)
    if key:
        return both(
            f"행 번호는 기본키({key}) 순서입니다.", f"Rows are numbered by the key ({key})."
        )
    return both(
        "기본키가 없어 행 번호는 데이터베이스가 준 순서입니다.",
        "There is no primary key: rows are numbered as the database gave them.",
    )


def _described(inspector: Any, schema: str | None, name: str) -> DatabaseTable:
    columns = tuple(
        DatabaseColumn(
            one["name"],
            _type_name(one["type"]),
            (one.get("comment") or "").strip(),
            not isinstance(one["type"], sa.LargeBinary | sa.types.NullType),
        )
        for one in inspector.get_columns(name, schema=schema)
    )
    key = inspector.get_pk_constraint(name, schema=schema).get("constrained_columns") or []
    return DatabaseTable(schema, name, columns, tuple(key))


def _type_name(kind: Any) -> str:
    try:
        return str(kind)
    except SQLAlchemyError:  # a type of the database's own that SQLAlchemy cannot write
        return type(kind).__name__.upper()


def _url(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise Problem(both(
            f"데이터베이스 주소를 알아볼 수 없습니다: {hidden(address)}. "
            "예: postgresql://사용자@서버:5432/데이터베이스",
            f"The database address is not understood: {hidden(address)}. "
            "For example: postgresql://user@server:5432/database",
        )) from error  # fmt: skip
    database, _, driver = url.drivername.partition("+")
    if not driver and database in _DRIVERS:
        url = url.set(drivername=_DRIVERS[database][0])
    if database == "sqlite":
        return _read_only_file(url)
    if url.password is None and (password := os.environ.get(PASSWORD_VARIABLE)):
        url = url.set(password=password)
    return url


def _read_only_file(url: URL) -> URL:
    """SQLite makes a file that is not there, and may write: neither is wanted."""
    path = Path(url.database or "")
    if not path.is_file():
        raise Problem(both(
            f"SQLite 파일이 없습니다: {path}. 경로를 확인해 주십시오.",
            f"There is no SQLite file {path}. Check the path.",
        ))  # fmt: skip
    return URL.create(
        "sqlite", database=path.resolve().as_uri(), query={"mode": "ro", "uri": "true"}
    )


def _engine(url: URL) -> Engine:
    database = url.get_backend_name()
    _, package, timeout = _DRIVERS.get(database, ("", database, ""))
    options: dict[str, Any] = {timeout: _SECONDS} if timeout else {}
    if package == "pg8000" and not url.password:
        options["password"] = ""  # it stumbles over none at all
    try:
        return sa.create_engine(url, poolclass=NullPool, connect_args=options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise Problem(both(
            f"{database} 데이터베이스의 드라이버가 설치되어 있지 않습니다. `pip install {package}`로 "
            "설치한 뒤 다시 실행해 주십시오.",
            f"The driver for {database} is not installed. Run `pip install {package}` and try again.",
        )) from error  # fmt: skip


def _refused(url: URL, error: SQLAlchemyError) -> Problem:
    said = str(getattr(error, "orig", None) or error).splitlines()[0][:300]
    if url.password:
        said = said.replace(str(url.password), "***")
    shown = url.render_as_string(hide_password=True)
    return Problem(both(
        f"데이터베이스를 읽지 못했습니다: {shown} ({said}). 주소, 사용자, 비밀번호(환경 변수 "
        f"{PASSWORD_VARIABLE}), 읽기 권한을 확인해 주십시오.",
        f"The database could not be read: {shown} ({said}). Check the address, the user, the "
        f"password (environment variable {PASSWORD_VARIABLE}) and the right to read.",
    ))  # fmt: skip


def _unknown(kind: Text, given: str, known: Sequence[str]) -> Problem:
    guess = did_you_mean(given, known)
    listed = ", ".join(list(known)[:20])
    return Problem(both(
        f"“{given}”이라는 {kind.ko}은(는) 없습니다.{guess.ko} 있는 것: {listed}",
        f"There is no {kind.en} “{given}”.{guess.en} There are: {listed}",
    ))  # fmt: skip

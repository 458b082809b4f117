"""SQL over what a person may query: checked, run apart, noted in the audit log."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dataro.accounts import audit
from dataro.accounts.permissions import allowed
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.build.context import Context
from dataro.publish.catalogue.entries import visible_entries
from dataro.publish.catalogue.entry import Entry, EntryTable
from dataro.publish.query import QueryError
from dataro.publish.sql.engine import Engine
from dataro.publish.sql.gate import READ_ONLY, SqlRefused, tables_in
from dataro.vocabulary.problem import did_you_mean
from dataro.vocabulary.text import Text, both

SECONDS = 10.0
MOST_ROWS = 10_000
MOST_BYTES = 8_000_000
_MOST_LISTED = 60


class UnknownTable(QueryError):
    """A table that is not there, or that this person may not query."""


class SqlTooMuch(SqlRefused):
    """SQL that took longer, or more memory, than it may."""


@dataclass(frozen=True, slots=True)
class SqlAnswer:
    """What came out: names and types of columns, rows, whether they were cut."""

    columns: list[str]
    types: list[str]
    rows: list[list[Any]]
    truncated: bool
    seconds: float
    entries: tuple[str, ...]


def queryable(
    context: Context, person: Person, records: Records
) -> dict[str, tuple[Entry, EntryTable]]:
    """Published tables that ``person`` may query, by the name that SQL calls them."""
    today = records.today()
    return {
        table.stored: (entry, table)
        for entry in visible_entries(context, person)
        if allowed(person, "dataset.query", entry.subject, today=today)
        for table in entry.tables
        if table.snapshot is not None
    }


def ask(context: Context, records: Records, engine: Engine, person: Person, sql: str) -> SqlAnswer:
    """Run ``sql`` for ``person``.

    Raises ``SqlRefused`` for what may not run or fails, ``UnknownTable``, ``Busy``.
    """
    known = {name.lower(): found for name, found in queryable(context, person, records).items()}
    named = sorted(tables_in(sql))
    for name in named:
        if name.lower() not in known:
            raise _unknown(name, known)
    used = {name.lower(): known[name.lower()] for name in named}
    order = {
        "sql": sql, "seconds": SECONDS, "rows": MOST_ROWS, "bytes": MOST_BYTES,
        "tables": _located(context, used),
    }  # fmt: skip
    found = engine.run(order, SECONDS)
    entries = tuple(sorted({entry.id for entry, _ in used.values()}))
    _note(records, person, sql, entries, found)
    if "kind" in found:
        raise _refused(found["kind"], found["error"])
    return SqlAnswer(
        found["columns"],
        found["types"],
        found["rows"],
        found["truncated"],
        found["seconds"],
        entries,
    )


def _located(
    context: Context, used: Mapping[str, tuple[Entry, EntryTable]]
) -> dict[str, dict[str, list[str]]]:
    """Files and columns of each table: what is declared, without outlines."""
    located = {}
    with context.lake.session() as session:
        for _, table in used.values():
            assert table.snapshot is not None
            there = set(session.read(table.stored, table.snapshot).columns)
            columns = [
                name
                for name, term in table.columns.items()
                if name in there and term.domain.kind != "geometry"
            ]
            files = session.files(table.stored, table.snapshot)
            located[table.stored] = {"files": [str(path) for path in files], "columns": columns}
    return located


def _note(
    records: Records,
    person: Person,
    sql: str,
    entries: tuple[str, ...],
    found: Mapping[str, Any],
) -> None:
    """Who, which tables, how long. The text may hold personal data, so only its digest is kept."""
    detail = {
        "tables": list(entries),
        "seconds": found["seconds"],
        "rows": len(found.get("rows", ())),
        "outcome": found.get("kind", "ok"),
        "sql": hashlib.sha256(sql.encode("utf-8", "replace")).hexdigest()[:16],
    }
    with records.writing() as connection:
        audit.note(connection, records, person, "dataset.query", "sql", detail)


def _unknown(name: str, known: Mapping[str, object]) -> UnknownTable:
    shown = name[:60]
    guess, listed = did_you_mean(shown.lower(), known), ", ".join(sorted(known)[:_MOST_LISTED])
    return UnknownTable(
        shown,
        both(
            f"“{shown}”이라는 표는 없습니다.{guess.ko} 질의할 수 있는 표: {listed}.",
            f"There is no table “{shown}”.{guess.en} Tables that you may query: {listed}.",
        ),
    )


def _refused(kind: str, said: str) -> SqlRefused:
    if kind in _TOO_MUCH:
        return SqlTooMuch(_TOO_MUCH[kind])
    if kind == "statement":
        return SqlRefused(READ_ONLY)
    if kind == "function":
        return SqlRefused(
            both(f"함수 {said}은(는) 쓸 수 없습니다.", f"The function {said} cannot be used.")
        )
    if kind == "table":
        return SqlRefused(
            both(f"“{said}”은(는) 읽을 수 있는 표가 아닙니다.", f"“{said}” is no table to read.")
        )
    if said.startswith("Only SELECT"):
        return SqlRefused(READ_ONLY)
    return SqlRefused(both(f"실행할 수 없습니다: {said}", f"It cannot be run: {said}"))


_TOO_MUCH: Mapping[str, Text] = {
    "time": both(
        f"{SECONDS:g}초 안에 끝나지 않아 멈추었습니다. 조건을 좁히거나 먼저 집계해 주십시오.",
        f"Stopped after {SECONDS:g} seconds. Narrow the conditions, or aggregate first.",
    ),
    "memory": both(
        "메모리를 너무 많이 써서 멈추었습니다. 행과 열을 줄여 주십시오.",
        "Stopped because it needed too much memory. Take fewer rows and columns.",
    ),
}

"""The first look at somebody's SQL: one statement that only reads, and which tables it names.

The engine's own parser looks a second time (``dataro.data.lake.locked``), in a process that holds
nothing but the tables named here.
"""

from __future__ import annotations

import logging

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

# It would write people's SQL to the log, word for word.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

MOST_LETTERS = 20_000
_FUNCTIONS = ("unnest", "range", "generate_series", "generateseries", "explodingeneratedseries")
_WRITING = (
    exp.DDL, exp.DML, exp.Command, exp.Copy, exp.Attach, exp.Detach, exp.Pragma, exp.Set, exp.Use,
    exp.Into, exp.Describe, exp.Show, exp.Kill, exp.Transaction, exp.Commit, exp.Rollback,
)  # fmt: skip


class SqlRefused(Problem):
    """SQL that is not run; says what is wrong with it."""


def tables_in(sql: str) -> frozenset[str]:
    """Names of the tables that a statement reads, as they are written.

    Raises ``SqlRefused`` for what is not one readable SELECT over plainly named tables.
    """
    if len(sql) > MOST_LETTERS:
        raise SqlRefused(
            both(
                f"SQL은 {MOST_LETTERS:,}자까지 쓸 수 있습니다.",
                f"SQL has at most {MOST_LETTERS:,} letters.",
            )
        )
    statement = _only(sql)
    for node in statement.walk():
        if isinstance(node, _WRITING):
            raise SqlRefused(READ_ONLY)
    own = {one.alias_or_name.lower() for one in statement.find_all(exp.CTE)}
    named = set()
    for table in statement.find_all(exp.Table):
        name = _plain_name(table)
        if name is not None and name.lower() not in own:
            named.add(name)
    return frozenset(named)


READ_ONLY: Text = both(
    "SELECT 한 문장만 실행할 수 있습니다. 자료를 고치거나 설정을 바꾸는 문장은 쓸 수 없습니다.",
    "Only a single SELECT is run: nothing that changes data or settings.",
)


def _only(sql: str) -> exp.Query:
    try:
        found = [one for one in sqlglot.parse(sql, read="duckdb") if one is not None]
    except SqlglotError as error:
        said = str(error).splitlines()[0][:300]
        raise SqlRefused(
            both(f"SQL을 읽을 수 없습니다: {said}", f"The SQL cannot be read: {said}")
        ) from error
    except RecursionError as error:
        raise SqlRefused(
            both("SQL이 너무 깊이 겹쳐 있습니다.", "The SQL is nested too deeply.")
        ) from error
    if len(found) != 1 or not isinstance(found[0], exp.Query):
        raise SqlRefused(READ_ONLY)
    return found[0]


def _plain_name(table: exp.Table) -> str | None:
    """The name of a table; None for a harmless function in its place."""
    inner = table.this
    if isinstance(inner, exp.Identifier) and not (table.db or table.catalog):
        return str(inner.this)
    if isinstance(inner, exp.Func):
        name = inner.name if isinstance(inner, exp.Anonymous) else inner.sql_name()
        if name.lower().replace("_", "") in {one.replace("_", "") for one in _FUNCTIONS}:
            return None
        raise SqlRefused(
            both(
                f"표 자리에 함수 {name.lower()[:60]}은(는) 쓸 수 없습니다.",
                f"The function {name.lower()[:60]} cannot stand for a table.",
            )
        )
    said = table.sql()[:80]
    raise SqlRefused(
        both(
            f"“{said}”은(는) 읽을 수 있는 표가 아닙니다. 표 이름만 적어 주십시오.",
            f"“{said}” is no table that can be read. Write the plain name of a table.",
        )
    )

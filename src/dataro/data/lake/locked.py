"""A locked engine for other people's SQL: a process of its own that can reach named files alone.

Run as a program it reads orders from its input, a JSON object a line, and answers each with one.
Whoever gets past the checks before it still finds: no files but those that were named, no
network, no extensions, no settings to change, one thread, little memory, nothing to write to, no
secrets in its environment, and an end after some seconds.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from datetime import time as clock
from decimal import Decimal
from typing import Any, TextIO

import duckdb

MEMORY = "512MB"
DATA_BYTES = 3 * 2**29
"""Bytes of data that the process may hold, whatever the engine thinks."""

TABLE_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})
_REFERENCES = frozenset(
    {"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EMPTY", "EXPRESSION_LIST"}
)
FORBIDDEN = frozenset(
    {"current_setting", "getenv", "getvariable", "query", "query_table", "json_execute_serialized_sql",
     "nextval", "currval", "txid_current", "current_database", "current_schema", "current_schemas",
     "current_user", "session_user", "user", "version", "current_catalog", "in_search_path", "error",
     "write_log", "parse_duckdb_log_message", "sleep_ms", "get_bit_position", "add_parquet_key",
     "current_query", "current_connection_id", "current_transaction_id", "getrusage", "pragma_version"}
)  # fmt: skip
"""Functions that tell of the system, or run text as SQL."""
FORBIDDEN_BEGINNINGS = ("duckdb_", "pragma_", "read_", "pg_", "sniff_", "parquet_", "glob", "icu_",
                        "which_secret", "test_", "has_", "make_type", "has_any", "nextval")  # fmt: skip


class Refused(Exception):
    """SQL that may not run; ``kind`` and the message say why."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def answer(order: Mapping[str, Any]) -> dict[str, Any]:
    """Run one order: ``sql``, ``tables`` (name → files and columns), ``seconds``, ``rows``, ``bytes``."""
    began = time.perf_counter()
    try:
        found = _run(order)
    except Refused as error:
        found = {"kind": error.kind, "error": str(error)}
    except duckdb.InterruptException:
        found = {"kind": "time", "error": ""}
    except (duckdb.OutOfMemoryException, MemoryError):
        found = {"kind": "memory", "error": ""}
    except duckdb.Error as error:
        found = {"kind": "sql", "error": str(error)[:1_000]}
    return {**found, "seconds": round(time.perf_counter() - began, 4)}


def _run(order: Mapping[str, Any]) -> dict[str, Any]:
    tables: Mapping[str, Any] = order["tables"]
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": 1, "memory_limit": MEMORY, "temp_directory": "", "max_expression_depth": 250,
            "autoinstall_known_extensions": False, "autoload_known_extensions": False,
            "allow_community_extensions": False, "python_enable_replacements": False,
        },
    )  # fmt: skip
    try:
        paths = ", ".join(_text(path) for one in tables.values() for path in one["files"])
        connection.execute(f"SET allowed_paths = [{paths}]")
        for name, one in tables.items():
            columns = ", ".join(_quoted(column) for column in one["columns"])
            files = ", ".join(_text(path) for path in one["files"])
            connection.execute(
                f"CREATE VIEW {_quoted(name)} AS SELECT {columns} FROM read_parquet([{files}])"
            )
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        _check(connection, order["sql"], frozenset(tables))
        alarm = threading.Timer(order["seconds"], connection.interrupt)
        alarm.daemon = True
        alarm.start()
        try:
            return _fetch(connection.execute(order["sql"]), order["rows"], order["bytes"])
        finally:
            alarm.cancel()
    finally:
        connection.close()


def _check(connection: duckdb.DuckDBPyConnection, sql: str, tables: frozenset[str]) -> None:
    """The statement as the engine itself parses it: one SELECT over these tables.

    Raises ``Refused``.
    """
    row = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchone()
    assert row is not None
    tree = json.loads(row[0])
    if tree["error"]:
        raise Refused("sql", str(tree.get("error_message", ""))[:500])
    if len(tree["statements"]) != 1:
        raise Refused("statement", "")
    named = {
        entry["key"].lower()
        for node in _nodes(tree)
        for entry in (node.get("cte_map") or {}).get("map", [])
    }
    known = {name.lower() for name in tables} | named
    for node in _nodes(tree):
        kind = node.get("type")
        if "table_name" in node and kind == "BASE_TABLE":
            plain = not node.get("schema_name") and not node.get("catalog_name")
            if not plain or node["table_name"].lower() not in known:
                raise Refused("table", str(node["table_name"])[:100])
        if node.get("class") == "FUNCTION":
            _check_function(str(node.get("function_name", "")).lower(), str(node.get("schema")))
        if kind == "TABLE_FUNCTION":
            name = str((node.get("function") or {}).get("function_name", "")).lower()
            if name not in TABLE_FUNCTIONS:
                raise Refused("function", name[:100])
        if "sample" in node and "alias" in node and kind not in _REFERENCES:
            raise Refused("statement", str(kind))


def _check_function(name: str, schema: str) -> None:
    if name in FORBIDDEN or name.startswith(FORBIDDEN_BEGINNINGS):
        raise Refused("function", name[:100])


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _fetch(cursor: duckdb.DuckDBPyConnection, most_rows: int, most_bytes: int) -> dict[str, Any]:
    described = cursor.description or []
    rows: list[list[Any]] = []
    size, cut = 0, False
    while not cut:
        found = cursor.fetchmany(50)
        if not found:
            break
        for row in found:
            cells = [_plain(cell) for cell in row]
            size += sum(len(cell) if isinstance(cell, str) else 8 for cell in cells)
            if len(rows) >= most_rows or size > most_bytes:
                cut = True
                break
            rows.append(cells)
    names = [str(one[0]) for one in described]
    types = [str(one[1]) for one in described]
    return {"columns": names, "types": types, "rows": rows, "truncated": cut}


def _plain(cell: Any) -> Any:
    """A cell as JSON has it; lists and structures as their text."""
    if cell is None or isinstance(cell, bool | str):
        return cell
    if isinstance(cell, int):
        return cell if abs(cell) < 2**63 else str(cell)
    if isinstance(cell, float):
        return cell if cell - cell == 0 else None
    if isinstance(cell, Decimal):
        return float(cell)
    if isinstance(cell, date | datetime | clock):
        return cell.isoformat()
    if isinstance(cell, bytes):
        return cell.hex()
    return str(cell)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _limit() -> None:
    """Limits of the process itself, where the system has them."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in (
        (resource.RLIMIT_DATA, DATA_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 256),
    ):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(
            what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
        )


def main(orders: TextIO, answers: TextIO) -> None:
    """Answer until there are no more orders."""
    _limit()
    for line in orders:
        answers.write(json.dumps(answer(json.loads(line)), ensure_ascii=True) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)

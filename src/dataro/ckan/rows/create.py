"""Tables made and altered: columns, keys, indexes, other names."""

from __future__ import annotations

import sqlite3
import unicodedata
from typing import Any

from dataro.ckan.faults import Invalid
from dataro.ckan.rows.file import Column, RowsFile, RowTable, quoted
from dataro.ckan.rows.types import guessed_type, short_type
from dataro.ckan.settings import words

MOST_COLUMNS, LONGEST_NAME = 1_600, 63
_AFFINITY = {
    "int2": "INTEGER", "int4": "INTEGER", "int8": "INTEGER", "bool": "INTEGER",
    "float4": "REAL", "float8": "REAL", "numeric": "NUMERIC", "money": "NUMERIC",
}  # fmt: skip


def listed(value: Any) -> list[Any] | None:
    """A parameter as a list: texts are divided at commas, quotes around names fall away."""
    if value is None:
        return None
    found = words(value, ",") if isinstance(value, str) else list(value)
    return [one.strip().strip('"') if _in_quotes(one) else one for one in found]


def _in_quotes(value: Any) -> bool:
    return isinstance(value, str) and len(value) > 1 and value[0] == value[-1]


def plain_column_name(name: Any) -> bool:
    """Whether a column may be called so."""
    return bool(
        isinstance(name, str)
        and name
        and name == name.strip()
        and not name.startswith("_")
        and '"' not in name
        and not any(unicodedata.category(one).startswith("C") for one in name)
    )


def make_table(rows: RowsFile, resource: str, fields: list[Any], records: list[Any]) -> RowTable:
    """A new table. Raises ``Invalid`` for columns that cannot be."""
    _check(fields)
    long = [
        f'Column heading "{one["id"]}" exceeds limit of {LONGEST_NAME} characters.'
        for one in fields if len(one["id"]) > LONGEST_NAME
    ]  # fmt: skip
    if long:
        raise Invalid({"fields": long})
    _guess(fields, records)
    if len({one["id"] for one in fields}) != len(fields):
        raise Invalid({"field": ["Duplicate column names are not supported"]})
    table = RowTable(resource, f"r_{resource}", [])
    for one in fields:
        _add(table, one["id"], one["type"], one.get("info"))
    for id, value in _first(records).items():
        if table.column(id) is None:
            _add(table, id, guessed_type(value), None)
    columns = ", ".join(f"{one.stored} {_AFFINITY.get(one.type, 'TEXT')}" for one in table.columns)
    after = f", {columns}" if columns else ""
    rows.write(
        f"CREATE TABLE {quoted(table.stored)} (_id INTEGER PRIMARY KEY AUTOINCREMENT{after})"
    )
    rows.keep(table)
    return table


def alter_table(
    rows: RowsFile, table: RowTable, fields: list[Any], records: list[Any], *, delete: bool
) -> None:
    """Add columns, describe them, and remove those not named where ``delete``."""
    _check(fields)
    before = [one.id for one in table.columns]
    if not fields:
        fields = [{"id": one.id, "type": one.type} for one in table.columns]
    added = [one for one in fields if one["id"] not in before]
    _guess(added, records)
    new = [_add(table, one["id"], one["type"], one.get("info")) for one in added]
    named = {one["id"] for one in fields}
    for id, value in _first(records).items():
        if id not in named and table.column(id) is None:
            new.append(_add(table, id, guessed_type(value), None))
        elif id not in named and delete:
            named.add(id)
    for one in fields:
        column = table.column(one["id"])
        if column is not None and isinstance(one.get("info"), dict):
            column.info = one["info"]
    for column in new:
        affinity = _AFFINITY.get(column.type, "TEXT")
        rows.write(f"ALTER TABLE {quoted(table.stored)} ADD {column.stored} {affinity}")
    if delete:
        kept = named | {one.id for one in new}
        for column in [one for one in table.columns if one.id not in kept]:
            _remove(rows, table, column)
    rows.keep(table)


def _remove(rows: RowsFile, table: RowTable, column: Column) -> None:
    for at, index in enumerate([table.keys, *table.indexes]):
        if column.id in index:
            rows.write(f"DROP INDEX IF EXISTS {_index_name(table, at)}")
    if column.id in table.keys:
        table.keys = []
    rows.write(f"ALTER TABLE {quoted(table.stored)} DROP COLUMN {column.stored}")
    table.columns.remove(column)


def _add(table: RowTable, id: str, type: str, info: Any) -> Column:
    short = short_type(str(type))
    if short is None:
        raise Invalid({"fields": [f'"{type}" is not a valid field type']})
    if len(table.columns) >= MOST_COLUMNS:
        raise Invalid({"fields": [f"tables can have at most {MOST_COLUMNS} columns"]})
    description = info if isinstance(info, dict) else None
    column = Column(id, short, f"c{table.next}", description)
    table.next += 1
    table.columns.append(column)
    return column


def _check(fields: list[Any]) -> None:
    for one in fields:
        if one.get("type") and short_type(str(one["type"])) is None:
            raise Invalid({"fields": [f'"{one["type"]}" is not a valid field type']})
        if not plain_column_name(one["id"]):
            raise Invalid({"fields": [f'"{one["id"]}" is not a valid field name']})


def _guess(fields: list[Any], records: list[Any]) -> None:
    first = _first(records)
    for one in fields:
        if not one.get("type"):
            if one["id"] not in first:
                raise Invalid({"fields": [f'"{one["id"]}" type not guessable']})
            one["type"] = guessed_type(first[one["id"]])


def _first(records: list[Any]) -> dict[str, Any]:
    if not records:
        return {}
    if not isinstance(records[0], dict):
        raise Invalid({"records": ["The first row is not a json object"]})
    for id in records[0]:
        if id != "_id" and not plain_column_name(id):
            raise Invalid({"fields": [f'"{id}" is not a valid field name']})
    return {id: value for id, value in records[0].items() if id != "_id"}


# --- keys, indexes, other names ---------------------------------------------------------------


def set_keys(rows: RowsFile, table: RowTable, primary_key: Any, indexes: Any) -> None:
    """Make what tells rows apart, and what makes them fast to find. Raises ``Invalid``."""
    keys, others = listed(primary_key), indexes
    if isinstance(others, str):
        others = listed(others)
    wanted = [listed(one) or [] for one in others] if others is not None else None
    for index in [*([keys] if keys else []), *(wanted or [])]:
        for name in index:
            if table.column(name) is None:
                raise Invalid({"index": [f'The field "{name}" is not a valid column name.']})
    if wanted is not None:
        for at in range(len(table.indexes)):
            rows.write(f"DROP INDEX IF EXISTS {_index_name(table, at + 1)}")
        table.indexes = [one for one in wanted if one]
        for at, index in enumerate(table.indexes):
            _index(rows, table, index, _index_name(table, at + 1), unique=False)
    if keys is not None and sorted(keys) != sorted(table.keys):
        rows.write(f"DROP INDEX IF EXISTS {_index_name(table, 0)}")
        table.keys = keys
        if keys:
            _index(rows, table, keys, _index_name(table, 0), unique=True)
    rows.keep(table)


def _index_name(table: RowTable, number: int) -> str:
    return quoted(f"{table.stored}_i{number}")


def _index(rows: RowsFile, table: RowTable, names: list[str], name: str, *, unique: bool) -> None:
    columns = ", ".join(table.column(one).stored for one in names)  # type: ignore[union-attr]
    kind = "UNIQUE INDEX" if unique else "INDEX"
    try:
        rows.write(f"CREATE {kind} {name} ON {quoted(table.stored)} ({columns})")
    except sqlite3.IntegrityError as error:
        raise not_unique(error) from error


def not_unique(error: Exception) -> Invalid:
    """Two rows would have the same key."""
    said = "Cannot insert records or create index because of uniqueness constraint"
    orig = f"duplicate key value violates unique constraint ({error})"
    return Invalid({"constraints": [said], "info": {"orig": orig, "pgcode": "23505"}})


def set_aliases(rows: RowsFile, table: RowTable, aliases: Any) -> None:
    """Other names by which a table can be searched; None leaves them. Raises ``Invalid``."""
    names = listed(aliases)
    if names is None:
        return
    for name in names:
        if rows.table(name) is not None:
            raise Invalid({"alias": [f'"{name}" already exists']})
        held = rows.called(name)
        if held is not None and held.resource != table.resource:
            raise Invalid({"alias": [f'The alias "{name}" already exists.']})
    table.aliases = list(dict.fromkeys(names))
    rows.keep(table)

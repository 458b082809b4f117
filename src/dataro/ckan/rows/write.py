"""Rows written: inserted, updated, or whichever fits."""

from __future__ import annotations

import sqlite3
from typing import Any

from dataro.ckan.faults import Invalid
from dataro.ckan.rows.create import not_unique
from dataro.ckan.rows.file import Column, RowsFile, RowTable, quoted
from dataro.ckan.rows.types import BadValue, kept, shown

Row = dict[str, Any]


def insert(rows: RowsFile, table: RowTable, records: list[Any]) -> list[int]:
    """Add rows; their numbers. Raises ``Invalid`` naming the row that does not fit."""
    columns = table.columns
    values = []
    for number, record in enumerate(records):
        _check_record(record, number, table)
        values.append([_kept(record.get(one.id), one, number) for one in columns])
    if not columns:
        return []
    names = ", ".join(one.stored for one in columns)
    marks = ", ".join("?" * len(columns))
    before = _last(rows, table)
    try:
        rows.write_many(f"INSERT INTO {quoted(table.stored)} ({names}) VALUES ({marks})", values)
    except sqlite3.IntegrityError as error:
        raise not_unique(error) from error
    return list(range(before + 1, before + len(values) + 1))


def _last(rows: RowsFile, table: RowTable) -> int:
    found = rows.read("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.stored,))
    return int(found[0][0]) if found else 0


def _check_record(record: Any, number: int, table: RowTable) -> None:
    if not isinstance(record, dict):
        raise Invalid({"records": [f'row "{number}" is not a json object']})
    extra = [name for name in record if table.column(name) is None]
    if extra:
        raise Invalid({"records": [f'row "{number + 1}" has extra keys "{", ".join(extra)}"']})


def _kept(value: Any, column: Column, number: int) -> Any:
    try:
        return kept(value, column.type)
    except BadValue as error:
        raise Invalid({"records": [error.message], "records_row": number}) from error


def change(rows: RowsFile, table: RowTable, records: list[Any], *, add: bool) -> list[int]:
    """Update rows found by their key or ``_id``; where ``add``, rows not found are added."""
    changed: list[int] = []
    for number, record in enumerate(records):
        if not isinstance(record, dict):
            raise Invalid({"records": [f'row "{number}" is not a json object']})
        names = _key_of(record, table)
        unknown = [one for one in record if one != "_id" and table.column(one) is None]
        if unknown:
            raise Invalid({"fields": [f'fields "{", ".join(unknown)}" do not exist']})
        values = {
            one.stored: _kept(record[one.id], one, number)
            for one in table.columns if one.id in record
        }  # fmt: skip
        place = _place(record, table, names, values, number)
        try:
            changed += _write(rows, table, values, place, add=add)
        except sqlite3.IntegrityError as error:
            raise not_unique(error) from error
    return list(dict.fromkeys(changed))


def _key_of(record: Row, table: RowTable) -> list[str]:
    if "_id" in record:
        return ["_id"]
    if not table.keys:
        raise Invalid({"table": ["unique key must be passed for update/upsert"]})
    lacking = [name for name in table.keys if name not in record]
    if lacking:
        said = f'fields "{", ".join(lacking)}" are missing but needed as key'
        raise Invalid({"key": [said]})
    return table.keys


def _place(
    record: Row, table: RowTable, names: list[str], values: Row, number: int
) -> dict[str, Any]:
    if names == ["_id"]:
        return {"_id": _kept(record["_id"], Column("_id", "int8", "_id"), number)}
    stored = [table.column(name).stored for name in names]  # type: ignore[union-attr]
    return {name: values[name] for name in stored}


def _write(
    rows: RowsFile, table: RowTable, values: Row, place: dict[str, Any], *, add: bool
) -> list[int]:
    name = quoted(table.stored)
    where = " AND ".join(f"{one} = ?" for one in place)
    found = [
        row[0] for row in rows.read(f"SELECT _id FROM {name} WHERE {where}", [*place.values()])
    ]
    if found and values:
        sets = ", ".join(f"{one} = ?" for one in values)
        rows.write(f"UPDATE {name} SET {sets} WHERE {where}", [*values.values(), *place.values()])
    if found:
        return found
    if not add:
        said = {f"val_{at}": value for at, value in enumerate(place.values())}
        raise Invalid({"key": [f'key "{said}" not found']})
    given = {**place, **values}
    marks = ", ".join("?" * len(given))
    made = rows.write(
        f"INSERT INTO {name} ({', '.join(given)}) VALUES ({marks})", [*given.values()]
    )
    return [int(made.lastrowid or 0)]


def rows_of(rows: RowsFile, table: RowTable, ids: list[int]) -> list[Row]:
    """Rows by their numbers, as JSON has them."""
    names = ", ".join(["_id", *(one.stored for one in table.columns)])
    sql = f"SELECT {names} FROM {quoted(table.stored)} WHERE _id = ?"
    return [as_json(table, row) for id in ids for row in rows.read(sql, (id,))]


def as_json(table: RowTable, row: tuple[Any, ...]) -> Row:
    """A row with ``_id`` before its columns."""
    made: Row = {"_id": row[0]}
    for column, value in zip(table.columns, row[1:], strict=True):
        made[column.id] = shown(value, column.type)
    return made

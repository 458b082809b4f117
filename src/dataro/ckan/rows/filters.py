"""Conditions on rows: fields that equal, lie between or are among values, joined by and, or."""

from __future__ import annotations

from typing import Any

from dataro.ckan.faults import Invalid
from dataro.ckan.rows.file import Column, RowTable
from dataro.ckan.rows.types import BadValue, kept

MOST_CONDITIONS, DEEPEST = 100, 10
MOST_VALUES = 10_000
_OPERATORS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
Clause = tuple[str, list[Any]]
"""A piece of a statement and the values in it."""


class _Reader:
    def __init__(self, table: RowTable) -> None:
        self.table, self.count = table, 0
        self.errors: list[str] = []

    def counted(self, clause: Clause) -> Clause:
        self.count += 1
        if self.count > MOST_CONDITIONS:
            raise Invalid({"filters": ["Maximum number of filter operations exceeded"]})
        return clause

    def every(self, filters: dict[str, Any], depth: int) -> list[Clause]:
        if depth >= DEEPEST:
            raise Invalid({"filters": ["Maximum nesting depth for filter operations reached"]})
        if len(filters) >= MOST_CONDITIONS:
            raise Invalid({"filters": ["Maximum number of filter operations exceeded"]})
        found = []
        for name, value in filters.items():
            if name.startswith("$") and not name.startswith("$$"):
                clause = self.operator(name, value, depth)
            else:
                clause = self.field(name[1:] if name.startswith("$$") else name, value)
            if clause is not None:
                found.append(clause)
        return found

    def operator(self, name: str, value: Any, depth: int) -> Clause | None:
        if name not in ("$or", "$and"):
            self.errors.append(f"Unknown operators (must be one of $or, $and): {name}")
            return None
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.errors.append(f"Filter operations must be defined as a list of dicts: {value}")
            return None
        return self.among(value, "OR" if name == "$or" else "AND", depth + 1)

    def among(self, filters: list[dict[str, Any]], word: str, depth: int) -> Clause | None:
        if len(filters) >= MOST_CONDITIONS:
            raise Invalid({"filters": ["Maximum number of filter operations exceeded"]})
        inner = [joined(self.every(one, depth), "AND") for one in filters]
        found = [one for one in inner if one is not None]
        return self.counted(joined(found, word)) if found else None  # type: ignore[arg-type]

    def field(self, name: str, value: Any) -> Clause | None:
        if isinstance(value, dict):
            found = [self.compared(name, how, one) for how, one in value.items()]
            return joined([one for one in found if one is not None], "AND")
        if isinstance(value, list):
            ranges = [one for one in value if isinstance(one, dict)]
            plain = [one for one in value if not isinstance(one, dict)]
            either = [self.field(name, one) for one in ranges]
            if plain or not ranges:
                either.append(self.is_in(name, plain))
            return joined([one for one in either if one is not None], "OR")
        return self.compared(name, "eq", value)

    def column(self, name: str) -> Column | None:
        return (
            Column("_id", "int8", self.table.number) if name == "_id" else self.table.column(name)
        )

    def is_in(self, name: str, values: list[Any]) -> Clause | None:
        column = self.column(name)
        if column is None:
            raise Invalid({"filters": [f'invalid value "{name}"']})
        if not values:
            return self.counted(("0", []))
        if len(values) > MOST_VALUES:
            raise Invalid({"filters": ["Maximum number of filter values exceeded"]})
        if column.type.startswith("_"):
            # A list column is equal to the list itself.
            either = [(f"{column.stored} = ?", [_value(one, column)]) for one in values]
            whole: Clause = (f"{column.stored} = ?", [_value(values, column)])
            return self.counted(whole if not isinstance(values[0], list) else either[0])
        marks = ", ".join("?" * len(values))
        found: Clause = (f"{column.stored} IN ({marks})", [_value(one, column) for one in values])
        return self.counted(found)

    def compared(self, name: str, how: str, value: Any) -> Clause | None:
        column = self.column(name)
        if column is None:
            self.errors.append(f"Unknown field: {name}")
            return None
        if how == "in":
            return self.is_in(name, value if isinstance(value, list) else [value])
        if how == "eq":
            if value is None:
                return self.counted(("0", []))
            return self.counted((f"{column.stored} = ?", [_value(value, column)]))
        if how not in _OPERATORS:
            said = (
                f"Unknown filter operation: FilterOp(field={name!r}, op={how!r}, value={value!r})"
            )
            raise Invalid({"filters": [said]})
        return self.counted((f"{column.stored} {_OPERATORS[how]} ?", [_value(value, column)]))


def joined(clauses: list[Clause], word: str) -> Clause | None:
    """Several clauses as one; None for none."""
    if not clauses:
        return None
    text = f" {word} ".join(f"({one[0]})" for one in clauses)
    return text, [value for one in clauses for value in one[1]]


def condition(filters: Any, table: RowTable) -> Clause | None:
    """What ``filters`` ask of a row; None where they ask nothing. Raises ``Invalid``."""
    if not filters:
        return None
    if isinstance(filters, list):
        if not all(isinstance(one, dict) for one in filters):
            filters = None
    elif not isinstance(filters, dict):
        filters = None
    if filters is None:
        raise Invalid({"filters": ["Filters must be defined as a dict or a list of dicts"]})
    reader = _Reader(table)
    if isinstance(filters, list):
        found = reader.among(filters, "OR", 0)
    else:
        found = joined(reader.every(filters, 0), "AND")
    if reader.errors:
        raise Invalid({"filters": reader.errors})
    return found


def _value(value: Any, column: Column) -> Any:
    try:
        return kept(value, column.type)
    except BadValue as error:
        raise Invalid({"query": ["Invalid query"], "info": {"orig": [error.message]}}) from error

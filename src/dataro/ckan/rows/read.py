"""Rows searched: conditions, words, order, pages, forms."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from dataclasses import dataclass
from typing import Any

from dataro.ckan.faults import Invalid
from dataro.ckan.rows.create import listed
from dataro.ckan.rows.file import Column, RowsFile, RowTable, quoted
from dataro.ckan.rows.filters import Clause, condition, joined
from dataro.ckan.rows.types import shown, shown_type
from dataro.ckan.rows.words import fit, readable

_SORT = re.compile(r"(.+?)(?: +(asc|desc))?(?: nulls +(first|last) *)?", re.IGNORECASE)


@dataclass(frozen=True)
class Search:
    """What is asked of a table; ``milliseconds`` says whether moments show them."""

    filters: Any = None
    q: Any = None
    full_text: str | None = None
    plain: bool = True
    fields: Any = None
    sort: Any = None
    distinct: bool = False
    limit: int = 100
    offset: int = 0
    form: str = "objects"
    total: bool = True
    next_page: bool = False
    milliseconds: bool = False


@dataclass(frozen=True)
class Answer:
    """The rows in the form asked for, the columns in them, how many there are, what follows."""

    records: Any
    fields: list[dict[str, Any]]
    total: int | None
    next_page: dict[str, Any] | None


def prepare(connection: sqlite3.Connection) -> None:
    """Give a connection the function that compares words."""
    connection.create_function("words_fit", 3, fit, deterministic=True)


def search(rows: RowsFile, table: RowTable, asked: Search) -> Answer:
    """What of a table fits. Raises ``Invalid`` for what it does not have."""
    ranks = _ranks(table, asked)
    columns = _columns(table, asked, ranks)
    name = quoted(table.stored)
    where = joined([*_conditions(table, asked, ranks)], "AND")
    text, values = where or ("1", [])
    order, ordered = _order(table, asked, ranks)
    selected = [ranks[one.id][0] if one.id in ranks else one.stored for one in columns]
    rank_values = [value for one in columns if one.id in ranks for value in ranks[one.id][1]]
    page = f"LIMIT {int(asked.limit)} OFFSET {max(int(asked.offset), 0)}"
    word = "DISTINCT" if asked.distinct else ""
    shown_id = "" if asked.distinct else f", {table.number}"
    found = rows.read(
        f"SELECT {word} {', '.join(selected)}{shown_id} FROM {name} WHERE {text} {order} {page}",
        [*rank_values, *values, *ordered],
    )
    total = None
    if asked.total:
        inner = f"SELECT {word} {', '.join(selected)} FROM {name} WHERE {text}"
        plain = f"SELECT count(*) FROM {name} WHERE {text}"
        sql = f"SELECT count(*) FROM ({inner})" if asked.distinct else plain
        total = rows.read(sql, [*(rank_values if asked.distinct else []), *values])[0][0]
    made = [
        [shown(value, one.type, asked.milliseconds)
         for one, value in zip(columns, row, strict=False)]
        for row in found
    ]  # fmt: skip
    described = [_described(one) for one in columns]
    return Answer(_formed(made, columns, asked.form), described, total, _following(found, asked))


def described(table: RowTable) -> list[dict[str, Any]]:
    """The columns of a table, with ``_id``."""
    return [_described(one) for one in (_number(table), *table.columns)]


def _number(table: RowTable) -> Column:
    return Column("_id", "int", table.number)


def _described(column: Column) -> dict[str, Any]:
    made: dict[str, Any] = {"id": column.id, "type": shown_type(column.type)}
    if column.info is not None:
        made["info"] = column.info
    return made


# --- which columns, in which order ------------------------------------------------------------


def _ranks(table: RowTable, asked: Search) -> dict[str, Clause]:
    """How well a row fits, by the name of the column that tells it."""
    found: dict[str, Clause] = {}
    everything = asked.full_text or (asked.q if isinstance(asked.q, str) else None)
    if everything:
        found["rank"] = _fits(_whole(table), everything, asked.plain)
    if isinstance(asked.q, dict):
        for name, said in asked.q.items():
            column = table.column(name)
            if column is None or not isinstance(said, str):
                raise Invalid({"q": [f'invalid value "{name}"']})
            found[f"rank {name}"] = _fits(_as_text(column), said, asked.plain)
    elif asked.q is not None and not isinstance(asked.q, str):
        raise Invalid({"q": [f'invalid value "{asked.q}"']})
    return found


def _whole(table: RowTable) -> str:
    parts = [f"coalesce({_as_text(one)}, '')" for one in table.columns]
    return " || ' ' || ".join(parts) if parts else "''"


def _as_text(column: Column) -> str:
    return f"CAST({column.stored} AS TEXT)"


def _fits(text: str, said: str, plain: bool) -> Clause:
    if not plain:
        readable(said)  # what cannot be read is said before any row is looked at
    return f"words_fit({text}, ?, {int(plain)})", [said]


def _columns(table: RowTable, asked: Search, ranks: dict[str, Clause]) -> list[Column]:
    known = {"_id": _number(table), **{one.id: one for one in table.columns}}
    known |= {name: Column(name, "float", name) for name in ranks}
    if not asked.fields:
        return list(known.values())
    names = [one for one in (listed(asked.fields) or []) if one != ""]
    for name in names:
        if name not in known:
            raise Invalid({"fields": [f'invalid value "{name}"']})
    return [known[name] for name in dict.fromkeys(names)]


def _conditions(table: RowTable, asked: Search, ranks: dict[str, Clause]) -> list[Clause]:
    filters = condition(asked.filters, table)
    return [*([filters] if filters else []), *((f"{one[0]} > 0", one[1]) for one in ranks.values())]


def _order(table: RowTable, asked: Search, ranks: dict[str, Clause]) -> tuple[str, list[Any]]:
    clauses = [one for one in (_sorts(asked.sort)) if one]
    values: list[Any] = []
    parts = []
    for said in clauses:
        match = _SORT.fullmatch(said)
        name = match.group(1).strip() if match else said
        if len(name) > 1 and name[0] == name[-1] == '"':
            name = name[1:-1]
        column = _number(table) if name == "_id" else table.column(name)
        if match is None or (column is None and name not in ranks):
            raise Invalid({"sort": [f'invalid value "{said}"']})
        direction = (match.group(2) or "asc").lower()
        # PostgreSQL takes nothing for larger than everything.
        nulls = (match.group(3) or ("last" if direction == "asc" else "first")).lower()
        if column is None:
            text, given = ranks[name]
            values += given
        else:
            # Lists are kept as JSON; without its last bracket a longer one follows its beginning.
            text = f"rtrim({column.stored}, ']')" if column.type[0] == "_" else column.stored
        parts.append(f"{text} {direction} NULLS {nulls}")
    if not parts:
        for text, given in ranks.values():
            parts.append(f"{text} DESC")
            values += given
        if not asked.distinct:
            parts.append(table.number)
    return (f"ORDER BY {', '.join(parts)}", values) if parts else ("", [])


def _sorts(sort: Any) -> list[str]:
    if not sort:
        return []
    if isinstance(sort, str):
        return [one.strip() for one in sort.split(",")]
    return [str(one).strip() for one in sort]


def _following(found: list[tuple[Any, ...]], asked: Search) -> dict[str, Any] | None:
    sorts = [one.lower() for one in _sorts(asked.sort)]
    if not asked.next_page or asked.distinct or not found or asked.q or asked.full_text:
        return None
    if sorts in ([], ["_id"], ["_id asc"]):
        return {"_id": {"gt": max(row[-1] for row in found)}}
    if sorts == ["_id desc"]:
        return {"_id": {"lt": min(row[-1] for row in found)}}
    return None


# --- forms ------------------------------------------------------------------------------------


def _formed(made: list[list[Any]], columns: list[Column], form: str) -> Any:
    if form == "objects":
        names = [one.id for one in columns]
        return [dict(zip(names, row, strict=True)) for row in made]
    if form == "lists":
        return made
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if form == "csv" else "\t", lineterminator="\n")
    for row in made:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value

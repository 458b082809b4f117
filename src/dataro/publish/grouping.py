"""Rows added up: grouped by columns, counted and measured, straight from the lake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from dataro.build.context import Context
from dataro.publish.query import (
    BadOperator,
    Query,
    QueryTooLong,
    UnknownColumn,
    Within,
    checked,
    known_column,
)
from dataro.publish.shelves.conditions import Where
from dataro.publish.shelves.layout import quoted
from dataro.publish.shelves.shelf import Page
from dataro.vocabulary.problem import did_you_mean
from dataro.vocabulary.terms import Kind, Term
from dataro.vocabulary.text import Text, both

Function = Literal["count", "sum", "mean", "min", "max", "distinct"]
FUNCTIONS: tuple[Function, ...] = get_args(Function)
MOST_COLUMNS = 20
SECONDS = 20.0
_SQL: Mapping[Function, str] = {
    "count": "count({})", "sum": "sum({})", "mean": "avg({})", "min": "min({})", "max": "max({})",
    "distinct": "count(DISTINCT {})",
}  # fmt: skip
_NUMERIC: tuple[Kind, ...] = ("integer", "decimal")
_WRITTEN: Mapping[Kind, str] = {
    "date": "strftime({}, '%Y-%m-%d')",
    "month": "strftime({}, '%Y-%m-%d')",
    "datetime": "strftime({}, '%Y-%m-%dT%H:%M:%S')",
    "time": "CAST({} AS VARCHAR)",
}
_CAST: Mapping[Kind, str] = {
    "date": "CAST(? AS DATE)",
    "month": "CAST(? AS DATE)",
    "datetime": "CAST(? AS TIMESTAMP)",
    "time": "CAST(? AS TIME)",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One number about each group; ``count`` without a column counts rows, all others skip empty
    cells."""

    function: Function
    column: str | None = None

    @property
    def name(self) -> str:
        """What its column is called: ``people_sum``, ``count``."""
        return f"{self.column}_{self.function}" if self.column else self.function


@dataclass(frozen=True, slots=True)
class Grouping:
    """Columns to group by (none: all rows are one group) and what to measure."""

    by: tuple[str, ...]
    measures: tuple[Measure, ...] = (Measure("count"),)

    @property
    def names(self) -> tuple[str, ...]:
        """Columns of the result, in order."""
        return (*self.by, *(one.name for one in self.measures))


def grouped(
    context: Context,
    table: str,
    snapshot: int,
    columns: Mapping[str, Term],
    query: Query,
    grouping: Grouping,
) -> Page:
    """Groups of the rows that the filters of ``query`` leave, and how many groups there are.

    ``sort`` names columns of the result; without it groups come in the order of their columns.
    Raises a ``QueryError`` for what cannot be asked, ``TooSlow`` after ``SECONDS``.
    """
    _check(grouping, columns)
    for one in query.sort:
        if one.column not in grouping.names:
            raise _not_in_result(one.column, grouping)
    sort = query.sort
    asked = checked(Query(query.filters, words=query.words), columns)
    checked(Query(offset=query.offset, limit=query.limit), columns)
    where = _LakeWhere(columns)
    condition = where.all(asked)
    selected = [
        *(f"{_written(name, columns)} AS {quoted(name)}" for name in grouping.by),
        *(f"{_measured(one, columns)} AS {quoted(one.name)}" for one in grouping.measures),
    ]
    order = [
        *(f"{quoted(one.column)} {'DESC' if one.descending else 'ASC'} NULLS LAST" for one in sort),
        *(quoted(name) for name in grouping.by),
    ]
    with context.lake.session() as session:
        inner = (
            f"SELECT {', '.join(selected)} FROM {session.named(table, snapshot)}"
            + (f" WHERE {condition}" if condition else "")
            + (
                f" GROUP BY {', '.join(map(str, range(1, len(grouping.by) + 1)))}"
                if grouping.by
                else ""
            )
        )
        sql = f"SELECT *, count(*) OVER () FROM ({inner})"
        if order:
            sql += f" ORDER BY {', '.join(order)}"
        if query.limit is not None:
            sql += f" LIMIT {int(query.limit)}"
        sql += f" OFFSET {int(query.offset)}"
        found = session.query(sql, where.values, SECONDS)
        if found:
            total = int(found[0][-1])
        else:
            counted = session.query(f"SELECT count(*) FROM ({inner})", where.values, SECONDS)
            total = int(counted[0][0])
    return Page(grouping.names, [row[:-1] for row in found], total)


def measure(written: str, columns: Mapping[str, Term]) -> Measure:
    """A measure as people write it: ``count``, ``sum:people``. Raises a ``QueryError``."""
    name, _, column = written.partition(":")
    function = next((one for one in FUNCTIONS if one == name), None)
    if function is None:
        guess, listed = did_you_mean(name, FUNCTIONS), ", ".join(FUNCTIONS)
        raise BadOperator(
            name[:60],
            both(
                f"“{name[:60]}”이라는 집계는 없습니다.{guess.ko} 쓸 수 있는 집계: {listed}. 예: sum:열이름",
                f"There is no measure “{name[:60]}”.{guess.en} Measures: {listed}, as in sum:column.",
            ),
        )
    if column:
        known_column(column, columns)
    elif function != "count":
        raise BadOperator(
            name,
            both(
                f"“{name}”에는 열 이름이 필요합니다. 예: {name}:열이름",
                f"“{name}” needs a column, as in {name}:column.",
            ),
        )
    return Measure(function, column or None)


class _LakeWhere(Where):
    """Conditions on a table of the lake, whose dates are dates."""

    def mark(self, column: str) -> str:
        return _CAST.get(self._columns[column].domain.kind, "?")

    def within(self, box: Within) -> str:
        if {"longitude", "latitude"} <= set(self._columns):
            return self.inside(("longitude", "latitude"), box)
        return super().within(box)


def _check(grouping: Grouping, columns: Mapping[str, Term]) -> None:
    if len(grouping.names) > MOST_COLUMNS:
        raise QueryTooLong(
            "group",
            both(
                f"묶을 열과 집계는 모두 {MOST_COLUMNS}개까지 쓸 수 있습니다.",
                f"At most {MOST_COLUMNS} columns and measures in all.",
            ),
        )
    for name in grouping.by:
        if known_column(name, columns).domain.kind == "geometry":
            raise BadOperator(name, _unsuited(name))
    for one in grouping.measures:
        if one.column is None:
            continue
        kind = known_column(one.column, columns).domain.kind
        numeric = kind in _NUMERIC or one.function in ("count", "distinct")
        ordered = one.function in ("min", "max") and kind != "geometry"
        if not (numeric or ordered) or (kind == "geometry" and one.function == "distinct"):
            raise BadOperator(one.column, _unsuited(one.column))


def _unsuited(name: str) -> Text:
    return both(
        f"“{name}” 열은 그렇게 집계할 수 없습니다. 합계와 평균은 숫자 열에만 쓸 수 있습니다.",
        f"“{name}” cannot be aggregated like that. Sums and means are for numbers.",
    )


def _not_in_result(name: str, grouping: Grouping) -> UnknownColumn:
    guess, listed = did_you_mean(name[:60], grouping.names), ", ".join(grouping.names)
    return UnknownColumn(
        name[:60],
        both(
            f"집계 결과에 “{name[:60]}” 열은 없습니다.{guess.ko} 있는 열: {listed}.",
            f"The result has no column “{name[:60]}”.{guess.en} Columns: {listed}.",
        ),
    )


def _written(name: str, columns: Mapping[str, Term]) -> str:
    return _WRITTEN.get(columns[name].domain.kind, "{}").format(quoted(name))


def _measured(one: Measure, columns: Mapping[str, Term]) -> str:
    if one.column is None:
        return "count(*)"
    inner = _SQL[one.function].format(quoted(one.column))
    if one.function in ("min", "max"):
        return _WRITTEN.get(columns[one.column].domain.kind, "{}").format(inner)
    return inner

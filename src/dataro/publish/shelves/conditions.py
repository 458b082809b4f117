"""Conditions as SQLite has them: text with a question mark for every value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dataro.publish.query import (
    Cell,
    Compare,
    Condition,
    Every,
    NoPlaces,
    Not,
    Query,
    Within,
)
from dataro.publish.shelves.layout import PLACES, ROWS, Layout, quoted
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import both

_PLAIN: Mapping[str, str] = {
    "eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<=",
}  # fmt: skip


class Where:
    """A condition being written, and the values of its question marks in order."""

    def __init__(self, columns: Mapping[str, Term]) -> None:
        self.values: list[Cell] = []
        self._columns = columns

    def all(self, query: Query) -> str:
        """What follows ``WHERE`` (empty where every row is wanted). Raises ``NoPlaces``."""
        parts = [self.one(condition) for condition in query.filters]
        if query.words:
            parts.append(self._words(query.words))
        return " AND ".join(parts)

    def one(self, condition: Condition) -> str:
        """One condition, safe to stand between others."""
        if isinstance(condition, Compare):
            return self._compare(condition)
        if isinstance(condition, Within):
            return self.within(condition)
        if isinstance(condition, Not):
            # An empty cell meets neither a condition nor its opposite; asked for "not", it does.
            return f"({self.one(condition.condition)}) IS NOT TRUE"
        word = " AND " if isinstance(condition, Every) else " OR "
        parts = [self.one(part) for part in condition.conditions]
        if not parts:
            return "1" if isinstance(condition, Every) else "0"
        return f"({word.join(parts)})"

    def _compare(self, one: Compare) -> str:
        name, values = quoted(one.column), one.values
        if one.operator in ("null", "not_null"):
            return f"{name} IS {'NOT ' if one.operator == 'not_null' else ''}NULL"
        if one.operator == "in":
            self.values.extend(values)
            return f"{name} IN ({', '.join([self.mark(one.column)] * len(values))})"
        if one.operator in _PLAIN:
            self.values.append(values[0])
            return f"{name} {_PLAIN[one.operator]} {self.mark(one.column)}"
        value = str(values[0])
        if one.operator == "like":
            self.values.append(value)
            return f"{name} LIKE ? ESCAPE '\\'"
        if one.operator == "ilike":
            self.values.append(value.lower())
            return f"lower({name}) LIKE ? ESCAPE '\\'"
        self.values.append(value.lower())
        at = "= 1" if one.operator == "starts" else "> 0"
        return f"instr(lower({name}), ?) {at}"

    def _words(self, words: str) -> str:
        text = [n for n, term in self._columns.items() if term.domain.kind in ("text", "code")]
        if not text:
            return "0"
        self.values.extend([words.lower()] * len(text))
        return f"({' OR '.join(f'instr(lower({quoted(name)}), ?) > 0' for name in text)})"

    def mark(self, column: str) -> str:
        """What stands for a value of ``column``."""
        return "?"

    def within(self, box: Within) -> str:
        """The condition of a box. Raises ``NoPlaces``."""
        raise NoPlaces(
            "bbox",
            both(
                "위치를 나타내는 열이 없어 범위로 고를 수 없습니다.",
                "No column says where rows are, so they cannot be chosen by a box.",
            ),
        )

    def inside(self, points: tuple[str, str], box: Within) -> str:
        """Points in a box, by their own columns."""
        longitude, latitude = (quoted(name) for name in points)
        self.values.extend((box.west, box.east, box.south, box.north))
        return f"({longitude} BETWEEN ? AND ? AND {latitude} BETWEEN ? AND ?)"


class ShelfWhere(Where):
    """Conditions on a shelf, whose places stand in a tree of boxes."""

    def __init__(self, layout: Layout, columns: Mapping[str, Term]) -> None:
        super().__init__(columns)
        self._layout = layout

    def within(self, box: Within) -> str:
        if not self._layout.placed:
            return super().within(box)
        self.values.extend((box.west, box.east, box.south, box.north))
        near = (
            f"{ROWS}.rowid IN (SELECT id FROM {PLACES} "
            "WHERE east >= ? AND west <= ? AND north >= ? AND south <= ?)"
        )
        if self._layout.points is None:
            return near
        # The tree holds 32-bit numbers, rounded outward: points are held against the box again.
        return f"({near} AND {self.inside(self._layout.points, box)})"


def order(query: Query, layout: Layout) -> str:
    """What follows ``ORDER BY``; ends with the row's place on the shelf, so that pages never overlap."""
    parts: list[str] = []
    last = ""
    for one in query.sort:
        last = " DESC" if one.descending else ""
        empty_last = " NULLS LAST" if one.column in layout.gaps and not one.descending else ""
        parts.append(f"{quoted(one.column)}{last}{empty_last}")
    # In the direction of the last column, in which its index holds the rows already.
    return ", ".join([*parts, f"{ROWS}.rowid{last}"])


def listed(names: Sequence[str]) -> str:
    """Column names for a ``SELECT``."""
    return ", ".join(quoted(name) for name in names) or "NULL"

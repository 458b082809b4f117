"""What somebody wants of a table's rows: conditions, order, columns, page.

Every interface (REST, CKAN, data.go.kr, OGC, the portal) reads its own words into a ``Query`` and
has it ``checked`` against the columns; each turns the typed errors into its standard's own form.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Literal, get_args

from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Text, both

Operator = Literal[
    "eq", "ne", "gt", "ge", "lt", "le", "in", "contains", "starts", "like", "ilike",
    "null", "not_null",
]  # fmt: skip
OPERATORS: tuple[Operator, ...] = get_args(Operator)
Cell = str | int | float | bool | bytes | None
"""A value of a row: dates, months and times as ISO text, geometry as WKB."""

MOST_CONDITIONS = 50
MOST_VALUES = 1_000
LONGEST_VALUE = 2_000
_TEXTUAL = ("contains", "starts", "like", "ilike")


@dataclass(frozen=True, slots=True)
class Compare:
    """One column held against values. SQL's rule for empty cells: only ``null`` finds them.

    ``like`` and ``ilike`` take SQL patterns (``%``, ``_``, escaped by a backslash); ``ilike``,
    ``contains`` and ``starts`` do not tell ASCII capitals from small letters.
    """

    column: str
    operator: Operator
    values: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Every:
    """All of these conditions hold."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these conditions holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Within:
    """The row's place touches a box (degrees, EPSG:4326).

    Points are exact. Outlines are compared by their own boxes, widened by under a metre: whoever
    needs the outline itself to touch looks again at what this finds.
    """

    west: float
    south: float
    east: float
    north: float


Condition = Compare | Every | Either | Not | Within


@dataclass(frozen=True, slots=True)
class Sort:
    """Order by one column; empty cells come last in both directions."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A page of rows: all ``filters`` hold, and where ``words`` is given some text cell contains it.

    Without ``sort`` rows come in the order of their keys. ``columns`` None means all but geometry;
    ``limit`` None all rows.
    """

    filters: tuple[Condition, ...] = ()
    sort: tuple[Sort, ...] = ()
    columns: tuple[str, ...] | None = None
    offset: int = 0
    limit: int | None = 100
    words: str = ""


class QueryError(Problem):
    """A query that cannot be; ``about`` names the column or part that is wrong."""

    def __init__(self, about: str, text: Text) -> None:
        super().__init__(text)
        self.about = about


class UnknownColumn(QueryError):
    """There is no such column."""


class BadValue(QueryError):
    """A value that the column cannot have."""


class BadOperator(QueryError):
    """An operator that does not exist or does not suit the column."""


class BadPage(QueryError):
    """An offset or limit that cannot be."""


class QueryTooLong(QueryError):
    """More conditions, values or letters than a query may have."""


class NoPlaces(QueryError):
    """A box is asked of rows that have no place."""


def checked(query: Query, columns: Mapping[str, Term]) -> Query:
    """The same query with values as the columns hold them (``"2024-03"`` becomes ``"2024-03-01"``).

    Raises a ``QueryError`` that names what is wrong and what is expected.
    """
    if _size(query.filters) > MOST_CONDITIONS:
        raise QueryTooLong(
            "filters",
            both(
                f"조건이 너무 많습니다. {MOST_CONDITIONS}개까지 쓸 수 있습니다.",
                f"There are too many conditions; at most {MOST_CONDITIONS}.",
            ),
        )
    if query.offset < 0 or (query.limit is not None and query.limit < 0):
        raise BadPage(
            "offset" if query.offset < 0 else "limit",
            both(
                "건너뛸 행 수와 가져올 행 수는 0 이상이어야 합니다.",
                "Offset and limit must be zero or more.",
            ),
        )
    if len(query.words) > LONGEST_VALUE:
        raise _too_long("words")
    for name in (*(query.columns or ()), *(one.column for one in query.sort)):
        known_column(name, columns)
    for one in query.sort:
        if columns[one.column].domain.kind == "geometry":
            raise BadOperator(
                one.column,
                both(
                    f"“{one.column}”은(는) 도형 열이어서 정렬할 수 없습니다.",
                    f"“{one.column}” holds shapes and cannot be sorted by.",
                ),
            )
    return replace(
        query,
        filters=tuple(_condition(one, columns) for one in query.filters),
        words=unicodedata.normalize("NFC", query.words),
    )


def known_column(name: str, columns: Mapping[str, Term]) -> Term:
    """The column called ``name``. Raises ``UnknownColumn`` with the nearest that there is."""
    if name in columns:
        return columns[name]
    shown = name[:60]
    by_title = {term.text.ko: key for key, term in columns.items()}
    titled = by_title.get(unicodedata.normalize("NFC", name).strip())
    if titled:
        guess = Text(f" “{titled}”을(를) 뜻하셨습니까?", f" Did you mean “{titled}”?")
    else:
        guess = did_you_mean(shown, columns)
    listed = ", ".join(columns)
    raise UnknownColumn(
        shown,
        both(
            f"“{shown}”이라는 열은 없습니다.{guess.ko} 있는 열: {listed}.",
            f"There is no column “{shown}”.{guess.en} Columns: {listed}.",
        ),
    )


def read_value(name: str, term: Term, value: Cell) -> Cell:
    """``value``, mostly text, as the column holds it. Raises ``BadValue``."""
    kind = term.domain.kind
    if isinstance(value, str):
        if len(value) > LONGEST_VALUE:
            raise _too_long(name)
        value = unicodedata.normalize("NFC", value)
    try:
        return _READERS[kind](value)
    except (ValueError, TypeError, OverflowError) as error:
        shown, expected = str(value)[:60], _EXPECTED[kind]
        raise BadValue(
            name,
            both(
                f"“{name}” 열의 값으로 “{shown}”은(는) 쓸 수 없습니다. {expected.ko}로 적어 주십시오.",
                f"“{shown}” cannot be a value of “{name}”. Write {expected.en}.",
            ),
        ) from error


def _size(conditions: tuple[Condition, ...]) -> int:
    """Conditions in all; also bounds how deep they nest."""
    total, waiting = 0, list(conditions)
    while waiting:
        total += 1
        one = waiting.pop()
        if isinstance(one, Every | Either):
            waiting.extend(one.conditions)
        elif isinstance(one, Not):
            waiting.append(one.condition)
    return total


def _condition(one: Condition, columns: Mapping[str, Term]) -> Condition:
    if isinstance(one, Compare):
        return _test(one, columns)
    if isinstance(one, Not):
        return Not(_condition(one.condition, columns))
    if isinstance(one, Within):
        if not all(math.isfinite(v) for v in (one.west, one.south, one.east, one.north)):
            raise BadValue("bbox", both("범위는 네 숫자입니다.", "A box is four numbers."))
        return one
    return type(one)(tuple(_condition(part, columns) for part in one.conditions))


def _test(one: Compare, columns: Mapping[str, Term]) -> Compare:
    term = known_column(one.column, columns)
    kind = term.domain.kind
    if one.operator in ("null", "not_null"):
        return replace(one, values=())
    textual = one.operator in _TEXTUAL
    if kind == "geometry" or (textual and kind not in ("text", "code")):
        raise BadOperator(
            one.column,
            both(
                f"“{one.column}” 열에는 “{one.operator}” 조건을 쓸 수 없습니다.",
                f"The condition “{one.operator}” does not suit the column “{one.column}”.",
            ),
        )
    wanted = 1 if one.operator != "in" else None
    if (wanted and len(one.values) != wanted) or not one.values:
        raise BadValue(
            one.column,
            both(
                f"“{one.column}” 열의 “{one.operator}” 조건에는 값이 필요합니다.",
                f"The condition “{one.operator}” on “{one.column}” needs a value.",
            ),
        )
    if len(one.values) > MOST_VALUES:
        raise _too_long(one.column)
    return replace(one, values=tuple(read_value(one.column, term, v) for v in one.values))


def _too_long(about: str) -> QueryTooLong:
    return QueryTooLong(
        about,
        both(
            f"“{about}”에 적은 값이 너무 깁니다. 값 하나는 {LONGEST_VALUE:,}자, 값의 목록은 "
            f"{MOST_VALUES:,}개까지 쓸 수 있습니다.",
            f"What is written for “{about}” is too long: at most {LONGEST_VALUE:,} characters in a "
            f"value, {MOST_VALUES:,} values in a list.",
        ),
    )


def _text(value: Cell) -> str:
    if value is None or isinstance(value, bytes):
        raise TypeError
    return value if isinstance(value, str) else str(value)


def _integer(value: Cell) -> int:
    number = _decimal(value)
    if not number.is_integer() or abs(number) >= 2**63:
        raise ValueError
    return (
        int(value) if isinstance(value, str) and re.fullmatch(r"[+-]?\d+", value) else int(number)
    )


def _decimal(value: Cell) -> float:
    if isinstance(value, bool) or value is None:
        raise TypeError
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


def _boolean(value: Cell) -> bool:
    if isinstance(value, bool):
        return value
    known = {"true": True, "1": True, "y": True, "false": False, "0": False, "n": False}
    written = str(value).lower()
    if written not in known:
        raise ValueError
    return known[written]


def _date(value: Cell) -> str:
    written = _text(value).strip()
    if re.fullmatch(r"\d{8}", written):
        written = f"{written[:4]}-{written[4:6]}-{written[6:]}"
    return date.fromisoformat(written[:10] if "T" in written else written).isoformat()


def _month(value: Cell) -> str:
    written = _text(value).strip()
    found = re.fullmatch(r"(\d{4})[-.]?(\d{2})", written)
    return _date(f"{found[1]}-{found[2]}-01" if found else written)


def _time(value: Cell) -> str:
    return time.fromisoformat(_text(value).strip()).isoformat()


def _datetime(value: Cell) -> str:
    found = datetime.fromisoformat(_text(value).strip())
    return found.replace(tzinfo=None).isoformat()


_READERS: Mapping[str, Callable[[Cell], Cell]] = {
    "text": _text, "code": _text, "integer": _integer, "decimal": _decimal, "boolean": _boolean,
    "date": _date, "month": _month, "year": _integer, "time": _time, "datetime": _datetime,
    "geometry": _text,
}  # fmt: skip
_EXPECTED: Mapping[str, Text] = {
    "text": both("글자", "text"),
    "code": both("코드", "a code"),
    "integer": both("정수(예: 1200)", "a whole number such as 1200"),
    "decimal": both("숫자(예: 12.5)", "a number such as 12.5"),
    "boolean": both("true나 false", "true or false"),
    "date": both("2024-03-15 같은 날짜", "a date such as 2024-03-15"),
    "month": both("2024-03 같은 연월", "a month such as 2024-03"),
    "year": both("2024 같은 연도", "a year such as 2024"),
    "time": both("09:30 같은 시각", "a time such as 09:30"),
    "datetime": both("2024-03-15T09:30 같은 일시", "a date and time such as 2024-03-15T09:30"),
    "geometry": both("도형", "a shape"),
}

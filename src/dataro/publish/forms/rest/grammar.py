"""The words of the REST interface: a query string read into a ``Query``.

``?kind=A01&month=ge:2024-01&sort=-month&columns=month,people&limit=50``. A parameter
that is no word of ours is a column with a condition; ``filter.NAME`` says so where a column is
called like one of them. The same column twice means both conditions. Values may be Korean, raw
or percent-encoded (UTF-8; CP949 is recognised).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from dataro.publish.grouping import FUNCTIONS, Grouping, Measure, measure
from dataro.publish.query import (
    BadOperator,
    BadPage,
    BadValue,
    Compare,
    Condition,
    Operator,
    Query,
    QueryError,
    QueryTooLong,
    Sort,
    UnknownColumn,
    Within,
    known_column,
)
from dataro.vocabulary.problem import did_you_mean
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Text, both

MOST_BYTES = 8_000
"""Bytes that a query string may have."""

USUAL_LIMIT = 100
MOST_LIMIT = 10_000
"""Rows of one JSON page; a file has no such limit."""

OPERATORS: Mapping[str, tuple[Operator, Text]] = {
    "eq": ("eq", both("같음", "equal")),
    "ne": ("ne", both("같지 않음", "not equal")),
    "gt": ("gt", both("초과", "greater than")),
    "ge": ("ge", both("이상", "at least")),
    "lt": ("lt", both("미만", "less than")),
    "le": ("le", both("이하", "at most")),
    "in": ("in", both("쉼표로 나눈 값 가운데 하나", "one of the values, divided by commas")),
    "has": ("contains", both("글자를 포함", "contains the letters")),
    "starts": ("starts", both("글자로 시작", "begins with the letters")),
    "is": ("null", both("is:empty 빈칸, is:filled 채워짐", "is:empty, is:filled")),
}
"""Conditions as they are written before a colon, and what they mean."""
_SAME = {"gte": "ge", "lte": "le", "neq": "ne", "like": "has"}

WORDS: Mapping[str, Text] = {
    "q": both("글자 열 어디에나 들어 있는 낱말", "Words that stand in some text column"),
    "bbox": both("범위: 서,남,동,북(경위도)", "A box: west,south,east,north in degrees"),
    "sort": both("정렬할 열, 내림차순은 앞에 -", "Columns to sort by, - before one for descending"),
    "columns": both("받을 열, 쉼표로 나눔", "Columns to give, divided by commas"),
    "limit": both(
        f"한 번에 받을 행 수(처음 값 {USUAL_LIMIT}, 최대 {MOST_LIMIT:,})",
        f"Rows of a page ({USUAL_LIMIT} unless told, at most {MOST_LIMIT:,})",
    ),
    "offset": both("건너뛸 행 수", "Rows to skip"),
    "page": both("쪽 번호(1부터), offset 대신", "Number of the page from 1, instead of offset"),
    "group": both("묶을 열, 쉼표로 나눔", "Columns to group by, divided by commas"),
    "measure": both(
        f"집계: {', '.join(FUNCTIONS)} (예: count,sum:people)",
        f"Measures: {', '.join(FUNCTIONS)}, as in count,sum:people",
    ),
    "snapshot": both(
        "판 번호(없으면 지금 판)", "Number of the version (the current one unless told)"
    ),
    "lang": both("오류 문장의 언어: ko, en", "Language of messages: ko, en"),
    "bom": both("1이면 CSV 앞에 바이트 순서 표시", "1 puts a byte order mark before CSV"),
}
"""Parameters that are not columns."""
_CREDENTIALS = ("serviceKey", "ServiceKey")


class UnreadableAddress(QueryError):
    """A query string that is no text."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request wants of a table. ``settings`` are those of an answer (``set.NAME``);
    ``whole`` tells that neither limit nor offset was named."""

    query: Query
    grouping: Grouping | None = None
    snapshot: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    bom: bool | None = None
    whole: bool = True

    @property
    def plain(self) -> bool:
        """Whether all rows are wanted, as they are (perhaps fewer columns)."""
        query = self.query
        return self.whole and not (query.filters or query.words or query.sort or self.grouping)


def pairs_of(query_string: bytes) -> list[tuple[str, str]]:
    """Names and values of a query string. Raises ``QueryTooLong``, ``UnreadableAddress``."""
    if len(query_string) > MOST_BYTES:
        raise QueryTooLong(
            "query",
            both(
                f"주소의 조건이 {len(query_string):,}바이트입니다. {MOST_BYTES:,}바이트까지 쓸 수 있습니다. "
                "조건을 줄이거나 파일로 내려받아 고르십시오.",
                f"The query has {len(query_string):,} bytes; at most {MOST_BYTES:,}. Use fewer "
                "conditions, or download the file and choose from it.",
            ),
        )
    found = []
    for part in query_string.split(b"&"):
        if not part:
            continue
        name, _, value = part.replace(b"+", b" ").partition(b"=")
        found.append((_text(unquote_to_bytes(name)), _text(unquote_to_bytes(value))))
    return found


def read(pairs: Iterable[tuple[str, str]], columns: Mapping[str, Term]) -> Asked:
    """What the parameters ask of a table with these columns; values are checked by its shelf.

    Raises a ``QueryError`` for a parameter that is neither a word nor a column, or whose value
    cannot be.
    """
    words: dict[str, str] = {}
    filters: list[Condition] = []
    settings: dict[str, str] = {}
    for name, value in pairs:
        if name.startswith("set."):
            settings[name.removeprefix("set.")] = value
        elif name in WORDS:
            words[name] = value
        elif name not in _CREDENTIALS:
            filters.append(_condition(name, value, columns))
    if "bbox" in words:
        filters.append(_box(words["bbox"]))
    grouping = _grouping(words, columns)
    chosen = _listed(words["columns"]) if "columns" in words and grouping is None else None
    for name in chosen or ():
        known_column(name, columns)
    limit, offset = _page(words)
    query = Query(
        tuple(filters),
        _sorts(words.get("sort", "")),
        tuple(dict.fromkeys(chosen)) if chosen else None,
        offset,
        limit,
        words.get("q", "").strip(),
    )
    snapshot = _number("snapshot", words["snapshot"]) if "snapshot" in words else None
    bom = words["bom"] == "1" if "bom" in words else None
    whole = not {"limit", "offset", "page"} & words.keys()
    return Asked(query, grouping, snapshot, settings, bom, whole)


def _condition(name: str, value: str, columns: Mapping[str, Term]) -> Compare:
    column = name.removeprefix("filter.")
    if column not in columns:
        raise _unknown(column, columns)
    word, colon, rest = value.partition(":")
    word = _SAME.get(word, word)
    if not colon or word not in OPERATORS:
        if colon and _misspelt(word) and columns[column].domain.kind not in ("text", "time"):
            raise _no_operator(column, word)
        return Compare(column, "eq", (value,))
    if word == "is":
        if rest not in ("empty", "filled"):
            raise BadValue(
                column,
                both(
                    f"“{column}”: is:empty(빈칸)나 is:filled(채워짐)로 적어 주십시오.",
                    f"“{column}”: write is:empty or is:filled.",
                ),
            )
        return Compare(column, "null" if rest == "empty" else "not_null")
    if word == "in":
        return Compare(column, "in", tuple(_listed(rest)))
    return Compare(column, OPERATORS[word][0], (rest,))


def _misspelt(word: str) -> bool:
    return re.fullmatch(r"[a-z]{1,8}", word) is not None


def _no_operator(column: str, word: str) -> BadOperator:
    guess, listed = did_you_mean(word, OPERATORS), ", ".join(OPERATORS)
    return BadOperator(
        column,
        both(
            f"“{column}”: “{word}:”라는 조건은 없습니다.{guess.ko} 쓸 수 있는 조건: {listed}.",
            f"“{column}”: there is no condition “{word}:”.{guess.en} Conditions: {listed}.",
        ),
    )


def _unknown(name: str, columns: Mapping[str, Term]) -> UnknownColumn:
    """A parameter that is nothing: the nearest of our words is offered beside the columns."""
    shown = name[:60]
    near = did_you_mean(shown, [*columns, *WORDS])
    if any(f"“{word}”" in near.en for word in WORDS):
        return UnknownColumn(
            shown,
            both(
                f"“{shown}”은(는) 열도 매개변수도 아닙니다.{near.ko}",
                f"“{shown}” is neither a column nor a parameter.{near.en}",
            ),
        )
    try:
        known_column(name, columns)
    except UnknownColumn as error:
        return error
    raise AssertionError(name)


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _sorts(value: str) -> tuple[Sort, ...]:
    return tuple(Sort(part.lstrip("+-"), part.startswith("-")) for part in _listed(value))


def _grouping(words: Mapping[str, str], columns: Mapping[str, Term]) -> Grouping | None:
    if "group" not in words and "measure" not in words:
        return None
    by = tuple(dict.fromkeys(_listed(words.get("group", ""))))
    for name in by:
        known_column(name, columns)
    measures: Sequence[Measure] = [
        measure(part, columns) for part in _listed(words.get("measure", "")) or ["count"]
    ]
    return Grouping(by, tuple(dict.fromkeys(measures)))


def _page(words: Mapping[str, str]) -> tuple[int, int]:
    limit = _number("limit", words["limit"]) if "limit" in words else USUAL_LIMIT
    if limit > MOST_LIMIT:
        raise BadPage(
            "limit",
            both(
                f"한 번에 {MOST_LIMIT:,}행까지 받을 수 있습니다(받은 값: {limit:,}). 모두 받으려면 "
                "next 링크를 따라가거나 .csv로 내려받으십시오.",
                f"At most {MOST_LIMIT:,} rows at a time (given: {limit:,}). For all of them follow "
                "the next links, or take the .csv.",
            ),
        )
    if "page" in words:
        page = _number("page", words["page"])
        if page < 1 or "offset" in words:
            raise BadPage(
                "page",
                both(
                    "page는 1부터이며 offset과 함께 쓸 수 없습니다.",
                    "page counts from 1 and does not go with offset.",
                ),
            )
        return limit, (page - 1) * limit
    return limit, _number("offset", words["offset"]) if "offset" in words else 0


def _number(name: str, value: str) -> int:
    if not re.fullmatch(r"\d{1,15}", value):
        raise BadPage(
            name,
            both(
                f"{name}에는 0 이상의 정수를 적어 주십시오(받은 값: “{value[:40]}”).",
                f"{name} is a whole number of zero or more (given: “{value[:40]}”).",
            ),
        )
    return int(value)


def _box(value: str) -> Within:
    parts = value.split(",")
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError as error:
        raise BadValue(
            "bbox",
            both(
                "bbox는 서,남,동,북의 네 숫자입니다. 예: 127.0,37.1,127.1,37.2",
                "bbox is four numbers, west,south,east,north, as in 127.0,37.1,127.1,37.2",
            ),
        ) from error
    return Within(west, south, east, north)


def _text(raw: bytes) -> str:
    for encoding in ("utf-8", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableAddress(
        "query",
        both(
            "주소의 글자를 읽을 수 없습니다. UTF-8로 퍼센트 인코딩해 주십시오.",
            "The address cannot be read as text. Percent-encode it as UTF-8.",
        ),
    )

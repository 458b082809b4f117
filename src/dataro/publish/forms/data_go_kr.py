"""The two manners in which Korea's national data portal gives out rows.

The older one: ``serviceKey``, ``pageNo``, ``numOfRows``; XML unless JSON is asked for; results and
faults as codes in the body (공공데이터포털 Open API 에러코드, the portal's development guide). The newer
one of odcloud: ``page``, ``perPage``, ``cond[열::EQ]``. Faults of the gateway (no such service, a
key that is not known) come as XML in the older manner, whatever was asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from dataro.publish.query import Cell, Compare, Operator, Query, known_column
from dataro.publish.shelves.shelf import Page
from dataro.vocabulary.terms import Term

JSON, XML = "application/json", "application/xml"
MOST_ROWS = 99_999
"""Clients in use ask for so many at once; ``MOST_CELLS`` keeps what they get within bounds."""
MOST_CELLS = 1_500_000
USUAL_ROWS = 10
Manner = Literal["openapi", "odcloud"]

MESSAGES: Mapping[str, str] = {
    "00": "NORMAL SERVICE.",
    "01": "APPLICATION_ERROR",
    "03": "NODATA_ERROR",
    "04": "HTTP_ERROR",
    "05": "SERVICETIME_OUT",
    "10": "INVALID_REQUEST_PARAMETER_ERROR",
    "12": "NO_OPENAPI_SERVICE_ERROR",
    "20": "SERVICE_ACCESS_DENIED_ERROR",
    "22": "LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR",
    "30": "SERVICE_KEY_IS_NOT_REGISTERED_ERROR",
    "31": "DEADLINE_HAS_EXPIRED_ERROR",
}
"""What the portal's codes are called."""

_OPENAPI_WORDS = {"servicekey", "pageno", "numofrows", "type", "_type", "resulttype", "returntype",
                  "datatype"}  # fmt: skip
_ODCLOUD_WORDS = {"servicekey", "page", "perpage", "returntype"}
_CONDITION = re.compile(r"cond\[(?P<column>.+?)::(?P<operator>[A-Z]+)\]")
_OPERATORS: Mapping[str, Operator] = {
    "EQ": "eq", "NEQ": "ne", "LIKE": "contains",
    "LT": "lt", "LTE": "le", "GT": "gt", "GTE": "ge",
}  # fmt: skip
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Fault(Exception):
    """Something that the portal says by a code; ``detail`` goes behind its message."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail

    @property
    def message(self) -> str:
        return f"{MESSAGES[self.code]}: {self.detail}" if self.detail else MESSAGES[self.code]


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of rows as it was asked for, counted from 1."""

    query: Query
    page: int
    rows: int
    media: str


def asked(manner: Manner, given: Sequence[tuple[str, str]], columns: Mapping[str, Term]) -> Asked:
    """What the parameters of an address ask for.

    Any other name is a column (its name or Korean title) and must equal its value; in the manner of
    odcloud conditions are written ``cond[COLUMN::OPERATOR]``. Raises ``Fault`` with code 10 for a
    page or a number of rows that cannot be, ``QueryError`` for a column that is not there.
    """
    known = {name.lower(): value for name, value in given}
    words, size, number = (
        (_OPENAPI_WORDS, "numOfRows", "pageNo")
        if manner == "openapi"
        else (_ODCLOUD_WORDS, "perPage", "page")
    )
    rows = _whole(size, known.get(size.lower(), str(USUAL_ROWS)), most=MOST_ROWS)
    page = _whole(number, known.get(number.lower(), "1"), most=10**9)
    filters = tuple(
        _filter(manner, name, value, columns)
        for name, value in given
        if name.lower() not in words and value != ""
    )
    shown = tuple(name for name, term in columns.items() if term.domain.kind != "geometry")
    query = Query(filters, columns=shown, offset=(page - 1) * rows, limit=rows)
    return Asked(query, page, rows, media_of(manner, given))


def media_of(manner: Manner, given: Sequence[tuple[str, str]]) -> str:
    """The form that is asked for: XML in the older manner, JSON in that of odcloud, unless said."""
    words = {"returntype"} if manner == "odcloud" else _OPENAPI_WORDS - {"servicekey"}
    wanted = next((v.lower() for n, v in given if n.lower() in words and v.isalpha()), "")
    if wanted in ("json", "xml"):
        return JSON if wanted == "json" else XML
    return XML if manner == "openapi" else JSON


def _filter(manner: Manner, name: str, value: str, columns: Mapping[str, Term]) -> Compare:
    operator: Operator = "eq"
    if manner == "odcloud":
        found = _CONDITION.fullmatch(name)
        if found is None or found["operator"] not in _OPERATORS:
            raise Fault("10", f"cond[열::{'|'.join(_OPERATORS)}]={name[:60]}")
        name, operator = found["column"], _OPERATORS[found["operator"]]
    titled = {term.text.ko: column for column, term in columns.items()}
    column = titled.get(name, name)
    known_column(column, columns)
    return Compare(column, operator, (value,))


def _whole(name: str, written: str, *, most: int) -> int:
    if not re.fullmatch(r"\d{1,12}", written.strip()) or not 1 <= int(written) <= most:
        raise Fault("10", f"{name}={written[:20]} (1~{most:,})")
    return int(written)


def check_size(asked: Asked, matched: int, columns: int) -> None:
    """Raises ``Fault`` with code 10 where the page would hold more cells than are given at once."""
    rows = max(0, min(asked.rows, matched - asked.query.offset))
    if rows * columns > MOST_CELLS:
        raise Fault("10", f"numOfRows={asked.rows} (1~{MOST_CELLS // columns:,})")


# Writing


def page(manner: Manner, asked: Asked, found: Page, total: int, columns: Mapping[str, Term]) -> str:
    """A page of rows in its manner; ``total`` counts the rows of the whole table."""
    if manner == "odcloud":
        return _odcloud_page(asked, found, total, columns)
    code = "00" if found.total else "03"
    return envelope(asked.media, code, MESSAGES[code], found.records(), asked, found.total)


def envelope(
    media: str,
    code: str,
    message: str,
    items: Sequence[Mapping[str, Cell]] = (),
    asked: Asked | None = None,
    total: int = 0,
) -> str:
    """The older manner's answer: a list of items, one item by itself, or an empty text for none."""
    header = {"resultCode": code, "resultMsg": message}
    counts = (
        {"numOfRows": asked.rows, "pageNo": asked.page, "totalCount": total} if asked else {}
    )  # fmt: skip
    if media == JSON:
        item = list(items) if len(items) > 1 else items[0] if items else None
        body: dict[str, Any] = {"items": {"item": item} if item is not None else "", **counts}
        return _json({"response": {"header": header, "body": body if asked else {}}})
    told = "".join(f"<{name}>{_xml(value)}</{name}>" for name, value in header.items())
    numbers = "".join(f"<{name}>{value}</{name}>" for name, value in counts.items())
    listed = "".join(f"<item>{_elements(one)}</item>" for one in items)
    body_xml = f"<body><items>{listed}</items>{numbers}</body>" if asked else ""
    return f"{_DECLARED}<response><header>{told}</header>{body_xml}</response>"


def gateway_fault(fault: Fault) -> str:
    """What the gateway says before any service is reached."""
    name = MESSAGES[fault.code]
    return (
        f"{_DECLARED}<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg>"
        f"<returnAuthMsg>{name}</returnAuthMsg><returnReasonCode>{fault.code}</returnReasonCode>"
        "</cmmMsgHeader></OpenAPI_ServiceResponse>"
    )


ODCLOUD_STATUS: Mapping[str, tuple[int, int, str]] = {
    "30": (401, -4, "등록되지 않은 인증키 입니다."),
    "31": (401, -4, "기한이 지났거나 폐기된 인증키 입니다."),
    "12": (404, -3, "등록되지 않은 서비스 입니다."),
    "10": (400, -2, "잘못된 요청 파라미터 입니다."),
    "22": (429, -10, "호출 한도를 넘었습니다."),
    "05": (504, -5, "처리 시간이 너무 오래 걸립니다."),
    "20": (403, -401, "접근 권한이 없습니다."),
}
"""Status, code and message with which the manner of odcloud says the same faults."""


def odcloud_fault(fault: Fault) -> tuple[int, str]:
    """Status and body of a fault in the manner of odcloud."""
    status, code, message = ODCLOUD_STATUS[fault.code]
    said = f"{message} {fault.detail}".strip()
    return status, _json({"code": code, "msg": said})


def _odcloud_page(asked: Asked, found: Page, total: int, columns: Mapping[str, Term]) -> str:
    titles = odcloud_titles(columns)
    names = [titles[name] for name in found.columns]
    counts = {"page": asked.page, "perPage": asked.rows, "totalCount": total,
              "currentCount": len(found.rows), "matchCount": found.total}  # fmt: skip
    if asked.media == JSON:
        return _json({**counts, "data": [dict(zip(names, row, strict=True)) for row in found.rows]})
    rows = "".join(
        "<item>"
        + "".join(
            f"<col name={quoteattr(name)}>{_xml(cell)}</col>"
            for name, cell in zip(names, row, strict=True)
        )
        + "</item>"
        for row in found.rows
    )
    numbers = "".join(f"<{name}>{value}</{name}>" for name, value in counts.items())
    return f"{_DECLARED}<results>{numbers}<data>{rows}</data></results>"


def odcloud_titles(columns: Mapping[str, Term]) -> dict[str, str]:
    """What odcloud calls each column: its Korean title, or its name where two share a title."""
    titles = [term.text.ko for term in columns.values()]
    return {
        name: term.text.ko if titles.count(term.text.ko) == 1 else name
        for name, term in columns.items()
    }


_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def _elements(row: Mapping[str, Cell]) -> str:
    return "".join(f"<{name}>{_xml(cell)}</{name}>" for name, cell in row.items())


def _xml(cell: Cell) -> str:
    if cell is None:
        return ""
    written = str(cell).lower() if isinstance(cell, bool) else str(cell)
    return escape(_FORBIDDEN.sub("", written))


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False)

"""``/api/v1/sql``: SQL for people who are signed in."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import HttpMethod, Litestar, Response, route
from litestar.response import Stream

from dataro.portal.api.calls import Call, Calls, Given, Use
from dataro.portal.desk import Desk
from dataro.portal.replies import Maker, PortalRequest
from dataro.publish.document import column_document
from dataro.publish.forms.rest.documents import BASE
from dataro.publish.forms.rest.problems import SignInFirst
from dataro.publish.query import BadValue
from dataro.publish.sql.ask import MOST_ROWS, SECONDS, SqlAnswer, ask, queryable
from dataro.publish.sql.engine import Engine
from dataro.vocabulary.text import both

MOST_BODY = 60_000
_METHODS = [HttpMethod.GET, HttpMethod.POST, HttpMethod.OPTIONS]


def sql_routes(desk: Desk, maker: Maker, engine: Engine) -> list[Any]:
    """The one address; ``sql`` in the query, or a body: JSON (``{"sql": …}``), a form, or text."""
    calls = Calls(desk, maker, door="sql")

    @route(f"{BASE}/sql", http_method=_METHODS, status_code=200, request_max_body_size=MOST_BODY)
    async def sql(request: PortalRequest) -> Response[bytes] | Stream:
        body = await request.body() if request.method == "POST" else b""
        kind = request.headers.get("content-type", "")
        return await calls.answer(
            request,
            lambda call: _answer(desk, engine, call, body, kind),
            "GET, POST, HEAD, OPTIONS",
        )

    return [sql]


def while_open(engine: Engine) -> Callable[[Litestar], Any]:
    """Ends the processes of ``engine`` with the portal."""

    @asynccontextmanager
    async def living(_: Litestar) -> AsyncIterator[None]:
        yield
        engine.close()

    return living


def _answer(desk: Desk, engine: Engine, call: Call, body: bytes, kind: str) -> Given:
    person, context = call.person, desk.store.context
    if person is None:
        raise SignInFirst(
            both(
                "SQL은 로그인한 사람과 연구자가 쓸 수 있습니다. 내 계정에서 토큰을 만들어 "
                "Authorization: Bearer로 보내 주십시오.",
                "SQL is for people who are signed in. Make a token in your account and send it as "
                "Authorization: Bearer.",
            )
        )
    words = {**dict(call.pairs), **_read(body, kind)}
    text, form = words.get("sql", "").strip(), words.get("format", "json")
    if form not in ("json", "csv"):
        raise BadValue(
            "format", both("format에는 json이나 csv를 적어 주십시오.", "format is json or csv.")
        )
    if not text:
        return _json(_tables(desk, call))
    found = ask(context, desk.records, engine, person, text)
    given = _csv(found) if form == "csv" else _json(_document(found))
    uses: tuple[Use, ...] = tuple((id, "call", form) for id in found.entries)
    return replace(given, uses=uses)


def _read(body: bytes, kind: str) -> dict[str, str]:
    if not body:
        return {}
    try:
        if kind.startswith("application/json"):
            return msgspec.json.decode(body, type=dict[str, str])
        text = body.decode("utf-8")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadValue(
            "sql",
            both(
                '본문은 {"sql": "SELECT …"} 같은 JSON이나 UTF-8 글이어야 합니다.',
                'The body is JSON such as {"sql": "SELECT …"}, or UTF-8 text.',
            ),
        ) from error
    if kind.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(text))
    return {"sql": text}


def _tables(desk: Desk, call: Call) -> dict[str, Any]:
    """What may be asked, for somebody who has not asked yet."""
    assert call.person is not None
    known = queryable(desk.store.context, call.person, desk.records)
    return {
        "tables": [
            {
                "name": name,
                "title": table.title.as_dict(),
                "row": table.row.as_dict(),
                "columns": [
                    column_document(term)
                    for term in table.columns.values()
                    if term.domain.kind != "geometry"
                ],
            }
            for name, (_, table) in known.items()
        ],
        "limits": {"seconds": SECONDS, "rows": MOST_ROWS},
    }


def _document(found: SqlAnswer) -> dict[str, Any]:
    columns = zip(found.columns, found.types, strict=True)
    return {
        "columns": [{"name": name, "type": kind} for name, kind in columns],
        "rows": found.rows,
        "truncated": found.truncated,
        "limit": MOST_ROWS,
        "seconds": found.seconds,
        "datasets": list(found.entries),
    }


def _json(document: object) -> Given:
    return Given(msgspec.json.encode(document))


def _csv(found: SqlAnswer) -> Given:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(found.columns)
    for row in found.rows:
        writer.writerow([_harmless(cell) for cell in row])
    return Given(buffer.getvalue().encode(), "text/csv")


def _harmless(cell: object) -> object:
    """Text that a spreadsheet would run as a formula is quoted; numbers stay numbers."""
    if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r"):
        return f"'{cell}"
    return cell

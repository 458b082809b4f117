"""Rows in the manners of the national data portal: ``/openapi/ID`` and ``/odcloud/api/ID``."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get

from dataro.accounts.tokens import BadToken
from dataro.portal.api.calls import BURST, OPEN, SECONDS
from dataro.portal.desk import Desk
from dataro.portal.guard import Bucket
from dataro.portal.origin import client_of
from dataro.portal.replies import SECURITY_HEADERS, Maker, PortalRequest
from dataro.portal.store import Store
from dataro.portal.used import used
from dataro.portal.who import Credentials, credentials_of, person_behind
from dataro.publish.catalogue.entries import visible_entry
from dataro.publish.catalogue.entry import NotThere
from dataro.publish.forms import data_go_kr as form
from dataro.publish.forms.data_go_kr import Fault, Manner
from dataro.publish.forms.rest.grammar import pairs_of
from dataro.publish.query import QueryError
from dataro.publish.shelves.keeping import shelf
from dataro.publish.shelves.shelf import TooSlow

_TOKEN_CODES = {"revoked": "31", "expired": "31"}
_Sent = tuple[int, str, str, bool]
"""Status, media type, body, and whether rows were given."""


def data_go_kr_routes(store: Store, maker: Maker, desk: Desk) -> list[Any]:
    """Handlers of both manners. A key is not needed for open data; one that is given must be good."""

    bucket = Bucket(BURST, SECONDS)

    async def answer(request: PortalRequest, manner: Manner, id: str) -> Response[bytes]:
        busy = not bucket.take(client_of(request))
        query, credentials = request.scope["query_string"], credentials_of(request)
        work = partial(_made, store, desk, manner, id, query, credentials, busy=busy)
        status, media, body, gave = await maker.run(work)
        if gave:
            used(request, id, "call", door="data.go.kr", format=media.rpartition("/")[2])
        headers = {**SECURITY_HEADERS, **OPEN, "cache-control": "no-store"}
        return Response(
            body.encode(), status_code=status, headers=headers,
            media_type=f"{media}; charset=utf-8",
        )  # fmt: skip

    @get(["/openapi/{id:str}", "/openapi/{id:str}/{operation:str}"])
    async def openapi(request: PortalRequest, id: str) -> Response[bytes]:
        return await answer(request, "openapi", id)

    @get(
        ["/odcloud/api/{id:str}", "/odcloud/api/{id:str}/v1", "/odcloud/api/{id:str}/v1/{name:str}"]
    )
    async def odcloud(request: PortalRequest, id: str) -> Response[bytes]:
        return await answer(request, "odcloud", id)

    return [openapi, odcloud]


def _made(
    store: Store,
    desk: Desk,
    manner: Manner,
    id: str,
    query: bytes,
    credentials: Credentials,
    *,
    busy: bool,
) -> _Sent:
    given: list[tuple[str, str]] = []
    try:
        given = pairs_of(query)
        if busy:
            raise Fault("22")
        return _page(store, desk, manner, id, given, credentials)
    except BadToken as error:
        fault = Fault(_TOKEN_CODES.get(error.fault, "30"))
    except NotThere:
        fault = Fault("12")
    except QueryError as error:
        fault = Fault("10", error.text.ko)
    except TooSlow:
        fault = Fault("05")
    except Fault as error:
        fault = error
    if manner == "odcloud":
        status, body = form.odcloud_fault(fault)
        return status, form.JSON, body, False
    if fault.code in ("10", "05"):  # the service itself was reached
        media = form.media_of(manner, given)
        return 200, media, form.envelope(media, fault.code, fault.message), False
    return 200, form.XML, form.gateway_fault(fault), False


def _page(
    store: Store,
    desk: Desk,
    manner: Manner,
    id: str,
    given: list[tuple[str, str]],
    credentials: Credentials,
) -> _Sent:
    person = person_behind(credentials, desk)
    entry = visible_entry(store.context, id, person)
    entry.published()
    rows = shelf(store.context, id, None, entry.tables[0].name)
    asked = form.asked(manner, given, rows.columns)
    form.check_size(asked, rows.count(asked.query), len(rows.columns))
    body = form.page(manner, asked, rows.select(asked.query), rows.total, rows.columns)
    return 200, asked.media, body, True

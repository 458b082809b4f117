"""Addresses of the pages of cases."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post

from dataro.cases.attachments import LARGEST
from dataro.portal import case_pages, opening_pages, report_pages, request_pages
from dataro.portal.desk import Desk
from dataro.portal.exchange import MOST_BYTES, Exchange
from dataro.portal.guard import Bucket
from dataro.portal.replies import SECURITY_HEADERS, Maker, PortalRequest
from dataro.portal.words import WORDS

MOST_UPLOADED = LARGEST + MOST_BYTES


def case_routes(desk: Desk, maker: Maker) -> list[Any]:
    """Handlers; pages are made in the threads of ``maker`` and kept by nobody."""
    exchange = Exchange(desk, maker)
    typing = Bucket(most=40, seconds=1)

    @get("/{lang:str}/data/{id:str}/report")
    async def report_form(request: PortalRequest, lang: str, id: str) -> Response[bytes]:
        return await exchange.show(request, lang, lambda v: report_pages.report_page(desk, v, id))

    @post("/{lang:str}/data/{id:str}/report", request_max_body_size=MOST_BYTES)
    async def report(request: PortalRequest, lang: str, id: str) -> Response[bytes]:
        return await exchange.take(request, lang, lambda v, g: report_pages.report(desk, v, id, g))

    @get("/{lang:str}/requests")
    async def requests(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.show(request, lang, partial(request_pages.requests_page, desk))

    @get("/{lang:str}/requests/new")
    async def request_form(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.show(request, lang, partial(request_pages.request_page, desk))

    @get("/{lang:str}/requests/alike")
    async def alike(request: PortalRequest, lang: str) -> Response[bytes]:
        if not typing.take(request.client.host if request.client else ""):
            visit = await exchange.visit(request, lang)
            return await exchange.refuse(visit, 429, WORDS["too_often"])
        return await exchange.show(request, lang, partial(request_pages.alike_part, desk))

    @post("/{lang:str}/requests/new", request_max_body_size=MOST_BYTES)
    async def send_request(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.take(request, lang, partial(request_pages.request, desk))

    @get("/{lang:str}/cases/{number:str}")
    async def case(request: PortalRequest, lang: str, number: str) -> Response[bytes]:
        return await exchange.show(request, lang, lambda v: case_pages.case_page(desk, v, number))

    @post("/{lang:str}/cases/{number:str}/{act:path}", request_max_body_size=MOST_UPLOADED)
    async def act(request: PortalRequest, lang: str, number: str, act: str) -> Response[bytes]:
        name = act.strip("/")
        return await exchange.take(
            request, lang, lambda v, g: case_pages.case_act(desk, v, number, name, g)
        )

    @get("/{lang:str}/new/{workflow:str}")
    async def new(request: PortalRequest, lang: str, workflow: str) -> Response[bytes]:
        return await exchange.show(
            request, lang, lambda v: opening_pages.opening_page(desk, v, workflow)
        )

    @post("/{lang:str}/new/{workflow:str}", request_max_body_size=MOST_BYTES)
    async def open_new(request: PortalRequest, lang: str, workflow: str) -> Response[bytes]:
        return await exchange.take(
            request, lang, lambda v, g: opening_pages.open_one(desk, v, g, workflow)
        )

    @get("/{lang:str}/cases/{number:str}/files/{id:int}")
    async def file(request: PortalRequest, lang: str, number: str, id: int) -> Response[bytes]:
        return await case_file(exchange, request, lang, number, id)

    return [
        report_form, report, requests, request_form, alike, send_request, case, act, new, open_new,
        file,
    ]  # fmt: skip


async def case_file(
    exchange: Exchange, request: PortalRequest, lang: str, number: str, id: int
) -> Response[bytes]:
    """An attached file, always as a download: nothing that somebody sent runs in this site."""
    visit = await exchange.visit(request, lang)
    work = partial(case_pages.case_file, exchange.desk, visit, number, id)
    name, kind, body = await exchange.maker.run(work)
    headers = {
        **SECURITY_HEADERS,
        "cache-control": "private, no-store",
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "content-security-policy": "sandbox; default-src 'none'",
    }
    return Response(body, headers=headers, media_type=kind)

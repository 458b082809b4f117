"""Addresses of the pages of cases."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post

from dataro.portal import case_pages
from dataro.portal.desk import Desk
from dataro.portal.exchange import MOST_BYTES, Exchange
from dataro.portal.replies import Maker, PortalRequest


def case_routes(desk: Desk, maker: Maker) -> list[Any]:
    """Handlers; pages are made in the threads of ``maker`` and kept by nobody."""
    exchange = Exchange(desk, maker)

    @get("/{lang:str}/data/{id:str}/report")
    async def report_form(request: PortalRequest, lang: str, id: str) -> Response[bytes]:
        return await exchange.show(request, lang, lambda v: case_pages.report_page(desk, v, id))

    @post("/{lang:str}/data/{id:str}/report", request_max_body_size=MOST_BYTES)
    async def report(request: PortalRequest, lang: str, id: str) -> Response[bytes]:
        return await exchange.take(request, lang, lambda v, g: case_pages.report(desk, v, id, g))

    @get("/{lang:str}/requests")
    async def requests(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.show(request, lang, lambda v: case_pages.requests_page(desk, v))

    @get("/{lang:str}/requests/new")
    async def request_form(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.show(request, lang, lambda v: case_pages.request_page(desk, v))

    @post("/{lang:str}/requests/new", request_max_body_size=MOST_BYTES)
    async def send_request(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.take(request, lang, lambda v, g: case_pages.request(desk, v, g))

    @get("/{lang:str}/cases/{number:str}")
    async def case(request: PortalRequest, lang: str, number: str) -> Response[bytes]:
        return await exchange.show(request, lang, lambda v: case_pages.case_page(desk, v, number))

    return [report_form, report, requests, request_form, send_request, case]

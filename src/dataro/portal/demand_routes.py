"""Addresses of what was made from data, and of what is proposed to be opened."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get, post

from dataro.portal import plan_pages, reuse_pages
from dataro.portal.desk import Desk
from dataro.portal.exchange import MOST_BYTES, Exchange
from dataro.portal.plan_pages import Plans
from dataro.portal.replies import SECURITY_HEADERS, Maker, PortalRequest


def demand_routes(desk: Desk, maker: Maker) -> list[Any]:
    """Handlers; pages are made in the threads of ``maker`` and kept by nobody."""
    exchange, plans = Exchange(desk, maker), Plans(desk)

    @get("/{lang:str}/reuses")
    async def reuses(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.show(request, lang, partial(reuse_pages.reuses_page, desk))

    @get("/{lang:str}/reuses/new")
    async def reuse_form(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.show(request, lang, partial(reuse_pages.reuse_page, desk))

    @post("/{lang:str}/reuses/new", request_max_body_size=MOST_BYTES)
    async def reuse(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.take(request, lang, partial(reuse_pages.reuse, desk))

    @get("/{lang:str}/plan")
    async def plan(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.show(request, lang, partial(plan_pages.plan_page, desk, plans))

    @get(["/{lang:str}/plan.xlsx", "/{lang:str}/plan.md"])
    async def plan_file(request: PortalRequest, lang: str) -> Response[bytes]:
        visit = await exchange.visit(request, lang)
        ending = request.url.path.rpartition(".")[2]
        make = partial(plan_pages.plan_file, plans, visit, ending)
        name, kind, body = await maker.run(make)
        headers = {
            **SECURITY_HEADERS,
            "cache-control": "no-store",
            "content-disposition": f"attachment; filename={name}",
        }
        return Response(body, headers=headers, media_type=kind)

    return [reuses, reuse_form, reuse, plan, plan_file]

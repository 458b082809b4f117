"""Addresses of one's own account."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Response, get, post

from dataro.portal import account_pages
from dataro.portal.desk import Desk
from dataro.portal.exchange import MOST_BYTES, Exchange
from dataro.portal.origin import is_secure
from dataro.portal.replies import Maker, PortalRequest


def account_routes(desk: Desk, maker: Maker) -> list[Any]:
    """Handlers; for whoever is signed in."""
    exchange = Exchange(desk, maker)

    @get("/{lang:str}/account")
    async def account(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.show(request, lang, partial(account_pages.account_page, desk))

    @post("/{lang:str}/account/tokens", request_max_body_size=MOST_BYTES)
    async def make(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.take(request, lang, partial(account_pages.new_token, desk))

    @post("/{lang:str}/account/tokens/{id:int}/revoke", request_max_body_size=MOST_BYTES)
    async def revoke(request: PortalRequest, lang: str, id: int) -> Response[bytes]:
        return await exchange.take(
            request, lang, lambda v, g: account_pages.end_token(desk, v, g, id)
        )

    @post("/{lang:str}/account/password", request_max_body_size=MOST_BYTES)
    async def password(request: PortalRequest, lang: str) -> Response[bytes]:
        secure = is_secure(request)
        return await exchange.take(
            request, lang, partial(account_pages.new_password, desk, secure=secure)
        )

    @post("/{lang:str}/account/notices", request_max_body_size=MOST_BYTES)
    async def read(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.take(request, lang, partial(account_pages.read_notices, desk))

    return [account, make, revoke, password, read]

"""Addresses of signing in and out."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from litestar import Response, get, post

from dataro.accounts.provider.id_token import BadIdentity
from dataro.accounts.provider.leaving import told_to_sign_out
from dataro.accounts.provider.provider import Provider, ProviderTrouble
from dataro.portal import sign_in_pages
from dataro.portal.desk import Desk
from dataro.portal.exchange import MOST_BYTES, Exchange, Page, sent
from dataro.portal.guard import Bucket
from dataro.portal.origin import is_secure
from dataro.portal.pages import Visit, error_page
from dataro.portal.replies import SECURITY_HEADERS, Maker, PortalRequest
from dataro.portal.who import session_secret
from dataro.portal.words import WORDS
from dataro.publish.catalogue.entry import NotThere
from dataro.vocabulary.problem import Problem

LOG = logging.getLogger(__name__)


def sign_in_routes(desk: Desk, maker: Maker) -> list[Any]:
    """Handlers. What waits for the provider or for a password's hash waits in threads of its own,
    so that nobody who reads is kept waiting."""
    slow = Maker(threads=2)
    exchange = Exchange(desk, slow, Bucket(most=30, seconds=5))
    declared = desk.store.city.sign_in
    provider = Provider(declared) if declared is not None else None

    @get("/{lang:str}/sign-in")
    async def form(request: PortalRequest, lang: str) -> Response[bytes]:
        return await exchange.show(request, lang, partial(sign_in_pages.sign_in_page, desk))

    @post("/{lang:str}/sign-in", request_max_body_size=MOST_BYTES)
    async def sign_in(request: PortalRequest, lang: str) -> Response[bytes]:
        before, secure = session_secret(request), is_secure(request)
        return await exchange.take(
            request, lang,
            lambda v, g: sign_in_pages.sign_in(desk, v, g, before=before, secure=secure),
        )  # fmt: skip

    @post("/{lang:str}/sign-out", request_max_body_size=MOST_BYTES)
    async def sign_out(request: PortalRequest, lang: str) -> Response[bytes]:
        secret, secure = session_secret(request), is_secure(request)
        return await exchange.take(
            request, lang,
            lambda v, g: sign_in_pages.sign_out(desk, provider, v, secret=secret, secure=secure),
        )  # fmt: skip

    local = [form, sign_in, sign_out]
    if provider is None:
        return local
    # A whole town hall may come from one address in the morning.
    return [*local, *_provider_routes(Exchange(desk, slow, Bucket(most=200, seconds=1)), provider)]


def _provider_routes(exchange: Exchange, provider: Provider) -> list[Any]:
    desk = exchange.desk

    @get("/{lang:str}/sign-in/provider")
    async def start(request: PortalRequest, lang: str) -> Response[bytes]:
        visit, secure = await exchange.visit(request, lang), is_secure(request)
        if not exchange.has_room(request):
            return await exchange.refuse(visit, 429, WORDS["too_often"])
        work = partial(sign_in_pages.to_provider, desk, provider, visit, secure=secure)
        return await _told(exchange, visit, work)

    @get(sign_in_pages.CALLBACK)
    async def callback(request: PortalRequest) -> Response[bytes]:
        lang = "en" if request.headers.get("accept-language", "").lower().startswith("en") else "ko"
        visit = await exchange.visit(request, lang)
        if not exchange.has_room(request):
            return await exchange.refuse(visit, 429, WORDS["too_often"])
        work = partial(
            sign_in_pages.from_provider, desk, provider, visit,
            browser=sign_in_pages.browser_secret(request.cookies),
            before=session_secret(request), secure=is_secure(request),
        )  # fmt: skip
        return await _told(exchange, visit, work)

    @post("/sign-in/signed-out", request_max_body_size=MOST_BYTES)
    async def signed_out(request: PortalRequest) -> Response[bytes]:
        """The provider itself tells of it, without a browser: its signature is what counts."""
        token = (await request.form()).get("logout_token", "")
        headers = {**SECURITY_HEADERS, "cache-control": "no-store"}
        if not exchange.has_room(request):
            return Response(b"", status_code=429, headers=headers)
        try:
            work = partial(told_to_sign_out, desk.records, provider, str(token))
            await exchange.maker.run(work)
        except (BadIdentity, ProviderTrouble) as problem:
            LOG.warning("a logout token was refused: %s", getattr(problem, "fault", problem))
            return Response(b"", status_code=400, headers=headers)
        return Response(b"", status_code=200, headers=headers)

    return [start, callback, signed_out]


async def _told(exchange: Exchange, visit: Visit, work: partial[Page]) -> Response[bytes]:
    """The page, or in words why there is none; the fault itself goes to the log alone."""
    try:
        return sent(await exchange.maker.run(work))
    except NotThere:
        raise
    except Problem as problem:
        fault = getattr(problem, "fault", type(problem).__name__)
        LOG.warning("a sign-in failed: %s", fault)
        status = 502 if isinstance(problem, ProviderTrouble) else 403
        shown = Visit(visit.language, "/sign-in", {}, visit.origin)
        body = partial(error_page, exchange.desk.store, shown, status, problem.text)
        return sent(Page(await exchange.maker.run(body), status))

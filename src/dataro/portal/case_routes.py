"""Addresses of the pages of cases, and what a form has to pass before anybody reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from litestar import Response, get, post

from dataro.portal import case_pages
from dataro.portal.case_pages import Page
from dataro.portal.desk import Desk
from dataro.portal.guard import Bucket, from_this_site
from dataro.portal.language import known_language
from dataro.portal.pages import Visit, error_page
from dataro.portal.replies import SECURITY_HEADERS, Maker, PortalRequest
from dataro.portal.words import WORDS
from dataro.publish.catalogue.entry import NotThere

MOST_BYTES = 64_000
MOST_QUERY = 2_000
TRAP = "website"
"""A field that readers do not see; whoever fills it in is a program."""
_HTML = "text/html"


def case_routes(desk: Desk, maker: Maker) -> list[Any]:
    """Handlers; pages are made in the threads of ``maker`` and kept by nobody."""
    forms = _Forms(desk, maker, Bucket())

    @get("/{lang:str}/data/{id:str}/report")
    async def report_form(request: PortalRequest, lang: str, id: str) -> Response[bytes]:
        return await forms.show(request, lang, lambda v: case_pages.report_page(desk, v, id))

    @post("/{lang:str}/data/{id:str}/report", request_max_body_size=MOST_BYTES)
    async def report(request: PortalRequest, lang: str, id: str) -> Response[bytes]:
        return await forms.take(request, lang, lambda v, g: case_pages.report(desk, v, id, g))

    @get("/{lang:str}/requests")
    async def requests(request: PortalRequest, lang: str) -> Response[bytes]:
        return await forms.show(request, lang, lambda v: case_pages.requests_page(desk, v))

    @get("/{lang:str}/requests/new")
    async def request_form(request: PortalRequest, lang: str) -> Response[bytes]:
        return await forms.show(request, lang, lambda v: case_pages.request_page(desk, v))

    @post("/{lang:str}/requests/new", request_max_body_size=MOST_BYTES)
    async def send_request(request: PortalRequest, lang: str) -> Response[bytes]:
        return await forms.take(request, lang, lambda v, g: case_pages.request(desk, v, g))

    @get("/{lang:str}/cases/{number:str}")
    async def case(request: PortalRequest, lang: str, number: str) -> Response[bytes]:
        return await forms.show(request, lang, lambda v: case_pages.case_page(desk, v, number))

    return [report_form, report, requests, request_form, send_request, case]


class _Forms:
    """What shows and takes forms."""

    def __init__(self, desk: Desk, maker: Maker, bucket: Bucket) -> None:
        self._desk, self._maker, self._bucket = desk, maker, bucket

    async def show(
        self, request: PortalRequest, lang: str, make: Callable[[Visit], Page]
    ) -> Response[bytes]:
        visit = _visit(request, lang)
        return _sent(await self._maker.run(partial(make, visit)))

    async def take(
        self,
        request: PortalRequest,
        lang: str,
        make: Callable[[Visit, Mapping[str, str]], Page],
    ) -> Response[bytes]:
        visit = _visit(request, lang)
        if not from_this_site(request):
            return await self._refuse(visit, 403, "foreign")
        if not self._bucket.take(request.client.host if request.client else ""):
            return await self._refuse(visit, 429, "too_often")
        form = await request.form()
        given = {name: value for name, value in form.items() if isinstance(value, str)}
        if given.pop(TRAP, ""):
            return await self._refuse(visit, 400, "trapped")
        return _sent(await self._maker.run(partial(make, visit, given)))

    async def _refuse(self, visit: Visit, status: int, word: str) -> Response[bytes]:
        work = partial(error_page, self._desk.store, visit, status, WORDS[word])
        return _sent(Page(await self._maker.run(work), status))


def _visit(request: PortalRequest, lang: str) -> Visit:
    language = known_language(lang)
    if len(request.scope["query_string"]) > MOST_QUERY:
        raise NotThere(WORDS["no_page"])
    path = request.url.path.removeprefix(f"/{language}")
    origin = str(request.base_url).rstrip("/")
    return Visit(language, path, dict(request.query_params.items()), origin)


def _sent(page: Page) -> Response[bytes]:
    headers = {**SECURITY_HEADERS, "cache-control": "no-store"}
    if page.status == 429:
        headers["retry-after"] = "60"
    return Response(page.body.encode(), status_code=page.status, headers=headers, media_type=_HTML)

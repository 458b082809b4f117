"""Addresses of areas, services and figures for other sites."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from litestar import Response, get
from litestar.response import Redirect

from dataro.portal import area_pages, embed_pages, files, service_pages
from dataro.portal.language import known_language
from dataro.portal.pages import Visit
from dataro.portal.quality_routes import Show
from dataro.portal.replies import PortalRequest, Reply
from dataro.portal.store import Store

Give = Callable[[PortalRequest, str, Callable[[Visit], Reply]], Awaitable[Response[bytes]]]


def place_routes(store: Store, show: Show, give: Give) -> list[Any]:
    """``/area`` with its pages and files, ``/ro`` with its services,
    ``/embed`` for frames of other sites."""

    @get("/{lang:str}/area")
    async def areas(request: PortalRequest, lang: str) -> Response[bytes] | Redirect:
        if to := request.query_params.get("to"):
            # Only within the site: whatever was asked for becomes the last part of a path.
            return Redirect(
                f"/{known_language(lang)}/area/{quote(to[:60], safe='')}", status_code=303
            )
        return await show(request, lang, lambda visit: area_pages.index(store, visit))

    @get("/{lang:str}/area/{code:str}")
    async def area(request: PortalRequest, lang: str, code: str) -> Response[bytes]:
        if code.endswith(".json"):
            stem = code.removesuffix(".json")
            return await give(request, lang, lambda v: area_pages.area_json(store, v, stem))
        return await show(request, lang, lambda visit: area_pages.area(store, visit, code))

    @get("/{lang:str}/area/map/{name:str}")
    async def area_map(request: PortalRequest, lang: str, name: str) -> Response[bytes]:
        return await give(request, lang, lambda visit: files.area_map_file(store, visit, name))

    @get("/{lang:str}/ro")
    async def services(request: PortalRequest, lang: str) -> Response[bytes]:
        return await show(request, lang, lambda visit: service_pages.services(store, visit))

    @get("/{lang:str}/ro/{id:str}")
    async def service(request: PortalRequest, lang: str, id: str) -> Response[bytes]:
        return await show(request, lang, lambda visit: service_pages.service(store, visit, id))

    @get("/{lang:str}/embed/{id:str}/{name:str}")
    async def embed(request: PortalRequest, lang: str, id: str, name: str) -> Response[bytes]:
        return await give(request, lang, lambda visit: embed_pages.embed(store, visit, id, name))

    return [areas, area, area_map, services, service, embed]

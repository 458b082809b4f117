"""The catalogue described for machines: DCAT, Croissant, Data Package, CSVW, by one address each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from litestar import Response, get
from litestar.response import Redirect

from dataro.portal.api.calls import OPEN
from dataro.portal.origin import public_origin
from dataro.portal.replies import Maker, PortalRequest, Reply, respond
from dataro.portal.store import Store
from dataro.portal.used import used
from dataro.publish.catalogue.entries import public_entries, visible_entry
from dataro.publish.catalogue.entry import Entry, NotThere
from dataro.publish.forms.croissant import croissant
from dataro.publish.forms.csvw import csv_metadata
from dataro.publish.forms.frictionless import data_package
from dataro.publish.forms.site import Site
from dataro.vocabulary.text import Language, both

_JSON_LD = "application/ld+json"
_Document = Callable[[Site, Entry, Language], Mapping[str, Any]]

DOCUMENTS: Mapping[str, tuple[_Document, str]] = {
    "croissant.json": (croissant, _JSON_LD),
    "datapackage.json": (data_package, "application/json"),
    "csvw.json": (lambda site, entry, _: csv_metadata(site, entry), "application/csvm+json"),
}
"""Descriptions of one entry by the name of their file, with their media type."""
_RDF_BY_MEDIA = {"text/turtle": "ttl", "application/rdf+xml": "rdf", _JSON_LD: "jsonld"}


def description_routes(store: Store, maker: Maker) -> list[Any]:
    """``/catalog.FORM``, ``/dataset/ID.FORM`` and ``/dataset/ID/DOCUMENT``.

    Without an ending, whoever accepts a form of RDF is sent to it, everybody else to the page.
    """

    async def kept(request: PortalRequest, make: Callable[[Site], Reply]) -> Response[bytes]:
        origin = public_origin(request)
        language = request.query_params.get("lang")
        key = ("described", store.version(), origin, request.scope["path"], language)
        site = Site(origin, store.city)
        return respond(request, await maker.reply(key, lambda: make(site)))

    @get(["/catalog.jsonld", "/catalog.ttl", "/catalog.rdf"])
    async def catalogue(request: PortalRequest) -> Response[bytes]:
        ending = request.url.path.rpartition(".")[2]
        return await kept(request, lambda site: _catalogue(store, site, ending))

    @get("/catalog", sync_to_thread=False)
    def catalogue_door(request: PortalRequest) -> Redirect:
        ending = _accepted(request)
        return _see(f"/catalog.{ending}" if ending else "/ko/data")

    @get("/dataset/{name:str}")
    async def entry(request: PortalRequest, name: str) -> Response[bytes] | Redirect:
        id, dot, ending = name.rpartition(".")
        if not dot:
            found = visible_entry(store.context, name)
            accepted = _accepted(request)
            site = Site("", store.city)
            return _see(site.form(found, accepted) if accepted else site.page(found, "ko"))
        return await kept(request, lambda site: _entry(store, site, id, ending))

    @get("/dataset/{id:str}/{document:str}")
    async def described(request: PortalRequest, id: str, document: str) -> Response[bytes]:
        language: Language = "en" if request.query_params.get("lang") == "en" else "ko"
        reply = await kept(request, lambda site: _document(store, site, id, document, language))
        used(request, id, "call", door="dcat", format=document.partition(".")[0])
        return reply

    return [catalogue, catalogue_door, entry, described]


def _accepted(request: PortalRequest) -> str | None:
    """The form of RDF that the reader asks for, if they ask for any."""
    wanted = request.headers.get("accept", "")
    return next((form for media, form in _RDF_BY_MEDIA.items() if media in wanted), None)


def _see(address: str) -> Redirect:
    return Redirect(address, status_code=303, headers={"vary": "accept"})


def _catalogue(store: Store, site: Site, ending: str) -> Reply:
    from dataro.publish.forms import dcat

    return _rdf(dcat.catalogue_graph(site, public_entries(store.context)), ending)


def _entry(store: Store, site: Site, id: str, ending: str) -> Reply:
    from dataro.publish.forms import dcat

    if ending not in dcat.FORMS:
        raise _no_form([f".{form}" for form in dcat.FORMS])
    return _rdf(dcat.entry_graph(site, visible_entry(store.context, id)), ending)


def _rdf(graph: Any, ending: str) -> Reply:
    from dataro.publish.forms import dcat

    form = next(one for one in dcat.FORMS if one == ending)
    media = dcat.FORMS[form][1]
    return Reply(dcat.written(graph, form), f"{media}; charset=utf-8", headers=OPEN)


def _document(store: Store, site: Site, id: str, name: str, language: Language) -> Reply:
    if name not in DOCUMENTS:
        raise _no_form([f"/{one}" for one in DOCUMENTS])
    make, media = DOCUMENTS[name]
    found = make(site, visible_entry(store.context, id), language)
    body = json.dumps(found, ensure_ascii=False).encode()
    return Reply(body, media, headers=OPEN)


def _no_form(known: list[str]) -> NotThere:
    listed = ", ".join(known)
    return NotThere(
        both(
            f"그런 형식의 설명은 없습니다. 가능한 형식: {listed}.",
            f"It is not described in that form. Forms: {listed}.",
        )
    )

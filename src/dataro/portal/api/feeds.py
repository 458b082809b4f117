"""Feeds of what changed, by language: of all data, and of one dataset or answer."""

from __future__ import annotations

from typing import Any

from litestar import Response, get

from dataro.portal.language import known_language
from dataro.portal.origin import public_origin
from dataro.portal.replies import Maker, PortalRequest, Reply, respond
from dataro.portal.store import Store
from dataro.publish.catalogue.entries import public_entries, visible_entry
from dataro.publish.forms.feed import atom, changes, rss
from dataro.publish.forms.site import Site
from dataro.vocabulary.text import Language, Text, both

_TYPES = {"feed.xml": "application/atom+xml", "feed.rss": "application/rss+xml"}


def feed_routes(store: Store, maker: Maker) -> list[Any]:
    """``/ko/feed.xml`` (Atom), ``/ko/feed.rss``, ``/ko/data/ID/feed.xml``, and in English."""

    async def answer(request: PortalRequest, lang: str, id: str | None) -> Response[bytes]:
        language = known_language(lang)
        origin = public_origin(request)
        form = request.url.path.rpartition("/")[2]
        key = ("feed", store.version(), origin, language, id, form)
        return respond(
            request, await maker.reply(key, lambda: _reply(store, origin, language, id, form))
        )

    @get(["/{lang:str}/feed.xml", "/{lang:str}/feed.rss"])
    async def everything(request: PortalRequest, lang: str) -> Response[bytes]:
        return await answer(request, lang, None)

    @get(["/{lang:str}/data/{id:str}/feed.xml", "/{lang:str}/data/{id:str}/feed.rss"])
    async def one(request: PortalRequest, lang: str, id: str) -> Response[bytes]:
        return await answer(request, lang, id)

    return [everything, one]


def _reply(store: Store, origin: str, language: Language, id: str | None, form: str) -> Reply:
    site = Site(origin, store.city)
    if id is None:
        found = changes(store.context, public_entries(store.context))
        title = _titled(store.city.name)
        address = f"{origin}/{language}/{form}"
    else:
        entry = visible_entry(store.context, id)
        found = changes(store.context, [entry], each=30)
        title = _titled(entry.title)
        address = f"{origin}/{language}/data/{entry.id}/{form}"
    write = atom if form == "feed.xml" else rss
    body = write(site, found, language, title, address)
    return Reply(body, _TYPES[form])


def _titled(what: Text) -> Text:
    return both(f"{what.ko}: 바뀐 데이터", f"{what.en}: data that changed")

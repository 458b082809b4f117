"""``/ogc``: OGC API – Features and Tiles over every dataset whose rows have a place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from litestar import HttpMethod, Response, route
from litestar.response import Stream

from dataro.portal.api.calls import Call, Calls, Given
from dataro.portal.desk import Desk
from dataro.portal.replies import Maker, PortalRequest
from dataro.portal.store import Store
from dataro.publish.catalogue.entries import visible_entries, visible_entry
from dataro.publish.catalogue.entry import Entry, NotThere
from dataro.publish.forms.ogc import crs as systems
from dataro.publish.forms.ogc import documents as said
from dataro.publish.forms.ogc.items import feature, feature_collection, read_items
from dataro.publish.shelves.keeping import shelf
from dataro.publish.tiles.keeping import tile
from dataro.vocabulary.text import both

_METHODS = [HttpMethod.GET, HttpMethod.OPTIONS]
_GEOJSON = "application/geo+json"
_SCHEMA = "application/schema+json"
_MVT = "application/vnd.mapbox-vector-tile"
_Answer = Response[bytes] | Stream


def ogc_routes(store: Store, maker: Maker, desk: Desk) -> list[Any]:
    """Handlers of the OGC API."""
    calls, room = Calls(desk, maker, "ogc"), Collections(store)
    base, one = said.BASE, f"{said.BASE}/collections/{{id:str}}"
    grid = f"{one}/tiles/{said.WEB_MERCATOR}"

    @route([base, f"{base}/"], http_method=_METHODS)
    async def landing(request: PortalRequest) -> _Answer:
        return await calls.answer(
            request, lambda c: _json(said.landing(store.city, c.origin, c.language))
        )

    @route(f"{base}/api", http_method=_METHODS)
    async def api(request: PortalRequest) -> _Answer:
        return await calls.answer(
            request,
            lambda c: _json(said.openapi(store.city, c.origin, c.language), said.OPENAPI_TYPE),
        )

    @route(f"{base}/conformance", http_method=_METHODS)
    async def conformance(request: PortalRequest) -> _Answer:
        document = {"conformsTo": list(said.CONFORMS_TO)}
        return await calls.answer(request, lambda c: _json(document))

    @route(f"{base}/collections", http_method=_METHODS)
    async def collections(request: PortalRequest) -> _Answer:
        return await calls.answer(request, room.all)

    @route(one, http_method=_METHODS)
    async def collection(request: PortalRequest, id: str) -> _Answer:
        return await calls.answer(
            request,
            lambda c: _json(said.collection(store.city, room.entry(c, id), c.origin, c.language)),
        )

    @route([f"{one}/queryables", f"{one}/schema"], http_method=_METHODS)
    async def queryables(request: PortalRequest, id: str) -> _Answer:
        return await calls.answer(
            request,
            lambda c: _json(said.queryables(room.entry(c, id), c.origin, c.language), _SCHEMA),
        )

    @route(f"{one}/items", http_method=_METHODS)
    async def items(request: PortalRequest, id: str) -> _Answer:
        return await calls.answer(request, lambda c: room.items(c, id))

    @route(f"{one}/items/{{feature_id:str}}", http_method=_METHODS)
    async def item(request: PortalRequest, id: str, feature_id: str) -> _Answer:
        return await calls.answer(request, lambda c: room.item(c, id, feature_id))

    @route(f"{one}/tiles", http_method=_METHODS)
    async def tilesets(request: PortalRequest, id: str) -> _Answer:
        return await calls.answer(
            request, lambda c: _json(said.tilesets(room.entry(c, id), c.origin))
        )

    @route(grid, http_method=_METHODS)
    async def tileset(request: PortalRequest, id: str) -> _Answer:
        return await calls.answer(
            request, lambda c: _json(said.tileset(room.entry(c, id), c.origin))
        )

    @route(f"{grid}/{{zoom:int}}/{{row:int}}/{{column:int}}", http_method=_METHODS)
    async def one_tile(
        request: PortalRequest, id: str, zoom: int, row: int, column: int
    ) -> _Answer:
        return await calls.answer(request, lambda c: room.tile(c, id, zoom, column, row))

    @route(f"{base}/tileMatrixSets", http_method=_METHODS)
    async def matrix_sets(request: PortalRequest) -> _Answer:
        return await calls.answer(request, lambda c: _json(said.matrix_sets(c.origin)))

    @route(f"{base}/tileMatrixSets/{said.WEB_MERCATOR}", http_method=_METHODS)
    async def matrix_set(request: PortalRequest) -> _Answer:
        return await calls.answer(request, lambda c: _json(said.matrix_set()))

    return [
        landing, api, conformance, collections, collection, queryables, items, item, tilesets,
        tileset, one_tile, matrix_sets, matrix_set,
    ]  # fmt: skip


class Collections:
    """The collections of a workspace, for whoever may see them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, call: Call) -> Given:
        """Every collection that the reader may see."""
        entries = visible_entries(self._store.context, call.person)
        return _json(said.collections(self._store.city, entries, call.origin, call.language))

    def entry(self, call: Call, id: str) -> Entry:
        """One collection. Raises ``NotThere``, for a dataset without places as well."""
        found = visible_entry(self._store.context, id, call.person)
        if not said.placed(found):
            raise NotThere(
                both(
                    f"“{found.title.ko}”에는 위치가 없어 OGC API로 제공하지 않습니다.",
                    f"“{found.title.en}” has no places, so it is no collection of this API.",
                )
            )
        return found

    def items(self, call: Call, id: str) -> Given:
        """A page of features."""
        entry = self.entry(call, id)
        rows = shelf(self._store.context, id)
        wanted = read_items(call.pairs, rows.columns)
        address = f"{call.origin}{said.BASE}/collections/{id}/items"
        body = feature_collection(rows, entry.tables[0], wanted, address, call.pairs)
        headers = {"content-crs": f"<{wanted.crs}>"}
        return Given(body, _GEOJSON, headers=headers, uses=((id, "call", "geojson"),))

    def item(self, call: Call, id: str, feature_id: str) -> Given:
        """One feature. Raises ``NotThere``."""
        entry = self.entry(call, id)
        crs = systems.known(dict(call.pairs).get("crs", systems.CRS84), "crs")
        found = feature(shelf(self._store.context, id), entry.tables[0], feature_id, crs)
        if found is None:
            raise NotThere(
                both(
                    f"“{entry.title.ko}”에 {feature_id[:60]} 항목은 없습니다.",
                    f"“{entry.title.en}” has no feature {feature_id[:60]}.",
                )
            )
        address = f"{call.origin}{said.BASE}/collections/{id}"
        found["links"] = [
            {"rel": "self", "href": f"{address}/items/{feature_id}", "type": _GEOJSON},
            {"rel": "collection", "href": address, "type": "application/json"},
        ]
        return Given(
            json.dumps(found, ensure_ascii=False).encode(), _GEOJSON,
            headers={"content-crs": f"<{crs}>"}, uses=((id, "call", "geojson"),),
        )  # fmt: skip

    def tile(self, call: Call, id: str, zoom: int, x: int, y: int) -> Given:
        """A vector tile; kept by the browser where its version is named (``?v=``)."""
        entry = self.entry(call, id)
        body = tile(self._store.context, entry, zoom, x, y)
        etag = f'"{entry.snapshot}-{zoom}-{x}-{y}"'
        kept = dict(call.pairs).get("v") == str(entry.snapshot)
        return Given(body, _MVT, etag, kept=kept)


def _json(document: Mapping[str, Any], media: str = "application/json") -> Given:
    return Given(json.dumps(document, ensure_ascii=False).encode(), media)

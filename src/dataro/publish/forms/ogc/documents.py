"""What an OGC API says of itself: landing page, conformance, collections, tile sets, OpenAPI."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dataro.publish.catalogue.entry import Entry
from dataro.publish.forms.ogc import crs
from dataro.publish.forms.ogc.cql2 import GEOMETRY
from dataro.publish.forms.ogc.items import MOST, USUAL
from dataro.vocabulary.city import City
from dataro.vocabulary.terms import Kind, Term
from dataro.vocabulary.text import Language

BASE = "/ogc"
OPENAPI_TYPE = "application/vnd.oai.openapi+json;version=3.0"
_GEOJSON = "application/geo+json"
_MVT = "application/vnd.mapbox-vector-tile"
_FEATURES = "http://www.opengis.net/spec/ogcapi-features"
CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    f"{_FEATURES}-1/1.0/conf/core",
    f"{_FEATURES}-1/1.0/conf/geojson",
    f"{_FEATURES}-1/1.0/conf/oas30",
    f"{_FEATURES}-2/1.0/conf/crs",
    f"{_FEATURES}-3/1.0/conf/queryables",
    f"{_FEATURES}-3/1.0/conf/queryables-query-parameters",
    f"{_FEATURES}-3/1.0/conf/filter",
    f"{_FEATURES}-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
)
"""Requirements that are met (conformance classes)."""

WEB_MERCATOR = "WebMercatorQuad"
_MATRIX_SET = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{WEB_MERCATOR}"
DEEPEST = 18
_TYPES: Mapping[Kind, dict[str, str]] = {
    "integer": {"type": "integer"},
    "year": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "month": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}


def placed(entry: Entry) -> bool:
    """Whether an entry is a collection: a dataset with rows that have a place."""
    shaped = any(term.domain.kind == "geometry" for term in entry.columns.values())
    points = {"longitude", "latitude"} <= set(entry.columns)
    return entry.kind == "dataset" and entry.snapshot is not None and (shaped or points)


def landing(city: City, origin: str, language: Language) -> dict[str, Any]:
    """The landing page."""
    base = f"{origin}{BASE}"
    return {
        "title": f"{city.name[language]} Dataro",
        "description": {
            "ko": f"{city.name.ko}가 여는 위치 데이터입니다.",
            "en": f"Places opened by {city.name.en}.",
        }[language],
        "links": [
            _link("self", base, "application/json"),
            _link("service-desc", f"{base}/api", OPENAPI_TYPE),
            _link("service-doc", f"{origin}/{language}/api", "text/html"),
            _link("conformance", f"{base}/conformance", "application/json"),
            _link("data", f"{base}/collections", "application/json"),
            _link(
                "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
                f"{base}/tileMatrixSets", "application/json",
            ),
        ],
    }  # fmt: skip


def collections(
    city: City, entries: Iterable[Entry], origin: str, language: Language
) -> dict[str, Any]:
    """Every collection."""
    return {
        "links": [_link("self", f"{origin}{BASE}/collections", "application/json")],
        "crs": list(crs.KNOWN),
        "collections": [collection(city, one, origin, language) for one in entries if placed(one)],
    }


def collection(city: City, entry: Entry, origin: str, language: Language) -> dict[str, Any]:
    """One collection: its extent (the city's until its own is worked out), coordinate systems and
    addresses."""
    at = f"{origin}{BASE}/collections/{entry.id}"
    box = list(entry.spatial or city.bounds)
    extent: dict[str, Any] = {"spatial": {"bbox": [box], "crs": crs.CRS84}}
    if entry.temporal:
        extent["temporal"] = {
            "interval": [[f"{one}T00:00:00Z" for one in entry.temporal]],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return {
        "id": entry.id,
        "title": entry.title[language],
        "description": f"{entry.description[language]} {entry.row[language]}",
        "keywords": list(entry.keywords),
        "itemType": "feature",
        "extent": extent,
        "crs": list(crs.KNOWN),
        "storageCrs": crs.CRS84,
        "links": [
            _link("self", at, "application/json"),
            _link("items", f"{at}/items", _GEOJSON),
            _link(
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                f"{at}/queryables", "application/schema+json",
            ),
            _link(
                "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
                f"{at}/tiles", "application/json",
            ),
            _link("describedby", f"{origin}/dataset/{entry.id}.jsonld", "application/ld+json"),
            _link("alternate", f"{origin}/{language}/data/{entry.id}", "text/html"),
        ],
    }  # fmt: skip


def queryables(entry: Entry, origin: str, language: Language) -> dict[str, Any]:
    """What conditions may name, as a JSON Schema."""
    properties: dict[str, Any] = {
        name: _property(term, language)
        for name, term in entry.columns.items()
        if term.domain.kind != "geometry"
    }
    properties[GEOMETRY] = {"format": "geometry-any"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{origin}{BASE}/collections/{entry.id}/queryables",
        "type": "object",
        "title": entry.title[language],
        "properties": properties,
        "additionalProperties": False,
    }


def _property(term: Term, language: Language) -> dict[str, Any]:
    made: dict[str, Any] = {"title": term.text[language]}
    made |= _TYPES.get(term.domain.kind, {"type": "string"})
    if term.unit:
        made["x-ogc-unit"] = term.unit[language]
    if term.domain.codes and made["type"] == "string":
        made["enum"] = list(term.domain.codes)
    return made


def tilesets(entry: Entry, origin: str) -> dict[str, Any]:
    """The tile sets of a collection: one, for map pages."""
    at = f"{origin}{BASE}/collections/{entry.id}/tiles"
    return {
        "links": [_link("self", at, "application/json")],
        "tilesets": [_tileset(entry, origin)],
    }


def tileset(entry: Entry, origin: str) -> dict[str, Any]:
    """The tile set for map pages, with how the address of a tile is made."""
    at = f"{origin}{BASE}/collections/{entry.id}/tiles/{WEB_MERCATOR}"
    made = _tileset(entry, origin)
    made["links"].append(
        _link("item", f"{at}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", _MVT) | {"templated": True}
    )
    made["tileMatrixSetLimits"] = []
    made["layers"] = [{"id": entry.id, "dataType": "vector", "geometryDimension": 0}]
    return made


def _tileset(entry: Entry, origin: str) -> dict[str, Any]:
    at = f"{origin}{BASE}/collections/{entry.id}/tiles/{WEB_MERCATOR}"
    return {
        "title": entry.title.en,
        "dataType": "vector",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "tileMatrixSetURI": _MATRIX_SET,
        "links": [
            _link("self", at, "application/json"),
            _link(
                "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme",
                f"{origin}{BASE}/tileMatrixSets/{WEB_MERCATOR}", "application/json",
            ),
        ],
    }  # fmt: skip


def matrix_sets(origin: str) -> dict[str, Any]:
    """The tile matrix sets: one."""
    at = f"{origin}{BASE}/tileMatrixSets"
    return {
        "tileMatrixSets": [
            {
                "id": WEB_MERCATOR,
                "title": "Google Maps Compatible for the World",
                "uri": _MATRIX_SET,
                "links": [_link("self", f"{at}/{WEB_MERCATOR}", "application/json")],
            }
        ]
    }


def matrix_set() -> dict[str, Any]:
    """WebMercatorQuad, as the OGC's Two Dimensional Tile Matrix Set standard has it."""
    half = 20_037_508.342789244
    widest = 559_082_264.0287178
    return {
        "id": WEB_MERCATOR,
        "title": "Google Maps Compatible for the World",
        "uri": _MATRIX_SET,
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "orderedAxes": ["X", "Y"],
        "tileMatrices": [
            {
                "id": str(z),
                "scaleDenominator": widest / 2**z,
                "cellSize": 2 * half / 256 / 2**z,
                "pointOfOrigin": [-half, half],
                "tileWidth": 256,
                "tileHeight": 256,
                "matrixWidth": 2**z,
                "matrixHeight": 2**z,
            }
            for z in range(DEEPEST + 1)
        ],
    }


def openapi(city: City, origin: str, language: Language) -> dict[str, Any]:
    """The API in OpenAPI 3.0."""
    number = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    text = {"type": "string"}
    words: dict[str, Any] = {
        "limit": number, "offset": {"type": "integer", "minimum": 0}, "bbox": text,
        "bbox-crs": text, "crs": text, "datetime": text, "filter": text, "filter-lang": text,
        "sortby": text, "properties": text,
    }  # fmt: skip
    one = [_parameter("collectionId", text)]
    tile = [*one, *(_parameter(name, text) for name in ("tileMatrix", "tileRow", "tileCol"))]
    items = [*one, *(_parameter(name, kind, "query") for name, kind in words.items())]
    set_ = f"/collections/{{collectionId}}/tiles/{WEB_MERCATOR}"
    return {
        "openapi": "3.0.3",
        "info": {"title": f"{city.name[language]} Dataro OGC API", "version": "1.0.0"},
        "servers": [{"url": f"{origin}{BASE}"}],
        "paths": {
            "/": _path("landing", []),
            "/conformance": _path("conformance", []),
            "/collections": _path("collections", []),
            "/collections/{collectionId}": _path("collection", one),
            "/collections/{collectionId}/queryables": _path("queryables", one),
            "/collections/{collectionId}/items": _path("items", items, _GEOJSON),
            "/collections/{collectionId}/items/{featureId}": _path(
                "feature", [*one, _parameter("featureId", text)], _GEOJSON
            ),
            "/collections/{collectionId}/tiles": _path("tilesets", one),
            set_: _path("tileset", one),
            f"{set_}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _path("tile", tile, _MVT),
            "/tileMatrixSets": _path("tileMatrixSets", []),
            f"/tileMatrixSets/{WEB_MERCATOR}": _path("tileMatrixSet", []),
        },
    }


def _path(name: str, parameters: list[Any], media: str = "application/json") -> dict[str, Any]:
    good = {"description": "OK", "content": {media: {"schema": {}}}}
    return {
        "get": {
            "operationId": name,
            "parameters": parameters,
            "responses": {"200": good, "default": {"description": "problem+json"}},
        }
    }


def _parameter(name: str, schema: Mapping[str, Any], where: str = "path") -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": dict(schema)}


def _link(rel: str, href: str, media: str) -> dict[str, Any]:
    return {"rel": rel, "href": href, "type": media}

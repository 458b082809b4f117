"""Read places as map programs do: OWSLib's client, and the order of requests that QGIS makes.

Arguments: the portal's address, the id of a collection of points. Prints what came back.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import httpx
import mapbox_vector_tile
from owslib.ogcapi.features import Features


def with_owslib(origin: str, id: str) -> dict[str, Any]:
    api = Features(f"{origin}/ogc")
    first = api.collection_items(id, limit=7)
    filtered = api.collection_items(id, limit=1000, filter="longitude >= 127.0")
    one = api.collection_item(id, str(first["features"][0]["id"]))
    return {
        "title": api.links[0]["href"].endswith("/ogc"),
        "conforms": len(api.conformance()["conformsTo"]),
        "collections": api.feature_collections(),
        "paths": len(api.api()["paths"]),
        "queryables": sorted(api.collection_queryables(id)["properties"]),
        "matched": first["numberMatched"],
        "returned": first["numberReturned"],
        "east": filtered["numberMatched"],
        "one": one["properties"],
    }


def as_qgis_does(origin: str, id: str) -> dict[str, Any]:
    """Landing page, description, conformance, collections, one collection, then page after page
    by the links, in another coordinate system, in a box."""
    with httpx.Client(timeout=30) as client:
        landing = client.get(f"{origin}/ogc", headers={"accept": "application/json"}).json()
        links = {one["rel"]: one["href"] for one in landing["links"]}
        described = client.get(links["service-desc"])
        limit = described.json()["paths"]["/collections/{collectionId}/items"]["get"]["parameters"]
        client.get(links["conformance"]).raise_for_status()
        listed = client.get(links["data"]).json()["collections"]
        found = next(one for one in listed if one["id"] == id)
        west, south, east, north = found["extent"]["spatial"]["bbox"][0]
        items = next(one["href"] for one in found["links"] if one["rel"] == "items")
        ask = {"limit": 30, "bbox": f"{west},{south},{east},{north}",
               "crs": "http://www.opengis.net/def/crs/EPSG/0/5186"}  # fmt: skip
        page = client.get(items, params=ask)
        system, seen, features = page.headers["content-crs"], [], []
        while True:
            document = page.json()
            features += document["features"]
            seen += [one["id"] for one in document["features"]]
            following = [one["href"] for one in document["links"] if one["rel"] == "next"]
            if not following:
                break
            page = client.get(following[0])
        return {
            "type": described.headers["content-type"], "parameters": len(limit), "crs": system,
            "ids": len(set(seen)), "rows": len(seen), "first": features[0],
        }  # fmt: skip


def tiles(origin: str, id: str) -> dict[str, int]:
    """The counts of all tiles of some zooms, as an independent decoder reads them."""
    at = f"{origin}/ogc/collections/{id}/tiles/WebMercatorQuad"
    template = next(
        one["href"] for one in httpx.get(at).json()["links"] if one["rel"] == "item"
    )  # fmt: skip
    sums: dict[str, int] = {}
    for zoom in (0, 3, 6):
        sums[str(zoom)] = 0
        for row in range(2**zoom):
            for column in range(2**zoom):
                if zoom == 6 and not (48 <= column <= 56 and 20 <= row <= 30):
                    continue
                address = template.replace("{tileMatrix}", str(zoom))
                address = address.replace("{tileRow}", str(row))
                body = httpx.get(address.replace("{tileCol}", str(column))).content
                layers = mapbox_vector_tile.decode(body) if body else {}
                for layer in layers.values():
                    sums[str(zoom)] += sum(one["properties"]["count"] for one in layer["features"])
    return sums


def main() -> None:
    origin, id = sys.argv[1:]
    print(
        json.dumps(
            {"owslib": with_owslib(origin, id), "qgis": as_qgis_does(origin, id),
             "tiles": tiles(origin, id)}
        )
    )  # fmt: skip


main()

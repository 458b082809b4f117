"""Coordinate systems in which places are given out, and moving places between them.

Axis order is that of the system itself: longitude first in CRS84, latitude first in EPSG:4326,
north first in the Korean systems (EPSG:5179, 5186).
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pyproj
import shapely

from dataro.publish.query import BadValue
from dataro.vocabulary.text import both

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
KNOWN = (CRS84, *(f"{_EPSG}{code}" for code in (4326, 3857, 5179, 5186)))
"""Longitude and latitude, the Web Mercator of map pages, Korea 2000 unified and central belt."""

_local = threading.local()  # a transformer belongs to the thread that made it
_EDGE = 21


def known(uri: str, parameter: str) -> str:
    """The same address. Raises ``BadValue`` for a system in which nothing is given out."""
    if uri not in KNOWN:
        listed = ", ".join(KNOWN)
        raise BadValue(
            parameter,
            both(
                f"“{uri[:100]}” 좌표계로는 제공하지 않습니다. 가능한 좌표계: {listed}.",
                f"“{uri[:100]}” is not offered. Coordinate systems: {listed}.",
            ),
        )
    return uri


def moved(shapes: Any, target: str) -> Any:
    """Shapes (one or an array) in CRS84 as they are in ``target``."""
    if target == CRS84:
        return shapes
    transformer = _transformer(CRS84, target)
    return shapely.transform(shapes, transformer.transform, interleaved=False)


def box_in_crs84(
    box: tuple[float, float, float, float], source: str
) -> tuple[float, float, float, float]:
    """West, south, east, north that cover a box of another system (its edges bend)."""
    if source == CRS84:
        return box
    first, second = np.linspace(box[0], box[2], _EDGE), np.linspace(box[1], box[3], _EDGE)
    a = np.concatenate([first, first, np.full(_EDGE, box[0]), np.full(_EDGE, box[2])])
    b = np.concatenate([np.full(_EDGE, box[1]), np.full(_EDGE, box[3]), second, second])
    x, y = _transformer(source, CRS84).transform(a, b)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _transformer(source: str, target: str) -> pyproj.Transformer:
    made: dict[tuple[str, str], pyproj.Transformer] = _local.__dict__.setdefault("made", {})
    if (source, target) not in made:
        made[source, target] = pyproj.Transformer.from_crs(_name(source), _name(target))
    return made[source, target]


def _name(uri: str) -> str:
    return "OGC:CRS84" if uri == CRS84 else f"EPSG:{uri.rpartition('/')[2]}"

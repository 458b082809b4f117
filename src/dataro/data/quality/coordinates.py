"""Where coordinates lie, and what they are when they do not lie in the city."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl
import pyproj
import shapely

from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Text, both

if TYPE_CHECKING:
    from numpy.typing import NDArray

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees, EPSG:4326."""

KOREA: Bounds = (124.0, 33.0, 132.0, 43.2)
"""The peninsula with its islands; Dokdo is the easternmost, Baengnyeongdo the westernmost."""

SYSTEMS: Mapping[str, str] = {
    "EPSG:5179": "UTM-K(GRS80)",
    "EPSG:5186": "GRS80 중부원점(60만)",
    "EPSG:5181": "GRS80 중부원점(50만)",
    "EPSG:5174": "베셀 보정 중부원점",
    "EPSG:2097": "베셀 중부원점",
    "EPSG:5187": "GRS80 동부원점(60만)",
    "EPSG:5185": "GRS80 서부원점(60만)",
    "EPSG:5178": "UTM-K(베셀)",
    "EPSG:3857": "웹 메르카토르",
    "EPSG:32652": "UTM 52N",
}
"""Coordinate systems that Korean offices deliver, most likely first."""

_METRES = 10_000  # no Korean system gives the mainland a smaller value on either axis
State = Literal["inside", "swapped", "system", "outside", "impossible"]


def inside(x: NDArray[np.float64], y: NDArray[np.float64], bounds: Bounds) -> NDArray[np.bool_]:
    """Whether points lie in the bounds; a point that is not a number does not."""
    west, south, east, north = bounds
    found: NDArray[np.bool_] = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return found


def locate(
    x: NDArray[np.float64], y: NDArray[np.float64], bounds: Bounds
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The state of each point, and the name of the system of those in another one.

    ``x`` is meant as longitude, ``y`` as latitude. A point outside ``bounds`` is ``swapped``
    where it would be inside with the two exchanged, in another ``system`` where one of
    ``SYSTEMS`` puts it inside (either order of axes), ``impossible`` where it is no place on
    Earth, else ``outside``. Not-a-number points count as ``inside``: there is nothing to judge.
    """
    state = np.full(len(x), "inside", dtype=object)
    system = np.full(len(x), None, dtype=object)
    open_ = ~(inside(x, y, bounds) | np.isnan(x) | np.isnan(y))
    state[open_] = "outside"
    swapped = open_ & inside(y, x, bounds)
    state[swapped] = "swapped"
    open_ &= ~swapped
    degrees = (np.abs(x) <= 180) & (np.abs(y) <= 90)
    mirrored = (np.abs(x) <= 90) & (np.abs(y) <= 180)
    far = open_ & ~degrees & ~mirrored
    metres = far & (np.minimum(np.abs(x), np.abs(y)) >= _METRES)
    impossible = far & ~metres
    far = metres
    for code in SYSTEMS:
        if not far.any():
            break
        for first, second in ((x, y), (y, x)):
            east, north = _to_degrees(code).transform(first[far], second[far])
            hit = np.zeros_like(far)
            hit[far] = inside(np.asarray(east), np.asarray(north), bounds)
            state[hit], system[hit] = "system", code
            far &= ~hit
            if not far.any():
                break
    state[far | impossible] = "impossible"
    return state, system


@cache
def _to_degrees(code: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(code, "EPSG:4326", always_xy=True)


def column_pairs(columns: Mapping[str, Term]) -> list[tuple[str, str]]:
    """Pairs of (longitude, latitude) columns, matched by the words that surround them."""
    longitudes = {_bare(n): n for n, t in columns.items() if t.domain.name == "경도"}
    latitudes = {_bare(n): n for n, t in columns.items() if t.domain.name == "위도"}
    return [(longitudes[k], latitudes[k]) for k in longitudes if k in latitudes]


def _bare(name: str) -> str:
    return re.sub(r"longitude|latitude|lon|lng|lat|lot", "", name)


def bounds_of_shapes(shapes: pl.Series) -> NDArray[np.float64]:
    """West, south, east, north of each WKB shape; not-a-number where it is empty or broken."""
    geometry = shapely.from_wkb(shapes.to_numpy(), on_invalid="ignore")
    found: NDArray[np.float64] = shapely.bounds(geometry)
    return found


def explain(state: State, system: str | None) -> Text:
    """Why a coordinate fails, and what to do."""
    if state == "swapped":
        return both(
            "위도와 경도가 서로 바뀌었습니다. 두 값을 맞바꾸십시오.",
            "latitude and longitude are swapped; exchange the two values",
        )
    if state == "system":
        name = SYSTEMS[str(system)]
        return both(
            f"다른 좌표계({system}, {name})의 값입니다. 경위도(EPSG:4326)로 변환하십시오.",
            f"the value is in another coordinate system ({system}); transform it to degrees "
            f"(EPSG:4326)",
        )
    if state == "impossible":
        return both(
            "경위도로 볼 수 없는 값입니다. 원래 자료에서 좌표를 확인하십시오.",
            "this is no longitude or latitude; check the coordinates at their source",
        )
    return both(
        "시 경계 범위 밖에 있습니다. 좌표 또는 주소를 확인하십시오.",
        "the point lies outside the city; check the coordinates or the address",
    )

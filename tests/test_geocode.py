"""Placing complexes offline: by name, along the street, by town, or honestly not at all."""

from __future__ import annotations

import math

import numpy as np

from dataro.methods.spatial.duplicates import alike, same_places
from dataro.methods.spatial.geocode import place_by_name

POINTS = [
    ("푸른숲하늘채", 127.0, 37.2), ("푸른숲하늘채", 127.0002, 37.2), ("한빛2차.중앙공원", 127.01, 37.2),
    ("새봄역", 127.2, 37.3), ("은빛나루", 126.7, 37.0), ("은빛나루", 126.9, 37.4),
]  # fmt: skip
AREAS = {"가온읍": (126.9, 37.1)}


def test_each_entry_says_how_it_was_placed() -> None:
    names = [
        "푸른숲 하늘채 아파트",
        "한빛 2차",
        "라온 1단지",
        "새봄역 미르",
        "은빛나루",
        "아라빌라",
    ]
    addresses = [
        "가나시 중앙로 100", "가나시 중앙로 200", "가나시 중앙로 120", "가나시 역로 3",
        "가나시 강변로 1", "가나시 가온읍 들길 7",
    ]  # fmt: skip
    found = place_by_name(names, addresses, POINTS, AREAS)
    assert found.how == ["point", "point", "street", None, None, "area"]
    np.testing.assert_allclose(found.lon[:3], [127.0001, 127.01, 127.0001 + 0.2 * 0.0099])
    assert math.isnan(found.lon[3])
    assert (found.lon[5], found.lat[5]) == AREAS["가온읍"]


def test_namesakes_on_several_streets_are_left_out() -> None:
    names = ["푸른숲하늘채", "푸른숲 하늘채"]
    found = place_by_name(names, ["가나시 중앙로 1", "가나시 먼들로 1"], POINTS, {})
    assert found.how == [None, None]


def test_one_facility_under_two_names_is_found() -> None:
    names = ["햇살 어린이집", "시립햇살어린이집", "무지개어린이집", "햇살 어린이집"]
    lon, lat = np.array([127.0, 127.0001, 127.0, 127.1]), np.array([37.2, 37.2, 37.2, 37.2])
    assert same_places(names, lon, lat) == [(0, 1)]
    assert alike("(주)햇살", "주 햇살") == 1.0
    assert same_places(names, np.full(4, np.nan), lat) == []

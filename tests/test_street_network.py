"""Travel times: along streets where there are any, straight with a detour where not."""

from __future__ import annotations

import heapq
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataro.analyses.nearby import ways
from dataro.build.columns import dataset_columns
from dataro.build.declarations import read_city, read_dataset
from dataro.data.datasets.care import StreetLines
from dataro.data.sources.files import read
from dataro.data.standards.standardise import standardise
from dataro.methods.spatial.distance import straight_metres, straight_minutes
from dataro.methods.spatial.network import directions, speeds, streets, travel_minutes
from dataro.vocabulary.table import CLASSES


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[list[int]], list[float], list[str]]:
    """Some lines over a few corners: corner numbers, speeds and one-way marks of each line."""
    lines = draw(
        st.lists(st.lists(st.integers(0, 15), min_size=2, max_size=5), min_size=1, max_size=8)
    )
    lines = [[b for a, b in zip([-1, *line], line, strict=False) if a != b] for line in lines]
    lines = [line for line in lines if len(line) > 1] or [[0, 1]]
    kmh = [draw(st.sampled_from([5.0, 20.0, 60.0])) for _ in lines]
    oneway = [draw(st.sampled_from(["no", "yes", "-1"])) for _ in lines]
    return lines, kmh, oneway


def corner(number: int) -> tuple[float, float]:
    return 0.01 * (number % 4), 0.013 * (number // 4) + 0.001 * (number % 3)


def plain_search(lines: list, kmh: list, oneway: list, start: int) -> dict[int, float]:
    """Dijkstra over every vertex, with dictionaries."""
    ways: dict[int, list[tuple[int, float]]] = {}
    for line, speed, mark in zip(lines, kmh, oneway, strict=True):
        for a, b in pairwise(line):
            (x1, y1), (x2, y2) = corner(a), corner(b)
            minutes = straight_metres(x1, y1, x2, y2)[0, 0] * 0.06 / speed
            if mark != "-1":
                ways.setdefault(a, []).append((b, minutes))
            if mark != "yes":
                ways.setdefault(b, []).append((a, minutes))
    found: dict[int, float] = {}
    queue = [(0.0, start)]
    while queue:
        minutes, here = heapq.heappop(queue)
        if here not in found:
            found[here] = minutes
            for there, more in ways.get(here, []):
                heapq.heappush(queue, (minutes + more, there))
    return found


@settings(max_examples=60, deadline=None)
@given(networks())
def test_times_are_those_of_a_plain_search(given_network: tuple) -> None:
    lines, kmh, oneway = given_network
    coordinates = [corner(number) for line in lines for number in line]
    owner = [i for i, line in enumerate(lines) for _ in line]
    net = streets(coordinates, owner, np.array(kmh), *directions(oneway, "drive"))
    used = sorted({number for line in lines for number in line})
    lon, lat = np.array([corner(number) for number in used]).T
    for origins in (slice(None), slice(0, 1)):
        times = travel_minutes(net, lon[origins], lat[origins], lon, lat)
        for row, start in zip(times, used[origins], strict=True):
            found = plain_search(lines, kmh, oneway, start)
            expected = [found.get(number, math.inf) for number in used]
            np.testing.assert_allclose(row, expected, rtol=1e-6, atol=1e-6)


def test_a_point_far_from_every_street_has_no_way() -> None:
    net = streets([(0.0, 0.0), (0.01, 0.0)], [0, 0], np.array([30.0]), *directions(["no"], "drive"))
    times = travel_minutes(net, [0.0, 0.5, np.nan], [0.0, 0.5, 0.0], [0.01], [0.0])
    assert np.isfinite(times).ravel().tolist() == [True, False, False]
    assert times[0, 0] == pytest.approx(1.112 * 2, rel=1e-2)


def test_motorways_are_not_for_walking_and_footways_not_for_driving() -> None:
    kinds: list[str | None] = ["motorway", "residential", "footway", None]
    assert speeds(kinds, "walk").tolist() == [0, 4, 4, 0]
    assert (speeds(kinds, "drive") > 0).tolist() == [True, True, False, False]
    with pytest.raises(ValueError, match="no line"):
        streets(
            [(0, 0), (1, 1)], [0, 0], speeds(["footway"], "drive"), *directions([None], "drive")
        )


def test_straight_ways_are_lengthened_by_the_detour() -> None:
    # one degree of latitude is 111.195 km on this sphere
    assert straight_metres(127.0, 37.0, 127.0, 38.0)[0, 0] == pytest.approx(111_195, rel=1e-4)
    minutes = straight_minutes(127.0, 37.0, 127.0, 37.01, kmh=4.0, detour=1.3)
    assert minutes[0, 0] == pytest.approx(1.11195 * 1.3 / 4 * 60, rel=1e-4)
    with pytest.raises(ValueError, match="expected"):
        straight_minutes(0, 0, 0, 0, kmh=0)


OSM = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="hand">
 <node id="1" lat="37.20" lon="127.00" version="1"/><node id="2" lat="37.20" lon="127.01" version="1"/>
 <node id="3" lat="37.21" lon="127.01" version="1"/><node id="4" lat="37.22" lon="127.01" version="1"/>
 <way id="10" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/>
  <tag k="highway" v="residential"/><tag k="oneway" v="yes"/></way>
 <way id="11" version="1"><nd ref="3"/><nd ref="4"/><tag k="highway" v="primary"/></way>
 <way id="12" version="1"><nd ref="1"/><nd ref="4"/><tag k="waterway" v="river"/></way>
</osm>
"""


def test_an_openstreetmap_extract_becomes_streets_that_are_travelled(tmp_path: Path) -> None:
    city = Path(__file__).parents[1] / "src/dataro/cities/hwaseong"
    (tmp_path / "도로").mkdir()
    (tmp_path / "도로" / "extract.osm").write_text(OSM, "utf-8")
    dataset = read_dataset(city / "datasets" / "street_lines.yml")
    columns = dataset_columns(dataset, CLASSES, city / "datasets" / "street_lines.yml")
    files = sorted(tmp_path.glob(dataset.source.files or ""))
    raw = read(dataset.source, files, base=tmp_path)
    rows = standardise(raw, dataset, columns, city=read_city(city / "city.toml")).frame
    assert rows.select("street", "kind", "oneway").rows() == [
        ("10", "residential", "yes"), ("11", "primary", None),
    ]  # fmt: skip
    ends = ([127.00], [37.20]), ([127.01], [37.22])
    there = ways(StreetLines(rows), *ends, "drive").minutes
    back = ways(StreetLines(rows), *ends[::-1], "drive").minutes
    on_foot = ways(StreetLines(rows), *ends[::-1], "walk").minutes
    assert there[0, 0] == pytest.approx(60 * ((0.886 + 1.112) / 18 + 1.112 / 35), rel=0.01)
    assert math.isinf(back[0, 0])  # a one-way street, for cars only
    assert on_foot[0, 0] == pytest.approx(60 * 3.11 / 4, rel=0.01)

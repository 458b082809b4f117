"""Where things stand: spots near where people live or evenly on the land, each with its address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from dataro.twin.facts import Facts
from dataro.twin.history import History
from dataro.twin.housing import Estate
from dataro.twin.outlines import DIGITS, Ground

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NEAR = 0.003
"""Degrees (some 300 m) around a complex or village within which most things for people stand."""
SPOTS = {"people": 9_000, "land": 3_000}
"""Spots at life size; a table takes its places from them, so that addresses recur across tables."""
ROADS = ("로", "길", "중앙로", "안길", "북로", "동로", "새터길", "큰말길")
"""Ends of road names; the stem is the legal district's name."""


@dataclass(frozen=True, slots=True)
class Spots:
    """Places: the cell of each, longitude and latitude (EPSG:4326), and its addresses."""

    cell: Integers
    point: Floats
    legal: list[str]
    road: list[str]
    lot: list[str]

    def __len__(self) -> int:
        return len(self.legal)


@dataclass(frozen=True)
class Town:
    """What tables draw from. ``people`` are the residents of each district (by its code) in the
    last month; ``code``, ``name`` and ``gu`` are those of the district of each cell."""

    spots: dict[str, Spots]
    people: dict[str, int]
    names: dict[str, str]
    code: list[str]
    name: list[str]
    gu: list[str]
    last: date
    area: str
    brands: Sequence[str]
    size: float


def settle(
    facts: Facts, history: History, estates: Sequence[Estate], ground: Ground, scale: float,
    rng: np.random.Generator,
) -> Town:  # fmt: skip
    """Lay out the spots of a city of this history."""
    places = history.places
    districts = [places.districts[places.last[c]] for c in range(places.cells)]
    by_cell = history.ages[-1].sum((1, 2, 3))
    counted: dict[str, int] = {}
    for district, people in zip(districts, by_cell.tolist(), strict=True):
        counted[district.code] = counted.get(district.code, 0) + int(people)
    gus = facts.settings["gu"]["names"]
    size = max(0.02, min(1.0, scale))
    month = places.first + places.months
    legal = _Legal(ground)
    return Town(
        spots={
            "people": _spots(facts, history, estates, ground, legal, size, rng),
            "land": _fields(facts, history, ground, legal, size, rng),
        },
        people=counted,
        names={d.code: d.name for d in districts},
        code=[d.code for d in districts],
        name=[d.name for d in districts],
        gu=[gus.get(places.districts[leaf].parent, "") for leaf in places.leaf.tolist()],
        last=date(month // 12, month % 12 + 1, 1),
        area=str(facts.settings["dwellings"]["area_code"]),
        brands=facts.settings["dwellings"]["brands"],
        size=size,
    )


class _Legal:
    """Looks up the legal district of many points of a cell at once."""

    def __init__(self, ground: Ground) -> None:
        self._parts = ground.legal
        self._trees: dict[int, Any] = {}

    def names(self, cell: int, points: Floats) -> list[str]:
        if cell not in self._trees:
            self._trees[cell] = shapely.STRtree([shape for _, shape in self._parts[cell]])
        nearest = self._trees[cell].nearest(shapely.points(points))
        return [self._parts[cell][i][0] for i in nearest.tolist()]


def _spots(
    facts: Facts, history: History, estates: Sequence[Estate], ground: Ground, legal: _Legal,
    size: float, rng: np.random.Generator,
) -> Spots:  # fmt: skip
    people = history.ages[-1].sum((1, 2, 3)).astype(float)
    share = np.sqrt(people * people.mean())
    counts = rng.multinomial(round(SPOTS["people"] * size) + 60, share / share.sum())
    parts: list[tuple[int, Floats]] = []
    for cell, many in enumerate(counts.tolist()):
        if not many:
            continue
        spread = ground.points(cell, many, rng)
        own = [e for e in estates if history.complexes.cell[e.index] == cell]
        homes = [e.point for e in own] or [tuple(p) for p in ground.points(cell, 6, rng)]
        weight = np.array([float(history.complexes.dwellings[e.index]) for e in own] or [1.0] * 6)
        chosen = rng.choice(len(homes), many, p=weight / weight.sum())
        close = np.array(homes)[chosen] + rng.normal(0, NEAR, (many, 2))
        outline = ground.outlines[cell]
        inside = shapely.contains_xy(outline, close[:, 0], close[:, 1]) & (rng.random(many) < 0.8)
        spread[inside] = np.round(close[inside], DIGITS)
        parts.append((cell, spread))
    return _addressed(facts, history, legal, parts, rng)


def _fields(
    facts: Facts, history: History, ground: Ground, legal: _Legal, size: float,
    rng: np.random.Generator,
) -> Spots:  # fmt: skip
    area = np.array([outline.area for outline in ground.outlines])
    counts = rng.multinomial(round(SPOTS["land"] * size) + 40, area / area.sum())
    parts = [
        (cell, ground.points(cell, many, rng)) for cell, many in enumerate(counts.tolist()) if many
    ]
    return _addressed(facts, history, legal, parts, rng)


def _addressed(
    facts: Facts, history: History, legal: _Legal, parts: list[tuple[int, Floats]],
    rng: np.random.Generator,
) -> Spots:  # fmt: skip
    city, gus = facts.settings["city"], facts.settings["gu"]["names"]
    places = history.places
    cells, points, names, roads, lots = [], [], [], [], []
    for cell, own in parts:
        district = places.districts[places.leaf[cell]]
        gu = gus.get(district.parent, "")
        upper = " ".join(part for part in (city["province"], city["name"], gu) if part)
        rural = district.level != "dong"
        if rural:
            upper = f"{upper} {district.name}"
        for name, road, number, lot in zip(
            legal.names(cell, own), rng.integers(0, len(ROADS), len(own)).tolist(),
            rng.integers(3, 480, len(own)).tolist(), rng.integers(1, 900, len(own)).tolist(),
            strict=True,
        ):  # fmt: skip
            stem = name[:-1] if len(name) > 2 and name[-1] in "리동" else name
            written = f"{upper} {stem}{ROADS[road]} {number}"
            names.append(name)
            roads.append(written if rural else f"{written} ({name})")
            lots.append(f"{upper} {name} {lot}-{number % 20 + 1}")
        cells += [cell] * len(own)
        points.append(own)
    return Spots(np.array(cells), np.concatenate(points), names, roads, lots)

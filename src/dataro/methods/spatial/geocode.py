"""Places from names and addresses alone, offline: named points, streets, then areas.

Each step says how it placed an entry, so that a reader sees what a position is worth: ``point``
(something of the same name stands there), ``street`` (between placed neighbours on the street, by
house number), ``area`` (the middle of the town named in the address), or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataro.methods.spatial.distance import straight_metres
from dataro.methods.spatial.duplicates import plain_name

Floats = NDArray[np.float64]

STREET = re.compile(r"(\S+?(?:대로|로|길))\s*(?:(\d+)번?길)?\s*(\d+)(?:-\d+)?(?:\s|,|\(|$)")
"""Street, side street and house number of a road-name address."""

COMMON = re.compile(r"아파트|마을|단지|블럭|블록|정문|후문|앞|입구|상가|주공|lh", re.IGNORECASE)
"""Words that many names share and that tell nothing apart."""

OTHER_THINGS = re.compile(
    r"(역|공원|학교|초교|중교|고교|교차로|사거리|삼거리|병원|센터|ic|[리동읍면])$"
)
"""Endings of points that are no housing complex, whatever complex is named after them."""


@dataclass(frozen=True, slots=True)
class Places:
    """``lon``/``lat`` (n,) in degrees, missing where not placed; ``how`` says by which step."""

    lon: Floats
    lat: Floats
    how: list[str | None]


def place_by_name(
    names: Sequence[str],
    addresses: Sequence[str],
    points: Sequence[tuple[str, float, float]],
    areas: Mapping[str, tuple[float, float]],
) -> Places:
    """Place entries by named ``points`` (name, lon, lat) and middles of ``areas`` by name."""
    found = Places(np.full(len(names), np.nan), np.full(len(names), np.nan), [None] * len(names))
    _by_points(found, names, addresses, points, areas)
    _without_strays(found, addresses)
    _by_streets(found, addresses)
    for i, address in enumerate(addresses):
        if found.how[i] is None:
            area = next((word for word in address.split() if word in areas), None)
            if area is not None:
                found.lon[i], found.lat[i] = areas[area]
                found.how[i] = "area"
    return found


def _by_points(
    found: Places, names: Sequence[str], addresses: Sequence[str],
    points: Sequence[tuple[str, float, float]], areas: Mapping[str, tuple[float, float]],
) -> None:  # fmt: skip
    known: dict[str, list[tuple[float, float]]] = {}
    for name, lon, lat in points:
        # a stop often names two things: "A.B"
        for part in re.split(r"[.·,/]", name):
            known.setdefault(plain_name(part), []).append((lon, lat))
    plain = [plain_name(name) for name in names]
    keys = [k for k in known if len(_telling(k)) >= 2 and not OTHER_THINGS.search(k)]
    claims: dict[str, list[tuple[float, int]]] = {}
    reduced = [(key, _reduced(key)) for key in keys]
    for i in range(len(names)):
        wanted = _reduced(plain[i])
        score, key = max(((_match(wanted, own), key) for key, own in reduced), default=(0.0, ""))
        if score >= 0.72:
            claims.setdefault(key, []).append((score, i))
    for key, claimants in claims.items():
        best = max(score for score, _ in claimants)
        first = [i for score, i in claimants if score >= best - 0.02]
        streets = {_street(addresses[i]) for i in first}
        if len(streets) == 1:  # of namesakes on several streets nobody knows whose point it is
            for i in first:
                _take(found, i, known[key], addresses[i], areas)


def _take(
    found: Places, i: int, points: list[tuple[float, float]], address: str,
    areas: Mapping[str, tuple[float, float]],
) -> None:  # fmt: skip
    at = np.array(points)
    area = next((areas[word] for word in address.split() if word in areas), None)
    if area is not None:  # the same name in another town is another complex
        at = at[straight_metres(*area, at[:, 0], at[:, 1])[0] < 12_000]
    if not at.size:
        return
    spread = straight_metres(at[:, 0].mean(), at[:, 1].mean(), at[:, 0], at[:, 1]).max()
    if spread <= 1_000:  # else the name stands in several places
        found.lon[i], found.lat[i] = at.mean(axis=0)
        found.how[i] = "point"


def _street(address: str) -> str:
    match = STREET.search(address)
    return re.sub(r"\d+", "", match[1]) if match else address


def _telling(name: str) -> str:
    return COMMON.sub("", name)


@dataclass(frozen=True, slots=True)
class _Reduced:
    """A plain name, its numbers, and what tells it apart from others."""

    name: str
    numbers: frozenset[str]
    telling: str


def _reduced(name: str) -> _Reduced:
    telling = re.sub(r"\d+", "", _telling(name))
    return _Reduced(name, frozenset(re.findall(r"\d+", name)), telling)


def _match(wanted: _Reduced, key: _Reduced) -> float:
    """How much of both names is shared, numbers (second, third complex) being strict."""
    a, b = wanted.telling, key.telling
    if not key.numbers <= wanted.numbers:
        return 0.0
    if len(a) < 2 or len(b) < 2:
        return 1.0 if wanted.name == key.name else 0.0
    if a == b:
        return 1.0 if wanted.numbers == key.numbers else 0.9
    if len(b) >= 4 and b in a:
        return 0.72 + 0.2 * len(b) / len(a)
    if len(a) >= 4 and a in b:
        return 0.72 + 0.2 * len(a) / len(b)
    return 0.0


def _without_strays(found: Places, addresses: Sequence[str], metres: float = 4_000.0) -> None:
    """Take back points far from the others on streets of the same name: a namesake elsewhere."""
    stems: dict[str, list[int]] = {}
    for i, address in enumerate(addresses):
        match = STREET.search(address)
        if match and found.how[i] == "point":
            stems.setdefault(re.sub(r"\d+", "", match[1]), []).append(i)
    for members in stems.values():
        if len(members) < 3:
            continue
        lon, lat = found.lon[members], found.lat[members]
        away = straight_metres(np.median(lon), np.median(lat), lon, lat)[0] > metres
        for i in np.array(members)[away]:
            found.lon[i], found.lat[i], found.how[i] = np.nan, np.nan, None


def _by_streets(found: Places, addresses: Sequence[str]) -> None:
    """Between two placed houses of a street by number, or at the only one within 300 numbers.

    Korean house numbers grow by two every twenty metres along a street.
    """
    street: dict[str, list[int]] = {}
    number: dict[int, int] = {}
    for i, address in enumerate(addresses):
        match = STREET.search(address)
        if match:
            street.setdefault(match[1] + (match[2] or ""), []).append(i)
            number[i] = int(match[3])
    for members in street.values():
        placed = sorted((number[i], i) for i in members if found.how[i] == "point")
        if not placed:
            continue
        at = np.array([n for n, _ in placed], dtype=np.float64)
        for i in members:
            if found.how[i] is None and np.abs(at - number[i]).min() <= 30:
                found.lon[i] = np.interp(number[i], at, found.lon[[k for _, k in placed]])
                found.lat[i] = np.interp(number[i], at, found.lat[[k for _, k in placed]])
                found.how[i] = "street"

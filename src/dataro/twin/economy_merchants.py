"""Shops of the synthetic city: where they stand, when they opened and closed, what they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from dataro.twin.history import History
from dataro.twin.months import month
from dataro.twin.outlines import Ground
from dataro.twin.plant import SWAP, TWICE, Planted, plant
from dataro.twin.sheet import Row, Sheet, write_csv

GRID = 500.0
"""Side of a grid cell in metres, EPSG:5179."""

HEADS = ["가맹점번호", "상호", "업종", "행정동코드", "읍면동", "격자", "경도", "위도", "개업일", "폐업일",
         "소상공인"]  # fmt: skip

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shops:
    """All shops there ever were; months count from year 0.

    ``cell`` indexes the ground's cells, ``trade`` the settings' trades; ``closed`` is the first
    month without the shop (0 where it is open); ``level`` its usual sales in won a month;
    ``square`` its grid cell as (east, north) indexes; ``centre`` the centre it belongs to.
    """

    cell: Ints
    trade: Ints
    point: Floats
    square: Ints
    opened: Ints
    closed: Ints
    small: NDArray[np.bool_]
    level: Floats
    centre: Ints
    centres: Floats
    centre_cell: Ints

    def open_in(self, when: int) -> NDArray[np.bool_]:
        """Which shops are open in a month."""
        still: NDArray[np.bool_] = (self.closed == 0) | (self.closed > when)
        return still & np.less_equal(self.opened, when)


def open_shops(
    settings: Mapping[str, Any], history: History, ground: Ground, scale: float, seed: int
) -> Shops:
    """Place shops around centres and let them live: a closed one is followed by a new one."""
    rng = np.random.default_rng([seed, 60])
    given, trades = settings["merchants"], settings["trades"]
    people = history.ages[-1].sum((1, 2, 3)).astype(float)
    slots = max(len(trades) * 4, round(int(given["count"]) * scale))
    weight = np.sqrt(people * people.mean()) + people
    cell = rng.choice(len(people), slots, p=weight / weight.sum())
    share = np.array([t["share"] for t in trades])
    trade = rng.choice(len(trades), slots, p=share / share.sum())
    point, centre, centres, centre_cell = _scatter(given, ground, cell, rng)
    last = history.places.first + history.places.months - 1
    first = min(month(given["since"]), last - int(given["months"]))
    opened, closed, slot = _lives(trades, trade, first, last, rng)
    cell, trade, point, centre = cell[slot], trade[slot], point[slot], centre[slot]
    usual = np.array([t["sales"] for t in trades])[trade] * 1e6
    level = usual * np.exp(rng.normal(-0.32, 0.8, len(slot)))
    # the rule looks at a year's sales; the share of small shops is the settings'
    small = level <= np.quantile(level, float(given["small_share"]))
    return Shops(
        cell, trade, point, squares(point), opened, closed, small, level, centre, centres,
        centre_cell,
    )  # fmt: skip


def _scatter(
    given: Mapping[str, Any], ground: Ground, cell: Ints, rng: np.random.Generator
) -> tuple[Floats, Ints, Floats, Ints]:
    """Points around centres inside each cell; some shops stand anywhere."""
    point = np.empty((len(cell), 2))
    of = np.full(len(cell), -1)
    centres: list[Floats] = []
    homes: list[int] = []
    for c in np.unique(cell).tolist():
        mine = np.flatnonzero(cell == c)
        many = 1 + int(rng.poisson(float(given["centres"]) - 1))
        own = ground.points(c, many, rng)
        pull = 1 / np.arange(1, many + 1)
        which = rng.choice(many, len(mine), p=pull / pull.sum())
        drawn = own[which] + rng.normal(0, float(given["spread"]), (len(mine), 2)) * [1.0, 0.8]
        alone = rng.random(len(mine)) < 0.15
        drawn[alone] = ground.points(c, int(alone.sum()), rng)
        outside = ~shapely.contains_xy(ground.outlines[c], drawn[:, 0], drawn[:, 1])
        drawn[outside] = own[which[outside]]
        point[mine] = np.round(drawn, 6)
        of[mine] = np.where(alone, -1, which + len(homes))
        centres.append(own)
        homes += [c] * many
    return point, of, np.concatenate(centres), np.array(homes)


def _lives(
    trades: list[dict[str, Any]], trade: Ints, first: int, last: int, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Months of opening and closing, and the slot of each shop: a slot is refilled after a gap."""
    hazard = np.array([t["close"] for t in trades])[trade]
    slot = np.arange(len(trade))
    begin = first - rng.geometric(hazard)
    # a shop that was open at the first month has lived through what came before it
    end = first + rng.geometric(hazard)
    opened, closed, slots = [], [], []
    while len(slot):
        gone = end <= last
        opened.append(begin)
        closed.append(np.where(gone, end, 0))
        slots.append(slot)
        slot = slot[gone]
        begin = end[gone] + rng.integers(1, 5, len(slot))
        slot, begin = slot[begin <= last], begin[begin <= last]
        end = begin + rng.geometric(hazard[slot])
    return np.concatenate(opened), np.concatenate(closed), np.concatenate(slots)


def squares(point: Floats) -> Ints:
    """Grid cells (east, north) of points given as longitude and latitude."""
    to = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:5179", always_xy=True)
    east, north = to.transform(point[:, 0], point[:, 1])
    return np.floor(np.column_stack([east, north]) / GRID).astype(np.int64)


def square_centres(square: Ints) -> Floats:
    """Longitude and latitude of the middles of grid cells."""
    back = pyproj.Transformer.from_crs("EPSG:5179", "EPSG:4326", always_xy=True)
    east, north = ((square + 0.5) * GRID).T
    return np.column_stack(back.transform(east, north))


def square_name(square: Ints) -> list[str]:
    """What a grid cell is called: its south-west corner in metres, EPSG:5179."""
    return [f"{int(e * GRID)}_{int(n * GRID)}" for e, n in square.tolist()]


def monthly_sales(settings: Mapping[str, Any], shops: Shops, when: int, districts: list[str],
                  rng: np.random.Generator) -> Floats:  # fmt: skip
    """Won that each shop takes in a month: its level, the season, growth, events, its own noise.

    ``districts`` is the level (``eup``, ``myeon``, ``dong``) of each shop's district.
    """
    given, trades = settings["merchants"], settings["trades"]
    m = when % 12
    season = 1 + 0.05 * np.cos(2 * np.pi * (m - 11) / 12) + 0.03 * np.cos(4 * np.pi * m / 12)
    factor = np.full(len(trades), season)
    for event in settings["events"]:
        if month(event["month"]) == when and event["level"] == "all":
            factor *= [event["factor"] if t["code"] in event["trades"] else 1.0 for t in trades]
    sales = shops.level * factor[shops.trade] * np.exp(float(given["growth"]) * (when - 24300))
    level = np.array(districts)
    for event in settings["events"]:
        if month(event["month"]) == when and event["level"] != "all":
            hit = [t["code"] in event["trades"] for t in trades]
            sales = sales * np.where(
                np.array(hit)[shops.trade] & (level == event["level"]), event["factor"], 1.0
            )
    sales = sales * np.exp(rng.normal(0, float(given["noise"]), len(sales)))
    return np.where(shops.open_in(when), np.rint(sales), 0.0)


def write_merchants(
    settings: Mapping[str, Any], shops: Shops, history: History, seed: int, folder: Path,
    planted: list[Planted],
) -> Path:  # fmt: skip
    """Write the list of shops as the licensing office keeps it; appends what was planted."""
    rng = np.random.default_rng([seed, 61])
    places, trades = history.places, settings["trades"]
    names = square_name(shops.square)
    body: list[Row] = []
    for i in range(len(shops.cell)):
        district = places.districts[places.last[shops.cell[i]]]
        trade = trades[shops.trade[i]]
        body.append(
            [merchant_id(i), f"{district.name} {trade['name']} {i + 1}호", trade["name"],
             district.code, district.name, names[i], f"{shops.point[i, 0]:.6f}",
             f"{shops.point[i, 1]:.6f}", _day(int(shops.opened[i])),
             _day(int(shops.closed[i])) if shops.closed[i] else "", "Y" if shops.small[i] else "N"]
        )  # fmt: skip
    sheet = Sheet(str(settings["files"]["merchants"]), [list(HEADS)], list(HEADS), body)
    planted += plant(sheet, _ERRORS, 0.004, rng)
    write_csv(sheet, folder, "cp949")
    return folder / sheet.file


def merchant_id(index: int) -> str:
    """The number of a shop in every file."""
    return f"M{index + 1:06d}"


_ERRORS = {SWAP: ["경도", "위도"], "impossible_date": ["개업일"], TWICE: ["가맹점번호"],
           "missing": ["업종"], "outside": ["경도"]}  # fmt: skip


def _day(when: int) -> str:
    return f"{when // 12:04d}-{when % 12 + 1:02d}-01"

"""What care demand and siting share: facilities that can be used, and ways to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dataro.data.datasets.care import Facilities, StreetLines
from dataro.vocabulary.city import City
from dataro.vocabulary.text import Text, both, finding

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

WALK, DRIVE = "walk", "drive"
MODES = {WALK: both("걸어서", "on foot"), DRIVE: both("차로", "by car")}
KMH = {WALK: 4.0, DRIVE: 25.0}
"""Speeds on straight lines × detour: walking pace of children, driving with signals and turns."""

DETOUR = 1.3


@dataclass(frozen=True)
class Trouble:
    """Something in the data that limits the answer: what it is, how often, and what to ask for."""

    kind: str
    count: int
    text: Text


@dataclass(frozen=True)
class Usable:
    """Facilities that can be counted on: a frame with coordinates, seats possibly missing."""

    frame: pl.DataFrame
    troubles: list[Trouble] = field(default_factory=list)


def usable(facilities: Facilities, kinds: Sequence[str] | None, city: City) -> Usable:
    """The facilities of some kinds, less those without a place, outside, or listed twice."""
    import numpy as np
    import polars as pl

    from dataro.methods.spatial.duplicates import same_places

    rows = facilities.frame()
    if kinds is not None:
        rows = rows.filter(pl.col("kind").is_in(kinds))
    rows = rows.sort("kind", "facility")
    troubles: list[Trouble] = []
    placed = rows.filter(pl.col("longitude").is_not_null() & pl.col("latitude").is_not_null())
    _note(troubles, "no_place", rows.height - placed.height, rows, "name",
          "시설 {count:,}곳은 좌표가 없어 계산에서 뺐습니다. 관리 부서에 좌표나 주소를 요청하십시오.",
          "{count:,} facilities have no coordinates and are left out. Ask their department for them.")  # fmt: skip
    west, south, east, north = city.bounds
    inside = placed.filter(
        pl.col("longitude").is_between(west, east), pl.col("latitude").is_between(south, north)
    )
    _note(troubles, "outside", placed.height - inside.height,
          placed.join(inside, on=["facility", "kind"], how="anti"), "name",
          "시설 {count:,}곳은 시의 범위 밖에 있어 뺐습니다(예: {example}). 좌표를 확인하십시오.",
          "{count:,} facilities lie outside the city and are left out ({example}). Check their "
          "coordinates.")  # fmt: skip
    negative = inside.filter(pl.col("seats") < 0)
    _note(troubles, "negative_seats", negative.height, negative, "name",
          "시설 {count:,}곳은 정원이 0보다 작아 모르는 값으로 보았습니다(예: {example}).",
          "{count:,} facilities have negative seats, taken as unknown ({example}).")  # fmt: skip
    inside = inside.with_columns(pl.when(pl.col("seats") >= 0).then(pl.col("seats")).alias("seats"))
    lon, lat = inside["longitude"].to_numpy(), inside["latitude"].to_numpy()
    names, kind = inside["name"].to_list(), inside["kind"].to_list()
    pairs = [(a, b) for a, b in same_places(names, lon, lat) if kind[a] == kind[b]]
    drop = np.zeros(inside.height, dtype=np.bool_)
    drop[[b for _, b in pairs]] = True
    if pairs:
        a, b = pairs[0]
        said = finding(
            "같은 시설이 두 이름으로 {count:,}번 실려 있어 한 번만 셌습니다(예: “{first}”과(와) “{second}”).",
            "{count:,} facilities are listed twice under two names and counted once "
            "(“{first}” and “{second}”).",
            count=int(drop.sum()), first=names[a], second=names[b],
        )  # fmt: skip
        troubles.append(Trouble("twice", int(drop.sum()), said.text))
    frame = inside.filter(~pl.Series(drop)) if inside.height else inside
    return Usable(frame, troubles)


def _note(
    troubles: list[Trouble], kind: str, count: int, rows: Any, name: str, ko: str, en: str
) -> None:
    if count:
        example = str(rows[name][0])
        troubles.append(Trouble(kind, count, finding(ko, en, count=count, example=example).text))


@dataclass(frozen=True)
class Ways:
    """Travel times in minutes (origins, destinations), and in words how they were measured."""

    minutes: NDArray[np.float64]
    how: Text


def ways(
    streets: StreetLines | None,
    origins: tuple[Any, Any],
    destinations: tuple[Any, Any],
    mode: str,
) -> Ways:
    """Travel times along the streets where they are given, else by straight line × detour."""
    from dataro.methods.spatial.distance import straight_minutes

    if streets is not None:
        return Ways(
            _along(streets, origins, destinations, mode),
            both(
                f"도로망을 따라 {MODES[mode].ko} 간 시간입니다.",
                f"Travel times {MODES[mode].en} along the street network.",
            ),
        )
    minutes = straight_minutes(*origins, *destinations, kmh=KMH[mode], detour=DETOUR)
    return Ways(
        minutes,
        both(
            f"도로망 자료가 없어 직선거리에 우회계수 {DETOUR}을 곱하고 시속 {KMH[mode]:g}km로 "
            f"{MODES[mode].ko} 간다고 보았습니다.",
            f"No street network is given: straight lines × {DETOUR} for detours, "
            f"{KMH[mode]:g} km/h {MODES[mode].en}.",
        ),
    )


def _along(
    streets: StreetLines, origins: tuple[Any, Any], destinations: tuple[Any, Any], mode: str
) -> NDArray[np.float64]:
    import shapely

    from dataro.methods.spatial import network

    rows = streets.frame()
    lines = shapely.from_wkb(rows["shape"].to_numpy())
    points, owner = shapely.get_coordinates(lines, return_index=True)
    by: network.Mode = "walk" if mode == WALK else "drive"
    kmh = network.speeds(rows["kind"].to_list(), by)
    net = network.streets(points, owner, kmh, *network.directions(rows["oneway"].to_list(), by))
    return network.travel_minutes(net, *origins, *destinations)

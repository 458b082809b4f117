"""Bus stops and routes, and schools, placed on the approximate ground."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from dataro.twin.facts import Facts
from dataro.twin.history import History
from dataro.twin.outlines import Ground
from dataro.twin.plant import SWAP, TWICE, Planted, plant
from dataro.twin.sheet import Row, Sheet, write_bytes, write_csv

STOP_WORDS = (
    "입구",
    "마을회관",
    "사거리",
    "삼거리",
    "아파트",
    "초등학교",
    "복지회관",
    "공원",
    "상가",
    "정문",
)
STOPS = ["node_id", "ars_no", "name", "lon", "lat"]
ROUTES = [
    "route_id", "gg_route_id", "route_no", "route_type", "route_type_cd", "start_stop", "end_stop",
    "first_time", "last_time", "peek_alloc", "npeek_alloc", "night_alloc", "dispatch_num",
    "sat_peek_alloc", "sat_npeek_alloc", "sun_peek_alloc", "sun_npeek_alloc", "up_first",
    "up_last", "region", "company", "gg_route_name",
]  # fmt: skip


def write_streets(
    facts: Facts, history: History, ground: Ground, scale: float, seed: int, folder: Path,
    planted: list[Planted],
) -> Iterator[Path]:  # fmt: skip
    """Write stops, routes and schools; yields their paths and appends what was planted."""
    rng = np.random.default_rng([seed, 7])
    share = float(facts.settings["planted"]["share"])
    size = max(0.05, min(1.0, scale))
    stops = _stops(facts, history, ground, size, rng)
    names = [row[2] for row in stops.body]
    planted += plant(stops, _STOP_ERRORS, share, rng)
    write_csv(stops, folder, "utf-8-sig")
    yield folder / stops.file
    routes = _routes(facts, names, size, rng)
    write_csv(routes, folder, "utf-8-sig")
    yield folder / routes.file
    path = folder / facts.file("schools")
    schools = _schools(facts, history, ground, size, rng)
    write_bytes(path, json.dumps(schools, ensure_ascii=False, indent=1).encode())
    yield path


_STOP_ERRORS = {SWAP: ["lon", "lat"], "outside": ["lon"], TWICE: ["node_id"], "spaces": ["name"],
                "missing": ["lat"]}  # fmt: skip


def _weights(history: History) -> NDArray[np.float64]:
    """How much of a thing each cell has: between its people and evenly."""
    people = history.ages[-1].sum((1, 2, 3)).astype(float)
    weight = np.sqrt(people * people.mean())
    return np.asarray(weight / weight.sum())


def _stops(
    facts: Facts, history: History, ground: Ground, size: float, rng: np.random.Generator
) -> Sheet:
    settings = facts.settings["transit"]
    wanted = round(int(settings["stops"]) * size)
    counts = rng.multinomial(wanted, _weights(history))
    body: list[Row] = []
    number = 36_000
    for cell, count in enumerate(counts.tolist()):
        for point in ground.points(cell, count, rng):
            number += 1
            name = f"{ground.name_at(cell, point)}{rng.choice(STOP_WORDS)}"
            ars = "" if rng.random() < 0.09 else str(number)  # 292 of 3,158 real stops have none
            body.append(
                [f"{settings['prefix']}233{number:06d}", ars, name, f"{point[0]:.6f}",
                 f"{point[1]:.6f}", "1"]
            )  # fmt: skip
    _, south, east, north = shapely.total_bounds(np.array(ground.outlines))
    for n in range(round(wanted * float(settings["outside"]))):
        x, y = east + rng.uniform(0.002, 0.03), rng.uniform(south, north)
        body.append([f"{settings['prefix']}200{n:06d}", "", f"시외 {body[n][2]}", f"{x:.6f}",
                     f"{y:.6f}", "0"])  # fmt: skip
    names = [*STOPS, str(settings["inside"])]
    return Sheet(facts.file("stops"), [names], names, body)


def _routes(facts: Facts, stops: list[str], size: float, rng: np.random.Generator) -> Sheet:
    settings = facts.settings["transit"]
    whole = sum(int(count) for _, _, count in settings["kinds"])
    wanted = max(3, round(int(settings["routes"]) * size))
    body: list[Row] = []
    for kind, code, count in settings["kinds"]:
        for _ in range(max(1, round(wanted * count / whole))):
            n = len(body)
            number = (
                f"{n + 1}" if n % 3 else f"{n + 1}-{n % 5 + 1}"
            )  # numbers that Excel reads as dates
            first, last = rng.choice(stops, 2, replace=False)
            peak = int(rng.choice([8, 10, 15, 20, 25, 30, 40, 60, 90, 120]))
            calm, weekend = round(peak * 1.4), round(peak * 1.25)
            begins = f"{rng.integers(4, 7):02d}{rng.choice(['00', '20', '40'])}"
            ends = f"{rng.integers(20, 24)}{rng.choice(['00', '30'])}"
            body.append(
                [f"{settings['prefix']}2330{n:05d}", f"2330{n:05d}", number, kind, code, str(first),
                 str(last), begins, ends, str(peak), str(calm), "0", "", str(weekend),
                 str(round(calm * 1.25)), str(weekend), str(round(calm * 1.3)),
                 f"{begins[:2]}:{begins[2:]}", f"{ends[:2]}:{ends[2:]}", "",
                 str(settings["company"]), number]
            )  # fmt: skip
    return Sheet(facts.file("routes"), [list(ROUTES)], list(ROUTES), body)


def _schools(
    facts: Facts, history: History, ground: Ground, size: float, rng: np.random.Generator
) -> list[dict[str, str | float]]:
    weights = _weights(history)
    result: list[dict[str, str | float]] = []
    seen: dict[str, int] = {}
    for level, count, word in facts.settings["schools"]["levels"]:
        counts = rng.multinomial(max(2, round(count * size)), weights)
        for cell, many in enumerate(counts.tolist()):
            for point in ground.points(cell, many, rng):
                legal = ground.name_at(cell, point).removesuffix("리").removesuffix("동")
                stem = f"{legal}{word}"
                seen[stem] = seen.get(stem, 0) + 1
                name = stem if seen[stem] == 1 else f"{legal}제{seen[stem]}{word}"
                result.append(
                    {"name": name, "level": level, "lat": float(point[1]), "lng": float(point[0])}
                )
    return sorted(result, key=lambda school: str(school["name"]))

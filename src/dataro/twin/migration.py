"""Where movers come from and go to: the books' moves shared among places by a law of gravity.

How many leave and come stands in the books, by district and month; here each flow gets its other
end. What is delivered adds up to the components of change that the city's own file has.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataro.methods.gravity import kilometres
from dataro.twin.facts import Facts
from dataro.twin.history import CHANGES, History
from dataro.twin.migration_files import write_detail, write_months, write_provinces
from dataro.twin.migration_people import Elsewhere, Flows, People, whole_table
from dataro.twin.outlines import Ground
from dataro.twin.sheet import write_bytes, write_plain_csv
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

Floats = NDArray[np.float64]
IN, OUT = CHANGES.index("moved_in"), CHANGES.index("moved_out")


def write_migration(
    facts: Facts, history: History, ground: Ground, scale: float, seed: int, desk: Path
) -> Iterator[Path]:
    """Write moves by pair below ``desk / "raw"`` and the true law below ``desk / "truth"``; yields
    the raw files' paths. A city without ``twin/migration.toml`` has none."""
    path = facts.folder / "twin" / "migration.toml"
    if not path.is_file():
        return
    settings = _settings(path)
    elsewhere = _elsewhere(facts.folder / "places.csv")
    law = settings["law"]
    places = history.places
    last = (places.first + places.months - 1) // 12
    rng = np.random.default_rng([seed, 40])
    centres = np.array([[c.x, c.y] for c in (outline.centroid for outline in ground.outlines)])
    flows = [
        _month(settings, history, elsewhere, centres, t, rng)
        for t in range(1, places.months + 1)
        if (places.first + t - 1) // 12 > last - int(law["years"])
    ]
    yield from write_months(settings, places.first, flows, desk / "raw")
    people = People(settings, history)
    yield write_detail(
        settings, places.first, [f for f in flows if (places.first + f.t - 1) // 12 == last],
        people, desk / "raw", rng,
    )  # fmt: skip
    yield write_provinces(settings, elsewhere, scale, desk / "raw", rng)
    _truth(settings, places.first, flows, desk / "truth")


def _settings(path: Path) -> Mapping[str, Any]:
    settings = tomllib.loads(path.read_text("utf-8"))
    for section in ("law", "pairs", "reasons", "files"):
        if section not in settings:
            raise Problem(
                both(
                    f"{path}: [{section}] 부분이 없습니다. 적어 주십시오.",
                    f"{path} has no section [{section}]; write it.",
                )
            )
    return settings


def _elsewhere(path: Path) -> Elsewhere:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Elsewhere(
        tuple(row["place"] for row in rows),
        tuple(row["name"] for row in rows),
        tuple(row["province"] for row in rows),
        np.array([[float(row["longitude"]), float(row["latitude"])] for row in rows]),
        np.array([float(row["people"]) for row in rows]),
    )


def _month(
    settings: Mapping[str, Any], history: History, elsewhere: Elsewhere, centres: Floats, t: int,
    rng: np.random.Generator,
) -> Flows:  # fmt: skip
    """The moves of a month between the districts as they were cut then, and elsewhere."""
    places = history.places
    live = places.live(t)
    weight = history.ages[t].sum((1, 2, 3)).astype(float) + 1
    points = np.array(
        [np.average(centres[places.code[t] == d], axis=0, weights=weight[places.code[t] == d]) for d in live]
    )  # fmt: skip
    codes = (*(places.districts[d].code for d in live), *elsewhere.codes)
    many = len(live)
    law = settings["law"]
    everywhere = np.vstack([points, elsewhere.points])
    pull = np.maximum(kilometres(everywhere, everywhere), 1.0) ** -float(law["decay"])
    for pair in settings["pairs"]:
        if pair["from"] in codes and pair["to"] in codes:
            pull[codes.index(pair["from"]), codes.index(pair["to"])] *= float(pair["times"])
    changes = places.gather(history.changes[t], t)[live]
    inside = places.gather(places.gather(history.inside[t], t).T, t).T[np.ix_(live, live)]
    np.fill_diagonal(inside, 0)
    people = np.zeros((len(codes), len(codes)), np.int64)
    people[:many, :many] = whole_table(pull[:many, :many], inside.sum(1), inside.sum(0), rng)
    mass = elsewhere.people ** float(law["mass"])
    out = changes[:, OUT] - inside.sum(1)
    coming = changes[:, IN] - inside.sum(0)
    for i in range(many):
        there = pull[i, many:] * mass
        here = pull[many:, i] * mass
        people[i, many:] = rng.multinomial(out[i], there / there.sum())
        people[many:, i] = rng.multinomial(coming[i], here / here.sum())
    names = (*(places.districts[d].name for d in live), *elsewhere.names)
    return Flows(t, codes, names, tuple(live), people)


def _truth(settings: Mapping[str, Any], first: int, flows: list[Flows], folder: Path) -> None:
    """The law, its planted pairs, and people by year and pair."""
    law = {"decay": settings["law"]["decay"]}
    write_bytes(
        folder / "migration.json",
        json.dumps({**law, "pairs": settings["pairs"]}, ensure_ascii=False, indent=1).encode(),
    )
    years: dict[tuple[int, str, str], int] = {}
    for flow in flows:
        for i, j in np.argwhere(flow.people):
            key = ((first + flow.t - 1) // 12, flow.codes[i], flow.codes[j])
            years[key] = years.get(key, 0) + int(flow.people[i, j])
    rows: list[list[object]] = [["year", "from", "to", "people"]]
    rows += [[*key, people] for key, people in sorted(years.items())]
    write_plain_csv(folder / "moves.csv", rows)

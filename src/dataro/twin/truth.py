"""What is true in the synthetic city: kept apart from its files, for tests of analyses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from dataro.twin.history import CHANGES, History
from dataro.twin.housing import Estate
from dataro.twin.months import write_month
from dataro.twin.plant import Planted
from dataro.twin.sheet import write_bytes, write_plain_csv

CHILDREN = ((0, 2), (3, 5), (6, 12))
"""Ages, both ends in, for which children are counted by complex."""


def write_truth(
    history: History, estates: Sequence[Estate], planted: Sequence[Planted], folder: Path
) -> Iterator[Path]:
    """Planted errors, the true balance of districts, flows between them, children by complex."""
    path = folder / "planted.json"
    listed = [p.as_dict() for p in planted]
    write_bytes(path, json.dumps(listed, ensure_ascii=False, indent=1).encode())
    yield path
    yield _balance(history, folder / "balance.csv")
    yield _flows(history, folder / "flows.csv")
    yield _children(history, estates, folder / "children.csv")


def _balance(history: History, path: Path) -> Path:
    places = history.places
    rows: list[list[object]] = [["month", "district", "before", *CHANGES, "people", "households"]]
    for t in range(1, places.months + 1):
        balance, homes = history.balance(t), history.homes_by_size(t).sum(1)
        when = write_month(places.first + t - 1)
        rows += [
            [when, places.districts[d].code, *balance[d].tolist(), int(homes[d])]
            for d in places.live(t)
        ]
    write_plain_csv(path, rows)
    return path


def _flows(history: History, path: Path) -> Path:
    """People who moved within the city by year, between the districts of the last month."""
    places = history.places
    rows: list[list[object]] = [["year", "from", "to", "people"]]
    for n, year in enumerate(history.flows):
        for origin, target in np.argwhere(year):
            codes = [places.districts[places.last[c]].code for c in (origin, target)]
            rows.append([places.first // 12 + n, *codes, int(year[origin, target])])
    write_plain_csv(path, rows)
    return path


def _children(history: History, estates: Sequence[Estate], path: Path) -> Path:
    """Children of each complex in the last month, by age."""
    people, homes = history.people, history.homes
    age = people.age(history.places.months)
    complex_ = homes.complex[people.home].astype(np.int64)
    inside = complex_ >= 0
    many = len(history.complexes.cell)
    lived = np.bincount(people.home, minlength=len(homes)) > 0
    taken = np.bincount(homes.complex[lived & (homes.complex >= 0)], minlength=many)
    counts = [np.bincount(complex_[inside], minlength=many)]
    for first, last in CHILDREN:
        of_age = inside & (age >= first) & (age <= last)
        counts.append(np.bincount(complex_[of_age], minlength=many))
    heads = [f"children_{first}_{last}" for first, last in CHILDREN]
    rows: list[list[object]] = [["name", "address", "households", "people", *heads]]
    for estate in estates:
        own = [int(taken[estate.index]), *(int(c[estate.index]) for c in counts)]
        rows.append([estate.name, estate.address, *own])
    write_plain_csv(path, rows)
    return path

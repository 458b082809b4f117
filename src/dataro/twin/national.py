"""Files as others publish them of the city: monthly totals, all regions, five-year ages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from dataro.twin.facts import Facts
from dataro.twin.history import CHANGES, History
from dataro.twin.ministry import city_books
from dataro.twin.months import at, month, write_month
from dataro.twin.peers import Peer
from dataro.twin.sheet import write_bytes, write_plain_csv

SOURCE = "synthetic"
FIVE_YEARS = [*(f"{a}_{a + 4}" for a in range(0, 100, 5)), "100_"]


def write_national(
    facts: Facts, history: History, peers: list[Peer], scale: float, folder: Path
) -> Iterator[Path]:
    """Write them all; yields their paths."""
    yield _monthly(facts, history, folder)
    yield _foreigners(facts, history, scale, folder)
    yield _regions(facts, history, peers, folder)
    yield from _five_years(facts, history, folder)
    yield from _births(facts, history, folder)


def _monthly(facts: Facts, history: History, folder: Path) -> Path:
    city = city_books(facts, history)
    homes = history.sizes.sum((1, 2))
    rows: list[list[object]] = [
        ["ym", "registered_total", "male", "female", "households", "residents_only",
         "households_residents_only", "source"]
    ]  # fmt: skip
    for t in range(1, history.places.months + 1):
        men, women = (int(x) for x in city.people[t])
        rows.append(
            [write_month(history.places.first + t - 1), men + women, men, women, int(homes[t]),
             int(city.residents[t].sum()), int(city.households[t]), SOURCE]
        )  # fmt: skip
    path = folder / facts.file("monthly")
    write_plain_csv(path, rows)
    return path


def _foreigners(facts: Facts, history: History, scale: float, folder: Path) -> Path:
    """With foreigners, by the city's count and (from a later month) by the province's."""
    settings = facts.settings["foreigners"]
    first = history.places.first
    people = history.ages.sum((1, 2, 3, 4))
    rows: list[list[object]] = [
        ["when", "total_incl_foreigners", "registered", "foreigners", "definition", "source"]
    ]
    for name, start in (("city", "2014-01"), ("province", settings["province_from"])):
        known = sorted((at(when, "month_end"), count) for when, count in settings[name])
        for when in range(max(month(start), first), first + history.places.months):
            own = int(people[when - first + 1])
            x, y = zip(*known, strict=True)
            foreign = round(float(np.interp(when, x, y)) * scale)
            text = settings[f"{name}_text"]
            rows.append([write_month(when), own + foreign, own, foreign, text, SOURCE])
    path = folder / facts.file("foreigners")
    write_plain_csv(path, rows)
    return path


def _regions(facts: Facts, history: History, peers: list[Peer], folder: Path) -> Path:
    """Every region by month as one JSON document."""
    places = history.places
    city = facts.settings["city"]
    full = f"{city['province']} {city['name']}"
    series: dict[str, tuple[str, list[dict[str, object]]]] = {}

    def note(code: str, name: str, when: int, men: int, women: int, homes: int) -> None:
        months = series.setdefault(code, (name, []))[1]
        before = months[-1]["population"] if months else men + women
        months.append(
            {
                "year": when // 12, "month": when % 12 + 1, "date": write_month(when),
                "population": men + women, "male": men, "female": women, "household": homes,
                "change": men + women - int(str(before)),
            }
        )  # fmt: skip

    for t in range(1, places.months + 1):
        when = places.first + t - 1
        people = history.residents(t).tolist()
        homes = history.homes_by_size(t).sum(1).tolist()
        men, women = (sum(row[sex] for row in people) for sex in (0, 1))
        note(facts.city, full, when, men, women, sum(homes))
        for d in places.live(t):
            district = places.districts[d]
            name = f"{full} {district.name}"
            note(district.code, name, when, people[d][0], people[d][1], homes[d])
        for peer in peers:
            men, women = (int(x) for x in peer.people[t])
            note(peer.code, peer.name, when, men, women, int(peer.households[t]))
    document = {
        "data_source": "주민등록인구통계",
        "synthetic": True,
        "period": f"{write_month(places.first)} ~ {write_month(places.first + places.months - 1)}",
        "total_regions": len(series),
        "regions": {
            code: {"code": code, "name": series[code][0], "monthly": series[code][1]}
            for code in sorted(series)
        },
    }
    path = folder / facts.file("regions")
    write_bytes(path, json.dumps(document, ensure_ascii=False, indent=1).encode())
    return path


def _five_years(facts: Facts, history: History, folder: Path) -> Iterator[Path]:
    places = history.places
    city = facts.settings["city"]
    for year in range(2017, 2022):
        t = year * 12 + 11 - places.first + 1
        if not 0 < t <= places.months:
            continue
        ages = history.by_age(t).sum(1)
        rows: list[list[object]] = [
            ["", "SD", "SGG", "NAME_AD", "CODE", "CODE_AD", "ALL", *FIVE_YEARS, "YEAR"]
        ]
        for i, d in enumerate(places.live(t)):
            district = places.districts[d]
            rows.append(
                [i, city["province"], city["name"], district.name, district.sgis, district.code,
                 float(ages[d].sum()), *(float(x) for x in ages[d]), year]
            )  # fmt: skip
        path = folder / facts.file("five_years", year=year)
        write_plain_csv(path, rows, "utf-8-sig")
        yield path


def _births(facts: Facts, history: History, folder: Path) -> Iterator[Path]:
    """Births of a year and the people of its July, by the districts of July."""
    places = history.places
    city = facts.settings["city"]
    for year in (2019, 2021):
        start = year * 12 - places.first + 1
        if not 0 < start <= places.months - 11:
            continue
        months = slice(start, start + 12)
        cells = history.changes[months, :, CHANGES.index("births")].sum(0)
        births = places.gather(cells, start + 6)
        boys = places.gather(history.boys[months].sum(0), start + 6)
        people = history.residents(start + 6)
        rows: list[list[object]] = [
            ["", "SD", "SGG", "NAME_AD", "CODE", "CODE_AD", "B_ALL", "B_M", "B_F", "PM_ALL", "PM_M",
             "PM_F", "CBR", "YEAR"]
        ]  # fmt: skip
        for i, d in enumerate(places.live(start + 6)):
            district = places.districts[d]
            men, women = (float(x) for x in people[d])
            born = (births[d], boys[d], births[d] - boys[d])
            rate = float(1000 * births[d] / max(men + women, 1.0))
            rows.append(
                [i, city["province"], city["name"], district.name, district.sgis, district.code,
                 *(float(x) for x in born), men + women, men, women, rate, year]
            )  # fmt: skip
        path = folder / facts.file("births", year=year)
        write_plain_csv(path, rows, "utf-8-sig")
        yield path

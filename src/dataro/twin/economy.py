"""Shops and money of the synthetic city: facts, and the order in which the files are written.

What is calibrated stands in ``twin/economy.toml``, ``twin/economy_cities.csv`` and
``neighbours.csv`` of the city's folder; a city without them has no shops.
"""

from __future__ import annotations

import csv
import json
import tomllib
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataro.twin.economy_cities import CityFacts, write_cities
from dataro.twin.economy_merchants import open_shops, write_merchants
from dataro.twin.economy_panel import write_panel
from dataro.twin.economy_sales import write_sales
from dataro.twin.facts import Facts
from dataro.twin.history import History
from dataro.twin.outlines import Ground
from dataro.twin.plant import Planted
from dataro.twin.sheet import write_bytes, write_plain_csv
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

NEEDED = ("merchants", "trades", "events", "currency", "panel", "files")
"""Sections that ``economy.toml`` must have."""


@dataclass(frozen=True, slots=True)
class Economy:
    """What a city's folder says of its money: ``settings`` is ``economy.toml``."""

    settings: Mapping[str, Any]
    cities: tuple[CityFacts, ...]


def load_economy(folder: Path) -> Economy | None:
    """The facts of a city's folder; None where it has none.

    Raises ``Problem`` where the file is not TOML or lacks a section.
    """
    path = folder / "twin" / "economy.toml"
    if not path.is_file():
        return None
    try:
        settings = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Problem(
            both(
                f"{path}: TOML 형식이 아닙니다({error}). 그 줄을 고쳐 주십시오.",
                f"{path} is not TOML: {error}. Mend that line.",
            )
        ) from error
    for section in NEEDED:
        if section not in settings:
            raise Problem(
                both(
                    f"{path}: [{section}] 부분이 없습니다. 적어 주십시오.",
                    f"{path} has no section [{section}]; write it.",
                )
            )
    borders: dict[str, list[str]] = {}
    for row in _rows(folder / "neighbours.csv"):
        borders.setdefault(row["place"], []).append(row["neighbour"])
    cities = tuple(
        CityFacts(
            row["place"], row["name"], float(row["use"]), tuple(row["kinds"].split()),
            tuple(borders.get(row["place"], ())),
        )
        for row in _rows(folder / "twin" / "economy_cities.csv")
    )  # fmt: skip
    return Economy(settings, cities)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_economy(
    facts: Facts, history: History, ground: Ground, scale: float, seed: int, desk: Path,
    planted: list[Planted],
) -> Iterator[Path]:  # fmt: skip
    """Write shops, card sales, foot traffic and local currency below ``desk / "raw"``, and what is
    true of them below ``desk / "truth"``; yields the raw files' paths."""
    economy = load_economy(facts.folder)
    if economy is None:
        return
    raw, truth = desk / "raw", desk / "truth"
    settings = economy.settings
    shops = open_shops(settings, history, ground, scale, seed)
    yield write_merchants(settings, shops, history, seed, raw, planted)
    yield from write_sales(settings, shops, history, ground, scale, seed, raw, truth)
    yield from write_panel(settings, shops, seed, raw, truth)
    yield from write_cities(
        settings, economy.cities, facts.city, facts.settings["planted"]["share"], seed, raw, truth,
        planted,
    )  # fmt: skip
    yield _write_calendar(settings, raw)
    _write_truth(settings, truth)


def _write_calendar(settings: Mapping[str, Any], raw: Path) -> Path:
    """The city's calendar: what happened, whether or not anybody spent more for it."""
    rows: list[list[object]] = [["일정번호", "종류", "이름", "영문명", "시작일", "종료일"]]
    for number, event in enumerate(settings["events"], start=1):
        kind, name, english = _CALENDAR[event["kind"]]
        year, month = (int(part) for part in event["month"].split("-"))
        last = monthrange(year, month)[1]
        rows.append([f"E{number:03d}", kind, f"{year}년 {name}", f"{english} {year}", f"{event['month']}-01",
                     f"{event['month']}-{last}"])  # fmt: skip
    path = raw / str(settings["files"]["events"])
    write_plain_csv(path, rows)
    return path


_CALENDAR = {"festival": ("축제", "시민 축제", "Citizens' festival"), "holiday": ("명절", "설맞이 장터", "New Year market"),
             "relief": ("지원금", "생활지원금 지급", "Relief payment")}  # fmt: skip


def _write_truth(settings: Mapping[str, Any], truth: Path) -> None:
    """What an analysis should find, in one file."""
    currency, panel = settings["currency"], settings["panel"]
    new = float(currency["new"])
    neighbours, large = float(currency["from_neighbours"]), float(currency["from_large"])
    known = {
        "net_new_share": new,
        "diverted_share": round(1 - new, 6),
        "spill_over_share": round(-new * neighbours, 6),
        "large_shops_share": round(-new * large, 6),
        "region_net_share": round(new * (1 - neighbours - large), 6),
        "gross_share": currency["gross"],
        "small_use_share": currency["small_use"],
        "merchant_effect_log": panel["effect"],
        "merchant_ramp_months": panel["ramp"],
        "trades": {
            trade["code"]: {"decay_per_km": trade["decay"], "close_per_month": trade["close"],
                            "visitors": trade["visitors"]}
            for trade in settings["trades"]
        },
        "events": settings["events"],
    }  # fmt: skip
    write_bytes(
        truth / "economy.json",
        json.dumps(known, ensure_ascii=False, indent=1, default=str).encode(),
    )

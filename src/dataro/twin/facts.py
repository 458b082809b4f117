"""The published facts a synthetic city is calibrated to, read from the city's folder."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dataro.twin.months import at
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

BANDS = (0, 10, 20, 30, 40, 50, 60, 70, 80)
"""First ages of the published bands; the last is open."""


NEEDED: Mapping[str, tuple[str, ...]] = {
    "city": ("code", "name", "province", "from", "until"),
    "register": ("not_resident", "men"),
    "foreigners": ("city", "province", "province_from", "city_text", "province_text"),
    "births": ("years", "national", "boys"),
    "deaths": ("men", "women", "infant"),
    "moves": ("turnover", "inside_city", "alone", "other", "season"),
    "dwellings": ("share", "mean_households", "before", "kinds", "brands", "suffixes", "offices",
                  "area_code", "base_date"),
    "transit": ("stops", "outside", "routes", "kinds", "inside", "company", "prefix"),
    "schools": ("levels",),
    "gu": ("names",),
    "ministry": ("from", "ghosts"),
    "files": ("monthly", "foreigners", "regions", "ministry", "five_years", "births", "outlines",
              "apartments", "schools", "stops", "routes", "ages", "sizes", "changes",
              "completions", "districts"),
    "care": ("planned", "files"),
    "planted": ("share",),
}  # fmt: skip
"""Sections of ``twin.toml`` and the keys each must have."""


@dataclass(frozen=True, slots=True)
class District:
    """A district code and its period of validity; the end is the first day without it."""

    code: str
    valid_from: date
    valid_to: date | None
    name: str
    level: str
    parent: str
    split_from: str
    renumbered_from: str
    sgis: str


@dataclass(frozen=True, slots=True)
class Total:
    """People (and households, men) of a place. ``kind``: ``month_end``, ``year_mean``, ``residents``
    (at a month's end, of residents only), or ``assumed``."""

    place: str
    when: float
    kind: str
    people: int
    households: int | None
    men: int | None


@dataclass(frozen=True, slots=True)
class AgeShares:
    """Shares of a place's people (all, or of one sex) by the bands of ``BANDS``."""

    place: str
    when: float
    sex: str
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Births:
    """Births of a district in a year, and the people half-way through it."""

    place: str
    year: int
    births: int
    people: int


@dataclass(frozen=True, slots=True)
class Part:
    """A legal district, or the part of it around a point, that belongs to a district."""

    legal: str
    legal_name: str
    district: str
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of one city. ``settings`` is its ``twin.toml``."""

    folder: Path
    settings: Mapping[str, Any]
    districts: tuple[District, ...]
    totals: tuple[Total, ...]
    ages: tuple[AgeShares, ...]
    births: tuple[Births, ...]
    parts: tuple[Part, ...]
    peers: tuple[Total, ...]
    peer_ages: tuple[AgeShares, ...]
    peer_names: Mapping[str, str]

    @property
    def city(self) -> str:
        """The code of the whole city."""
        return str(self.settings["city"]["code"])

    def file(self, name: str, **fields: object) -> str:
        """Path of a raw file below the raw folder, as the city names it."""
        return str(self.settings["files"][name]).format(**fields)


def load(folder: Path) -> Facts:
    """Read ``districts.csv`` and ``twin/`` of a city's folder. Raises ``Problem`` where one is missing."""
    twin = folder / "twin"
    needed = [folder / "districts.csv", twin / "twin.toml"]
    needed += [twin / f"{n}.csv" for n in ("totals", "ages", "births", "outlines", "peers")]
    for path in needed:
        if not path.is_file():
            raise Problem(
                both(
                    f"{path}: 합성 도시를 만드는 데 필요한 파일이 없습니다. 도시 폴더에 "
                    f"districts.csv와 twin 폴더가 있는지 확인하십시오.",
                    f"{path}: this file is needed to make a synthetic city. A city's folder holds "
                    "districts.csv and the folder twin; check that both are there.",
                )
            )
    peers = _rows(twin / "peers.csv")
    return Facts(
        folder=folder,
        settings=_settings(twin / "twin.toml"),
        districts=tuple(_district(row) for row in _rows(folder / "districts.csv")),
        totals=tuple(_total(row, "district") for row in _rows(twin / "totals.csv")),
        ages=tuple(_ages(row, "district", row["sex"]) for row in _rows(twin / "ages.csv")),
        births=tuple(
            Births(r["district"], int(r["year"]), int(r["births"]), int(r["midyear_people"]))
            for r in _rows(twin / "births.csv")
        ),
        parts=tuple(_part(row) for row in _rows(twin / "outlines.csv")),
        peers=tuple(_total(row, "place") for row in peers),
        peer_ages=tuple(_ages(row, "place", "all") for row in peers if row["age_0"]),
        peer_names={row["place"]: row["name"] for row in peers},
    )


def _settings(path: Path) -> Mapping[str, Any]:
    try:
        settings = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Problem(
            both(
                f"{path}: TOML 형식이 아닙니다({error}). 그 줄을 고쳐 주십시오.",
                f"{path} is not TOML: {error}. Mend that line.",
            )
        ) from error
    for section, keys in NEEDED.items():
        for key in keys:
            if key not in settings.get(section, {}):
                raise Problem(
                    both(
                        f"{path}: [{section}]에 {key} 값이 없습니다. 값을 적거나, 예전 판에서 만든 폴더라면 "
                        "twin 폴더를 지우고 `dataro init`을 다시 실행하십시오.",
                        f"{path}: section [{section}] has no {key}. Give it a value; in a folder "
                        "made by an older version delete twin and run `dataro init` again.",
                    )
                )
    return settings


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _district(row: dict[str, str]) -> District:
    return District(
        row["district"], date.fromisoformat(row["valid_from"]),
        date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        row["name"], row["level"], row["parent"], row["split_from"], row["renumbered_from"],
        row["sgis"],
    )  # fmt: skip


def _total(row: dict[str, str], place: str) -> Total:
    return Total(
        row[place], at(row["when"], row["kind"]), row["kind"], int(row["people"]),
        int(row["households"]) if row["households"] else None,
        int(row["men"]) if row["men"] else None,
    )  # fmt: skip


def _ages(row: dict[str, str], place: str, sex: str) -> AgeShares:
    values = [float(row[f"age_{band}"]) for band in BANDS]
    whole = sum(values)
    return AgeShares(
        row[place], at(row["when"], "month_end"), sex, tuple(v / whole for v in values)
    )


def _part(row: dict[str, str]) -> Part:
    point = (float(row["longitude"]), float(row["latitude"])) if row["longitude"] else None
    return Part(row["legal"], row["legal_name"], row["district"], point)

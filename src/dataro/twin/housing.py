"""Files of the housing department: the list of complexes, and when people moved in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dataro.twin.facts import District, Facts
from dataro.twin.history import History
from dataro.twin.months import STYLES, write_month
from dataro.twin.outlines import Ground
from dataro.twin.plant import SWAP, TWICE, Planted, plant
from dataro.twin.sheet import Row, Sheet, write_csv, write_xlsx

DAYS = ("{y:04d}-{m:02d}-{d:02d}", "{y:04d}.{m}.{d}", "{y:04d}{m:02d}{d:02d}",
        "{y:04d}년 {m}월 {d}일", "{s:02d}/{m:02d}/{d:02d}")  # fmt: skip
"""Five ways in which departments write a day."""

LISTED = ["명칭", "도로명주소", "단지분류", "동수", "세대수", "면적(제곱미터)", "관리사무소연락처",
          "관리기관", "관리자 연락처", "데이터기준일"]  # fmt: skip
MOVED_IN = ["단지명", "도로명주소", "행정동코드", "읍면동", "단지분류", "동수", "세대수", "연면적(㎡)",
            "사용승인일", "입주시작", "경도", "위도", "데이터기준일"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Estate:
    """One complex as it is known by name: ``index`` among the complexes of the history."""

    index: int
    name: str
    address: str
    kind: str
    buildings: int
    area: float
    point: tuple[float, float]


def name_estates(facts: Facts, history: History, ground: Ground, seed: int) -> list[Estate]:
    """Name and place every complex."""
    rng = np.random.default_rng([seed, 5])
    complexes, places = history.complexes, history.places
    settings = facts.settings["dwellings"]
    kinds, shares = zip(*settings["kinds"], strict=True)
    usual = np.array(shares, float) / sum(shares)
    used: dict[str, int] = {}
    result: list[Estate] = []
    for c in range(places.cells):
        mine = np.flatnonzero(complexes.cell == c)
        points = ground.points(c, len(mine), rng)
        district = places.districts[places.leaf[c]]
        for index, point in zip(mine.tolist(), points, strict=True):
            place = _short(ground.name_at(c, point))
            name = f"{place}{rng.choice(settings['suffixes'])} {rng.choice(settings['brands'])}"
            used[name] = used.get(name, 0) + 1
            dwellings = int(complexes.dwellings[index])
            # small houses are more often of the rarer kinds
            kind = str(rng.choice(kinds, p=usual if dwellings >= 300 else None))
            result.append(
                Estate(
                    index,
                    name if used[name] == 1 else f"{name} {used[name]}단지",
                    f"{_region(facts, district)} {place}로 {int(rng.integers(3, 480))}",
                    kind,
                    max(1, round(dwellings / rng.uniform(48, 92))),
                    round(dwellings * float(rng.normal(118, 14)), 1),
                    (float(point[0]), float(point[1])),
                )
            )
    return result


def _short(legal: str) -> str:
    """The name of a legal district without its level, where a name is left."""
    return legal[:-1] if len(legal) > 2 and legal[-1] in "리동" else legal


def _region(facts: Facts, district: District) -> str:
    """The upper part of a road address: a dong is left out of it."""
    city = facts.settings["city"]
    gu = facts.settings["gu"]["names"].get(district.parent, "")
    parts = (city["province"], city["name"], gu, district.name if district.level != "dong" else "")
    return " ".join(part for part in parts if part)


def write_housing(
    facts: Facts, history: History, estates: list[Estate], seed: int, folder: Path,
    planted: list[Planted],
) -> Iterator[Path]:  # fmt: skip
    """Write both files; yields their paths and appends what was planted."""
    rng = np.random.default_rng([seed, 6])
    share = 2 * float(facts.settings["planted"]["share"])  # short lists, many kinds
    listed = _listed(facts, history, estates, rng)
    planted += plant(listed, _LISTED_ERRORS, share, rng)
    write_csv(listed, folder, "utf-8-sig")
    yield folder / listed.file
    moved = _moved_in(facts, history, estates, rng)
    planted += plant(moved, _MOVED_ERRORS, share, rng)
    numbers = {5, 6, 7, 10, 11}
    write_xlsx(moved, folder, lambda c, text: c in numbers and _is_number(text))
    yield folder / moved.file


_LISTED_ERRORS = {
    "missing": ["세대수"], "letter_for_digit": ["세대수"], "spaces": ["명칭"], TWICE: ["명칭"],
    "impossible_date": ["데이터기준일"], "negative": ["동수"], "full_width": ["동수"],
}  # fmt: skip
_MOVED_ERRORS = {
    "impossible_date": ["사용승인일"], "impossible_month": ["입주시작"], SWAP: ["경도", "위도"],
    "outside": ["경도"], "wrong_code": ["행정동코드"], "missing": ["세대수"], TWICE: ["단지명"],
    "with_unit": ["동수"],
}  # fmt: skip


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True


def _phone(area: str, rng: np.random.Generator) -> str:
    # 000 as the exchange: nobody's number
    return f"{area}-000-{int(rng.integers(0, 10_000)):04d}"


def _listed(
    facts: Facts, history: History, estates: list[Estate], rng: np.random.Generator
) -> Sheet:
    settings = facts.settings["dwellings"]
    places, complexes = history.places, history.complexes
    area_code = str(settings["area_code"])
    body: list[Row] = []
    for estate in estates:
        cell = complexes.cell[estate.index]
        parent = places.districts[places.leaf[cell]].parent
        office = settings["offices"].get(parent, facts.settings["city"]["name"])
        area = f"{estate.area}" if rng.random() < 0.32 else ""  # 153 of 476 in the real list
        phone = _phone(area_code, rng) if rng.random() < 0.905 else ""
        body.append(
            [estate.name, estate.address, estate.kind, str(estate.buildings),
             str(complexes.dwellings[estate.index]), area, phone, office,
             f"{area_code}-000-{2000 + int(parent[4:6] or 0)}", str(settings["base_date"])]
        )  # fmt: skip
    return Sheet(facts.file("apartments"), [list(LISTED)], list(LISTED), body)


def _moved_in(
    facts: Facts, history: History, estates: list[Estate], rng: np.random.Generator
) -> Sheet:
    places, complexes = history.places, history.complexes
    names = facts.settings["city"]["name"]
    body: list[Row] = []
    for n, estate in enumerate(sorted(estates, key=lambda e: (complexes.opened[e.index], e.index))):
        opened = int(complexes.opened[estate.index]) + places.first - 1
        district = places.districts[places.last[complexes.cell[estate.index]]]
        day = int(rng.integers(1, 28))
        built = opened - 1  # approval comes in the month before
        style = DAYS[int(rng.integers(len(DAYS)))]
        approved = style.format(y=built // 12, m=built % 12 + 1, d=day, s=built // 12 % 100)
        moved = write_month(opened, STYLES[n % len(STYLES)])
        body.append(
            [estate.name, estate.address, district.code, district.name, estate.kind.strip(),
             str(estate.buildings), f"{complexes.dwellings[estate.index]:,}", f"{estate.area:,}",
             approved, moved, f"{estate.point[0]:.6f}", f"{estate.point[1]:.6f}",
             str(facts.settings["dwellings"]["base_date"])]
        )  # fmt: skip
    width = len(MOVED_IN)
    blank = [""] * (width - 1)
    head = [[f"{names} 공동주택 입주현황", *blank], list(MOVED_IN)]
    homes: NDArray[np.int32] = complexes.dwellings
    total = ["합계", "", "", "", "", "", f"{int(homes.sum()):,}", *[""] * 6]
    foot = [total, ["※ 사용승인일 기준, 임대 포함", *blank]]
    merged = [(0, 0, 0, width - 1)]
    return Sheet(facts.file("completions"), head, list(MOVED_IN), body, foot, merged, "입주현황")

"""What care demand and siting live on: dwellings by size, children by complex, facilities, where
people live, and complexes still being built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataro.twin.facts import Facts
from dataro.twin.history import YOUNG, History
from dataro.twin.housing import Estate
from dataro.twin.outlines import DIGITS, Ground
from dataro.twin.plant import TWICE, Planted, plant
from dataro.twin.rooms import CLASSES, class_shares, dwellings_by_class
from dataro.twin.sheet import Row, Sheet, write_csv, write_plain_csv

CHILDREN = [
    "기준연도",
    "단지명",
    "도로명주소",
    "나이",
    "아동수",
    "수요조사 아동수",
    "돌봄 희망 아동수",
]
FACILITIES = [
    "시설번호",
    "시설구분",
    "시설명",
    "소재지",
    "경도",
    "위도",
    "정원",
    "국공립여부",
    "데이터기준일자",
]
CANDIDATES = [
    "후보지번호",
    "후보지명",
    "건물구분",
    "경도",
    "위도",
    "설치가능정원",
    "사업비(백만원)",
]
PEOPLE = [
    "구역번호",
    "경도",
    "위도",
    "인구",
    "0~5세",
    "6~12세",
    "65세이상",
    "차 없는 세대 인구",
    "기준일",
]
PLANNED = ["단지명", "도로명주소", "행정동코드", "단지분류", "동수", "세대수", "연면적(㎡)", "입주예정",
           "경도", "위도", "데이터기준일자"]  # fmt: skip
VILLAGES = 12
"""Settlements of a cell outside its complexes."""

Floats = NDArray[np.float64]


def write_care(
    facts: Facts, history: History, estates: Sequence[Estate], ground: Ground, scale: float,
    seed: int, desk: Path, planted: list[Planted],
) -> Iterator[Path]:  # fmt: skip
    """Write files below ``desk/raw`` and the truth below ``desk/truth``; yields the files' paths
    and appends what was planted."""
    rng = np.random.default_rng([seed, 9])
    settings = facts.settings["care"]
    share = float(facts.settings["planted"]["share"])
    wanting = _wanting(settings, len(history.complexes.cell), rng)
    villages = [ground.points(c, VILLAGES, rng) for c in range(history.places.cells)]
    planned, more = _planned(facts, history, ground, scale, rng)
    sheets = [
        (_dwellings(facts, history, estates, more), {"negative": list(CLASSES), TWICE: ["단지명"]}),
        (_children(facts, history, estates, wanting, rng),
         {"negative": ["아동수"], "not_a_number": ["아동수"], TWICE: ["기준연도"]}),
        (_facilities(facts, history, estates, ground, scale, rng),
         {"negative": ["정원"], "outside": ["경도"], "missing": ["위도"], "with_unit": ["정원"]}),
        (_candidates(facts, history, ground, scale, rng), {"missing": ["경도"]}),
        (_people(facts, history, estates, villages, rng), {"negative": ["인구"], TWICE: ["구역번호"]}),
        (planned, {}),
    ]  # fmt: skip
    for sheet, kinds in sheets:
        if kinds:
            planted += plant(sheet, kinds, share, rng)
        kept_in = "cp949" if sheet.file == _file(facts, "facilities") else "utf-8-sig"
        write_csv(sheet, desk / "raw", kept_in)
        yield desk / "raw" / sheet.file
    _truth(history, estates, wanting, desk / "truth" / "care.csv")


def _file(facts: Facts, name: str) -> str:
    return str(facts.settings["care"]["files"][name])


def _base(facts: Facts) -> str:
    return str(facts.settings["dwellings"]["base_date"])


def _wanting(settings: Any, complexes: int, rng: np.random.Generator) -> Floats:
    """Share of each complex's children, by band, whose families want care."""
    middle = np.log(np.array(settings["wanting"]) / (1 - np.array(settings["wanting"])))
    level = middle + rng.normal(0, 0.3, complexes)[:, None] + rng.normal(0, 0.1, (complexes, 3))
    return np.asarray(1 / (1 + np.exp(-level)))


def _dwellings(facts: Facts, history: History, estates: Sequence[Estate], more: list[Row]) -> Sheet:
    """Households by class, a column each, as the housing department keeps them."""
    counts = dwellings_by_class(history.complexes.dwellings)
    body = [
        [one.name, one.address, *(str(n) if n else "" for n in counts[one.index].tolist())]
        for one in estates
    ]
    names = ["단지명", "도로명주소", *CLASSES]
    return Sheet(_file(facts, "dwellings"), [names], names, [*body, *more])


def _children(
    facts: Facts, history: History, estates: Sequence[Estate], wanting: Floats,
    rng: np.random.Generator,
) -> Sheet:  # fmt: skip
    """Children at the end of each of the last years, of the complexes that can be told apart."""
    settings, places = facts.settings["care"], history.places
    years = history.children.shape[0]
    known = rng.random(len(history.complexes.cell)) < float(settings["counted"])
    asked = known & (rng.random(known.size) < float(settings["surveyed"]))
    body: list[Row] = []
    for year in range(max(years - 8, 0), years):
        ends = (year + 1) * 12 - places.first % 12  # months from the first to this December
        for one in estates:
            if not known[one.index] or history.complexes.opened[one.index] > ends:
                continue
            for band, (first, last) in enumerate(YOUNG):
                count = int(history.children[year, one.index, band])
                answers = ["", ""]
                if year == years - 1 and asked[one.index] and count:
                    many = int(rng.binomial(count, 0.5))
                    yes = int(rng.binomial(many, wanting[one.index, band]))
                    answers = [str(many), str(yes)] if many else answers
                body.append(
                    [f"{places.first // 12 + year}", one.name, one.address, f"{first}~{last}세",
                     f"{count:,}", *answers]
                )  # fmt: skip
    return Sheet(_file(facts, "children"), [list(CHILDREN)], list(CHILDREN), body)


def _facilities(
    facts: Facts, history: History, estates: Sequence[Estate], ground: Ground, scale: float,
    rng: np.random.Generator,
) -> Sheet:  # fmt: skip
    """Places of care near where children live, and kiosks where people are; one in fifty of the
    daycare centres is listed again under another name."""
    settings = facts.settings["care"]
    children = history.children[-1].astype(float)
    point = {one.index: one.point for one in estates}
    body: list[Row] = []
    for kind, word, band, per, seats, public in settings["facilities"]:
        weight = children[:, int(band)] + 0.1
        count = max(2, round(children[:, int(band)].sum() / float(per)))
        for index in rng.choice(weight.size, count, p=weight / weight.sum()).tolist():
            at = np.array(point[index]) + rng.normal(0, 0.003, 2)
            room = max(8, round(float(seats) * float(rng.lognormal(0, 0.35))))
            state = rng.random() < float(public)
            stem = f"{rng.choice(facts.settings['dwellings']['brands'])}{len(body) + 1}"
            name = f"{'시립' if state else ''}{stem}{word}"
            body.append(_facility(facts, len(body), kind, name, at, str(room), state))
            if kind == "daycare" and rng.random() < 0.02:
                twin = at + rng.normal(0, 0.00003, 2)
                other = f"{stem} {word}" if state else f"{stem}{word}(민간)"
                body.append(_facility(facts, len(body), kind, other, twin, str(room), state))
    counts = rng.multinomial(max(3, round(int(settings["kiosks"]) * min(1.0, scale * 2))),
                             _weights(history))  # fmt: skip
    for cell, many in enumerate(counts.tolist()):
        for at in ground.points(cell, many, rng):
            name = f"{ground.name_at(cell, at)} 무인민원발급기 {len(body) + 1}"
            body.append(_facility(facts, len(body), "kiosk", name, at, "", True))
    return Sheet(_file(facts, "facilities"), [list(FACILITIES)], list(FACILITIES), body)


def _facility(
    facts: Facts, number: int, kind: str, name: str, at: Floats, seats: str, public: bool
) -> Row:
    return [f"F{number + 1:05d}", _KINDS[kind], name, "", f"{at[0]:.{DIGITS}f}",
            f"{at[1]:.{DIGITS}f}", seats, "Y" if public else "N", _base(facts)]  # fmt: skip


_KINDS = {"daycare": "어린이집", "kindergarten": "유치원", "care_centre": "다함께돌봄센터",
          "childrens_centre": "지역아동센터", "kiosk": "무인민원발급기"}  # fmt: skip


def _weights(history: History) -> Floats:
    people = history.ages[-1].sum((1, 2, 3)).astype(float)
    return np.asarray(people / people.sum())


def _candidates(
    facts: Facts, history: History, ground: Ground, scale: float, rng: np.random.Generator
) -> Sheet:
    """Public buildings that could house a service, with what setting it up would cost."""
    settings = facts.settings["care"]
    wanted = max(12, round(int(settings["candidates"]) * min(1.0, scale * 4)))
    body: list[Row] = []
    for cell, many in enumerate(rng.multinomial(wanted, _weights(history)).tolist()):
        for at in ground.points(cell, many, rng):
            kind = str(rng.choice(settings["buildings"]))
            name = f"{ground.name_at(cell, at)} {kind} {len(body) + 1}"
            body.append(
                [f"C{len(body) + 1:04d}", name, kind, f"{at[0]:.{DIGITS}f}", f"{at[1]:.{DIGITS}f}",
                 str(int(rng.choice([20, 25, 30, 35, 40]))), str(int(rng.integers(8, 45)) * 10)]
            )  # fmt: skip
    return Sheet(_file(facts, "candidates"), [list(CANDIDATES)], list(CANDIDATES), body)


def _people(
    facts: Facts, history: History, estates: Sequence[Estate], villages: list[Any],
    rng: np.random.Generator,
) -> Sheet:  # fmt: skip
    """Residents by complex and village: where each household of the last month lives."""
    people, homes = history.people, history.homes
    age, count = people.age(history.places.months), len(history.complexes.cell)
    place = homes.complex.astype(np.int64)
    free = place < 0
    place[free] = (
        count
        + homes.cell[free].astype(np.int64) * VILLAGES
        + rng.integers(0, VILLAGES, int(free.sum()))
    )
    carless = rng.random(len(homes)) < 0.17  # assumption
    where = place[people.home]
    points = [next((e.point for e in estates if e.index == i), None) for i in range(count)]
    points += [tuple(point) for cell in villages for point in cell]
    groups = [np.ones(len(age), bool), age <= 5, (age >= 6) & (age <= 12), age >= 65,
              carless[people.home]]  # fmt: skip
    counts = [np.bincount(where[mask], minlength=len(points)) for mask in groups]
    body: list[Row] = []
    for i, point in enumerate(points):
        if point is None or not counts[0][i]:
            continue
        mark = f"단지{i + 1:04d}" if i < count else f"마을{i - count + 1:04d}"
        body.append(
            [mark, f"{point[0]:.{DIGITS}f}", f"{point[1]:.{DIGITS}f}",
             *(f"{int(c[i]):,}" for c in counts), _base(facts)]
        )  # fmt: skip
    return Sheet(_file(facts, "people"), [list(PEOPLE)], list(PEOPLE), body)


def _planned(
    facts: Facts, history: History, ground: Ground, scale: float, rng: np.random.Generator
) -> tuple[Sheet, list[Row]]:
    """Complexes that are permitted and not yet lived in, and their dwellings by class."""
    settings, places = facts.settings, history.places
    count = max(3, round(float(settings["care"]["planned"]) * len(history.complexes.cell)))
    body: list[Row] = []
    classes: list[Row] = []
    shares = class_shares(count)
    for n, cell in enumerate(rng.choice(places.cells, count, p=_weights(history)).tolist()):
        at = ground.points(cell, 1, rng)[0]
        district = places.districts[places.last[cell]]
        homes = max(40, round(float(rng.uniform(250, 1400)) * min(1.0, scale * 4)))
        name = f"{ground.name_at(cell, at)} {settings['dwellings']['suffixes'][n % 7]} 예정 {n + 1}단지"
        address = f"{settings['city']['province']} {settings['city']['name']} {district.name} 예정지 {n + 1}"
        opens = places.first + places.months + int(rng.integers(4, 42))
        body.append(
            [name, address, district.code, "아파트", str(max(1, homes // 70)), f"{homes:,}",
             f"{homes * 118:,}", f"{opens // 12}년 {opens % 12 + 1}월", f"{at[0]:.{DIGITS}f}",
             f"{at[1]:.{DIGITS}f}", _base(facts)]
        )  # fmt: skip
        whole = np.floor(shares[n] * homes).astype(int)
        whole[int(shares[n].argmax())] += homes - int(whole.sum())
        classes.append([name, address, *(str(k) if k else "" for k in whole.tolist())])
    return Sheet(_file(facts, "planned"), [list(PLANNED)], list(PLANNED), body), classes


def _truth(history: History, estates: Sequence[Estate], wanting: Floats, path: Path) -> None:
    """Children of every complex and band at the end of every year, and the true share wanting."""
    rows: list[list[object]] = [["year", "name", "address", "age_from", "children", "wanting"]]
    for year in range(history.children.shape[0]):
        for one in estates:
            rows += [
                [history.places.first // 12 + year, one.name, one.address, first,
                 int(history.children[year, one.index, band]),
                 round(float(wanting[one.index, band]), 4)]
                for band, (first, _) in enumerate(YOUNG)
            ]  # fmt: skip
    write_plain_csv(path, rows)

"""Monthly books of the city's own departments: ages, household sizes, births, deaths and moves."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dataro.twin.facts import Facts
from dataro.twin.history import FIVES, SIZES, History
from dataro.twin.months import STYLES, write_month
from dataro.twin.plant import TOTAL, TWICE, Planted, plant
from dataro.twin.sheet import Row, Sheet, write_csv, write_xlsx

AGES = [*(f"{a}~{a + 4}세" for a in range(0, 100, 5)), "100세 이상"]
SIZE_NAMES = [*(f"{n}인" for n in range(1, SIZES)), f"{SIZES}인 이상"]
CHANGE_NAMES = [
    "기준년월", "행정동코드", "읍면동", "전월말인구", "출생", "사망", "전입", "전출", "기타증감", "당월말인구",
]  # fmt: skip
FOOT = "※ 자료: 주민등록인구통계 / 외국인 제외"
PEOPLE_UNIT, HOMES_UNIT = "(단위: 명)", "기준: 매월 말일 (단위: 세대)"


def write_departments(
    facts: Facts, history: History, seed: int, folder: Path, planted: list[Planted]
) -> Iterator[Path]:
    """Three files a year; yields their paths and appends what was planted."""
    first, months = history.places.first, history.places.months
    years = range(first // 12, (first + months - 1) // 12 + 1)
    share = float(facts.settings["planted"]["share"])
    for year in years:
        rng = np.random.default_rng([seed, 4, year])
        when = [t for t in range(1, months + 1) if (first + t - 1) // 12 == year]
        style = STYLES[year % len(STYLES)]
        ages = _ages(facts, history, year, when, style)
        planted += plant(ages, _AGE_ERRORS, share, rng)
        write_csv(ages, folder, "cp949")
        yield folder / ages.file
        sizes = _sizes(facts, history, year, when, STYLES[(year + 1) % len(STYLES)])
        planted += plant(sizes, _SIZE_ERRORS, share, rng)
        write_xlsx(sizes, folder, lambda column, text: column > 2 and _is_number(text))
        yield folder / sizes.file
        changes = _changes(facts, history, year, when, STYLES[(year + 2) % len(STYLES)])
        if year == years[-1]:  # sent from a Mac: the name's letters are taken apart
            changes.file = unicodedata.normalize("NFD", changes.file)
        planted += plant(changes, _CHANGE_ERRORS, share, rng)
        write_csv(changes, folder, "utf-8-sig")
        yield folder / changes.file


_AGE_CELLS = [f"{band}/{sex}" for band in AGES[2:14] for sex in ("남", "여")]
_AGE_ERRORS = {
    "missing": _AGE_CELLS,
    "letter_for_digit": _AGE_CELLS,
    "full_width": _AGE_CELLS,
    "impossible_month": ["기준월"],
    "with_unit": _AGE_CELLS,
    "spaces": ["읍면동"],
    "not_a_number": _AGE_CELLS,
    TWICE: ["기준월"],
    "negative": _AGE_CELLS,
    "wrong_code": ["행정동코드"],
}
_SIZE_CELLS = [f"세대원수/{name}" for name in SIZE_NAMES[:4]]
_SIZE_ERRORS = {
    "missing": _SIZE_CELLS,
    "negative": _SIZE_CELLS,
    TWICE: ["기준월"],
    "lost_digit": ["행정동코드"],
    "not_a_number": _SIZE_CELLS,
}
_CHANGE_ERRORS = {
    "missing": ["출생", "사망", "전입", "전출"],
    "letter_for_digit": ["전입", "전출"],
    TWICE: ["기준년월"],
    "impossible_month": ["기준년월"],
    "negative": ["출생", "사망"],
    "full_width": ["전입", "전출"],
    "lost_digit": ["행정동코드"],
}


def _is_number(text: str) -> bool:
    return text.replace(",", "").isdigit()


def _title(facts: Facts, words: str, year: int) -> str:
    return f"{facts.settings['city']['name']} {words} ({year}년)"


def _districts(
    facts: Facts, history: History, t: int, style: str
) -> Iterator[tuple[int | None, Row]]:
    """Month, code and name: first the city's total (None), then each district of month ``t``."""
    places = history.places
    when = write_month(places.first + t - 1, style)
    yield None, [when, facts.city, TOTAL]
    for d in places.live(t):
        yield d, [when, places.districts[d].code, places.districts[d].name]


def _cells(numbers: NDArray[np.int64]) -> Row:
    return [f"{int(n):,}" for n in numbers.ravel()]


def _ages(facts: Facts, history: History, year: int, months: list[int], style: str) -> Sheet:
    upper, lower, names = ["기준월", "행정동코드", "읍면동"], ["", "", ""], []
    for band in ("총계", *AGES):
        upper += [band, "", ""]
        lower += ["계", "남", "여"]
        names += [f"{band}/{sex}" for sex in ("계", "남", "여")]
    width = len(upper)
    body = []
    for t in months:
        ages = history.by_age(t)
        table = np.empty((len(ages) + 1, FIVES + 1, 3), np.int64)
        table[:-1, 1:, 1:] = ages.transpose(0, 2, 1)
        table[:-1, 0, 1:] = ages.sum(2)
        table[-1] = 0
        table[-1, :, 1:] = table[:-1, :, 1:].sum(0)
        table[:, :, 0] = table[:, :, 1:].sum(2)
        for d, row in _districts(facts, history, t, style):
            body.append([*row, *_cells(table[-1 if d is None else d])])
    head = [
        [_title(facts, "읍면동별 성별 5세별 주민등록인구", year), *[""] * (width - 1)],
        [PEOPLE_UNIT, *[""] * (width - 1)],
        upper,
        lower,
    ]
    foot = [[""] * width, [FOOT, *[""] * (width - 1)]]
    return Sheet(facts.file("ages", year=year), head, [*upper[:3], *names], body, foot)


def _sizes(facts: Facts, history: History, year: int, months: list[int], style: str) -> Sheet:
    upper = ["기준월", "행정동코드", "읍면동", "세대수", "세대원수", *[""] * (SIZES - 1)]
    lower = ["", "", "", "", *SIZE_NAMES]
    width = len(upper)
    blank = [""] * (width - 1)
    head = [[_title(facts, "세대원수별 세대수", year), *blank], [HOMES_UNIT, *blank], upper, lower]
    merged = [(0, 0, 0, width - 1), (2, 4, 2, width - 1), *((2, c, 3, c) for c in range(4))]
    body: list[Row] = []
    for t in months:
        homes = history.homes_by_size(t)
        top = len(head) + len(body)
        for d, row in _districts(facts, history, t, style):
            counts = homes.sum(0) if d is None else homes[d]
            body.append([*row, *_cells(np.concatenate([[counts.sum()], counts]))])
        merged.append((top, 0, len(head) + len(body) - 1, 0))
    names = ["기준월", "행정동코드", "읍면동", "세대수", *(f"세대원수/{n}" for n in SIZE_NAMES)]
    foot = [[""] * width, [FOOT, *blank]]
    return Sheet(facts.file("sizes", year=year), head, names, body, foot, merged, "세대원수별")


def _changes(facts: Facts, history: History, year: int, months: list[int], style: str) -> Sheet:
    blank = [""] * (len(CHANGE_NAMES) - 1)
    body = []
    for t in months:
        balance = history.balance(t)
        for d, row in _districts(facts, history, t, style):
            body.append([*row, *_cells(balance.sum(0) if d is None else balance[d])])
    head = [[_title(facts, "인구동태", year), *blank], [PEOPLE_UNIT, *blank], CHANGE_NAMES]
    foot = [
        ["※ 전입·전출은 시 안의 읍면동 사이 이동을 포함함", *blank],
        ["※ 기타증감: 말소·재등록, 행정구역 조정 등", *blank],
        [FOOT, *blank],
    ]
    return Sheet(facts.file("changes", year=year), head, list(CHANGE_NAMES), body, foot)

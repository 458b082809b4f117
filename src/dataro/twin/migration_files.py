"""The files of moves as statistics offices deliver them: by pair and month, by who, by province."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dataro.methods.gravity import kilometres
from dataro.twin.migration_people import BANDS, Elsewhere, Flows, People
from dataro.twin.sheet import Sheet, write_csv, write_plain_csv

AGES = [
    *(f"{10 * band}~{10 * band + 9}세" for band in range(BANDS - 1)),
    f"{10 * BANDS - 10}세 이상",
]
SEXES = ("남", "여")
OFFICE = {"51": "42", "52": "45"}
"""Provinces that the national statistics still give by the code from before their new status."""


def write_months(
    settings: Mapping[str, Any], first: int, flows: Sequence[Flows], folder: Path
) -> Iterator[Path]:
    """One file a year: a row per pair, a column per month, in CP949 with a title and a footnote."""
    for year in sorted({(first + flow.t - 1) // 12 for flow in flows}):
        own = [flow for flow in flows if (first + flow.t - 1) // 12 == year]
        months = [f"{year}.{(first + flow.t - 1) % 12 + 1:02d}" for flow in own]
        pairs: dict[tuple[str, str, str, str], list[int]] = {}
        for number, flow in enumerate(own):
            for i, j in np.argwhere(flow.people):
                key = (flow.codes[i], flow.names[i], flow.codes[j], flow.names[j])
                pairs.setdefault(key, [0] * len(own))[number] = int(flow.people[i, j])
        names = ["전출지코드", "전출지", "전입지코드", "전입지", *months]
        blank = [""] * (len(names) - 1)
        sheet = Sheet(
            str(settings["files"]["months"]).format(year=year),
            [[f"읍면동 전출입지별 이동자수 ({year}년)", *blank], ["(단위: 명)", *blank], names],
            names,
            [[*key, *(f"{n:,}" for n in counts)] for key, counts in sorted(pairs.items())],
            [["※ 시 안의 이동은 읍면동 경계를 넘은 것만 셈", *blank]],
        )
        write_csv(sheet, folder, "cp949")
        yield folder / sheet.file


def write_detail(
    settings: Mapping[str, Any], first: int, flows: Sequence[Flows], people: People, folder: Path,
    rng: np.random.Generator,
) -> Path:  # fmt: skip
    """The last year by pair, month, sex, age and reason: a row for each combination that moved."""
    names = settings["reasons"]["names"]
    rows: list[list[object]] = [
        ["연월", "전출지코드", "전입지코드", "성별", "연령", "전입사유", "이동자수"]
    ]
    for flow in flows:
        when = f"{(first + flow.t - 1) // 12}-{(first + flow.t - 1) % 12 + 1:02d}"
        for i, j, who in _movers(flow, people, rng):
            new = j < len(flow.districts) and people.is_new(flow.t, flow.districts[j])
            key = who * len(names) + people.reasons(who, new, rng)
            for kind, count in zip(*np.unique(key, return_counts=True), strict=True):
                sex, rest = divmod(int(kind), BANDS * len(names))
                band, reason = divmod(rest, len(names))
                rows.append(
                    [when, flow.codes[i], flow.codes[j], SEXES[sex], AGES[band], names[reason], int(count)]
                )  # fmt: skip
    year = (first + flows[-1].t - 1) // 12
    path = folder / str(settings["files"]["detail"]).format(year=year)
    write_plain_csv(path, rows)
    return path


def _movers(
    flow: Flows, people: People, rng: np.random.Generator
) -> Iterator[tuple[int, int, np.ndarray[Any, Any]]]:
    """Each flow of a month with its movers, taken in turn from the pool of its district."""
    many = len(flow.districts)
    for d, district in enumerate(flow.districts):
        for kind, others, out in (("out", range(many, len(flow.codes)), True),
                                  ("in", range(many, len(flow.codes)), False),
                                  ("inside", range(many), True)):  # fmt: skip
            pool, used = people.pool(flow.t, district, kind, rng), 0
            for other in others:
                i, j = (d, other) if out else (other, d)
                count = int(flow.people[i, j])
                if count:
                    yield i, j, pool[used : used + count]
                    used += count


def write_provinces(
    settings: Mapping[str, Any], elsewhere: Elsewhere, scale: float, folder: Path,
    rng: np.random.Generator,
) -> Path:  # fmt: skip
    """Moves between provinces by quarter, in the layout and encoding of the national statistics."""
    law = settings["law"]
    codes = sorted(set(elsewhere.provinces))
    people = np.array(
        [elsewhere.people[[p == c for p in elsewhere.provinces]].sum() for c in codes]
    )
    points = np.array([elsewhere.points[elsewhere.codes.index(c)] for c in codes])
    pull = np.maximum(kilometres(points, points), 1.0) ** -float(law["decay"])
    pull *= people[None, :] ** float(law["mass"])
    np.fill_diagonal(pull, 0)
    rows: list[list[object]] = [
        ["[B]By district to move-out", "By district to move-out", "[C]By district to move-in",
         "By district to move-in", "PERIOD", "Migrants[명]", ""]
    ]  # fmt: skip
    names = {c: elsewhere.names[elsewhere.codes.index(c)] for c in codes}
    for year in range(2017, 2022):
        for quarter, share in enumerate(law["season"], 1):
            leave = people * float(law["province_rate"]) * float(share) * scale
            for i, origin in enumerate(codes):
                counts = rng.multinomial(round(leave[i]), pull[i] / pull[i].sum())
                rows += [
                    [OFFICE.get(origin[:2], origin[:2]), names[origin], OFFICE.get(target[:2], target[:2]), names[target],
                     f"{year}. {quarter}/4", int(counts[j]), ""]
                    for j, target in enumerate(codes)
                    if counts[j]
                ]  # fmt: skip
    path = folder / str(settings["files"]["provinces"])
    write_plain_csv(path, rows, "cp949")
    return path

"""The ministry's half-yearly tables of cities: ages, households, change; layout and all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dataro.twin.facts import Facts
from dataro.twin.history import History
from dataro.twin.months import month
from dataro.twin.peers import Peer, tens
from dataro.twin.sheet import Row, write_plain_csv

BANDS = [*(f"{a}~{a + 9}세" for a in range(0, 100, 10)), "100세 이상"]
TITLE = "※ 매월 말일자 통계 현황"
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Books:
    """One city as the ministry sees it, by month: see ``Peer``."""

    code: str
    name: str
    people: Ints
    residents: Ints
    households: Ints


def city_books(facts: Facts, history: History) -> Books:
    """The synthetic city summed up."""
    city = facts.settings["city"]
    return Books(
        facts.city,
        f"{city['province']} {city['name']}",
        history.ages.sum((1, 3, 4), dtype=np.int64),
        tens(history.ages[..., 1].sum(1, dtype=np.int64)),
        history.resident_homes.sum(1, dtype=np.int64),
    )


def write_ministry(
    facts: Facts, history: History, peers: list[Peer], folder: Path
) -> Iterator[Path]:
    """Write three tables for each half year from the year the facts name; yields their paths."""
    books: list[Books | Peer] = [*peers, city_books(facts, history)]
    books.sort(key=lambda b: b.code)
    ghosts: list[tuple[str, str]] = [(c, n) for c, n in facts.settings["ministry"]["ghosts"]]
    first, months = history.places.first, history.places.months
    start = max(month(facts.settings["ministry"]["from"]), first)
    for half in range(-(-start // 6), (first + months) // 6):
        year, part = divmod(half, 2)
        when = range(half * 6 - first + 1, half * 6 - first + 7)
        tables: tuple[tuple[str, list[Row], Callable[[Books | Peer, int], Row], bool], ...] = (
            ("population_by_age", _age_heads(half), _age_cells, True),
            ("registered_population_and_household", _home_heads(half), _home_cells, True),
            ("registered_population_other_population_change", _change_heads(half), _change_cells,
             False),
        )  # fmt: skip
        for name, heads, cells, with_ghosts in tables:
            rows = [[b.code, f"{b.name} ", *(x for t in when for x in cells(b, t))] for b in books]
            if with_ghosts:
                rows += [[c, f"{n} ", *_zeros(name, 6)] for c, n in ghosts]
                rows.sort(key=lambda row: row[0])
            title = [TITLE, *(f"Unnamed: {i}" for i in range(1, len(rows[0])))]
            file = facts.file("ministry", year=year, half=("first", "second")[part], table=name)
            write_plain_csv(folder / file, [title, *heads, *rows], "utf-8-sig")
            yield folder / file


def _n(value: int) -> str:
    return f"{value:,}"


def _ratio(value: float) -> str:
    return f"{value:14.2f}"


def _zeros(table: str, months: int) -> Row:
    if table == "population_by_age":
        return ["0"] * 39 * months
    return ["0", "0", _ratio(0), "0", "0", _ratio(0)] * months


def _months(half: int, width: int) -> Row:
    """The row of months, each over its block of columns."""
    cells = ["", ""]
    for i in range(6):
        when = half * 6 + i
        cells += [f"{when // 12}년{when % 12 + 1:02d}월", *[""] * (width - 1)]
    return cells


def _age_heads(half: int) -> list[Row]:
    block = [*("계", *[""] * 12), *("남", *[""] * 12), *("여", *[""] * 12)]
    # the real export names the total of each sex only in its first month
    names = ["행정기관코드", "행정기관"]
    for i in range(6):
        for sex in ("총", "남", "여"):
            names += [f"{sex if i == 0 else '총'} 거주자수", "연령구간인구수", *BANDS]
    return [_months(half, 39), ["", "", *block * 6], names]


def _age_cells(books: Books | Peer, t: int) -> Row:
    men, women = books.residents[t]
    cells = []
    for bands in (men + women, men, women):
        whole = int(bands.sum())
        cells += [_n(whole), _n(whole), *(_n(int(b)) for b in bands)]
    return cells


def _home_heads(half: int) -> list[Row]:
    names = ["총 거주자수", "세대수", "세대당 인구", "남자 인구수", "여자 인구수", "남여 비율"]
    return [_months(half, 6), ["행정기관코드", "행정기관", *names * 6]]


def _home_cells(books: Books | Peer, t: int) -> Row:
    men, women = (int(x) for x in books.residents[t].sum(1))
    homes = int(books.households[t])
    size, ratio = (men + women) / max(homes, 1), men / max(women, 1)
    return [_n(men + women), _n(homes), _ratio(size), _n(men), _n(women), _ratio(ratio)]


def _change_heads(half: int) -> list[Row]:
    block = ["전월인구수", "", "", "당월인구수", "", "", "인구증감", "", ""]
    names = ["남자인구수", "여자인구수", "계"] * 18
    return [_months(half, 9), ["", "", *block * 6], ["행정기관코드", "행정기관", *names]]


def _change_cells(books: Books | Peer, t: int) -> Row:
    before, after = books.people[t - 1], books.people[t]
    change = after - before
    return [_n(int(x)) for part in (before, after, change) for x in (part[0], part[1], part.sum())]

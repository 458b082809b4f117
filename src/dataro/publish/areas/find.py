"""Areas by code or name: those of today, and where a former code or name went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from dataro.publish.catalogue.entry import NotThere
from dataro.vocabulary.answer import Answer
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both


@dataclass(frozen=True, slots=True)
class Area:
    """A district of today, a gu or the city; ``former`` are the codes that it had before."""

    code: str
    level: str
    name: Text
    gu: str | None
    km2: float | None
    former: tuple[str, ...]


class NoSuchArea(NotThere):
    """There is no such area today; ``instead`` are those that it may mean."""

    def __init__(self, text: Text, instead: Sequence[Area]) -> None:
        super().__init__(text)
        self.instead = instead


def areas_of(answer: Answer) -> list[Area]:
    """All areas of the answer of the analysis ``areas``, the city first, then gu, then districts."""
    order = {"city": 0, "gu": 1, "district": 2}
    found = [
        Area(
            row["area"], row["level"], Text(row["name"], row["name_en"]), row["gu"], row["km2"],
            tuple((row["former"] or "").split()),
        )
        for row in answer.tables["areas"].iter_rows(named=True)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (order[one.level], one.code))


def find_area(areas: Sequence[Area], wanted: str) -> Area:
    """The area with this code, or exactly this name.

    Raises ``NoSuchArea``, which names the area that has this former code, or those that are nearest.
    """
    for one in areas:
        if wanted == one.code or wanted.casefold() in (one.name.ko, one.name.en.casefold()):
            return one
    heirs = [one for one in areas if wanted in one.former]
    if heirs:
        now = ", ".join(one.name.ko for one in heirs), ", ".join(one.name.en for one in heirs)
        raise NoSuchArea(
            both(
                f"{wanted}은(는) 이전에 쓰던 코드입니다. 지금은 {now[0]}입니다.",
                f"{wanted} is a former code. It is {now[1]} now.",
            ),
            heirs,
        )
    shown = wanted[:40]
    near = nearest(areas, shown)
    raise NoSuchArea(
        both(
            f"“{shown}”이라는 읍면동이나 구를 찾을 수 없습니다. 이름이 바뀌었거나 나뉘었을 수 있습니다.",
            f"There is no district or gu “{shown}”. It may have been renamed or divided.",
        ),
        near,
    )


def nearest(areas: Sequence[Area], wanted: str) -> list[Area]:
    """Areas whose name or code is near to what was written, the nearest first, at most eight."""
    asked = wanted.casefold().replace(" ", "")

    def score(one: Area) -> float:
        names = (one.name.ko, one.name.en.casefold().replace(" ", ""), one.code)
        inside = 1.0 if any(asked and asked in name for name in names) else 0.0
        stem = max(SequenceMatcher(None, asked, name).ratio() for name in names)
        return inside + stem

    ranked = sorted(areas, key=score, reverse=True)
    return [one for one in ranked if score(one) >= 0.5][:8]


def matching(areas: Sequence[Area], words: str) -> list[Area]:
    """Areas whose name, in either language, or code holds all the words."""
    asked = words.casefold().split()
    return [
        one
        for one in areas
        if all(word in f"{one.name.ko} {one.name.en} {one.code} {' '.join(one.former)}".casefold()
               for word in asked)
    ]  # fmt: skip


def chosen_areas(areas: Sequence[Area], first: str, others: str, most: int) -> list[Area]:
    """The area of a page and those to compare it with, from codes separated by commas.

    Raises ``NoSuchArea``, and ``Problem`` where there are more than ``most``.
    """
    codes = list(dict.fromkeys([first, *filter(None, (one.strip() for one in others.split(",")))]))
    if len(codes) > most:
        raise TooMany(
            both(
                f"한 번에 {most}곳까지 비교할 수 있습니다. {len(codes)}곳을 고르셨으니 줄여 주십시오.",
                f"Up to {most} areas can be compared at a time; you chose {len(codes)}. Leave some out.",
            )
        )
    return list(dict.fromkeys(find_area(areas, code) for code in codes))


class TooMany(Problem):
    """More areas than fit beside each other."""

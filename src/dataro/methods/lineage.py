"""Areas through time: codes that stand for the same area, and what held an area before.

A renumbered code continues its area under another name. A split begins a new area and leaves the
old one smaller under its old code; a code that is both renumbered and split continues two areas.
Figures of two moments are comparable only for areas that were not split or merged in between, or
for the smallest group of areas whose outer border stayed the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """One code in one period of validity; ``valid_to`` is the first day it is no longer valid."""

    code: str
    valid_from: date
    valid_to: date | None = None
    split_from: str | None = None
    renumbered_from: str | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """One area: all codes it ever had, newest first, and the codes of the areas it continues."""

    codes: tuple[str, ...]
    begins: date
    ends: date | None
    before: tuple[str, ...]

    @property
    def code(self) -> str:
        """Its newest code."""
        return self.codes[0]


@dataclass(frozen=True, slots=True)
class Group:
    """Areas of today that are comparable over some days only together.

    ``holders`` are, for each of those days, the areas that made up the group then.
    """

    members: tuple[Area, ...]
    holders: tuple[tuple[Area, ...], ...]


class Lineage:
    """The areas of a register of codes."""

    def __init__(self, periods: Iterable[Period]) -> None:
        by_code: dict[str, list[Period]] = {}
        for period in sorted(periods, key=lambda p: p.valid_from):
            by_code.setdefault(period.code, []).append(period)
        continued = {_continues(found[0]) for found in by_code.values()}
        self.areas: dict[str, Area] = {}
        self._area_of: dict[str, Area] = {}
        for code in by_code:
            if code not in continued:
                area = _area(code, by_code)
                self.areas[code] = area
                self._area_of.update((one, area) for one in area.codes)

    @classmethod
    def of_codes(cls, codes: Iterable[str]) -> Lineage:
        """A register of which nothing is known but its codes: each has always been an area."""
        return cls(Period(code, date.min) for code in codes)

    def area(self, code: str) -> Area | None:
        """The area that a code stands or stood for."""
        return self._area_of.get(code)

    def today(self) -> list[Area]:
        """The areas that are still valid, by code."""
        return [area for _, area in sorted(self.areas.items()) if area.ends is None]

    def holders(self, area: Area, day: date) -> frozenset[str]:
        """The areas (by newest code) that held ``area`` on a day; empty where nobody knows."""
        found: set[str] = set()
        seen: set[str] = set()
        queue = [area]
        while queue:
            current = queue.pop()
            if current.code in seen:
                continue
            seen.add(current.code)
            if current.begins <= day:
                found.add(current.code)
                continue
            queue += [self._area_of[code] for code in current.before if code in self._area_of]
        return frozenset(found)

    def groups(self, *days: date) -> list[Group]:
        """The areas of today in the smallest groups that are whole on every one of ``days``.

        Areas of which nobody knows what held them on one of the days are left out.
        """
        held = {
            area.code: [self.holders(area, day) for day in days]
            for area in self.today()
            if all(self.holders(area, day) for day in days)
        }
        roots = _Roots()
        for code, by_day in held.items():
            for number, holders in enumerate(by_day):
                for holder in holders:
                    roots.join((-1, code), (number, holder))
        members: dict[tuple[int, str], list[str]] = {}
        for code in held:
            members.setdefault(roots.of((-1, code)), []).append(code)
        return [
            Group(
                tuple(self.areas[code] for code in sorted(codes)),
                tuple(
                    tuple(self.areas[h] for h in sorted(set().union(*(held[c][n] for c in codes))))
                    for n in range(len(days))
                ),
            )
            for codes in sorted(members.values(), key=min)
        ]


class _Roots:
    """Disjoint sets of (day number, code); -1 stands for today."""

    def __init__(self) -> None:
        self._up: dict[tuple[int, str], tuple[int, str]] = {}

    def of(self, one: tuple[int, str]) -> tuple[int, str]:
        while (up := self._up.setdefault(one, one)) != one:
            one = up
        return one

    def join(self, one: tuple[int, str], other: tuple[int, str]) -> None:
        self._up[self.of(one)] = self.of(other)


def _continues(period: Period) -> str | None:
    """The code that a period continues unchanged, under another number."""
    return period.renumbered_from if period.split_from is None else None


def _area(newest: str, by_code: dict[str, list[Period]]) -> Area:
    codes = [newest]
    while codes[-1] in by_code:
        earlier = _continues(by_code[codes[-1]][0])
        if earlier is None or earlier in codes:
            break
        codes.append(earlier)
    oldest = next(by_code[code] for code in reversed(codes) if code in by_code)[0]
    ends = by_code[newest][-1].valid_to
    return Area(tuple(codes), oldest.valid_from, ends, _origins(oldest))


def _origins(period: Period) -> tuple[str, ...]:
    if period.split_from is None:
        return ()
    return tuple(code for code in (period.split_from, period.renumbered_from) if code)

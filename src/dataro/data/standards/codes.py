"""Administrative codes through time: which codes a day has, what became of the others.

Places come from a city's ``Districts`` rows or from the legal-district history that the ministry
publishes. A place is valid from ``valid_from`` up to, and without, ``valid_to``: the day on which
its successor begins. A code may be valid in several periods.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

_HANDOVER = timedelta(days=31)
"""Registers end a code up to some weeks before its successor begins."""
BEGINNING = date(1900, 1, 1)
"""Stands for “always” where a register does not say when a place began."""


@dataclass(frozen=True, slots=True)
class Place:
    """One code in one period of validity.

    ``full_name`` begins with the province where the source has it. ``before`` are the codes this
    one continues: the district it was split from, or its own code before a renumbering.
    """

    code: str
    name: str
    valid_from: date = BEGINNING
    valid_to: date | None = None
    level: str = ""
    parent: str | None = None
    full_name: str = ""
    before: tuple[str, ...] = ()
    renumbered: bool = False

    def on(self, day: date) -> bool:
        """Whether the code is valid on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a code is on a day: ``state``, the places that continue it, and a sentence."""

    state: Literal["valid", "retired", "not_yet", "unknown"]
    place: Place | None
    successors: tuple[Place, ...]
    text: Text


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A valid code in place of one that is not: ``confidence`` 0–1 and the reason."""

    place: Place
    confidence: float
    reason: Text


class CodeHistory:
    """A code list that knows time. Building it reads the places once; questions are look-ups."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = tuple(sorted(places, key=lambda p: (p.code, p.valid_from)))
        self._by_code: dict[str, list[Place]] = defaultdict(list)
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        self._by_stem: dict[str, list[Place]] = defaultdict(list)
        self._after: dict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            self._by_code[place.code].append(place)
            self._by_name[_plain(place.name)].append(place)
            self._by_stem[_stem(place.name)].append(place)
            if place.full_name:
                self._by_name[_plain(place.full_name)].append(place)
            for earlier in place.before:
                self._after[earlier].append(place)

    def at(self, day: date, level: str | None = None) -> dict[str, Place]:
        """The code list of a day, by code; of one level (``"dong"``) where asked."""
        return {
            place.code: place
            for place in self.places
            if place.on(day) and (level is None or place.level == level)
        }

    def periods(self, code: str) -> tuple[Place, ...]:
        """Every period of a code, oldest first; empty where the code never was."""
        return tuple(self._by_code.get(code, ()))

    def ever(self) -> frozenset[str]:
        """Every code that was ever valid: what a column without a date is checked against."""
        return frozenset(self._by_code)

    def named(self, name: str, day: date) -> tuple[Place, ...]:
        """The places of a name (short or full, spaces ignored) that are valid on a day."""
        return tuple(place for place in self._by_name.get(_plain(name), ()) if place.on(day))

    def successors(self, code: str, day: date) -> tuple[Place, ...]:
        """The places that continue a code and are valid on a day.

        Follows declared links through as many changes as there were; where the register links
        nothing, a place of the same name that begins when the code ends counts as its successor.
        """
        found: dict[str, Place] = {}
        seen, queue = {code}, [code]
        while queue:
            current = queue.pop()
            for place in self._next(current):
                if place.code in seen:
                    continue
                seen.add(place.code)
                if any(period.on(day) for period in self._by_code[place.code]):
                    found[place.code] = next(p for p in self._by_code[place.code] if p.on(day))
                else:
                    queue.append(place.code)
        if not found and code in self._by_code and legal_level(code) == "city":
            return self._through_children(code, day)
        return tuple(found[key] for key in sorted(found))

    def predecessors(self, code: str) -> tuple[str, ...]:
        """The codes a code continues, as its register declares them."""
        return tuple(
            dict.fromkeys(b for place in self._by_code.get(code, ()) for b in place.before)
        )

    def split_into(self, code: str) -> tuple[Place, ...]:
        """The places that were split off from a code while it lived on."""
        return tuple(place for place in self._after.get(code, ()) if not place.renumbered)

    def standing(self, code: str, day: date) -> Standing:
        """What a code is on a day, with the sentence a data officer reads."""
        periods = self._by_code.get(code)
        if not periods:
            return Standing("unknown", None, (), both(
                f"{code}: 행정표준코드에 없는 코드입니다.",
                f"{code}: not an administrative code."))  # fmt: skip
        for place in periods:
            if place.on(day):
                name = place.full_name or place.name
                return Standing("valid", place, (), both(f"{code}: {name}", f"{code}: {name}"))
        last = periods[-1]
        if all(place.valid_from > day for place in periods):
            first = periods[0]
            return Standing("not_yet", first, (), both(
                f"{code} {first.name}: {first.valid_from}부터 쓰는 코드입니다.",
                f"{code} {first.name}: in use only from {first.valid_from}."))  # fmt: skip
        after = self.successors(code, day)
        now = ", ".join(f"{place.code} {place.name}" for place in after[:5])
        return Standing("retired", last, after, both(
            f"{code} {last.name}: {last.valid_to}에 폐지되었습니다." + (f" 지금 코드: {now}" if now else ""),
            f"{code} {last.name}: retired on {last.valid_to}." + (f" Now: {now}" if now else "")))  # fmt: skip

    def nearest(self, code: str, day: date, name: str | None = None) -> Suggestion | None:
        """The valid code that most likely was meant: by succession, by name, by nearness of digits.

        ``name`` is the district's name beside the code, where the row has one. ``None`` where
        nothing is near enough to propose.
        """
        now = next((place for place in self._by_code.get(code, ()) if place.on(day)), None)
        if now is not None:
            return Suggestion(now, 1.0, both("그날 쓰는 코드입니다", "valid on that day"))
        named = self.named(name, day) if name else ()
        after = self.successors(code, day) if code in self._by_code else ()
        if len(after) == 1:
            return Suggestion(after[0], 0.95, both("폐지된 코드를 이어받은 코드입니다",
                                                   "continues the retired code"))  # fmt: skip
        agreed = [place for place in after if place in named]
        if len(agreed) == 1:
            return Suggestion(agreed[0], 0.95, both("폐지된 코드를 이어받았고 이름이 같습니다",
                                                    "continues the retired code, same name"))  # fmt: skip
        if len(named) == 1:
            return Suggestion(named[0], 0.9, both("이름이 같은 곳의 코드입니다",
                                                  "the code of the place of that name"))  # fmt: skip
        if after:
            return Suggestion(after[0], 1 / len(after), both(
                f"폐지된 코드가 {len(after)}곳으로 나뉘었습니다",
                f"the retired code was divided among {len(after)} places"))  # fmt: skip
        return None if code in self._by_code else self._by_digits(code, day)

    def _by_digits(self, code: str, day: date) -> Suggestion | None:
        valid = self.at(day)
        padded = code.ljust(10, "0")
        if 2 <= len(code) < 10 and padded in valid:
            reason = both("뒤의 0이 빠진 코드로 보입니다", "zeros are missing at the end")
            return Suggestion(valid[padded], 0.9, reason)
        near = [place for other, place in valid.items() if _one_slip(code, other)]
        if not near:
            return None
        reason = both("숫자 하나가 다르거나 두 숫자의 순서가 바뀐 코드입니다",
                      "differs by one digit, or by two digits swapped")  # fmt: skip
        return Suggestion(near[0], round(0.7 / len(near), 2), reason)

    def _through_children(self, code: str, day: date) -> tuple[Place, ...]:
        """What a city or gu became, told by where most of the places in it belong now."""
        stem = code.rstrip("0").ljust(5, "0") if len(code) == 10 else code
        votes: dict[str, int] = defaultdict(int)
        for place in self.places:
            if place.code.startswith(stem) and place.code != code:
                for after in self.successors(place.code, day):
                    above = after.parent or _parent(after.code)
                    if above and after.level != "ri":
                        votes[above] += 1
        best = max(votes, key=lambda above: votes[above], default=None)
        return tuple(p for p in self._by_code.get(best or "", ()) if p.on(day))

    def _next(self, code: str) -> list[Place]:
        declared = [place for place in self._after.get(code, ()) if place.code != code]
        renumbered = [place for place in declared if place.renumbered]
        if declared:
            return renumbered or declared
        found = []
        for gone in self._by_code.get(code, ()):
            if gone.valid_to is None:
                continue
            begun = [
                place
                for place in self._by_stem[_stem(gone.name)]
                if place.code != code
                and timedelta(0) <= place.valid_from - gone.valid_to <= _HANDOVER
                and (place.code[:2] == gone.code[:2] or place.code[-5:] == gone.code[-5:])
            ]
            same = [place for place in begun if place.name == gone.name]
            found += same or [place for place in begun if place.code[:4] == gone.code[:4]]
        return found


def from_districts(rows: Iterable[Mapping[str, Any]]) -> CodeHistory:
    """A history from rows of the ``Districts`` table (values typed, or ISO text as in a CSV)."""
    return CodeHistory(
        Place(
            code=str(row["district"]),
            name=str(row["name"]),
            valid_from=_day(row.get("valid_from")) or BEGINNING,
            valid_to=_day(row.get("valid_to")),
            level=str(row.get("level") or ""),
            parent=str(row["parent"]) if row.get("parent") else None,
            before=tuple(
                str(row[link]) for link in ("split_from", "renumbered_from") if row.get(link)
            ),
            renumbered=bool(row.get("renumbered_from")),
        )
        for row in rows
    )


def read_districts(path: Path) -> CodeHistory:
    """A history from a city's own districts CSV (UTF-8, the columns of ``Districts``)."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        _expect(path, rows.fieldnames, ("district", "valid_from", "valid_to", "name"))
        return from_districts(rows)


def read_legal_history(path: Path, under: str = "") -> CodeHistory:
    """A history from the legal-district register (CSV, gzipped or not), of the codes that begin
    with ``under`` (``""``: the whole country, some 46,000 codes, half a second).

    Columns: 법정동코드, 시도명, 시군구명, 읍면동명, 리명, 생성일자, 삭제일자, 과거법정동코드; codes may
    carry the ``.0`` that a spreadsheet left behind. Earlier codes of eight digits belong to a
    numbering before 1988 and are left out.
    """
    with (gzip.open if path.suffix == ".gz" else open)(
        path, mode="rt", encoding="utf-8-sig", newline=""
    ) as lines:
        rows = csv.DictReader(lines)
        _expect(path, rows.fieldnames, ("법정동코드", "생성일자", "삭제일자"))
        return CodeHistory(_legal_place(row) for row in rows if row["법정동코드"].startswith(under))


def _legal_place(row: Mapping[str, str]) -> Place:
    code = row["법정동코드"].removesuffix(".0")
    names = [row.get(part) or "" for part in ("시도명", "시군구명", "읍면동명", "리명")]
    parts = [name for name in names if name]
    before = (row.get("과거법정동코드") or "").removesuffix(".0")
    return Place(
        code=code,
        name=parts[-1] if parts else code,
        valid_from=_day(row["생성일자"]) or BEGINNING,
        valid_to=_day(row["삭제일자"]),
        level=legal_level(code),
        parent=_parent(code),
        full_name=" ".join(parts),
        before=(before,) if len(before) == 10 else (),
        renumbered=len(before) == 10,
    )


def legal_level(code: str) -> str:
    """The level a legal code of ten digits speaks of: province, city, district or ri."""
    if code.endswith("00000000"):
        return "province"
    if code.endswith("00000"):
        return "city"
    return "district" if code.endswith("00") else "ri"


def _parent(code: str) -> str | None:
    for size in (8, 5, 2):
        above = code[:size].ljust(10, "0")
        if above != code:
            return above
    return None


def _one_slip(code: str, other: str) -> bool:
    """Whether two codes of one length differ by one digit, or by two neighbours swapped."""
    if len(code) != len(other):
        return False
    at = [i for i in range(len(code)) if code[i] != other[i]]
    if len(at) == 2 and at[1] == at[0] + 1:
        return code[at[0]] == other[at[1]] and code[at[1]] == other[at[0]]
    return len(at) == 1


def _stem(name: str) -> str:
    """A place's name without what it ranks as: a township that became a town keeps its stem."""
    plain = _plain(name)
    return plain[:-1] if len(plain) > 2 and plain[-1] in "읍면동리" else plain


def _plain(name: str) -> str:
    return "".join(name.split())


def _day(value: Any) -> date | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _expect(path: Path, found: Iterable[str] | None, wanted: tuple[str, ...]) -> None:
    missing = [name for name in wanted if name not in (found or ())]
    if missing:
        raise Problem(both(
            f"{path.name}: 열 {', '.join(missing)}이(가) 없습니다. 코드 이력 파일의 첫 줄을 확인해 주십시오.",
            f"{path.name}: no column {', '.join(missing)}. Check the first line of the code history."))  # fmt: skip

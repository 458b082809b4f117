"""How well an entry is described: udata's nine points and what the national portal asks for.

The points stand in ``metadata_points.csv``, each with its source and what to do where it is not
met. Values are not judged here: that is the verdict's.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Literal

from dataro.build.status import OVERDUE_AFTER
from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.words import THEMES
from dataro.vocabulary.city import City
from dataro.vocabulary.dataset import Cadence
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.text import Text

PointSet = Literal["udata", "korea"]
LONG_ENOUGH = 50
"""Letters of a description that udata's point asks for (in Korean about a hundred Latin ones)."""
KEYWORDS = 3

_EVERY: Mapping[Cadence, timedelta] = {
    "live": timedelta(days=1), "daily": timedelta(days=1), "weekly": timedelta(days=7),
    "monthly": timedelta(days=30), "quarterly": timedelta(days=91), "yearly": timedelta(days=365),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that good metadata has, and whether an entry has it; ``advice`` says how to."""

    id: str
    set: PointSet
    text: Text
    advice: Text
    source: str
    met: bool


@dataclass(frozen=True, slots=True)
class Score:
    """All points of an entry."""

    points: tuple[Point, ...]

    @property
    def share(self) -> float:
        """Points met, of all, 0 to 1."""
        return sum(point.met for point in self.points) / len(self.points)

    def of(self, set: PointSet) -> tuple[int, int]:
        """Points met, and how many there are, of one set."""
        chosen = [point for point in self.points if point.set == set]
        return sum(point.met for point in chosen), len(chosen)

    @property
    def missing(self) -> tuple[Point, ...]:
        """Points that are not met."""
        return tuple(point for point in self.points if not point.met)


def score(entry: Entry, city: City, today: date) -> Score:
    """How well ``entry`` is described on ``today``."""
    return Score(
        tuple(
            Point(
                row["id"],
                "udata" if row["set"] == "udata" else "korea",
                Text(row["ko"], row["en"]),
                Text(
                    row["advice_ko"].replace("{id}", entry.id),
                    row["advice_en"].replace("{id}", entry.id),
                ),
                row["source"],
                _CHECKS[row["id"]](entry, city, today),
            )
            for row in _rows()
        )
    )


def overdue(entry: Entry, today: date) -> bool:
    """Whether the entry is older than the cadence it promises."""
    allowed = OVERDUE_AFTER.get(entry.cadence)
    if allowed is None or entry.modified is None:
        return False
    return today - datetime.fromisoformat(entry.modified).date() > allowed


def next_update(entry: Entry) -> date | None:
    """The day on which the next version is due; None where the cadence names none."""
    step = _EVERY.get(entry.cadence)
    if step is None or entry.modified is None:
        return None
    return datetime.fromisoformat(entry.modified).date() + step


def national_class(theme: str) -> str:
    """The class of the national portal (분류체계) of one of our themes; empty where unknown."""
    return _classes().get(theme, "")


def _regular_or_once(entry: Entry, city: City, today: date) -> bool:
    return entry.cadence in _EVERY or entry.cadence == "once"


_CHECKS: Mapping[str, Callable[[Entry, City, date], bool]] = {
    "licence": lambda one, city, today: one.licence != "not-stated" and one.licence in LICENCES,
    "description": lambda one, city, today: len(one.description.ko) >= LONG_ENOUGH,
    "columns_documented": lambda one, city, today: all(
        term.text.ko.strip() for term in one.columns.values()
    ),
    "open_format": lambda one, city, today: bool({"csv", "json"} & set(one.formats)),
    "available": lambda one, city, today: one.snapshot is not None,
    "temporal": lambda one, city, today: one.temporal is not None,
    "spatial": lambda one, city, today: one.spatial is not None,
    "cadence": lambda one, city, today: one.cadence != "irregular",
    "cadence_kept": lambda one, city, today: one.modified is not None and not overdue(one, today),
    "title": lambda one, city, today: bool(one.title.ko.strip()),
    "national_class": lambda one, city, today: (
        one.theme in THEMES and bool(national_class(one.theme))
    ),
    "agency": lambda one, city, today: bool(city.agency),
    "department": lambda one, city, today: bool(one.owner.ko.strip()),
    "telephone": lambda one, city, today: bool(one.contact),
    "basis": lambda one, city, today: one.basis is not None,
    "collection": lambda one, city, today: one.collection is not None,
    "next_date": _regular_or_once,
    "media": lambda one, city, today: one.snapshot is not None,
    "keywords": lambda one, city, today: len(one.keywords) >= KEYWORDS,
    "about": lambda one, city, today: bool(one.description.ko.strip()),
    "use": lambda one, city, today: one.licence != "not-stated",
    "row_says": lambda one, city, today: bool(one.row.ko.strip()),
}


@cache
def _rows() -> tuple[dict[str, str], ...]:
    text = (files("dataro.publish.catalogue") / "metadata_points.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def _classes() -> Mapping[str, str]:
    text = (files("dataro.publish.catalogue") / "national_classes.csv").read_text("utf-8")
    return {row["theme"]: row["class"] for row in csv.DictReader(text.splitlines())}

"""What time and what part of the earth the rows of a table tell of, read from the rows."""

from __future__ import annotations

import calendar
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dataro.data.lake.lake import Session
from dataro.publish.catalogue.entry import Bounds
from dataro.vocabulary import dictionary
from dataro.vocabulary.terms import Term

_TEMPORAL = ("date", "month", "year", "datetime")
_OF_THE_THING = (
    "설립",
    "설치",
    "준공",
    "지정",
    "개설",
    "개교",
    "승인",
    "인증",
    "착공",
    "만료",
    "입주",
)
"""Dates of what a row describes (when a school was founded), not of when the row holds."""
_MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Coverage:
    """First and last day (ISO 8601) that rows tell of, and their extent in EPSG:4326."""

    temporal: tuple[str, str] | None
    spatial: Bounds | None


def coverage(
    session: Session, table: str, snapshot: int, columns: Mapping[str, Term], city: Bounds
) -> Coverage:
    """The coverage of one version of a table.

    The time is that of its key columns, else of its first column with a date that is not one of
    the thing described. The place is the extent of its outlines or points (of points that lie
    nearly all inside the ``city`` bounds, only those inside: a mistyped coordinate does not stretch
    it); rows by district have the city's bounds.
    """
    if not any(_tells(name, term) for name, term in columns.items()):
        return Coverage(None, None)
    rows = session.read(table, snapshot)
    names = set(rows.columns)
    there = {name: term for name, term in columns.items() if name in names}
    timed = _timed(there)
    asked: dict[str, Any] = {}
    for name in timed:
        asked |= {f"{name}_a": rows[name].min(), f"{name}_b": rows[name].max()}
    placed = {"longitude", "latitude"} <= set(there)
    if placed:
        asked |= _extent(rows, city)
    found = rows.aggregate(**asked).to_polars().row(0, named=True) if asked else {}
    return Coverage(_temporal(timed, found), _spatial(rows, there, found, city, placed=placed))


def _timed(columns: Mapping[str, Term]) -> dict[str, Term]:
    """The columns that say of when a row is."""
    timed = {name: term for name, term in columns.items() if term.domain.kind in _TEMPORAL}
    keys = {name: term for name, term in timed.items() if term.is_key}
    free = {
        name: term
        for name, term in timed.items()
        if not any(word in term.text.ko for word in _OF_THE_THING)
    }
    return keys or dict(list(free.items())[:1])


def _temporal(timed: Mapping[str, Term], found: Mapping[str, Any]) -> tuple[str, str] | None:
    known = {name: term for name, term in timed.items() if found[f"{name}_a"] is not None}
    first = [_day(found[f"{name}_a"], term, end=False) for name, term in known.items()]
    last = [_day(found[f"{name}_b"], term, end=True) for name, term in known.items()]
    return (min(first).isoformat(), max(last).isoformat()) if first else None


def _day(value: Any, term: Term, *, end: bool) -> date:
    """The first or the last day of a value of a temporal column."""
    if term.domain.kind == "year":
        year = min(max(int(value), 1), 9999)
        return date(year, 12, 31) if end else date(year, 1, 1)
    day = value.date() if isinstance(value, datetime) else value
    if term.domain.kind == "month" and end:
        return date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
    return date(day.year, day.month, day.day)


def _tells(name: str, term: Term) -> bool:
    kinds = (*_TEMPORAL, "geometry")
    return term.domain.kind in kinds or name == "longitude" or _is_district(term)


def _is_district(term: Term) -> bool:
    return term.text == dictionary.DISTRICT.text


def _extent(rows: Any, city: Bounds) -> dict[str, Any]:
    """The extent of all points, and of those inside the city, with how many they are."""
    x, y = rows.longitude, rows.latitude
    inside = x.between(city[0], city[2]) & y.between(city[1], city[3])
    known = x.notnull() & y.notnull()
    asked: dict[str, Any] = {"_known": known.sum(), "_inside": inside.sum()}
    for name, where in (("all", known), ("in", inside)):
        asked |= {
            f"_w_{name}": x.min(where=where), f"_s_{name}": y.min(where=where),
            f"_e_{name}": x.max(where=where), f"_n_{name}": y.max(where=where),
        }  # fmt: skip
    return asked


def _spatial(
    rows: Any, columns: Mapping[str, Term], found: Mapping[str, Any], city: Bounds, *, placed: bool
) -> Bounds | None:
    if placed:
        mostly = (found["_inside"] or 0) >= _MOSTLY * (found["_known"] or 0)
        part = "in" if mostly else "all"
        return _bounds(tuple(found[f"_{side}_{part}"] for side in "wsen"))
    shape = next((n for n, term in columns.items() if term.domain.kind == "geometry"), None)
    if shape is not None:
        import shapely

        frame = rows.select(shape).to_polars().drop_nulls()
        if frame.is_empty():
            return None
        return _bounds(tuple(shapely.total_bounds(shapely.from_wkb(frame[shape].to_list()))))
    return city if any(_is_district(term) for term in columns.values()) else None


def _bounds(found: tuple[Any, ...]) -> Bounds | None:
    if any(one is None or not math.isfinite(one) for one in found):
        return None
    west, south, east, north = (round(float(one), 6) for one in found)
    return west, south, east, north

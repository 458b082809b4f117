"""Use read back: totals and series by entry, and who fetched what while signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, select, true

from dataro.accounts.records import Records
from dataro.accounts.schema import people
from dataro.accounts.use.schema import use_counts, use_fetches

Step = Literal["day", "month", "year"]
_STEPS: Mapping[Step, int] = {"day": 10, "month": 7, "year": 4}


@dataclass(frozen=True)
class Use:
    """How often an entry was used. Robots are counted apart, in ``robots`` alone.

    ``by_door``, ``by_format`` and ``by_caller`` count downloads and calls, not page views.
    """

    downloads: int = 0
    calls: int = 0
    views: int = 0
    robots: int = 0
    by_door: Mapping[str, int] = field(default_factory=dict)
    by_format: Mapping[str, int] = field(default_factory=dict)
    by_caller: Mapping[str, int] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        """Downloads and calls together: how often the data itself left the house."""
        return self.downloads + self.calls


@dataclass(frozen=True, slots=True)
class Moment:
    """Use in one day, month or year; ``at`` is its beginning as ISO 8601 writes it."""

    at: str
    downloads: int
    calls: int
    views: int


@dataclass(frozen=True, slots=True)
class Fetch:
    """That somebody signed in fetched an entry on a day."""

    entry: str
    person: int
    login: str
    name: str
    day: date
    door: str
    format: str
    times: int


def totals(
    records: Records, *, since: date | None = None, until: date | None = None
) -> dict[str, Use]:
    """Use of every entry that was used at all, by id; days are inclusive."""
    return _totals(records, _between(since, until))


def use_of(
    records: Records, entry: str, *, since: date | None = None, until: date | None = None
) -> Use:
    """Use of one entry."""
    condition = and_(use_counts.c.entry == entry, _between(since, until))
    return _totals(records, condition).get(entry, Use())


def series(
    records: Records,
    entry: str | None = None,
    *,
    step: Step = "month",
    since: date | None = None,
    until: date | None = None,
) -> list[Moment]:
    """Use over time of one entry, or of all together; robots left out; only steps with any use."""
    at = func.substr(use_counts.c.day, 1, _STEPS[step])
    condition = and_(_between(since, until), use_counts.c.caller != "robot")
    if entry is not None:
        condition = and_(condition, use_counts.c.entry == entry)
    query = (
        select(at, use_counts.c.act, func.sum(use_counts.c.times))
        .where(condition)
        .group_by(at, use_counts.c.act)
        .order_by(at)
    )
    found: dict[str, dict[str, int]] = {}
    with records.reading() as connection:
        for when, act, times in connection.execute(query):
            found.setdefault(when, {})[act] = int(times)
    return [
        Moment(when, acts.get("download", 0), acts.get("call", 0), acts.get("view", 0))
        for when, acts in found.items()
    ]


def months_by_entry(records: Records, *, since: date) -> dict[str, list[Moment]]:
    """Use by month of every entry that was used from ``since`` on, robots left out; only months
    with any use."""
    at = func.substr(use_counts.c.day, 1, _STEPS["month"])
    entry, act = use_counts.c.entry, use_counts.c.act
    condition = and_(_between(since, None), use_counts.c.caller != "robot")
    query = (
        select(entry, at, act, func.sum(use_counts.c.times))
        .where(condition)
        .group_by(entry, at, act)
        .order_by(entry, at)
    )
    found: dict[str, dict[str, dict[str, int]]] = {}
    with records.reading() as connection:
        for id, when, what, times in connection.execute(query):
            found.setdefault(id, {}).setdefault(when, {})[what] = int(times)
    return {
        id: [
            Moment(when, acts.get("download", 0), acts.get("call", 0), acts.get("view", 0))
            for when, acts in months.items()
        ]
        for id, months in found.items()
    }


def fetches(records: Records, entry: str, *, since: date | None = None) -> list[Fetch]:
    """Who fetched ``entry`` while signed in, newest first: for those who must be told."""
    table = use_fetches.c
    query = (
        select(table.entry, table.person, people.c.login, people.c.name, table.day, table.door,
               table.format, table.times)
        .join_from(use_fetches, people, people.c.id == table.person)
        .where(table.entry == entry)
        .order_by(table.day.desc(), table.person)
    )  # fmt: skip
    if since is not None:
        query = query.where(table.day >= since.isoformat())
    with records.reading() as connection:
        return [
            Fetch(r[0], r[1], r[2], r[3], date.fromisoformat(r[4]), r[5], r[6], r[7])
            for r in connection.execute(query)
        ]


def _totals(records: Records, condition: ColumnElement[bool]) -> dict[str, Use]:
    table = use_counts.c
    parts = (table.entry, table.act, table.door, table.format, table.caller)
    query = select(*parts, func.sum(table.times)).where(condition).group_by(*parts)
    gathered: dict[str, list[tuple[str, str, str, str, int]]] = {}
    with records.reading() as connection:
        for entry, act, door, form, caller, times in connection.execute(query):
            gathered.setdefault(entry, []).append((act, door, form, caller, int(times)))
    return {entry: _use(rows) for entry, rows in sorted(gathered.items())}


def _use(rows: list[tuple[str, str, str, str, int]]) -> Use:
    acts: dict[str, int] = {}
    doors: dict[str, int] = {}
    formats: dict[str, int] = {}
    callers: dict[str, int] = {}
    robots = 0
    for act, door, form, caller, times in rows:
        if caller == "robot":
            robots += times
            continue
        acts[act] = acts.get(act, 0) + times
        if act == "view":
            continue
        doors[door] = doors.get(door, 0) + times
        formats[form] = formats.get(form, 0) + times
        callers[caller] = callers.get(caller, 0) + times
    return Use(
        acts.get("download", 0), acts.get("call", 0), acts.get("view", 0), robots,
        doors, formats, callers,
    )  # fmt: skip


def _between(since: date | None, until: date | None) -> ColumnElement[bool]:
    after = use_counts.c.day >= since.isoformat() if since else true()
    before = use_counts.c.day <= until.isoformat() if until else true()
    return and_(after, before)

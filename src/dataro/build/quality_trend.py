"""How error rates went over time: of the city, a department, an indicator, a dataset, a column.

On each day on which anything was published the verdicts then in force are added up: those of the
last version of each dataset. A dataset counts from its first version on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dataro.build.quality_history import Standing, indicator_of, standing_of
from dataro.build.registry import Registry
from dataro.build.state import State
from dataro.data.quality.catalogue import INDICATORS
from dataro.vocabulary.answer import Check, Verdict
from dataro.vocabulary.text import Text, both

VERSIONS = 100
"""Versions of each dataset that are looked back on."""
CITY = "city"
Group = tuple[str, str]
"""What is added up: ``city``, ``department``, ``indicator``, ``dataset`` or ``column``, and which."""


@dataclass(frozen=True, slots=True)
class Point:
    """What stood on a day (ISO 8601): cells judged and failed."""

    day: str
    judged: int
    failed: int

    @property
    def error_rate(self) -> float:
        """Failed over judged; 0 where nothing was judged."""
        return self.failed / self.judged if self.judged else 0.0


@dataclass(frozen=True, slots=True)
class Trend:
    """One thing over time: its days, oldest first; the last one is how it stands now."""

    key: str
    text: Text
    points: tuple[Point, ...]

    @property
    def now(self) -> Point:
        return self.points[-1]


@dataclass(frozen=True, slots=True)
class Trends:
    """Everything over time. Departments, datasets and columns have the worst first; ``versions``
    are the standings of each dataset's versions, oldest first."""

    city: Trend | None
    departments: tuple[Trend, ...]
    indicators: tuple[Trend, ...]
    datasets: tuple[Trend, ...]
    columns: tuple[Trend, ...]
    versions: Mapping[str, tuple[Standing, ...]]


def trends(state: State, registry: Registry, ids: Sequence[str]) -> Trends:
    """The error rates of these datasets over time, by every group that they fall into."""
    versions: dict[str, list[tuple[str, int, Verdict]]] = {
        id: [
            (one.made_at, one.snapshots.get(id, 0), one.verdicts[id])
            for one in reversed(state.history(id, VERSIONS))
            if id in one.verdicts
        ]
        for id in ids
    }
    found = _days(versions, registry)
    named = {group: _name(group, registry) for group in found}

    def of(kind: str) -> list[Trend]:
        return [
            Trend(group[1], named[group], tuple(points))
            for group, points in found.items()
            if group[0] == kind
        ]

    def worst(kind: str) -> tuple[Trend, ...]:
        return tuple(sorted(of(kind), key=lambda one: (-one.now.error_rate, one.key)))

    by_key = {one.key: one for one in of("indicator")}
    return Trends(
        next(iter(of(CITY)), None),
        worst("department"),
        tuple(by_key[key] for key in INDICATORS if key in by_key),
        worst("dataset"),
        worst("column"),
        {
            id: tuple(standing_of(made, snapshot, verdict) for made, snapshot, verdict in past)
            for id, past in versions.items()
        },
    )


def _days(
    versions: Mapping[str, Sequence[tuple[str, int, Verdict]]], registry: Registry
) -> dict[Group, list[Point]]:
    """The points of every group: one for each day on which something was published."""
    events = sorted(
        (made[:10], made, id, verdict)
        for id, past in versions.items()
        for made, _, verdict in past
    )  # fmt: skip
    sums: dict[Group, list[int]] = {}
    standing: dict[str, dict[Group, list[int]]] = {}
    points: dict[Group, list[Point]] = {}
    for at, (day, _, id, verdict) in enumerate(events):
        counts = _counted(id, verdict, registry)
        for group, (judged, failed) in standing.get(id, {}).items():
            sums[group][0] -= judged
            sums[group][1] -= failed
        for group, (judged, failed) in counts.items():
            total = sums.setdefault(group, [0, 0])
            total[0] += judged
            total[1] += failed
        standing[id] = counts
        if at + 1 == len(events) or events[at + 1][0] != day:
            for group, (judged, failed) in sums.items():
                points.setdefault(group, []).append(Point(day, judged, failed))
    return points


def _counted(id: str, verdict: Verdict, registry: Registry) -> dict[Group, list[int]]:
    counts: dict[Group, list[int]] = {}
    for check in verdict.checks:
        for group in _groups(id, check, registry):
            total = counts.setdefault(group, [0, 0])
            total[0] += check.judged
            total[1] += check.failed
    return counts


def _groups(id: str, check: Check, registry: Registry) -> Iterator[Group]:
    yield CITY, ""
    yield "department", registry.datasets[id].owner.ko
    yield "indicator", indicator_of(check.rule)
    yield "dataset", id
    column, _, _ = check.rule.rpartition(":")
    if column in registry.columns[id]:
        yield "column", f"{id}.{column}"


def _name(group: Group, registry: Registry) -> Text:
    kind, key = group
    if kind == CITY:
        return registry.city.name
    if kind == "indicator":
        return INDICATORS[key]
    if kind == "dataset":
        return registry.datasets[key].title
    if kind == "column":
        id, _, column = key.partition(".")
        title, term = registry.datasets[id].title, registry.columns[id][column].text
        return both(f"{title.ko} · {term.ko}", f"{title.en} · {term.en}")
    return next(one.owner for one in registry.datasets.values() if one.owner.ko == key)

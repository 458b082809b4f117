"""Forecasts of every definition from one series: how earlier selves did, and paths ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dataro.methods.forecasting.combine import INNER, Rolled, roll, spread_out
from dataro.methods.forecasting.simple import autoregression, drift
from dataro.methods.forecasting.trend import Trend, expected, fit_trend, simulate
from dataro.methods.months import month_at, number

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

DISTANCES = (1, 3, 6, 12, 24, 36, 60)
"""Months ahead at which forecasts are scored."""

CLAIMED = 12
"""The farthest of them that is claimed; beyond, forecasts are described."""

LEARNING = 36
"""Months before the first origin."""

FEWEST = 4
"""Counts of another definition below which it is not forecast."""

BESIDE = ("ar4", "housing_listed")
"""Rolled, but not put together: the benchmark, and what a list of actual move-ins would be worth."""

PATHS = 2000
ROLLED_PATHS = 300
SEED = 20

Member = Callable[[Floats, int, bool], Floats]
"""The housing-unit method: what was known (n,), months ahead, whether the list of complexes still to
open may be read → their level."""


@dataclass(frozen=True)
class History:
    """Counts by month from ``first`` on, missing ones NaN.

    ``base`` is the definition counted in most months; it begins and ends with a count, and all
    ``counts`` (by definition, (n,)) are as long.
    """

    first: int
    base: str
    counts: Mapping[str, Floats]

    @property
    def level(self) -> Floats:
        """The series that is forecast."""
        return self.counts[self.base]

    @property
    def season(self) -> int:
        """Month of the year (0–11) of the first month."""
        return self.first % 12

    def month(self, index: int) -> date:
        """The month at an index, which may lie ahead."""
        return month_at(self.first + index)

    def index(self, month: date) -> int:
        """The index of a month."""
        return number(month) - self.first

    def until(self, index: int) -> History:
        """What was known at a month that the base series has."""
        return History(
            self.first, self.base, {name: one[: index + 1] for name, one in self.counts.items()}
        )


@dataclass(frozen=True)
class Difference:
    """What another definition counts more (or fewer) than the base: from index ``start`` on."""

    start: int
    last: int
    counts: int
    trend: Trend

    def expected(self, origin: int, ahead: int) -> Floats:
        """Its mean in the months after ``origin``, an index of the base series."""
        return expected(self.trend, origin - self.start, ahead)


@dataclass(frozen=True)
class Outlook:
    """Everything about the base series: ``paths`` (p, h) after its last month."""

    history: History
    ahead: int
    rolled: Rolled
    alone: Mapping[str, Floats]
    middle: Floats
    paths: Floats
    differences: Mapping[str, Difference]


def look_ahead(past: History, ahead: int, housing: Member | None) -> Outlook:
    """Roll all methods over the past and look ``ahead`` months on from its last month."""
    level, many = past.level, max(DISTANCES)
    trend = fit_trend(level, past.season)
    origins = np.flatnonzero(np.isfinite(level))
    origins = origins[(origins >= LEARNING) | (origins == level.size - 1)]
    padded = np.concatenate([level, np.full(many, np.nan)])
    actual = np.stack([padded[o + 1 : o + 1 + many] for o in origins])
    makers: dict[str, Callable[[int, int], Floats]] = {
        "trend": lambda o, h: expected(trend, o, h),
        "drift": lambda o, h: drift(level[: o + 1], h),
        "ar4": lambda o, h: autoregression(level[: o + 1], h),
    }
    if housing is not None:
        makers["housing"] = lambda o, h: housing(level[: o + 1], h, False)
        makers["housing_listed"] = lambda o, h: housing(level[: o + 1], h, True)
    methods = {
        name: np.stack([make(int(o), many) for o in origins]) for name, make in makers.items()
    }
    members = tuple(name for name in makers if name not in BESIDE)
    rolled = roll(actual, trend, methods, members, origins, paths=ROLLED_PATHS, seed=SEED)
    last = level.size - 1
    alone = {name: make(last, ahead) for name, make in makers.items()}
    if housing is not None:  # what is listed today is known today
        alone["housing"] = alone.pop("housing_listed")
    middle = rolled.weights[-1] @ np.stack([alone[name] for name in members])
    drawn = simulate(trend, last, ahead, PATHS, np.random.default_rng(SEED))
    paths = spread_out(drawn - drawn.mean(axis=0), middle, rolled.factors[-1])
    return Outlook(past, ahead, rolled, alone, middle, paths, differences(past))


def differences(past: History) -> dict[str, Difference]:
    """The other definitions' differences, those counted often enough."""
    found = {}
    for name, values in past.counts.items():
        if name == past.base:
            continue
        difference = values - past.level
        known = np.flatnonzero(np.isfinite(difference))
        if known.size >= FEWEST:
            start = int(known[0])
            season = (past.season + start) % 12
            trend = fit_trend(difference[start:], season, seasonal=False)
            found[name] = Difference(start, int(known[-1]), int(known.size), trend)
    return found


def paths_of(outlook: Outlook, definition: str) -> tuple[int, Floats] | None:
    """Paths of a definition and the index of the month they begin with.

    Of another definition than the base they begin after the last month it was counted in: what
    the base counted since is known, only the difference is not. None where it is too thin.
    """
    past = outlook.history
    level = past.level
    if definition == past.base:
        return level.size, outlook.paths
    difference = outlook.differences.get(definition)
    if difference is None:
        return None
    begin = difference.last + 1
    ahead = level.size + outlook.ahead - begin
    more = simulate(
        difference.trend, difference.last - difference.start, ahead, PATHS,
        np.random.default_rng(SEED + 1),
    )  # fmt: skip
    index = np.arange(level.size)
    known = np.isfinite(level)
    bridged = np.interp(index, index[known], level[known])[begin:]
    since = np.broadcast_to(bridged, (PATHS, bridged.size))
    return begin, np.concatenate([since, outlook.paths], axis=1) + more


@dataclass(frozen=True)
class Held:
    """Forecasts of one definition against what came: (k, h) each, NaN where not known."""

    actual: Floats
    methods: Mapping[str, Floats]
    low: Floats
    high: Floats


def held_against(outlook: Outlook, definition: str) -> Held | None:
    """The rolled forecasts of a definition beside its counts, each origin knowing only its past."""
    rolled, past = outlook.rolled, outlook.history
    everything = {**rolled.methods, "combined": rolled.middle}
    if definition == past.base:
        return Held(rolled.actual, everything, rolled.low, rolled.high)
    difference = outlook.differences.get(definition)
    if difference is None:
        return None
    many = rolled.actual.shape[1]
    values = np.concatenate([past.counts[definition], np.full(many, np.nan)])
    known = np.isfinite(past.counts[definition]) & np.isfinite(past.level)
    actual = np.full(rolled.actual.shape, np.nan)
    more = np.full(rolled.actual.shape, np.nan)
    wide = np.zeros(rolled.actual.shape)
    rng = np.random.default_rng(SEED + 2)
    for row, origin in enumerate(rolled.origins):
        if known[: origin + 1].sum() < FEWEST:
            continue
        actual[row] = values[origin + 1 : origin + 1 + many]
        more[row] = difference.expected(int(origin), many)
        drawn = simulate(
            difference.trend, int(origin) - difference.start, many, ROLLED_PATHS // 3, rng
        )
        bounds = np.quantile(drawn, [(1 - INNER) / 2, (1 + INNER) / 2], axis=0)
        wide[row] = (bounds[1] - bounds[0]) / 2
    middle = rolled.middle + more
    return Held(
        actual,
        {name: one + more for name, one in everything.items()},
        middle - np.hypot(rolled.middle - rolled.low, wide),
        middle + np.hypot(rolled.high - rolled.middle, wide),
    )

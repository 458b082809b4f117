"""Residents from new dwellings: what is finished, how fast it fills, who comes from outside.

The change of a month is a level plus a rate times the dwellings that filled in it, where a dwelling
counts as the persons it takes. The rate is learned from the city's own months, drawn towards
persons a household × share from outside (housing-unit method: Smith 1986).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

RAMP = np.array([0.30, 0.25, 0.15, 0.09, 0.06, 0.04, 0.03, 0.02, 0.02, 0.02, 0.01, 0.01])
"""Share of a complex that fills in its first, second, … month: an assumption; most move-in periods
are announced for two to three months, a tail follows."""

AREA_EDGES = np.array([60.0, 85.0, 110.0, 140.0])
AREA_PERSONS = np.array([0.65, 0.85, 1.05, 1.15, 1.20])
"""Persons a dwelling, relative to the mean, by gross floor area a household in m² (up to 60, 85,
110, 140, above): an assumption of the shape; the level is learned."""

WINDOW = 96
"""Months of the past from which the rate is learned."""

RECENT = 12
"""Months of the past from which the level is learned."""

RATE_DOUBT = 0.5
"""How far the rate may be off before data, as a share of it."""

AVERAGE = 36
"""Months whose completions stand for those that no list has yet."""

LISTED = 24
"""Months ahead in which a list of complexes is taken as whole; then it fades over a year."""


@dataclass(frozen=True, slots=True)
class Filling:
    """Level of a month's change, and people who come with a person's place in a new dwelling."""

    level: float
    rate: float


def relative_persons(households: Floats, floor_area: Floats) -> Floats:
    """Persons a dwelling relative to the mean, by floor area a household; 1 where unknown."""
    each = floor_area / np.where(households > 0, households, np.nan)
    found = AREA_PERSONS[np.searchsorted(AREA_EDGES, np.nan_to_num(each, nan=1.0))]
    return np.where(np.isfinite(each), found, 1.0)


def filled(households: Floats, opened: Ints, months: int) -> Floats:
    """Dwellings that fill in each of ``months`` (months,), from the month each complex opens.

    ``opened`` counts months from the first of the series; complexes outside count as far as their
    filling reaches in.
    """
    total = np.zeros(months)
    for step, share in enumerate(RAMP):
        at = opened + step
        inside = (at >= 0) & (at < months)
        np.add.at(total, at[inside], households[inside] * share)
    return total


def learn_filling(level: Floats, fill: Floats, expected_rate: float) -> Filling:
    """Level and rate from changes of ``level`` (n,) and ``fill`` (n,); gaps are taken as one step."""
    start = max(level.size - WINDOW - 1, 0)
    known = start + np.flatnonzero(np.isfinite(level[start:]))
    lengths = np.diff(known).astype(float)
    change = np.diff(level[known])
    came = np.diff(np.cumsum(fill)[known])
    if change.size < 3:
        return Filling(0.0, expected_rate)
    # per month, so that a step over a gap counts by its length
    weight = 1 / np.sqrt(lengths)
    noise = max(float(np.var(change / lengths)), 1.0)
    prior = noise / (RATE_DOUBT * expected_rate) ** 2
    design = np.column_stack([lengths, came]) * weight[:, None]
    target = change * weight
    normal = design.T @ design + np.diag([0.0, prior])
    fitted = np.linalg.solve(normal, design.T @ target + np.array([0.0, prior * expected_rate]))
    rate = max(float(fitted[1]), 0.0)  # a new dwelling takes nobody away
    # what comes beside new dwellings changes over the years: take it from the last ones
    recent = np.arange(known.size)[known <= known[-1] - RECENT]
    since = int(recent[-1]) if recent.size else 0
    rest = (change - rate * came)[since:].sum() / lengths[since:].sum()
    return Filling(float(rest), rate)


def expect_from_housing(
    level: Floats, fill_known: Floats, fill_listed: Floats, ahead: int, expected_rate: float
) -> Floats:
    """Level in the ``ahead`` months after the last of ``level`` (ahead,).

    ``fill_known`` (n + ahead,) from complexes that have opened, ``fill_listed`` (n + ahead,) from
    those listed to open later: all zero where nothing is listed, and then the mean completions of
    the last months go on; where there is a list it speaks for ``LISTED`` months.
    """
    n = level.size
    filling = learn_filling(level, fill_known[:n], expected_rate)
    usual = float(fill_known[max(n - AVERAGE, 0) : n].mean())
    future = fill_known[n : n + ahead] + fill_listed[n : n + ahead]
    steps = np.arange(ahead)
    believed = (
        np.clip(1 - (steps - LISTED) / 12, 0, 1) if fill_listed[n:].any() else np.zeros(ahead)
    )
    # until new complexes begin, what has opened still fills: the usual completions join by the ramp
    joining = usual * np.concatenate([np.cumsum(RAMP), np.ones(ahead)])[:ahead]
    come = future + (1 - believed) * joining
    return np.asarray(level[-1] + np.cumsum(filling.level + filling.rate * come))

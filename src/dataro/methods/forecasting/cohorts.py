"""Ages carried forward a year at a time: Hamilton–Perry and cohort-component.

Counts by age band are spread over single years first (monotone interpolation of the cumulated
count), so that bands of five or ten years and years that are not five apart can be used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

Floats = NDArray[np.float64]

AGES = 101
"""Single years 0 to 99, and 100 and over."""

MOTHERS = slice(15, 50)

MIGRATION = (0.02, 0.10, 0.06, 0.10, 20.0, 0.40, 0.003)
"""Rogers–Castro's standard migration schedule (1981): level and fall of childhood, level, fall, mean
age and rise of working age, and the constant."""

FADING = 0.85
"""What is left a year later of how much a place's movers came or went in excess: an assumption. New
towns fill once; carried on unchanged, their first years would empty the rest of the city."""

SETTLED = 60
"""Age from which a cohort shrinks by deaths rather than by moves, so that it is not faded."""

GOMPERTZ = 0.10
"""Rise of mortality with each year of age, near any modern life table."""


def single_years(people: Floats, starts: Floats) -> Floats:
    """Single years of age (101,) from bands that begin at ``starts`` (rising); sums are kept.

    The last band is open; it is spread up to 20 years beyond its start, 105 at most.
    """
    end = min(max(starts[-1] + 10.0, 101.0), 105.0)
    edges = np.append(starts, max(end, starts[-1] + 1))
    total = PchipInterpolator(edges, np.append(0.0, np.cumsum(people)))
    at = np.minimum(np.arange(AGES + 1, dtype=float), edges[-1])
    at[-1] = edges[-1]
    return np.asarray(np.diff(total(np.maximum(at, edges[0]))))


def hamilton_perry(first: Floats, last: Floats, years: int, ahead: int) -> Floats:
    """Ages (ahead, 101) after ``last``, from what became of each cohort since ``first``.

    ``first`` and ``last`` (101,) are ``years`` apart. Cohorts that shrank go on by the ratio, those
    that grew by the difference (ratios explode where a few became many: Swanson, Schlottmann and
    Schmidt 2010; Wilson 2016). What moves brought or took fades (``FADING``). Children follow the
    number of adults of 25 to 44.
    """
    lag = np.arange(AGES)
    before = np.interp(lag - years, lag, first)
    grew = last >= before
    difference = np.where(grew & (lag >= years), (last - before) / years, 0.0)
    ratio = np.where(before > 0, np.maximum(last, 0.0) / np.maximum(before, 1e-9), 1.0)
    ratio = np.where(grew | (lag < years), 1.0, ratio ** (1 / years))
    parents = slice(25, 45)
    newborn = last[0] / max(float(last[parents].sum()), 1e-9)
    young = lag < years
    if young.any():  # ages born since: take the nearest older cohort's path
        difference[young], ratio[young] = difference[years], ratio[years]
    now, found = last.copy(), []
    for year in range(ahead):
        left = FADING**year
        moved = np.empty(AGES)
        moved[1:] = now[:-1]
        moved[-1] += now[-1]
        stay = ratio ** np.where(lag < SETTLED, left, 1.0)
        moved = np.maximum(moved * stay + left * difference, 0.0)
        moved[0] = newborn * moved[parents].sum()
        found.append(moved)
        now = moved
    return np.array(found)


@dataclass(frozen=True, slots=True)
class Rates:
    """What a year does by age (101,): deaths and departures as rates, arrivals as people; births
    as children a year per person aged 15 to 49."""

    deaths: Floats
    leave: Floats
    arrive: Floats
    births: float


def learn_rates(
    first: Floats, last: Floats, years: int, *, births: float, deaths: float, left: float
) -> Rates:
    """Rates of a year from two age distributions and the yearly counts between them.

    Deaths rise with age by Gompertz and departures fall by the standard migration schedule, both
    scaled to the counts; arrivals by age are what the ages then still lack, so that arrivals less
    departures add up to what happened (two-way migration: Rogers 1990).
    """
    middle = (first + last) / 2
    age = np.arange(AGES)
    hazard = np.exp(GOMPERTZ * (age - 80.0)) + 0.01 * (age == 0)
    hazard *= deaths / max(float((hazard * middle).sum()), 1e-9)
    hazard = np.minimum(hazard, 0.9)
    childhood, fall, work, slow, mean, rise, constant = MIGRATION
    move = (
        childhood * np.exp(-fall * age)
        + work * np.exp(-slow * (age - mean) - np.exp(-rise * (age - mean)))
        + constant
    )
    leave = np.minimum(move * left / max(float((move * middle).sum()), 1e-9), 0.9)
    arrive = _arrivals(first, last, years, hazard, leave, births)
    mothers = max(float(middle[MOTHERS].sum()), 1e-9)
    return Rates(hazard, leave, arrive, births / mothers)


def _arrivals(
    first: Floats, last: Floats, years: int, deaths: Floats, leave: Floats, births: float
) -> Floats:
    """Arrivals a year by age: found by going over the years again and closing what is lacking."""
    arrive = leave * (first + last) / 2
    for _ in range(30):
        now = first
        for _ in range(years):
            now = _year(now, deaths, leave, arrive, births)
        lacking = (last - now) / years
        arrive = arrive + 0.7 * np.convolve(
            np.pad(lacking, 1, mode="edge"), [0.25, 0.5, 0.25], "valid"
        )
        arrive = np.maximum(arrive, 0.0)
    return arrive


def _year(now: Floats, deaths: Floats, leave: Floats, arrive: Floats, births: float) -> Floats:
    stay = now * (1 - deaths) * (1 - leave)
    moved = np.empty(AGES)
    moved[1:] = stay[:-1]
    moved[-1] += stay[-1]
    moved[0] = births * (1 - deaths[0] / 2) * (1 - leave[0] / 2)
    return moved + arrive


def cohort_component(last: Floats, rates: Rates, ahead: int) -> Floats:
    """Ages (ahead, 101) after ``last``: survivors who stay, arrivals, children."""
    now, found = last, []
    for _ in range(ahead):
        born = rates.births * float(now[MOTHERS].sum())
        now = _year(now, rates.deaths, rates.leave, rates.arrive, born)
        found.append(now)
    return np.array(found)


def controlled(areas: Floats, city: Floats) -> Floats:
    """Areas (d, y, a) scaled so that each year and age adds up to ``city`` (y, a).

    Ages that no area has any people of stay empty.
    """
    total = areas.sum(axis=0)
    share = np.where(total > 0, city / np.where(total > 0, total, 1.0), 0.0)
    return np.asarray(areas * share)


def banded(ages: Floats, starts: Floats) -> Floats:
    """Sums (…, b) of single years (…, 101) from each of ``starts`` to the next."""
    return np.asarray(np.add.reduceat(ages, np.asarray(starts, dtype=np.intp), axis=-1))

"""What the published totals ask of each cell and month: people, households, ages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from dataro.twin.facts import BANDS, District, Facts, Total
from dataro.twin.months import month_of
from dataro.twin.places import Places

Floats = NDArray[np.float64]

GROUPS = 18
"""Five-year age groups that migration is steered by; the last is 85 and over."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Per month (0 is the one before the first) and cell: ``people``, ``size`` (people a
    household). ``knots`` are months with known shares, ``ages[knot, cell, sex, group]`` the
    shares; ``birth_rate`` births per person and month."""

    people: Floats
    size: Floats
    knots: Floats
    ages: Floats
    birth_rate: Floats

    def shares(self, t: int) -> Floats:
        """Shares by cell, sex and group in month ``t``."""
        position = float(np.interp(t, self.knots, np.arange(len(self.knots))))
        low = min(int(position), len(self.knots) - 2)
        part = position - low
        before: Floats = self.ages[low]
        after: Floats = self.ages[low + 1]
        return before * (1 - part) + after * part


def aim(facts: Facts, places: Places) -> Targets:
    """Turn the facts into monthly targets for each cell."""
    axis = places.first - 1 + np.arange(places.months + 1, dtype=float)
    knots, ages = _ages(facts, places)
    return Targets(
        people=_people(facts, places, axis),
        size=_size(facts, places, axis),
        knots=knots - axis[0],
        ages=ages,
        birth_rate=_birth_rate(facts, places, axis),
    )


def line(points: Sequence[tuple[float, float]], axis: Floats, floor: float = 0.0) -> Floats:
    """Straight between known points, and on with the outer slopes beyond them."""
    points = sorted(points)
    x, y = np.array([p[0] for p in points]), np.array([p[1] for p in points])
    result = np.interp(axis, x, y)
    if len(x) > 1:
        before, after = axis < x[0], axis > x[-1]
        result[before] = y[0] + (axis[before] - x[0]) * (y[1] - y[0]) / (x[1] - x[0])
        result[after] = y[-1] + (axis[after] - x[-1]) * (y[-1] - y[-2]) / (x[-1] - x[-2])
    return np.asarray(np.maximum(result, floor))


def _people(facts: Facts, places: Places, axis: Floats) -> Floats:
    """Districts between their known totals, raked to the city's, then shared among cells."""
    alive = np.zeros((len(axis), len(places.districts)), bool)
    np.put_along_axis(alive, places.code.astype(int), True, 1)
    people, free = np.zeros(alive.shape), alive.copy()
    for i, district in enumerate(places.districts):
        # a code that only renumbers has the people of the code before
        known = _of(facts.totals, district.code) or _of(facts.totals, district.renumbered_from)
        for span, points in _spans(facts, places, district, known, axis):
            people[span, i] = line(points, axis[span], floor=0.3 * min(p for _, p in points))
            free[:, i] &= ~np.isin(axis, [when for when, _ in points])
    slope = np.abs(np.gradient(people, axis=0)) + 0.0005 * people
    people[~alive] = 0
    city = line([(t.when, float(t.people)) for t in _of(facts.totals, facts.city) if t.kind == "month_end"], axis)  # fmt: skip
    weight = np.where(free, np.minimum(slope, 0.03 * people), 0.0)
    whole = np.maximum(weight.sum(1, keepdims=True), 1e-9)
    people += (city - people.sum(1))[:, None] * weight / whole
    return _to_cells(people, places)


def _spans(
    facts: Facts, places: Places, district: District, known: Sequence[Total], axis: Floats
) -> Iterator[tuple[NDArray[np.bool_], list[tuple[float, float]]]]:
    """Stretches of months between splits of a district, each with the totals known in it; just
    before a split it had what it and the new district have just after."""
    splits = sorted((float(month_of(d.valid_from)), d.code) for d in places.districts
                    if d.split_from == district.code and d.valid_from > district.valid_from)  # fmt: skip
    begin = -np.inf
    for end, child in [*splits, (np.inf, "")]:
        points = [(t.when, float(t.people)) for t in known if begin <= t.when < end]
        after = [t.people for code in (district.code, child) for t in _of(facts.totals, code) if t.when == end]  # fmt: skip
        if len(after) == 2 and not any(when == end - 1 for when, _ in points):
            points.append((end - 1, float(sum(after))))
        if points:
            yield (axis >= begin) & (axis < end), points
        begin = end


def _to_cells(people: Floats, places: Places) -> Floats:
    """Share each district among its cells as they were shared in the month after."""
    result = np.zeros((len(people), places.cells))
    after = places.share
    for t in range(len(people) - 1, -1, -1):
        code = places.code[t]
        whole = np.bincount(code, after, len(places.districts))
        result[t] = people[t][code] * after / whole[code]
        after = result[t]
    return result


def _size(facts: Facts, places: Places, axis: Floats) -> Floats:
    """People a household: as known of the district that a cell was in, and before the first such
    figure along with the city's."""
    city = line([(t.when, t.people / t.households) for t in facts.totals if t.place == facts.city and t.households], axis)  # fmt: skip
    result = np.empty((len(axis), places.cells))
    for c in range(places.cells):
        known = [(t.when, t.people / t.households) for t in _path(facts, places, c) if t.households]
        if not known:
            result[:, c] = city
            continue
        when, sizes = np.array(sorted(known)).T
        own = np.interp(axis, when, sizes)
        result[:, c] = np.where(axis < when[0], own * city / np.interp(when[0], axis, city), own)
    return np.clip(result, 1.2, 4.5)


def _path(facts: Facts, places: Places, cell: int) -> list[Total]:
    """Totals of the districts that a cell was in, each while it was."""
    result = []
    for total in facts.totals:
        t = min(max(round(total.when) - places.first + 1, 0), places.months)
        if places.districts[places.code[t, cell]].code == total.place:
            result.append(total)
    return result


def _of(totals: Sequence[Total], code: str) -> list[Total]:
    return [t for t in totals if t.place == code and t.kind != "residents"]


def _ages(facts: Facts, places: Places) -> tuple[Floats, Floats]:
    """Shares by sex and five-year group at four dates: two published by district, the city's
    latest carried to the districts, and the first carried back along the same trend."""
    city = {(a.when, a.sex): np.array(a.shares) for a in facts.ages if a.place == facts.city}
    dates = sorted({when for when, _ in city})
    early, late, newest = dates[0], dates[1], dates[-1]
    start = places.first - 1.0
    trend = np.log(city[early, "all"] / city[late, "all"]) / (late - early)
    # assumption: before the first published ages their trend ran at four fifths of its later pace
    oldest = np.exp(0.8 * trend * (early - start))
    known = {(a.place, a.when): np.array(a.shares) for a in facts.ages if a.sex == "all"}
    men = _men_by_band(facts, city, newest)
    tables = np.empty((4, places.cells, 2, GROUPS))
    for c in range(places.cells):
        bands = _bands_of(places, c, known, early, late, city)
        tail = bands[1] * city[newest, "all"] / city[late, "all"]
        tilt = _men_tilt(facts, places, c)
        for k, values in enumerate((bands[0] * oldest, bands[0], bands[1], tail)):
            tables[k, c] = _by_sex(values / values.sum(), men, tilt)
    return np.array([start, early, late, newest]), tables


def _bands_of(
    places: Places, cell: int, known: dict[tuple[str, float], Floats], early: float, late: float,
    city: dict[tuple[float, str], Floats],
) -> tuple[Floats, Floats]:  # fmt: skip
    """Published bands of a cell at two dates, from its district or the one it was split from."""
    by_code = {d.code: d for d in places.districts}
    code: str | None = places.districts[places.leaf[cell]].code
    while code and (code, late) not in known:
        code = by_code[code].renumbered_from or by_code[code].split_from or None
    after = known[code, late] if code else city[late, "all"]
    before = known.get((code or "", early))
    if before is None:
        before = after * city[early, "all"] / city[late, "all"]
    return before, after


def _men_by_band(facts: Facts, city: dict[tuple[float, str], Floats], when: float) -> Floats:
    share = float(facts.settings["register"]["men"])
    men, women = city[when, "male"] * share, city[when, "female"] * (1 - share)
    return np.asarray(men / (men + women))


def _men_tilt(facts: Facts, places: Places, cell: int) -> float:
    """How the district's odds of men differ from the city's, as a log."""
    whole = float(facts.settings["register"]["men"])
    known = [t.men / t.people for t in _path(facts, places, cell) if t.men]
    if not known:
        return 0.0
    own = float(np.mean(known))
    return float(np.log(own / (1 - own)) - np.log(whole / (1 - whole)))


def _by_sex(bands: Floats, men: Floats, tilt: float) -> Floats:
    """Ten-year shares as five-year shares by sex (row 0 men)."""
    odds = men / (1 - men) * np.exp(tilt)
    split = odds / (1 + odds)
    return np.stack([_fives(bands * split), _fives(bands * (1 - split))])


def _fives(bands: Floats) -> Floats:
    """Ten-year shares as five-year shares: a monotone curve through the cumulative ones."""
    edges = np.array([*BANDS, 105.0])
    curve = PchipInterpolator(edges, np.concatenate([[0.0], np.cumsum(bands)]))
    cuts = np.array([*range(0, 90, 5), 105], float)
    return np.asarray(np.diff(curve(cuts)))


def _birth_rate(facts: Facts, places: Places, axis: Floats) -> Floats:
    """Births per person and month: the district's published rate along the country's births."""
    settings = facts.settings["births"]
    national = np.interp(
        axis, [y * 12 + 5.5 for y in settings["years"]], np.array(settings["national"], float)
    )
    by_code = {d.code: d for d in places.districts}
    mean = sum(b.births for b in facts.births) / sum(b.people for b in facts.births)
    result = np.empty((len(axis), places.cells))
    for c in range(places.cells):
        code: str | None = places.districts[places.leaf[c]].code
        known: list[tuple[float, float]] = []
        while code and not known:
            known = [
                (b.year * 12 + 5.5, b.births / b.people) for b in facts.births if b.place == code
            ]
            code = by_code[code].renumbered_from or by_code[code].split_from or None
        known = sorted(known) or [(axis[0], mean)]
        x = np.array([k[0] for k in known])
        own = np.interp(axis, x, [k[1] for k in known])
        reference = np.interp(np.clip(axis, x[0], x[-1]), axis, national)
        result[:, c] = own * national / reference / 12
    return result

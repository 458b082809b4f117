"""Children in housing complexes: how many now and as the complexes age, and who wants care.

Children of an age band in a complex are counts around households × a published rate by size of
dwelling × a smooth curve of the complex's age × effects of size mix, district and the complex
itself, all partially pooled (``dataro.methods.pooling``): what is not observed is drawn from how
much observed complexes differ. Without observations the published rates alone speak, and the
bands are as wide as that deserves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dataro.methods.pooling import Block, Draws, Members, Pooled, draw, groups, pool, smooth

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]

PUPILS_PER_HOUSEHOLD = np.array([0.100, 0.166, 0.251, 0.330, 0.307, 0.235])
"""Primary-school pupils per household by floor-area class (≤19, 20–25, 26–32, 33–39, 40–49, ≥50
pyeong): Jeonbuk Office of Education, 2010."""

CLASS_MIDDLES = np.array([16.0, 22.5, 29.0, 36.0, 44.5, 56.0])
"""Middle of each class in pyeong, to read a rate off a mean area."""

PYEONG = 3.305785
"""Square metres of a pyeong."""

USABLE = 0.75
"""Share of a complex's gross floor area that is supplied area of dwellings, the rest being parking
and common buildings: an assumption."""

KNOTS = np.array([0.0, 2.0, 4.0, 7.0, 10.0, 14.0, 19.0, 25.0, 32.0])
"""Ages of a complex in years between which the curve bends."""

TREND = 0.02
"""How far, a year ahead, the whole city's births may leave the trend (as a share): an assumption."""

PRIOR = {"curve": 0.5, "bends": 0.05, "year": 0.02, "mix": 0.15, "district": 0.2, "own": 0.25}
"""Scales before data: of logarithms, so 0.25 is about a quarter more or less."""


@dataclass(frozen=True, slots=True)
class Complexes:
    """One entry per complex. ``dwellings`` (n, 6) households by class, all missing where unknown;
    ``area`` gross floor area in m² or missing; ``opened`` year as a decimal or missing;
    ``district`` a number from 0, −1 where unknown."""

    households: Floats
    dwellings: Floats
    area: Floats
    opened: Floats
    district: Ints


@dataclass(frozen=True, slots=True)
class Counts:
    """Observed counts of one age band: a row per complex and year."""

    complex: Ints
    year: Floats
    children: Floats


@dataclass(frozen=True, slots=True)
class Check:
    """How the model does on complexes it did not see: their last counts against its band."""

    complex: Ints
    observed: Floats
    expected: Floats
    low: Floats
    high: Floats

    @property
    def covered(self) -> float:
        """Share of held-out complexes inside the band."""
        inside = (self.low <= self.observed) & (self.observed <= self.high)
        return float(inside.mean()) if inside.size else float("nan")

    @property
    def ratio(self) -> float:
        """Expected over observed, summed."""
        return float(self.expected.sum() / max(self.observed.sum(), 1.0))


@dataclass(frozen=True, slots=True)
class ChildModel:
    """One band's model. ``exposure`` (n,) is what the published rates alone expect."""

    complexes: Complexes
    exposure: Floats
    fit: Pooled
    counts: Counts
    last_year: float
    drift: float
    widen: float
    check: Check | None


def expected_by_rates(complexes: Complexes, years_of_age: int) -> tuple[Floats, Flags]:
    """Children of a band of ``years_of_age`` by the published rates, and where size was known.

    The rates are of six school years; other bands take the same number a year of age. Where
    neither classes nor area are known, the mean rate of the known households stands in.
    """
    listed = complexes.dwellings.sum(axis=1)
    scaled = complexes.households / np.where(listed > 0, listed, np.nan)
    by_class = (complexes.dwellings @ PUPILS_PER_HOUSEHOLD) * scaled
    pyeong = complexes.area / complexes.households / PYEONG * USABLE
    by_area = np.interp(pyeong, CLASS_MIDDLES, PUPILS_PER_HOUSEHOLD) * complexes.households
    pupils = np.where(
        np.isfinite(by_class), by_class, np.where(np.isfinite(pyeong), by_area, np.nan)
    )
    known = np.isfinite(pupils)
    rate = (
        pupils[known].sum() / complexes.households[known].sum()
        if known.any()
        else float(PUPILS_PER_HOUSEHOLD.mean())
    )
    pupils = np.where(known, pupils, rate * complexes.households)
    return np.maximum(pupils, 1e-3) * years_of_age / 6.0, known


def fit_children(
    complexes: Complexes, counts: Counts, years_of_age: int, *, anchor: float = 1.0, now: float
) -> ChildModel:
    """Fit one band. ``anchor`` multiplies the published rates (what the whole city has, over what
    they expect); ``now`` is the year to speak of where nothing was observed."""
    exposure, known = expected_by_rates(complexes, years_of_age)
    exposure = exposure * anchor
    last = float(counts.year.max()) if counts.year.size else now
    model = ChildModel(complexes, exposure, _unseen(complexes, known), counts, last, 0.0, 1.0, None)
    if np.unique(counts.complex).size < 12:
        return model
    fit = _fit(model, counts, None)
    model = replace(model, fit=fit, drift=_drift(model, fit))
    check, widen = _held_out(model)
    return replace(model, check=check, widen=widen)


def children_in(model: ChildModel, year: float, *, draws: int = 400, seed: int = 1) -> Draws:
    """Children of every complex in a year; those that open later have none."""
    complexes = model.complexes
    count = complexes.households.size
    everyone = np.arange(count)
    seen = np.zeros(count, dtype=np.bool_)
    seen[model.counts.complex] = model.check is not None
    since = np.full(count, np.inf)
    np.minimum.at(since, model.counts.complex, np.abs(year - model.counts.year))
    own = model.fit.scales[-1] ** 2
    extra = np.where(seen, model.drift * np.minimum(since, 20.0), own + _vague(complexes))
    columns = _columns(model, everyone, np.full(count, year))
    ahead = max(year - model.last_year, 0.0)
    found = draw(
        model.fit, columns, np.where(seen, everyone, -1), model.exposure, extra=extra,
        lifts=model.check is not None, shared=(TREND * ahead) ** 2, widen=model.widen, draws=draws, seed=seed,
    )  # fmt: skip
    built = ~(complexes.opened > year + 0.999)
    return Draws(found.mean * built, found.value * built)


def observed_in(model: ChildModel, year: float) -> Floats:
    """Children counted in a year (n,), missing where nobody counted."""
    seen = np.full(model.complexes.households.size, np.nan)
    rows = model.counts.year == year
    seen[model.counts.complex[rows]] = model.counts.children[rows]
    return seen


def curve(model: ChildModel, ages: Floats) -> tuple[Floats, Floats, Floats]:
    """Children relative to the mean over ``ages`` of a complex: mean, low and high (80 %)."""
    straight, bends = smooth(ages, KNOTS)
    design = np.hstack([straight, np.zeros((ages.size, 2)), bends])
    design = design - design.mean(axis=0)
    width = design.shape[1]
    mean = design @ model.fit.coefficients[:width]
    spread = np.sqrt(((design @ model.fit.root[:width]) ** 2).sum(axis=1))
    return np.exp(mean), np.exp(mean - 1.2816 * spread), np.exp(mean + 1.2816 * spread)


def _columns(model: ChildModel, complex_: Ints, year: Floats) -> list[Floats]:
    """Design of rows: curve (with “age unknown” and year), bends, size mix, district."""
    complexes = model.complexes
    age = year - complexes.opened[complex_]
    dated = np.isfinite(age)
    straight, bends = smooth(np.where(dated, age, 0.0), KNOTS)
    straight[~dated, 1] = 0.0
    bends[~dated] = 0.0
    # beyond what was observed the trend of the years fades out over some five years
    ahead = year - model.last_year
    steps = np.where(ahead > 0, 5.0 * (1 - np.exp(-np.maximum(ahead, 0.0) / 5.0)), ahead)
    fixed = np.column_stack([straight, (~dated).astype(float), steps * 1.0])
    share = complexes.dwellings[complex_] * PUPILS_PER_HOUSEHOLD
    total = share.sum(axis=1, keepdims=True)
    mix = np.where(total > 0, share / np.where(total > 0, total, 1.0), 0.0)
    mix = np.where(np.isfinite(mix), mix, 0.0)
    districts = int(complexes.district.max(initial=-1)) + 1
    return [
        fixed,
        bends,
        mix,
        groups(complexes.district[complex_], districts),
    ]


_FIXED = np.array([1.0, 1.0, 1.0, PRIOR["year"]])
"""The straight part shares one scale: level and slope are free, the years move slowly."""


def _fit(model: ChildModel, counts: Counts, scales: list[float] | None) -> Pooled:
    fixed, bends, mix, district = _columns(model, counts.complex, counts.year)
    start = scales or [1.0, PRIOR["bends"], PRIOR["mix"], PRIOR["district"], PRIOR["own"]]
    learn = scales is None
    fit = pool(
        "count",
        counts.children,
        model.exposure[counts.complex],
        [
            Block(fixed * _FIXED, start[0], learn=False),
            Block(bends, start[1], learn=learn),
            Block(mix, start[2], learn=learn),
            Block(district, start[3], learn=learn and district.shape[1] > 3),
        ],
        Members(counts.complex, model.exposure.size, start[4], learn=learn),
    )
    scale = np.ones(fit.coefficients.size)
    scale[: _FIXED.size] = _FIXED  # coefficients for the columns as they are
    return replace(fit, coefficients=fit.coefficients * scale, root=fit.root * scale[:, None])


def _unseen(complexes: Complexes, known: Flags) -> Pooled:
    """The model before any observation: the published rates, and how far off they may be."""
    districts = int(complexes.district.max(initial=-1)) + 1
    widths = [4, KNOTS.size - 2, 6, districts, complexes.households.size]
    deviation = np.concatenate(
        [
            np.array([0.15, 0.3, 0.2, PRIOR["year"]]),
            np.full(widths[1], PRIOR["bends"]),
            np.full(6, PRIOR["mix"]),
            np.full(districts, PRIOR["district"]),
            np.zeros(widths[4]),
        ]
    )
    scales = [1.0, PRIOR["bends"], PRIOR["mix"], PRIOR["district"], PRIOR["own"]]
    zero = np.zeros(sum(widths))
    return Pooled("count", zero, np.diag(deviation), scales, widths, 0.01, 0)


def _vague(complexes: Complexes) -> Floats:
    """More variance where size is not known, or only as an area."""
    no_class = ~(complexes.dwellings.sum(axis=1) > 0)
    no_area = ~np.isfinite(complexes.area)
    return np.asarray(0.1**2 * no_class + 0.2**2 * (no_class & no_area))


def _drift(model: ChildModel, fit: Pooled) -> float:
    """How much a complex's own level wanders a year, as a variance of logarithms.

    Residuals some years apart differ by noise, whatever the distance, and by drift, which grows
    with it: the slope over the distance is the drift.
    """
    counts = model.counts
    design = np.hstack(_columns(model, counts.complex, counts.year))
    own = fit.coefficients[design.shape[1] :][counts.complex]
    fitted = design @ fit.coefficients[: design.shape[1]] + own
    mean = model.exposure[counts.complex] * np.exp(fitted)
    residual = np.log((counts.children + 0.5) / (mean + 0.5))
    order = np.lexsort((counts.year, counts.complex))
    who, when, left = counts.complex[order], counts.year[order], residual[order]
    weight = np.minimum(mean[order], 50.0)
    lag_sum: list[tuple[float, float, float]] = []
    for step in range(1, 8):
        same = who[step:] == who[:-step]
        if same.sum() >= 8:
            gap = (when[step:] - when[:-step])[same]
            square = ((left[step:] - left[:-step]) ** 2)[same]
            each = np.minimum(weight[step:], weight[:-step])[same]
            lag_sum.append((float(np.average(gap, weights=each)),
                            float(np.average(square, weights=each)), float(each.sum())))  # fmt: skip
    if len(lag_sum) < 2:
        return 0.01
    lag, square, weights = np.array(lag_sum).T
    middle = np.average(lag, weights=weights)
    slope = np.average((lag - middle) * (square - np.average(square, weights=weights)),
                       weights=weights) / np.average((lag - middle) ** 2, weights=weights)  # fmt: skip
    return float(np.clip(slope, 0.0, 0.1))


def _held_out(model: ChildModel, folds: int = 5) -> tuple[Check, float]:
    """Leave out a fifth of the complexes at a time and predict their last counts.

    Gives the check (with the band that is then used) and the factor by which bands must widen so
    that four fifths of the held-out complexes lie inside.
    """
    counts = model.counts
    seen = np.unique(counts.complex)
    fold = np.empty(model.complexes.households.size, dtype=np.intp)
    fold[seen] = np.random.default_rng(5).permutation(seen.size) % folds
    kept: list[tuple[Ints, Floats, ChildModel, Ints]] = []
    scores = []
    for number in range(folds):
        rows = fold[counts.complex] != number
        train = Counts(counts.complex[rows], counts.year[rows], counts.children[rows])
        part = replace(
            model, fit=_fit(model, train, list(model.fit.scales)), counts=train, widen=1.0
        )
        out = np.flatnonzero(~rows & (counts.year == model.last_year))
        if not out.size:
            continue
        who, observed = counts.complex[out], counts.children[out]
        value = _unseen_draws(part, who).value
        logs = np.log(value + 0.5)
        scores.append(np.abs(np.log(observed + 0.5) - logs.mean(axis=0)) / logs.std(axis=0))
        kept.append((who, observed, part, out))
    if not scores:
        nothing = np.empty(0)
        return Check(np.empty(0, dtype=np.intp), nothing, nothing, nothing, nothing), 1.0
    widen = float(np.clip(np.quantile(np.concatenate(scores), 0.8) / 1.2816, 0.6, 2.0))
    bands = [_unseen_draws(replace(part, widen=widen), who).interval() for who, _, part, _ in kept]
    return Check(
        np.concatenate([who for who, *_ in kept]),
        np.concatenate([observed for _, observed, *_ in kept]),
        np.concatenate([band[0] for band in bands]),
        np.concatenate([band[1] for band in bands]),
        np.concatenate([band[2] for band in bands]),
    ), widen


def _unseen_draws(model: ChildModel, who: Ints) -> Draws:
    columns = _columns(model, who, np.full(who.size, model.last_year))
    extra = model.fit.scales[-1] ** 2 + _vague(model.complexes)[who]
    new = np.full(who.size, -1)
    return draw(model.fit, columns, new, model.exposure[who], extra=extra, widen=model.widen)

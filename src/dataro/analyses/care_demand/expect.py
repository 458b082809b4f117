"""Children and those who want care, by complex and year: the model run over ten years."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from dataro.analyses.care_demand.inputs import BANDS, Estates

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dataro.methods.children import ChildModel, Complexes, Counts

    Floats = NDArray[np.float64]

AHEAD = 10
OF_CARE = {"young": (0, 3), "school": (6,)}
"""First ages of the bands that each kind of care is for."""


@dataclass(frozen=True)
class Expected:
    """One band in one year: draws (draws, complexes) of children and of those wanting care."""

    children: Floats
    wanting: Floats
    mean_children: Floats
    mean_wanting: Floats
    counted: Floats


def fit_bands(
    estates: Estates, counts: Mapping[int, Counts], per_household: Mapping[int, float]
) -> dict[int, ChildModel]:
    """A model for each band; where nothing was counted the city's children anchor the rates.

    A complex under review is no part of the fit: it is added to what was fitted.
    """
    from dataro.methods.children import expected_by_rates

    listed = _without_last(estates.model) if estates.reviewed else estates.model
    models = {}
    for first, last in BANDS:
        years = last - first + 1
        by_rates, _ = expected_by_rates(listed, years)
        anchor = 1.0
        if first in per_household:
            anchor = per_household[first] / (by_rates.sum() / listed.households.sum())
        model = _fitted(listed, counts[first], years, anchor, estates.now)
        if estates.reviewed:
            every, _ = expected_by_rates(estates.model, years)
            every[:-1] = model.exposure
            every[-1] *= anchor
            model = replace(model, complexes=estates.model, exposure=every)
        models[first] = model
    return models


_FITS: dict[str, ChildModel] = {}
"""The last few fits by the digest of what went in: a page asks again with other settings."""


def _fitted(
    complexes: Complexes, counts: Counts, years: int, anchor: float, now: int
) -> ChildModel:
    from dataro.methods.children import fit_children

    digest = hashlib.sha256(repr((years, anchor, now)).encode())
    for table in (complexes, counts):
        for field in fields(table):
            digest.update(getattr(table, field.name).tobytes())
    key = digest.hexdigest()
    model = _FITS.get(key)
    if model is None:
        model = fit_children(complexes, counts, years, anchor=anchor, now=float(now))
        while len(_FITS) >= 2 * len(BANDS):
            _FITS.pop(next(iter(_FITS)), None)
        _FITS[key] = model
    return model


def _without_last(complexes: Complexes) -> Complexes:
    return replace(
        complexes, **{one.name: getattr(complexes, one.name)[:-1] for one in fields(complexes)}
    )


def shares(
    estates: Estates, asked: tuple[Any, Any, Any], assumed: float, draws: int, seed: int
) -> tuple[Floats, bool]:
    """Share who want care (draws, complexes): pooled survey answers, else the assumed share."""
    import numpy as np

    from dataro.methods.pooling import Block, Members, draw, groups, pool

    who, of, yes = asked
    count = estates.frame.height
    if np.unique(who).size < 8:
        return np.full((draws, count), assumed), False
    districts = int(estates.model.district.max(initial=-1)) + 1

    def columns(complex_: Any) -> list[Any]:
        return [np.ones((complex_.size, 1)), groups(estates.model.district[complex_], districts)]

    level, district = columns(who)
    fit = pool(
        "share", yes, of,
        [Block(level, 2.0, learn=False), Block(district, 0.2, learn=districts > 3)],
        Members(who, count, 0.3),
    )  # fmt: skip
    seen = np.zeros(count, dtype=np.bool_)
    seen[who] = True
    found = draw(
        fit, columns(np.arange(count)), np.where(seen, np.arange(count), -1), np.ones(count),
        extra=np.where(seen, 0.0, fit.scales[-1] ** 2), draws=draws, seed=seed,
    )  # fmt: skip
    return found.value, True


def expect(
    estates: Estates,
    models: Mapping[int, ChildModel],
    share: Mapping[int, Floats],
    *,
    draws: int,
    seed: int,
) -> dict[tuple[int, int], Expected]:
    """By first age of the band and year: children, counted where they were, and wanting."""
    import numpy as np

    from dataro.methods.children import children_in, observed_in

    rng = np.random.default_rng(seed)
    found = {}
    for first, _ in BANDS:
        for year in range(estates.now, estates.now + AHEAD + 1):
            drawn = children_in(models[first], float(year), draws=draws, seed=seed)
            counted = observed_in(models[first], float(year))
            known = np.isfinite(counted)
            mean, value = drawn.mean.mean(axis=0), drawn.value
            mean[known], value[:, known] = counted[known], counted[known]
            wanting = rng.binomial(value.astype(np.int64), share[first]).astype(np.float64)
            found[first, year] = Expected(
                value, wanting, mean, mean * share[first].mean(axis=0), counted
            )
    return found

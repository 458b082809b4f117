"""Where customers go: how fast visits fall with distance, and what a new shop may take.

Huff (1964): the share that a place takes of a home's spending is its attraction times a falling
function of distance, over the same of all places. Here the function is ``exp(−decay × km)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Decay:
    """Decay per km with a 95 % interval; ``spread`` is the variance over that of chance alone."""

    per_km: float
    low: float
    high: float
    spread: float
    pairs: int

    @property
    def half_km(self) -> float:
        """The distance over which visits halve."""
        return float(np.log(2) / self.per_km) if self.per_km > 0 else float("inf")


def estimate_decay(visits: Floats, km: Floats) -> Decay | None:
    """Decay from visits and distances, both homes × places (km may hold NaN: pair left out).

    Poisson regression with an effect of every home and every place, so that neither the size of a
    home nor the attraction of a place bends it; the interval widens by the spread beyond chance
    (quasi-Poisson), as people who come come again. None where the pairs are too few or there is
    no variation left.
    """
    known = np.isfinite(km)
    home = known & (visits.sum(1, keepdims=True) > 0) & (visits.sum(0, keepdims=True) > 0)
    rows, columns = np.nonzero(home)
    y, x = visits[rows, columns], km[rows, columns]
    homes, places = np.unique(rows), np.unique(columns)
    free = len(y) - len(homes) - len(places)
    if free < 10 or y.sum() <= 0:
        return None
    h = np.searchsorted(homes, rows)
    p = np.searchsorted(places, columns)
    design = np.zeros((len(y), len(homes) + len(places)))
    design[np.arange(len(y)), h] = 1
    design[np.flatnonzero(p > 0), len(homes) + p[p > 0] - 1] = 1
    design[:, -1] = -x
    # keeps a home that pays in one place only from growing without end; far below any information
    ridge = 1e-8 * np.eye(design.shape[1])
    eta = np.log(y + 0.5)
    beta = np.zeros(design.shape[1])
    for _ in range(100):
        mean = np.exp(np.clip(eta, -30, 30))
        root = np.sqrt(mean)
        working = eta + (y - mean) / mean
        weighted = design * root[:, None]
        try:
            again = np.linalg.solve(weighted.T @ weighted + ridge, weighted.T @ (working * root))
        except np.linalg.LinAlgError:
            return None
        done = bool(np.max(np.abs(again - beta)) < 1e-9)
        beta, eta = again, design @ again
        if done:
            break
    mean = np.exp(np.clip(eta, -30, 30))
    information = design.T @ (design * mean[:, None])
    try:
        variance = np.linalg.inv(information)[-1, -1]
    except np.linalg.LinAlgError:
        return None
    # pairs that expect next to nothing say nothing of the spread, and blow up Pearson's sum
    told = mean > 1
    spread = max(1.0, float((((y - mean) ** 2 / mean)[told]).sum() / max(1, free * told.mean())))
    half = Z95 * float(np.sqrt(variance * spread))
    value = float(beta[-1])
    if not np.isfinite(half):
        return None
    return Decay(value, value - half, value + half, spread, len(y))


def new_shop_takes(
    demand: Floats, to_new: Floats, to_shops: Floats, shops: Floats, decay: float
) -> Floats:
    """What one new shop takes of each home's ``demand``, in its unit.

    ``to_new`` are km from the homes, ``to_shops`` km homes × places, ``shops`` how many stand in
    each place; every shop attracts alike.
    """
    pull = np.exp(-decay * to_new)
    others = np.exp(-decay * to_shops) @ shops
    return np.asarray(demand * pull / (pull + others))

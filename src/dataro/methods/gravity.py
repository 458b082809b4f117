"""Gravity of flows: how they fall with distance, and which pairs are stronger than that explains.

The doubly constrained model μ = A(from) · B(to) · exp(x · β) is a Poisson regression with a fixed
effect for each origin and each destination: given β, the effects that maximise the likelihood are
those that reproduce both margins, found by iterative proportional fitting (Flowerdew & Aitkin
1982); β follows by Newton steps on covariates from which the effects are swept out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""

_HALF_CHI2 = 0.454936  # median of chi-square with one degree of freedom


@dataclass(frozen=True, slots=True)
class Gravity:
    """A fitted model. ``beta`` and their standard errors ``error`` (robust to overdispersion, corrected for leverage),
    ``expected`` [from, to] flows (pairs left out of the fit included), ``z`` how many standard
    deviations a flow lies above them, ``spread`` the overdispersion (1 is Poisson), ``used`` pairs
    that the fit rests on, ``explained`` the share of deviance that distance takes away from the
    margins alone."""

    beta: Floats
    error: Floats
    expected: Floats
    z: Floats
    spread: float
    used: Flags
    explained: float


def kilometres(a: Floats, b: Floats) -> Floats:
    """Great-circle distances [a, b] in km between points (longitude, latitude; degrees, WGS 84)."""
    lon_a, lat_a = np.radians(a.T)[:, :, None]
    lon_b, lat_b = np.radians(b.T)[:, None, :]
    h = (
        np.sin((lat_b - lat_a) / 2) ** 2
        + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    )
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(h, 1.0))))


def fit(
    flows: Floats, covariates: Floats, possible: Flags, *, strong: float = 4.0, rounds: int = 4
) -> Gravity | None:
    """Fit ``flows`` [from, to] on ``covariates`` [k, from, to] (such as −log km).

    ``possible`` marks pairs between which there can be a flow. Pairs stronger than ``strong``
    standard deviations are set aside and the rest is fitted again, up to ``rounds`` times, so that
    a few strong pairs do not bend the law they are held against. Returns None where the flows do
    not determine the model (fewer than three origins or destinations, or no variation).
    """
    used = possible & (flows.sum(1) > 0)[:, None] & (flows.sum(0) > 0)[None, :]
    possible = used
    if (used.any(1)).sum() < 3 or (used.any(0)).sum() < 3:
        return None
    found: Gravity | None = None
    for _ in range(rounds):
        found = _fitted(flows, covariates, possible, used)
        if found is None:
            return None
        apart = possible & (found.z > strong)
        enough = ((possible & ~apart).sum(0)[possible.any(0)] >= 3).all()
        if (apart == (possible & ~used)).all() or not enough:
            break
        used = possible & ~apart
    return found


def _fitted(flows: Floats, covariates: Floats, possible: Flags, used: Flags) -> Gravity | None:
    y = np.where(used, flows, 0.0)
    beta = np.zeros(len(covariates))
    alone, *_ = _margins(y, np.where(used, 1.0, 0.0))
    for _ in range(25):
        weight = np.exp(np.tensordot(beta, covariates, 1))
        mu, a, b = _margins(y, np.where(used, weight, 0.0))
        swept = np.stack([_swept(x, mu) for x in covariates])
        information = np.einsum("kij,lij,ij->kl", swept, swept, mu)
        if np.linalg.cond(information) > 1e12:
            return None
        step = np.linalg.solve(information, np.einsum("kij,ij->k", swept, y - mu))
        beta = beta + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-8:
            break
    expected = np.where(
        possible, a[:, None] * b[None, :] * np.exp(np.tensordot(beta, covariates, 1)), 0.0
    )
    inverse = np.linalg.inv(information)
    # a large flow bends the model towards itself: its residual is corrected for that (HC3), as in
    # leaving it out
    lever = _leverage(mu, used) + mu * np.einsum("kij,lij,kl->ij", swept, swept, inverse)
    left = (y - mu) / (1 - np.clip(lever, 0.0, 0.95))
    meat = np.einsum("kij,lij,ij->kl", swept, swept, np.where(used, left, 0.0) ** 2)
    error = np.sqrt(np.diag(inverse @ meat @ inverse))
    z, spread = _standardised(flows, expected, mu, used, possible)
    before, after = _deviance(y, alone, used), _deviance(y, mu, used)
    explained = 1 - after / before if before > 0 else 0.0
    return Gravity(beta, error, expected, z, spread, used, explained)


def _margins(y: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Iterative proportional fitting: ``weight`` scaled by row and column to the sums of ``y``."""
    rows, columns = y.sum(1), y.sum(0)
    a, b = np.ones(len(rows)), np.ones(len(columns))
    for _ in range(500):
        a = rows / np.maximum(weight @ b, 1e-300)
        new = columns / np.maximum(weight.T @ a, 1e-300)
        change = np.abs(new - b).max() / max(np.abs(b).max(), 1e-300)
        b = new
        if change < 1e-10:
            break
    return a[:, None] * b[None, :] * weight, a, b


def _swept(x: Floats, weight: Floats) -> Floats:
    """``x`` without its weighted row and column means (alternating projections)."""
    rows, columns = np.maximum(weight.sum(1), 1e-300), np.maximum(weight.sum(0), 1e-300)
    made = x.copy()
    for _ in range(500):
        by_row = (made * weight).sum(1) / rows
        made = made - by_row[:, None]
        by_column = (made * weight).sum(0) / columns
        made = made - by_column[None, :]
        if np.abs(by_row).max() < 1e-10 and np.abs(by_column).max() < 1e-10:
            break
    return made


def _standardised(
    flows: Floats, expected: Floats, mu: Floats, used: Flags, possible: Flags
) -> tuple[Floats, float]:
    """Residuals over their standard deviation, with the leverage of the margins, and the spread
    from the median of their squares, which a few strong pairs cannot move."""
    leverage = np.clip(_leverage(mu, used), 0.0, 0.95)
    plain = np.where(
        possible & (expected > 0),
        (flows - expected) / np.sqrt(np.maximum(expected * (1 - leverage), 1e-12)),
        0.0,
    )
    judged = used & (expected >= 1.0)
    spread = 1.0
    if judged.sum() >= 10:
        spread = max(1.0, float(np.median(plain[judged] ** 2)) / _HALF_CHI2)
    # below one expected person a single household would look like a wonder
    z = plain * np.sqrt(np.maximum(expected, 1e-12) / np.maximum(expected, 1.0))
    return z / np.sqrt(spread), spread


def _leverage(mu: Floats, used: Flags) -> Floats:
    """How far a flow bends the margins' effects towards itself (rows and columns as if apart)."""
    rows, columns = mu.sum(1, keepdims=True), mu.sum(0, keepdims=True)
    pull = mu * (
        1 / np.maximum(rows, 1e-9) + 1 / np.maximum(columns, 1e-9) - 1 / max(mu.sum(), 1e-9)
    )
    return np.where(used, pull, 0.0)


def _deviance(y: Floats, mu: Floats, used: Flags) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        term = np.where(y > 0, y * np.log(y / mu), 0.0) - (y - mu)
    return float(2 * term[used].sum())

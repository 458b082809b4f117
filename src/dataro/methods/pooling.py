"""Partial pooling of counts and shares: each group keeps what its data says, and borrows the rest.

A generalised linear mixed model by penalised iteratively reweighted least squares (Breslow and
Clayton 1993): coefficients of a block are drawn towards zero by a scale that the data gives
(Harville's fixed point). Counts may vary more than Poisson (variance μ + a·μ²).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Family = Literal["count", "share"]


@dataclass(frozen=True, slots=True)
class Block:
    """Columns of the design whose coefficients share one scale.

    ``columns`` has the shape (rows, width). ``scale`` is the prior standard deviation: estimated
    where ``learn`` is true, starting from it. ``centre`` (width,) is what they are drawn towards.
    """

    columns: Floats
    scale: float
    learn: bool = True
    centre: Floats | None = None


@dataclass(frozen=True, slots=True)
class Members:
    """The finest groups, each with an effect of its own: ``codes`` (rows,) from 0 to ``count``."""

    codes: Ints
    count: int
    scale: float
    learn: bool = True


@dataclass(frozen=True, slots=True)
class Pooled:
    """A fitted model. ``coefficients`` (p,) of all blocks in order, the members' last.

    ``root`` (p, p) times its transpose is their covariance. ``scales`` and ``widths`` are one per
    block and one for the members.
    """

    family: Family
    coefficients: Floats
    root: Floats
    scales: Sequence[float]
    widths: Sequence[int]
    spread: float
    rows: int


def pool(
    family: Family,
    y: Floats,
    size: Floats,
    blocks: Sequence[Block],
    members: Members,
    *,
    rounds: int = 40,
) -> Pooled:
    """Fit counts ``y`` with exposure ``size``, or ``y`` of ``size`` who said yes.

    The linear predictor is the sum of the blocks and the member's effect: log(μ / size), or logit
    of the share. Raises ``ValueError`` where shapes differ or exposures are not positive.
    """
    design = np.hstack([block.columns for block in blocks])
    if design.shape[0] != y.size or y.shape != size.shape or not (size > 0).all():
        raise ValueError(f"y {y.shape}, size {size.shape}, design {design.shape}: not of one table")
    widths = [block.columns.shape[1] for block in blocks]
    edges = np.concatenate([[0], np.cumsum(widths)]).astype(int)
    scales = np.array([*(block.scale for block in blocks), members.scale], dtype=np.float64)
    learns = [*(block.learn for block in blocks), members.learn]
    belongs = sparse.csr_array(
        (np.ones(y.size), (np.arange(y.size), members.codes)), shape=(y.size, members.count)
    )
    centre = np.concatenate(
        [np.zeros(w) if b.centre is None else b.centre for b, w in zip(blocks, widths, strict=True)]
    )
    state = _State(family, y, size, design, belongs, members.codes, centre,
                   beta=centre.copy(), own=np.zeros(members.count),
                   spread=0.01 if family == "count" else 0.0)  # fmt: skip
    for _ in range(rounds):
        parts = _newton(state, np.repeat(1 / scales[:-1] ** 2, widths), scales[-1], 1e-4, steps=3)
        old = scales.copy()
        traces = [np.trace(parts.inverse[a:b, a:b]) for a, b in pairwise(edges)]
        gains = [((state.beta - centre)[a:b] ** 2).sum() for a, b in pairwise(edges)]
        traces.append(float(parts.own_variance().sum()))
        gains.append(float((state.own**2).sum()))
        for i, width in enumerate([*widths, members.count]):
            if learns[i]:
                free = width - traces[i] / scales[i] ** 2
                scales[i] = np.sqrt(np.clip(gains[i] / max(free, 1e-6), 1e-6, 4.0))
        if family == "count":
            state.spread = _spread(y, size * np.exp(state.eta()), design.shape[1] + members.count)
        if np.abs(scales - old).max() < 0.001 or not any(learns):
            break
    parts = _newton(state, np.repeat(1 / scales[:-1] ** 2, widths), scales[-1], 1e-7, steps=40)
    return Pooled(
        family, np.concatenate([state.beta, state.own]), parts.root(), scales.tolist(),
        [*widths, members.count], state.spread, y.size,
    )  # fmt: skip


@dataclass(slots=True)
class _State:
    family: Family
    y: Floats
    size: Floats
    design: Floats
    belongs: sparse.csr_array
    codes: Ints
    centre: Floats
    beta: Floats
    own: Floats
    spread: float

    def eta(self) -> Floats:
        return np.asarray(np.clip(self.design @ self.beta + self.own[self.codes], -30.0, 30.0))

    def slopes(self) -> tuple[Floats, Floats]:
        """Weight of each row and the slope of its likelihood, at the current coefficients."""
        if self.family == "count":
            mean = self.size * np.exp(self.eta())
            return mean / (1 + self.spread * mean), (self.y - mean) / (1 + self.spread * mean)
        share = 1 / (1 + np.exp(-self.eta()))
        return self.size * share * (1 - share), self.y - self.size * share


@dataclass(frozen=True, slots=True)
class _Parts:
    """The information matrix inverted by parts: members meet only through the other columns."""

    inverse: Floats  # of the blocks' part
    cross: Floats  # (blocks, members), already divided by ``weight``
    weight: Floats  # of each member

    def own_variance(self) -> Floats:
        through = np.einsum("ij,ij->j", self.cross, self.inverse @ self.cross)
        return np.asarray(1 / self.weight + through)

    def root(self) -> Floats:
        """R with R·Rᵀ the covariance: the blocks' root, and each member's own share below it."""
        top = np.linalg.cholesky(self.inverse + 1e-12 * np.eye(len(self.inverse)))
        width, count = self.cross.shape
        root = np.zeros((width + count, width + count))
        root[:width, :width] = top
        root[width:, :width] = -self.cross.T @ top
        root[width:, width:] = np.diag(1 / np.sqrt(self.weight))
        return root


def _newton(
    state: _State, precision: Floats, own_scale: float, tolerance: float, *, steps: int
) -> _Parts:
    """Newton's steps to the mode, the members eliminated (their block is diagonal)."""
    design, belongs = state.design, state.belongs
    for _ in range(steps):
        weight, slope = state.slopes()
        block = (design * weight[:, None]).T @ design
        block[np.diag_indices_from(block)] += precision + 1e-9
        member = belongs.T @ weight + 1 / own_scale**2
        cross = (belongs.T @ (design * weight[:, None])).T / member
        inverse = np.linalg.inv(block - (cross * member) @ cross.T)
        to_block = design.T @ slope - precision * (state.beta - state.centre)
        to_member = belongs.T @ slope - state.own / own_scale**2
        step = inverse @ (to_block - cross @ to_member)
        own_step = to_member / member - cross.T @ step
        largest = max(float(np.abs(step).max()), float(np.abs(own_step).max(initial=0.0)))
        short = min(1.0, 2.0 / max(largest, 1e-12))  # no leap over the optimum
        state.beta = state.beta + short * step
        state.own = state.own + short * own_step
        if largest < tolerance:
            break
    return _Parts(inverse, cross, member)


def _spread(y: Floats, mean: Floats, used: int) -> float:
    """The ``a`` of variance μ + a·μ² at which Pearson's χ² is what it should be."""
    aim = max(y.size - 0.5 * used, 0.5 * y.size)
    low, high = 0.0, 5.0
    if float(((y - mean) ** 2 / np.maximum(mean, 1e-9)).sum()) <= aim:
        return 0.0
    for _ in range(40):
        middle = (low + high) / 2
        chi = float(((y - mean) ** 2 / np.maximum(mean + middle * mean**2, 1e-9)).sum())
        low, high = (middle, high) if chi > aim else (low, middle)
    return high


@dataclass(frozen=True, slots=True)
class Draws:
    """Simulated futures (draws, rows): ``mean`` of what is expected, ``value`` of what happens."""

    mean: Floats
    value: Floats
    quantiles: tuple[float, float] = field(default=(0.1, 0.9))

    def interval(self) -> tuple[Floats, Floats, Floats]:
        """Mean, low and high of each row (an 80 % interval by default)."""
        low, high = np.quantile(self.value, self.quantiles, axis=0)
        return self.mean.mean(axis=0), low, high

    def total(self, members: Ints | NDArray[np.bool_]) -> tuple[float, float, float]:
        """Mean, low and high of the sum over some rows: parameters are shared, so errors add."""
        low, high = np.quantile(self.value[:, members].sum(axis=1), self.quantiles)
        return float(self.mean[:, members].sum(axis=1).mean()), float(low), float(high)


def draw(
    model: Pooled,
    columns: Sequence[Floats],
    codes: Ints,
    size: Floats,
    *,
    extra: Floats | float = 0.0,
    lifts: bool = True,
    shared: float = 0.0,
    widen: float = 1.0,
    draws: int = 400,
    seed: int = 1,
) -> Draws:
    """Simulate rows with these block ``columns``, members (−1: a new one) and exposure.

    ``extra`` is a variance (of the linear predictor, per row) that the coefficients do not carry:
    a new member's own effect, drift over years. Fitted effects average zero as logarithms, so
    what varies lifts the mean; with ``lifts`` false (rates that are means already) it does not.
    ``shared`` is a variance that all rows have in common.
    ``widen`` stretches all randomness about the mean, as a check on held-out groups may ask for.
    """
    rng = np.random.default_rng(seed)
    blocks = np.hstack(list(columns))
    width = blocks.shape[1]
    known = codes >= 0
    reach = blocks @ model.root[:width]
    reach[known] += model.root[width + codes[known]]
    centre = blocks @ model.coefficients[:width]
    centre[known] += model.coefficients[width + codes[known]]
    more = np.broadcast_to(np.asarray(extra, float), size.shape)
    shocks = _opposed(rng, draws, reach.shape[1]) @ reach.T
    shocks += np.sqrt(more + model.spread) * _opposed(rng, draws, size.size)
    shocks += np.sqrt(shared) * _opposed(rng, draws, 1)
    eta = np.clip(centre + widen * shocks, -30.0, 30.0)
    if model.family == "share":
        chance = 1 / (1 + np.exp(-eta))
        return Draws(chance, chance)
    # less half the variance of what is merely not known, so that the mean is the fitted one
    unsure = (reach**2).sum(axis=1) + model.spread + shared
    variance = widen**2 * (unsure if lifts else unsure + more)
    mean = size * np.exp(eta - np.minimum(variance, 4.0) / 2)
    return Draws(mean, rng.poisson(np.minimum(mean, 1e9)).astype(np.float64))


def _opposed(rng: np.random.Generator, draws: int, width: int) -> Floats:
    """Normal numbers in opposite pairs: their means are exact, so sums over rows are calm."""
    half = rng.standard_normal(((draws + 1) // 2, width))
    return np.concatenate([half, -half])[:draws]


def smooth(x: Floats, knots: Floats) -> tuple[Floats, Floats]:
    """A smooth curve of ``x`` as columns: a straight part (rows, 2) and bends (rows, knots − 2).

    Hat functions with a second-difference penalty, rotated so that the bends are independent:
    give them to a ``Block`` of their own and the data decides how much the curve bends. Beyond
    the outer knots the curve stays level.
    """
    inside = np.clip(x, knots[0], knots[-1])
    hats = np.stack([np.interp(inside, knots, row) for row in np.eye(knots.size)], axis=1)
    gaps = np.diff(knots)
    bends = np.zeros((knots.size - 2, knots.size))
    for i in range(knots.size - 2):
        bends[i, i] = 1 / gaps[i]
        bends[i, i + 2] = 1 / gaps[i + 1]
        bends[i, i + 1] = -bends[i, i] - bends[i, i + 2]
    back = bends.T @ np.linalg.inv(bends @ bends.T)
    straight = np.stack([np.ones_like(inside), (inside - knots.mean()) / np.ptp(knots)], axis=1)
    return straight, hats @ back


def groups(codes: Ints, count: int) -> Floats:
    """One column per group, 1 where a row belongs to it; code −1 belongs to none."""
    columns = np.zeros((codes.size, count))
    known = codes >= 0
    columns[np.flatnonzero(known), codes[known]] = 1.0
    return columns

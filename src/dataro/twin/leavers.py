"""Who leaves in a month: whole households to elsewhere in the city or beyond, and young people
who leave a household behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataro.twin.newcomers import MOBILITY
from dataro.twin.people import ADULT, Homes, People
from dataro.twin.targets import GROUPS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Leaving:
    """``gone`` marks people who leave the city; ``moved`` are households that went to another
    cell (already moved), ``came_from`` and ``size`` theirs."""

    gone: NDArray[np.bool_]
    moved: Ints
    came_from: NDArray[np.int8]
    size: Ints


def plan_moves(
    need: Floats, people: Floats, turnover: float, floor: float = 0.2
) -> tuple[Floats, Floats]:
    """Planned leavers and newcomers per cell: the turnover both ways, the net on top."""
    usual = people * turnover
    out = np.where(need >= 0, usual + 0.05 * need, usual)
    coming = out + need
    short = np.maximum(0.0, floor * usual - coming)
    return out + short, coming + short


def leave(
    people: People, homes: Homes, cell: NDArray[np.int8], group: NDArray[np.int64],
    current: Ints, wanted: Floats, out: Floats, coming: Floats, moves: dict[str, float],
    t: int, rng: np.random.Generator,
) -> Leaving:  # fmt: skip
    """Choose leavers: ``current`` and ``wanted`` people by cell, sex and group tilt the choice
    toward those of whom a cell has too many; ``out`` people leave a cell, ``coming`` arrive."""
    surplus = np.clip(((current + 1) / (wanted + 1)) ** 2.5, 0.25, 4.0)
    weight = (surplus * MOBILITY).astype(np.float32).ravel()
    own = weight[(cell.astype(np.int64) * 2 + people.woman) * GROUPS + group]
    sizes = np.bincount(people.home, minlength=len(homes))
    mean = np.bincount(people.home, own, minlength=len(homes)) / np.maximum(sizes, 1)
    whole = np.bincount(cell, own, minlength=len(out))
    alone = float(moves["alone"])
    rate = (1 - alone) * out / np.maximum(whole, 1e-9)
    goes = rng.random(len(homes), dtype=np.float32) < rate[homes.cell] * mean
    ids = np.flatnonzero(goes & (sizes > 0))
    moved, target = _inside(ids, homes.cell[ids], sizes[ids], coming, moves["inside_city"], rng)
    left = np.zeros(len(homes), bool)
    left[ids] = True
    left[moved] = False
    gone = left[people.home]
    young = (group >= ADULT // 5) & (group < 8) & (sizes[people.home] > 2)
    each = alone * out / np.maximum(np.bincount(cell[young], minlength=len(out)), 1)
    gone |= young & (rng.random(len(people), dtype=np.float32) < each[cell])
    before = homes.cell[moved].copy()
    homes.cell[moved] = target
    homes.complex[moved] = -1
    return Leaving(gone, moved, before, sizes[moved])


def _inside(
    ids: Ints, origin: NDArray[np.int8], sizes: Ints, coming: Floats, share: float,
    rng: np.random.Generator,
) -> tuple[Ints, NDArray[np.int8]]:  # fmt: skip
    """Of the leaving households, those who stay in the city, and the cells they go to."""
    cumulative = np.cumsum(coming)
    if not len(ids) or cumulative[-1] <= 0:
        return ids[:0], origin[:0]
    draw = rng.random(len(ids)) * cumulative[-1]
    target = np.minimum(np.searchsorted(cumulative, draw, side="right"), len(coming) - 1)
    stays = (rng.random(len(ids)) < share) & (target != origin)
    chosen = np.flatnonzero(stays)
    order = chosen[np.argsort(target[chosen], kind="stable")]
    running = np.cumsum(sizes[order])
    start = np.searchsorted(target[order], np.arange(len(coming)))
    base = np.concatenate([[0], running])[start]
    fits = running - base[target[order]] <= 0.7 * coming[target[order]]
    order = order[fits]
    return ids[order], target[order].astype(np.int8)

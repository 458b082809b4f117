"""When paths first reach a number, and when year-ends have been above it long enough."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

NEVER = np.iinfo(np.intp).max
"""Stands for “not within the months simulated”."""


def first_passage(paths: Floats, target: float) -> Ints:
    """Step (0, 1, …) at which each path (p, h) first is at ``target`` or above, or ``NEVER``."""
    reached = paths >= target
    return np.where(reached.any(axis=1), reached.argmax(axis=1), NEVER)


def quantile_step(steps: Ints, share: float) -> int | None:
    """The first step by which ``share`` of the paths have passed; None where fewer ever do."""
    ordered = np.sort(steps)
    step = int(ordered[min(max(int(np.ceil(share * ordered.size)) - 1, 0), ordered.size - 1)])
    return None if step == NEVER else step


def passed_by(steps: Ints, step: int) -> float:
    """Share of paths that have passed at ``step`` or before."""
    return float((steps <= step).mean())


def in_a_row(year_ends: Floats, target: float, years: int) -> Floats:
    """Share of paths that by each year had ``years`` year-ends in a row at ``target`` or above.

    ``year_ends`` (p, y); gives (y,). A run counts for good: what came of it is not undone here.
    """
    above = year_ends >= target
    run = np.zeros(above.shape[0], dtype=np.intp)
    fulfilled = np.zeros(above.shape[0], dtype=np.bool_)
    shares = []
    for year in range(above.shape[1]):
        run = np.where(above[:, year], run + 1, 0)
        fulfilled |= run >= years
        shares.append(float(fulfilled.mean()))
    return np.array(shares)

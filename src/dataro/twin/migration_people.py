"""Who the movers of a flow are: drawn from the books' movers by age and sex, with a reason each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataro.twin.history import MOVES, History
from dataro.twin.targets import GROUPS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BANDS = GROUPS // 2
"""Ten-year age bands; the last is 80 and over."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Places outside the city: codes, names, provinces, points (longitude, latitude), residents."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    provinces: tuple[str, ...]
    points: Floats
    people: Floats


@dataclass(frozen=True, slots=True)
class Flows:
    """Moves of one month: ``codes`` are the districts, then the places elsewhere; ``people``
    [from, to] between them (elsewhere to elsewhere stays empty)."""

    t: int
    codes: tuple[str, ...]
    names: tuple[str, ...]
    districts: tuple[int, ...]
    people: Ints


class People:
    """The movers of a month as a pool that flows take from."""

    def __init__(self, settings: Mapping[str, Any], history: History) -> None:
        self._history = history
        reasons = settings["reasons"]
        starts = sorted(int(name[5:]) for name in reasons if name.startswith("from_"))
        by_band = [max(s for s in starts if s <= 10 * band) for band in range(BANDS)]
        self._shares = np.array([reasons[f"from_{start}"] for start in by_band], float)
        self._new_homes = float(reasons["new_homes"])
        self._housing = 2
        opened = history.complexes
        self._opened = {
            (int(c), int(t)) for c, t in zip(opened.cell, opened.opened, strict=True) if t > 0
        }

    def pool(self, t: int, district: int, kind: str, rng: np.random.Generator) -> Ints:
        """Movers of one kind from or to a district in mixed order, each as sex × bands + band."""
        cells = self._history.places.code[t] == district
        counted = self._history.movers[t, MOVES.index(kind), cells].sum(0)
        bands = np.add.reduceat(counted, range(0, GROUPS, 2), axis=1).ravel()
        return rng.permutation(np.repeat(np.arange(len(bands)), bands))

    def is_new(self, t: int, district: int) -> bool:
        """Whether a complex of the district opened in the last half year."""
        cells = np.flatnonzero(self._history.places.code[t] == district)
        return any((int(c), t - back) in self._opened for c in cells for back in range(6))

    def reasons(self, who: Ints, new: bool, rng: np.random.Generator) -> Ints:
        """A reason for each mover."""
        shares = self._shares.copy()
        if new:
            shares[:, self._housing] *= self._new_homes
        upto = np.cumsum(shares / shares.sum(1, keepdims=True), axis=1)
        draw = rng.random(len(who))
        return np.asarray((draw[:, None] > upto[who % BANDS]).sum(1), np.int64)


def whole_table(pull: Floats, rows: Ints, columns: Ints, rng: np.random.Generator) -> Ints:
    """A table of whole numbers with these row and column sums, an empty diagonal, and the odds
    ratios of ``pull`` but for chance (Poisson noise, then iterative fitting, then rounding)."""
    if not rows.sum():
        return np.zeros(pull.shape, np.int64)
    seed = pull.copy()
    np.fill_diagonal(seed, 0)
    table = _fitted(seed, rows, columns, 60)
    noisy = np.where(table > 0, rng.poisson(table) + 0.05 * table, 0.0)
    table = _fitted(noisy, rows, columns, 30)
    whole = np.floor(table).astype(np.int64)
    whole = np.minimum(whole, rows[:, None])
    return _filled(whole, rows, columns, pull, rng)


def _fitted(table: Floats, rows: Ints, columns: Ints, rounds: int) -> Floats:
    for _ in range(rounds):
        table = table * (rows / np.maximum(table.sum(1), 1e-12))[:, None]
        table = table * (columns / np.maximum(table.sum(0), 1e-12))
    return table


def _filled(whole: Ints, rows: Ints, columns: Ints, pull: Floats, rng: np.random.Generator) -> Ints:
    """Add and take single people until all sums are met; nobody moves from a place to itself."""
    over = np.maximum(whole.sum(1) - rows, 0)
    for i in np.flatnonzero(over):
        take = rng.permutation(np.repeat(np.arange(len(columns)), whole[i]))[: over[i]]
        whole[i] -= np.bincount(take, minlength=len(columns))
    over = np.maximum(whole.sum(0) - columns, 0)
    for j in np.flatnonzero(over):
        take = rng.permutation(np.repeat(np.arange(len(rows)), whole[:, j]))[: over[j]]
        whole[:, j] -= np.bincount(take, minlength=len(rows))
    left = rows - whole.sum(1)
    for i in np.repeat(np.arange(len(rows)), left):
        room = columns - whole.sum(0)
        odds = np.where(room > 0, pull[i], 0.0)
        odds[i] = 0.0
        if odds.sum():
            whole[i, rng.choice(len(columns), p=odds / odds.sum())] += 1
        else:
            _exchange(whole, int(i), int(np.flatnonzero(room > 0)[0]))
    return whole


def _exchange(whole: Ints, row: int, column: int) -> None:
    """Room is left only where the mover already is: two movers change their places."""
    movable = whole.copy()
    movable[row], movable[:, column] = 0, 0
    movable[:, row] = 0
    a, b = np.unravel_index(int(movable.argmax()), movable.shape)
    whole[a, b] -= 1
    whole[row, b] += 1
    whole[a, column] += 1

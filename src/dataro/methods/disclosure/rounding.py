"""Random rounding: 1 and 2 become 0 or 3 by chance, yet sums stay near and queries agree.

The chance is drawn from a digest of the cell's own key, so that the same cell is rounded the same
way however often and in whatever order it is asked for; no average of answers gives it away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
BASE = 3


def round_small(value: Ints, keys: Sequence[str], group: Ints) -> Ints:
    """``value`` with 1 and 2 rounded to 0 or 3, their expectation kept.

    Within each ``group`` cells are rounded one after another in the order of their digests, with a
    common random start (systematic sampling), so that each group's sum moves by less than 3 in
    all; ``keys`` are unlike each other. Returns new values; sums are to be made of them.
    """
    small = np.flatnonzero((value > 0) & (value < BASE))
    result = value.copy()
    if not len(small):
        return result
    draws = np.array([_chance(keys[int(i)]) for i in small])
    order = np.lexsort((draws, group[small]))
    small, draws = small[order], draws[order]
    of = group[small]
    first = np.flatnonzero(np.r_[True, of[1:] != of[:-1]])
    share = value[small] / BASE
    running = np.cumsum(share)
    before = np.repeat((running - share)[first], np.diff(np.r_[first, len(small)]))
    start = np.repeat(draws[first], np.diff(np.r_[first, len(small)]))
    start = _mixed(start)
    upto = running - before + start
    up = np.floor(upto + 1e-12) > np.floor(upto - share + 1e-12)
    result[small] = np.where(up, BASE, 0)
    return result


def _chance(key: str) -> float:
    """A number from 0 to 1 that belongs to a key."""
    digest = hashlib.blake2b(key.encode(), digest_size=8, person=b"rounding").digest()
    return int.from_bytes(digest, "big") / 2**64


def _mixed(draw: NDArray[np.float64]) -> NDArray[np.float64]:
    """A start that is even from 0 to 1: the least of several draws is not, so it is drawn again."""
    return np.array([_chance(f"{one:.17g}") for one in draw])

"""How long things last: Kaplan–Meier with delayed entry, and Greenwood's interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Survival:
    """The share that lasts beyond each of ``times``, with a 95 % interval.

    ``at_risk`` are those under observation just before, ``ended`` those that ended there.
    """

    times: Floats
    share: Floats
    low: Floats
    high: Floats
    at_risk: NDArray[np.int64]
    ended: NDArray[np.int64]

    def at(self, time: float) -> tuple[float, float, float] | None:
        """Share, low and high at ``time``; None where nobody was observed for that long."""
        if not len(self.times) or time > self.times[-1]:
            return None
        i = int(np.searchsorted(self.times, time, side="right")) - 1
        if i < 0:
            return 1.0, 1.0, 1.0
        return float(self.share[i]), float(self.low[i]), float(self.high[i])


def kaplan_meier(lasted: ArrayLike, ended: ArrayLike, entered: ArrayLike | None = None) -> Survival:
    """The product-limit estimate (Kaplan and Meier 1958).

    ``lasted`` is the age at the end or at the last look, ``ended`` whether it ended there,
    ``entered`` the age at which each came under observation (left truncation: things that ended
    before a register began are not in it; 0 by default). The interval is Greenwood's on the
    log(−log) scale, which stays between 0 and 1. Ages at which nobody is at risk are left out.
    """
    age = np.asarray(lasted, float)
    over = np.asarray(ended, bool)
    since = np.zeros_like(age) if entered is None else np.asarray(entered, float)
    seen = age > since
    age, over, since = age[seen], over[seen], since[seen]
    times = np.unique(age)
    begun = np.searchsorted(np.sort(since), times, side="left")
    gone = np.searchsorted(np.sort(age), times, side="left")
    at_risk = (begun - gone).astype(np.int64)
    ends = np.bincount(np.searchsorted(times, age[over]), minlength=len(times)).astype(np.int64)
    share: Floats = np.asarray(np.cumprod(1 - ends / at_risk), dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.cumsum(ends / (at_risk * (at_risk - ends)).astype(float)))
        half = Z95 * spread / np.abs(np.log(share))
        low, high = share ** np.exp(half), share ** np.exp(-half)
    inside = (share > 0) & (share < 1)
    return Survival(
        times, share, np.where(inside, low, share), np.where(inside, high, share), at_risk, ends
    )

"""The two forecasts that any other has to beat: last year's change again, and AR(4) of changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def drift(level: Floats, ahead: int, *, over: int = 12) -> Floats:
    """Go on by the mean change of the last ``over`` months (ahead,).

    ``level`` (n,) ends with a known value. Where the value ``over`` months before is missing, the
    last one before it is taken, or the first of all.
    """
    known = np.flatnonzero(np.isfinite(level))
    last = level.size - 1
    earlier = known[known <= last - over]
    start = int(earlier[-1]) if earlier.size else int(known[0])
    step = (level[last] - level[start]) / max(last - start, 1)
    return np.asarray(level[last] + step * np.arange(1, ahead + 1))


def autoregression(level: Floats, ahead: int, *, lags: int = 4) -> Floats:
    """Changes regressed on the ``lags`` before them by least squares, carried on (ahead,).

    Missing months of ``level`` (n,) are bridged by a straight line, as a spreadsheet would.
    Raises ``ValueError`` where the series is too short to fit.
    """
    known = np.flatnonzero(np.isfinite(level))
    change = np.diff(np.interp(np.arange(level.size), known, level[known]))
    if change.size < 3 * lags:
        raise ValueError(f"{change.size} changes are too few for {lags} lags")
    rows = change.size - lags
    columns = [np.ones(rows), *(change[lags - 1 - k : change.size - 1 - k] for k in range(lags))]
    fitted, *_ = np.linalg.lstsq(np.column_stack(columns), change[lags:], rcond=None)
    recent = list(change[-lags:])
    for _ in range(ahead):
        recent.append(float(fitted[0] + fitted[1:] @ np.array(recent[: -lags - 1 : -1])))
    return np.asarray(level[-1] + np.cumsum(recent[lags:]))

"""Class breaks of a choropleth: quantiles, natural breaks, equal steps."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal, get_args

Method = Literal["quantile", "natural", "equal"]
METHODS: tuple[Method, ...] = get_args(Method)


def upper_bounds(
    values: Sequence[float | int | None], classes: int, method: Method = "quantile"
) -> list[float]:
    """Upper bounds of the classes, ascending; the last is the largest value.

    Never more classes than different values: where all are equal there is one, where none is
    known there is none. A value belongs to the first class whose bound it does not exceed.
    """
    known = sorted(float(v) for v in values if v is not None and math.isfinite(v))
    distinct = sorted(set(known))
    if not distinct:
        return []
    if len(distinct) <= classes:
        return distinct
    if method == "equal":
        low, high = distinct[0], distinct[-1]
        return [low + (high - low) * i / classes for i in range(1, classes)] + [high]
    if method == "natural":
        return _natural(known, classes)
    bounds = [known[min(len(known) - 1, math.ceil(len(known) * i / classes) - 1)]
              for i in range(1, classes + 1)]  # fmt: skip
    return sorted(set(bounds))


def diverging_bounds(
    values: Sequence[float | int | None], classes: int, method: Method = "quantile"
) -> list[float]:
    """Like ``upper_bounds``, but no class holds both losses and gains.

    The classes are shared between the sides of zero by how many values they have, at least one
    and at most three to a side.
    """
    known = [v for v in values if v is not None and math.isfinite(v)]
    below, above = [v for v in known if v < 0], [v for v in known if v >= 0]
    if not below or not above:
        return upper_bounds(known, min(classes, 3), method)
    share = round(classes * len(below) / len(known))
    left = min(max(share, 1, classes - 3), classes - 1, 3)
    right = min(classes - left, 3)
    return upper_bounds(below, left, method) + upper_bounds(above, right, method)


def class_of(value: float | int | None, bounds: Sequence[float]) -> int | None:
    """Index of the class of a value, None where it is missing."""
    if value is None or not math.isfinite(value) or not bounds:
        return None
    return min(bisect_left(bounds, value), len(bounds) - 1)


def _natural(known: Sequence[float], classes: int) -> list[float]:
    """Bounds with the least squared deviation inside classes (W. D. Fisher, 1958), exactly.

    Quadratic in the number of values: above 500 it looks at evenly spaced ranks of them.
    """
    if len(known) > 500:
        step = (len(known) - 1) / 499
        known = [known[round(i * step)] for i in range(500)]
    n = len(known)
    total, square = [0.0], [0.0]
    for value in known:
        total.append(total[-1] + value)
        square.append(square[-1] + value * value)

    def spread(i: int, j: int) -> float:
        run = total[j] - total[i]
        return square[j] - square[i] - run * run / (j - i)

    best = [math.inf] * (n + 1)
    best[0] = 0.0
    cuts: list[list[int]] = []
    for _ in range(classes):
        following, cut = [math.inf] * (n + 1), [0] * (n + 1)
        for j in range(1, n + 1):
            for i in range(j):
                if best[i] < math.inf and best[i] + spread(i, j) < following[j]:
                    following[j], cut[j] = best[i] + spread(i, j), i
        best = following
        cuts.append(cut)
    bounds, end = [], n
    for cut in reversed(cuts):
        bounds.append(known[end - 1])
        end = cut[end]
    return sorted(set(bounds))

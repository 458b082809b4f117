"""Which cells are sensitive, and how far from its value each must seem possible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataro.vocabulary.disclosure import Disclosure

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEAR = 0.15
"""A hidden sum with too few contributors must seem possible this share above its value."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of one table: their values and, where known, who stands behind them."""

    value: Floats
    contributors: Floats
    largest: Floats | None = None
    second: Floats | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """``sensitive`` cells must seem to reach ``up`` above and ``down`` below their values."""

    sensitive: Flags
    up: Floats
    down: Floats


def needs(cells: Cells, rule: Disclosure, *, counts: bool) -> Need:
    """Judge cells by minimum contributors, p% and dominance (Hundepool et al. 2012, ch. 4).

    ``counts`` says that values are numbers of contributors: a small one must then seem able to
    reach the minimum. Cells of zero are not sensitive.
    """
    few = (cells.contributors > 0) & (cells.contributors < rule.minimum) & (cells.value != 0)
    size = np.abs(cells.value)
    if counts:
        up = np.where(few, rule.minimum - cells.value, 0.0)
        down = np.where(few, np.minimum(1.0, cells.value - 1), 0.0)
    else:
        up = np.where(few, NEAR * size, 0.0)
        down = up.copy()
    sensitive = few.copy()
    if cells.largest is not None:
        if rule.percent is not None:
            second = cells.second if cells.second is not None else np.zeros_like(cells.largest)
            short = rule.percent / 100 * cells.largest - (size - cells.largest - second)
            sensitive, up, down = _more(sensitive, up, down, short, size)
        if rule.dominance is not None:
            short = 100 / rule.dominance * cells.largest - size
            sensitive, up, down = _more(sensitive, up, down, short, size)
    return Need(sensitive, up, np.maximum(down, 0.0))


def _more(
    sensitive: Flags, up: Floats, down: Floats, short: Floats, size: Floats
) -> tuple[Flags, Floats, Floats]:
    found = (short > 1e-9) & (size > 0)
    wanted = np.where(found, short, 0.0)
    return sensitive | found, np.maximum(up, wanted), np.maximum(down, np.minimum(wanted, size))

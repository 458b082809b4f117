"""Regression with two fixed effects on cells that stand for many rows.

Rows that share both effects and the regressors can be put together before: the mean outcome of a
cell, weighted by its rows, gives the same coefficients as the rows themselves, and (from the sums
of squares) the same residual variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Regression:
    """Coefficients with clustered standard errors and 95 % intervals (one entry a regressor)."""

    estimate: Floats
    error: Floats
    low: Floats
    high: Floats
    covariance: Floats
    clusters: int


class Absorber:
    """Takes two sets of means out of variables, exactly.

    ``first`` and ``second`` number the groups of each cell from 0; the second set should be the
    smaller one (months): a dense system of its size is solved once.
    """

    def __init__(self, first: Ints, second: Ints, weight: Floats) -> None:
        self.first, self.second, self.weight = first, second, weight
        self.many = int(first.max()) + 1, int(second.max()) + 1
        cells = sparse.coo_array((weight, (first, second)), shape=self.many).tocsr()
        self.cells = cells
        self.sum_first = np.asarray(cells.sum(axis=1)).ravel()
        if not (self.sum_first > 0).all():
            raise ValueError("a group of the first kind has no weight; number groups without gaps")
        scaled = sparse.diags_array(1 / self.sum_first) @ cells
        inner = np.diag(np.asarray(cells.sum(axis=0)).ravel()) - (cells.T @ scaled).toarray()
        # one of the months is said by the rest: the system has as many null directions as the
        # panel has parts that nothing connects, and rounding makes them look like more than nothing
        self.inverse = np.linalg.pinv(inner, rcond=1e-10, hermitian=True)

    def within(self, values: Floats) -> Floats:
        """``values`` (one per cell) without both sets of weighted means."""
        weighted = self.weight * values
        by_first = np.bincount(self.first, weighted, self.many[0])
        by_second = np.bincount(self.second, weighted, self.many[1])
        effect = self.inverse @ (by_second - self.cells.T @ (by_first / self.sum_first))
        mean = (by_first - self.cells @ effect) / self.sum_first
        return np.asarray(values - mean[self.first] - effect[self.second])


def two_way(
    outcome: Floats, regressors: Floats, first: Ints, second: Ints, *,
    weight: Floats | None = None, cluster: Ints | None = None, level: float = 0.95,
) -> Regression:  # fmt: skip
    """Regress ``outcome`` on ``regressors`` (cells × k) with effects of ``first`` and ``second``.

    Standard errors are clustered by ``cluster`` (``first`` where absent), with the usual factor
    G/(G−1) and Student's t with G−1 degrees of freedom. Raises ``ValueError`` where a regressor
    does not vary once the effects are taken out.
    """
    weight = np.ones(len(outcome)) if weight is None else np.asarray(weight, float)
    absorber = Absorber(first, second, weight)
    y = absorber.within(np.asarray(outcome, float))
    x = np.column_stack([absorber.within(column) for column in np.atleast_2d(regressors.T)])
    gram = (x * weight[:, None]).T @ x
    scale = (weight[:, None] * np.atleast_2d(regressors.T).T ** 2).sum(0)
    if (np.diag(gram) <= 1e-12 * np.maximum(scale, 1e-300)).any():
        raise ValueError("a regressor does not vary within the fixed effects")
    inverse = np.linalg.inv(gram)
    estimate = inverse @ (x.T @ (weight * y))
    left = y - x @ estimate
    group = first if cluster is None else cluster
    many = int(group.max()) + 1
    scores = np.column_stack(
        [np.bincount(group, weight * left * x[:, j], many) for j in range(x.shape[1])]
    )
    covariance = inverse @ (scores.T @ scores) @ inverse * many / max(1, many - 1)
    error = np.sqrt(np.diag(covariance))
    reach = float(stats.t.ppf(0.5 + level / 2, max(1, many - 1))) * error
    return Regression(estimate, error, estimate - reach, estimate + reach, covariance, many)

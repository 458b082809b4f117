"""What linear arithmetic says of hidden cells: the least and most that each could be.

A table with hidden cells is a system of equations; whoever reads it can solve the linear programme
that makes one cell as small or as large as the shown totals allow (Fischetti & Salazar 2001).
"""

from __future__ import annotations

from typing import Any, cast

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CLOSE = 1e-6
"""Two values this near, relative to their size, are one to the solver."""


class Bounds:
    """The tables that agree with what is shown: ``matrix`` · x = ``total``, ``floor`` ≤ x ≤ ``ceiling``.

    One programme, solved again from where the last solution stood for each question.
    """

    def __init__(
        self, matrix: csr_matrix, total: Floats, floor: Floats, ceiling: Floats | None = None
    ) -> None:
        rows, self.columns = matrix.shape
        self._ceiling = np.full(self.columns, np.inf) if ceiling is None else ceiling
        by_row = csr_matrix(matrix)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.columns, rows
        model.col_cost_ = np.zeros(self.columns)
        model.col_lower_ = floor
        model.col_upper_ = self._ceiling
        model.row_lower_ = total
        model.row_upper_ = total
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = by_row.indptr
        model.a_matrix_.index_ = by_row.indices
        model.a_matrix_.value_ = by_row.data
        self._floor = floor
        self._solver = cast(Any, highspy.Highs)()  # carries no type hints
        self._solver.setOptionValue("output_flag", False)
        # all solvers of a process share one scheduler, and refuse another number of threads than it has
        self._solver.setOptionValue("threads", 1)
        self._solver.passModel(model)

    def push(self, weight: Floats) -> Floats | None:
        """A table that makes ``weight`` · x largest; None where that has no end.

        Raises ``ArithmeticError`` where no table agrees with the totals.
        """
        every = np.arange(self.columns, dtype=np.int32)
        self._solver.changeColsCost(self.columns, every, -weight)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kUnknown:  # begun too far from where it has to go
            self._solver.clearSolver()
            self._solver.run()
            status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return np.asarray(self._solver.getSolution().col_value)
        endless = (
            highspy.HighsModelStatus.kUnbounded,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        )
        if status in endless:
            return None
        raise ArithmeticError(f"the totals contradict each other ({status})")

    def interval(self, cell: int) -> tuple[float, float]:
        """The least and the most that a cell can be."""
        weight = np.zeros(self.columns)
        weight[cell] = 1.0
        most, least = self.push(weight), self.push(-weight)
        return (
            -np.inf if least is None else float(least[cell]),
            np.inf if most is None else float(most[cell]),
        )

    def short_of(self, cells: Ints, goals: Floats, sign: int) -> Ints:
        """Those of ``cells`` that cannot reach their goals, above (``sign`` 1) or below (−1).

        Many are settled by one solution: all are pushed together, none beyond its goal; who gets
        there is settled. Who is left when nobody gets there any more is asked alone.
        """
        left, goal = cells, goals
        while len(left):
            at = self._pushed(left, goal, sign)
            there = sign * (at - goal) >= -CLOSE * np.maximum(1.0, np.abs(goal))
            if not there.any():
                break
            left, goal = left[~there], goal[~there]
        alone = [self._pushed(left[i : i + 1], goal[i : i + 1], sign)[0] for i in range(len(left))]
        near = CLOSE * np.maximum(1.0, np.abs(goal))
        return left[sign * (np.array(alone) - goal) < -near] if alone else left

    def _pushed(self, cells: Ints, goals: Floats, sign: int) -> Floats:
        low, high = self._floor.copy(), self._ceiling.copy()
        (high if sign > 0 else low)[cells] = goals
        every = np.arange(self.columns, dtype=np.int32)
        self._solver.changeColsBounds(self.columns, every, low, high)
        weight = np.zeros(self.columns)
        weight[cells] = sign
        found = self.push(weight)
        self._solver.changeColsBounds(self.columns, every, self._floor, self._ceiling)
        return goals if found is None else np.asarray(found[cells])

"""One door to HiGHS: a sparse linear or integer programme in, a value and a proven bound out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Programme:
    """Minimise ``objective`` · x with ``low`` <= rows · x <= ``high`` and 0 <= x <= ``most``."""

    objective: Floats
    rows: sparse.csr_array
    low: Floats
    high: Floats
    most: Floats
    whole: NDArray[np.bool_]
    least: Floats = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, slots=True)
class Solution:
    """``x`` is None where none was found in time; ``bound`` holds for every feasible x.

    ``prices`` are the dual values of the rows, where the programme is linear.
    """

    x: Floats | None
    value: float
    bound: float
    stopped: bool
    infeasible: bool
    prices: Floats | None = None


def minimise(programme: Programme, seconds: float, start: Floats | None = None) -> Solution:
    """Solve exactly (no tolerance on the gap) or stop after ``seconds`` with the bound so far."""
    highs = cast(Any, highspy.Highs)()  # carries no type hints
    for option, value in (
        ("output_flag", False),
        ("time_limit", max(seconds, 0.01)),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-7),
        ("random_seed", 1),
        ("threads", 1),  # the same steps every time, and no waiting threads that burn a core
    ):
        highs.setOptionValue(option, value)
    highs.passModel(_model(programme))
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = start
        highs.setSolution(given)
    highs.run()
    status, info = highs.getModelStatus(), highs.getInfo()
    names = highspy.HighsModelStatus
    stopped = status == names.kTimeLimit
    if status not in (names.kOptimal, names.kTimeLimit):
        return Solution(None, float("inf"), float("inf"), False, True)
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    integer = bool(programme.whole.any())
    value = float(info.objective_function_value) if feasible else float("inf")
    reached = -float("inf") if stopped else value
    bound = float(info.mip_dual_bound) if integer else reached
    x = np.asarray(highs.getSolution().col_value, dtype=np.float64) if feasible else None
    prices = None
    if feasible and not integer:
        prices = np.asarray(highs.getSolution().row_dual, dtype=np.float64)
    return Solution(x, value, bound, stopped, False, prices)


def _model(programme: Programme) -> highspy.HighsLp:
    rows = programme.rows.tocsr()
    count, width = rows.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = width, count
    model.col_cost_ = programme.objective
    model.col_lower_ = programme.least if programme.least.size else np.zeros(width)
    model.col_upper_ = programme.most
    model.row_lower_, model.row_upper_ = programme.low, programme.high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = rows.indptr.astype(np.int32)
    model.a_matrix_.index_ = rows.indices.astype(np.int32)
    model.a_matrix_.value_ = rows.data.astype(np.float64)
    if programme.whole.any():
        kinds = np.array(
            [highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger], dtype=object
        )
        model.integrality_ = list(kinds[programme.whole.astype(np.intp)])
    return model

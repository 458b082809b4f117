"""Read a published table as an attacker would: what can be worked out of its hidden cells?

It takes only what is shown, the frame with its empty cells and the totals, and shares no step with
the protection: tests hold one against the other.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from dataro.methods.disclosure.linear import Bounds
from dataro.vocabulary.disclosure import HIDDEN


def bounds_of_hidden(
    frame: pl.DataFrame,
    totals: Mapping[tuple[str, ...], pl.DataFrame],
    value: str,
    *,
    status: str = "status",
    floor: float = 0.0,
) -> pl.DataFrame:
    """The hidden rows of ``frame`` with ``least`` and ``most``: all that they could be, given each
    shown total and that no cell is below ``floor``."""
    hidden = frame.with_row_index("_row").filter(pl.col(status) == HIDDEN)
    number = {row: i for i, row in enumerate(hidden["_row"].to_list())}
    rows: list[int] = []
    columns: list[int] = []
    known: list[float] = []
    for kept, table in totals.items():
        seen = frame.with_row_index("_row").with_columns(pl.lit(1).alias("_all"))
        groups = seen.group_by(list(kept) or "_all", maintain_order=True).agg("_row", value)
        shown = table if kept else table.with_columns(pl.lit(1).alias("_all"))
        of = shown.select(*(list(kept) or ["_all"]), pl.col(value).alias("_total"))
        joined = groups.join(of, on=list(kept) or ["_all"], how="inner", nulls_equal=True)
        for inside, parts, total in joined.select("_row", value, "_total").iter_rows():
            unknown = [number[row] for row in inside if row in number]
            if total is None or not unknown:
                continue
            rows += [len(known)] * len(unknown)
            columns += unknown
            known.append(total - sum(part for part in parts if part is not None))
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(known), len(number)))
    solver = Bounds(matrix, np.array(known, float), np.full(len(number), float(floor)))
    found = [solver.interval(i) for i in range(len(number))]
    return hidden.drop("_row").with_columns(
        pl.Series("least", [low for low, _ in found], dtype=pl.Float64),
        pl.Series("most", [high for _, high in found], dtype=pl.Float64),
    )

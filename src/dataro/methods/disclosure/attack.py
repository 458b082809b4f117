"""Read a published table as an attacker would: what can be worked out of its hidden cells?

It takes only what is shown, the frame with its empty cells and the totals, and shares no step with
the protection: tests hold one against the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

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


@dataclass(frozen=True, slots=True)
class Seen:
    """A published table as a reader has it: ``frame`` identified by the columns ``cells``, and by
    which of its columns it can be added up to what other tables show (``groupings``)."""

    frame: pl.DataFrame
    cells: tuple[str, ...]
    groupings: tuple[tuple[str, ...], ...]
    value: str
    status: str = "status"


def bounds_across(tables: Mapping[str, Seen], *, floor: float = 0.0) -> dict[str, pl.DataFrame]:
    """The hidden rows of every table with ``least`` and ``most``, by all tables at once.

    Sums of two tables over the same columns are set equal wherever both can be made; what neither
    shows is unknown. No cell is below ``floor``.
    """
    hidden: dict[tuple[str, int], int] = {}
    for name, seen in tables.items():
        for row in np.flatnonzero((seen.frame[seen.status] == HIDDEN).to_numpy()).tolist():
            hidden[name, row] = len(hidden)
    sums: dict[object, list[tuple[float, list[int]]]] = {}
    for name, seen in tables.items():
        for kept in dict.fromkeys(
            [tuple(sorted(seen.cells)), *(tuple(sorted(g)) for g in seen.groupings)]
        ):
            rows = seen.frame.with_row_index("_row").drop_nulls(list(kept))
            parts: dict[object, tuple[float, list[int]]] = {}
            for one in rows.select("_row", seen.value, *kept).iter_rows():
                known, unknown = parts.get(one[2:], (0.0, []))
                at = hidden.get((name, one[0]))
                parts[one[2:]] = (
                    (known + one[1], unknown) if at is None else (known, [*unknown, at])
                )
            for key, part in parts.items():
                sums.setdefault((kept, key), []).append(part)
    equations = [(first, other) for same in sums.values() for first, other in pairwise(same)]
    equations = [(a, b) for a, b in equations if a[1] or b[1]]
    matrix = np.zeros((len(equations), len(hidden)))
    for i, ((_, mine), (_, theirs)) in enumerate(equations):
        matrix[i, mine] += 1.0
        matrix[i, theirs] -= 1.0
    rest = np.array([b[0] - a[0] for a, b in equations], float)
    told = (matrix != 0).any(1)
    solver = Bounds(csr_matrix(matrix[told]), rest[told], np.full(len(hidden), float(floor)))
    made = {}
    for name, seen in tables.items():
        own = [row for of, row in hidden if of == name]
        found = [solver.interval(hidden[name, row]) for row in own]
        made[name] = seen.frame[own].with_columns(
            pl.Series("least", [low for low, _ in found], dtype=pl.Float64),
            pl.Series("most", [high for _, high in found], dtype=pl.Float64),
        )
    return made

"""How cells add up: one equation a total, whatever hierarchy the totals stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sums:
    """``member`` (totals × cells, 0 or 1): which cells make up a total; ``margin`` the number of
    the margin that a total is of, ``group`` its place in that margin."""

    member: csr_matrix
    margin: Ints
    group: Ints


def add_up(frame: pl.DataFrame, margins: Sequence[Sequence[str]]) -> Sums:
    """The totals of ``frame``'s rows by each grouping of ``margins`` (``()``: all of them)."""
    rows, columns, margin, group = [], [], [], []
    totals = 0
    cells = np.arange(frame.height)
    for number, kept in enumerate(margins):
        ids = group_ids(frame, kept)
        many = int(ids.max()) + 1 if len(ids) else 0
        rows.append(ids + totals)
        columns.append(cells)
        margin.append(np.full(many, number))
        group.append(np.arange(many))
        totals += many
    if not margins or not frame.height:
        empty = np.empty(0, np.int64)
        return Sums(csr_matrix((0, frame.height)), empty, empty)
    row, column = np.concatenate(rows), np.concatenate(columns)
    member = csr_matrix((np.ones(len(row)), (row, column)), shape=(totals, frame.height))
    return Sums(member, np.concatenate(margin), np.concatenate(group))


def group_ids(frame: pl.DataFrame, kept: Sequence[str]) -> Ints:
    """The number of each row's group, groups in the order of first appearance."""
    if not kept:
        return np.zeros(frame.height, np.int64)
    named = frame.select(list(kept)).with_row_index("_row")
    groups = named.group_by(list(kept), maintain_order=True).agg("_row").with_row_index("_group")
    placed = groups.explode("_row").sort("_row")
    return np.asarray(placed["_group"].to_numpy(), np.int64)

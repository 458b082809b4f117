"""Short columns taken together: a table of thousands of columns is asked once, not once a column.

A call into polars costs some 60 µs whatever the length of a series; by blocks of columns that cost
is shared. A tall table has blocks of one column, so that no column is copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

CELLS = 200_000
"""Cells of a block."""


def blocks(names: Sequence[str], height: int) -> Iterator[Sequence[str]]:
    """Names in blocks of columns that have at most ``CELLS`` cells together, or of one."""
    size = max(1, CELLS // max(1, height))
    for start in range(0, len(names), size):
        yield names[start : start + size]


def together(columns: Sequence[pl.Series]) -> pl.Series:
    """The cells of several columns one after another, in one piece of memory."""
    if len(columns) == 1:
        return columns[0]
    return pl.concat(columns, rechunk=True)


def apart(cells: pl.Series, names: Sequence[str], height: int) -> list[pl.Series]:
    """The columns that ``together`` joined, under these names."""
    return [cells.slice(at * height, height).rename(name) for at, name in enumerate(names)]

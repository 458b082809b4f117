"""Declared rules over batches: every failing row kept, with a bit for each rule it breaks.

Memory is one batch, eight bytes a row for the key, and twelve for each failing row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
import numpy.typing as npt
import polars as pl

from dataro.data.quality.screen import repeated
from dataro.data.sources.raw import ROW


@dataclass(frozen=True)
class Judged:
    """What failed. ``failing`` has a row for each failing row: ``_row`` (as a spreadsheet numbers
    it) and ``mask`` (bit n: rule n is broken). ``repeated`` are the ``_row`` of rows whose key an
    earlier row has."""

    rows: int
    failing: pl.DataFrame
    repeated: npt.NDArray[np.int64]
    rules: int

    @property
    def counts(self) -> list[int]:
        """Failing rows by rule."""
        mask = self.failing["mask"].to_numpy()
        return [int(((mask >> np.uint32(n)) & 1).sum()) for n in range(self.rules)]


def judge_batches(
    batches: Iterable[pl.DataFrame], failed: Sequence[pl.Expr], *, key: Sequence[str] = ()
) -> Judged:
    """Judge batches of text, each with its numbers in ``_row``, by up to 32 conditions.

    A condition tells the rows that fail; where it is null a row is not judged by it.
    """
    if len(failed) > 32:
        raise ValueError("at most 32 conditions fit in a mask")
    bits = [c.fill_null(False).cast(pl.UInt32) * (1 << n) for n, c in enumerate(failed)]
    mask = reduce(or_, bits).alias("mask")
    kept: list[pl.DataFrame] = []
    hashes: list[npt.NDArray[np.uint64]] = []
    numbers: list[pl.Series] = []
    total = 0
    for batch in batches:
        judged = batch.select(pl.col(ROW).cast(pl.UInt32), mask)
        kept.append(judged.filter(pl.col("mask") != 0))
        total += batch.height
        if key:
            whole = pl.all_horizontal(pl.col(key).is_not_null())
            hashed = batch.select(pl.when(whole).then(pl.struct(key).hash(0)).alias("h"))["h"]
            hashes.append(hashed.fill_null(0).to_numpy())
            numbers.append(judged[ROW])
    rows = pl.concat(numbers).to_numpy() if numbers else np.empty(0, dtype=np.uint32)
    again = rows[repeated(hashes)].astype(np.int64)
    empty = pl.DataFrame(schema={ROW: pl.UInt32, "mask": pl.UInt32})
    return Judged(total, pl.concat([empty, *kept]), again, len(failed))

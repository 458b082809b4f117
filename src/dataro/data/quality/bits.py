"""Conditions over batches: every failing row kept, with a bit for each condition it breaks.

Memory is one batch, eight bytes a row for the key, sixteen for each failing row, and the failing
cells where they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

import numpy as np
import numpy.typing as npt
import polars as pl

from dataro.data.quality.screen import repeated
from dataro.data.sources.raw import ROW

MOST = 64
"""Conditions that fit in a mask."""
_AT = "\0at"
_TOGETHER = 100_000  # failing rows of which the cells are picked out at once
_CELLS = {"at": pl.Int64(), ROW: pl.UInt32(), "n": pl.UInt8(), "value": pl.String()}


@dataclass(frozen=True)
class Judged:
    """What failed. ``failing`` has a row for each failing row: ``_row`` (as a spreadsheet numbers
    it) and ``mask`` (bit n: condition n is broken). ``repeated_at`` are the rows whose key an
    earlier row has: ``at`` (position from 0) and ``_row``. ``cells`` are, where asked for, the
    failing cells: ``at``, ``_row``, ``n`` (the condition), ``value``. ``blanks`` counts nulls by
    column, ``answered`` the rows in which each condition is not null."""

    rows: int
    failing: pl.DataFrame
    repeated_at: pl.DataFrame
    conditions: int
    cells: pl.DataFrame
    blanks: dict[str, int] = field(default_factory=dict)
    answered: tuple[int, ...] = ()

    @property
    def counts(self) -> list[int]:
        """Failing rows by condition."""
        mask = self.failing["mask"].cast(pl.UInt64).to_numpy()
        return [int(((mask >> np.uint64(n)) & np.uint64(1)).sum()) for n in range(self.conditions)]


def judge_batches(
    batches: Iterable[pl.DataFrame],
    failed: Sequence[pl.Expr],
    *,
    key: Sequence[str] = (),
    derived: Sequence[pl.Expr] = (),
    cells: Sequence[str | None] = (),
    count: Sequence[str] = (),
) -> Judged:
    """Judge batches of text, each with its numbers in ``_row``, by up to ``MOST`` conditions.

    A condition tells the rows that fail; where it is null a row is not judged by it. ``derived``
    are columns that several conditions need, computed once. ``cells``
    names for each condition the column whose cell is kept (None: no cell, the row alone), ``count``
    the columns whose nulls are counted.
    """
    if len(failed) > MOST:
        raise ValueError(f"at most {MOST} conditions fit in a mask")
    width = pl.UInt32() if len(failed) <= 32 else pl.UInt64()
    bits = [c.fill_null(False).cast(width) * (1 << n) for n, c in enumerate(failed)]
    mask = reduce(or_, bits, pl.lit(0, width)).alias("mask")
    open_ = [n for n, one in enumerate(cells) if one is None]
    unanswered = np.zeros(len(failed), dtype=np.int64)
    blanks = np.zeros(len(count), dtype=np.int64)
    kept: list[pl.DataFrame] = []
    shown: list[pl.DataFrame] = []
    waiting: list[pl.DataFrame] = []
    wanted = list(dict.fromkeys(name for name in cells if name is not None))
    hashes: list[npt.NDArray[np.uint64]] = []
    numbers: list[pl.Series] = []
    total = 0
    for batch in batches:
        masks = batch.lazy().with_columns(derived).select(mask).collect()["mask"]
        fails = batch.with_columns(
            masks, pl.int_range(total, total + pl.len(), dtype=pl.Int64).alias(_AT)
        ).filter(masks != 0)
        kept.append(fails.select(pl.col(ROW).cast(pl.UInt32), "mask"))
        if cells:
            waiting.append(fails.select(_AT, ROW, "mask", *wanted))
            if sum(part.height for part in waiting) >= _TOGETHER:
                shown += _cells(waiting, cells)
                waiting = []
        blanks += np.array([batch[name].null_count() for name in count], dtype=np.int64)
        if open_:
            answers = batch.lazy().with_columns(derived)
            unanswered[open_] += answers.select(
                failed[n].is_null().sum().alias(str(n)) for n in open_
            ).collect().row(0)  # fmt: skip
        total += batch.height
        if key:
            whole = pl.all_horizontal(pl.col(key).is_not_null())
            hashed = batch.select(pl.when(whole).then(pl.struct(key).hash(0)).alias("h"))["h"]
            hashes.append(hashed.fill_null(0).to_numpy())
            numbers.append(batch[ROW].cast(pl.UInt32))
    shown += _cells(waiting, cells) if waiting else []
    rows = pl.concat(numbers) if numbers else pl.Series(dtype=pl.UInt32)
    at = pl.Series("at", repeated(hashes), dtype=pl.Int64)
    return Judged(
        total,
        pl.concat([pl.DataFrame(schema={ROW: pl.UInt32(), "mask": width}), *kept]),
        pl.DataFrame([at, rows.gather(at).rename(ROW)]),
        len(failed),
        pl.concat([pl.DataFrame(schema=_CELLS), *shown]),
        dict(zip(count, blanks.tolist(), strict=True)),
        tuple(int(total - n) for n in unanswered),
    )


def _cells(parts: Sequence[pl.DataFrame], cells: Sequence[str | None]) -> list[pl.DataFrame]:
    """The cells of failing rows that each condition is about."""
    fails = pl.concat(parts)
    found = []
    for n, name in enumerate(cells):
        broken = (fails["mask"] & (1 << n)) != 0
        if broken.any():
            rows = fails.select(_AT, ROW, *([] if name is None else [name])).filter(broken)
            value = pl.lit(None, pl.String) if name is None else pl.col(name)
            found.append(rows.select(
                pl.col(_AT).alias("at"), pl.col(ROW).cast(pl.UInt32),
                pl.lit(n, pl.UInt8).alias("n"), value.alias("value"),
            ))  # fmt: skip
    return found

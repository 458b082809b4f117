"""Raw card payments, as many as wanted: for measuring engines, kept out of the demo.

Payments of ``merchants`` shops over ``months`` months. A shop that joins sells on tickets that are
larger by ``EFFECT`` (log) from then on; shops and months have levels of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

EFFECT = 0.03
"""The true effect of joining on the log of a payment."""

COLUMNS = (
    ("merchant", pa.int32()), ("month", pa.int16()), ("district", pa.int8()), ("trade", pa.int8()),
    ("weekday", pa.int8()), ("hour", pa.int8()), ("age", pa.int8()), ("woman", pa.bool_()),
    ("visitor", pa.bool_()), ("joined", pa.bool_()), ("amount", pa.int32()),
)  # fmt: skip
SCHEMA = pa.schema(COLUMNS)
"""One row per payment; ``amount`` in won, ``month`` from 0, ``age`` the decade."""


def rows(
    seed: int, n: int, *, merchants: int = 100_000, months: int = 36, batch: int = 1_000_000
) -> Iterator[pa.RecordBatch]:
    """``n`` payments in batches of at most ``batch`` rows with the columns of ``SCHEMA``.

    The same seed and sizes give the same rows. Raises ``ValueError`` for sizes below one.
    """
    if min(n, merchants, months, batch) < 1:
        raise ValueError("rows, merchants, months and batch are at least one")
    rng = np.random.default_rng([seed, 66])
    weight = rng.lognormal(0, 0.9, merchants)
    edges = np.cumsum(weight / weight.sum())
    level = rng.normal(9.9, 0.5, merchants).astype(np.float32)
    district = rng.integers(0, 29, merchants, dtype=np.int8)
    trade = rng.integers(0, 10, merchants, dtype=np.int8)
    start = np.where(
        rng.random(merchants) < 0.4, months, rng.integers(1, max(2, months), merchants)
    )
    season = rng.normal(0, 0.05, months).astype(np.float32)
    for done in range(0, n, batch):
        many = min(batch, n - done)
        merchant = np.minimum(np.searchsorted(edges, rng.random(many)), merchants - 1)
        month = rng.integers(0, months, many)
        joined = month >= start[merchant]
        noise = rng.standard_normal(many, np.float32) * np.float32(0.7)
        logs = level[merchant] + season[month] + np.float32(EFFECT) * joined + noise
        columns = (
            merchant.astype(np.int32), month.astype(np.int16), district[merchant], trade[merchant],
            rng.integers(0, 7, many, dtype=np.int8), rng.integers(0, 24, many, dtype=np.int8),
            rng.integers(1, 8, many, dtype=np.int8), rng.random(many) < 0.5,
            rng.random(many) < 0.25, joined, np.exp(logs).astype(np.int32),
        )  # fmt: skip
        yield pa.record_batch([pa.array(column) for column in columns], schema=SCHEMA)


def write_rows(path: Path, seed: int, n: int, **sizes: int) -> None:
    """The same as one Parquet file, streamed: memory stays that of a batch."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(path, SCHEMA) as writer:
        for part in rows(seed, n, **sizes):
            writer.write_batch(part)

"""Shares and quantiles of series as plain numbers."""

from __future__ import annotations

import polars as pl


def share(met: pl.Series) -> float:
    """The share of true cells among those that are not null; 0 where there are none."""
    known = met.len() - met.null_count()
    return int(met.sum()) / known if known else 0.0


def quantile(values: pl.Series, q: float) -> float:
    """A quantile of a series of numbers, 0 for an empty one."""
    return float(str(values.quantile(q) or 0.0))

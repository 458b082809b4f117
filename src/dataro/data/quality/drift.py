"""A delivery against the last one: columns gone or new, counts, blanks, distributions."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from dataro.data.quality.screen import FINDINGS
from dataro.data.quality.share import share
from dataro.data.quality.sheet import Column, Sheet, number, prepare, text

_PSI = 0.25  # population stability index: above a quarter a distribution is commonly called moved
_BLANKS = 0.1
_TIMES = 1.5
_FEWEST = 50
_BINS = 10
_MOST_VALUES = 60


def drift(sheet: Sheet, before: pl.DataFrame) -> pl.DataFrame:
    """Findings (of a whole column, or of the table where ``column`` is null) against ``before``.

    ``before`` is the last delivery as text. Numbers are compared by their deciles, categories by
    their shares, both as population stability index; every column by its share of blanks.
    """
    now = {c.name for c in sheet.columns}
    said: list[tuple[str | None, str, str]] = []
    ratio = (sheet.sample.height + 1) / (before.height + 1)
    if sheet.whole and not 1 / _TIMES <= ratio <= _TIMES:
        said.append((None, f"{before.height:,} → {sheet.sample.height:,}", "rows"))
    said += [(name, "–", "gone") for name in before.columns if name not in now and name[0] != "_"]
    known = tuple(c for c in sheet.columns if c.name in before.columns)
    said += [(c.name, "+", "new") for c in sheet.columns if c.name not in before.columns]
    earlier = prepare(before, known)
    for column in known:
        change = _moved(sheet.sample, earlier, column)
        if change:
            said.append((column.name, change, "moved"))
    return pl.DataFrame(
        {
            "at": [None] * len(said),
            "row": [None] * len(said),
            "column": [column for column, _, _ in said],
            "rule": ["drift"] * len(said),
            "value": [value for _, value, _ in said],
            "proposed": [None] * len(said),
        },
        schema=FINDINGS,
    )


def _moved(now: pl.DataFrame, before: pl.DataFrame, column: Column) -> str | None:
    a, b = now[text(column.name)], before[text(column.name)]
    blank_a, blank_b = _blank(a), _blank(b)
    if abs(blank_a - blank_b) > _BLANKS:
        return f"{blank_b:.1%} → {blank_a:.1%}"
    if min(a.len() - a.null_count(), b.len() - b.null_count()) < _FEWEST:
        return None
    if column.family == "number":
        moved = _numbers_moved(now[number(column.name)], before[number(column.name)])
    elif column.meaning in ("code", "yes_no", "district", "district_code"):
        moved = _codes_moved(a.drop_nulls(), b.drop_nulls())
    else:
        return None
    return f"PSI {moved:.2f}" if moved > _PSI else None


def _blank(values: pl.Series) -> float:
    return values.null_count() / values.len() if values.len() else 0.0


def _numbers_moved(now: pl.Series, before: pl.Series) -> float:
    a, b = now.drop_nulls().to_numpy(), before.drop_nulls().to_numpy()
    if min(len(a), len(b)) < _FEWEST:
        return 0.0
    edges = np.unique(np.quantile(b, np.linspace(0, 1, _BINS + 1)[1:-1]))
    shares = [
        np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
        / len(values)
        for values in (a, b)
    ]
    return _index(shares[0], shares[1])


def _codes_moved(now: pl.Series, before: pl.Series) -> float:
    values = pl.concat([now.unique(), before.unique()]).unique()
    if values.len() > _MOST_VALUES:
        return 0.0
    shares = [np.array([share(s == v) for v in values]) for s in (now, before)]
    return _index(shares[0], shares[1])


def _index(now: np.ndarray, before: np.ndarray) -> float:
    """Population stability index, empty cells counted as a half of a hundredth per cent."""
    a, b = np.maximum(now, 5e-5), np.maximum(before, 5e-5)
    value = float(np.sum((a - b) * np.log(a / b)))
    return value if math.isfinite(value) else 0.0

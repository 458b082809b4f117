"""Telling whose copy a file is, though rows were left out, mixed, or columns dropped.

Two marks, both made by a key of the extract alone:

- **rows**: one row in 64 is left out, by a keyed hash of what it says. A copy of somebody else's
  extract holds rows that this one left out.
- **digits**: the last of the three or more digits of a number with a fraction is even or odd by a keyed hash of what
  stands before it. In a copy all agree with the key; by chance one half would.

Neither says anything to whoever lacks the key, and no invented row is needed.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

LEFT_OUT = 64
"""One row in so many is left out."""
_FLOOR = -300.0
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well a file fits one extract.

    ``rows`` of the file were looked at, of which ``forbidden`` should not be in this extract;
    ``digits`` looked at, of which ``agreeing`` with its key. ``chance`` is the decadic logarithm of
    how probable so good a fit is for a file that is not this extract (0: no evidence).
    """

    rows: int
    forbidden: int
    digits: int
    agreeing: int
    chance: float


def mark(frame: pl.DataFrame, key: bytes, decimals: Sequence[str]) -> pl.DataFrame:
    """The rows with both marks, in a keyed order."""
    marked = frame.with_columns(
        pl.Series(name, [_digit(v, name, key) for v in frame[name].to_list()], dtype=pl.Float64)
        for name in decimals
    )
    prints = fingerprints(marked)
    kept = [at for at, text in enumerate(prints) if not _omitted(text, key)]
    kept.sort(key=lambda at: hashlib.blake2b(prints[at].encode(), key=key).digest())
    return marked[kept]


def look(
    frame: pl.DataFrame, key: bytes, columns: Sequence[str], decimals: Sequence[str]
) -> Evidence:
    """How well the rows of a file fit the extract with this key; ``columns`` are the extract's."""
    forbidden = rows = 0
    if set(columns) <= set(frame.columns):
        prints = fingerprints(frame.select(columns))
        rows = len(prints)
        forbidden = sum(_omitted(text, key) for text in prints)
    digits = agreeing = 0
    for name in decimals:
        if name not in frame.columns:
            continue
        for value in frame[name].cast(pl.Float64, strict=False).drop_nulls().unique().to_list():
            if not _markable(value):
                continue
            digits += 1
            agreeing += _digit(value, name, key) == value
    return Evidence(rows, forbidden, digits, agreeing, _chance(rows, forbidden, digits, agreeing))


def fingerprints(frame: pl.DataFrame) -> list[str]:
    """What each row says, as text; the same whether it comes from memory or from a file."""
    cells = frame.select(_as_text(frame[name]) for name in sorted(frame.columns))
    return cells.select(pl.concat_str(pl.all(), separator="\x1f")).to_series().to_list()


def _as_text(cells: pl.Series) -> pl.Series:
    if cells.dtype in (pl.Float64, pl.Float32):
        texts = ["" if value is None else f"{value:.10g}" for value in cells.to_list()]
        return pl.Series(cells.name, texts, dtype=pl.String)
    plain = cells.cast(pl.String).fill_null("").str.strip_chars()
    numbers = plain.cast(pl.Float64, strict=False)
    if numbers.null_count() == (plain == "").sum():
        return _as_text(numbers.alias(cells.name))
    return plain.alias(cells.name)


def _omitted(text: str, key: bytes) -> bool:
    return (
        int.from_bytes(hashlib.blake2b(text.encode(), key=key, digest_size=4).digest()) % LEFT_OUT
        == 0
    )


def _markable(value: float) -> bool:
    """A number with a fraction and three digits or more: changing its last one by one matters less
    than a hundredth."""
    if not math.isfinite(value) or value == int(value):
        return False
    text = f"{value:.10g}"
    return "e" not in text and len(text.replace(".", "").lstrip("-0")) >= _DIGITS


def _digit(value: float | None, name: str, key: bytes) -> float | None:
    """The value with a last digit that is even or odd as the key says."""
    if value is None or not _markable(value):
        return value
    text = f"{value:.10g}"
    stem, last = text[:-1], int(text[-1])
    wanted = hashlib.blake2b(f"{name}:{stem}".encode(), key=key, digest_size=1).digest()[0] % 2
    if last % 2 != wanted:
        last = last + 1 if last < 9 else last - 1
    return float(f"{stem}{last}")


def _chance(rows: int, forbidden: int, digits: int, agreeing: int) -> float:
    """log10 of the probability of so few forbidden rows and so many agreeing digits by chance."""
    found = 0.0
    if rows:
        found += _below(rows, forbidden, 1 / LEFT_OUT)
    if digits:
        found += _below(digits, digits - agreeing, 0.5)
    return max(_FLOOR, found)


def _below(n: int, k: int, p: float) -> float:
    """log10 P(X ≤ k) of a binomial; 0 from its mean on."""
    if k >= n * p:
        return 0.0
    terms = [
        math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
        + i * math.log(p) + (n - i) * math.log1p(-p)
        for i in range(k + 1)
    ]  # fmt: skip
    top = max(terms)
    return (top + math.log(sum(math.exp(one - top) for one in terms))) / math.log(10)

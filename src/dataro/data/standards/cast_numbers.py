"""Numbers as Korean tables write them: thousands commas, units, bracketed negatives."""

from __future__ import annotations

import re

import polars as pl

from dataro.data.standards.units import accepted_units
from dataro.vocabulary.text import Text

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_NEGATIVE = r"[-−–△▲]"  # budgets print △ or ▲ for a minus
_EXACT = 2**53


def cast_integer(values: pl.Series, unit: Text | None = None) -> pl.Series:
    """Whole numbers; ``12.5`` and ``1.23E+15`` (digits lost) cannot be read.

    ``123.0`` is 123: spreadsheets write it.
    """
    plain = values.cast(pl.Int64, strict=False)
    hard = values.filter(plain.is_null() & values.is_not_null())
    if hard.is_empty():
        return plain
    return _fill(plain, values, _integers(hard, unit))


def cast_decimal(values: pl.Series, unit: Text | None = None) -> pl.Series:
    """Numbers with a fraction; finite ones only."""
    plain = values.cast(pl.Float64, strict=False)
    plain = plain.set(plain.is_finite().not_().fill_null(False), None)
    hard = values.filter(plain.is_null() & values.is_not_null())
    if hard.is_empty():
        return plain
    return _fill(plain, values, _numbers(hard, unit))


def _fill(plain: pl.Series, values: pl.Series, hard: pl.Series) -> pl.Series:
    """Put what the careful reading gave where the plain one gave nothing."""
    where = (plain.is_null() & values.is_not_null()).arg_true()
    return plain.scatter(where, hard.cast(plain.dtype))


def _integers(hard: pl.Series, unit: Text | None) -> pl.Series:
    numbers = _numbers(hard, unit)
    lost = hard.str.contains(r"[eE]")
    whole = (numbers == numbers.round(0)) & (numbers.abs() < _EXACT) & ~lost
    return numbers.set(~whole.fill_null(False), None).cast(pl.Int64)


def _numbers(hard: pl.Series, unit: Text | None) -> pl.Series:
    factors = accepted_units(unit)
    units = "|".join(re.escape(name) for name in sorted(factors, key=len, reverse=True))
    cell = (
        rf"^(?P<open>\()?\s*(?:₩|￦)?\s*(?P<minus>{_NEGATIVE})?\s*\+?(?:₩|￦)?"
        rf"(?P<number>{_NUMBER})\s*(?P<unit>(?i:{units}))?\s*(?P<close>\))?$"
    )
    parts = hard.str.extract_groups(cell).struct.unnest()
    number = parts["number"].str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
    paired = parts["open"].is_null() == parts["close"].is_null()
    doubled = parts["open"].is_not_null() & parts["minus"].is_not_null()
    negative = parts["open"].is_not_null() | parts["minus"].is_not_null()
    by_small = {name.lower(): factor for name, factor in factors.items()}
    factor = (
        parts["unit"].str.to_lowercase()
        .replace_strict(list(by_small), list(by_small.values()), default=1.0,
                        return_dtype=pl.Float64)
        .fill_null(1.0)
    )  # fmt: skip
    signed = number * factor * pl.select(pl.when(negative).then(-1.0).otherwise(1.0)).to_series()
    return signed.set((~paired | doubled).fill_null(True), None)

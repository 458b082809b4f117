"""Numbers as Korean tables write them: thousands commas, units, bracketed negatives."""

from __future__ import annotations

import re

import polars as pl

from dataro.vocabulary.text import Text

_SAME_UNIT = (
    ("명", "인", "people", "persons"),
    ("원", "₩", "won", "krw"),
    ("%", "퍼센트", "프로", "per cent"),
    ("㎡", "m²", "m2", "제곱미터"),
    ("㎢", "km²", "km2", "제곱킬로미터"),
    ("m", "미터"),
    ("km", "㎞", "킬로미터"),
    ("세", "살", "years"),
    ("분", "min", "minutes"),
    ("세대", "가구", "households"),
    ("개", "개소", "곳"),
    ("동", "buildings"),
    ("도", "°", "degrees"),
    ("t", "톤"),
    ("kg", "㎏"),
    ("건", "cases"),
    ("대", "vehicles"),
    ("호",),
    ("회",),
    ("시간", "hours"),
    ("일", "days"),
    ("ha", "㏊"),
    ("층",),
    ("면",),
)
_TENS = {"천": 1e3, "만": 1e4, "백만": 1e6, "천만": 1e7, "억": 1e8, "십억": 1e9, "조": 1e12}
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_NEGATIVE = r"[-−–△▲]"  # budgets print △ or ▲ for a minus
_EXACT = 2**53


def accepted_units(unit: Text | None) -> dict[str, float]:
    """Unit texts that may stand behind a number, each with what it multiplies by.

    With a declared unit: its spellings, and powers of ten against it (``천원`` in a column of
    won is 1,000; ``원`` in a column of thousand won is 0.001). Without one: every plain unit.
    """
    if unit is None:
        return {spelling: 1.0 for same in _SAME_UNIT for spelling in same}
    tens, base = _tens_of(unit.ko)
    spellings = next((same for same in _SAME_UNIT if base.lower() in same), (base,))
    accepted = {unit.ko: 1.0, unit.en.lower(): 1.0, **dict.fromkeys(spellings, 1.0 / tens)}
    if base == "원":
        accepted |= {f"{name}원": size / tens for name, size in _TENS.items()}
    return accepted


def _tens_of(unit: str) -> tuple[float, str]:
    match = re.fullmatch(r"(십억|백만|천만|천|만|억|조)(원|명|톤|개|대)", unit)
    return (_TENS[match[1]], match[2]) if match else (1.0, unit)


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

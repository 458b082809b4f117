"""Numbers, dates and labels as a reader of each language writes them."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

from dataro.vocabulary.figure import Axis, Format, Label
from dataro.vocabulary.text import Language, Text, format_date, format_month

EMPTY = "–"
"""What stands where there is no value."""


def written(value: Any, language: Language, format: Format = "number") -> str:
    """One value in full: ``1,234,567``, ``12.3%``, ``2023년 12월``; a missing one is ``–``."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return EMPTY
    if isinstance(value, Text):
        return value[language]
    if isinstance(value, bool):
        return {"ko": ("아니요", "예"), "en": ("no", "yes")}[language][value]
    if isinstance(value, date):
        return _date(value, language, format)
    if isinstance(value, int | float):
        return _number(value, format)
    return str(value)


def _date(value: date, language: Language, format: Format) -> str:
    if format == "year":
        return str(value.year)
    if format == "month":
        return format_month(value, language)
    if isinstance(value, datetime):
        return f"{format_date(value, language)} {value:%H:%M}"
    return format_date(value, language)


def _number(value: float, format: Format) -> str:
    if format == "percent":
        return f"{value * 100:.1f}%"
    if format in ("year", "text"):
        return f"{value:.0f}" if float(value).is_integer() else str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if format == "decimal" or abs(value - round(value)) > 1e-6:
        digits = 1 if abs(value) >= 10 else 2
        return f"{value:,.{digits}f}"
    return f"{value:,.0f}"


def short(value: float | None, language: Language, format: Format = "number") -> str:
    """A value for an axis or a legend: ``94만``, ``1.2억`` in Korean, ``940k``, ``1.2M`` in English.

    The browser's ``chart-format.js`` writes the same.
    """
    if value is None or not math.isfinite(value):
        return EMPTY
    if format == "percent":
        return f"{_trim(value * 100)}%"
    if format in ("year", "text"):
        return _number(value, format)
    units = (
        ((100_000_000, "억"), (10_000, "만"))
        if language == "ko"
        else ((1_000_000_000, "bn"), (1_000_000, "M"), (10_000, "k"))
    )
    for size, unit in units:
        if abs(value) >= size:
            return f"{_trim(value / (1_000 if unit == 'k' else size))}{unit}"
    return f"{_trim(value)}"


def _trim(value: float) -> str:
    digits = 0 if abs(value) >= 1_000 else 1 if abs(value) >= 10 else 2
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def label(value: Label, language: Language, format: Format) -> str:
    """A label of an axis or a table's row."""
    return written(value, language, format)


def axis_title(axis: Axis, language: Language) -> str:
    """What is measured and in what: ``인구수 (명)``."""
    unit = axis.unit[language] if axis.unit else ""
    return f"{axis.text[language]} ({unit})" if unit else axis.text[language]

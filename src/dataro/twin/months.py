"""Months as whole numbers (year × 12 + month − 1), and the ways departments write them."""

from __future__ import annotations

from datetime import date

STYLES = (
    "{y:04d}-{m:02d}",
    "{y:04d}.{m:02d}",
    "{y:04d}{m:02d}",
    "{y:04d}년 {m}월",
    "{y:04d}/{m:02d}",
)
"""Five ways in which Korean departments write a month."""


def month(text: str) -> int:
    """``"2011-01"`` (or a date's text) as a whole number of months."""
    year, number = text.split("-")[:2]
    return int(year) * 12 + int(number) - 1


def month_of(day: date) -> int:
    """The month in which a day lies."""
    return day.year * 12 + day.month - 1


def write_month(when: int, style: str = STYLES[0]) -> str:
    """A month as text in one of the styles."""
    return style.format(y=when // 12, m=when % 12 + 1)


def at(text: str, kind: str) -> float:
    """Where on the axis of months a figure stands: a month's end, or the middle of its year."""
    return int(text) * 12 + 5.5 if kind == "year_mean" else float(month(text))

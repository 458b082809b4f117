"""Months as dates of their first day: counting them, and finding those that are missing."""

from __future__ import annotations

import itertools
from calendar import monthrange
from collections.abc import Iterable
from datetime import date


def number(month: date) -> int:
    """Months since the year 0, so that months can be subtracted."""
    return month.year * 12 + month.month - 1


def month_at(count: int) -> date:
    """The month that ``number`` counts."""
    return date(count // 12, count % 12 + 1, 1)


def last_day(month: date) -> date:
    """The last day of a month: the day that a register's monthly count stands for."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def every(first: date, last: date) -> list[date]:
    """All months from ``first`` to ``last``, both inclusive."""
    return [month_at(n) for n in range(number(first), number(last) + 1)]


def gaps(months: Iterable[date]) -> list[tuple[date, date]]:
    """Runs of months missing between the first and the last of ``months``: (first, last) each."""
    known = sorted({number(month) for month in months})
    return [
        (month_at(before + 1), month_at(after - 1))
        for before, after in itertools.pairwise(known)
        if after - before > 1
    ]

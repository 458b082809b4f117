"""Deadlines in working days: neither Saturdays, Sundays nor Korea's public holidays count.

Holidays, their substitutes and the lunar ones are those of the package ``holidays``
(관공서의 공휴일에 관한 규정).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

_ONE_DAY = timedelta(days=1)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Korea's public holidays of one year."""
    # Loaded when the first deadline is computed: importing it takes a noticeable moment.
    from holidays import country_holidays

    days: Mapping[date, str] = country_holidays("KR", years=year)
    return frozenset(days)


def is_working_day(day: date) -> bool:
    """Whether offices are open on ``day``."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def deadline(start: date, working_days: int, *, first_day_counts: bool = False) -> date:
    """The last of ``working_days`` working days from ``start``.

    ``start`` itself counts, where it is a working day, only with ``first_day_counts``; without,
    the day after is the first (민법 제157조). No working days: ``start`` or the next working day.
    """
    day = start
    counted = 1 if first_day_counts and is_working_day(start) else 0
    while counted < working_days or not is_working_day(day):
        day += _ONE_DAY
        if is_working_day(day):
            counted += 1
    return day


def days_before(due: date, working_days: int) -> date:
    """The working day that lies so many working days before ``due``."""
    day = due
    while working_days > 0 or not is_working_day(day):
        day -= _ONE_DAY
        if is_working_day(day):
            working_days -= 1
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after ``start`` up to and including ``end``; negative where ``end`` is before."""
    if end < start:
        return -working_days_between(end, start)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in days)

"""The clock of records: moments in UTC, days as the Korean office calendar has them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

KOREA = timezone(timedelta(hours=9), "KST")  # no daylight saving time since 1988

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """This moment, with its zone."""
    return datetime.now(UTC)


def written(moment: datetime) -> str:
    """A moment in UTC, ISO 8601 to the microsecond: texts sort as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """The moment that ``written`` wrote."""
    return datetime.fromisoformat(text)


def korean_day(moment: datetime) -> date:
    """The calendar day of a moment in Korea."""
    return moment.astimezone(KOREA).date()


def korean_minute(at: str) -> str:
    """A moment (ISO 8601) as clocks in Korea show it: ``2026-11-23 05:51``."""
    return moment(at).astimezone(KOREA).strftime("%Y-%m-%d %H:%M")

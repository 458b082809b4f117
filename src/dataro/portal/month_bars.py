"""Use by month as bars that the server draws: twelve months up to today, empty ones too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dataro.accounts.use.totals import Moment

MONTHS = 12
TALLEST = 100
"""Units of the drawing that the bar of the fullest month is tall."""
STEP = 40
"""Units from one month to the next."""


@dataclass(frozen=True, slots=True)
class MonthBar:
    """One month (``2026-11``): how often the data was taken and its page looked at; where its bar
    stands (``x``) and how tall it is, in units of the drawing."""

    month: str
    taken: int
    views: int
    x: int
    height: float


def month_bars(found: Sequence[Moment], today: date) -> list[MonthBar]:
    """The last twelve months, oldest first; none where nothing was used at all."""
    by_month = {one.at: one for one in found}
    months = [_before(today, back) for back in range(MONTHS - 1, -1, -1)]
    shown = [by_month.get(month) or Moment(month, 0, 0, 0) for month in months]
    if not any(one.downloads or one.calls or one.views for one in shown):
        return []
    most = max(one.downloads + one.calls for one in shown) or 1
    return [
        MonthBar(
            one.at, one.downloads + one.calls, one.views, place * STEP,
            round(TALLEST * (one.downloads + one.calls) / most, 1),
        )
        for place, one in enumerate(shown)
    ]  # fmt: skip


def _before(day: date, months: int) -> str:
    whole = day.year * 12 + day.month - 1 - months
    return f"{whole // 12:04d}-{whole % 12 + 1:02d}"

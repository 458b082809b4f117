"""Why a month was unusual: the city's calendar first, then public holidays that move."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from dataro.analyses.card_sales.growth import odd_months
from dataro.data.datasets.events import EVENT_KINDS, CityEvents
from dataro.methods import months as calendar
from dataro.vocabulary.text import Text, both, finding

if TYPE_CHECKING:
    import polars as pl

MOVING = ("설날", "추석")
"""Holidays of the lunar calendar, which fall into one month this year and another the next."""


def of_unusual(months: pl.DataFrame, events: CityEvents | None) -> pl.DataFrame:
    """Each unusual month and trade with the kind of its reason and a sentence."""
    import polars as pl

    schema = {"month": pl.Date, "trade": pl.String, "gap": pl.Float64, "z": pl.Float64,
              "reason": pl.String, "said": pl.String, "said_en": pl.String}  # fmt: skip
    known = events.frame().to_dicts() if events is not None else []
    rows = []
    for row in odd_months(months):
        kind, why = reason(row["month"], known)
        rows.append(
            {
                "month": row["month"], "trade": row["trade"],
                "gap": row["amount"] / row["expected"] - 1, "z": row["z"],
                "reason": kind, "said": why.ko, "said_en": why.en,
            }
        )  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def reason(month: date, events: list[dict[str, Any]]) -> tuple[str, Text]:
    """What happened in a month: kind and sentence. That it happened does not prove that it caused."""
    last = calendar.last_day(month)
    found = [e for e in events if e["first_day"] <= last and e["last_day"] >= month]
    if found:
        names = ", ".join(dict.fromkeys(event["name"] for event in found))
        english = ", ".join(dict.fromkeys(event.get("name_en") or event["name"] for event in found))
        kind = found[0]["kind"]
        why = finding(
            "이 달의 일정: {names}({kind})", "In the calendar: {names} ({kind})",
            names=Text(names, english), kind=EVENT_KINDS[kind],
        )  # fmt: skip
        return kind, why.text
    holiday = lunar_holiday(month)
    if holiday:
        return "holiday", both(f"{holiday} 연휴가 든 달", f"The month of {_ENGLISH[holiday]}")
    return "unknown", both(
        "일정과 공휴일에서 까닭을 찾지 못함", "Nothing in the calendar or holidays"
    )


_ENGLISH = {"설날": "Lunar New Year", "추석": "Chuseok"}


def lunar_holiday(month: date) -> str | None:
    """The moving holiday whose main day lies in the month."""
    import holidays

    for day, name in holidays.country_holidays("KR", years=month.year, language="ko").items():
        if day.month == month.month:
            for one in MOVING:
                if one in name.split("; "):
                    return one
    return None

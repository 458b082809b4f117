"""Axes, words and steps that the charts of the population analysis share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from dataro.vocabulary import dictionary as d
from dataro.vocabulary.figure import Axis
from dataro.vocabulary.text import Text, both, finding

Row = dict[str, Any]
SOURCE = both("자료: 주민등록 인구통계", "Source: resident registration")
MONTH = Axis(d.MONTH.text, "month")
PEOPLE = Axis(both("인구", "Residents"), "number", d.PEOPLE.unit)


def said(ko: str, en: str, **numbers: Any) -> Text:
    """A sentence or title with its numbers written in, in both languages."""
    return finding(ko, en, **numbers).text


def along(at: Sequence[date], rows: Iterable[Row], name: str) -> list[Any]:
    """A column along a continuous axis of months; None in months without a row."""
    values = {row["month"]: row[name] for row in rows}
    return [values.get(month) for month in at]

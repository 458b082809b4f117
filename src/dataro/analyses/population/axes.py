"""Axes, words and steps that the charts of the population analysis share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from dataro.data.datasets.places import Districts
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.figure import Axis
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both, finding

Row = dict[str, Any]
SOURCE = both("자료: 주민등록 인구통계", "Source: resident registration")
MONTH = Axis(d.MONTH.text, "month")
JOINED = "·"
"""Stands between the names of districts that are counted as one area."""
PEOPLE = Axis(both("인구", "Residents"), "number", d.PEOPLE.unit)


def said(ko: str, en: str, **numbers: Any) -> Text:
    """A sentence or title with its numbers written in, in both languages."""
    return finding(ko, en, **numbers).text


def spoken(districts: Districts | None) -> Callable[[str], Text]:
    """How to say the name of an area in both languages.

    An area of several names is said name by name; a name that the register of districts does not
    give in English stays as it is.
    """
    english: dict[str, str] = {}
    if districts is not None:
        for row in districts.frame().sort("valid_from").to_dicts():
            english[row["name"]] = row.get("name_en") or row["name"]

    def say(area: str) -> Text:
        return Text(area, JOINED.join(english.get(name, name) for name in area.split(JOINED)))

    return say


def compared(areas: Sequence[str], wanted: str) -> list[str]:
    """The areas that ``wanted`` names, by the name of any of their districts, in its order.

    Raises ``Problem`` for a name that none of ``areas`` has.
    """
    found: list[str] = []
    for name in filter(None, (one.strip() for one in wanted.split(","))):
        area = next((one for one in areas if name == one or name in one.split(JOINED)), None)
        if area is None:
            known = sorted({part for one in areas for part in one.split(JOINED)})
            guess = did_you_mean(name, known)
            raise Problem(
                both(
                    f"compare 설정의 “{name}”에 해당하는 읍면동이 없습니다.{guess.ko} "
                    f"있는 읍면동: {', '.join(known) or '없음'}.",
                    f"compare names “{name}”, which is no district here.{guess.en} "
                    f"Districts: {', '.join(known) or 'none'}.",
                )
            )
        found.append(area)
    return list(dict.fromkeys(found))


def along(at: Sequence[date], rows: Iterable[Row], name: str) -> list[Any]:
    """A column along a continuous axis of months; None in months without a row."""
    values = {row["month"]: row[name] for row in rows}
    return [values.get(month) for month in at]

"""The city's counts as months in a row: one series that is forecast, and what others differ by."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dataro.data.datasets.population import CityResidents
from dataro.methods.months import number
from dataro.vocabulary.city import City
from dataro.vocabulary.dictionary import DEFINITIONS
from dataro.vocabulary.problem import TooLittleData
from dataro.vocabulary.text import both

if TYPE_CHECKING:
    from dataro.methods.forecasting.outlook import History

SHORTEST = 48
"""Months of the longest series below which nothing is forecast."""


def history(residents: CityResidents, city: City, until: date) -> History:
    """The city's counts up to ``until``.

    Raises ``Problem`` where no definition was counted for ``SHORTEST`` months.
    """
    import numpy as np

    from dataro.methods.forecasting.outlook import History

    rows = residents.rows.filter(residents.place.isin(city.codes), residents.month <= until)
    frame = rows.select("month", "definition", "people").to_polars().sort("month")
    months: dict[str, dict[int, float]] = {}
    for month, definition, people in frame.iter_rows():
        months.setdefault(definition, {})[number(month)] = float(people)
    order = sorted(months, key=lambda one: (-len(months[one]), list(DEFINITIONS).index(one)))
    if not order or len(months[order[0]]) < SHORTEST:
        most = len(months[order[0]]) if order else 0
        raise TooLittleData(
            both(
                f"{city.name.ko}의 월별 인구가 {most}개월뿐이어서 전망하지 않습니다. 한 정의로 {SHORTEST}개월 이상 "
                "센 자료가 있어야 합니다. as_of를 뒤로 옮기거나 이전 달의 자료를 넣어 주십시오.",
                f"{city.name.en} has only {most} months of residents, too few to forecast. At least "
                f"{SHORTEST} months under one definition are needed: move as_of later or add earlier months.",
            )
        )
    base = order[0]
    first, last = min(months[base]), max(months[base])
    counts = {}
    for definition in DEFINITIONS:
        if definition not in months:
            continue
        values = np.full(last - first + 1, np.nan)
        for month, people in months[definition].items():
            if first <= month <= last:
                values[month - first] = people
        if np.isfinite(values).any():
            counts[definition] = values
    return History(first, base, counts)

"""The indicators that describe a district: declared here, each once, and nowhere else.

A measure is two columns of a source (``sources.py``): what is counted, and over what. Pages, ranks,
comparisons and downloads follow from this list; a new indicator is a new entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dataro.vocabulary.figure import Format
from dataro.vocabulary.text import Text, both

Direction = Literal["more", "less", "none"]

GROUPS: Mapping[str, Text] = {
    "people": both("인구와 세대", "People and households"),
    "age": both("연령", "Age"),
    "change": both("늘고 줄어듦", "Growth and moves"),
    "money": both("소비와 상권", "Spending and shops"),
    "care": both("아이와 돌봄", "Children and care"),
    "services": both("시설과 교통", "Services and transport"),
}
_PEOPLE, _SHOPS = both("명", "people"), both("곳", "shops")
_MILLION = both("백만 원", "million won")
_PLACES = both("곳", "places")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One measure of an area.

    ``source`` names a frame of ``sources.py``; the value is the sum of ``count`` times ``scale``,
    over the sum of ``over`` where that is given, so that the same arithmetic gives a gu and the
    city. ``direction`` tells whether more of it is better for those who live there. ``of`` is the
    analysis or dataset to read on in.
    """

    id: str
    group: str
    title: Text
    source: str
    count: str
    of: str
    over: str | None = None
    scale: float = 1.0
    unit: Text | None = None
    format: Format = "number"
    direction: Direction = "none"
    about: Text | None = None


INDICATORS: tuple[Indicator, ...] = (
    Indicator("people", "people", both("인구", "Residents"), "months", "people", "population", unit=_PEOPLE),
    Indicator("density", "people", both("인구밀도", "Density"), "now", "people", "population",
              over="km2", unit=both("명/㎢", "people per km²")),
    Indicator("households", "people", both("세대", "Households"), "households", "households", "population",
              unit=both("세대", "households")),
    Indicator("household_size", "people", both("세대당 인구", "People per household"), "households", "people",
              "population", over="households", unit=_PEOPLE, format="decimal"),
    Indicator("living_alone", "people", both("1인 세대 비율", "One-person households"), "sizes", "alone",
              "households_by_size", over="households", format="percent"),
    Indicator("sex_ratio", "people", both("여성 100명당 남성", "Men for 100 women"), "now", "men", "population",
              over="women", scale=100, unit=_PEOPLE, format="decimal"),
    Indicator("median_age", "age", both("중위연령", "Median age"), "medians", "median_age", "population",
              unit=both("세", "years"), format="decimal"),
    Indicator("share_young", "age", both("0~14세 비율", "Aged 0–14"), "ages", "to14", "population",
              over="all", format="percent"),
    Indicator("share_adult", "age", both("20~39세 비율", "Aged 20–39"), "ages", "from20", "population",
              over="all", format="percent"),
    Indicator("share_old", "age", both("65세 이상 비율", "Aged 65 and over"), "ages", "from65", "population",
              over="all", format="percent"),
    Indicator("dependency", "age", both("부양비", "Dependency ratio"), "ages", "dependent", "population",
              over="working", scale=100, format="decimal",
              about=both("15~64세 100명당 나머지 연령", "Others for 100 people aged 15–64")),
    Indicator("growth", "change", both("1년 인구 증감률", "Growth over a year"), "months", "change", "population",
              over="before", format="percent"),
    Indicator("births", "change", both("인구 1천 명당 출생", "Births per 1,000 people"), "changes", "births",
              "population_change", over="people", scale=1000, unit=_PEOPLE, format="decimal"),
    Indicator("natural", "change", both("인구 1천 명당 자연증가", "Natural increase per 1,000"), "changes", "natural",
              "population_change", over="people", scale=1000, unit=_PEOPLE, format="decimal",
              about=both("출생에서 사망을 뺀 것", "Births less deaths")),
    Indicator("moved_in", "change", both("1년 전입", "Moved in, a year"), "changes", "moved_in", "population_change",
              unit=_PEOPLE),
    Indicator("moved_out", "change", both("1년 전출", "Moved out, a year"), "changes", "moved_out",
              "population_change", unit=_PEOPLE),
    Indicator("net_moves", "change", both("인구 1천 명당 순이동", "Net moves per 1,000 people"), "changes", "net",
              "population_change", over="people", scale=1000, unit=_PEOPLE, format="decimal"),
    Indicator("from_outside", "change", both("시 밖에서 온 전입", "Moved in from outside the city"), "moves",
              "moved_in", "migration", unit=_PEOPLE),
    Indicator("card_sales", "money", both("한 달 카드매출", "Card sales in a month"), "sales", "amount", "card_sales",
              scale=1e-6, unit=_MILLION),
    Indicator("visitors", "money", both("방문객이 쓴 비율", "Share spent by visitors"), "sales", "visitors",
              "card_sales", over="told", format="percent"),
    Indicator("restaurants", "money", both("한 달 음식점 매출", "Restaurants' sales in a month"), "trades",
              "restaurant", "card_sales", scale=1e-6, unit=_MILLION),
    Indicator("shops", "money", both("영업 중인 점포", "Shops open"), "shops", "open", "sales_area", unit=_SHOPS),
    Indicator("opened", "money", both("1년 개업", "Shops opened, a year"), "shops", "opened", "sales_area",
              unit=_SHOPS),
    Indicator("closing", "money", both("1년 폐업률", "Shops closed, a year"), "shops", "closed", "sales_area",
              over="before", format="percent", direction="less",
              about=both("1년 전 영업하던 점포 가운데 폐업한 비율", "Of the shops that were open a year before")),
    Indicator("foot", "money", both("거리의 사람(하루 평균)", "People in the streets"), "foot", "people",
              "sales_area", unit=_PEOPLE,
              about=both("격자별 유동인구를 시간대로 평균해 더한 수", "Foot traffic, the mean hour, all cells")),
    Indicator("currency", "money", both("점포 1곳당 지역화폐 결제", "Local currency per shop"), "currency", "used",
              "local_currency", over="shops", scale=1e-4, unit=both("만 원", "10,000 won"),
              about=both("표본 점포의 최근 12개월 한 달 평균", "Sampled shops, mean month of the last twelve")),
    Indicator("infants", "care", both("0~5세 아이", "Children aged 0–5"), "cells", "infants", "resident_cells",
              unit=_PEOPLE),
    Indicator("seats", "care", both("0~5세 100명당 어린이집·유치원 정원", "Seats for 100 children aged 0–5"), "care",
              "seats", "facilities", over="infants", scale=100, unit=both("자리", "seats"), format="decimal", direction="more"),
    Indicator("wanting", "care", both("단지의 보육 희망 아동", "Children of estates wanting care"), "estates",
              "wanting", "care_demand", unit=_PEOPLE),
    Indicator("short", "care", both("단지의 보육 부족", "Seats short at estates"), "estates", "short", "care_demand",
              unit=_PEOPLE, direction="less"),
    Indicator("care_minutes", "care", both("돌봄센터까지 평균 시간", "Minutes to a care centre"), "reach", "minutes",
              "siting", over="people", unit=both("분", "minutes"), format="decimal", direction="less",
              about=both("6~12세 아이가 사는 곳에서 걸어서", "On foot from where children aged 6–12 live")),
    Indicator("facilities", "services", both("공공서비스 시설", "Public facilities"), "care", "facilities",
              "facilities", unit=_PLACES, direction="more"),
    Indicator("stops", "services", both("버스 정류장", "Bus stops"), "stops", "stops", "bus_stops", unit=_PLACES,
              direction="more"),
    Indicator("stop_density", "services", both("㎢당 버스 정류장", "Bus stops per km²"), "stops", "stops",
              "bus_stops", over="km2", unit=_PLACES, format="decimal", direction="more"),
)  # fmt: skip

BY_ID: Mapping[str, Indicator] = {one.id: one for one in INDICATORS}

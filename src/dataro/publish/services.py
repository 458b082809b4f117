"""The Data Ro services: each presents one analysis to everybody, and is declared here alone.

A page of a service shows the city's key numbers (indicators), the main figure with its controls,
the settings, the findings and the way to the method. A new service is a new entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataro.vocabulary.text import Text, both


@dataclass(frozen=True, slots=True)
class Service:
    """``analysis`` answers; ``main`` are its figures in the order in which they are worth seeing,
    the others follow folded; ``numbers`` are indicators of the city."""

    id: str
    analysis: str
    title: Text
    intro: Text
    main: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


_ALL = (
    Service(
        "population", "population", both("인구", "Population"),
        both("어디에 어떤 연령의 사람이 얼마나 살고, 어떻게 늘고 줄어드는지 봅니다. 달과 인구 정의를 바꾸어 볼 수 있습니다.",
             "See how many people live where, of what age, and how that changes. Choose the month and "
             "the definition of population."),
        ("density_map", "growth_map"), ("people", "growth", "households", "median_age"),
    ),
    Service(
        "future", "reach_population", both("인구 전망", "Population outlook"),
        both("목표 인구에 언제 닿는지, 지금까지의 예측은 얼마나 맞았는지 봅니다.",
             "See when a target population will be reached, and how well earlier forecasts did."),
        ("fan", "by_year_end"), ("people", "growth", "births"),
    ),
    Service(
        "migration", "migration", both("전입·전출", "Moves in and out"),
        both("사람들이 어디에서 와서 어디로 가는지 지도의 화살표로 봅니다.",
             "See on the map where people come from and where they go."),
        ("flows_map", "net_by_district"), ("from_outside", "net_moves", "moved_in", "moved_out"),
    ),
    Service(
        "card-sales", "card_sales", both("카드매출", "Card sales"),
        both("어느 동네의 어느 업종이 언제 잘되는지, 방문객은 얼마나 쓰는지 봅니다.",
             "See which trades do well where and when, and how much visitors spend."),
        ("months_map", "week_bars"), ("card_sales", "visitors", "restaurants"),
    ),
    Service(
        "sales-areas", "sales_area", both("상권", "Sales areas"),
        both("상권마다 점포와 유동인구, 개업과 폐업을 보고, 새로 열 점포의 조건을 미리 따져 봅니다.",
             "See the shops, passers-by, openings and closures of each sales area, and what a new "
             "shop would face."),
        ("lights_map", "founder_bars"), ("shops", "opened", "closing", "foot"),
    ),
    Service(
        "local-currency", "local_currency", both("지역화폐", "Local currency"),
        both("지역화폐로 쓴 돈 가운데 얼마가 새로 생긴 매출인지, 정의를 바꾸어 가며 봅니다.",
             "See how much of what was paid in local currency was new trade, under each definition."),
        ("sides", "use_line"), ("currency",),
    ),
    Service(
        "care", "care_demand", both("아이 돌봄", "Care for children"),
        both("아파트 단지마다 돌봄이 필요한 아이와 가까운 정원을 견주어 봅니다.",
             "See, for each apartment complex, the children who need care and the seats nearby."),
        ("shortfall_map", "outlook"), ("infants", "seats", "wanting", "short"),
    ),
    Service(
        "siting", "siting", both("시설 입지", "Where facilities go"),
        both("다음 공공시설을 어디에 두면 가장 많은 사람이 가까워지는지 봅니다.",
             "See where the next public facility would bring the most people near."),
        ("sites", "reach"), ("facilities", "care_minutes"),
    ),
)  # fmt: skip

SERVICES: Mapping[str, Service] = {one.id: one for one in _ALL}

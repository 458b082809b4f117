"""How many children of new and existing apartment complexes need care, and what is short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from dataro.analyses.care_demand import figures, findings
from dataro.analyses.care_demand.collect import collect
from dataro.analyses.care_demand.expect import expect, fit_bands, shares
from dataro.analyses.care_demand.inputs import (
    Review,
    city_children,
    read_counts,
    read_estates,
)
from dataro.analyses.care_demand.shortfall import shortfall_rows
from dataro.analyses.care_demand.tables import CareResult
from dataro.analyses.nearby import MODES, Trouble, usable
from dataro.data.datasets.care import (
    ComplexChildren,
    ComplexDwellings,
    Facilities,
    ResidentCells,
    StreetLines,
)
from dataro.data.datasets.housing import ApartmentComplexes
from dataro.data.datasets.places import DistrictShapes
from dataro.data.datasets.population import CityResidents, CityResidentsByAge
from dataro.data.datasets.transit import BusStops
from dataro.vocabulary.analysis import analysis
from dataro.vocabulary.city import City
from dataro.vocabulary.dictionary import FLOOR_CLASS
from dataro.vocabulary.settings import Between, Choices
from dataro.vocabulary.text import both

if TYPE_CHECKING:
    from dataro.methods.children import ChildModel

DRAWS, SEED = 300, 20_200_722


@analysis(
    question=both(
        "새 아파트와 지금의 아파트에 돌봄이 필요한 아이가 얼마나 있고, 정원은 어디에서 얼마나 부족합니까?",
        "How many children of new and existing apartments need care, and where are seats short?",
    ),
    title=both("공동주택 돌봄 수요", "Care demand of apartment complexes"),
    theme="care",
    refresh="yearly",
    method=both(
        "단지의 나이대별 아동 수를 평형별 세대수 × 공표된 세대당 학생 수(전북교육청 2010: 19평 이하 0.100, 20~25평 0.166, "
        "26~32평 0.251, 33~39평 0.330, 40~49평 0.307, 50평 이상 0.235)에서 출발해, 단지 나이의 매끄러운 곡선, 평형 구성, "
        "읍면동, 단지 자체의 효과로 고칩니다. 효과는 부분 합산(계층 모형)으로 추정하므로 자료가 적은 곳은 전체 평균 "
        "쪽으로 당겨집니다. 돌봄을 원하는 비율은 수요조사 응답이 있으면 같은 방식으로, 없으면 설정한 비율로 둡니다. "
        "80% 구간은 모의실험 300번에서 얻고, 적합에서 빼놓은 단지로 점검해 폭을 맞춥니다. 실제로 센 단지는 그 해의 값을 "
        "그대로 씁니다. 아무도 세지 않은 도시에서는 시 전체의 세대당 아동 수에 맞춘 공표 비율만 씁니다. 가까운 정원은 "
        "2단계 유동권역법(2SFCA)으로, 정한 시간 안의 시설 정원을 그 안의 모든 희망 아동이 나눈 몫입니다. 요구할 정원은 "
        "입주 전 단지가 앞으로 10년 안에 가장 많이 원할 때의 수에서 가까운 정원의 몫을 뺀 것입니다.",
        "Children of an age band start from households by floor-area class × published pupils per "
        "household (Jeonbuk Office of Education 2010: up to 19 pyeong 0.100, 20–25 0.166, 26–32 "
        "0.251, 33–39 0.330, 40–49 0.307, 50 and over 0.235), corrected by a smooth curve of the "
        "complex's age, its mix of sizes, its district and itself. Effects are partially pooled, so "
        "that little data is drawn towards the mean. The share who want care is pooled in the same "
        "way from survey answers, or assumed. 80 % intervals come from 300 simulations, their width "
        "checked on complexes left out of the fit. Where children were counted, the count stands. "
        "Where nobody counted, the published rates scaled to the city's children per household "
        "speak alone. Seats nearby follow the two-step floating catchment: seats within the time, "
        "shared by all children wanting them. Seats to require are those wanted at the peak of the "
        "next ten years in a complex not yet moved in, less its share of the seats nearby.",
    ),
    limits=(
        both(
            "앞으로의 값은 출생 추세가 서서히 멈춘다고 보고, 해마다 2%씩 벌어질 수 있는 불확실성을 더한 것입니다.",
            "The years ahead let the trend of births fade out, with an uncertainty that grows by 2 % a year.",
        ),
        both(
            "세대당 학생 수는 2010년 다른 지역의 값입니다. 이 시의 단지별 아동 수를 넣을수록 그 영향은 사라집니다.",
            "Pupils per household are of another province in 2010; counts of this city replace them.",
        ),
        both(
            "행정안전부 시범 사업(2020)은 예측 176명에 실제 174명, 예측 221명에 실제 233명이라고 발표했습니다. 이는 부처 "
            "모형의 결과이며 이 분석의 정확도가 아닙니다.",
            "The ministry's pilots (2020) reported 176 predicted against 174 actual and 221 against "
            "233. That is the ministry's model, not the skill of this analysis.",
        ),
        both(
            "설정의 희망 비율은 가정이며 공표된 값이 아닙니다. 수요조사가 있으면 쓰이지 않습니다.",
            "The shares in the settings are assumptions, not published; a survey takes their place.",
        ),
        both(
            "단지 밖에 사는 아동은 격자별 인구가 있을 때만 정원을 나눠 갖는 것으로 셉니다.",
            "Children outside complexes share the seats only where population by cell is given.",
        ),
    ),
)
def care_demand(
    complexes: ApartmentComplexes,
    dwellings: ComplexDwellings | None,
    children: ComplexChildren | None,
    facilities: Facilities | None,
    cells: ResidentCells | None,
    streets: StreetLines | None,
    stops: BusStops | None,
    shapes: DistrictShapes | None,
    residents: CityResidents | None,
    by_age: CityResidentsByAge | None,
    city: City,
    *,
    minutes: Annotated[
        float, Between(1, 60), both("가까운 시설까지의 시간(분)", "Minutes to a facility nearby")
    ] = 15.0,
    mode: Annotated[str, Choices(MODES), both("이동 수단", "How people go")] = "walk",
    share_infants: Annotated[
        float, Between(0, 1), both("0~2세 희망 비율(가정)", "Share wanting, ages 0–2 (assumed)")
    ] = 0.6,
    share_toddlers: Annotated[
        float, Between(0, 1), both("3~5세 희망 비율(가정)", "Share wanting, ages 3–5 (assumed)")
    ] = 0.9,
    share_pupils: Annotated[
        float, Between(0, 1), both("6~12세 희망 비율(가정)", "Share wanting, ages 6–12 (assumed)")
    ] = 0.3,
    review_households: Annotated[
        int,
        Between(0, 20_000),
        both("검토 단지 세대수(0이면 없음)", "Households under review (0: none)"),
    ] = 0,
    review_class: Annotated[
        str, Choices(FLOOR_CLASS.domain.codes or {}), both("검토 단지 평형", "Its floor-area class")
    ] = "26_32",
    review_opens: Annotated[
        int, Between(1990, 2100), both("검토 단지 입주 연도", "Year it opens")
    ] = 2028,
    review_longitude: Annotated[
        float, Between(-180, 180), both("검토 단지 경도", "Its longitude")
    ] = 0.0,
    review_latitude: Annotated[
        float, Between(-90, 90), both("검토 단지 위도", "Its latitude")
    ] = 0.0,
) -> CareResult:
    """Expected children, those wanting care, seats nearby and shortfall of every complex.

    Raises ``Problem`` where no complex has households or the base year is unknown.
    """
    review = (
        Review(review_households, review_class, review_opens, review_longitude, review_latitude)
        if review_households
        else None
    )
    estates = read_estates(complexes, dwellings, children, stops, shapes, city, review)
    counts, asked, lost = read_counts(children, estates)
    models = fit_bands(estates, counts, city_children(by_age, residents, city))
    assumed = {0: share_infants, 3: share_toddlers, 6: share_pupils}
    share, surveyed = {}, {}
    for first in assumed:
        share[first], surveyed[first] = shares(estates, asked[first], assumed[first], DRAWS, SEED)
    expected = expect(estates, models, share, draws=DRAWS, seed=SEED)
    usable_facilities = usable(facilities, None, city) if facilities is not None else None
    of_care = {
        "young": float((share[0].mean() + share[3].mean()) / 2),
        "school": float(share[6].mean()),
    }
    frames, seatless = shortfall_rows(
        estates, expected, usable_facilities, cells, streets, of_care, minutes, mode
    )
    troubles = [*estates.troubles, *lost, *seatless]
    if usable_facilities is not None:
        troubles += usable_facilities.troubles
    troubles += _assumed(models, surveyed)
    return collect(estates, models, expected, frames, troubles)


def _assumed(models: Mapping[int, ChildModel], surveyed: Mapping[int, bool]) -> list[Trouble]:
    """What stands on assumptions because nobody counted or asked."""
    found = []
    if all(model.check is None for model in models.values()):
        found.append(
            Trouble(
                "nothing_counted", 0,
                both(
                    "단지별 아동 수가 없어 공표된 비율만 썼고 정확도를 점검하지 못했습니다. 통·반별 주민등록으로 "
                    "단지별 아동 수를 요청하십시오.",
                    "No children were counted by complex: the published rates speak alone and no skill "
                    "could be measured. Ask for children by complex from the register.",
                ),
            )
        )  # fmt: skip
    if not any(surveyed.values()):
        found.append(
            Trouble(
                "nobody_asked", 0,
                both(
                    "돌봄 수요조사가 없어 희망 비율은 설정한 가정입니다.",
                    "There is no survey of demand: the shares wanting care are assumed.",
                ),
            )
        )  # fmt: skip
    return found


for _finding in findings.ALL:
    care_demand.narrative(_finding)
for _figure in figures.ALL:
    care_demand.figure(_figure)
care_demand.skill(findings.skill)

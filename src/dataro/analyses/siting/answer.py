"""Where the next facilities of a service should go, and which existing ones to move."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from dataro.analyses.nearby import MODES, usable
from dataro.analyses.siting import figures, findings
from dataro.analyses.siting.services import SERVICES
from dataro.analyses.siting.solve import Wish, result, solve
from dataro.analyses.siting.tables import GOALS, SitingResult
from dataro.analyses.siting.town import lay_out, positions
from dataro.data.datasets.care import CandidateSites, Facilities, ResidentCells, StreetLines
from dataro.data.datasets.housing import ApartmentComplexes
from dataro.vocabulary.analysis import analysis
from dataro.vocabulary.city import City
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.settings import Between, Choices
from dataro.vocabulary.text import both


@analysis(
    question=both(
        "다음 시설은 어디에 두어야 하고, 지금 시설 가운데 무엇을 옮겨야 합니까?",
        "Where should the next facilities go, and which existing ones should move?",
    ),
    title=both("공공서비스 입지", "Siting of public services"),
    theme="services",
    refresh="yearly",
    method=both(
        "사람이 사는 지역과 시설, 후보지 사이의 이동 시간을 구한 뒤 세 가지 목표 가운데 하나로 가장 좋은 자리를 고릅니다. "
        "① 정한 시간 안에 닿는 사람을 가장 많게(최대 포괄 입지, MCLP), ② 모두가 시간 안에 닿는 가장 적은 수(집합 포괄, "
        "LSCP): 정수계획을 HiGHS로 정확히 풉니다. ③ 평균 이동 시간을 가장 짧게(p-median): 교환법으로 풀고, 어떤 배치도 "
        "넘을 수 없는 한계를 라그랑주 완화로 구합니다. 배치안의 값과 한계가 같을 때만 최적이라고 말하고, 시간이 다 되어 "
        "멈추면 차이의 한계를 함께 보여 줍니다. 지금 있는 시설은 그대로 두되 정한 수만큼 옮길 수 있고, 후보지를 고정하거나 "
        "뺄 수 있으며, 정원과 예산을 지키게 할 수 있습니다. 어르신, 어린이, 차 없는 사람에게 가중치를 줄 수 있습니다.",
        "Travel times between where people live, facilities and candidate sites are found, and the "
        "best sites chosen for one of three goals. (1) Most people within a time (maximal covering, "
        "MCLP) and (2) the fewest sites that reach everyone (set covering, LSCP) are solved exactly by "
        "HiGHS. (3) The shortest mean travel time (p-median) is solved by interchange, with a "
        "Lagrangian bound that no plan can beat. A plan is called optimal only where value and bound "
        "meet; a solve cut short by time shows its gap. Existing facilities stay, but as many as "
        "wished may move; sites can be pinned or dropped, seats and a budget kept. The elderly, "
        "children and people without a car can be given more weight.",
    ),
    limits=(
        both(
            "사람을 지역의 가운데에 모여 산다고 봅니다. 지역이 클수록 이동 시간이 실제와 다릅니다.",
            "People are taken to live at the middle of their place; the larger it is, the rougher the times.",
        ),
        both(
            "가장 가까운 시설을 간다고 봅니다. 실제로는 다른 곳을 고르기도 합니다.",
            "People are taken to go to the nearest site; in fact some choose another.",
        ),
        both(
            "땅, 건물, 반대 의견은 알지 못합니다. 후보지는 현장에서 확인해야 합니다.",
            "Land, buildings and objections are unknown here; candidates must be checked on site.",
        ),
    ),
)
def siting(
    cells: ResidentCells | None,
    complexes: ApartmentComplexes | None,
    facilities: Facilities | None,
    candidates: CandidateSites | None,
    streets: StreetLines | None,
    city: City,
    *,
    service: Annotated[
        str, Choices({id: one.text for id, one in SERVICES.items()}), both("서비스", "Service")
    ] = "care_centre",
    layer: Annotated[
        str, both("그 밖의 시설일 때 시설 구분", "Kind of facility, for another service")
    ] = "",
    goal: Annotated[str, Choices(GOALS), both("목표", "Goal")] = "coverage",
    new: Annotated[int, Between(0, 50), both("새로 열 곳", "Sites to open")] = 5,
    moves: Annotated[int, Between(0, 20), both("옮길 수 있는 곳", "Sites that may move")] = 0,
    minutes: Annotated[
        float,
        Between(0, 120),
        both("시간 기준(분, 0이면 서비스의 기준)", "Minutes (0: the service's own)"),
    ] = 0.0,
    mode: Annotated[
        str,
        Choices({"service": both("서비스의 기준", "The service's own"), **MODES}),
        both("이동 수단", "How people go"),
    ] = "service",
    weight_elderly: Annotated[
        float, Between(0, 10), both("어르신 가중치", "Extra weight of the elderly")
    ] = 0.0,
    weight_children: Annotated[
        float, Between(0, 10), both("어린이 가중치", "Extra weight of children")
    ] = 0.0,
    weight_without_car: Annotated[
        float, Between(0, 10), both("차 없는 사람 가중치", "Extra weight of people without a car")
    ] = 0.0,
    pinned: Annotated[str, both("꼭 열 곳(ID, 쉼표로)", "Sites to pin (ids, commas)")] = "",
    excluded: Annotated[str, both("뺄 곳(ID, 쉼표로)", "Sites to drop (ids, commas)")] = "",
    keep_seats: Annotated[bool, both("정원을 지킴", "Keep to seats")] = False,
    budget: Annotated[
        float,
        Between(0, 10_000_000),
        both("예산(백만 원, 0이면 없음)", "Budget (million won, 0: none)"),
    ] = 0.0,
) -> SitingResult:
    """A plan for a service with its proof, what each site adds, and reach before and after.

    Raises ``Problem`` where homes have no place on the map, a named site or layer is unknown, or
    the wishes contradict each other.
    """
    declared = SERVICES[service]
    if service == "other":
        declared = replace(declared, kinds=(_known_layer(layer, facilities),))
    limit = minutes or declared.minutes
    weights = {
        "elderly": weight_elderly, "children": weight_children, "without_car": weight_without_car,
    }  # fmt: skip
    town = lay_out(
        declared, cells, complexes,
        usable(facilities, declared.kinds, city) if facilities is not None else None,
        candidates, streets, city, weights, declared.mode if mode == "service" else mode,
    )  # fmt: skip
    wish = Wish(
        goal=goal, new=new, moves=moves, limit=limit,
        pinned=positions(pinned, town.sites, "pinned"),
        excluded=positions(excluded, town.sites, "excluded"),
        seats=(declared.seats or 1_000_000) if keep_seats else 0,
        budget=budget,
    )  # fmt: skip
    return result(town, wish, solve(town, wish))


def _known_layer(layer: str, facilities: Facilities | None) -> str:
    """The kind of facility that a user names; ``Problem`` with the nearest where there is none."""
    kinds = [] if facilities is None else sorted(set(facilities.frame()["kind"].to_list()))
    if layer in kinds:
        return layer
    guess = did_you_mean(layer, kinds)
    raise Problem(
        both(
            f"시설 구분 “{layer}”인 시설이 없습니다.{guess.ko} 있는 구분: {', '.join(kinds) or '없음'}. layer 설정을 "
            "고치거나 공공서비스 시설(facilities) 자료에 지점을 넣어 주십시오.",
            f"There are no facilities of the kind “{layer}”.{guess.en} Kinds: "
            f"{', '.join(kinds) or 'none'}. Change the setting layer, or add points to the facilities.",
        )
    )


for _finding in findings.ALL:
    siting.narrative(_finding)
for _figure in figures.ALL:
    siting.figure(_figure)

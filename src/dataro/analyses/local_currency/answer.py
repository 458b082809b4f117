"""What the local currency does: how much of its use is new, for whom, and at what price."""

from __future__ import annotations

from typing import Annotated

from dataro.analyses.local_currency import figures, findings
from dataro.analyses.local_currency.collect import Assumed, collect
from dataro.analyses.local_currency.effects import Estimates, estimate, estimate_members
from dataro.analyses.local_currency.inputs import monthly_use, read_panel
from dataro.analyses.local_currency.members import read_members
from dataro.analyses.local_currency.tables import DEFINITIONS, CurrencyResult
from dataro.analyses.nearby import Trouble
from dataro.data.datasets.money import CityNeighbours, CitySales, LocalCurrencyUse, MerchantSales
from dataro.vocabulary.analysis import analysis
from dataro.vocabulary.city import City
from dataro.vocabulary.settings import Between, Choices
from dataro.vocabulary.text import both


@analysis(
    question=both(
        "지역화폐는 새로운 소비를 얼마나 만들고, 그 돈은 어디에서 와서 누구에게 갑니까?",
        "How much new spending does the local currency bring, where from, and for whom?",
    ),
    title=both("지역화폐 효과", "Effect of the local currency"),
    theme="economy",
    refresh="monthly",
    method=both(
        "총사용액은 카드·모바일·지류 사용액의 합입니다. 사용액 1원당 매출 증가는 시군·월 고정효과를 뺀 패널 회귀로, "
        "이웃 시군의 사용액(이웃 수로 나눈 값)을 함께 넣어 이웃에서 옮겨 온 몫을 가려냅니다. 다음 달까지 남는 변동은 일반화 최소제곱으로 무게를 줄이고, 표준오차는 시군을 하나씩 "
        "빼는 방법(CR3)입니다. 시작 전후의 변화는 시작 시기가 다른 시군을 견주는 단계적 이중차분(Callaway·Sant'Anna "
        "2021), 우리 시의 효과는 합성 이중차분(Arkhangelsky 외 2021)으로 한 번 더 추정하며, 시작 전 추세 검정, 추세가 "
        "어긋날 때의 신뢰구간(Rambachan·Roth 2023의 상대 크기 제약, 조건부 검정), 위약 검정, 시군 하나씩 빼기로 점검합니다. 가맹점의 평균 "
        "효과는 가맹 시기와 달마다 효과를 따로 둔 고정효과 회귀(Wooldridge 2021)로 추정합니다. 효과의 "
        "정의에 따라 값이 크게 다르므로 여섯 가지 정의를 나란히 계산하고, 설정한 정의로 단계를 이어 갑니다.",
        "Gross use is the sum of card, mobile and paper use. The gain of sales per won of use comes "
        "from a panel regression with effects of city and month taken out, together with the use of "
        "neighbouring cities (spread over their neighbours), which tells what was taken from them; "
        "noise that lasts is weighed down (generalised least squares), standard errors leave out one city at a time (CR3). The change around the launch is "
        "estimated again by staggered differences (Callaway and Sant'Anna 2021), the effect in the "
        "city by synthetic differences (Arkhangelsky et al. 2021), and checked by a test of trends "
        "before, robust intervals if trends break (relative magnitudes of Rambachan and Roth 2023, by the conditional test), placebo "
        "starts and leaving out each city. The mean effect on shops is that of a fixed-effects "
        "regression with an effect for each cohort and month (Wooldridge 2021). Since the effect depends on its definition, six are "
        "computed side by side and the chain follows the one chosen.",
    ),
    limits=(
        both(
            "시작하지 않은 시군이 시작한 시군과 같은 추세였을 것이라는 가정 위에 있습니다. 시작과 함께 온 다른 정책은 가려내지 "
            "못합니다.",
            "It rests on cities without the currency having the same trend; other policies that "
            "came at the same time cannot be told apart.",
        ),
        both(
            "혜택률, 시 부담률, 운영비율, 유발 계수는 설정한 가정이며 자료에서 나온 값이 아닙니다.",
            "Benefit, the city's share, running cost and multiplier are assumptions that are set, "
            "not found in the data.",
        ),
        both(
            "이웃은 경계를 맞댄 시군만 셉니다. 더 먼 곳이나 온라인에서 옮겨 온 소비는 순증에 들어 있습니다.",
            "Neighbours are cities that share a border; spending taken from further away or from "
            "online shops counts as a gain.",
        ),
    ),
)
def local_currency(
    currency: LocalCurrencyUse,
    sales: CitySales | None,
    neighbours: CityNeighbours | None,
    merchants: MerchantSales | None,
    city: City,
    *,
    definition: Annotated[
        str, Choices(DEFINITIONS), both("효과의 정의", "Definition of the effect")
    ] = "own",
    benefit: Annotated[
        float, Between(0, 0.5), both("충전 혜택률(가정)", "Benefit on what is charged (assumed)")
    ] = 0.10,
    city_share: Annotated[
        float, Between(0, 1), both("혜택의 시 부담률(가정)", "The city's share of it (assumed)")
    ] = 0.5,
    running: Annotated[
        float, Between(0, 0.2), both("운영비율(가정)", "Running cost (assumed)")
    ] = 0.015,
    induced: Annotated[
        float, Between(0, 3), both("유발 계수(가정)", "Multiplier of the gain (assumed)")
    ] = 0.3,
) -> CurrencyResult:
    """Use by month, the chain from gross use to a won of public money, definitions side by side.

    Raises ``Problem`` where no local currency was used anywhere.
    """
    use = monthly_use(currency, neighbours, city)
    panel, troubles = read_panel(use, sales, neighbours, city)
    found = Estimates()
    if panel is not None:
        try:
            found = estimate(panel)
        except ValueError:
            troubles.append(Trouble("no_variation", len(panel.places), _SAME))
        if not found.studies and found.spill is not None:
            troubles.append(Trouble("same_start", len(panel.places), _SAME))
    members, lost = read_members(merchants)
    if members is not None:
        estimate_members(found, members)
    assumed = Assumed(definition, benefit, city_share, running, induced)
    return collect(use, panel, found, members, assumed, [*troubles, *lost])


_SAME = both(
    "모든 시군이 거의 같은 때에 시작해 견줄 시군이 없으므로 시작 전후의 효과를 추정하지 못했습니다.",
    "All cities began at nearly the same time: nobody is left to compare with, and the effect of "
    "the launch cannot be estimated.",
)

for _finding in findings.ALL:
    local_currency.narrative(_finding)
for _figure in figures.ALL:
    local_currency.figure(_figure)
local_currency.skill(findings.skill)

"""How the forecast is made and what it cannot do, in plain words."""

from __future__ import annotations

from dataro.vocabulary.text import both

METHOD = both(
    "가장 오래 센 정의의 월별 인구를 세 가지 방법으로 전망합니다. 첫째는 수준과 기울기가 달마다 조금씩 변하는 "
    "추세(지역선형추세, 계절 요인 포함)로, 빠진 달은 채우지 않고 건너뜁니다. 둘째는 지난 12개월의 증가가 이어진다고 "
    "보는 것이고, 셋째는 단지의 입주 시작 달, 세대 수, 세대당 면적에서 새로 들어올 사람을 세는 주택 단위법입니다. "
    "과거의 모든 달로 돌아가 그때까지의 자료만으로 전망을 다시 만들고, 그때 이미 알 수 있었던 오차가 작은 방법에 더 큰 "
    "비중을 두어 합칩니다. 불확실성은 추세의 모의 경로 2,000개에서 얻고, 과거 오차에 비추어 폭을 고칩니다. 다른 정의는 "
    "이 전망에 그 정의와의 차이(예: 외국인 수)의 전망을 더합니다. 도달하는 달은 경로가 목표를 처음 넘는 달이며, "
    "10%·50%·90%의 경로가 넘은 달을 적습니다. 연속 연말 요건은 12월 말 인구가 정해진 햇수만큼 이어서 목표 이상인 "
    "경로의 비율입니다. 연령별 전망은 코호트요인법(출생·사망·전입·전출)으로 시의 연령을, 해밀턴–페리법(줄어드는 코호트는 "
    "비율로, 늘어나는 코호트는 차이로)으로 읍면동의 연령을 구해 시 전체 전망에 맞춥니다. 입주 진행 속도, 면적별 세대당 "
    "인구의 모양, 읍면동의 이동이 해마다 잦아드는 정도는 가정입니다.",
    "The definition counted longest is forecast in three ways: by a trend whose level and slope change a "
    "little every month (local linear trend with a seasonal profile; missing months are stepped over, "
    "not filled), by the last twelve months' growth going on, and, from the month in which complexes open, their "
    "households and floor area, by the housing-unit method. Every past month is gone back to and the forecasts made "
    "again from what was known then; methods whose errors, known by that time, were smaller weigh more. Uncertainty comes from "
    "2,000 simulated paths of the trend, and its width is corrected by past errors. Other definitions add a forecast of "
    "what they count more, such as foreigners. The month of passing is the first in which a path is at the target: "
    "given are the months by which 10, 50 and 90 % of the paths have passed. The rule of year-ends is the share of "
    "paths whose Decembers are at the target for so many years in a row. Ages come from cohort-component (births, deaths, arrivals, "
    "departures) for the city and from Hamilton–Perry (ratios where a cohort shrinks, differences where it grows) for districts, "
    "scaled to the city's forecast. How fast a complex fills, how persons a household vary with floor area, and how a district's moves fade from year to year are assumptions.",
)

LIMITS = (
    both(
        "36개월과 60개월 앞의 전망은 설명일 뿐이며, 정확도를 주장하지 않습니다.",
        "Forecasts 36 and 60 months ahead are described; no accuracy is claimed for them.",
    ),
    both(
        "과거 시점 검증은 지금의 자료에서 그 달 이후를 가린 것입니다. 뒤에 고쳐진 통계를 되돌리지는 못합니다.",
        "Earlier origins are today's series with later months hidden; later revisions cannot be undone.",
    ),
    both(
        "단지 목록에는 언제 발표되었는지가 없어, 검증에서는 입주가 시작된 단지만 그때 알았던 것으로 봅니다.",
        "The list of complexes does not say when each was announced, so that in the test only complexes "
        "already opening count as known.",
    ),
    both(
        "외국인 수는 드물게 집계되어 그 차이의 전망은 몇 개의 점에 기댑니다.",
        "Foreigners are counted seldom; the forecast of that difference rests on a few points.",
    ),
    both(
        "전입과 전출에는 시 안의 이동이 들어 있어, 코호트요인법의 전입과 전출은 시를 넘는 이동보다 큽니다.",
        "Arrivals and departures include moves inside the city, so that both are larger in the "
        "cohort-component method than moves across its border.",
    ),
    both(
        "연속 연말 요건은 설정한 목표와 햇수의 계산이며, 법령에 따른 지정 여부를 판단하지 않습니다.",
        "The rule of year-ends is arithmetic on the target and years that are set; it does not decide a designation by law.",
    ),
)

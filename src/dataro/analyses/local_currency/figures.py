"""Charts of local currency."""

from __future__ import annotations

from math import expm1
from typing import Any

from dataro.analyses.local_currency.tables import (
    DEFINITIONS,
    STEPS,
    CurrencyChain,
    CurrencyDefinitions,
    CurrencyEvents,
    CurrencyUse,
)
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.city import City
from dataro.vocabulary.figure import Axis, Bars, Line, Mark, Note, Series
from dataro.vocabulary.text import both, finding

Row = dict[str, Any]
SOURCE = both(
    "자료: 지역화폐 발행·이용, 시군별 카드매출, 가맹점 표본",
    "Source: local currency issued and used, card sales of cities, sampled shops",
)

WITH_INTERVAL = both(
    "막대는 추정값이고 가는 선은 95% 구간입니다.",
    "Bars are estimates, thin lines their 95 % intervals.",
)


def use_line(use: CurrencyUse, city: City) -> Line | None:
    """Use by month: the city, its neighbours' mean, the mean of all others."""
    rows = use.frame().sort("month").to_dicts()
    months = sorted({row["month"] for row in rows})
    own = {row["month"]: row["used"] / 1e5 for row in rows if row["own"]}
    if not own:
        return None
    near = _means([r for r in rows if r["neighbour"] and not r["own"]])
    rest = _means([r for r in rows if not r["neighbour"] and not r["own"]])
    series = [Series(city.name, [_round(own.get(m)) for m in months])]
    if near:
        series.append(
            Series(
                both("이웃 시군 평균", "Mean of neighbours"), [_round(near.get(m)) for m in months]
            )
        )
    if rest:
        words = (
            both("그 밖의 시군 평균", "Mean of other cities")
            if near
            else both("다른 시군 평균", "Mean of other cities")
        )
        series.append(Series(words, [_round(rest.get(m)) for m in months], dashed=True))
    last = max(own)
    return Line(
        title=finding(
            "{month:month} 지역화폐 사용액은 {used:,.0f}억 원입니다",
            "{used:,.0f} hundred million won used in {month:month}",
            month=last, used=own[last],
        ).text,
        x=Axis(d.MONTH.text, "month"),
        at=months,
        y=Axis(
            both("사용액", "Used"), "number", both("억 원", "hundred million won"), from_zero=True
        ),
        series=series,
        note=Note(
            alt=both(
                "지역화폐 월 사용액을 우리 시, 이웃 시군, 다른 시군으로 나누어 그린 선 그래프",
                "Lines of local currency used by month: this city, its neighbours, other cities",
            ),
            source=SOURCE,
            caution=both(
                "사용액은 효과가 아닙니다. 대부분은 지역화폐가 없어도 썼을 돈일 수 있습니다.",
                "Use is not effect: most of it may have been spent anyway.",
            ),
        ),
    )  # fmt: skip


def events(events: CurrencyEvents) -> Line | None:
    """The event study over cities."""
    return _event_line(events, "cities")


def member_events(events: CurrencyEvents) -> Line | None:
    """The event study over shops that joined."""
    return _event_line(events, "merchants")


def steps(chain: CurrencyChain) -> Bars | None:
    """From gross use to net new, in won of the last twelve months."""
    rows = [
        row
        for row in chain.frame().sort("order").to_dicts()
        if row["amount"] is not None and row["step"] != "per_won"
    ]
    if len(rows) < 2:
        return None
    new = next((row for row in rows if row["step"] == "net_new"), rows[0])
    return Bars(
        title=finding(
            "총사용액 {gross:,.0f}억 원 가운데 순증은 {new:,.0f}억 원입니다",
            "KRW {billions:,.1f} of {whole:,.1f} billion used are new",
            gross=rows[0]["amount"] / 100, new=new["amount"] / 100,
            billions=new["amount"] / 1000, whole=rows[0]["amount"] / 1000,
        ).text,
        x=Axis(both("단계", "Step"), "text"),
        at=[STEPS[row["step"]] for row in rows],
        y=Axis(both("금액", "Amount"), "number", both("억 원", "100 million won"), from_zero=True),
        series=[
            Series(
                both("최근 12개월", "Last twelve months"),
                [round(row["amount"] / 100) for row in rows],
                low=[_end(row, "low", 100) for row in rows],
                high=[_end(row, "high", 100) for row in rows],
            )
        ],
        note=Note(
            alt=both(
                "총사용액에서 순증까지의 단계를 막대로 나타낸 그래프",
                "Bars from gross use to what is new",
            ),
            source=SOURCE,
            caution=WITH_INTERVAL,
        ),
        lying=True,
    )  # fmt: skip


def sides(definitions: CurrencyDefinitions) -> Bars | None:
    """The effect of a won of use under each definition, side by side."""
    rows = [row for row in definitions.frame().sort("order").to_dicts() if row["share"] is not None]
    if len(rows) < 2:
        return None
    return Bars(
        title=both(
            "지역화폐 1원의 효과는 정의에 따라 다릅니다",
            "What a won of local currency does depends on the definition",
        ),
        x=Axis(both("정의", "Definition"), "text"),
        at=[DEFINITIONS[row["definition"]] for row in rows],
        y=Axis(both("사용액 1원당 매출 증가", "Gain of sales per won used"), "decimal",
               both("원", "won"), from_zero=True),
        series=[
            Series(
                both("추정", "Estimate"),
                [round(row["share"], 3) for row in rows],
                low=[_end(row, "low", 1) for row in rows],
                high=[_end(row, "high", 1) for row in rows],
            )
        ],
        note=Note(
            alt=both(
                "여섯 가지 정의에 따른 사용액 1원당 효과를 나란히 놓은 막대 그래프",
                "Bars of the effect per won used under six definitions, side by side",
            ),
            source=SOURCE,
            caution=WITH_INTERVAL,
        ),
        lying=True,
    )  # fmt: skip


def _end(row: Row, end: str, unit: float) -> float | None:
    """An end of an interval; none where nothing was estimated (gross use is counted)."""
    return None if row[end] is None or row["low"] == row["high"] else row[end] / unit


def _event_line(events: CurrencyEvents, panel: str) -> Line | None:
    rows = [row for row in events.frame().sort("since").to_dicts() if row["panel"] == panel]
    if not rows:
        return None
    later = next((row for row in rows if row["since"] == 12), rows[-1])
    cities = panel == "cities"
    what = both("시작", "launch") if cities else both("가맹", "joining")
    return Line(
        title=finding(
            "{what} {since}개월 뒤 매출은 {change:+.1%} 달라졌습니다"
            if cities
            else "{what} {since}개월 뒤 점포 매출은 {change:+.1%} 달라졌습니다",
            "Sales are {change:+.1%} {since} months after {what}",
            what=what, since=later["since"], change=expm1(later["estimate"]),
        ).text,
        x=Axis(finding("{what} 뒤 개월", "Months since {what}", what=what).text, "number"),
        at=[row["since"] for row in rows],
        y=Axis(both("매출 변화", "Change of sales"), "percent"),
        series=[
            Series(
                both("효과(95% 동시 구간)", "Effect (95 % simultaneous band)"),
                [row["estimate"] for row in rows],
                low=[row["band_low"] for row in rows],
                high=[row["band_high"] for row in rows],
            )
        ],
        marks=[Mark(0, what)],
        note=Note(
            alt=both(
                "시작 전후 개월별 효과와 95% 동시 구간을 그린 사건 연구 그래프",
                "Event study: effect by months since the beginning, with a simultaneous 95 % band",
            ),
            source=SOURCE,
            caution=both(
                "0보다 앞의 값은 한 달 사이의 변화이며, 0에 가까울수록 시작 전 추세가 같았다는 뜻입니다.",
                "Values before 0 are changes from one month to the next: near zero means that trends "
                "ran together before.",
            ),
        ),
    )  # fmt: skip


def _means(rows: list[dict[str, object]]) -> dict[object, float]:
    """Mean use by month, in a hundred million won."""
    sums: dict[object, list[float]] = {}
    for row in rows:
        sums.setdefault(row["month"], []).append(float(str(row["used"])) / 1e5)
    return {month: sum(values) / len(values) for month, values in sums.items()}


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


ALL = (use_line, sides, steps, events, member_events)
"""Charts of local currency."""

"""What the analysis of local currency says, in sentences with their numbers."""

from __future__ import annotations

from math import expm1
from typing import Any

from dataro.analyses.local_currency.tables import (
    DEFINITIONS,
    CurrencyChain,
    CurrencyChecks,
    CurrencyDefinitions,
    CurrencyTroubles,
    CurrencyUse,
)
from dataro.vocabulary.analysis import Skill
from dataro.vocabulary.city import City
from dataro.vocabulary.text import Finding, Text, both, finding

Row = dict[str, Any]
HUNDRED_MILLION = 100_000
"""Thousand won in 억 원 (a hundred million won)."""


def use_now(use: CurrencyUse, city: City) -> list[Finding]:
    """Use of the last month and twelve months, and the city's place among all."""
    rows = use.frame().sort("month").to_dicts()
    own = [row for row in rows if row["own"]]
    if not own:
        return [
            finding(
                "{city}의 지역화폐 이용 자료가 없어 다른 시군만 보여 줍니다.",
                "There is no local currency of {city} in the data; only other cities are shown.",
                city=city.name,
            )
        ]
    last = own[-1]
    year: dict[str, float] = {}
    months = sorted({row["month"] for row in rows})[-12:]
    for row in rows:
        if row["month"] in months:
            year[row["place"]] = year.get(row["place"], 0.0) + row["used"]
    mine = year.get(last["place"], 0.0)
    near = [row["used"] for row in rows if row["month"] == last["month"]
            and row["neighbour"] and not row["own"]]  # fmt: skip
    rank = 1 + sum(value > mine for value in year.values())
    return [
        finding(
            "{month:month} {city}의 지역화폐 사용액은 {used:,.0f}억 원이고, 최근 12개월 합계 {year:,.0f}억 원은 "
            "{cities}개 시군 가운데 {rank}번째입니다. 첫 사용은 {first:month}입니다.",
            "In {month:month} {used:,.1f} hundred million won of local currency were used in {city}; "
            "the {year:,.0f} of the last twelve months rank {rank} of {cities} cities. It was first "
            "used in {first:month}.",
            month=last["month"], city=city.name, used=last["used"] / HUNDRED_MILLION,
            year=mine / HUNDRED_MILLION, cities=len(year), rank=rank, first=own[0]["month"],
        ),
        *_beside(own, near),
    ]  # fmt: skip


def _beside(own: list[Row], near: list[float]) -> list[Finding]:
    """The last month beside the same month a year before, and beside the neighbours' mean."""
    last = own[-1]
    found = []
    before = next(
        (r for r in own if r["month"] == last["month"].replace(year=last["month"].year - 1)), None
    )
    if before and before["used"]:
        found.append(
            finding(
                "한 해 전 같은 달보다 사용액이 {change:+.1%} 달라졌습니다.",
                "That is {change:+.1%} on the same month a year before.",
                change=last["used"] / before["used"] - 1,
            )
        )
    if near:
        found.append(
            finding(
                "경계를 맞댄 시군 {count}곳의 같은 달 평균은 {mean:,.0f}억 원입니다.",
                "The {count} cities that share a border used {mean:,.1f} hundred million won on "
                "the mean in that month.",
                count=len(near), mean=sum(near) / len(near) / HUNDRED_MILLION,
            )
        )  # fmt: skip
    return found


def net_new(chain: CurrencyChain, definitions: CurrencyDefinitions) -> list[Finding]:
    """What of the use is new under the chosen definition, with its interval."""
    steps = {row["step"]: row for row in chain.frame().to_dicts()}
    chosen = next(row for row in definitions.frame().to_dicts() if row["chosen"])
    new, gross = steps["net_new"], steps["gross"]
    if new["amount"] is None:
        return []
    return [
        finding(
            "정의 “{definition}”에 따르면 사용액 1원마다 매출이 {share:.2f}원(95% 구간 {low:.2f}~{high:.2f}원) "
            "늘었습니다. 최근 12개월 사용액 {gross:,.0f}억 원 가운데 순증은 {new:,.0f}억 원"
            "({new_low:,.0f}~{new_high:,.0f}억 원)이고, 나머지는 다른 결제나 점포에서 옮겨 온 것입니다.",
            "By the definition “{definition}”, each won used raised sales by {share:.2f} won (95 % "
            "interval {low:.2f}–{high:.2f}). Of {gross:,.0f} hundred million won used in the last "
            "twelve months {new:,.0f} ({new_low:,.0f}–{new_high:,.0f}) are new; the rest moved from other "
            "means or shops.",
            definition=DEFINITIONS[chosen["definition"]], share=chosen["share"], low=chosen["low"],
            high=chosen["high"], gross=gross["amount"] / 100, new=new["amount"] / 100,
            new_low=new["low"] / 100, new_high=new["high"] / 100,
        )
    ]  # fmt: skip


def both_sides(definitions: CurrencyDefinitions) -> list[Finding]:
    """How far apart the definitions are."""
    rows = [row for row in definitions.frame().to_dicts()
            if row["share"] is not None and row["definition"] != "gross"]  # fmt: skip
    if len(rows) < 2:
        return []
    least = min(rows, key=lambda row: row["share"])
    most = max(rows, key=lambda row: row["share"])
    return [
        finding(
            "정의에 따라 사용액 1원당 효과는 {low:.2f}원(“{least}”)에서 {high:.2f}원(“{most}”)까지 다릅니다. 효과가 "
            "없다는 연구와 크다는 연구의 차이는 대부분 이 정의의 차이입니다.",
            "By definition the effect of a won used runs from {low:.2f} (“{least}”) to {high:.2f} won "
            "(“{most}”): much of the quarrel between studies that find none and studies that find a "
            "large one is about this.",
            low=least["share"], least=DEFINITIONS[least["definition"]],
            high=most["share"], most=DEFINITIONS[most["definition"]],
        )
    ]  # fmt: skip


def money(chain: CurrencyChain) -> list[Finding]:
    """Who gets it, and what a won of public money brings."""
    steps = {row["step"]: row for row in chain.frame().to_dicts()}
    found = []
    if steps["small"]["share"] is not None:
        found.append(
            finding(
                "지역화폐 결제액의 {share:.1%}가 소상공인 점포에서 쓰였습니다(가맹점 표본).",
                "{share:.1%} of what was paid in local currency went to small shops (sample).",
                share=steps["small"]["share"],
            )
        )
    if steps["per_won"]["share"] is not None:
        found.append(
            finding(
                "설정한 혜택률과 부담률을 따르면 시 예산 1원마다 순증은 {share:.2f}원(95% 구간 {low:.2f}~{high:.2f}원)입니다.",
                "With the benefit and shares set, each won of the city's money brings {share:.2f} won "
                "of net gain (95 % interval {low:.2f}–{high:.2f}).",
                share=steps["per_won"]["share"],
                low=steps["per_won"]["share_low"],
                high=steps["per_won"]["share_high"],
            )
        )
    return found


def spilt(checks: CurrencyChecks) -> list[Finding]:
    """How much of the gain came from neighbouring cities."""
    row = _check(checks, "moved", "neighbours")
    if row is None or row["value"] is None:
        return []
    return [
        finding(
            "소상공인 순증의 {moved:.0%}는 이웃 시군 소상공인의 매출이 옮겨 온 것입니다(100%면 제로섬).",
            "{moved:.0%} of the gain of small shops was taken from those of neighbouring cities "
            "(100 % would be a zero-sum game).",
            moved=row["value"],
        )
    ]  # fmt: skip


def launch(checks: CurrencyChecks) -> list[Finding]:
    """The effect of the launch, and whether it withstands the checks."""
    whole = _check(checks, "overall", "cities")
    trend, chance = _check(checks, "pretrend", "cities"), _check(checks, "placebo", "cities")
    if whole is None:
        return []
    found = [
        finding(
            "시작 뒤 소상공인 매출은 시작하지 않은 시군보다 평균 {effect:.1%}(95% 구간 {low:.1%}~{high:.1%}) 높습니다. "
            "시작 전 추세 검정 p={trend:.2f}, 무작위 시작 위약 검정 p={chance:.2f}입니다.",
            "After the launch sales of small shops are {effect:.1%} above those of cities without it "
            "(95 % interval {low:.1%}–{high:.1%}). Test of trends before: p = {trend:.2f}; placebo "
            "starts: p = {chance:.2f}.",
            effect=expm1(whole["value"]), low=expm1(whole["low"]), high=expm1(whole["high"]),
            trend=trend["value"] if trend else None, chance=chance["value"] if chance else None,
        )
    ]  # fmt: skip
    city = _check(checks, "twin_city", "all")
    if city is not None and city["low"] is not None:
        found.append(
            finding(
                "우리 시만 보면 첫해의 효과는 {effect:.1%}(95% 구간 {low:.1%}~{high:.1%})입니다(합성 이중차분).",
                "In this city alone the effect of the first year is {effect:.1%} (95 % interval "
                "{low:.1%}–{high:.1%}; synthetic differences).",
                effect=expm1(city["value"]), low=expm1(city["low"]), high=expm1(city["high"]),
            )
        )  # fmt: skip
    return found


def if_trends_break(checks: CurrencyChecks) -> list[Finding]:
    """What is left of the effect if trends had broken as much as they ever did before."""
    row, limit = _check(checks, "honest", "1"), _check(checks, "breakdown", "cities")
    if row is None or row["low"] is None or row["high"] is None:
        return []
    found = [
        finding(
            "시군의 추세가 시작 뒤 달마다, 시작 전에 본 가장 큰 변화만큼 어긋났더라도 첫해 효과의 95% 구간은 "
            "{low:+.1%}~{high:+.1%}입니다(Rambachan·Roth).",
            "Even if trends had broken in every month after the launch by as much as the largest step "
            "before, the 95 % interval of the first year's effect is {low:+.1%} to {high:+.1%} "
            "(Rambachan and Roth).",
            low=expm1(row["low"]), high=expm1(row["high"]),
        )
    ]  # fmt: skip
    if limit is not None and limit["value"] is not None:
        found.append(
            finding(
                "그 어긋남이 시작 전 가장 큰 변화의 {size:.2f}배가 넘으면 효과가 있다고 말할 수 없습니다.",
                "Beyond {size:.2f} times that step no effect can be claimed.", size=limit["value"],
            )
        )  # fmt: skip
    return found


def shops(checks: CurrencyChecks) -> list[Finding]:
    """What joining did for a shop."""
    row = _check(checks, "members", "shops")
    if row is None:
        return []
    return [
        finding(
            "지역화폐 가맹점이 된 점포의 매출은 되지 않은 점포보다 {effect:.1%}(95% 구간 {low:.1%}~{high:.1%}) 더 "
            "늘었습니다.",
            "Sales of shops that joined grew by {effect:.1%} more than those of shops that did not "
            "(95 % interval {low:.1%}–{high:.1%}).",
            effect=expm1(row["value"]), low=expm1(row["low"]), high=expm1(row["high"]),
        )
    ]  # fmt: skip


def troubles_said(troubles: CurrencyTroubles) -> list[Finding]:
    """What the data cannot show and what to ask for."""
    return [
        Finding(Text(row["said"], row["said_en"]), {"count": row["count"]})
        for row in troubles.frame().sort("kind").to_dicts()
    ]


def skill(checks: CurrencyChecks) -> Skill:
    """How far off the method is where the truth is zero: in cities that had not launched."""
    row = next((r for r in checks.frame().to_dicts() if r["check"] == "placebo_cities"), None)
    if row is None or row["value"] is None:
        return Skill(
            both(
                "견줄 시군의 매출이 없어 오차를 재지 못했습니다.",
                "Without sales of cities to compare with, the error could not be measured.",
            )
        )
    said = finding(
        "아직 시작하지 않은 시군 {count:,}곳에 같은 방법을 쓰면 효과가 0이어야 하며, 실제 오차의 표준편차는 "
        "{error:.1%}입니다.",
        "In {count:,} cities that had not launched the same method should find nothing; the standard "
        "deviation of what it finds is {error:.1%}.",
        count=int(row["case"]), error=row["value"],
    )  # fmt: skip
    return Skill(said.text, {"count": int(row["case"]), "error": row["value"]})


def _check(checks: CurrencyChecks, check: str, case: str) -> Row | None:
    rows = checks.frame().to_dicts()
    return next((r for r in rows if r["check"] == check and r["case"] == case), None)


ALL = (use_now, net_new, both_sides, spilt, money, launch, if_trends_break, shops, troubles_said)
"""What the analysis of local currency says."""

"""What the analysis of care demand says, in sentences with their numbers."""

from __future__ import annotations

from typing import Any

from dataro.analyses.care_demand.inputs import UNDER_REVIEW
from dataro.analyses.care_demand.tables import (
    CARE,
    CareAgeing,
    CareCheck,
    CareShortfall,
    CareTotals,
    CareTroubles,
)
from dataro.vocabulary.analysis import Skill
from dataro.vocabulary.text import Finding, Text, both, finding

Row = dict[str, Any]


def now(totals: CareTotals, shortfall: CareShortfall) -> list[Finding]:
    """Children of all complexes this year by band, with their interval."""
    rows = totals.frame().sort("year", "age_from").to_dicts()
    year = rows[0]["year"]
    complexes = shortfall.frame().select("name", "address").unique().height
    return [
            finding(
                "{year}년 공동주택 {complexes:,}개 단지의 {first}~{last}세 아동은 {children:,.0f}명"
                "(80% 구간 {low:,.0f}~{high:,.0f}명)이고, 그 가운데 {wanting:,.0f}명이 돌봄을 원할 것으로 봅니다.",
                "In {year} the {complexes:,} apartment complexes have {children:,.0f} children aged "
                "{first}–{last} (80 % interval {low:,.0f}–{high:,.0f}), of whom {wanting:,.0f} want care.",
                year=year, complexes=complexes, first=row["age_from"], last=row["age_to"],
                children=row["children"], low=row["children_low"], high=row["children_high"],
                wanting=row["wanting"],
            )
            for row in rows
            if row["year"] == year
        ]  # fmt: skip


def ahead(totals: CareTotals, ageing: CareAgeing) -> list[Finding]:
    """How the school-age children change in ten years, where anything tells how complexes age."""
    if ageing.frame().is_empty():
        return []
    rows = totals.frame().filter(totals.frame()["age_from"] == 6).sort("year").to_dicts()
    first, last = rows[0], rows[-1]
    if not first["children"]:
        return []
    return [
        finding(
            "6~12세 아동은 {year}년에 {children:,.0f}명(80% 구간 {low:,.0f}~{high:,.0f}명)으로, "
            "{before}년보다 {change:+.0%} 바뀔 것으로 봅니다.",
            "Children aged 6–12 are expected to be {children:,.0f} in {year} (80 % interval "
            "{low:,.0f}–{high:,.0f}), {change:+.0%} on {before}.",
            year=last["year"], children=last["children"], low=last["children_low"],
            high=last["children_high"], before=first["year"],
            change=last["children"] / first["children"] - 1,
        )
    ]  # fmt: skip


def short(shortfall: CareShortfall, minutes: float) -> list[Finding]:
    """Where seats are short now, by kind of care."""
    found = []
    for care, words in CARE.items():
        rows = [
            row
            for row in shortfall.frame().to_dicts()
            if row["care"] == care and row["shortfall"] is not None and not row["planned"]
        ]
        if not rows:
            continue
        worst = max(rows, key=lambda row: (row["shortfall"], row["name"]))
        found.append(
            finding(
                "{care}: 입주한 단지의 희망 아동 {wanting:,.0f}명 가운데 {short:,.0f}명은 {minutes:g}분 안에 나눠 쓸 "
                "정원이 없습니다. 가장 부족한 곳은 {name}으로(로) {most:,.0f}명입니다.",
                "{care}: of {wanting:,.0f} children wanting it in complexes lived in, {short:,.0f} have "
                "no seat within {minutes:g} minutes. The shortest is {name}, by {most:,.0f}.",
                care=words, wanting=sum(row["wanting"] for row in rows),
                short=sum(row["shortfall"] for row in rows), minutes=minutes,
                name=worst["name"], most=worst["shortfall"],
            )
        )  # fmt: skip
    return found


def require(shortfall: CareShortfall) -> list[Finding]:
    """What to require of complexes that nobody has moved into yet."""
    rows = [row for row in shortfall.frame().to_dicts() if row["planned"]]
    school = [row for row in rows if row["care"] == "school"]
    school.sort(key=lambda row: (row["name"] != UNDER_REVIEW, -row["peak_wanting"]))
    if not school:
        return []
    found = []
    compulsory = sum(row["compulsory"] for row in school)
    found.append(
        finding(
            "입주 전 단지 {count:,}곳 가운데 {compulsory:,}곳은 500세대 이상이어서 다함께돌봄센터를 두어야 합니다"
            "(주택건설기준 등에 관한 규정, 2021년부터).",
            "Of {count:,} complexes not yet moved in, {compulsory:,} have 500 households or more and "
            "must have a care centre (housing construction standards, since 2021).",
            count=len(school), compulsory=compulsory,
        )
    )  # fmt: skip
    return found + [_required(row) for row in school[:5]]


def _required(row: Row) -> Finding:
    said: dict[str, Any] = {
        "name": row["name"], "peak": row["peak_wanting"], "high": row["peak_high"],
        "year": row["peak_year"],
    }  # fmt: skip
    if row["seats_to_require"] is None:
        return finding(
            "{name}: {year}년에 6~12세 {peak:,.0f}명(상한 {high:,.0f}명)이 돌봄을 원할 것으로 봅니다. 위치나 시설 "
            "정원을 몰라 요구할 정원은 계산하지 못했습니다.",
            "{name}: {peak:,.0f} children aged 6–12 are expected to want care in {year} (high "
            "{high:,.0f}). Seats to require cannot be told without its place and seats nearby.",
            **said,
        )
    return finding(
        "{name}: {year}년에 6~12세 {peak:,.0f}명(상한 {high:,.0f}명)이 돌봄을 원할 것으로 보며, 가까운 정원을 뺀 "
        "{seats:,}명분을 허가 전에 요구할 수 있습니다.",
        "{name}: {peak:,.0f} children aged 6–12 are expected to want care in {year} (high "
        "{high:,.0f}); less the seats nearby, {seats:,} seats may be required before the permit.",
        seats=row["seats_to_require"], **said,
    )  # fmt: skip


def troubles_said(troubles: CareTroubles) -> list[Finding]:
    """What the data cannot show and what to ask for."""
    return [
        Finding(Text(row["said"], row["said_en"]), {"count": row["count"]})
        for row in troubles.frame().sort("kind").to_dicts()
    ]


def skill(check: CareCheck) -> Skill:
    """How many complexes that the model did not see lie inside its 80 % band."""
    rows = check.frame().to_dicts()
    if not rows:
        return Skill(
            both(
                "단지별 아동 수가 없어 점검하지 못했습니다.",
                "No counts by complex: nothing could be checked.",
            )
        )
    inside = sum(row["low"] <= row["counted"] <= row["high"] for row in rows) / len(rows)
    ratio = sum(row["expected"] for row in rows) / max(sum(row["counted"] for row in rows), 1)
    said = finding(
        "적합에서 빼놓은 단지의 최근 아동 수 {count:,}개 가운데 {inside:.0%}가 80% 구간에 들었고, 합계는 실제의 "
        "{ratio:.1%}입니다.",
        "Of {count:,} latest counts in complexes left out of the fit, {inside:.0%} lie inside the 80 % "
        "interval; their sum is {ratio:.1%} of what was counted.",
        count=len(rows), inside=inside, ratio=ratio,
    )  # fmt: skip
    return Skill(said.text, {"count": len(rows), "inside": inside, "ratio": ratio})


ALL = (now, ahead, short, require, troubles_said)

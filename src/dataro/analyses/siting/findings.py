"""What the analysis of siting says, in sentences with their numbers."""

from __future__ import annotations

from dataro.analyses.siting.services import GROUPS, SERVICES
from dataro.analyses.siting.tables import SitingPlan, SitingProof, SitingTroubles
from dataro.vocabulary.text import Finding, Text, finding


def effect(proof: SitingProof, plan: SitingPlan, service: str) -> list[Finding]:
    """How many more people the plan brings within the time, and how the mean changes."""
    row = proof.frame().row(0, named=True)
    roles = plan.frame()["role"].to_list()
    said = {
        "service": SERVICES[service].text, "group": GROUPS[SERVICES[service].group],
        "opened": roles.count("opened"), "closed": roles.count("closed"), "limit": row["limit"],
        "before": row["reached_before"], "after": row["reached_after"], "people": row["people"],
        "more": row["reached_after"] - row["reached_before"],
    }  # fmt: skip
    found = [
        finding(
            "{service} {opened:,}곳을 새로 열면 {limit:g}분 안에 닿는 {group}이(가) {before:,.0f}명에서 "
            "{after:,.0f}명으로 {more:,.0f}명 늘어납니다(대상 {people:,.0f}명).",
            "Opening {opened:,} sites ({service}) brings {more:,.0f} more {group} within {limit:g} "
            "minutes: from {before:,.0f} to {after:,.0f} of {people:,.0f}.",
            **said,
        )
    ]
    if said["closed"]:
        found.append(
            finding(
                "지금 시설 {closed:,}곳을 닫고 옮깁니다.",
                "{closed:,} existing sites close and move.",
                closed=said["closed"],
            )
        )
    if row["mean_before"] is not None and row["mean_after"] is not None:
        found.append(
            finding(
                "가장 가까운 곳까지 평균 {before:.1f}분에서 {after:.1f}분이 됩니다.",
                "The mean way to the nearest site goes from {before:.1f} to {after:.1f} minutes.",
                before=row["mean_before"], after=row["mean_after"],
            )
        )  # fmt: skip
    return found


def each(plan: SitingPlan, proof: SitingProof) -> list[Finding]:
    """What the first sites add, in the order in which to open them."""
    limit, goal = proof.frame()["limit"][0], proof.frame()["goal"][0]
    rows = [row for row in plan.frame().to_dicts() if row["rank"] is not None]
    rows = sorted(rows, key=lambda row: row["rank"])[:5]
    if goal == "mean":
        return [
            finding(
                "{rank}순위 {name}: 평균 이동 시간을 {saves:.2f}분 줄입니다.",
                "No. {rank}, {name}: {saves:.2f} minutes less on average.",
                rank=row["rank"], name=row["name"], saves=row["saves"],
            )
            for row in rows
        ]  # fmt: skip
    return [
        finding(
            "{rank}순위 {name}: {limit:g}분 안에 {adds:,.0f}명을 더합니다.",
            "No. {rank}, {name}: {adds:,.0f} more people within {limit:g} minutes.",
            rank=row["rank"], name=row["name"], adds=row["adds"], limit=limit,
        )
        for row in rows
    ]  # fmt: skip


def proven(proof: SitingProof, goal: str) -> list[Finding]:
    """How good the plan is, in plain words."""
    row = proof.frame().row(0, named=True)
    said = {"gap": row["gap"], "seconds": row["seconds"], "value": row["value"],
            "bound": row["bound"]}  # fmt: skip
    if row["status"] == "optimal":
        return [
            finding(
                "이보다 나은 배치는 없음이 증명되었습니다(배치안의 값과 어떤 배치도 넘을 수 없는 값이 {value:,.0f}으로(로) "
                "같습니다).",
                "No better plan exists: the plan's value and what no plan can beat are both {value:,.0f}.",
                **said,
            )
        ]
    if row["status"] == "time_limit":
        return [
            finding(
                "{seconds:.1f}초 안에 증명을 끝내지 못해 최적이라고 말하지 않습니다. 가장 좋은 배치와의 차이는 많아야 "
                "{gap:.2%}입니다(값 {value:,.0f}, 한계 {bound:,.0f}).",
                "The proof was not finished within {seconds:.1f} s, so this is not called optimal. The "
                "best plan is at most {gap:.2%} away (value {value:,.0f}, bound {bound:,.0f}).",
                **said,
            )
        ]
    return [
        finding(
            "가장 좋은 배치와의 차이는 많아야 {gap:.2%}입니다(값 {value:,.0f}, 어떤 배치도 넘을 수 없는 값 {bound:,.0f}).",
            "The best plan is at most {gap:.2%} away (value {value:,.0f}; no plan beats {bound:,.0f}).",
            **said,
        )
    ]


def troubles_said(troubles: SitingTroubles) -> list[Finding]:
    """What the data cannot show and what to ask for."""
    return [
        Finding(Text(row["said"], row["said_en"]), {"count": row["count"]})
        for row in troubles.frame().sort("kind").to_dicts()
    ]


ALL = (effect, each, proven, troubles_said)

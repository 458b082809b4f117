"""Maps and charts of siting: before and after, and what each site adds."""

from __future__ import annotations

from itertools import accumulate

from dataro.analyses.siting.services import SERVICES
from dataro.analyses.siting.tables import ROLES, SitingPlan, SitingProof, SitingReach
from dataro.vocabulary import dictionary as d
from dataro.vocabulary.figure import Axis, Bars, Line, Note, Points, Series
from dataro.vocabulary.text import both, finding

SOURCE = both(
    "자료: 거주 인구, 공공서비스 시설, 후보지", "Source: residents by place, facilities, candidates"
)
PEOPLE = Axis(both("인원", "People"), "number", d.PEOPLE.unit, from_zero=True)


def sites(plan: SitingPlan, service: str) -> Points | None:
    """Sites that open, stay and close; dots sized by the people nearest to them."""
    rows = plan.frame().sort("site").to_dicts()
    if not rows:
        return None
    opened = sum(row["role"] == "opened" for row in rows)
    return Points(
        title=finding(
            "{service}: 새로 {opened:,}곳, 모두 {every:,}곳",
            "{service}: {opened:,} open, {every:,} in all",
            service=SERVICES[service].text, opened=opened,
            every=sum(row["role"] != "closed" for row in rows),
        ).text,
        at=[f"{row['name']} ({row['site']})" for row in rows],
        longitude=[row["longitude"] for row in rows],
        latitude=[row["latitude"] for row in rows],
        y=Axis(both("가장 가까운 인원", "People nearest"), "number", d.PEOPLE.unit),
        size=[round(row["serves"]) for row in rows],
        group=[ROLES[row["role"]] for row in rows],
        note=Note(
            alt=finding(
                "새로 열 곳, 그대로 둘 곳, 닫을 곳 {count:,}곳의 지도",
                "Map of {count:,} sites that open, stay or close", count=len(rows),
            ).text,
            source=SOURCE,
        ),
    )  # fmt: skip


def reach(reach: SitingReach, proof: SitingProof) -> Points | None:
    """Places by whether they are within the time now, only after, or not at all."""
    rows = reach.frame().sort("cell").to_dicts()
    if not rows:
        return None
    row = proof.frame().row(0, named=True)
    now, then, never = (
        both("지금도 시간 안", "Within the time now"),
        both("배치 뒤 시간 안", "Within it after"),
        both("배치 뒤에도 시간 밖", "Outside it after too"),
    )
    people = row["people"] or 1.0
    return Points(
        title=finding(
            "{limit:g}분 안에 닿는 사람: {before:.0%} → {after:.0%}",
            "Within {limit:g} minutes: {before:.0%} → {after:.0%}",
            limit=row["limit"], before=row["reached_before"] / people,
            after=row["reached_after"] / people,
        ).text,
        at=[r["cell"] for r in rows],
        longitude=[r["longitude"] for r in rows],
        latitude=[r["latitude"] for r in rows],
        y=PEOPLE,
        size=[round(r["people"]) for r in rows],
        group=[now if r["reached_before"] else then if r["reached_after"] else never for r in rows],
        note=Note(
            alt=both(
                "지역마다 배치 전과 뒤에 시간 안에 닿는지 나타낸 지도",
                "Map of places by whether a site is within the time before and after",
            ),
            source=SOURCE,
        ),
    )  # fmt: skip


def additions(plan: SitingPlan, proof: SitingProof) -> Bars | None:
    """What each opened site adds, in the order in which to open them."""
    rows = [row for row in plan.frame().to_dicts() if row["rank"] is not None]
    rows.sort(key=lambda row: row["rank"])
    if not rows:
        return None
    limit = proof.frame()["limit"][0]
    return Bars(
        title=finding(
            "첫 번째로 열 곳은 {name}: {adds:,.0f}명을 더합니다",
            "Open {name} first: it adds {adds:,.0f} people",
            name=rows[0]["name"], adds=rows[0]["adds"],
        ).text,
        x=Axis(both("여는 순서", "In the order of opening"), "text"),
        at=[row["name"] for row in rows],
        y=Axis(
            finding("{limit:g}분 안에 더하는 인원", "People added within {limit:g} minutes",
                    limit=limit).text,
            "number", d.PEOPLE.unit, from_zero=True,
        ),
        series=[Series(both("더하는 인원", "People added"), [round(row["adds"]) for row in rows])],
        note=Note(
            alt=both(
                "새로 여는 곳마다 시간 안에 더하는 인원의 막대그래프",
                "Bars of the people each new site brings within the time",
            ),
            source=SOURCE,
        ),
        lying=True,
    )  # fmt: skip


def returns(plan: SitingPlan, proof: SitingProof) -> Line | None:
    """People within the time after each site in turn: where more sites stop paying."""
    rows = [row for row in plan.frame().to_dicts() if row["rank"] is not None]
    rows.sort(key=lambda row: row["rank"])
    if len(rows) < 2:
        return None
    row = proof.frame().row(0, named=True)
    start = row["reached_after"] - sum(one["adds"] for one in rows)
    values = list(accumulate((one["adds"] for one in rows), initial=start))
    return Line(
        title=finding(
            "{opened:,}곳을 차례로 열 때 {limit:g}분 안에 닿는 사람",
            "People within {limit:g} minutes as {opened:,} sites open in turn",
            opened=len(rows), limit=row["limit"],
        ).text,
        x=Axis(both("새로 연 곳의 수", "Sites opened"), "number"),
        at=list(range(len(values))),
        y=PEOPLE,
        series=[Series(both("시간 안에 닿는 사람", "Within the time"), [round(v) for v in values])],
        note=Note(
            alt=both(
                "새로 연 곳의 수에 따라 시간 안에 닿는 사람이 늘어나는 선 그래프",
                "A line of people within the time by the number of sites opened",
            ),
            source=SOURCE,
        ),
    )  # fmt: skip


ALL = (sites, reach, additions, returns)

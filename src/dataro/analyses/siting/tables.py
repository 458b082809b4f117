"""What the analysis of siting returns."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Table
from dataro.vocabulary.terms import Domain, Term
from dataro.vocabulary.text import both

ROLES = {
    "opened": both("새로 엶", "Opens"),
    "kept": both("그대로 둠", "Stays"),
    "closed": both("닫음(옮김)", "Closes (moves)"),
}
STATUSES = {
    "optimal": both("최적으로 증명됨", "Proven optimal"),
    "time_limit": both("시간이 다 되어 멈춤", "Stopped by the time limit"),
    "bounded": both("차이의 한계를 앎", "Within a known gap"),
}
GOALS = {
    "coverage": both("시간 안에 닿는 사람을 가장 많게", "Most people within the time"),
    "mean": both("평균 이동 시간을 가장 짧게", "Shortest mean travel time"),
    "cover_all": both("모두가 시간 안에 닿는 가장 적은 수", "Fewest sites that reach everyone"),
}
STATUS = Term(both("풀이 상태", "State of the solution"), Domain("코드", "code", codes=STATUSES))
SITE = d.ID.called(both("후보지 ID", "Site"))


class SitingPlan(Table, title=both("배치안", "The plan")):
    """One row per site that opens, stays or closes; the opened ones ranked by what each adds."""

    site = SITE.key()
    name = d.NAME
    role = Term(both("구분", "What happens"), Domain("코드", "code", codes=ROLES))
    rank = d.COUNT.called(both("순위", "Rank")).optional()
    adds = d.EXPECTED_PEOPLE.called(
        both("더하는 인원(시간 안)", "People it brings within the time")
    ).optional()
    saves = d.MINUTES.called(both("줄이는 평균 시간", "Mean minutes it saves")).optional()
    serves = d.EXPECTED_PEOPLE.called(both("가장 가까운 인원", "People nearest to it"))
    longitude = d.LONGITUDE
    latitude = d.LATITUDE


class SitingAlternatives(Table, title=both("다음 후보지", "Next best sites")):
    """One row per candidate that was not chosen: what it would add to the plan."""

    site = SITE.key()
    name = d.NAME
    adds = d.EXPECTED_PEOPLE.called(
        both("더할 인원(시간 안)", "People it would bring within the time")
    )
    longitude = d.LONGITUDE
    latitude = d.LATITUDE


class SitingReach(Table, title=both("지역별 이동 시간", "Travel time of places")):
    """One row per place where people live: minutes to the nearest site before and after."""

    cell = d.ID.called(both("지역 ID", "Place")).key()
    longitude = d.LONGITUDE
    latitude = d.LATITUDE
    people = d.EXPECTED_PEOPLE.called(both("대상 인원", "People served"))
    minutes_before = d.MINUTES.called(both("지금", "Now")).optional()
    minutes_after = d.MINUTES.called(both("배치 뒤", "After")).optional()
    reached_before = d.YES_NO.called(both("지금 시간 안", "Within the time now"))
    reached_after = d.YES_NO.called(both("배치 뒤 시간 안", "Within the time after"))


class SitingProof(Table, title=both("풀이의 품질", "Quality of the solution")):
    """One row per goal solved: what the plan reaches, and what no plan can beat."""

    goal = Term(both("목표", "Goal"), Domain("코드", "code", codes=GOALS)).key()
    status = STATUS
    value = Term(both("배치안의 값", "Value of the plan"), Domain("수", "decimal"))
    bound = Term(
        both("어떤 배치도 넘을 수 없는 값", "What no plan can beat"), Domain("수", "decimal")
    )
    gap = d.SHARE.called(both("차이의 한계", "Gap at most"))
    seconds = Term(both("계산 시간", "Seconds taken"), Domain("시간", "decimal"), both("초", "s"))
    limit = d.MINUTES.called(both("가까움의 기준", "Near means"))
    people = d.EXPECTED_PEOPLE.called(both("대상 인원", "People served"))
    reached_before = d.EXPECTED_PEOPLE.called(both("지금 시간 안", "Within the time now"))
    reached_after = d.EXPECTED_PEOPLE.called(both("배치 뒤 시간 안", "Within the time after"))
    mean_before = d.MINUTES.called(both("지금 평균", "Mean now")).optional()
    mean_after = d.MINUTES.called(both("배치 뒤 평균", "Mean after")).optional()
    unreached = d.COUNT.called(both("어느 후보지에서도 닿지 않는 지역", "Places no site reaches"))
    candidates = d.COUNT.called(both("후보지", "Candidates"))
    places = d.COUNT.called(both("지역", "Places"))


class SitingTroubles(Table, title=both("자료의 한계", "What the data cannot show")):
    """One row per kind of trouble in the data: what it limits, and what to ask for."""

    kind = d.ID.called(both("종류", "Kind")).key()
    count = d.COUNT
    said = d.SENTENCE.called(both("설명(한국어)", "Explanation, Korean"))
    said_en = d.SENTENCE.called(both("설명(영어)", "Explanation, English"))


@dataclass
class SitingResult:
    """All tables of the analysis."""

    plan: SitingPlan
    proof: SitingProof
    reach: SitingReach
    alternatives: SitingAlternatives
    troubles: SitingTroubles

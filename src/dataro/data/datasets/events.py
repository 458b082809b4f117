"""What happens in a city on known days."""

from __future__ import annotations

from dataro.vocabulary import dictionary as d
from dataro.vocabulary.table import Rule, Table
from dataro.vocabulary.terms import Domain, Term
from dataro.vocabulary.text import both

EVENT_KINDS = {
    "festival": both("축제·행사", "Festival"),
    "holiday": both("명절·연휴", "Holiday"),
    "relief": both("지원금", "Relief payment"),
    "other": both("그 밖의 일", "Other"),
}
EVENT_KIND = Term(both("종류", "Kind"), Domain("코드", "code", codes=EVENT_KINDS))


class CityEvents(Table, title=both("행사·지원금 일정", "Calendar of events")):
    """One row per event of the city: its kind, first and last day."""

    event = d.ID.called(both("일정번호", "Event")).key()
    kind = EVENT_KIND
    name = d.NAME
    name_en = d.NAME_EN.optional()
    first_day = d.VALID_FROM.called(both("시작일", "First day"))
    last_day = d.VALID_TO.called(both("종료일", "Last day"))
    rules = (
        Rule(
            "last_day >= first_day",
            both("끝은 시작보다 앞설 수 없습니다", "It ends after it starts"),
        ),
    )

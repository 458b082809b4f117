"""Cases of a demonstration, so that a desk and a list of requests are not empty at first sight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dataro.accounts.people import person_by_login
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.build.context import Context
from dataro.cases import engine, talk
from dataro.cases.inbox import all_open
from dataro.cases.reports import WORKFLOW as ERROR_REPORT
from dataro.cases.reports import report_cell
from dataro.cases.workflows import installed
from dataro.vocabulary.dataset import Dataset
from dataro.vocabulary.text import Text, both

_REQUEST = "data_request"
_REQUESTS: tuple[Mapping[str, str], ...] = (
    {"title": "동별 어린이 보호구역 위치와 단속 카메라", "use": "personal", "format": "map",
     "purpose": "아이가 다니는 길이 안전한지 지도에서 확인하고 싶습니다."},
    {"title": "공원 화장실과 음수대 위치", "use": "business", "format": "api",
     "purpose": "산책로 안내 앱에 넣어 어르신과 아이가 있는 가족에게 알려 드리려고 합니다."},
    {"title": "시내버스 정류장별 시간대 승하차 인원", "use": "research", "format": "file",
     "purpose": "대학 연구에서 노선 개편의 효과를 재려고 합니다. 월별이면 충분합니다."},
    {"title": "상가 건물의 소유자 이름과 연락처", "use": "business", "format": "file",
     "purpose": "임대 상담을 하기 위해 건물 소유자에게 직접 연락하려고 합니다."},
)  # fmt: skip


def department_of(context: Context) -> Text:
    """The department that owns most of the datasets: the one whose desk shows most."""
    owners = Counter(one.owner.ko for one in context.registry.datasets.values())
    most = owners.most_common(1)[0][0] if owners else ""
    return next(
        (one.owner for one in context.registry.datasets.values() if one.owner.ko == most),
        both("데이터과", "Data department"),
    )


def demo_cases(records: Records, context: Context, department: Text) -> int:
    """Open some cases as citizens would, and act on them as officials would; how many were opened.

    Nothing where there are any already, or where the city declares no workflow for them.
    """
    workflows = installed(records)
    if _REQUEST not in workflows or all_open(records):
        return 0
    citizen, chief = (person_by_login(records, one) for one in ("citizen", "data-officer"))
    steward, officer = (person_by_login(records, one) for one in ("steward", "officer"))
    numbers = [
        engine.open_case(
            records, citizen if at != 1 else None, _REQUEST, form, department=department
        ).case.number
        for at, form in enumerate(_REQUESTS)
    ]
    engine.assign(records, chief, numbers[0], officer.id)
    talk.comment(
        records, officer, numbers[0],
        "보호구역 위치는 갖고 있습니다. 카메라 위치는 담당 기관에 물어보고 있습니다.", visibility="public",
    )  # fmt: skip
    talk.vote(records, chief, numbers[0])
    talk.vote(records, steward, numbers[0])
    talk.vote(records, citizen, numbers[1])
    planned = (records.today() + timedelta(days=21)).isoformat()
    answer = {"planned_on": planned, "answer": "월별 합계로 다듬어 공개하겠습니다."}
    engine.move(records, steward, numbers[2], "accept", answer)
    refusal = {
        "ground": "privacy",
        "answer": "소유자 개인을 알아볼 수 있는 자료여서 드릴 수 없습니다. 결정에 이의가 있으면 30일 안에 이의신청을 하실 수 있습니다.",
    }
    engine.move(records, steward, numbers[3], "refuse", refusal)
    return len(numbers) + (
        ERROR_REPORT in workflows and _report(records, context, department, citizen)
    )


def _report(records: Records, context: Context, department: Text, citizen: Person) -> int:
    """A report on a number in the first row of a dataset of the department."""
    for id, dataset in context.registry.datasets.items():
        if dataset.owner.ko == department.ko and dataset.openness == "open":
            found = _cell(context, id, dataset)
            if found is not None:
                key, column, value = found
                report_cell(
                    records, context.registry, citizen, dataset=id, key=key, column=column,
                    value=str(value), should_be=str(value + 1), reason="현장에서 다시 세어 보았습니다.",
                )  # fmt: skip
                return 1
    return 0


def _cell(context: Context, id: str, dataset: Dataset) -> tuple[dict[str, str], str, Any] | None:
    """The key of the first row, and a whole number in it; None where there is none."""
    current = context.state.current(id)
    if current is None or dataset.personal != "none":
        return None
    columns = context.registry.columns[id]
    keys = [name for name, term in columns.items() if term.is_key]
    counts = [n for n, t in columns.items() if t.domain.kind == "integer" and n not in keys]
    if not keys or not counts:
        return None
    with context.lake.session() as session:
        rows = session.read(id, current.snapshots[id])
        frame = rows.order_by(keys).select([*keys, counts[0]]).limit(1).to_polars()
    row = next(frame.iter_rows(named=True), None)
    if row is None or row[counts[0]] is None:
        return None
    return {name: str(row[name]) for name in keys}, counts[0], row[counts[0]]

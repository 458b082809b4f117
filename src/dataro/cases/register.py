"""Putting a new case into the records: its number, its deadline, its first event."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from dataro.accounts.clock import written
from dataro.accounts.people import ensure_department
from dataro.accounts.person import Person
from dataro.accounts.records import Records, insert
from dataro.cases import notices, similar, trail
from dataro.cases.case import Case, key_hash, load_case
from dataro.cases.deadlines import deadline
from dataro.cases.forms import read_form
from dataro.cases.schema import cases, counters
from dataro.cases.workflows import newest_workflow
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Language, Text, both
from dataro.vocabulary.workflow import Workflow

MOST_A_DAY = 20
"""Cases that one citizen may open within a day; and, together, all who give no name 25 times that."""
_UNNAMED = 25


class AlreadyOpen(Problem):
    """There is an open case of the same kind about the same thing; ``number`` says which."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(
            both(
                f"같은 대상에 대한 건이 이미 진행 중입니다: {number}. 새로 접수하지 않고 그 건에 의견을 남겨 주세요.",
                f"A case about the same thing is open already: {number}. Comment there instead.",
            )
        )


def register(
    connection: Connection,
    records: Records,
    person: Person | None,
    workflow_id: str,
    given: Mapping[str, Any],
    *,
    department: Text | None = None,
    email: str = "",
    language: Language = "ko",
    key: str | None = None,
) -> Case:
    """Write a new case of the newest version of a workflow; whoever calls has asked permission.

    Raises ``FormProblem``, ``AlreadyOpen``, or ``Problem`` for too many cases in a day.
    """
    workflow, version = newest_workflow(connection, workflow_id)
    answers = read_form(workflow.form, given)
    if person is not None or key is not None:  # without either it is the system itself
        _not_too_many(connection, records, person, email)
    one_key = _one_key(workflow, answers)
    if one_key is not None and (number := _open_number(connection, workflow.id, one_key)):
        raise AlreadyOpen(number)
    heading = str(answers[workflow.heading]).splitlines()[0][:200]
    start = workflow.states[workflow.start]
    moment, today = records.now(), records.today()
    counted = workflow.first_day_counts
    due = deadline(today, start.due, first_day_counts=counted) if start.due else None
    dataset = next((str(answers[n]) for n, f in workflow.form.items()
                    if f.kind == "dataset" and n in answers), None)  # fmt: skip
    place = ensure_department(connection, department) if department else None
    number = _next_number(connection, workflow.prefix, today.year)
    try:
        id = insert(
            connection, cases,
                number=number, workflow=workflow.id, workflow_version=version,
                state=workflow.start, heading=heading,
                form=json.dumps(answers, ensure_ascii=False, sort_keys=True),
                requester=person.id if person else None, contact_email=email,
                contact_language=language, key_hash=key_hash(key) if key else None,
                department=place, dataset=dataset, opened_at=moment, changed_at=moment,
                due_on=due.isoformat() if due else None, one_key=one_key, votes=0,
                grams=len(similar.bigrams(heading)), version=1,
        )  # fmt: skip
    except IntegrityError as error:  # another process opened the same one at this moment
        raise AlreadyOpen(workflow.title.ko) from error
    similar.remember(connection, id, heading)
    case = load_case(connection, number)
    detail = {"department": place, "workflow_version": version}
    trail.add_event(connection, records, case, person, "opened", detail=detail)
    notices.tell(connection, records, case, ("requester",), _received(case))
    notices.tell(connection, records, case, (workflow.steward,), _arrived(case), but=person)
    return case


def _next_number(connection: Connection, prefix: str, year: int) -> str:
    """``2026-ERR-00012``: counted by prefix and year, without gaps or repeats."""
    this = (counters.c.prefix == prefix, counters.c.year == year)
    raised = connection.execute(
        counters.update().where(*this).values(last=counters.c.last + 1)
    ).rowcount
    if not raised:
        connection.execute(counters.insert().values(prefix=prefix, year=year, last=1))
    last = connection.execute(select(counters.c.last).where(*this)).scalar_one()
    return f"{year}-{prefix}-{last:05d}"


def _one_key(workflow: Workflow, answers: Mapping[str, Any]) -> str | None:
    if not workflow.one_open_for:
        return None
    values = [answers.get(name) for name in workflow.one_open_for]
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _open_number(connection: Connection, workflow: str, one_key: str) -> str | None:
    query = select(cases.c.number).where(
        cases.c.workflow == workflow, cases.c.one_key == one_key, cases.c.closed_at.is_(None)
    )
    found: str | None = connection.execute(query).scalar()
    return found


def _not_too_many(
    connection: Connection, records: Records, person: Person | None, email: str
) -> None:
    """Citizens may open a number of cases a day, officials as many as they need."""
    if person is not None and person.roles:
        return
    since = written(records.clock() - timedelta(days=1))
    recent = select(func.count()).select_from(cases).where(cases.c.opened_at > since)
    if person is not None:
        most, mine = MOST_A_DAY, recent.where(cases.c.requester == person.id)
    elif email:
        most, mine = MOST_A_DAY, recent.where(cases.c.contact_email == email)
    else:
        most = MOST_A_DAY * _UNNAMED
        mine = recent.where(
            cases.c.requester.is_(None), cases.c.contact_email == "", cases.c.key_hash.is_not(None)
        )  # fmt: skip
    if connection.execute(mine).scalar_one() >= most:
        raise Problem(
            both(
                f"하루에 접수할 수 있는 {most:,}건을 모두 접수하셨습니다. 내일 다시 접수해 주세요.",
                f"No more than {most:,} cases can be opened in a day. Please come back tomorrow.",
            )
        )


def _received(case: Case) -> Text:
    until_ko = f" {case.due_on.isoformat()}까지 처리합니다." if case.due_on else ""
    until_en = f" It will be dealt with by {case.due_on.isoformat()}." if case.due_on else ""
    return both(
        f"{case.workflow.title.ko} “{case.heading}”이(가) 접수 번호 {case.number}(으)로 접수되었습니다.{until_ko}",
        f"{case.workflow.title.en} “{case.heading}” was received as {case.number}.{until_en}",
    )


def _arrived(case: Case) -> Text:
    return both(
        f"새로 접수된 건이 있습니다: {case.number} {case.workflow.title.ko} “{case.heading}”",
        f"A new case has arrived: {case.number} {case.workflow.title.en} “{case.heading}”",
    )

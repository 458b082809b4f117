"""Reminders before a deadline and escalation after it: once each, however often this runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from dataro.accounts.records import Records
from dataro.cases import notices, trail
from dataro.cases.case import Case, case_of
from dataro.cases.deadlines import days_before, working_days_between
from dataro.cases.schema import cases
from dataro.vocabulary.text import both


@dataclass(frozen=True, slots=True)
class Reminded:
    """The numbers of the cases that people were reminded of, and of those that were escalated."""

    reminded: tuple[str, ...]
    escalated: tuple[str, ...]


def remind(records: Records) -> Reminded:
    """Remind of every deadline that nears, and tell of every one that has passed.

    Meant to run once a day; a second run on the same day tells nobody anything again, and a day
    that was missed is made up for.
    """
    reminded, escalated = [], []
    with records.writing() as connection:
        query = select(cases).where(cases.c.closed_at.is_(None), cases.c.due_on.is_not(None))
        for row in connection.execute(query).mappings().all():
            case = case_of(connection, row)
            assert case.due_on is not None
            late = case.due_on < records.today()
            said = _said(connection, case)
            if late and case.standing.escalate and ["late", row["due_on"]] not in said:
                _escalate(connection, records, case, row["due_on"])
                escalated.append(case.number)
            step = None if late else _step(records, case)
            if step is not None and [step, row["due_on"]] not in said:
                _remind(connection, records, case, step, row["due_on"])
                reminded.append(case.number)
    return Reminded(tuple(reminded), tuple(escalated))


def _step(records: Records, case: Case) -> int | None:
    """The nearest declared number of working days before the deadline that has come."""
    assert case.due_on is not None
    come = [
        days for days in case.standing.remind if days_before(case.due_on, days) <= records.today()
    ]
    return min(come, default=None)


def _said(connection: Connection, case: Case) -> list[Any]:
    """What was said before: pairs of step and the deadline it was said for."""
    return [
        [event.detail["step"], event.detail["due"]]
        for event in trail.events_of(connection, case)
        if event.kind in ("reminded", "escalated")
    ]


def _remind(connection: Connection, records: Records, case: Case, step: int, due: str) -> None:
    left = working_days_between(records.today(), case.due_on or records.today())
    trail.add_event(connection, records, case, None, "reminded", detail={"step": step, "due": due})
    who = ("assignee",) if case.assignee else (case.workflow.steward,)
    said = both(
        f"{case.number} “{case.heading}”의 처리 기한이 {due}입니다(근무일 {left}일 남음).",
        f"{case.number} “{case.heading}” is due on {due} ({left} working days left).",
    )
    notices.tell(connection, records, case, who, said)


def _escalate(connection: Connection, records: Records, case: Case, due: str) -> None:
    assert case.standing.escalate is not None
    detail = {"step": "late", "due": due}
    trail.add_event(connection, records, case, None, "escalated", detail=detail)
    said = both(
        f"{case.number} “{case.heading}”의 처리 기한({due})이 지났습니다. 담당 부서: {case.department or '미정'}.",
        f"{case.number} “{case.heading}” is overdue (since {due}). Department: {case.department or 'none'}.",
    )
    notices.tell(connection, records, case, (case.standing.escalate, "assignee"), said)

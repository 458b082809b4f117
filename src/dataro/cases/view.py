"""A case as one person may see it: with its words, files, trail, and what they could do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from dataro.accounts.clock import korean_day, moment
from dataro.accounts.permissions import allowed, require
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.cases import attachments, talk, trail
from dataro.cases.case import Case, case_subject, load_case, relations
from dataro.cases.deadlines import working_days_between
from dataro.cases.engine import moves_open_to
from dataro.cases.schema import cases
from dataro.vocabulary.workflow import Move


@dataclass(frozen=True)
class CaseView:
    """What one person sees.

    ``days_open`` are calendar days since it was opened (until it was closed); ``days_left``
    working days to the deadline, negative after it. ``merged_into`` is a number. ``mine`` is true for
    whoever asked, and ``may`` lists which of commenting, attaching and voting they could do.
    """

    case: Case
    official: bool
    moves: Mapping[str, Move]
    comments: Sequence[talk.Comment]
    attachments: Sequence[attachments.Attachment]
    events: Sequence[trail.Event]
    days_open: int
    days_left: int | None
    merged_into: str | None
    mine: bool
    may: frozenset[str]


_ACTS = ("case.comment", "case.attach", "case.vote")


def see(
    records: Records, person: Person | None, number: str, *, key: str | None = None
) -> CaseView:
    """The case of this number as ``person`` may see it.

    Raises ``Problem`` where there is none or it is not for them.
    """
    with records.reading() as connection:
        case = load_case(connection, number)
        subject = case_subject(case, person, key)
        require(person, "case.see", subject, today=records.today())
        official = talk.is_official(records, person, case)
        mine = "requester" in relations(case, person, key)
        events = trail.events_of(connection, case)
        merged = connection.execute(
            select(cases.c.number).where(cases.c.id == case.merged_into)
        ).scalar()
        return CaseView(
            case=case if official else _masked(case, mine),
            official=official,
            moves=moves_open_to(records, person, case, key),
            comments=talk.comments_of(connection, records, case, person, key),
            attachments=attachments.attachments_of(connection, records, case, person, key),
            events=events if official else _told(case, events),
            days_open=days_open(records, case),
            days_left=days_left(records, case),
            merged_into=merged,
            mine=mine,
            may=frozenset(
                one for one in _ACTS if allowed(person, one, subject, today=records.today())
            ),
        )


def days_open(records: Records, case: Case) -> int:
    """Calendar days in Korea from opening to closing, or to today."""
    end = korean_day(moment(case.closed_at)) if case.closed_at else records.today()
    return (end - korean_day(moment(case.opened_at))).days


def days_left(records: Records, case: Case) -> int | None:
    """Working days to the deadline of the present state; negative once it has passed."""
    if case.due_on is None or not case.is_open:
        return None
    return working_days_between(records.today(), case.due_on)


def _masked(case: Case, mine: bool) -> Case:
    """Without what is for officials only and, but for the requester, without personal data."""
    fields = case.workflow.form
    shown: dict[str, Any] = {
        name: value
        for name, value in case.form.items()
        if name in fields and not fields[name].internal and (mine or not fields[name].personal)
    }
    return replace(
        case,
        form=shown,
        contact_email=case.contact_email if mine else "",
        key_hash=None,
        requester=case.requester if mine else None,
    )


def _told(case: Case, events: Sequence[trail.Event]) -> list[trail.Event]:
    """The trail as citizens read it: moves and mergers, without internal answers and names."""
    shown = []
    for event in events:
        if event.kind not in ("opened", "moved", "handed_over", "merged", "upgraded"):
            continue
        move = case.workflow.moves.get(event.move or "")
        needs = move.needs if move else {}
        detail = {
            name: value
            for name, value in event.detail.items()
            if event.kind != "moved" or (name in needs and not needs[name].internal)
        }
        shown.append(replace(event, actor=None, actor_name="", detail=detail))
    return shown

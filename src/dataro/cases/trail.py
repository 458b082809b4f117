"""The trail of a case: what happened to it, one event after another, never changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from dataro.accounts import audit
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.cases.case import Case
from dataro.cases.schema import case_events


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: who, when, what, from which state to which."""

    seq: int
    at: str
    actor: int | None
    actor_name: str
    kind: str
    move: str | None
    from_state: str | None
    to_state: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands, as far as its trail tells."""

    state: str
    department: str | None = None
    assignee: int | None = None
    merged_into: str | None = None


def add_event(
    connection: Connection,
    records: Records,
    case: Case,
    actor: Person | None,
    kind: str,
    *,
    to_state: str | None = None,
    move: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write what happened to ``case``, which stands in the state it had before.

    What an official did is noted in the audit log too. ``detail`` holds no personal data, for
    it cannot be removed again.
    """
    newest = select(func.max(case_events.c.seq)).where(case_events.c.case_id == case.id)
    seq = (connection.execute(newest).scalar() or 0) + 1
    connection.execute(
        case_events.insert().values(
            case_id=case.id,
            seq=seq,
            at=records.now(),
            actor=actor.id if actor else None,
            actor_name=actor.name if actor and actor.roles else "",
            kind=kind,
            move=move,
            from_state=case.state if seq > 1 else None,
            to_state=to_state or case.state,
            detail=json.dumps(detail or {}, ensure_ascii=False, sort_keys=True),
        )
    )
    if actor is not None and actor.roles:
        said = {"move": move} if move else {}
        audit.note(connection, records, actor, f"case.{kind}", f"case/{case.number}", said)


def events_of(connection: Connection, case: Case) -> list[Event]:
    """The trail of ``case``, oldest first."""
    query = select(case_events).where(case_events.c.case_id == case.id).order_by(case_events.c.seq)
    return [
        Event(
            row["seq"], row["at"], row["actor"], row["actor_name"], row["kind"], row["move"],
            row["from_state"], row["to_state"], json.loads(row["detail"]),
        )
        for row in connection.execute(query).mappings()
    ]  # fmt: skip


def replay(events: Iterable[Event]) -> Standing:
    """Where the trail leads: must be where the case stands.

    Raises ``ValueError`` where an event does not begin in the state that the last one ended in.
    """
    state: str | None = None
    department, assignee, merged = None, None, None
    for event in events:
        if event.from_state != state:
            raise ValueError(
                f"event {event.seq} leaves {event.from_state}, the case was in {state}"
            )
        state = event.to_state
        if "department" in event.detail and event.kind in ("opened", "handed_over"):
            department, assignee = event.detail["department"], None
        if event.kind == "assigned":
            assignee = event.detail["assignee"]
        if event.kind == "merged":
            merged = event.detail["into"]
    if state is None:
        raise ValueError("a trail without events")
    return Standing(state, department, assignee, merged)

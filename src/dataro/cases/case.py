"""A case as the records hold it, and how a person stands to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from dataro.accounts.permissions import Subject
from dataro.accounts.person import Person
from dataro.cases.schema import cases
from dataro.cases.workflows import workflow_version
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Language, both
from dataro.vocabulary.workflow import State, Visibility, Workflow


@dataclass(frozen=True)
class Case:
    """One case. ``version`` grows with every change: who acts on an older one is told so.

    ``requester`` and ``assignee`` are ids of people; ``department`` is the department's name;
    ``due_on`` is the last working day of the present state.
    """

    id: int
    number: str
    workflow: Workflow
    workflow_version: int
    state: str
    heading: str
    form: Mapping[str, Any]
    requester: int | None
    contact_email: str
    contact_language: Language
    key_hash: str | None
    department: str | None
    assignee: int | None
    dataset: str | None
    opened_at: str
    changed_at: str
    closed_at: str | None
    due_on: date | None
    merged_into: int | None
    votes: int
    version: int

    @property
    def standing(self) -> State:
        """The declaration of the state it stands in."""
        return self.workflow.states[self.state]

    @property
    def visibility(self) -> Visibility:
        """Who may see it as it stands."""
        return self.standing.visibility

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


def case_of(connection: Connection, row: RowMapping) -> Case:
    """A row of the table as a case."""
    due = row["due_on"]
    return Case(
        id=row["id"],
        number=row["number"],
        workflow=workflow_version(connection, row["workflow"], row["workflow_version"]),
        workflow_version=row["workflow_version"],
        state=row["state"],
        heading=row["heading"],
        form=json.loads(row["form"]),
        requester=row["requester"],
        contact_email=row["contact_email"],
        contact_language="en" if row["contact_language"] == "en" else "ko",
        key_hash=row["key_hash"],
        department=row["department"],
        assignee=row["assignee"],
        dataset=row["dataset"],
        opened_at=row["opened_at"],
        changed_at=row["changed_at"],
        closed_at=row["closed_at"],
        due_on=date.fromisoformat(due) if due else None,
        merged_into=row["merged_into"],
        votes=row["votes"],
        version=row["version"],
    )


def load_case(connection: Connection, number: str) -> Case:
    """The case of this number.

    Raises ``Problem`` where there is none.
    """
    query = select(cases).where(cases.c.number == number.strip().upper())
    row = connection.execute(query).mappings().first()
    if row is None:
        raise Problem(
            both(
                f"접수 번호 {number[:40]}인 건이 없습니다. 번호를 확인해 주세요(예: 2026-REQ-00012).",
                f"There is no case {number[:40]}. Check the number (like 2026-REQ-00012).",
            )
        )
    return case_of(connection, row)


def relations(case: Case, person: Person | None, key: str | None = None) -> frozenset[str]:
    """How ``person`` stands to ``case``; ``key`` is what an unnamed requester was given."""
    found = set()
    if person is not None and person.id == case.requester:
        found.add("requester")
    if key is not None and case.key_hash is not None and key_hash(key) == case.key_hash:
        found.add("requester")
    if person is not None and person.id == case.assignee:
        found.add("assignee")
    return frozenset(found)


def case_subject(
    case: Case, person: Person | None, key: str | None = None, by: tuple[str, ...] | None = None
) -> Subject:
    """A case as permissions see it; ``by`` are those that a move names."""
    return Subject(
        "case",
        case.number,
        department=case.department,
        visibility=case.visibility,
        relations=relations(case, person, key),
        by=by,
    )


def key_hash(key: str) -> str:
    """What is kept of a requester's key."""
    return hashlib.sha256(key.encode()).hexdigest()

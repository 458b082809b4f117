"""Lists of cases: a person's desk, the requests that everybody sees, one dataset's reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select

from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.cases.case import Case, case_of
from dataro.cases.notices import Notice, unread
from dataro.cases.schema import cases, workflow_versions
from dataro.cases.workflows import workflow_version
from dataro.vocabulary.workflow import Visibility

Order = Literal["newest", "votes", "waiting"]
LARGEST_PAGE = 100
_MOST = 500
_OFFICIALS = frozenset(("officer", "steward", "data_officer"))


@dataclass(frozen=True)
class Inbox:
    """A person's desk: what they are in charge of, what waits in their department, what they asked.

    Open cases only, the nearest deadline first, at most 500 each; ``overdue`` are those of the
    first two whose deadline has passed.
    """

    mine: Sequence[Case]
    waiting: Sequence[Case]
    requested: Sequence[Case]
    overdue: Sequence[Case]
    notices: Sequence[Notice]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and how many there are in all."""

    cases: Sequence[Case]
    total: int
    page: int
    size: int


def inbox(records: Records, person: Person) -> Inbox:
    """The desk of ``person``."""
    with records.reading() as connection:
        is_open = cases.c.closed_at.is_(None)
        mine = _cases(connection, _by_deadline(is_open, cases.c.assignee == person.id))
        waiting = _cases(
            connection,
            _by_deadline(is_open, cases.c.assignee.is_(None), own_department(person)),
        )
    today = records.today()
    overdue = [one for one in (*mine, *waiting) if one.due_on is not None and one.due_on < today]
    asked = [one for one in requested(records, person) if one.is_open]
    return Inbox(mine, waiting, asked, overdue, unread(records, person))


def requested(records: Records, person: Person) -> list[Case]:
    """What ``person`` asked for, open or closed, that they may see; the nearest deadline first."""
    with records.reading() as connection:
        found = _cases(connection, _by_deadline(cases.c.requester == person.id))
    return [one for one in found if one.visibility != "department"]


def public_cases(
    records: Records,
    workflow: str,
    *,
    order: Order = "newest",
    only_open: bool = False,
    page: int = 1,
    size: int = 20,
) -> Page:
    """The cases of ``workflow`` that everybody may see; a page beyond the end is empty.

    ``waiting`` puts those first that have been open longest.
    """
    size = max(1, min(size, LARGEST_PAGE))
    page = max(1, min(page, 1_000_000))
    with records.reading() as connection:
        seen = _standing(connection, workflow, "public")
        conditions = [cases.c.workflow == workflow, cases.c.merged_into.is_(None), seen]
        if only_open:
            conditions.append(cases.c.closed_at.is_(None))
        total = connection.execute(select(func.count()).select_from(cases).where(*conditions))
        sorted_ids = select(cases.c.id).where(*conditions).order_by(*_order(order))
        chosen = sorted_ids.limit(size).offset((page - 1) * size)  # whole rows are slow to sort
        query = select(cases).where(cases.c.id.in_(chosen)).order_by(*_order(order))
        rows = _cases(connection, query)
        return Page(rows, int(total.scalar_one()), page, size)


def department_cases(
    records: Records, person: Person, *, only_open: bool = True, page: int = 1, size: int = 50
) -> Page:
    """All cases of the department of ``person``; of every department for data officers."""
    size, page = max(1, min(size, LARGEST_PAGE)), max(1, min(page, 1_000_000))
    everywhere = bool({"data_officer", "auditor"} & person.roles)
    conditions = [] if everywhere else [own_department(person)]
    if only_open:
        conditions.append(cases.c.closed_at.is_(None))
    with records.reading() as connection:
        total = connection.execute(select(func.count()).select_from(cases).where(*conditions))
        query = _by_deadline(*conditions).limit(size).offset((page - 1) * size)
        return Page(_cases(connection, query), int(total.scalar_one()), page, size)


def all_open(records: Records, department: str | None = None) -> list[Case]:
    """Every open case, of one department where it is named: for whoever keeps the records."""
    conditions: list[ColumnElement[bool]] = [cases.c.closed_at.is_(None)]
    if department is not None:
        conditions.append(cases.c.department == department)
    with records.reading() as connection:
        return _cases(connection, _by_deadline(*conditions))


def public_cases_of_dataset(records: Records, dataset: str, *, limit: int = 20) -> list[Case]:
    """What everybody may see of the cases about ``dataset``, newest first."""
    with records.reading() as connection:
        query = (
            select(cases)
            .where(cases.c.dataset == dataset, cases.c.merged_into.is_(None))
            .order_by(cases.c.id.desc())
            .limit(_MOST)
        )
        found = [one for one in _cases(connection, query) if one.visibility == "public"]
    return found[:limit]


def own_department(person: Person) -> ColumnElement[bool]:
    """What waits for this person; without a department, a case waits for the data officers."""
    if not person.roles & _OFFICIALS:
        return false()
    near: ColumnElement[bool] = cases.c.department == person.department
    return or_(near, cases.c.department.is_(None)) if "data_officer" in person.roles else near


def _standing(connection: Connection, workflow: str, seen: Visibility) -> ColumnElement[bool]:
    """Cases in a state of this visibility, each by the version that it was opened with."""
    query = select(workflow_versions.c.version).where(workflow_versions.c.workflow == workflow)
    parts = []
    for version in connection.execute(query).scalars().all():
        states = workflow_version(connection, workflow, version).states
        names = [name for name, state in states.items() if state.visibility == seen]
        parts.append(and_(cases.c.workflow_version == version, cases.c.state.in_(names)))
    return or_(false(), *parts)


def _by_deadline(*conditions: ColumnElement[bool]) -> Select[Any]:
    no_deadline = cases.c.due_on.is_(None)
    query = select(cases).where(*conditions)
    return query.order_by(no_deadline, cases.c.due_on, cases.c.id).limit(_MOST)


def _order(order: Order) -> list[Any]:
    if order == "votes":
        return [cases.c.votes.desc(), cases.c.id.desc()]
    if order == "waiting":
        return [cases.c.closed_at.is_not(None), cases.c.id]
    return [cases.c.id.desc()]


def _cases(connection: Connection, query: Select[Any]) -> list[Case]:
    return [case_of(connection, row) for row in connection.execute(query).mappings().all()]

"""The desk of an official: the cases that are theirs to see, narrowed, and who else could act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from sqlalchemy import ColumnElement, func, or_, select, true

from dataro.accounts.people import people_with
from dataro.accounts.permissions import allowed
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.accounts.schema import departments
from dataro.cases.case import Case, case_of, case_subject
from dataro.cases.inbox import LARGEST_PAGE, Page, own_department
from dataro.cases.schema import cases

Which = Literal["mine", "waiting", "department", "overdue", "closed"]
WHICH: tuple[Which, ...] = get_args(Which)
_LONGEST = 100


def desk_cases(
    records: Records,
    person: Person,
    which: Which,
    *,
    workflow: str = "",
    dataset: str = "",
    words: str = "",
    page: int = 1,
    size: int = 30,
) -> Page:
    """A page of the cases of a desk: those one is in charge of, that nobody is in charge of, of
    the whole department, overdue, or closed.

    The nearest deadline comes first, of closed ones the latest. ``words`` must stand in the number
    or the heading. For data officers every department is theirs.
    """
    size, page = max(1, min(size, LARGEST_PAGE)), max(1, min(page, 1_000_000))
    conditions = _conditions(records, person, which)
    if workflow:
        conditions.append(cases.c.workflow == workflow)
    if dataset:
        conditions.append(cases.c.dataset == dataset)
    for word in words[:_LONGEST].split():
        plain = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        conditions.append(
            or_(
                cases.c.heading.ilike(f"%{plain}%", escape="\\"),
                cases.c.number.ilike(f"%{plain}%", escape="\\"),
            )
        )
    order = (
        (cases.c.closed_at.desc(), cases.c.id.desc())
        if which == "closed"
        else (cases.c.due_on.is_(None), cases.c.due_on, cases.c.id)
    )
    with records.reading() as connection:
        total = connection.execute(select(func.count()).select_from(cases).where(*conditions))
        query = select(cases).where(*conditions).order_by(*order)
        rows = connection.execute(query.limit(size).offset((page - 1) * size)).mappings().all()
        found = [case_of(connection, row) for row in rows]
        return Page(found, int(total.scalar_one()), page, size)


def desk_counts(records: Records, person: Person) -> Mapping[Which, int]:
    """How many cases stand in each part of a desk."""
    with records.reading() as connection:
        return {
            one: int(
                connection.execute(
                    select(func.count())
                    .select_from(cases)
                    .where(*_conditions(records, person, one))
                ).scalar_one()
            )
            for one in WHICH
        }


def open_by_dataset(records: Records) -> Mapping[str, int]:
    """How many open cases each dataset has."""
    query = (
        select(cases.c.dataset, func.count())
        .where(cases.c.closed_at.is_(None), cases.c.dataset.is_not(None))
        .group_by(cases.c.dataset)
    )
    with records.reading() as connection:
        return {str(id): int(count) for id, count in connection.execute(query)}


def could_take(records: Records, case: Case) -> list[Person]:
    """Those who could be put in charge of ``case``, by name."""
    with records.reading() as connection:
        found = {
            one.id: one
            for role in ("officer", "steward", "data_officer")
            for one in people_with(connection, role)
        }
    subject, today = case_subject(case, None), records.today()
    able = [one for one in found.values() if allowed(one, "case.assign", subject, today=today)]
    return sorted(able, key=lambda one: (one.department != case.department, one.name))


def known_departments(records: Records) -> Mapping[str, str]:
    """The departments that the records know: Korean names to English ones."""
    query = select(departments.c.name, departments.c.name_en).order_by(departments.c.name)
    with records.reading() as connection:
        return {str(name): str(english) for name, english in connection.execute(query)}


def _conditions(records: Records, person: Person, which: Which) -> list[ColumnElement[bool]]:
    is_open = cases.c.closed_at.is_(None)
    mine = cases.c.assignee == person.id
    everywhere = "data_officer" in person.roles
    near: ColumnElement[bool] = true() if everywhere else own_department(person)
    late = cases.c.due_on < records.today().isoformat()
    return {
        "mine": [is_open, mine],
        "waiting": [is_open, cases.c.assignee.is_(None), near],
        "department": [is_open, near],
        "overdue": [is_open, or_(mine, near), late],
        "closed": [cases.c.closed_at.is_not(None), or_(mine, near)],
    }[which]

"""People at the desk of an administrator: roles, departments, suspension, new accounts."""

from __future__ import annotations

from dataro.accounts import people
from dataro.accounts.listing import people_list
from dataro.accounts.person import GIVEN_ROLES, ROLES, Person
from dataro.cases.desk import known_departments
from dataro.portal.case_parts import department_named
from dataro.portal.desk import Desk
from dataro.portal.exchange import Given, Page
from dataro.portal.pages import Visit
from dataro.portal.staff.frame import desk_page, may, only, reader_of
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text

SIZE = 50


def people_page(
    desk: Desk, visit: Visit, wrong: Text | None = None, given: Given | None = None
) -> Page:
    """Every account, narrowed by words, and the form for a new one."""
    _administrator(desk, visit)
    words, asked = visit.query.get("q", "").strip()[:100], visit.query.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    found = people_list(desk.records, words=words, page=number, size=SIZE)
    return desk_page(
        desk, visit, "people.html", 422 if wrong else 200,
        found=found, words=words, pages=max(1, -(-found.total // SIZE)), roles=_roles(),
        departments=known_departments(desk.records), wrong=wrong, given=given or Given(),
    )  # fmt: skip


def add(desk: Desk, visit: Visit, given: Given) -> Page:
    """Make an account."""
    admin = _administrator(desk, visit)
    here = Visit(visit.language, "/desk/people", {}, visit.origin, visit.reader)
    place = given.get("department", "")
    try:
        made = people.add_person(
            desk.records, admin,
            login=given.get("login", "").strip().lower(), name=given.get("name", ""),
            email=given.get("email", "").strip(), roles=_chosen(given),
            department=department_named(desk, place) if place else None,
            password=given.get("password") or None,
        )  # fmt: skip
    except Problem as problem:
        return people_page(desk, here, problem.text, given)
    return Page(to=f"/{visit.language}/desk/people/{made.id}")


def person_page(
    desk: Desk, visit: Visit, id: int, wrong: Text | None = None, saved: bool = False
) -> Page:
    """One account, with what can be changed. Raises ``NotThere`` where there is none."""
    _administrator(desk, visit)
    person = _person(desk, id)
    found = people_list(desk.records, only=id)
    return desk_page(
        desk, visit, "person.html", 422 if wrong else 200,
        person=person, vouched=bool(found.people and found.people[0].vouched), roles=_roles(),
        departments=known_departments(desk.records), wrong=wrong, saved=saved,
    )  # fmt: skip


def change(desk: Desk, visit: Visit, given: Given, id: int) -> Page:
    """Change roles and department, suspend or resume, or set a new password."""
    admin = _administrator(desk, visit)
    _person(desk, id)
    here = Visit(visit.language, f"/desk/people/{id}", {}, visit.origin, visit.reader)
    what = given.get("do", "save")
    try:
        if what in ("suspend", "resume"):
            people.change_person(desk.records, admin, id, active=what == "resume")
        elif what == "password":
            people.set_password(desk.records, admin, id, given.get("password", ""))
        else:
            place = given.get("department", "")
            people.change_person(
                desk.records, admin, id, roles=_chosen(given),
                department=department_named(desk, place) if place else None,
            )  # fmt: skip
    except Problem as problem:
        return person_page(desk, here, id, problem.text)
    return person_page(desk, here, id, saved=True)


def _administrator(desk: Desk, visit: Visit) -> Person:
    person = reader_of(visit).person
    only(may(desk, person, "person.manage", "person"))
    return person


def _person(desk: Desk, id: int) -> Person:
    try:
        return people.person_by_id(desk.records, id)
    except Problem:
        only(False)
        raise


def _roles() -> dict[str, Text]:
    return {role: ROLES[role] for role in GIVEN_ROLES}


def _chosen(given: Given) -> list[str]:
    return [role for role in GIVEN_ROLES if given.get(f"role.{role}")]

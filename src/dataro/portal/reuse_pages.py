"""What people made from the data: the list that everybody sees, and the form that registers one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dataro.accounts.person import Person
from dataro.cases.forms import read_form
from dataro.cases.reuses import WORKFLOW, register_reuse, reuses
from dataro.cases.workflows import installed
from dataro.portal.case_forms import EMAIL, field_views
from dataro.portal.case_pages import address_of, asks, opened_page, takes
from dataro.portal.case_parts import NOTHING_WRONG, Wrong, day_of, known, wrong_of
from dataro.portal.desk import Desk
from dataro.portal.exchange import Given, Page
from dataro.portal.pages import Visit, page
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.workflow import Field

PAGE_SIZE = 30


def reuses_page(desk: Desk, visit: Visit) -> Page:
    """Everything that has been checked and is shown, newest first. Raises ``NotThere``."""
    takes(desk, WORKFLOW)
    found = reuses(desk.records)
    asked = visit.query.get("page", "")
    pages = max(1, -(-len(found) // PAGE_SIZE))
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    number = min(max(number, 1), pages)
    body = page(
        desk.store, visit, "reuses.html",
        found=found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], total=len(found), number=number,
        pages=pages, titles={one.id: one.title for one in desk.store.entries()}, day=day_of,
    )  # fmt: skip
    return Page(body)


def reuse_page(desk: Desk, visit: Visit) -> Page:
    """The form, with the dataset of the query chosen. Raises ``NotThere``."""
    takes(desk, WORKFLOW)
    return _form(desk, visit, visit.query, NOTHING_WRONG)


def reuse(desk: Desk, visit: Visit, given: Given) -> Page:
    """Register what somebody made, or show the form again with what is wrong."""
    takes(desk, WORKFLOW)
    person = asks(visit)
    fields = _fields(desk, person)
    try:
        answers = read_form(fields, known(given, fields))
        email = answers.pop("email", "")
        opened = register_reuse(
            desk.store.context, desk.records, person, answers, email=email, language=visit.language
        )
    except Problem as problem:
        return _form(desk, visit, given, wrong_of(problem, fields))
    return opened_page(desk, visit, opened)


def _fields(desk: Desk, person: Person | None) -> dict[str, Field]:
    form = installed(desk.records)[WORKFLOW].form
    asked = {name: one for name, one in form.items() if not one.internal}
    return asked if person else {**asked, "email": EMAIL}


def _form(desk: Desk, visit: Visit, given: Mapping[str, str], wrong: Wrong) -> Page:
    declared = installed(desk.records)[WORKFLOW]
    open_ones = [(one.id, one.title[visit.language]) for one in desk.store.entries()]
    fields = [
        replace(one, input="select", options=open_ones) if one.name == "dataset" else one
        for one in field_views(
            _fields(desk, asks(visit)), given, wrong.fields, visit.language
        )
    ]  # fmt: skip
    body = page(
        desk.store, visit, "case_new.html", send="reuse_send",
        workflow=declared, fields=fields, wrong=wrong, action=address_of(visit),
    )  # fmt: skip
    return Page(body, 422 if wrong is not NOTHING_WRONG else 200)

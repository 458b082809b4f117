"""Opening a case of any workflow that the city declares, by whoever its declaration lets."""

from __future__ import annotations

from collections.abc import Mapping

from dataro.accounts.permissions import Subject, allowed
from dataro.accounts.person import Person
from dataro.cases.engine import open_case
from dataro.cases.forms import read_form
from dataro.cases.reports import WORKFLOW as ERROR_REPORT
from dataro.cases.reuses import WORKFLOW as REUSE
from dataro.cases.workflows import installed
from dataro.portal.case_forms import field_views
from dataro.portal.case_pages import address_of, asks
from dataro.portal.case_parts import (
    NOTHING_WRONG,
    Wrong,
    department_named,
    known,
    wrong_of,
)
from dataro.portal.desk import Desk
from dataro.portal.exchange import Given, Page
from dataro.portal.pages import Visit, page
from dataro.portal.request_pages import DATA_REQUEST
from dataro.portal.words import WORDS
from dataro.publish.catalogue.entry import NotThere
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text
from dataro.vocabulary.workflow import Field, Workflow

_PAGES_OF_THEIR_OWN = (ERROR_REPORT, DATA_REQUEST, REUSE)


def can_open(desk: Desk, person: Person) -> Mapping[str, Workflow]:
    """The workflows of which ``person`` may open a case here, by id; not those that everybody may
    use, which have pages of their own, nor those that only the system opens."""
    today = desk.records.today()
    return {
        id: one
        for id, one in installed(desk.records).items()
        if id not in _PAGES_OF_THEIR_OWN
        and not any(field.kind == "key" for field in one.form.values())
        and allowed(person, "case.open", Subject("workflow", id, by=one.opens), today=today)
    }


def opening_page(
    desk: Desk,
    visit: Visit,
    workflow: str,
    wrong: Wrong = NOTHING_WRONG,
    given: Given | None = None,
) -> Page:
    """The form that a workflow declares. Raises ``NotThere`` for those who may not open one."""
    declared = _declared(desk, visit, workflow)
    fields = _fields(declared)
    body = page(
        desk.store, visit, "case_new.html",
        workflow=declared, action=address_of(visit), wrong=wrong, send="open_case",
        fields=field_views(fields, given or visit.query, wrong.fields, visit.language),
    )  # fmt: skip
    return Page(body, 422 if wrong is not NOTHING_WRONG else 200)


def open_one(desk: Desk, visit: Visit, given: Given, workflow: str) -> Page:
    """Open the case, and show it."""
    declared = _declared(desk, visit, workflow)
    person, fields = asks(visit), _fields(declared)
    try:
        answers = read_form(fields, known(given, fields))
        place = _department(desk, person, declared, answers)
        opened = open_case(desk.records, person, workflow, answers, department=place)
    except Problem as problem:
        return opening_page(desk, visit, workflow, wrong_of(problem, fields), given)
    reader = visit.reader
    way = "/desk/cases/" if reader is not None and reader.staff else "/cases/"
    return Page(to=f"/{visit.language}{way}{opened.case.number}")


def _declared(desk: Desk, visit: Visit, workflow: str) -> Workflow:
    person = asks(visit)
    declared = can_open(desk, person).get(workflow) if person is not None else None
    if declared is None:
        raise NotThere(WORDS["no_page"])
    return declared


def _fields(declared: Workflow) -> dict[str, Field]:
    return dict(declared.form)


def _department(
    desk: Desk, person: Person | None, declared: Workflow, answers: Mapping[str, object]
) -> Text | None:
    """Where a case goes: to the department of its dataset, else to that of whoever opens it.

    A workflow that the data officers steward goes to them. Raises ``Problem`` for a dataset that
    does not exist.
    """
    for name, field in declared.form.items():
        if field.kind == "dataset" and name in answers:
            dataset = desk.registry.datasets.get(str(answers[name]))
            return None if declared.steward == "data_officer" or dataset is None else dataset.owner
    own = person.department if person is not None else None
    return department_named(desk, own) if own else None

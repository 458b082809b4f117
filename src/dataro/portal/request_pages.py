"""Data that is asked for: the list that everybody sees, the form, and requests that are alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dataro.accounts.person import Person
from dataro.cases import inbox, view
from dataro.cases.case import Case
from dataro.cases.engine import open_case
from dataro.cases.forms import read_form
from dataro.cases.similar import similar
from dataro.cases.talk import voted_for
from dataro.cases.workflows import installed
from dataro.portal.case_forms import EMAIL, field_views
from dataro.portal.case_pages import address_of, asks, opened_page, takes
from dataro.portal.case_parts import NOTHING_WRONG, Wrong, day_of, known, wrong_of
from dataro.portal.desk import Desk
from dataro.portal.exchange import Given, Page
from dataro.portal.pages import Visit, page
from dataro.portal.templates import render
from dataro.publish.catalogue.search.find import find_similar
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.workflow import Field

DATA_REQUEST = "data_request"
PAGE_SIZE = 20
_ORDERS: Mapping[inbox.Order, str] = {
    "newest": "newest", "votes": "most_votes", "waiting": "longest_wait",
}  # fmt: skip


def requests_page(desk: Desk, visit: Visit) -> Page:
    """The requests that everybody sees, in the order that the reader chose."""
    takes(desk, DATA_REQUEST)
    chosen = visit.query.get("order")
    order: inbox.Order = next((one for one in _ORDERS if one == chosen), "newest")
    only_open = bool(visit.query.get("open"))
    asked = visit.query.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    found = inbox.public_cases(
        desk.records, DATA_REQUEST, order=order, only_open=only_open, page=number, size=PAGE_SIZE
    )
    person = asks(visit)
    body = page(
        desk.store, visit, "case_requests.html",
        found=found, order=order, orders=_ORDERS, only_open=only_open,
        days={one.number: view.days_open(desk.records, one) for one in found.cases},
        days_of=day_of, pages=max(1, -(-found.total // PAGE_SIZE)),
        mine=voted_for(desk.records, person, found.cases) if person else frozenset(),
    )  # fmt: skip
    return Page(body)


def request_page(desk: Desk, visit: Visit) -> Page:
    """The form with which data is asked for."""
    takes(desk, DATA_REQUEST)
    return _request_form(desk, visit, {}, NOTHING_WRONG, ())


def request(desk: Desk, visit: Visit, given: Given) -> Page:
    """Open a request, or show the form again: with what is wrong, or with requests like it.

    Where similar ones are found, sending the form a second time opens a new one.
    """
    takes(desk, DATA_REQUEST)
    workflow = installed(desk.records)[DATA_REQUEST]
    fields = _request_fields(desk, asks(visit))
    try:
        answers = read_form(fields, known(given, fields))
        email = answers.pop("email", "")
        heading = str(answers[workflow.heading])
        alike = () if given.get("anyway") else _alike(desk, heading)
        if alike:
            return _request_form(desk, visit, given, NOTHING_WRONG, alike)
        opened = open_case(
            desk.records, asks(visit), DATA_REQUEST, answers, email=email, language=visit.language
        )
    except Problem as problem:
        return _request_form(desk, visit, given, wrong_of(problem, fields), ())
    return opened_page(desk, visit, opened)


def alike_part(desk: Desk, visit: Visit) -> Page:
    """Data and requests like the one whose title somebody is typing: a part of the form's page."""
    takes(desk, DATA_REQUEST)
    heading = installed(desk.records)[DATA_REQUEST].heading
    typed = visit.query.get(heading, "")
    here = [one for one, _ in find_similar(desk.store.context, typed, limit=3)]
    body = render("case_alike.html", visit.language, alike=_alike(desk, typed), here=here)
    return Page(body)


def _alike(desk: Desk, heading: str) -> Sequence[Case]:
    return [one.case for one in similar(desk.records, None, DATA_REQUEST, heading)]


def _request_fields(desk: Desk, person: Person | None) -> dict[str, Field]:
    """The declared form; whoever has no account may leave an address."""
    form = installed(desk.records)[DATA_REQUEST].form
    asked = {name: one for name, one in form.items() if not one.internal}
    return asked if person else {**asked, "email": EMAIL}


def _request_form(
    desk: Desk, visit: Visit, given: Mapping[str, str], wrong: Wrong, alike: Sequence[Case]
) -> Page:
    fields = _request_fields(desk, asks(visit))
    body = page(
        desk.store, visit, "case_request.html",
        fields=field_views(fields, given, wrong.fields, visit.language),
        wrong=wrong, alike=alike, action=address_of(visit),
        heading=installed(desk.records)[DATA_REQUEST].heading,
    )  # fmt: skip
    return Page(body, 422 if wrong is not NOTHING_WRONG else 409 if alike else 200)

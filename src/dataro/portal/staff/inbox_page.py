"""The inbox: the cases of a desk, narrowed by what stands in the address."""

from __future__ import annotations

from dataro.accounts.people import person_by_id
from dataro.cases import notices
from dataro.cases.deadlines import working_days_between
from dataro.cases.desk import WHICH, Which, desk_cases, desk_counts
from dataro.cases.workflows import installed
from dataro.portal.case_parts import day_of
from dataro.portal.desk import Desk
from dataro.portal.exchange import Page
from dataro.portal.opening_pages import can_open
from dataro.portal.pages import Visit
from dataro.portal.staff.frame import desk_page, reader_of, works_on_cases

SIZE = 30
_SHOWN_NOTICES = 8


def inbox_page(desk: Desk, visit: Visit) -> Page:
    """The inbox of whoever reads; those who deal with no cases are sent to their own part."""
    person, records = reader_of(visit).person, desk.records
    if not works_on_cases(person):
        return Page(to=f"/{visit.language}/desk/audit")
    counts = desk_counts(records, person)
    asked = visit.query.get("which")
    first: Which = "mine" if counts["mine"] else "department"
    which = next((one for one in WHICH if one == asked), first)
    kinds = installed(records)
    kind = visit.query.get("kind", "")
    given = visit.query.get("page", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 1
    dataset = visit.query.get("dataset", "")[:100]
    words = visit.query.get("q", "").strip()[:100]
    found = desk_cases(
        records, person, which,
        workflow=kind if kind in kinds else "", dataset=dataset, words=words, page=number,
        size=SIZE,
    )  # fmt: skip
    today = records.today()
    left = {
        one.number: working_days_between(today, one.due_on)
        for one in found.cases
        if one.due_on is not None and one.is_open
    }
    people = {} if which == "mine" else _names(desk, [one.assignee for one in found.cases])
    return desk_page(
        desk, visit, "inbox.html",
        which=which, counts=counts, found=found, left=left, people=people, kinds=kinds, kind=kind,
        words=words, dataset=dataset, openable=can_open(desk, person), pages=max(1, -(-found.total // SIZE)), day=day_of,
        unread=notices.unread(records, person, limit=_SHOWN_NOTICES),
    )  # fmt: skip


def _names(desk: Desk, ids: list[int | None]) -> dict[int, str]:
    return {id: person_by_id(desk.records, id).name for id in ids if id is not None}

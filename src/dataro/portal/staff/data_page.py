"""Datasets at the desk: their verdicts, what waits to be corrected, and corrections to decide on."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.accounts.permissions import allowed, dataset_subject
from dataro.accounts.person import Person
from dataro.cases import proposals
from dataro.cases.desk import open_by_dataset
from dataro.portal.case_parts import day_of
from dataro.portal.desk import Desk
from dataro.portal.exchange import Given, Page
from dataro.portal.pages import Visit
from dataro.portal.staff.frame import desk_page, only, reader_of, works_on_data
from dataro.publish.catalogue.entries import visible_entries
from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.words import OPENNESS
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text

_SMALLEST_SHOWN = 0.0005


@dataclass(frozen=True, slots=True)
class Row:
    """A dataset as the desk lists it; ``rate`` is the share of failed checks, None unbuilt; a
    ``trace`` is a share that would be written as none."""

    entry: Entry
    openness: Text
    made: str
    rate: float | None
    trace: bool
    aside: int
    cases: int
    corrections: int


def data_page(desk: Desk, visit: Visit) -> Page:
    """The datasets that whoever reads may see, those of the own department unless asked for all."""
    person = reader_of(visit).person
    only(works_on_data(person))
    own = visit.query.get("all") is None and person.department is not None
    open_cases = open_by_dataset(desk.records)
    waiting: dict[str, int] = {}
    for one in proposals.proposals_for(desk.records):
        waiting[one.dataset] = waiting.get(one.dataset, 0) + 1
    rows = [
        _row(entry, open_cases.get(entry.id, 0), waiting.get(entry.id, 0))
        for entry in visible_entries(desk.store.context, person)
        if entry.kind == "dataset" and (not own or entry.owner.ko == person.department)
    ]
    rows.sort(key=lambda one: (-one.cases - one.corrections, -(one.rate or 0), one.entry.id))
    return desk_page(desk, visit, "data.html", rows=rows, own=own, person=person)


def corrections_page(
    desk: Desk,
    visit: Visit,
    decided: proposals.Proposal | None = None,
    wrong: Text | None = None,
) -> Page:
    """Corrections that wait for a decision of whoever reads; ``decided`` is the newest decision."""
    person = reader_of(visit).person
    waiting = [
        one
        for one in proposals.proposals_for(desk.records)
        if _may_decide(desk, person, one.dataset)
    ]
    only(bool({"steward", "data_officer"} & person.roles))
    return desk_page(
        desk, visit, "corrections.html", 422 if wrong else 200,
        waiting=waiting, decided=decided, wrong=wrong, day=day_of,
        titles={id: one.title for id, one in desk.registry.datasets.items()},
    )  # fmt: skip


def decide(desk: Desk, visit: Visit, given: Given, id: int) -> Page:
    """Accept or refuse a correction, and show the lines for the declaration."""
    person = reader_of(visit).person
    try:
        done = proposals.decide(desk.records, person, id, given.get("accept") == "yes")
    except Problem as problem:
        return corrections_page(desk, visit, wrong=problem.text)
    return corrections_page(desk, visit, decided=done)


def _may_decide(desk: Desk, person: Person, dataset: str) -> bool:
    declared = desk.registry.datasets.get(dataset)
    if declared is None:
        return False
    subject = dataset_subject(declared)
    return bool(allowed(person, "correction.decide", subject, today=desk.records.today()))


def _row(entry: Entry, cases: int, corrections: int) -> Row:
    verdict = entry.verdict
    return Row(
        entry,
        OPENNESS[entry.openness],
        day_of(entry.modified) if entry.modified else "",
        verdict.error_rate if verdict else None,
        verdict is not None and 0 < verdict.error_rate < _SMALLEST_SHOWN,
        verdict.rows_read - verdict.rows_kept if verdict else 0,
        cases,
        corrections,
    )

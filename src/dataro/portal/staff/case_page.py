"""A case at the desk: all that is known of it, and everything its officials can do."""

from __future__ import annotations

from collections.abc import Mapping

from dataro.accounts.people import person_by_id
from dataro.accounts.permissions import allowed
from dataro.accounts.person import Person
from dataro.cases import view
from dataro.cases.case import Case, case_subject
from dataro.cases.desk import could_take, known_departments
from dataro.cases.opening import Proposed, review
from dataro.cases.proposals import proposals_for
from dataro.cases.similar import similar
from dataro.portal.case_pages import public_dataset
from dataro.portal.case_parts import (
    NOTHING_WRONG,
    Wrong,
    act,
    answers,
    day_of,
    move_views,
    told,
    wrong_of,
)
from dataro.portal.desk import Desk
from dataro.portal.exchange import Given, Page
from dataro.portal.pages import Visit
from dataro.portal.staff.frame import desk_page, reader_of
from dataro.portal.words import WORDS
from dataro.publish.catalogue.entry import NotThere
from dataro.vocabulary.problem import Problem

_ACTS = {
    "assign": "case.assign", "hand_over": "case.hand_over", "merge": "case.merge",
    "redact": "case.redact", "comment": "case.comment", "attach": "case.attach",
}  # fmt: skip
_OPENING = "dataset_opening"


def case_page(
    desk: Desk, visit: Visit, number: str, wrong: Wrong = NOTHING_WRONG, given: Given | None = None
) -> Page:
    """A case for those who work on it. Raises ``NotThere`` for everybody else."""
    person, records = reader_of(visit).person, desk.records
    seen = _seen(desk, person, number)
    case, language = seen.case, visit.language
    subject = case_subject(case, person)
    may = {
        name: bool(allowed(person, action, subject, today=records.today()))
        for name, action in _ACTS.items()
    }
    names = {id: _name(desk, id) for id in {case.requester, case.assignee} if id is not None}
    votes = case.workflow.votes and case.is_open
    alike = similar(records, person, case.workflow.id, case.heading, limit=6) if votes else []
    return desk_page(
        desk, visit, "case.html", 422 if wrong is not NOTHING_WRONG else 200,
        case=case, seen=seen, wrong=wrong, given=given or Given(), may=may, names=names,
        answers=answers(case, language), about=public_dataset(desk, case.dataset),
        events=[told(case, one, language, names) for one in seen.events],
        moves=move_views(
            case, seen.moves, language, given or {}, wrong, _proposed(desk, case, seen)
        ),
        takers=could_take(records, case) if may["assign"] and case.is_open else [],
        departments=_places(desk, case) if may["hand_over"] and case.is_open else {},
        alike=[one.case for one in alike if one.case.id != case.id and one.case.is_open],
        corrections=[one for one in proposals_for(records, case.dataset, undecided=False)
                     if one.case == case.number] if case.dataset else [],
        public=case.visibility == "public", day=day_of,
        redactable={n: case.workflow.form[n].title[language] for n in case.form
                    if n in case.workflow.form},
    )  # fmt: skip


def case_act(desk: Desk, visit: Visit, number: str, name: str, given: Given) -> Page:
    """Do what a form of the page asks for; then the case again, or the inbox where it has left.

    Raises ``NotThere`` for those who do not work on it.
    """
    person = reader_of(visit).person
    _seen(desk, person, number)
    try:
        act(desk, person, number, name, given, None)
    except Problem as problem:
        here = Visit(visit.language, f"/desk/cases/{number}", {}, visit.origin, visit.reader)
        return case_page(desk, here, number, wrong_of(problem, list(given), name), given)
    try:
        _seen(desk, person, number)
    except NotThere:
        return Page(to=f"/{visit.language}/desk")
    return Page(to=f"/{visit.language}/desk/cases/{number}")


def _seen(desk: Desk, person: Person, number: str) -> view.CaseView:
    try:
        seen = view.see(desk.records, person, number[:40])
    except Problem as problem:
        raise NotThere(WORDS["no_page"]) from problem
    if not seen.official:
        raise NotThere(WORDS["no_page"])
    return seen


def _proposed(desk: Desk, case: Case, seen: view.CaseView) -> Mapping[str, Proposed]:
    """What the system would answer to the checks of an opening that is under review."""
    asked = {name for one in seen.moves.values() for name in one.needs}
    if case.workflow.id != _OPENING or case.dataset is None or "quality_passed" not in asked:
        return {}
    try:
        return review(desk.store.context, case.dataset)
    except Problem:
        return {}


def _places(desk: Desk, case: Case) -> Mapping[str, str]:
    """Departments to hand a case over to: those of the records and of the datasets."""
    owners = {one.owner.ko: one.owner.en for one in desk.registry.datasets.values()}
    found = {**owners, **known_departments(desk.records)}
    return {name: found[name] for name in sorted(found) if name != case.department}


def _name(desk: Desk, id: int) -> str:
    return person_by_id(desk.records, id).name

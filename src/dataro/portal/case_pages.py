"""How far a case has come, for everybody who may see it, and what its requester can do."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from dataro.accounts.person import Person
from dataro.cases import view
from dataro.cases.attachments import read_attachment
from dataro.cases.engine import Opened
from dataro.cases.talk import voted_for
from dataro.portal.case_parts import (
    NOTHING_WRONG,
    Wrong,
    act,
    answers,
    day_of,
    last_answer,
    move_views,
    place_words,
    told,
    wrong_of,
)
from dataro.portal.desk import Desk
from dataro.portal.exchange import Given, Page
from dataro.portal.pages import Visit, page
from dataro.portal.words import WORDS
from dataro.publish.catalogue.entry import Entry, NotThere
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both


def case_page(
    desk: Desk, visit: Visit, number: str, wrong: Wrong = NOTHING_WRONG, given: Given | None = None
) -> Page:
    """A case as whoever reads, or whoever holds the key in the query, may see it.

    Raises ``NotThere``.
    """
    person, key = asks(visit), visit.query.get("key")
    seen = _seen(desk, person, number, key)
    case, language = seen.case, visit.language
    body = page(
        desk.store, visit, "case.html",
        place=partial(place_words, desk, language), case=case, seen=seen, opened_on=day_of(case.opened_at), wrong=wrong, given=given or Given(),
        answers=answers(case, language), about=public_dataset(desk, case.dataset),
        answer=last_answer(case, seen.events, language) if not case.is_open else [],
        events=[told(case, event, language, {}) for event in seen.events], day=day_of, mine=seen.mine,
        moves=move_views(case, seen.moves, language, given or {}, wrong, {}) if seen.mine else [],
        voted=bool(person and voted_for(desk.records, person, [case])),
        may_vote="case.vote" in seen.may and not seen.mine,
        may_comment=case.is_open and "case.comment" in seen.may,
        may_attach=case.is_open and seen.mine and "case.attach" in seen.may, key=key or "",
    )  # fmt: skip
    return Page(body, 422 if wrong is not NOTHING_WRONG else 200)


def case_act(desk: Desk, visit: Visit, number: str, name: str, given: Given) -> Page:
    """Do what a form of the page asks for, and show the case again. Raises ``NotThere``."""
    person, key = asks(visit), visit.query.get("key")
    _seen(desk, person, number, key)
    back = f"/{visit.language}/cases/{number}"
    try:
        act(desk, person, number, name, given, key)
    except Problem as problem:
        here = Visit(visit.language, f"/cases/{number}", visit.query, visit.origin, visit.reader)
        return case_page(desk, here, number, wrong_of(problem, list(given), name), given)
    if given.get("from") == "requests":
        return Page(to=f"/{visit.language}/requests#r-{number}")
    return Page(to=f"{back}?{urlencode({'key': key})}" if key else back)


def case_file(desk: Desk, visit: Visit, number: str, id: int) -> tuple[str, str, bytes]:
    """An attached file: its name, its type, its bytes. Raises ``NotThere``."""
    try:
        found, path = read_attachment(
            desk.records, asks(visit), number, id, key=visit.query.get("key")
        )
    except Problem as problem:
        raise NotThere(problem.text) from problem
    return found.name, found.media_type, path.read_bytes()


def opened_page(desk: Desk, visit: Visit, opened: Opened) -> Page:
    """What somebody reads who has just opened a case."""
    body = page(desk.store, visit, "case_opened.html", case=opened.case, key=opened.key)
    return Page(body, 201)


def public_dataset(desk: Desk, id: str | None) -> Entry | None:
    """The dataset that a case is about, where everybody may see it."""
    return next((one for one in desk.store.entries() if one.id == id), None)


def asks(visit: Visit) -> Person | None:
    """The person who reads, where they are signed in."""
    return visit.reader.person if visit.reader else None


def takes(desk: Desk, workflow: str) -> None:
    """Raises ``NotThere`` where the city does not declare this workflow."""
    if workflow not in desk.store.workflows:
        raise NotThere(WORDS["no_reports"])


def address_of(visit: Visit) -> str:
    """The address of the page that is asked for, without its query."""
    return f"/{visit.language}{visit.path}"


def _seen(desk: Desk, person: Person | None, number: str, key: str | None) -> view.CaseView:
    try:
        return view.see(desk.records, person, number[:40], key=key)
    except Problem as problem:
        said, shown = WORDS["no_case"], number[:40]
        text = both(said.ko.format(number=shown), said.en.format(number=shown))
        raise NotThere(text) from problem

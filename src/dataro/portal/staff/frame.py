"""The frame of the desk: what every page of it shares, and who may see which part."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from dataro.accounts.permissions import Subject, allowed
from dataro.accounts.person import Person
from dataro.portal.case_parts import place_words
from dataro.portal.desk import Desk
from dataro.portal.exchange import Page
from dataro.portal.pages import Visit, page
from dataro.portal.people_words import PEOPLE_WORDS
from dataro.portal.reader import Reader
from dataro.portal.words import WORDS
from dataro.publish.catalogue.entry import NotThere
from dataro.vocabulary.text import Text

_CASEWORK = frozenset(("officer", "steward", "data_officer"))
_DATA = frozenset(("officer", "steward", "data_officer"))


def desk_page(desk: Desk, visit: Visit, template: str, status: int = 200, **values: Any) -> Page:
    """A page of the desk, with the parts of it that its reader may see."""
    reader = reader_of(visit)
    body = page(
        desk.store, visit, f"staff/{template}",
        tabs=_tabs(desk, reader), place=partial(place_words, desk, visit.language), **values,
    )  # fmt: skip
    return Page(body, status)


def reader_of(visit: Visit) -> Reader:
    """Whoever reads. Raises ``NotThere`` for nobody."""
    if visit.reader is None:
        raise NotThere(WORDS["no_page"])
    return visit.reader


def only(fits: bool) -> None:
    """Raises ``NotThere``, as for an address that does not exist, unless ``fits``."""
    if not fits:
        raise NotThere(WORDS["no_page"])


def works_on_cases(person: Person) -> bool:
    """Whether somebody deals with cases."""
    return bool(person.roles & _CASEWORK)


def works_on_data(person: Person) -> bool:
    """Whether somebody looks after datasets."""
    return bool(person.roles & _DATA)


def may(desk: Desk, person: Person, action: str, kind: str) -> bool:
    """Whether the table of permissions allows something that is about nothing in particular."""
    return bool(allowed(person, action, Subject(kind), today=desk.records.today()))


def _tabs(desk: Desk, reader: Reader) -> Sequence[tuple[str, Text]]:
    person = reader.person
    parts = [
        ("/desk", "desk_inbox", works_on_cases(person)),
        ("/desk/data", "desk_data", works_on_data(person)),
        ("/desk/corrections", "desk_corrections", bool({"steward", "data_officer"} & person.roles)),
        ("/desk/people", "desk_people", may(desk, person, "person.manage", "person")),
        ("/desk/audit", "desk_audit", may(desk, person, "audit.read", "audit")),
    ]
    return [(address, PEOPLE_WORDS[word]) for address, word, shown in parts if shown]

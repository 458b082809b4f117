"""What the public page of a case and its page at the desk share: its story, its forms, acts on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dataro.accounts.clock import korean_day, moment
from dataro.accounts.person import ROLES, Person
from dataro.cases import engine, talk
from dataro.cases.attachments import attach
from dataro.cases.case import Case
from dataro.cases.forms import FormProblem
from dataro.cases.moderation import hide_comment, redact
from dataro.cases.opening import Proposed
from dataro.cases.trail import Event
from dataro.portal.case_forms import FieldView, answer_words, field_views
from dataro.portal.desk import Desk
from dataro.portal.exchange import Given
from dataro.portal.people_words import PEOPLE_WORDS
from dataro.portal.words import WORDS
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Language, Text, both
from dataro.vocabulary.workflow import RELATIONS, Field, Move, Visibility

_KINDS = {
    "opened": "opened", "handed_over": "handed_over", "merged": "merged",
    "upgraded": "upgraded",
}  # fmt: skip
_SEEN_BY: tuple[Visibility, ...] = ("public", "requester", "department")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What stands in the way of a form: by field, and in general; ``act`` says of which form."""

    fields: Mapping[str, Text]
    general: Text | None = None
    act: str = ""


NOTHING_WRONG = Wrong({})


@dataclass(frozen=True, slots=True)
class MoveView:
    """A move as a form: what it is called, what it asks for, whom it tells."""

    name: str
    title: str
    fields: Sequence[FieldView]
    tells: str
    proposed: Mapping[str, str]
    open: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One event in words: its day, who, what happened, the state that followed, the details."""

    day: str
    who: str
    what: str
    state: str
    details: Sequence[tuple[str, str]]


def move_views(
    case: Case,
    moves: Mapping[str, Move],
    language: Language,
    given: Mapping[str, str],
    wrong: Wrong,
    proposed: Mapping[str, Proposed],
) -> list[MoveView]:
    """The moves that can be made, as forms; the one that was sent keeps what was written."""
    views = []
    for name, one in moves.items():
        asked = wrong.act == f"move/{name}"
        views.append(
            MoveView(
                name,
                one.title[language],
                field_views(
                    one.needs, given if asked else {}, wrong.fields if asked else {}, language
                ),
                ", ".join(_whom(who, case, language) for who in one.notify),
                {n: p.reason[language] for n, p in proposed.items() if n in one.needs},
                asked,
            )
        )
    return views


def _whom(who: str, case: Case, language: Language) -> str:
    return (RELATIONS.get(who) or ROLES[who])[language]


def told(case: Case, event: Event, language: Language, people: Mapping[int, str]) -> Told:
    """An event in words; ``people`` are names by id, for those who may read them."""
    move = case.workflow.moves.get(event.move or "")
    state = case.workflow.states.get(event.to_state)
    known = WORDS.get(_KINDS.get(event.kind, "")) or PEOPLE_WORDS.get(f"ev_{event.kind}")
    what = move.title if move else known
    details: list[tuple[str, str]] = []
    if move:
        details = [
            (move.needs[name].title[language], answer_words(move.needs[name], value, language))
            for name, value in event.detail.items()
            if name in move.needs
        ]
    elif event.kind == "handed_over":
        to, why = event.detail.get("department", ""), event.detail.get("reason", "")
        details = [(WORDS["department"][language], to), (WORDS["why"][language], why)]
    elif event.kind == "assigned":
        details = [(PEOPLE_WORDS["assignee"][language], str(event.detail.get("name", "")))]
    elif event.kind in ("merged", "took_in"):
        number = str(event.detail.get("into") or event.detail.get("number", ""))
        details = [(WORDS["number"][language], number)]
    elif event.kind == "redacted":
        field = case.workflow.form.get(str(event.detail.get("field", "")))
        title = field.title[language] if field else ""
        details = [(title, str(event.detail.get("reason", "")))]
    return Told(
        day_of(event.at),
        event.actor_name or people.get(event.actor or 0, ""),
        what[language] if what else event.kind,
        state.title[language] if state and event.kind == "moved" else "",
        [(title, value) for title, value in details if value],
    )


def last_answer(case: Case, events: Sequence[Event], language: Language) -> list[tuple[str, str]]:
    """What the department answered with the newest move: a ground in law stands first."""
    for event in reversed(events):
        move = case.workflow.moves.get(event.move or "")
        if move is None or event.kind != "moved":
            continue
        asked = {n: one for n, one in move.needs.items() if n in event.detail and not one.internal}
        first = sorted(asked, key=lambda name: asked[name].kind != "legal_reason")
        return [
            (asked[name].title[language], answer_words(asked[name], event.detail[name], language))
            for name in first
        ]
    return []


def answers(case: Case, language: Language) -> list[tuple[str, str]]:
    """What the form of a case was answered with, but its heading."""
    form = case.workflow.form
    return [
        (form[name].title[language], answer_words(form[name], case.form[name], language))
        for name in form
        if name in case.form and name != case.workflow.heading
    ]


def act(
    desk: Desk, person: Person | None, number: str, name: str, given: Given, key: str | None
) -> None:
    """Do to a case what a form of its page asks for.

    Who may is decided by the room of cases alone. Raises ``Problem``.
    """
    records = desk.records
    version = _whole(given.get("version"))
    if name == "comment":
        text, seen = given.get("text", ""), _seen_by(given)
        talk.comment(records, person, number, text, visibility=seen, key=key)
    elif name == "attach":
        _attach(desk, person, number, given, key)
    elif name.startswith("move/"):
        move = name.removeprefix("move/")
        engine.move(
            records, person, number, move, {n: v for n, v in given.items() if n != "version"},
            version=version, key=key,
        )  # fmt: skip
    elif person is None:
        raise Problem(both("로그인이 필요합니다.", "Please sign in first."))
    else:
        _act_as(desk, person, number, name, given, version)


def _act_as(
    desk: Desk, person: Person, number: str, name: str, given: Given, version: int | None
) -> None:
    records = desk.records
    if name == "vote":
        talk.vote(records, person, number)
    elif name == "unvote":
        talk.unvote(records, person, number)
    elif name == "assign":
        engine.assign(records, person, number, _whole(given.get("assignee")) or 0, version=version)
    elif name == "hand_over":
        place = given.get("department", "")
        engine.hand_over(
            records, person, number, department_named(desk, place), given.get("reason", ""),
            version=version,
        )  # fmt: skip
    elif name == "merge":
        engine.merge(records, person, number, given.get("into", ""), version=version)
    elif name == "redact":
        redact(records, person, number, given.get("field", ""), given.get("reason", ""))
    elif name == "hide":
        comment = _whole(given.get("comment")) or 0
        hide_comment(records, person, number, comment, given.get("reason", ""))
    else:
        raise Problem(WORDS["no_page"])


def _attach(desk: Desk, person: Person | None, number: str, given: Given, key: str | None) -> None:
    if given.upload is None:
        raise Problem(both("붙일 파일을 골라 주십시오.", "Choose a file to attach."))
    attach(
        desk.records, person, number, given.upload.name, given.upload.content,
        visibility=_seen_by(given), key=key,
    )  # fmt: skip


def department_named(desk: Desk, name: str) -> Text:
    """The department of a Korean name, in both languages where a dataset says both.

    Raises ``Problem`` for none.
    """
    plain = name.strip()[:100]
    if not plain:
        raise Problem(both("부서를 골라 주십시오.", "Choose a department."))
    owners = (one.owner for one in desk.registry.datasets.values())
    return next((one for one in owners if one.ko == plain), both(plain, plain))


def place_words(desk: Desk, language: Language, name: str | None) -> str:
    """A department as a reader of ``language`` knows it; a dash for none."""
    return department_named(desk, name)[language] if name else "–"


def wrong_of(problem: Problem, shown: Sequence[str] | Mapping[str, Field], act: str = "") -> Wrong:
    """What a problem says of the fields that are shown; anything else stands above them."""
    if not isinstance(problem, FormProblem):
        return Wrong({}, problem.text, act)
    fields = {name: text for name, text in problem.fields.items() if name in shown}
    others = [text for name, text in problem.fields.items() if name not in shown]
    return Wrong(fields, others[0] if others else None, act)


def day_of(text: str) -> str:
    """The Korean day of a moment."""
    return korean_day(moment(text)).isoformat()


def known(given: Mapping[str, str], fields: Sequence[str] | Mapping[str, Field]) -> dict[str, Any]:
    """What was given for the fields that a form has."""
    return {name: given[name] for name in fields if name in given}


def _seen_by(given: Given) -> Visibility:
    chosen = given.get("visibility")
    return next((one for one in _SEEN_BY if one == chosen), "requester")


def _whole(given: str | None) -> int | None:
    fits = given is not None and given.isascii() and given.isdigit() and len(given) < 10
    return int(given) if given is not None and fits else None

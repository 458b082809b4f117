"""The engine of cases: opened, moved, assigned, handed over, merged, voted for.

Every function is one transaction: the change, its event on the case's trail, the audit log and
the notices happen together or not at all. Each asks ``allowed`` first and raises ``Problem`` with
the reason where it says no. ``version`` is the version of the case that the person saw: where
somebody else was faster, they are told instead of overwriting.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from dataro.accounts.people import EMAIL, ensure_department, find_person
from dataro.accounts.permissions import Subject, allowed, require
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.cases import effects, notices, trail
from dataro.cases.case import Case, case_subject, load_case
from dataro.cases.deadlines import deadline
from dataro.cases.forms import Answers, read_form
from dataro.cases.register import register
from dataro.cases.schema import cases
from dataro.cases.workflows import newest_workflow
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Language, Text, both
from dataro.vocabulary.workflow import Move


@dataclass(frozen=True, slots=True)
class Opened:
    """A new case, and the key with which a requester without an account comes back to it.

    The key is shown once; None for people with an account.
    """

    case: Case
    key: str | None


def open_case(
    records: Records,
    person: Person | None,
    workflow: str,
    form: Mapping[str, Any],
    *,
    department: Text | None = None,
    email: str = "",
    language: Language = "ko",
) -> Opened:
    """Open a case of the newest version of ``workflow``.

    ``department`` is where it goes (of a dataset: its owner); without one the data officers see
    to it. ``email`` and ``language`` are for a requester without an account. Raises ``FormProblem``
    for the form, ``AlreadyOpen`` for a second case about the same thing.
    """
    if email and not EMAIL.fullmatch(email):
        raise Problem(
            both(
                f"전자우편 주소 “{email[:80]}”을(를) 읽을 수 없습니다. 이름@기관.kr처럼 적어 주세요.",
                f"“{email[:80]}” is not an e-mail address. Write it like name@office.kr.",
            )
        )
    key = secrets.token_urlsafe(18) if person is None else None
    with records.writing() as connection:
        declared, _ = newest_workflow(connection, workflow)
        subject = Subject("workflow", declared.id, by=declared.opens)
        require(person, "case.open", subject, today=records.today())
        case = register(
            connection, records, person, workflow, form,
            department=department, email=email, language=language, key=key,
        )  # fmt: skip
    return Opened(case, key)


def move(
    records: Records,
    person: Person | None,
    number: str,
    name: str,
    form: Mapping[str, Any] | None = None,
    *,
    version: int | None = None,
    key: str | None = None,
) -> Case:
    """Make the move called ``name``, with what it needs.

    Raises ``Problem`` for a move that does not lead out of the present state, ``FormProblem`` for
    the form, and where the case was changed after ``version``.
    """
    with records.writing() as connection:
        case = load_case(connection, number)
        _unchanged(connection, case, version)
        declared = _move(case, name)
        subject = case_subject(case, person, key, by=declared.by)
        require(person, "case.move", subject, today=records.today())
        answers = read_form(declared.needs, form or {})
        target = case.workflow.states[declared.to]
        shown = {n: v for n, v in answers.items() if not declared.needs[n].personal}
        kept = {f"{name}.{n}": v for n, v in answers.items() if n not in shown}
        changed = _change(
            connection, records, case,
            state=declared.to,
            due_on=_due(records, case, declared),
            closed_at=records.now() if target.closed else None,
            form=json.dumps({**case.form, **kept}, ensure_ascii=False, sort_keys=True),
        )  # fmt: skip
        trail.add_event(
            connection, records, case, person, "moved",
            to_state=declared.to, move=name, detail=shown,
        )  # fmt: skip
        if declared.effect is not None:
            effects.EFFECTS[declared.effect](connection, records, changed, person, answers)
        said = _moved(changed, declared, answers)
        notices.tell(connection, records, changed, declared.notify, said, but=person)
        return changed


def moves_open_to(
    records: Records, person: Person | None, case: Case, key: str | None = None
) -> dict[str, Move]:
    """The moves that ``person`` could make on ``case`` now: what the desk shows as buttons."""
    if not case.is_open:
        return {}
    return {
        name: one
        for name, one in case.workflow.moves_from(case.state).items()
        if allowed(
            person, "case.move", case_subject(case, person, key, by=one.by), today=records.today()
        )
    }


def assign(
    records: Records, person: Person, number: str, assignee: int, *, version: int | None = None
) -> Case:
    """Put somebody in charge.

    Raises ``Problem`` where they could not act on the case themselves.
    """
    with records.writing() as connection:
        case = _to_change(connection, records, person, number, "case.assign", version)
        chosen = find_person(connection, assignee)
        subject = case_subject(case, None)
        if not allowed(chosen, "case.assign", subject, today=records.today()):
            raise Problem(
                both(
                    f"{chosen.name}은(는) 이 건의 담당 부서({case.department or '없음'}) 사람이 아니어서 맡을 수 없습니다.",
                    f"{chosen.name} cannot take it: not of its department ({case.department or 'none'}).",
                )
            )
        changed = _change(connection, records, case, assignee=assignee)
        detail = {"assignee": assignee, "name": chosen.name}
        trail.add_event(connection, records, case, person, "assigned", detail=detail)
        said = both(
            f"{case.number} “{case.heading}”의 담당자로 지정되었습니다.",
            f"You are now in charge of {case.number} “{case.heading}”.",
        )
        notices.tell(connection, records, changed, ("assignee",), said, but=person)
        return changed


def hand_over(
    records: Records, person: Person, number: str, department: Text, reason: str,
    *, version: int | None = None,
) -> Case:  # fmt: skip
    """Hand the case over to another department; the deadline stays, for the citizen waits on."""
    if not reason.strip():
        raise Problem(both("이송하는 까닭을 적어 주세요.", "Say why it is handed over."))
    with records.writing() as connection:
        case = _to_change(connection, records, person, number, "case.hand_over", version)
        place = ensure_department(connection, department)
        changed = _change(connection, records, case, department=place, assignee=None)
        detail = {"department": place, "from": case.department, "reason": reason[:500]}
        trail.add_event(connection, records, case, person, "handed_over", detail=detail)
        said = both(
            f"{case.number} “{case.heading}”이(가) {place}(으)로 이송되었습니다. 사유: {reason[:500]}",
            f"{case.number} “{case.heading}” was handed over to {department.en}. Why: {reason[:500]}",
        )
        who = ("requester", case.workflow.steward)
        notices.tell(connection, records, changed, who, said, but=person)
        return changed


def merge(
    records: Records, person: Person, number: str, into: str, *, version: int | None = None
) -> Case:
    """Close a duplicate and carry its votes over to the case ``into``; the duplicate, closed.

    Raises ``Problem`` for cases of different workflows, or one that is closed or the same.
    """
    with records.writing() as connection:
        case = _to_change(connection, records, person, number, "case.merge", version)
        main = _to_change(connection, records, person, into, "case.merge", None)
        if main.id == case.id or main.workflow.id != case.workflow.id:
            raise Problem(
                both(
                    "같은 종류의 서로 다른 두 건만 합칠 수 있습니다.",
                    "Only two different cases of the same kind can be merged.",
                )
            )
        changed = _change(
            connection, records, case, closed_at=records.now(), merged_into=main.id, due_on=None
        )
        trail.add_event(connection, records, case, person, "merged", detail={"into": main.number})
        effects.carry_votes(connection, records, case, main)
        taken = {"number": case.number}
        trail.add_event(connection, records, main, person, "took_in", detail=taken)
        said = both(
            f"{case.number}은(는) 같은 내용의 {main.number} “{main.heading}”에 합쳐졌습니다. 처리 결과는 그 건에서 알려 드립니다.",
            f"{case.number} was merged into {main.number} “{main.heading}”, which goes on.",
        )
        notices.tell(connection, records, changed, ("requester",), said, but=person)
        return changed


def _move(case: Case, name: str) -> Move:
    leading = case.workflow.moves_from(case.state) if case.is_open else {}
    if name in leading:
        return leading[name]
    state = case.standing.title
    if name in case.workflow.moves:
        title = case.workflow.moves[name].title
        raise Problem(
            both(
                f"{case.number}은(는) 지금 ‘{state.ko}’ 상태여서 ‘{title.ko}’을(를) 할 수 없습니다. 지금 할 수 있는 처리: {', '.join(leading) or '없음'}.",
                f"{case.number} is “{state.en}” now, so “{title.en}” is not possible. Possible: {', '.join(leading) or 'nothing'}.",
            )
        )
    guess = did_you_mean(name, case.workflow.moves)
    raise Problem(
        both(
            f"‘{name[:60]}’이라는 처리는 없습니다.{guess.ko} 지금 할 수 있는 처리: {', '.join(leading) or '없음'}.",
            f"There is no move “{name[:60]}”.{guess.en} Possible now: {', '.join(leading) or 'nothing'}.",
        )
    )


def _to_change(
    connection: Connection, records: Records, person: Person, number: str, action: str,
    version: int | None,
) -> Case:  # fmt: skip
    """The open case of this number which ``person`` may change so."""
    case = load_case(connection, number)
    require(person, action, case_subject(case, person), today=records.today())
    _unchanged(connection, case, version)
    if not case.is_open:
        raise Problem(
            both(f"{case.number}은(는) 이미 끝난 건입니다.", f"{case.number} is closed already.")
        )
    return case


def _unchanged(connection: Connection, case: Case, version: int | None) -> None:
    if version is None or version == case.version:
        return
    last = trail.events_of(connection, case)[-1]
    who_ko, who_en = last.actor_name or "다른 사람", last.actor_name or "somebody else"
    state = case.standing.title
    raise Problem(
        both(
            f"보시는 동안 {who_ko}이(가) {case.number}을(를) 먼저 처리했습니다. 지금은 ‘{state.ko}’ 상태입니다. 새로 고친 뒤 다시 확인해 주세요.",
            f"While you were looking, {who_en} acted on {case.number}: it is “{state.en}” now. Reload and look again.",
        )
    )


def _change(connection: Connection, records: Records, case: Case, **values: Any) -> Case:
    """Write new values and count the version up."""
    due = values.get("due_on")
    if isinstance(due, date):
        values["due_on"] = due.isoformat()
    connection.execute(
        cases.update()
        .where(cases.c.id == case.id, cases.c.version == case.version)
        .values(version=case.version + 1, changed_at=records.now(), **values)
    )
    return load_case(connection, case.number)


def _due(records: Records, case: Case, declared: Move) -> date | None:
    counted = case.workflow.first_day_counts
    if declared.extends is not None:
        return deadline(case.due_on or records.today(), declared.extends)
    if declared.to == case.state:
        return case.due_on
    days = case.workflow.states[declared.to].due
    return deadline(records.today(), days, first_day_counts=counted) if days else None


def _moved(case: Case, declared: Move, answers: Answers) -> Text:
    """The notice of a move: the declared words, else the new state; then a ground in law, if any."""
    said = declared.notice or both(
        f"‘{case.standing.title.ko}’ 상태가 되었습니다.", f"It is now “{case.standing.title.en}”."
    )
    ground = effects.ground_in_law(declared, answers)
    return Text(
        f"{case.number} “{case.heading}”: {said.ko}{' ' + ground.ko if ground else ''}",
        f"{case.number} “{case.heading}”: {said.en}{' ' + ground.en if ground else ''}",
    )

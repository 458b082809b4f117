"""What a move brings about beyond its own case: corrections, access, datasets opened and retired."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import Connection, func, select

from dataro.accounts import access
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.cases import lifecycle, proposals
from dataro.cases.case import Case
from dataro.cases.forms import Answers
from dataro.cases.reasons import legal_reasons
from dataro.cases.schema import cases, votes
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both
from dataro.vocabulary.workflow import Effect, Move

Doing = Callable[[Connection, Records, Case, Person | None, Answers], None]
_LONGEST_ACCESS_DAYS = 366 * 3


def propose_correction(
    connection: Connection, records: Records, case: Case, person: Person | None, answers: Answers
) -> None:
    """Propose the correction that a report on a cell led to.

    The value is the move's ``value`` or, without one, what the report said it should be.
    """
    value = answers.get("value", case.form.get("should_be"))
    if value is None or "key" not in case.form or "column" not in case.form:
        raise Problem(
            both(
                "정정안을 만들려면 행의 키(key), 열(column)과 바른 값이 있어야 합니다.",
                "A correction needs the row's key, the column and the right value.",
            )
        )
    proposals.propose(connection, records, case, str(value), str(answers.get("reason", "")))


def grant_access(
    connection: Connection, records: Records, case: Case, person: Person | None, answers: Answers
) -> None:
    """Let the requester use the dataset at the level and until the day that the move names."""
    if case.requester is None or case.dataset is None:
        raise Problem(
            both(
                "이용을 허가하려면 신청인의 계정과 데이터셋이 있어야 합니다.",
                "Access can be given only to a requester with an account, for a named dataset.",
            )
        )
    until = date.fromisoformat(answers["until"])
    days = (until - records.today()).days
    if not 0 <= days <= _LONGEST_ACCESS_DAYS:
        raise Problem(
            both(
                f"이용 기한은 오늘부터 3년 안이어야 합니다(받은 값: {until}).",
                f"Access ends within three years from today; given: {until}.",
            )
        )
    access.grant(
        connection, records, person, case.requester, case.dataset,
        level=answers["level"], until=until, reason=case.number,
    )  # fmt: skip


def revoke_access(
    connection: Connection, records: Records, case: Case, person: Person | None, answers: Answers
) -> None:
    """End what ``grant_access`` gave in this case."""
    if case.requester is not None:
        access.revoke(connection, records, person, case.requester, reason=case.number)


EFFECTS: Mapping[Effect, Doing] = {
    "propose_correction": propose_correction,
    "grant_access": grant_access,
    "revoke_access": revoke_access,
    "open_dataset": lifecycle.open_dataset,
    "retire_dataset": lifecycle.retire_dataset,
}


def carry_votes(connection: Connection, records: Records, case: Case, main: Case) -> None:
    """Count the votes for a duplicate, and its requester's wish, for the case that goes on."""
    have = set(_voters(connection, main))
    wishing = {*_voters(connection, case), *([case.requester] if case.requester else [])}
    for person in sorted(wishing - have - {main.requester}):
        connection.execute(votes.insert().values(case_id=main.id, person=person, at=records.now()))
    count_votes(connection, main)


def count_votes(connection: Connection, case: Case) -> int:
    """Bring the number of votes on a case up to date."""
    query = select(func.count()).select_from(votes).where(votes.c.case_id == case.id)
    count = int(connection.execute(query).scalar_one())
    connection.execute(cases.update().where(cases.c.id == case.id).values(votes=count))
    return count


def ground_in_law(declared: Move, answers: Answers) -> Text | None:
    """The sentence of the ground that a refusal named."""
    for name, field in declared.needs.items():
        if field.kind == "legal_reason" and name in answers:
            return legal_reasons()[answers[name]].sentence
    return None


def _voters(connection: Connection, case: Case) -> list[int]:
    query = select(votes.c.person).where(votes.c.case_id == case.id)
    return list(connection.execute(query).scalars())

"""What people say to a case without moving it: comments and votes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from dataro.accounts.permissions import Subject, allowed, require
from dataro.accounts.person import Person
from dataro.accounts.records import Records, insert
from dataro.cases import effects, notices, trail
from dataro.cases.case import Case, case_subject, load_case
from dataro.cases.forms import read_form
from dataro.cases.schema import comments, votes
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both
from dataro.vocabulary.workflow import Field, Visibility

_COMMENT = {"text": Field(both("의견", "Comment"), kind="long_text", maximum=3_000)}


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said; citizens' names are shown to officials only (else empty)."""

    id: int
    at: str
    author: int | None
    author_name: str
    visibility: Visibility
    text: str


def comment(
    records: Records,
    person: Person | None,
    number: str,
    text: str,
    *,
    visibility: Visibility = "requester",
    key: str | None = None,
) -> Comment:
    """Say something: to everybody, to requester and officials, or among officials only.

    Raises ``Problem`` where that is not permitted, ``FormProblem`` for no text or over 3,000
    characters.
    """
    said = read_form(_COMMENT, {"text": text})["text"]
    with records.writing() as connection:
        case = load_case(connection, number)
        subject = case_subject(case, person, key)
        require(person, "case.comment", subject, today=records.today())
        if visibility == "department" and not is_official(records, person, case):
            raise Problem(
                both(
                    "내부 의견은 담당 부서만 쓸 수 있습니다.",
                    "Only the department in charge writes internal comments.",
                )
            )
        official = person is not None and bool(person.roles)
        row: dict[str, Any] = {
            "case_id": case.id,
            "at": records.now(),
            "author": person.id if person else None,
            "author_name": person.name if person and official else "",
            "visibility": visibility,
            "text": said,
        }
        id = insert(connection, comments, **row)
        trail.add_event(connection, records, case, person, "commented", detail={"comment": id})
        who = ("assignee",) if visibility == "department" else ("requester", "assignee")
        notices.tell(
            connection, records, case, who,
            both(
                f"{case.number} “{case.heading}”에 새 의견이 있습니다.",
                f"There is a new comment on {case.number} “{case.heading}”.",
            ),
            but=person,
        )  # fmt: skip
    return Comment(id, row["at"], row["author"], row["author_name"], visibility, said)


def comments_of(
    connection: Connection, records: Records, case: Case, person: Person | None,
    key: str | None = None,
) -> list[Comment]:  # fmt: skip
    """The comments on ``case`` that ``person`` may read, oldest first."""
    query = select(comments).where(comments.c.case_id == case.id).order_by(comments.c.id)
    seen = visible(records, case, person, key)
    return [
        Comment(row["id"], row["at"], row["author"], row["author_name"], row["visibility"],
                row["text"])
        for row in connection.execute(query).mappings()
        if row["visibility"] in seen
    ]  # fmt: skip


def visible(
    records: Records, case: Case, person: Person | None, key: str | None = None
) -> frozenset[Visibility]:
    """Which kinds of words and files on ``case`` a person who may see it may read."""
    if is_official(records, person, case):
        return frozenset(("public", "requester", "department"))
    if "requester" in case_subject(case, person, key).relations:
        return frozenset(("public", "requester"))
    return frozenset(("public",))


def is_official(records: Records, person: Person | None, case: Case) -> bool:
    """Whether ``person`` belongs to those who work on ``case``."""
    subject = Subject(
        "case",
        case.number,
        department=case.department,
        relations=case_subject(case, person).relations - {"requester"},
    )
    return bool(allowed(person, "case.see", subject, today=records.today()))


def vote(records: Records, person: Person, number: str) -> int:
    """Say that one wants the same; once each. How many now do.

    Raises ``Problem`` for a workflow without votes, a closed case, or one's own.
    """
    with records.writing() as connection:
        case = load_case(connection, number)
        require(person, "case.vote", case_subject(case, person), today=records.today())
        if not case.workflow.votes or not case.is_open or case.requester == person.id:
            raise Problem(
                both(
                    "진행 중인 다른 분의 신청에만 공감할 수 있습니다.",
                    "You can vote for open requests of other people only.",
                )
            )
        known = select(votes.c.at).where(votes.c.case_id == case.id, votes.c.person == person.id)
        if connection.execute(known).first() is None:
            connection.execute(
                votes.insert().values(case_id=case.id, person=person.id, at=records.now())
            )
            trail.add_event(connection, records, case, None, "voted")
        return effects.count_votes(connection, case)


def voted_for(records: Records, person: Person, among: Sequence[Case]) -> frozenset[str]:
    """The numbers of those cases ``among`` the given ones that ``person`` voted for."""
    query = select(votes.c.case_id).where(
        votes.c.person == person.id, votes.c.case_id.in_([one.id for one in among])
    )
    with records.reading() as connection:
        found = set(connection.execute(query).scalars())
    return frozenset(one.number for one in among if one.id in found)


def unvote(records: Records, person: Person, number: str) -> int:
    """Take one's vote back. How many are left."""
    with records.writing() as connection:
        case = load_case(connection, number)
        mine = (votes.c.case_id == case.id, votes.c.person == person.id)
        if connection.execute(votes.delete().where(*mine)).rowcount:
            trail.add_event(connection, records, case, None, "unvoted")
        return effects.count_votes(connection, case)

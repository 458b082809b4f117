"""Telling people: a notice in the portal for each, and a delivery for each way to reach them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from dataro.accounts.people import find_person, people_with
from dataro.accounts.person import ROLES, Person
from dataro.accounts.records import Records, insert
from dataro.cases.case import Case
from dataro.cases.schema import cases, deliveries, notices, votes
from dataro.vocabulary.text import Language, Text, resolve_particles

EMAIL, MESSAGE = "email", "message"
MOST_NOTICES = 200


@dataclass(frozen=True, slots=True)
class Notice:
    """Words to one person about one case."""

    id: int
    case: str
    at: str
    text: Text
    read: bool


def tell(
    connection: Connection, records: Records, case: Case, who: Iterable[str], text: Text,
    *, but: Person | None = None,
) -> None:  # fmt: skip
    """Tell everybody of ``who`` (roles and relations) about ``case``, each once, except ``but``.

    Roles mean the people of the case's department; where it has none of that role, the data
    officers are told, so that nothing falls between departments.
    """
    said = Text(resolve_particles(text.ko), text.en)
    reached: dict[int, Person] = {}
    for one in who:
        for person in _meant(connection, case, one):
            reached[person.id] = person
    for person in reached.values():
        if person.active and (but is None or person.id != but.id):
            notice = _keep(connection, records, case, person.id, said)
            _queue(connection, records, notice, EMAIL, person.email, person.language)
            _queue(connection, records, notice, MESSAGE, person.phone, person.language)
    if "requester" in who and case.requester is None and case.contact_email:
        notice = _keep(connection, records, case, None, said)
        _queue(connection, records, notice, EMAIL, case.contact_email, case.contact_language)


def unread(records: Records, person: Person, *, limit: int = 50) -> list[Notice]:
    """The newest notices that ``person`` has not read."""
    query = (
        select(notices, cases.c.number)
        .join(cases, cases.c.id == notices.c.case_id)
        .where(notices.c.person == person.id, notices.c.read_at.is_(None))
        .order_by(notices.c.id.desc())
        .limit(min(limit, MOST_NOTICES))
    )
    with records.reading() as connection:
        rows = connection.execute(query).mappings().all()
    return [
        Notice(row["id"], row["number"], row["at"], Text(row["ko"], row["en"]), False)
        for row in rows
    ]


def mark_read(records: Records, person: Person, up_to: int) -> None:
    """Mark the notices of ``person`` up to and including one as read."""
    with records.writing() as connection:
        connection.execute(
            notices.update()
            .where(
                notices.c.person == person.id, notices.c.id <= up_to, notices.c.read_at.is_(None)
            )
            .values(read_at=records.now())
        )


def _meant(connection: Connection, case: Case, who: str) -> list[Person]:
    if who == "requester":
        return [find_person(connection, case.requester)] if case.requester else []
    if who == "assignee":
        return [find_person(connection, case.assignee)] if case.assignee else []
    if who == "voters":
        query = select(votes.c.person).where(votes.c.case_id == case.id)
        return [find_person(connection, id) for id in connection.execute(query).scalars().all()]
    if who not in ROLES:
        return []
    near = people_with(connection, who, case.department) if case.department else []
    return near or people_with(connection, "data_officer")


def _keep(
    connection: Connection, records: Records, case: Case, person: int | None, text: Text
) -> int:
    return insert(
        connection, notices,
        person=person, case_id=case.id, at=records.now(), ko=text.ko, en=text.en,
    )  # fmt: skip


def _queue(
    connection: Connection, records: Records, notice: int, channel: str, address: str,
    language: Language,
) -> None:  # fmt: skip
    if address:
        connection.execute(
            deliveries.insert().values(
                notice=notice, channel=channel, address=address, language=language,
                status="waiting", tries=0, next_at=records.now(),
            )
        )  # fmt: skip

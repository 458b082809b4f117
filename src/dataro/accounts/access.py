"""Permissions to use single datasets that are not open, with an end."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from dataro.accounts import audit
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.accounts.schema import grants


def grant(
    connection: Connection,
    records: Records,
    by: Person | None,
    person: int,
    dataset: str,
    *,
    level: str,
    until: date,
    reason: str,
) -> None:
    """Let ``person`` use ``dataset`` at a level of de-identification, up to and including a day.

    ``reason`` names the case that decided it. Whoever calls has asked ``allowed`` before.
    """
    connection.execute(
        grants.insert().values(
            person=person, dataset=dataset, level=level, until=until.isoformat(), reason=reason,
            made_at=records.now(),
        )
    )  # fmt: skip
    detail = {"dataset": dataset, "level": level, "until": until.isoformat(), "reason": reason}
    audit.note(connection, records, by, "dataset.grant", f"person/{person}", detail)


def revoke(
    connection: Connection, records: Records, by: Person | None, person: int, *, reason: str
) -> int:
    """End the permissions that the case ``reason`` gave; how many there were."""
    ended = connection.execute(
        grants.update()
        .where(grants.c.person == person, grants.c.reason == reason, grants.c.revoked_at.is_(None))
        .values(revoked_at=records.now())
    ).rowcount
    audit.note(connection, records, by, "dataset.revoke", f"person/{person}", {"reason": reason})
    return int(ended)

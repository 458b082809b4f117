"""Sessions of people who signed in: a secret in their browser, of which only the hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, or_, select

from dataro.accounts import audit
from dataro.accounts.clock import moment, written
from dataro.accounts.people import find_person
from dataro.accounts.person import Person
from dataro.accounts.records import Records, insert
from dataro.accounts.schema import sessions

HOURS = 12
"""How long a session lasts at most."""
IDLE_MINUTES = 60
"""How long it lasts without a page being asked for."""
_NOTED_MINUTES = 5  # reading a page means writing only this often


@dataclass(frozen=True, slots=True)
class Session:
    """A living session. ``issuer`` is the provider that vouched for the person, None for a local
    sign-in; ``form_key`` is what every form of this session carries."""

    id: int
    person: Person
    issuer: str | None
    form_key: str


def start_session(
    records: Records,
    person: Person,
    *,
    replaces: str | None = None,
    issuer: str | None = None,
    provider_session: str | None = None,
) -> str:
    """A new session of ``person``: its secret, which only the browser keeps.

    ``replaces`` is the secret that the browser came with, which ends now: whoever knew it before
    the sign-in has nothing of it.
    """
    secret = secrets.token_urlsafe(32)
    now = records.now()
    with records.writing() as connection:
        if replaces:
            _end(connection, records, sessions.c.hash == _hash(replaces))
        insert(
            connection, sessions,
            hash=_hash(secret), person=person.id, issuer=issuer, provider_session=provider_session,
            created_at=now, seen_at=now,
            expires_at=written(records.clock() + timedelta(hours=HOURS)),
        )  # fmt: skip
    return secret


def session_of(records: Records, secret: str) -> Session | None:
    """The living session of a secret; None for one that is unknown, ended, expired, or idle for
    too long, and where the account is suspended."""
    with records.reading() as connection:
        query = select(sessions).where(sessions.c.hash == _hash(secret))
        row = connection.execute(query).mappings().first()
        now = records.clock()
        if row is None or row["revoked_at"] is not None or row["expires_at"] <= written(now):
            return None
        idle = now - moment(row["seen_at"])
        if idle > timedelta(minutes=IDLE_MINUTES):
            return None
        person = find_person(connection, row["person"])
    if not person.active:
        return None
    if idle > timedelta(minutes=_NOTED_MINUTES):
        with records.writing() as connection:
            connection.execute(
                sessions.update().where(sessions.c.id == row["id"]).values(seen_at=written(now))
            )
    return Session(row["id"], person, row["issuer"], form_key(secret))


def form_key(secret: str) -> str:
    """What forms of a session carry: known to its pages only, and no help in guessing the secret."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()[:32]


def end_session(records: Records, secret: str) -> None:
    """End the session of a secret, as signing out does; nothing where there is none."""
    with records.writing() as connection:
        query = select(sessions).where(
            sessions.c.hash == _hash(secret), sessions.c.revoked_at.is_(None)
        )
        row = connection.execute(query).mappings().first()
        if row is None:
            return
        _end(connection, records, sessions.c.id == row["id"])
        person = find_person(connection, row["person"])
        audit.note(connection, records, person, "person.sign_out", f"person/{person.id}")


def sweep(records: Records) -> int:
    """Delete what is left of sessions that have ended; how many there were."""
    now = records.clock()
    idle = written(now - timedelta(minutes=IDLE_MINUTES))
    ended = or_(
        sessions.c.expires_at <= written(now),
        sessions.c.seen_at < idle,
        sessions.c.revoked_at.is_not(None),
    )
    with records.writing() as connection:
        return int(connection.execute(sessions.delete().where(ended)).rowcount)


def end_provider_sessions(
    records: Records, issuer: str, *, provider_session: str | None, people: list[int]
) -> int:
    """End what a provider says has ended: one session of its own, or all of these people."""
    which = sessions.c.issuer == issuer
    if provider_session is not None:
        which = which & (sessions.c.provider_session == provider_session)
    if people:
        which = which & sessions.c.person.in_(people)
    with records.writing() as connection:
        ended = _end(connection, records, which)
        detail = {"issuer": issuer, "sessions": ended}
        audit.note(connection, records, None, "person.signed_out_by_provider", "session", detail)
    return ended


def _end(connection: Connection, records: Records, which: ColumnElement[bool]) -> int:
    ended = connection.execute(
        sessions.update()
        .where(which, sessions.c.revoked_at.is_(None))
        .values(revoked_at=records.now())
    )
    return int(ended.rowcount)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

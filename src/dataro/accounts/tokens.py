"""Tokens for programs and sessions: shown once, kept as a hash, expiring and revocable."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from sqlalchemy import select

from dataro.accounts import audit
from dataro.accounts.clock import written
from dataro.accounts.people import find_person
from dataro.accounts.permissions import Subject, permissions, require
from dataro.accounts.person import Person
from dataro.accounts.records import Records, insert
from dataro.accounts.schema import tokens
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

PREFIX = "dataro_"
LONGEST_DAYS = 366
_MANY = 50


TokenFault = Literal["unknown", "revoked", "expired", "suspended"]


class BadToken(Problem):
    """A token that opens nothing. ``fault`` says why, for each API to say in its own form."""

    def __init__(self, fault: TokenFault, text: Text) -> None:
        super().__init__(text)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Token:
    """What may be shown of a token: everything but the secret."""

    id: int
    person: int
    name: str
    actions: tuple[str, ...] | None
    created_at: str
    expires_at: str
    revoked_at: str | None
    used_at: str | None


def make_token(
    records: Records,
    person: Person,
    name: str,
    *,
    days: float = 90,
    actions: Iterable[str] | None = None,
) -> tuple[str, Token]:
    """A new token of ``person``: the secret, which is never shown again, and what may be shown.

    ``actions`` limits it to patterns of actions (``dataset.*``). Raises ``Problem`` for a life
    over 366 days, a pattern that fits no action, or more than 50 living tokens.
    """
    me = Subject("token", relations=frozenset({"self"}))
    require(person, "token.make", me, today=records.today())
    if not 0 < days <= LONGEST_DAYS:
        raise Problem(
            both(
                f"토큰의 유효 기간은 {LONGEST_DAYS}일 이하여야 합니다(받은 값: {days:g}일).",
                f"A token lives at most {LONGEST_DAYS} days; given: {days:g}.",
            )
        )
    limits = None if actions is None else sorted(set(actions))
    for one in limits or ():
        stem = one.removesuffix("*")
        if not any(action == one or action.startswith(stem) for action in permissions()):
            raise Problem(
                both(
                    f"“{one}”에 맞는 행위가 없습니다. 예: dataset.read, dataset.*, case.open",
                    f"No action fits “{one}”. Examples: dataset.read, dataset.*, case.open",
                )
            )
    if len([one for one in tokens_of(records, person) if one.revoked_at is None]) >= _MANY:
        raise Problem(
            both(
                f"쓰고 있는 토큰이 {_MANY}개입니다. 쓰지 않는 토큰을 먼저 폐기해 주세요.",
                f"You have {_MANY} living tokens. Revoke one that you no longer use.",
            )
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    with records.writing() as connection:
        id = insert(
            connection,
            tokens,
            person=person.id,
            name=name.strip()[:100] or "token",
            hash=_hash(secret),
            actions=None if limits is None else " ".join(limits),
            created_at=records.now(),
            expires_at=written(records.clock() + timedelta(days=days)),
        )
        audit.note(connection, records, person, "token.make", f"token/{id}", {"days": days})
    return secret, _by_id(records, id)


def person_of_token(records: Records, secret: str) -> Person:
    """The person behind a token, limited to what the token was made for.

    Raises ``BadToken`` for an unknown, revoked or expired token, and for a suspended account.
    """
    with records.reading() as connection:
        found = connection.execute(select(tokens).where(tokens.c.hash == _hash(secret)))
        row = found.mappings().first()
        if row is None:
            raise BadToken(
                "unknown",
                both(
                    "등록되지 않은 토큰입니다. 빠진 글자가 없는지 확인해 주세요.",
                    "This token is not known. Check that no character is missing.",
                ),
            )
        if row["revoked_at"] is not None:
            raise BadToken("revoked", both("폐기된 토큰입니다.", "This token was revoked."))
        if row["expires_at"] <= records.now():
            raise BadToken(
                "expired",
                both(
                    f"{row['expires_at'][:10]}에 만료된 토큰입니다. 새로 만들어 주세요.",
                    f"This token expired on {row['expires_at'][:10]}. Make a new one.",
                ),
            )
        person = find_person(connection, row["person"])
    if not person.active:
        raise BadToken(
            "suspended",
            both("정지된 계정의 토큰입니다.", "The account of this token is suspended."),
        )
    if (row["used_at"] or "")[:10] != records.now()[:10]:
        # Noted once a day only, so that reading does not mean writing.
        with records.writing() as connection:
            connection.execute(
                tokens.update().where(tokens.c.id == row["id"]).values(used_at=records.now())
            )
    limits = None if row["actions"] is None else frozenset(row["actions"].split())
    return replace(person, limited_to=limits)


def revoke_token(records: Records, by: Person, id: int) -> None:
    """End a token at once, one's own or (for administrators) another's."""
    token = _by_id(records, id)
    relations = frozenset({"self"}) if token.person == by.id else frozenset()
    subject = Subject("token", str(id), relations=relations)
    require(by, "token.revoke", subject, today=records.today())
    with records.writing() as connection:
        connection.execute(
            tokens.update()
            .where(tokens.c.id == id, tokens.c.revoked_at.is_(None))
            .values(revoked_at=records.now())
        )
        audit.note(connection, records, by, "token.revoke", f"token/{id}")


def tokens_of(records: Records, person: Person) -> list[Token]:
    """The tokens of ``person``, newest first, without their secrets."""
    with records.reading() as connection:
        ids = connection.execute(
            select(tokens.c.id).where(tokens.c.person == person.id).order_by(tokens.c.id.desc())
        ).scalars()
        found = list(ids)
    return [_by_id(records, id) for id in found]


def _by_id(records: Records, id: int) -> Token:
    with records.reading() as connection:
        row = connection.execute(select(tokens).where(tokens.c.id == id)).mappings().first()
    if row is None:
        raise Problem(both(f"{id}번 토큰이 없습니다.", f"There is no token number {id}."))
    return Token(
        id=row["id"],
        person=row["person"],
        name=row["name"],
        actions=None if row["actions"] is None else tuple(row["actions"].split()),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        used_at=row["used_at"],
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

"""Who a provider's identity is here: the account, its department and its roles, by declaration."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from dataro.accounts import people
from dataro.accounts.person import GIVEN_ROLES, Person
from dataro.accounts.records import Records
from dataro.accounts.schema import identities
from dataro.accounts.schema import people as people_table
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.sign_in import SignIn
from dataro.vocabulary.text import Text, both


def person_for(records: Records, declared: SignIn, claims: Mapping[str, Any]) -> Person:
    """The account of an identity, made at its first sign-in and brought up to date at each.

    An account is found by issuer and subject alone: an address or a name that somebody could give
    themselves opens no account of another. Raises ``Problem`` for a suspended account.
    """
    subject = str(claims["sub"])
    this = (identities.c.issuer == declared.issuer, identities.c.subject == subject)
    department, roles = _department(declared, claims), _roles(declared, claims)
    with records.writing() as connection:
        known = connection.execute(select(identities.c.person).where(*this)).scalar()
        if known is None:
            taken = set(connection.execute(select(people_table.c.login)).scalars())
            known = people.vouched_person(
                connection, records,
                login=_login(declared, claims, taken), name=_name(claims), email=_email(claims),
                language="en" if str(claims.get("locale", "")).startswith("en") else "ko",
            )  # fmt: skip
            connection.execute(
                identities.insert().values(
                    issuer=declared.issuer, subject=subject, person=known, made_at=records.now()
                )
            )
        people.keep_current(
            connection, records, known,
            name=_name(claims), email=_email(claims), department=department, roles=roles,
        )  # fmt: skip
        person = people.find_person(connection, known)
    if not person.active:
        raise Problem(
            both(
                "정지된 계정입니다. 데이터 담당 부서에 문의해 주십시오.",
                "This account is suspended. Please ask the data office.",
            )
        )
    return person


def people_of(records: Records, issuer: str, subject: str) -> list[int]:
    """The account of an identity, if it has one."""
    query = select(identities.c.person).where(
        identities.c.issuer == issuer, identities.c.subject == subject
    )
    with records.reading() as connection:
        return list(connection.execute(query).scalars())


def _roles(declared: SignIn, claims: Mapping[str, Any]) -> frozenset[str] | None:
    """The roles that the provider's values give; None where the city declares no such table."""
    if not declared.roles:
        return None
    given = claims.get(declared.roles_claim)
    values = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    found = {role for value in values for role in declared.roles.get(str(value), ())}
    return frozenset(found & set(GIVEN_ROLES))


def _department(declared: SignIn, claims: Mapping[str, Any]) -> Text | None:
    given = claims.get(declared.department_claim)
    if not isinstance(given, str) or not given.strip():
        return None
    plain = given.strip()[:100]
    return declared.departments.get(plain, both(plain, plain))


def _name(claims: Mapping[str, Any]) -> str:
    said = claims.get("name") or claims.get("preferred_username") or claims["sub"]
    return " ".join(str(said).split())[:100] or "–"


def _email(claims: Mapping[str, Any]) -> str:
    """The address, where the provider has verified it."""
    given = str(claims.get("email") or "")
    verified = claims.get("email_verified") is True
    return given if verified and people.EMAIL.fullmatch(given) else ""


def _login(declared: SignIn, claims: Mapping[str, Any], taken: set[str]) -> str:
    """A login that nobody has; nobody signs in with it, for the account has no password."""
    wished = re.sub(r"[^a-z0-9._-]", "", str(claims.get("preferred_username", "")).lower())[:40]
    if people.LOGIN.fullmatch(wished) and wished not in taken:
        return wished
    digest = hashlib.sha256(f"{declared.issuer} {claims['sub']}".encode()).hexdigest()[:16]
    return f"{wished if people.LOGIN.fullmatch(wished) else 'id'}-{digest}"

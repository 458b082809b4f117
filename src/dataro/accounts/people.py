"""People and their departments: made, changed, found, signed in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from dataro.accounts import audit, passwords
from dataro.accounts.clock import written
from dataro.accounts.permissions import Subject, require
from dataro.accounts.person import GIVEN_ROLES, Grant, Person
from dataro.accounts.records import Records, insert
from dataro.accounts.schema import departments, grants, people, person_roles, sessions
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Language, Text, both

LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,59}")
EMAIL = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]{1,180}\.[^\s@<>,;\"]{2,}")
TRIES, LOCK_MINUTES = 8, 15


@cache
def _nobody() -> str:
    """A hash that no password has: made once somebody signs in, for it is meant to take time."""
    return passwords.hashed("nobody has this password")


def ensure_department(connection: Connection, name: Text) -> str:
    """The department of that Korean name, made where it is new; its key is the name itself."""
    key = unicodedata.normalize("NFC", name.ko).strip()[:100]
    known = connection.execute(select(departments.c.name).where(departments.c.name == key)).scalar()
    if known is None:
        connection.execute(departments.insert().values(name=key, name_en=name.en[:100]))
    return key


def add_person(
    records: Records,
    by: Person | None,
    *,
    login: str,
    name: str,
    email: str = "",
    phone: str = "",
    language: Language = "ko",
    department: Text | None = None,
    roles: Iterable[str] = (),
    password: str | None = None,
) -> Person:
    """Make an account.

    ``by`` is an administrator; without one only the very first account of a workspace and
    accounts without roles (members who sign up) can be made. Raises ``Problem`` for a login that
    is taken or malformed, an unknown role, or a weak password.
    """
    wanted = _known_roles(roles)
    _check(login, name, email)
    stored = None
    if password is not None:
        passwords.check_strength(password, login)
        stored = passwords.hashed(password)
    with records.writing() as connection:
        first = connection.execute(select(people.c.id).limit(1)).scalar() is None
        if (wanted or department) and not (by is None and first):
            require(by, "person.manage", Subject("person"), today=records.today())
        place = ensure_department(connection, department) if department else None
        try:
            id = insert(
                connection, people,
                login=login, name=name.strip(), email=email, phone=phone, language=language,
                department=place, password=stored, active=True, failures=0,
                created_at=records.now(),
            )  # fmt: skip
        except IntegrityError as error:
            raise Problem(
                both(
                    f"로그인 이름 “{login}”은(는) 이미 쓰고 있습니다. 다른 이름을 정해 주세요.",
                    f"The login “{login}” is taken. Choose another.",
                )
            ) from error
        for role in sorted(wanted):
            connection.execute(person_roles.insert().values(person=id, role=role))
        audit.note(connection, records, by, "person.add", f"person/{id}", {"roles": sorted(wanted)})
        return _person(connection, id)


def change_person(
    records: Records,
    by: Person,
    id: int,
    *,
    roles: Iterable[str] | None = None,
    department: Text | None = None,
    active: bool | None = None,
) -> Person:
    """Give other roles or another department, or suspend an account; for administrators.

    Raises ``Problem`` for an unknown role, or where it would leave nobody to administer accounts.
    """
    require(by, "person.manage", Subject("person", str(id)), today=records.today())
    wanted = None if roles is None else _known_roles(roles)
    with records.writing() as connection:
        _person(connection, id)
        if department is not None:
            place = ensure_department(connection, department)
            _update(connection, id, department=place)
        if active is not None:
            _update(connection, id, active=active)
        if wanted is not None:
            connection.execute(person_roles.delete().where(person_roles.c.person == id))
            for role in sorted(wanted):
                connection.execute(person_roles.insert().values(person=id, role=role))
        _keep_an_administrator(connection)
        detail = {
            "roles": None if wanted is None else sorted(wanted),
            "department": department.ko if department else None,
            "active": active,
        }
        audit.note(connection, records, by, "person.change", f"person/{id}", detail)
        return _person(connection, id)


def vouched_person(
    connection: Connection,
    records: Records,
    *,
    login: str,
    name: str,
    email: str,
    language: Language,
) -> int:
    """The id of a new account without a password or roles, for an identity that the city's own
    provider vouches for."""
    id = insert(
        connection, people,
        login=login, name=name, email=email, phone="", language=language, department=None,
        password=None, active=True, failures=0, created_at=records.now(),
    )  # fmt: skip
    audit.note(connection, records, None, "person.add", f"person/{id}", {"vouched": True})
    return id


def keep_current(
    connection: Connection,
    records: Records,
    id: int,
    *,
    name: str,
    email: str,
    department: Text | None,
    roles: frozenset[str] | None,
) -> None:
    """Bring an account up to date with what its provider says; only changes are noted.

    ``roles`` None leaves them to the administrators here.
    """
    person = _person(connection, id)
    place = ensure_department(connection, department) if department else person.department
    changed: dict[str, Any] = {}
    if place != person.department:
        changed["department"] = place
    if roles is not None and roles != person.roles:
        changed["roles"] = sorted(roles)
        connection.execute(person_roles.delete().where(person_roles.c.person == id))
        for role in sorted(roles):
            connection.execute(person_roles.insert().values(person=id, role=role))
    _update(connection, id, name=name, email=email or person.email, department=place)
    if changed:
        audit.note(connection, records, None, "person.change", f"person/{id}", changed)


def set_password(records: Records, by: Person, id: int, password: str) -> None:
    """Set a new password, one's own or (for administrators) another's; ends a lock."""
    relations = frozenset({"self"}) if by.id == id else frozenset()
    subject = Subject("person", str(id), relations=relations)
    require(by, "person.change", subject, today=records.today())
    with records.writing() as connection:
        passwords.check_strength(password, _person(connection, id).login)
        _update(connection, id, password=passwords.hashed(password), failures=0, locked_until=None)
        # Whoever signed in with the old password is signed out.
        connection.execute(
            sessions.update()
            .where(sessions.c.person == id, sessions.c.revoked_at.is_(None))
            .values(revoked_at=records.now())
        )
        audit.note(connection, records, by, "person.password", f"person/{id}")


def sign_in(records: Records, login: str, password: str) -> Person:
    """The person of this login and password.

    After eight wrong passwords the account rests for a quarter of an hour. Raises ``Problem`` that
    does not tell whether the login exists.
    """
    with records.reading() as connection:
        row = connection.execute(select(people).where(people.c.login == login)).mappings().first()
    locked = row is not None and (row["locked_until"] or "") > records.now()
    # A password is hashed in every case, so that time does not tell whether the login exists.
    right = passwords.matches(
        password[: passwords.LONGEST], (row["password"] if row else None) or _nobody()
    )
    if row is None or not row["password"] or not row["active"] or locked or not right:
        if row is not None and not locked:
            _count_failure(records, row["id"])
        raise Problem(
            both(
                "로그인 이름이나 비밀번호가 맞지 않습니다. 여러 번 틀리면 15분 동안 로그인할 수 없습니다.",
                "Login and password do not match. After several tries an account rests 15 minutes.",
            )
        )
    with records.writing() as connection:
        _update(connection, row["id"], failures=0, locked_until=None)
        person = _person(connection, row["id"])
        audit.note(connection, records, person, "person.sign_in", f"person/{person.id}")
    return person


def person_by_login(records: Records, login: str) -> Person:
    """The person of this login, as the system's own processes look them up.

    Raises ``Problem`` with the nearest known login.
    """
    with records.reading() as connection:
        found = connection.execute(select(people.c.id).where(people.c.login == login)).scalar()
        if found is not None:
            return _person(connection, found)
        known = list(connection.execute(select(people.c.login)).scalars())
    guess = did_you_mean(login, known)
    raise Problem(
        both(
            f"“{login}”이라는 계정이 없습니다.{guess.ko}",
            f"There is no account “{login}”.{guess.en}",
        )
    )


def person_by_id(records: Records, id: int) -> Person:
    """The person of this id. Raises ``Problem`` where there is none."""
    with records.reading() as connection:
        return _person(connection, id)


def people_with(connection: Connection, role: str, department: str | None = None) -> list[Person]:
    """The active people of a role, in one department where it is given; by id."""
    query = (
        select(people.c.id)
        .join(person_roles, person_roles.c.person == people.c.id)
        .where(person_roles.c.role == role, people.c.active.is_(True))
        .order_by(people.c.id)
    )
    if department is not None:
        query = query.where(people.c.department == department)
    return [_person(connection, id) for id in connection.execute(query).scalars().all()]


def find_person(connection: Connection, id: int) -> Person:
    """The person of this id, inside a transaction. Raises ``Problem`` where there is none."""
    return _person(connection, id)


def _person(connection: Connection, id: int) -> Person:
    row = connection.execute(select(people).where(people.c.id == id)).mappings().first()
    if row is None:
        raise Problem(both(f"{id}번 계정이 없습니다.", f"There is no account number {id}."))
    roles = connection.execute(select(person_roles.c.role).where(person_roles.c.person == id))
    given = connection.execute(
        select(grants).where(grants.c.person == id, grants.c.revoked_at.is_(None))
    ).mappings()
    return Person(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        email=row["email"],
        phone=row["phone"],
        language="en" if row["language"] == "en" else "ko",
        department=row["department"],
        roles=frozenset(roles.scalars()),
        active=row["active"],
        grants=tuple(_grant(one) for one in given),
    )


def _grant(row: Mapping[str, Any] | Any) -> Grant:
    return Grant(
        row["id"], row["dataset"], row["level"], date.fromisoformat(row["until"]), row["reason"]
    )


def _update(connection: Connection, id: int, **values: Any) -> None:
    connection.execute(people.update().where(people.c.id == id).values(**values))


def _count_failure(records: Records, id: int) -> None:
    with records.writing() as connection:
        failures = 1 + (
            connection.execute(select(people.c.failures).where(people.c.id == id)).scalar() or 0
        )
        locked = None
        if failures >= TRIES:
            locked, failures = written(records.clock() + timedelta(minutes=LOCK_MINUTES)), 0
            audit.note(connection, records, None, "person.locked", f"person/{id}")
        _update(connection, id, failures=failures, locked_until=locked)


def _known_roles(roles: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(roles)
    for role in sorted(wanted):
        if role not in GIVEN_ROLES:
            guess, known = did_you_mean(role, GIVEN_ROLES), ", ".join(GIVEN_ROLES)
            raise Problem(
                both(
                    f"“{role}”이라는 역할은 없습니다.{guess.ko} 쓸 수 있는 역할: {known}.",
                    f"There is no role “{role}”.{guess.en} Roles: {known}.",
                )
            )
    return wanted


def _check(login: str, name: str, email: str) -> None:
    if not LOGIN.fullmatch(login):
        raise Problem(
            both(
                f"로그인 이름 {login[:80]!r}을(를) 쓸 수 없습니다. 영문 소문자로 시작하는 3~60자(소문자, 숫자, . _ -)로 적어 주세요.",
                f"{login[:80]!r} cannot be a login. Use 3 to 60 of a–z, 0–9, . _ -, a letter first.",
            )
        )
    if not 1 <= len(name.strip()) <= 100:
        raise Problem(both("이름을 1~100자로 적어 주세요.", "Give a name of 1 to 100 characters."))
    if email and not EMAIL.fullmatch(email):
        raise Problem(
            both(
                f"전자우편 주소 {email[:80]!r}을(를) 읽을 수 없습니다. 이름@기관.kr처럼 적어 주세요.",
                f"{email[:80]!r} is not an e-mail address. Write it like name@office.kr.",
            )
        )


def _keep_an_administrator(connection: Connection) -> None:
    if not people_with(connection, "admin"):
        raise Problem(
            both(
                "계정 관리자가 한 사람도 남지 않게 됩니다. 다른 사람에게 admin 역할을 먼저 주세요.",
                "Nobody would be left to administer accounts. Give somebody else the role admin first.",
            )
        )

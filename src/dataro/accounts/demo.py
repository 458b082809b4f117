"""People of a demonstration: one of each kind, with a password that this workspace alone knows."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dataro.accounts.people import add_person, person_by_login, set_password
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both

FILE = "demo-password.txt"
"""Where a demonstration keeps its password, in ``state``; no other workspace has the file."""


@dataclass(frozen=True, slots=True)
class Role:
    """One person of the demonstration: name, roles, and what they do, in words."""

    name: str
    roles: tuple[str, ...]
    does: Text
    of_department: bool = False


PEOPLE: Mapping[str, Role] = {
    "data-officer": Role("정총괄", ("data_officer",), both("데이터 총괄 담당자", "data officer")),
    "steward": Role("김관리", ("steward",), both("부서의 데이터 관리자", "data steward of a department"), True),
    "officer": Role("박담당", ("officer",), both("부서의 담당 공무원", "official of a department"), True),
    "admin": Role("오계정", ("admin",), both("계정 관리자", "administrator of accounts")),
    "citizen": Role("이시민", (), both("시민 회원", "a citizen who is a member")),
}  # fmt: skip


def demo_people(records: Records, state: Path, department: Text) -> str:
    """Make the people of a demonstration, once; their password.

    It is drawn by lot for each workspace and kept in ``state``, so that no two demonstrations
    share one and nobody meets a password that everybody knows. ``department`` is the steward's and
    the official's.
    """
    file = state / FILE
    if file.exists():
        return file.read_text("utf-8").strip()
    password = secrets.token_urlsafe(9)
    admin = _made(records, None, "admin", PEOPLE["admin"], None)
    set_password(records, admin, admin.id, password)
    for login, one in PEOPLE.items():
        if login != "admin":
            person = _made(records, admin, login, one, department if one.of_department else None)
            set_password(records, admin, person.id, password)
    file.touch(mode=0o600)
    file.write_text(password + "\n", encoding="utf-8")
    return password


def _made(
    records: Records, by: Person | None, login: str, one: Role, department: Text | None
) -> Person:
    """The account of a demonstration, made where it is not there yet."""
    try:
        return add_person(
            records, by, login=login, name=one.name, roles=one.roles, department=department
        )
    except Problem:
        return person_by_login(records, login)

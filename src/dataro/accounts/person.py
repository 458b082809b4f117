"""A person with their department, roles and grants, as permissions look at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dataro.vocabulary.text import Language, Text

ROLES: Mapping[str, Text] = {
    "visitor": Text("방문자", "a visitor"),
    "member": Text("회원", "a member"),
    "researcher": Text("연구자", "a researcher"),
    "officer": Text("담당 공무원", "an official"),
    "steward": Text("데이터 관리자", "a data steward"),
    "data_officer": Text("데이터 총괄 담당자", "a data officer"),
    "admin": Text("계정 관리자", "an administrator of accounts"),
    "auditor": Text("감사 담당자", "an auditor"),
}
"""Every role; ``visitor`` is whoever is not signed in, ``member`` whoever is."""

GIVEN_ROLES = tuple(role for role in ROLES if role not in ("visitor", "member"))
"""The roles that somebody must give."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission to use one dataset that is not open, until a day (inclusive)."""

    id: int
    dataset: str
    level: str
    until: date
    reason: str


@dataclass(frozen=True)
class Person:
    """Somebody with an account.

    ``limited_to`` are patterns of the actions that the token they came with was made for
    (``dataset.*``); None without such a limit.
    """

    id: int
    login: str
    name: str
    email: str
    phone: str
    language: Language
    department: str | None
    roles: frozenset[str]
    active: bool = True
    grants: tuple[Grant, ...] = ()
    limited_to: frozenset[str] | None = None

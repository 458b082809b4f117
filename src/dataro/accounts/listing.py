"""Accounts, listed for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from dataro.accounts.people import find_person
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.accounts.schema import identities, people

_LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """An account in the list; ``vouched`` where a provider vouches for it."""

    person: Person
    vouched: bool


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of the list and how many there are in all."""

    people: Sequence[Listed]
    total: int
    page: int


def people_list(
    records: Records,
    *,
    words: str = "",
    page: int = 1,
    size: int = 50,
    only: int | None = None,
) -> PeoplePage:
    """Accounts by name; only those with all ``words`` in name, login or department, or one alone.

    Whoever calls has asked ``allowed`` before.
    """
    size, page = max(1, min(size, _LARGEST_PAGE)), max(1, min(page, 1_000_000))
    conditions = [] if only is None else [people.c.id == only]
    for word in words.split():
        plain = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        columns = (people.c.name, people.c.login, people.c.department)
        conditions.append(or_(*(one.ilike(f"%{plain}%", escape="\\") for one in columns)))
    query = select(people.c.id).where(*conditions).order_by(people.c.name, people.c.id)
    with records.reading() as connection:
        total = connection.execute(select(func.count()).select_from(people).where(*conditions))
        chosen = connection.execute(query.limit(size).offset((page - 1) * size)).scalars().all()
        known = select(identities.c.person).where(identities.c.person.in_(chosen))
        vouched = set(connection.execute(known).scalars())
        listed = [Listed(find_person(connection, id), id in vouched) for id in chosen]
        return PeoplePage(listed, int(total.scalar_one()), page)

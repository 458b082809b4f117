"""Things kept for CKAN's actions: read and written by kind, inside one transaction.

A thing is a dictionary with an ``id``; which of its fields it can be found by stands in ``KINDS``.
Behind what was written stand the things of the house (``house.py``): the city's declared entries
in the same form, which can be read here and not changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select

from dataro.ckan.faults import NotAuthorized
from dataro.ckan.schema import things

Thing = dict[str, Any]


class Keys(NamedTuple):
    """The fields by which things of a kind are found."""

    name: str | None = None
    owner: str | None = None
    other: str | None = None


KINDS: Mapping[str, Keys] = {
    "user": Keys(name="name", other="person"),
    "token": Keys(name="hash", owner="user_id"),
    "group": Keys(name="name"),
    "member": Keys(owner="group_id", other="table_id"),
    "package": Keys(name="name", owner="owner_org", other="creator_user_id"),
    "resource": Keys(owner="package_id"),
    "tag": Keys(name="name", owner="vocabulary_id"),
    "vocabulary": Keys(name="name"),
    "follow": Keys(owner="follower_id", other="object_id"),
    "collaborator": Keys(owner="package_id", other="user_id"),
    "view": Keys(owner="resource_id"),
    "relationship": Keys(owner="subject_package_id", other="object_package_id"),
    "task": Keys(name="key", owner="entity_id", other="task_type"),
    "translation": Keys(name="term", owner="lang_code"),
    "setting": Keys(name="key"),
}

House = Mapping[str, Mapping[str, Thing]]
"""Things that the city declares, by kind and id."""


class Things:
    """The things of one transaction. What it gives are copies: changes count when they are put."""

    def __init__(self, connection: Connection, house: House | None = None) -> None:
        self._connection = connection
        self._house: House = house or {}
        self._loaded: dict[str, dict[str, Thing]] = {}

    def get(self, kind: str, id: Any) -> Thing | None:
        """The thing with that id."""
        if not isinstance(id, str):
            return None
        if kind in self._loaded:
            found = self._loaded[kind].get(id)
            return dict(found) if found is not None else None
        wanted = select(things).where(things.c.kind == kind, things.c.id == id)
        row = self._connection.execute(wanted).first()
        if row is not None:
            return _thing(row)
        found = self._house.get(kind, {}).get(id)
        return dict(found) if found is not None else None

    def named(self, kind: str, name: Any) -> Thing | None:
        """The first thing of that name."""
        return next(self.where(kind, name=name), None) if isinstance(name, str) else None

    def find(self, kind: str, reference: Any) -> Thing | None:
        """The thing with that id or, failing that, that name."""
        return self.get(kind, reference) or self.named(kind, reference)

    def where(
        self, kind: str, *, name: Any = None, owner: Any = None, other: Any = None,
        state: str | None = None,
    ) -> Iterator[Thing]:  # fmt: skip
        """Things of a kind by the fields they are found by, oldest first; the city's own after."""
        asked = {"name": name, "owner": owner, "other": other, "state": state}
        given = {field: value for field, value in asked.items() if value is not None}
        if kind in self._loaded:
            kept: Iterable[Thing] = list(self._loaded[kind].values())
            return (dict(one) for one in kept if _fits(kind, one, given))
        query = select(things).where(things.c.kind == kind).order_by(things.c.seq)
        for field, value in given.items():
            query = query.where(things.c[field] == value)
        rows = [_thing(row) for row in self._connection.execute(query)]
        house = self._house.get(kind, {}).values()
        return iter([*rows, *(dict(one) for one in house if _fits(kind, one, given))])

    def add(self, kind: str, thing: Thing) -> None:
        """Let something stand among the things of the house for this transaction."""
        self._house = {**self._house, kind: {**self._house.get(kind, {}), thing["id"]: thing}}

    def load(self, *kinds: str) -> None:
        """Read all things of these kinds at once: what follows is answered from memory."""
        for kind in kinds:
            if kind not in self._loaded:
                self._loaded[kind] = {one["id"]: one for one in self.where(kind)}

    def put(self, kind: str, thing: Thing) -> Thing:
        """Write a thing, new or changed; a body of the same id is replaced."""
        self._not_of_the_house(kind, thing["id"])
        keys = KINDS[kind]
        row = {
            "name": _text(thing.get(keys.name)) if keys.name else None,
            "owner": _text(thing.get(keys.owner)) if keys.owner else None,
            "other": _text(thing.get(keys.other)) if keys.other else None,
            "state": str(thing.get("state") or "active")[:20],
            "body": json.dumps(thing, ensure_ascii=False),
        }
        this = (things.c.kind == kind) & (things.c.id == thing["id"])
        if not self._connection.execute(things.update().where(this).values(**row)).rowcount:
            made = things.insert().values(kind=kind, id=thing["id"], **row)
            self._connection.execute(made)
        if kind in self._loaded:
            self._loaded[kind][thing["id"]] = dict(thing)
        return thing

    def remove(self, kind: str, id: str) -> None:
        """Forget a thing altogether."""
        self._not_of_the_house(kind, id)
        self._connection.execute(things.delete().where(things.c.kind == kind, things.c.id == id))
        self._loaded.get(kind, {}).pop(id, None)

    def of_the_house(self, kind: str, id: str) -> bool:
        """Whether the city declares it: then it cannot be changed here."""
        return isinstance(id, str) and id in self._house.get(kind, {})

    def _not_of_the_house(self, kind: str, id: str) -> None:
        if self.of_the_house(kind, id):
            raise NotAuthorized(
                f"This {kind} is declared by the city itself and is changed in its declaration"
            )


def _thing(row: Row[Any]) -> Thing:
    found: Thing = json.loads(row.body)
    return found


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _fits(kind: str, thing: Thing, given: Mapping[str, Any]) -> bool:
    keys = KINDS[kind]._asdict()
    for field, value in given.items():
        if field == "state":
            if (thing.get("state") or "active") != value:
                return False
        elif keys[field] is None or _text(thing.get(keys[field])) != _text(value):
            return False
    return True

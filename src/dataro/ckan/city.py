"""CKAN's actions over a city: its entries to read, its people by their own accounts and tokens.

People, roles and tokens stay Dataro's: who administers the site, and whose organisation somebody
writes for, follows from ``accounts.permissions``. What programs write lies beside the city's
declared entries and never changes them.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from dataro.accounts import audit
from dataro.accounts.permissions import Subject, allowed
from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.build.context import Context
from dataro.build.registry import Registry
from dataro.ckan.call import Call
from dataro.ckan.faults import NotAuthorized
from dataro.ckan.house import house_id, house_of, member_of, organization_of, table_of_resource
from dataro.ckan.rows.file import Column, RowsFile, RowTable
from dataro.ckan.rows.read import prepare
from dataro.ckan.settings import DEFAULTS
from dataro.ckan.site import Asker, CkanSite
from dataro.ckan.things import House, Thing, Things
from dataro.publish.catalogue.entries import public_entries
from dataro.publish.shelves.keeping import shelf
from dataro.publish.shelves.layout import ROWS, quoted
from dataro.vocabulary.text import Text

_SETTINGS = {
    "ckan.auth.create_unowned_dataset": False,
    "ckan.auth.create_dataset_if_not_in_organization": False,
    "ckan.auth.user_create_groups": False,
    "ckan.auth.user_create_organizations": False,
    "ckan.auth.user_delete_groups": False,
    "ckan.auth.user_delete_organizations": False,
    "ckan.auth.create_user_via_web": False,
    "ckan.auth.public_user_details": False,
    "ckan.locale_default": "ko",
}
_TYPES = {
    "integer": "int8", "year": "int4", "decimal": "float8", "boolean": "bool", "date": "date",
}  # fmt: skip
_ON_THE_PORTAL = "Accounts and tokens are made on the portal, not through this API"


def city_site(context: Context, records: Records, title: str) -> CkanSite:
    """The site of a workspace."""
    settings: dict[str, Any] = {**DEFAULTS, **_SETTINGS, "ckan.site_title": title}
    settings.pop("ckan.site_url")
    folder = context.workspace.state / "ckan"
    site = CkanSite(
        records,
        folder / "rows.sqlite",
        folder / "files",
        settings,
        PortalTokens(),
        _HouseKeeper(context).house,
        lambda id: _shelf(context, id),
        _noted(records),
    )
    site.load_settings()
    return site


class _HouseKeeper:
    """Builds the house anew only when something was published or declared, or the day has changed."""

    def __init__(self, context: Context) -> None:
        self._context, self._lock = context, threading.Lock()
        self._kept: dict[str, tuple[str, Registry, House]] = {}

    def house(self, origin: str) -> House:
        version = f"{self._context.state.version()}.{int(time.time() // 600)}"
        registry = self._context.registry  # another one once a declaration has changed
        with self._lock:
            kept = self._kept.get(origin)
            if kept is None or kept[0] != version or kept[1] is not registry:
                if len(self._kept) > 8:
                    self._kept.clear()
                kept = version, registry, house_of(public_entries(self._context), origin)
                self._kept[origin] = kept
        return kept[2]


# --- who asks ---------------------------------------------------------------------------------


def asker_of_person(person: Person | None, today: date) -> Asker:
    """Who asks, as CKAN knows people: an administrator, or a member of their department."""

    def who(things: Things) -> Thing | None:
        if person is None:
            return None
        user = _user(person, today)
        things.add("user", user)
        if person.department:
            _join(things, person, user, today)
        return user

    return who


def _user(person: Person, today: date) -> Thing:
    everything = bool(allowed(person, "dataset.purge", Subject("dataset"), today=today))
    me = Subject("person", relations=frozenset({"self"}), department=person.department)
    writes = any(
        allowed(person, one, me, today=today) for one in ("dataset.write", "person.change")
    )
    return {
        "id": house_id("user", str(person.id)), "name": person.login, "fullname": person.name,
        "email": person.email, "about": None, "image_url": None, "sysadmin": everything,
        "state": "active" if person.active else "deleted", "created": None, "person": person.id,
        "activity_streams_email_notifications": False, "plugin_extras": None, "last_active": None,
        "reads_only": not writes,
    }  # fmt: skip


def _join(things: Things, person: Person, user: Thing, today: date) -> None:
    """Make a person a member of their department's organisation, as far as their roles go."""
    assert person.department is not None
    mine = Subject("dataset", department=person.department)
    if allowed(person, "dataset.publish", mine, today=today):
        capacity = "admin"
    elif allowed(person, "dataset.write", mine, today=today):
        capacity = "editor"
    else:
        return
    owner = house_id("organization", person.department)
    if things.get("group", owner) is None:
        things.add("group", organization_of(Text(person.department, person.department)))
    things.add("member", member_of(owner, "user", user["id"], capacity))


class PortalTokens:
    """Tokens and passwords are the portal's: nothing of them is made or shown here."""

    def make(self, call: Call, user: Thing, name: str) -> tuple[str, str]:
        raise NotAuthorized(_ON_THE_PORTAL)

    def of(self, call: Call, user: Thing) -> Iterable[Thing]:
        raise NotAuthorized(_ON_THE_PORTAL)

    def id_of(self, call: Call, secret: str) -> str | None:
        raise NotAuthorized(_ON_THE_PORTAL)

    def end(self, call: Call, id: str | None) -> None:
        raise NotAuthorized(_ON_THE_PORTAL)

    def hashed(self, password: str) -> str:
        raise NotAuthorized(_ON_THE_PORTAL)


def _noted(records: Records) -> Callable[[Connection, Call, str, dict[str, Any]], None]:
    """Writes what was done into the audit log, in the same transaction."""

    def note(connection: Connection, call: Call, action: str, data: dict[str, Any]) -> None:
        subject = str(data.get("id") or data.get("name") or data.get("resource_id") or "")[:150]
        who = call.user or {}
        detail = {"by": who.get("name"), "person": who.get("person")}
        audit.note(connection, records, None, f"ckan.{action}"[:60], f"ckan/{subject}", detail)

    return note


# --- rows of the city's own tables ------------------------------------------------------------


@dataclass(frozen=True)
class _ShelfRows:
    """A shelf read as the datastore's tables are."""

    path: Path

    def opened(self) -> RowsFile:
        return RowsFile(self.path, _only_read, reads_only=True)


def _only_read(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = ON")
    prepare(connection)


def _shelf(context: Context, resource: str) -> tuple[RowsFile, RowTable, str] | None:
    """The rows behind a resource of the house: file, table, and the entry's id."""
    found = table_of_resource(public_entries(context), resource)
    if found is None:
        return None
    entry, table = found
    shelved = shelf(context, entry.id, None, table.name)
    columns = [
        Column(name, _TYPES.get(term.domain.kind, "text"), quoted(name),
               {"label": term.text.ko, "label_en": term.text.en})
        for name, term in shelved.columns.items() if term.domain.kind != "geometry"
    ]  # fmt: skip
    made = RowTable(resource, ROWS, columns, list(entry.keys), number="rowid")
    return _ShelfRows(shelved.path).opened(), made, entry.id

"""One CKAN site: its records, its datastore, its settings; actions asked by name."""

from __future__ import annotations

import logging
from collections import ChainMap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from dataro.accounts.records import Records
from dataro.ckan.actions import (
    datastore,
    following,
    groups,
    members,
    packages,
    people,
    resources,
    searching,
    site,
    tags,
)
from dataro.ckan.allow import no_strangers, no_writing_by_readers
from dataro.ckan.call import ACTIONS, Call, Data, Known, Shelves
from dataro.ckan.faults import Fault, NotData, NotFound
from dataro.ckan.pictures import FOLDER
from dataro.ckan.rows.file import RowsFile
from dataro.ckan.rows.read import prepare
from dataro.ckan.settings import DEFAULTS
from dataro.ckan.things import House, Thing, Things
from dataro.ckan.tokens import OwnTokens, TokenMaker, holder

MODULES = (
    datastore, following, groups, members, packages, people, resources, searching, site, tags,
)  # fmt: skip
"""The rooms of actions; importing them fills ``ACTIONS``."""
MOST_DEEP = 40
_log = logging.getLogger(__name__)

Asker = Callable[[Things], Thing | None]
"""Finds who asks among the people; raises ``NotAuthorized`` for a token that opens nothing."""


def _no_house(_: str) -> House:
    return {}


def _no_shelf(_: str) -> None:
    return None


def _no_note(connection: Connection, call: Call, action: str, data: Data) -> None:
    return None


@dataclass
class CkanSite:
    """Where everything lies: ``rows`` is the datastore's file, ``files`` the folder of uploads.

    ``house`` gives the things that the city declares, with addresses at an origin; ``shelves``
    the rows behind a resource of the house; ``note`` keeps who changed what.
    """

    records: Records
    rows: Path
    files: Path
    settings: dict[str, Any] = field(default_factory=lambda: dict(DEFAULTS))
    tokens: TokenMaker = field(default_factory=OwnTokens)
    house: Callable[[str], House] = _no_house
    shelves: Shelves = _no_shelf
    note: Callable[[Connection, Call, str, Data], None] = _no_note

    def load_settings(self) -> None:
        """Take up the settings that were changed while a server ran."""
        with self.records.reading() as connection:
            for one in Things(connection).where("setting"):
                self.settings[one["key"]] = one["value"]

    def perform(
        self, name: str, data: Data, who: Asker, origin: str = "", used: list[str] | None = None
    ) -> tuple[int, Data]:
        """What an action answers: HTTP status, and the reply without its ``help``.

        All of it happens, or nothing: an action that fails leaves no trace. ``used`` takes the
        ids of the city's entries whose data was given away.
        """
        known = ACTIONS[name]
        try:
            _not_too_deep(data)
            with self._call(known, who, origin) as (call, connection):
                no_strangers(call, name)
                no_writing_by_readers(call, name, reads=known.reads)
                result = known.run(call, dict(data))
                if not known.reads:
                    self.note(connection, call, name, data)
                if used is not None:
                    used.extend(call.used)
                reply: Data = {"success": True, "result": result}
                if call.changed:
                    reply["changed_entities"] = {
                        kind: sorted(ids) for kind, ids in call.changed.items()
                    }
                return 200, reply
        except NotData as fault:
            return fault.status, {"success": False, "error": {**fault.body(), "data": data}}
        except Fault as fault:
            return fault.status, {"success": False, "error": fault.body()}
        except Exception:
            _log.exception("the action %s failed", name)
            return 500, {"success": False, "error": Fault().body()}

    def file(self, resource: str, who: Asker) -> tuple[Path, Data]:
        """The file of an uploaded resource, and the resource. Raises ``Fault``."""
        with self._call(ACTIONS["resource_show"], who, "") as (call, _):
            shown: Data = resources.resource_show(call, {"id": resource})
        path = self.files / shown["id"]
        if shown.get("url_type") != "upload" or not path.is_file():
            raise NotFound("Resource data not found")
        return path, shown

    def picture(self, of: str, name: str) -> Path | None:
        """The file of a picture, if there is one."""
        path = self.files / FOLDER / of / name
        there = of in ("user", "group") and path.name == name and path.is_file()
        return path if there else None

    @contextmanager
    def _call(self, known: Known, who: Asker, origin: str) -> Iterator[tuple[Call, Connection]]:
        rows = RowsFile(self.rows, prepare)
        reads = known.reads
        settings = ChainMap(self.settings, {"ckan.site_url": origin})
        try:
            with self.records.reading() if reads else self.records.writing() as connection:
                things = Things(connection, self.house(origin))
                user = who(things)
                yield (
                    Call(things, settings, rows, self.records.clock, self.tokens, self.shelves,
                         self.files, user),
                    connection,
                )  # fmt: skip
                rows.commit()
        finally:
            rows.close()


def by_token(secret: str | None) -> Asker:
    """Who asks, by a token kept among the things; nobody without one."""

    def who(things: Things) -> Thing | None:
        if not secret:
            return None
        found = holder(things, secret)
        # A token that opens nothing is as good as none, as CKAN has it.
        return found if found is not None and found["state"] != "deleted" else None

    return who


def known_action(name: str) -> Known | None:
    """The action of that name."""
    return ACTIONS.get(name)


def _not_too_deep(data: Any, depth: int = 0) -> None:
    if depth > MOST_DEEP:
        raise NotData(f"Data is nested more than {MOST_DEEP} levels deep")
    if isinstance(data, dict):
        for value in data.values():
            _not_too_deep(value, depth + 1)
    elif isinstance(data, list):
        for value in data:
            _not_too_deep(value, depth + 1)

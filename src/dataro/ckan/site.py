"""One CKAN site: its records, its datastore, its settings; actions asked by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
from dataro.ckan.call import ACTIONS, Call, Data, Known
from dataro.ckan.faults import Fault, NotData
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

Asker = Callable[[Things], Thing | None]
"""Finds who asks among the people; raises ``NotAuthorized`` for a token that opens nothing."""


@dataclass
class CkanSite:
    """``house`` gives the things that the city declares, in their newest form."""

    records: Records
    rows: Path
    settings: dict[str, Any] = field(default_factory=lambda: dict(DEFAULTS))
    tokens: TokenMaker = field(default_factory=OwnTokens)
    house: Callable[[], House] = dict

    def perform(self, name: str, data: Data, who: Asker) -> tuple[int, Data]:
        """What an action answers: HTTP status, and the reply without its ``help``.

        All of it happens, or nothing: an action that fails leaves no trace.
        """
        known = ACTIONS[name]
        try:
            _not_too_deep(data)
            with self._call(known, who) as call:
                result = known.run(call, data)
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

    @contextmanager
    def _call(self, known: Known, who: Asker) -> Iterator[Call]:
        rows = RowsFile(self.rows, prepare)
        reads = known.reads
        try:
            with self.records.reading() if reads else self.records.writing() as connection:
                things = Things(connection, self.house())
                user = who(things)
                yield Call(things, self.settings, rows, self.records.clock, self.tokens, user)
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

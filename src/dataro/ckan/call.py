"""One call of an action: who asks, of which site, inside which transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataro.ckan.faults import Invalid
from dataro.ckan.settings import truth
from dataro.ckan.things import Thing, Things

if TYPE_CHECKING:
    from dataro.ckan.rows.file import RowsFile, RowTable
    from dataro.ckan.tokens import TokenMaker

Data = dict[str, Any]
Shelves = Callable[[str], "tuple[RowsFile, RowTable, str] | None"]
"""The rows behind a resource that the city declares: their file, their table, the entry's id."""


@dataclass(frozen=True)
class Call:
    """``user`` is who asks (None: nobody signed in). ``trusted`` calls come from within another
    action that has asked for permission already. ``used`` gathers the entries whose data was given
    away, ``changed`` what was written."""

    things: Things
    settings: MutableMapping[str, Any]
    rows: RowsFile
    clock: Callable[[], datetime]
    tokens: TokenMaker
    shelves: Shelves
    files: Path
    user: Thing | None = None
    trusted: bool = False
    used: list[str] = field(default_factory=list)
    changed: dict[str, set[str]] = field(default_factory=dict)

    @property
    def user_name(self) -> str:
        """The login of who asks; empty for nobody."""
        return self.user["name"] if self.user else ""

    @property
    def sysadmin(self) -> bool:
        """Whether who asks may do everything."""
        return bool(self.user and self.user.get("sysadmin"))

    def trusting(self) -> Call:
        """The same call, for an action inside this one."""
        return replace(self, trusted=True)

    def now(self) -> str:
        """This moment as CKAN writes it: UTC, without a zone."""
        moment = self.clock().astimezone(UTC).replace(tzinfo=None)
        return moment.isoformat(timespec="microseconds")

    def setting(self, name: str) -> Any:
        """The value of a setting."""
        return self.settings.get(name)

    def allows(self, name: str) -> bool:
        """Whether a setting ``ckan.auth.<name>`` says yes."""
        return truth(self.settings.get(f"ckan.auth.{name}") or False)


Action = Callable[[Call, Data], Any]


@dataclass(frozen=True)
class Known:
    """An action by name: its function, and whether it changes nothing, so that GET may ask it."""

    run: Action
    reads: bool


ACTIONS: dict[str, Known] = {}


def action(*, reads: bool = False) -> Callable[[Action], Action]:
    """Register a function as the action of its name."""

    def registered(function: Action) -> Action:
        ACTIONS[function.__name__] = Known(function, reads)
        return function

    return registered


def new_id() -> str:
    """An identifier for something new."""
    return str(uuid.uuid4())


def wanted(data: Mapping[str, Any], *names: str) -> Any:
    """The values of parameters that must be there; raises ``Invalid`` naming all that are not."""
    errors = {name: ["Missing value"] for name in names if name not in data}
    if errors:
        raise Invalid(errors)
    found = tuple(data[name] for name in names)
    return found if len(names) > 1 else found[0]


def number(data: Mapping[str, Any], name: str, default: int) -> int:
    """A parameter as a number that is not below zero. Raises ``Invalid``."""
    value = data.get(name)
    if value is None or value == "":
        return default
    try:
        found = int(value)
    except (TypeError, ValueError):
        raise Invalid({name: ["Invalid integer"]}) from None
    if found < 0:
        raise Invalid({name: ["Must be a natural number"]})
    return found


def listed(data: Mapping[str, Any], name: str) -> list[Any]:
    """A parameter that is a list; nothing is an empty one. Raises ``Invalid``."""
    value = data.get(name) or []
    if not isinstance(value, list):
        raise Invalid({name: ["Not a list"]})
    return value


def yes(data: Mapping[str, Any], name: str, default: Any = False) -> bool:
    """A parameter as yes or no. Raises ``Invalid`` for a text that is neither."""
    value = data.get(name, default)
    try:
        return truth(value)
    except ValueError:
        raise Invalid({"message": "Parameter is not an bool"}) from None

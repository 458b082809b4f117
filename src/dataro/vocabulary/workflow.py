"""Workflows as a city declares them: one YAML file each, read into these classes.

A workflow says in which states a case may stand, which moves lead from one to the next, who may
make each move, what each asks for, and how many working days a state may last. Forms, deadlines,
notices and permissions of a case all follow from it. Unknown keys are refused by whoever reads
the YAML (``dataro.cases.workflows``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from dataro.vocabulary.dataset import STRICT
from dataro.vocabulary.text import Text

FieldKind = Literal[
    "text", "long_text", "integer", "decimal", "date", "yes_no", "choice", "email", "dataset",
    "key", "legal_reason",
]  # fmt: skip
Visibility = Literal["public", "requester", "department"]
Effect = Literal[
    "propose_correction", "grant_access", "revoke_access", "open_dataset", "retire_dataset",
]  # fmt: skip

RELATIONS: dict[str, Text] = {
    "requester": Text("신청인", "the requester"),
    "assignee": Text("담당자", "the person in charge"),
    "voters": Text("공감한 사람", "those who voted"),
}
"""How a person may stand to one case, beside the roles that they hold everywhere."""


@dataclass(frozen=True)
class Field:
    """One thing that a form asks for.

    ``minimum`` and ``maximum`` are limits of a number, or of a text's length in characters; a
    text without a maximum takes 200 characters, a ``long_text`` 5,000. ``choices`` are the values
    of a ``choice``. ``key`` asks for the key of a row as ``column: value`` pairs. ``must`` is the
    only answer of a yes/no field with which the move goes through. ``personal`` values are shown
    to nobody but the requester and the officials of the case, ``internal`` ones to officials only.
    """

    title: Text
    kind: FieldKind = "text"
    required: bool = True
    help: Text | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: Mapping[str, Text] | None = None
    must: bool | None = None
    personal: bool = False
    internal: bool = False
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class State:
    """Where a case may stand, and who sees it there.

    ``visibility``: everybody, the requester and the officials, or the department only. ``due`` is
    how many working days a case may stand here; ``remind`` lists how many working days before the
    deadline the person in charge is reminded; once it has passed, everybody of the role
    ``escalate`` is told. ``closed`` ends the case.
    """

    title: Text
    visibility: Visibility = "requester"
    due: int | None = None
    remind: tuple[int, ...] = ()
    escalate: str | None = None
    closed: bool = False
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class Move:
    """A way from one state to another.

    ``source`` (YAML key ``from``) lists the states it leads out of, ``to`` the one it leads to.
    ``by`` are roles and relations (``requester``, ``assignee``) that may make it; ``needs`` is its
    form. ``notify`` are those who are told, in the words of ``notice`` or in plain ones.
    ``extends`` lengthens the deadline by so many working days instead of setting it anew.
    ``effect`` is what it brings about beyond the case.
    """

    title: Text
    source: tuple[str, ...]
    to: str
    by: tuple[str, ...]
    needs: Mapping[str, Field] = field(default_factory=dict)
    notify: tuple[str, ...] = ("requester", "assignee")
    notice: Text | None = None
    extends: int | None = None
    effect: Effect | None = None
    __pydantic_config__: ClassVar = STRICT


@dataclass(frozen=True)
class Workflow:
    """One workflow as its city declares it; ``id`` is the name of its YAML file.

    ``prefix`` stands in the numbers of its cases (``2026-ERR-00012``). ``opens`` are the roles that
    may open one, ``form`` is what they fill in; the field ``heading`` becomes the title. New cases
    begin in ``start`` and go to the role ``steward`` of the department. Fields named in
    ``one_open_for`` tell cases apart of which only one may be open at a time. Deadlines count
    working days; ``first_day_counts`` includes the day itself, as the Official Information
    Disclosure Act (정보공개법 제29조) does.
    """

    id: str
    title: Text
    description: Text
    prefix: str
    opens: tuple[str, ...]
    start: str
    heading: str
    form: Mapping[str, Field]
    states: Mapping[str, State]
    moves: Mapping[str, Move]
    steward: str = "steward"
    one_open_for: tuple[str, ...] = ()
    votes: bool = False
    first_day_counts: bool = False
    __pydantic_config__: ClassVar = STRICT

    def moves_from(self, state: str) -> dict[str, Move]:
        """The moves that lead out of ``state``, by name."""
        return {name: move for name, move in self.moves.items() if state in move.source}

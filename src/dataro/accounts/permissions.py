"""Who may do what: the one place where it is decided, from a table of roles and actions.

``permissions.csv`` has a row for each action and a column for each role; a cell lists for which
subjects the role may do it (``SCOPES``). Whatever the table does not allow is forbidden.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

from dataro.accounts.person import ROLES, Person
from dataro.vocabulary.dataset import Dataset, Openness, PersonalData
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Text, both, resolve_particles
from dataro.vocabulary.workflow import RELATIONS, Visibility

_DATA_ACTIONS = ("dataset.read", "dataset.download", "dataset.query")


@dataclass(frozen=True)
class Subject:
    """What an action is about.

    ``department`` is the department's name; ``relations`` say how the person who asks stands to
    it (``requester``, ``assignee``, ``self``). ``by`` limits a move to the roles and relations
    that its workflow names. ``expires`` is the last day on which anybody may read a dataset.
    """

    kind: str
    id: str = ""
    department: str | None = None
    openness: Openness | None = None
    personal: PersonalData = "none"
    visibility: Visibility | None = None
    relations: frozenset[str] = frozenset()
    by: tuple[str, ...] | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an action is allowed, and why."""

    allowed: bool
    reason: Text

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: the action in words, and the scopes of each role that has any."""

    text: Text
    scopes: Mapping[str, tuple[str, ...]]


Scope = Callable[[Person | None, Subject, date], bool]

SCOPES: Mapping[str, Scope] = {
    "all": lambda person, subject, today: True,
    "open": lambda person, subject, today: (
        subject.openness == "open" and subject.personal == "none"
    ),
    "shared": lambda person, subject, today: subject.openness in ("open", "on_request"),
    "granted": lambda person, subject, today: (
        person is not None
        and any(one.dataset == subject.id and today <= one.until for one in person.grants)
    ),
    "department": lambda person, subject, today: (
        person is not None
        and subject.department is not None
        and person.department == subject.department
    ),
    "public": lambda person, subject, today: subject.visibility == "public",
    "own": lambda person, subject, today: (
        "self" in subject.relations
        or ("requester" in subject.relations and subject.visibility != "department")
    ),
    "assigned": lambda person, subject, today: "assignee" in subject.relations,
}


def allowed(person: Person | None, action: str, subject: Subject, *, today: date) -> Decision:
    """Whether ``person`` (None: somebody who is not signed in) may do ``action`` to ``subject``.

    ``today`` is the day on which grants, and the time for which data may be used, are held against
    their expiry. Raises ``Problem`` for an action that the table does not know.
    """
    rule = permission(action)
    if person is not None and not person.active:
        return Decision(False, both("정지된 계정입니다.", "This account is suspended."))
    if person is not None and not _within_token(person, action):
        return Decision(
            False,
            _said(
                f"이 토큰은 {rule.text.ko}에 쓸 수 없게 만들어졌습니다.",
                f"This token was not made for {rule.text.en}.",
            ),
        )
    if subject.expires is not None and today > subject.expires and action in _DATA_ACTIONS:
        return Decision(
            False,
            both(
                f"이용 기한({subject.expires.isoformat()})이 지난 데이터입니다.",
                f"The time for which this data may be used ended on {subject.expires.isoformat()}.",
            ),
        )
    role = _role_that_may(person, rule, subject, today)
    if role is None:
        return Decision(False, _refusal(person, rule, subject))
    withheld = subject.personal in ("personal", "sensitive") and action in _DATA_ACTIONS
    if withheld and not SCOPES["granted"](person, subject, today):
        return allowed(person, "dataset.read_personal", subject, today=today)
    return Decision(
        True,
        _said(
            f"{ROLES[role].ko}의 권한으로 {rule.text.ko}을(를) 할 수 있습니다.",
            f"Allowed as {ROLES[role].en}: {rule.text.en}.",
        ),
    )


def require(person: Person | None, action: str, subject: Subject, *, today: date) -> None:
    """Raise ``Problem`` with the reason unless ``allowed``."""
    decision = allowed(person, action, subject, today=today)
    if not decision:
        raise Problem(decision.reason)


def dataset_subject(dataset: Dataset) -> Subject:
    """A dataset as permissions see it: its department is its declared owner's Korean name."""
    return Subject(
        "dataset",
        dataset.id,
        department=dataset.owner.ko,
        openness=dataset.openness,
        personal=dataset.personal,
        expires=dataset.expires,
    )


def permission(action: str) -> Rule:
    """The row of the table for ``action``.

    Raises ``Problem`` with the nearest known action.
    """
    rules = permissions()
    if action not in rules:
        guess = did_you_mean(action, rules)
        raise Problem(
            both(
                f"권한표에 없는 행위입니다: {action}.{guess.ko}",
                f"The table of permissions has no action {action}.{guess.en}",
            )
        )
    return rules[action]


@cache
def permissions() -> Mapping[str, Rule]:
    """The whole table, by action."""
    text = (files("dataro.accounts") / "permissions.csv").read_text("utf-8")
    return {
        row["action"]: Rule(
            Text(row["ko"], row["en"]),
            {role: tuple(row[role].split()) for role in ROLES if row[role]},
        )
        for row in csv.DictReader(text.splitlines())
    }


def _within_token(person: Person, action: str) -> bool:
    limits = person.limited_to
    return limits is None or any(fnmatchcase(action, one) for one in limits)


def _role_that_may(person: Person | None, rule: Rule, subject: Subject, today: date) -> str | None:
    relations = subject.relations & set(subject.by or ())
    for role in _roles(person):
        named = subject.by is None or role in subject.by or bool(relations)
        if named and any(
            SCOPES[scope](person, subject, today) for scope in rule.scopes.get(role, ())
        ):
            return role
    return None


def _roles(person: Person | None) -> list[str]:
    """The roles that count, in the table's order: everybody is a visitor as well."""
    held = {"visitor"} if person is None else {"visitor", "member", *person.roles}
    return [role for role in ROLES if role in held]


def _refusal(person: Person | None, rule: Rule, subject: Subject) -> Text:
    """Why not, and who may."""
    if subject.by is not None:
        words = [RELATIONS.get(one) or ROLES[one] for one in subject.by]
    else:
        words = [ROLES[role] for role in ROLES if rule.scopes.get(role) and role != "visitor"]
    who_ko, who_en = ", ".join(one.ko for one in words), ", ".join(one.en for one in words)
    if person is None:
        return _said(
            f"{rule.text.ko}: 로그인이 필요합니다. 할 수 있는 사람: {who_ko}.",
            f"Sign in first: {rule.text.en} is for {who_en}.",
        )
    held = [ROLES[role] for role in _roles(person) if role != "visitor"]
    held_ko, held_en = ", ".join(one.ko for one in held), ", ".join(one.en for one in held)
    department = subject.department or "–"
    return _said(
        f"{rule.text.ko}을(를) 할 권한이 없습니다. 할 수 있는 사람: {who_ko}(담당 부서: {department}). "
        f"지금 계정: {held_ko}({person.department or '부서 없음'}).",
        f"Not permitted: {rule.text.en} is for {who_en} (department: {department}). "
        f"You are: {held_en} ({person.department or 'no department'}).",
    )


def _said(ko: str, en: str) -> Text:
    return Text(resolve_particles(ko), en)

"""Holding what was sent against a shape: fields with their rules, and lists of such.

A shape names fields; each has rules, which look at a ``Field``, may change or drop its value, and
complain. After a complaint the next rules still look (clients are told everything at once) until
one says ``Stop``. Names beginning with ``__`` stand for others: ``__before`` runs first, what no
field takes is gathered in ``__extras``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dataro.ckan.call import Call
from dataro.ckan.faults import NotData


class _Missing:
    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0


MISSING: Any = _Missing()
"""What a field holds that was not sent."""


class Stop(Exception):
    """No later rule needs to look at this field."""


class Bad(Exception):
    """A complaint about a field; later rules still look at it."""


@dataclass
class Level:
    """One dictionary of what was sent; ``top`` is the outermost, ``name`` the list it stands in."""

    data: dict[str, Any]
    errors: dict[str, list[Any]] = field(default_factory=dict)
    top: Level | None = None
    name: str = ""
    index: int = 0
    lists: dict[str, list[Level]] = field(default_factory=dict)

    @property
    def root(self) -> Level:
        """The outermost level."""
        return self.top or self

    def say(self, name: str, message: str) -> None:
        """Complain about a field of this level."""
        self.errors.setdefault(name, []).append(message)


@dataclass
class Field:
    """One field as a rule sees it. ``facts`` are what the action knows already (the package or
    group that is changed, …)."""

    name: str
    level: Level
    call: Call
    facts: Mapping[str, Any]

    @property
    def value(self) -> Any:
        """What it holds now."""
        return self.level.data.get(self.name)

    @value.setter
    def value(self, value: Any) -> None:
        self.level.data[self.name] = value

    def drop(self) -> None:
        """Leave the field out of what the action gets."""
        self.level.data.pop(self.name, None)

    def say(self, message: str) -> None:
        """Complain."""
        self.level.say(self.name, message)

    def beside(self, name: str) -> Any:
        """Another field of the same level; MISSING where it was not sent."""
        return self.level.data.get(name, MISSING)


Rule = Callable[[Field], None]
Shape = Mapping[str, "Sequence[Rule] | Shape"]


def check(
    data: Mapping[str, Any], shape: Shape, call: Call, **facts: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the action gets, and the complaints (empty where all is well).

    Raises ``NotData`` where something else than dictionaries stands in a list that a sub-shape
    describes.
    """
    root = _levelled(data, shape, None)
    facts = {**facts, "shape": shape}
    _run(root, shape, call, facts, lambda name: name == "__before")
    _run(root, shape, call, facts, lambda name: not name.startswith("__"))
    _run(root, shape, call, facts, lambda name: name == "__extras")
    empty = [name for name, value in data.items() if value == []]
    clean = _gathered(root)
    for name in empty:
        clean.setdefault(name, [])
    return clean, _complaints(root)


def _levelled(
    data: Mapping[str, Any], shape: Shape, top: Level | None, name: str = "", index: int = 0
) -> Level:
    level = Level({}, top=top, name=name, index=index)
    extras: dict[str, Any] = {}
    for key, value in data.items():
        rules = shape.get(key)
        if isinstance(rules, Mapping):
            level.lists[key] = _listed(key, value, rules, level)
        elif rules is None or key.startswith("__"):
            extras[key] = value
        else:
            level.data[key] = value
    if extras:
        level.data["__extras"] = extras
    for key, rules in shape.items():
        if not isinstance(rules, Mapping) and not key.startswith("__"):
            level.data.setdefault(key, MISSING)
    return level


def _listed(key: str, value: Any, shape: Shape, level: Level) -> list[Level]:
    if not isinstance(value, list) or (value and not isinstance(value[0], dict)):
        raise NotData(
            "Only lists of dicts can be placed against subschema "
            f"{(*((level.name, level.index) if level.top else ()), key)} not {type(value)}"
        )
    if not all(isinstance(one, dict) for one in value):
        raise NotData("Values in lists need to be dicts")
    return [_levelled(one, shape, level.root, key, number) for number, one in enumerate(value)]


def _run(
    level: Level, shape: Shape, call: Call, facts: Mapping[str, Any], chosen: Callable[[str], bool]
) -> None:
    for name in sorted(shape):
        rules = shape[name]
        if isinstance(rules, Mapping) or not chosen(name):
            continue
        if name == "__extras" and name not in level.data:
            continue
        _apply(rules, Field(name, level, call, facts))
    # Rules of this level may have added to a list below it (tags out of a text), so look now.
    for name in sorted(level.lists):
        rules = shape[name]
        assert isinstance(rules, Mapping)
        for one in level.lists[name]:
            _run(one, rules, call, facts, chosen)


def _apply(rules: Sequence[Rule], field: Field) -> None:
    for rule in rules:
        try:
            rule(field)
        except Bad as bad:
            field.say(str(bad))
        except Stop:
            return


def _gathered(level: Level) -> dict[str, Any]:
    found = {name: value for name, value in level.data.items() if value is not MISSING}
    for name, levels in level.lists.items():
        if levels:
            found[name] = [_gathered(one) for one in levels]
    return found


def _complaints(level: Level) -> dict[str, Any]:
    found: dict[str, Any] = {name: said for name, said in level.errors.items() if said}
    for name, levels in level.lists.items():
        below = [_complaints(one) for one in levels]
        if any(below):
            found[name] = below
    return found

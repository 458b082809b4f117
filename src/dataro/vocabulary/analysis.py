"""Analyses: one decorated function each, its inputs, settings and result read from its signature."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Generic, Literal, TypeVar

from dataro.vocabulary.city import City
from dataro.vocabulary.figure import Figure
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import Finding, Number, Text

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

Refresh = Literal["once", "daily", "weekly", "monthly", "quarterly", "yearly"]
Setting = int | float | bool | str | date


@dataclass(frozen=True, slots=True)
class Between:
    """Limits of a numeric or date setting, both inclusive."""

    minimum: Number | date
    maximum: Number | date


@dataclass(frozen=True, slots=True)
class Choices:
    """What a text setting may be, with the words a reader sees."""

    options: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class SettingDeclaration:
    """One keyword-only parameter of an analysis."""

    name: str
    type: type
    default: Setting
    limits: Between | Choices | None
    text: Text


@dataclass(frozen=True, slots=True)
class Input:
    """One table that an analysis reads; an optional one is given as None where it is absent."""

    parameter: str
    table: type[Table]
    optional: bool


@dataclass(frozen=True, slots=True)
class Skill:
    """How well an analysis predicted before, measured: never a promise."""

    text: Text
    numbers: Mapping[str, Number | None] = field(default_factory=dict)


class DeclarationError(ValueError):
    """A declaration is wrong; the message says where, what is allowed and what to do."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A small function beside an analysis; ``parameters`` are what it asks for by name."""

    id: str
    function: Callable[..., T]
    parameters: tuple[str, ...]


@dataclass(eq=False)
class Analysis:
    """A question a city asks and the function that answers it."""

    id: str
    question: Text
    title: Text
    theme: str
    refresh: Refresh
    method: Text
    limits: tuple[Text, ...]
    function: Callable[..., Any]
    inputs: tuple[Input, ...]
    settings: dict[str, SettingDeclaration]
    results: dict[str, type[Table]]
    city_parameter: str | None
    figures: list[Part[Figure | None]] = field(default_factory=list)
    narratives: list[Part[Sequence[Finding]]] = field(default_factory=list)
    skills: list[Part[Skill]] = field(default_factory=list)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def figure(self, function: F) -> F:
        """Declare a figure or map layer: a function that asks by name for results, inputs,
        settings or ``city`` and returns a figure, or None where the data cannot show it."""
        self.figures.append(_part(self, function))
        return function

    def narrative(self, function: F) -> F:
        """Declare the findings: such a function that returns a list of ``finding(…)``."""
        self.narratives.append(_part(self, function))
        return function

    def skill(self, function: F) -> F:
        """Declare the measured skill of a prediction: such a function that returns a ``Skill``."""
        self.skills.append(_part(self, function))
        return function

    def check_settings(self, given: Mapping[str, Any]) -> dict[str, Setting]:
        """All settings with ``given`` (possibly as text, from a URL or a shell) taken over.

        Raises ``DeclarationError`` naming the setting, the value and what is allowed.
        """
        for name in given:
            if name not in self.settings:
                raise DeclarationError(
                    f"{self.id} has no setting “{name}”."
                    + _nearest(name, self.settings)
                    + f" Settings: {', '.join(self.settings) or 'none'}."
                )
        return {
            name: _setting(self.id, declared, given[name]) if name in given else declared.default
            for name, declared in self.settings.items()
        }


def analysis(
    *,
    question: Text,
    title: Text,
    theme: str,
    method: Text,
    limits: Sequence[Text] = (),
    refresh: Refresh = "monthly",
) -> Callable[[Callable[..., Any]], Analysis]:
    """Declare the function below as the answer to ``question``.

    Positional parameters annotated with table classes are its inputs (``X | None`` for one that
    may be absent), one annotated ``City`` is given the city, keyword-only parameters are settings
    (``Annotated[int, Between(1, 10), both(…)] = 5``). It returns a table class, or a dataclass
    whose fields are table classes.
    """

    def declare(function: Callable[..., Any]) -> Analysis:
        inputs, settings, city = _parameters(function)
        return Analysis(
            id=function.__name__,
            question=question,
            title=title,
            theme=theme,
            refresh=refresh,
            method=method,
            limits=tuple(limits),
            function=function,
            inputs=inputs,
            settings=settings,
            results=_results(function),
            city_parameter=city,
        )

    return declare


def _where(function: Callable[..., Any]) -> str:
    code = function.__code__
    return f"{code.co_filename}, line {code.co_firstlineno}, {function.__name__}"


def _parameters(
    function: Callable[..., Any],
) -> tuple[tuple[Input, ...], dict[str, SettingDeclaration], str | None]:
    hints = typing.get_type_hints(function, include_extras=True)
    inputs: list[Input] = []
    settings: dict[str, SettingDeclaration] = {}
    city = None
    for name, parameter in inspect.signature(function).parameters.items():
        hint = hints.get(name)
        if hint is None:
            raise DeclarationError(f"{_where(function)}: annotate the parameter “{name}”.")
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            settings[name] = _declared_setting(function, name, hint, parameter.default)
        elif hint is City:
            city = name
        else:
            inputs.append(_input(function, name, hint))
    if not inputs:
        raise DeclarationError(
            f"{_where(function)}: an analysis reads at least one table. Annotate a positional "
            "parameter with a table class from dataro.data.datasets."
        )
    return tuple(inputs), settings, city


def _input(function: Callable[..., Any], name: str, hint: Any) -> Input:
    optional = False
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        members = [member for member in typing.get_args(hint) if member is not type(None)]
        optional = len(members) == 1 and len(typing.get_args(hint)) == 2
        hint = members[0] if optional else hint
    if not (isinstance(hint, type) and issubclass(hint, Table)):
        raise DeclarationError(
            f"{_where(function)}: the input “{name}” is annotated {hint!r}; expected a table class "
            "(from dataro.data.datasets), City, or put it after * to make it a setting."
        )
    return Input(name, hint, optional)


def _declared_setting(
    function: Callable[..., Any], name: str, hint: Any, default: Any
) -> SettingDeclaration:
    limits: Between | Choices | None = None
    text = Text(name, name)
    if typing.get_origin(hint) is Annotated:
        hint, *extras = typing.get_args(hint)
        for extra in extras:
            if isinstance(extra, Text):
                text = extra
            elif isinstance(extra, Between | Choices):
                limits = extra
    if hint not in (int, float, bool, str, date):
        raise DeclarationError(
            f"{_where(function)}: the setting “{name}” is a {hint!r}; "
            "expected int, float, bool, str or date."
        )
    if default is inspect.Parameter.empty:
        raise DeclarationError(f"{_where(function)}: give the setting “{name}” a default.")
    declared = SettingDeclaration(name, hint, default, limits, text)
    _setting(_where(function), declared, default)
    return declared


def _setting(owner: str, declared: SettingDeclaration, given: Any) -> Setting:
    expected = {int: "a whole number", float: "a number", bool: "true or false", str: "text",
                date: "a date (2024-01-31)"}[declared.type]  # fmt: skip
    limits = declared.limits
    if isinstance(limits, Between):
        expected += f" from {limits.minimum:,} to {limits.maximum:,}" if not isinstance(
            limits.minimum, date
        ) else f" from {limits.minimum} to {limits.maximum}"  # fmt: skip
    elif isinstance(limits, Choices):
        expected = "one of " + ", ".join(limits.options)
    problem = DeclarationError(
        f"{owner}: the setting “{declared.name}” is {given!r}; expected {expected}."
    )
    try:
        value = _cast(declared.type, given)
    except (TypeError, ValueError, KeyError) as error:
        raise problem from error
    if isinstance(limits, Between) and not limits.minimum <= value <= limits.maximum:
        raise problem
    if isinstance(limits, Choices) and value not in limits.options:
        raise DeclarationError(str(problem) + _nearest(str(value), limits.options))
    return value


def _cast(kind: type, given: Any) -> Any:
    if kind is bool and isinstance(given, str):
        return {"true": True, "1": True, "false": False, "0": False}[given.lower()]
    if kind is date and isinstance(given, str):
        return date.fromisoformat(given)
    if kind is int and isinstance(given, str):
        return int(given.replace(",", ""))
    if kind is float:
        value = float(given)
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError(given)
        return value
    if not isinstance(given, kind) or (kind is int and isinstance(given, bool)):
        raise TypeError(given)
    return given


def _results(function: Callable[..., Any]) -> dict[str, type[Table]]:
    hint = typing.get_type_hints(function).get("return")
    if isinstance(hint, type) and issubclass(hint, Table):
        return {"result": hint}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        fields = {field.name: hints[field.name] for field in dataclasses.fields(hint)}
        if fields and all(isinstance(t, type) and issubclass(t, Table) for t in fields.values()):
            return fields
    raise DeclarationError(
        f"{_where(function)}: the return annotation is {hint!r}; expected a table class or a "
        "dataclass whose fields are table classes."
    )


def _part(owner: Analysis, function: Callable[..., Any]) -> Part[Any]:
    known = {
        *owner.results,
        *(given.parameter for given in owner.inputs),
        *owner.settings,
        "city",
    }
    parameters = tuple(inspect.signature(function).parameters)
    for name in parameters:
        if name not in known:
            raise DeclarationError(
                f"{_where(function)}: asks for “{name}”, which {owner.id} does not have."
                + _nearest(name, known)
                + f" It may ask for {', '.join(sorted(known))}."
            )
    return Part(function.__name__, function, parameters)


def _nearest(name: str, known: Any) -> str:
    near = get_close_matches(name, list(known), 1)
    return f" Did you mean “{near[0]}”?" if near else ""

"""Analyses: one decorated function each, its inputs, settings and result read from its signature."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, Literal, TypeVar

from dataro.vocabulary.city import City
from dataro.vocabulary.figure import Figure
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.settings import (
    SETTING_TYPES,
    Between,
    Choices,
    Setting,
    SettingDeclaration,
    SettingError,
)
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import Finding, Number, Text, both

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

Refresh = Literal["once", "daily", "weekly", "monthly", "quarterly", "yearly"]


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


class DeclarationError(Problem):
    """A declaration is wrong; the message says where, what is allowed and what to do."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A small function beside an analysis; ``parameters`` are what it asks for by name."""

    id: str
    function: Callable[..., T]
    parameters: tuple[str, ...]


@dataclass(eq=False)
class Analysis:
    """A question a city asks and the function that answers it.

    ``rank`` is its place among the questions, least first; equals follow by id.
    """

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
    rank: int = 100

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

        Raises ``SettingError`` naming the setting, the value and what is allowed.
        """
        for name in given:
            if name not in self.settings:
                guess = did_you_mean(name, self.settings)
                known = ", ".join(self.settings) or "–"
                raise SettingError(
                    both(
                        f"{self.id}에는 “{name}”(이)라는 설정이 없습니다.{guess.ko} 설정: {known}.",
                        f"{self.id} has no setting “{name}”.{guess.en} Settings: {known}.",
                    )
                )
        return {
            name: declared.read(given[name]) if name in given else declared.default
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
    rank: int = 100,
) -> Callable[[Callable[..., Any]], Analysis]:
    """Declare the function below as the answer to ``question``.

    Positional parameters annotated with table classes are its inputs (``X | None`` for one that
    may be absent), one annotated ``City`` is given the city, keyword-only parameters are settings
    (``Annotated[int, Between(1, 10), both(…)] = 5``). It returns a table class, or a dataclass
    whose fields are table classes. Questions are listed by ``rank``, least first.
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
            rank=rank,
        )

    return declare


def _declaration_error(function: Callable[..., Any], text: Text) -> DeclarationError:
    code = function.__code__
    where = f"{code.co_filename}, line {code.co_firstlineno}, {function.__name__}"
    return DeclarationError(both(f"{where}: {text.ko}", f"{where}: {text.en}"))


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
            raise _declaration_error(
                function,
                both(f"매개변수 “{name}”에 형을 적어 주세요.", f"annotate the parameter “{name}”."),
            )
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            settings[name] = _declared_setting(function, name, hint, parameter.default)
        elif hint is City:
            city = name
        else:
            inputs.append(_input(function, name, hint))
    if not inputs:
        raise _declaration_error(
            function,
            both(
                "분석은 표를 하나 이상 읽습니다. 위치 매개변수에 dataro.data.datasets의 표 클래스를 적어 주세요.",
                "an analysis reads at least one table. Annotate a positional parameter with a "
                "table class from dataro.data.datasets.",
            ),
        )
    return tuple(inputs), settings, city


def _input(function: Callable[..., Any], name: str, hint: Any) -> Input:
    optional = False
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        members = [member for member in typing.get_args(hint) if member is not type(None)]
        optional = len(members) == 1 and len(typing.get_args(hint)) == 2
        hint = members[0] if optional else hint
    if not (isinstance(hint, type) and issubclass(hint, Table)):
        raise _declaration_error(
            function,
            both(
                f"입력 “{name}”의 형 {hint!r}은(는) 표 클래스나 City가 아닙니다. 설정이라면 * 뒤에 적어 주세요.",
                f"the input “{name}” is annotated {hint!r}; expected a table class, City, or put "
                "it after * to make it a setting.",
            ),
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
    if hint not in SETTING_TYPES:
        raise _declaration_error(
            function,
            both(
                f"설정 “{name}”의 형 {hint!r}은(는) int, float, bool, str, date 가운데 하나여야 합니다.",
                f"the setting “{name}” is a {hint!r}; expected int, float, bool, str or date.",
            ),
        )
    if default is inspect.Parameter.empty:
        raise _declaration_error(
            function,
            both(f"설정 “{name}”에 기본값을 적어 주세요.", f"give the setting “{name}” a default."),
        )
    declared = SettingDeclaration(name, hint, default, limits, text)
    declared.read(default)
    return declared


def _results(function: Callable[..., Any]) -> dict[str, type[Table]]:
    hint = typing.get_type_hints(function).get("return")
    if isinstance(hint, type) and issubclass(hint, Table):
        return {"result": hint}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        fields = {field.name: hints[field.name] for field in dataclasses.fields(hint)}
        if fields and all(isinstance(t, type) and issubclass(t, Table) for t in fields.values()):
            return fields
    raise _declaration_error(
        function,
        both(
            f"반환 형 {hint!r}은(는) 표 클래스이거나 모든 필드가 표 클래스인 dataclass여야 합니다.",
            f"the return annotation is {hint!r}; expected a table class or a dataclass whose "
            "fields are table classes.",
        ),
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
            guess, listed = did_you_mean(name, known), ", ".join(sorted(known))
            raise _declaration_error(
                function,
                both(
                    f"{owner.id}에 없는 “{name}”을(를) 받으려 합니다.{guess.ko} 받을 수 있는 것: {listed}.",
                    f"asks for “{name}”, which {owner.id} does not have.{guess.en} "
                    f"It may ask for {listed}.",
                ),
            )
    return Part(function.__name__, function, parameters)

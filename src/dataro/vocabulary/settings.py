"""Settings of an analysis: typed, limited, and readable from a URL or a shell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import Number, Text, both

Setting = int | float | bool | str | date
SETTING_TYPES = (int, float, bool, str, date)


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

    def read(self, given: Any) -> Setting:
        """``given`` as a value of this setting.

        Raises ``SettingError`` naming the value and what is allowed.
        """
        try:
            value = _cast(self.type, given)
        except (TypeError, ValueError, KeyError) as error:
            raise self._error(given) from error
        if isinstance(self.limits, Between):
            low, high, comparable = self.limits.minimum, self.limits.maximum, cast("Any", value)
            if not low <= comparable <= high:
                raise self._error(given)
        if isinstance(self.limits, Choices) and value not in self.limits.options:
            raise self._error(given)
        return value

    def _error(self, given: Any) -> SettingError:
        expected = self.expected()
        options = self.limits.options if isinstance(self.limits, Choices) else ()
        guess = did_you_mean(str(given), options)
        return SettingError(
            both(
                f"설정 “{self.name}”의 값 {str(given)[:80]!r}은(는) 쓸 수 없습니다.{guess.ko} "
                f"가능한 값: {expected.ko}.",
                f"The setting “{self.name}” cannot be {str(given)[:80]!r}.{guess.en} "
                f"Expected {expected.en}.",
            )
        )

    def expected(self) -> Text:
        """What the setting may be, in words."""
        if isinstance(self.limits, Choices):
            listed = ", ".join(self.limits.options)
            return both(listed, f"one of {listed}")
        kind = {
            int: both("정수", "a whole number"),
            float: both("숫자", "a number"),
            bool: both("true 또는 false", "true or false"),
            str: both("글", "text"),
            date: both("날짜(2024-01-31)", "a date (2024-01-31)"),
        }[self.type]
        if isinstance(self.limits, Between):
            low, high = (
                f"{limit:,}" if isinstance(limit, int | float) else str(limit)
                for limit in (self.limits.minimum, self.limits.maximum)
            )
            return both(f"{low}~{high} 사이의 {kind.ko}", f"{kind.en} from {low} to {high}")
        return kind


class SettingError(Problem):
    """A setting was given a value it cannot have; the message says what is allowed."""


def _cast(kind: type, given: Any) -> Setting:
    if isinstance(given, str) and kind is not str:
        return _read(kind, given.strip())
    if kind is float and isinstance(given, int | float) and not isinstance(given, bool):
        return _finite(float(given))
    if not isinstance(given, kind) or (kind is int and isinstance(given, bool)):
        raise TypeError(given)
    return cast("Setting", given)


def _read(kind: type, given: str) -> Setting:
    if kind is bool:
        return {"true": True, "1": True, "on": True, "false": False, "0": False}[given.lower()]
    if kind is date:
        return date.fromisoformat(given)
    if kind is int:
        return int(given.replace(",", ""))
    return _finite(float(given.replace(",", "")))


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(value)
    return value

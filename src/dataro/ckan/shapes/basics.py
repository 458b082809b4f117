"""Rules that hold for fields of any meaning: there or not, of which type, from which list."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from dataro.ckan.settings import truth
from dataro.ckan.shapes.check import MISSING, Bad, Field, Rule, Stop

MISSING_VALUE = "Missing value"
_NUMBERS = (False, 0, 0.0)
# The address of HTML forms (WHATWG, valid e-mail address), without stray dots.
_EMAIL = re.compile(
    r"(?!\.)(?!.*\.\.)[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}"
    r"[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
)


def converted(convert: Callable[[Any], Any]) -> Rule:
    """A rule that replaces the value by what ``convert`` makes of it; it raises ``Bad``."""

    def rule(field: Field) -> None:
        field.value = convert(field.value)

    return rule


def ignore(field: Field) -> None:
    field.drop()
    raise Stop


def ignore_missing(field: Field) -> None:
    if field.value is MISSING or field.value is None:
        field.drop()
        raise Stop


def ignore_empty(field: Field) -> None:
    if not field.value:
        field.drop()
        raise Stop


def not_missing(field: Field) -> None:
    if field.value is MISSING:
        field.say(MISSING_VALUE)
        raise Stop


def not_empty(field: Field) -> None:
    if not isinstance(field.value, str | list | dict) and field.value in _NUMBERS:
        return
    if not field.value:
        field.say(MISSING_VALUE)
        raise Stop


def empty(field: Field) -> None:
    value = field.value
    field.drop()
    if value and value is not MISSING:
        field.say(f"The input field {field.name} was not expected.")


def no_others(field: Field) -> None:
    """For ``__extras``: nothing but the fields of the shape."""
    others = field.value
    field.drop()
    if others:
        field.say(f"The input field {field.name} was not expected.")


def empty_unless_sysadmin(field: Field) -> None:
    if field.call.sysadmin or field.call.trusted:
        return
    empty(field)
    raise Stop


def ignore_unless_sysadmin(field: Field) -> None:
    if not (field.call.sysadmin or field.call.trusted):
        field.drop()


def same_as(other: str) -> Rule:
    """Empty: as the other field."""

    def rule(field: Field) -> None:
        if not field.value:
            field.value = field.beside(other)

    return rule


def default(value: Any) -> Rule:
    """Empty or missing: this value."""

    def rule(field: Field) -> None:
        if field.value is MISSING or field.value is None or field.value == "":
            field.value = value

    return rule


def default_of(setting: str) -> Rule:
    """Empty or missing: the value of a setting."""

    def rule(field: Field) -> None:
        if field.value is MISSING or field.value is None or field.value == "":
            field.value = int(field.call.setting(setting))

    return rule


def at_most(setting: str) -> Rule:
    """No more than a setting allows; more is cut to it without a word."""

    def rule(field: Field) -> None:
        if isinstance(field.value, int):
            field.value = min(field.value, int(field.call.setting(setting)))

    return rule


@converted
def text(value: Any) -> Any:
    """A text; other things as the JSON they are."""
    if isinstance(value, str):
        return value
    if value is MISSING or value is None:
        return ""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


@converted
def only_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise Bad("Must be a Unicode string value")
    return value


@converted
def stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def whole(value: Any) -> int | None:
    """A whole number, None for nothing. Raises ``Bad``."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = int(value)
        if not isinstance(value, str) and number != value:
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise Bad("Invalid integer") from None
    return number


integer = converted(whole)


@converted
def natural(value: Any) -> Any:
    number = whole(value)
    if number is None or number < 0:
        raise Bad("Must be a natural number")
    return number


@converted
def positive(value: Any) -> Any:
    number = whole(value)
    if number is None or number < 1:
        raise Bad("Must be a positive integer")
    return number


@converted
def boolean(value: Any) -> Any:
    """Yes for the words that say so; everything else is no."""
    if isinstance(value, bool | int):
        return bool(value)
    return isinstance(value, str) and value.lower() in ("true", "yes", "t", "y", "1")


@converted
def moment(value: Any) -> Any:
    """An ISO date or moment, written out to the microsecond where it has any."""
    if value == "":
        return None
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None).isoformat()
    except ValueError:
        raise Bad("Date format incorrect") from None


@converted
def uuid4(value: Any) -> Any:
    try:
        uuid.UUID(value, version=4)
    except (ValueError, AttributeError, TypeError):
        raise Bad("Invalid id provided") from None
    return value


@converted
def email(value: Any) -> Any:
    if value and not _EMAIL.fullmatch(str(value)):
        raise Bad(f"Email {value} is not a valid format")
    return value


@converted
def json_object(value: Any) -> Any:
    if value in (None, ""):
        return None
    if not isinstance(value, dict):
        raise Bad("The value should be a valid JSON object")
    return value


@converted
def dictionary(value: Any) -> Any:
    if not isinstance(value, dict):
        raise Bad("Must be a dict")
    return value


@converted
def json_or_text(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


@converted
def json_if_text(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            raise Bad("Could not parse as valid JSON") from None
    return value


@converted
def json_list_or_text(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value.split(",")
    return value


@converted
def list_if_text(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


@converted
def texts(value: Any) -> Any:
    if not isinstance(value, list):
        raise Bad("Not a list")
    for one in value:
        if not isinstance(one, str):
            raise Bad(f"Not a string: {one}")
    return value


def one_of(values: Sequence[Any]) -> Rule:
    """One of these, or an empty text."""

    def convert(value: Any) -> Any:
        if value != "" and value not in values:
            raise Bad(f"Value must be one of {list(values)}")
        return value

    return converted(convert)


def one_of_or_boolean(values: Sequence[str]) -> Rule:
    """One of these words, or something that says yes or no."""

    def convert(value: Any) -> Any:
        if isinstance(value, bool | int) or value == "" or value in values:
            return bool(value) if isinstance(value, bool | int) else value
        try:
            return truth(value)
        except ValueError:
            raise Bad(f"Value must be boolean or one of: {', '.join(values)}") from None

    return converted(convert)


def keep_extras(field: Field) -> None:
    """What no field takes becomes fields of its own."""
    others = field.value
    field.drop()
    for name, value in others.items():
        field.level.data.setdefault(name, value)

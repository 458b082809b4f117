"""Types of columns: what they are called, what may stand in them, how values are kept and shown.

Names and messages are PostgreSQL's, which CKAN's clients know.
"""

from __future__ import annotations

import json
import math
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from dataro.ckan.faults import Fault

MOST_TEXT = 10_000_000
_LARGEST = {"int2": 2**15, "int4": 2**31, "int8": 2**63}


class BadValue(Fault):
    """A value that does not fit its column's type."""


SHORT: Mapping[str, str] = {
    "int": "int4", "integer": "int4", "int4": "int4", "serial": "int4", "smallint": "int2",
    "int2": "int2", "bigint": "int8", "int8": "int8", "bigserial": "int8",
    "float": "float8", "float8": "float8", "double precision": "float8", "real": "float4",
    "float4": "float4", "numeric": "numeric", "decimal": "numeric", "money": "money",
    "text": "text", "varchar": "varchar", "character varying": "varchar", "char": "bpchar",
    "citext": "text", "name": "name", "uuid": "uuid", "inet": "inet", "interval": "interval",
    "bool": "bool", "boolean": "bool",
    "timestamp": "timestamp", "timestamp without time zone": "timestamp",
    "timestamptz": "timestamptz", "timestamp with time zone": "timestamptz",
    "date": "date", "time": "time",
    "json": "nested", "nested": "nested", "jsonb": "jsonb", "tsvector": "tsvector",
}  # fmt: skip
"""The short name of each type by what it may be called."""

LONG: Mapping[str, str] = {
    "int4": "integer", "int2": "smallint", "int8": "bigint", "float8": "double precision",
    "float4": "real", "bool": "boolean", "varchar": "character varying", "bpchar": "character",
    "timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
}  # fmt: skip
_DATES = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%d/%m/%Y",
    "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y",
)  # fmt: skip


def short_type(said: str) -> str | None:
    """The short name of a type; None for what is none. Arrays begin with an underscore."""
    plain = said.strip().lower()
    if plain.endswith("[]"):
        inner = short_type(plain.removesuffix("[]"))
        return f"_{inner}" if inner else None
    if plain.startswith("_"):
        inner = short_type(plain[1:])
        return f"_{inner}" if inner else None
    return SHORT.get(re.sub(r"\s*\([\d,\s]*\)$", "", plain))


def shown_type(short: str) -> str:
    """What clients are told: nested values are called ``json``."""
    return "json" if short == "nested" else short


def long_type(short: str) -> str:
    """The name as a database's own tools write it."""
    if short.startswith("_"):
        return f"{long_type(short[1:])}[]"
    return LONG.get(short, shown_type(short))


def guessed_type(value: Any) -> str:
    """The type of a column by its first value."""
    if isinstance(value, dict | list):
        return "nested"
    if isinstance(value, int):
        return "int"
    if isinstance(value, float):
        return "float"
    for convert, name in ((int, "integer"), (float, "numeric")):
        try:
            convert(value)
        except (TypeError, ValueError):
            continue
        return name
    for form in _DATES:
        try:
            datetime.strptime(value, form)
        except (TypeError, ValueError):
            continue
        return "timestamp"
    return "text"


def kept(value: Any, short: str) -> Any:
    """A value as it is kept. Raises ``BadValue`` in PostgreSQL's words."""
    if value is None or (value == "" and short not in ("text", "varchar", "bpchar", "name")):
        return None
    if short.startswith("_"):
        return _list_kept(value, short)
    if short in ("nested", "jsonb"):
        return json.dumps(value, ensure_ascii=False)
    convert = _KEEPERS.get(short)
    return _text(value) if convert is None else convert(value, short)


def shown(value: Any, short: str, milliseconds: bool = False) -> Any:
    """A kept value as JSON has it."""
    if value is None:
        return None
    if short in ("nested", "jsonb") or short.startswith("_"):
        return json.loads(value)
    if short == "bool":
        return bool(value)
    if short in ("timestamp", "timestamptz"):
        return f"{value[:23]}" if milliseconds else value[:19]
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    said = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    if len(said) > MOST_TEXT:
        raise BadValue(f"value too long: {len(said)} characters")
    return said.replace("\x00", "")


def _list_kept(value: Any, short: str) -> str:
    inner = short[1:]
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        value = [one.strip().strip('"') for one in value[1:-1].split(",")] if value != "{}" else []
    if not isinstance(value, list):
        raise BadValue(f'malformed array literal: "{value}"')
    return json.dumps([shown(kept(one, inner), inner) for one in value], ensure_ascii=False)


def _integer(value: Any, short: str) -> int:
    name = LONG[short]
    if isinstance(value, bool):
        raise BadValue(f"column is of type {name} but expression is of type boolean")
    if isinstance(value, float) and math.isfinite(value):
        number = round(value)
    else:
        try:
            number = int(str(value).strip())
        except (ValueError, OverflowError):
            raise BadValue(f'invalid input syntax for type {name}: "{value}"') from None
    if not -_LARGEST[short] <= number < _LARGEST[short]:
        raise BadValue(f"{name} out of range")
    return number


def _number(value: Any, short: str) -> int | float:
    name = LONG.get(short, short)
    if isinstance(value, int | float) and not isinstance(value, bool):
        found: int | float = value
    else:
        try:
            found = int(str(value)) if re.fullmatch(r"\s*[+-]?\d+\s*", str(value)) else float(value)
        except (TypeError, ValueError):
            raise BadValue(f'invalid input syntax for type {name}: "{value}"') from None
    if isinstance(found, float) and not math.isfinite(found):
        raise BadValue(f'"{value}" cannot be shown as JSON in a column of type {name}')
    return float(found) if short.startswith("float") else found


def _boolean(value: Any, _: str) -> int:
    said = str(value).strip().lower()
    if said in ("true", "t", "yes", "y", "on", "1"):
        return 1
    if said in ("false", "f", "no", "n", "off", "0"):
        return 0
    raise BadValue(f'invalid input syntax for type boolean: "{value}"')


def _moment(value: Any, short: str) -> str:
    said = str(value).strip()
    for read in (datetime.fromisoformat, *(_reader(form) for form in _DATES)):
        try:
            found = read(said)
        except ValueError:
            continue
        return found.replace(tzinfo=None).isoformat(timespec="microseconds")
    raise BadValue(f'invalid input syntax for type {short}: "{value}"')


def _reader(form: str) -> Callable[[str], datetime]:
    return lambda said: datetime.strptime(said, form)


def _day(value: Any, short: str) -> str:
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        return _moment(value, short)[:10]


def _time(value: Any, _: str) -> str:
    try:
        return time.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise BadValue(f'invalid input syntax for type time: "{value}"') from None


def _uuid(value: Any, _: str) -> str:
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        raise BadValue(f'invalid input syntax for type uuid: "{value}"') from None


_KEEPERS: Mapping[str, Callable[[Any, str], Any]] = {
    "int2": _integer, "int4": _integer, "int8": _integer,
    "float4": _number, "float8": _number, "numeric": _number, "money": _number,
    "bool": _boolean, "timestamp": _moment, "timestamptz": _moment, "date": _day, "time": _time,
    "uuid": _uuid,
}  # fmt: skip

"""Changing parts of a package: paths like ``resources__0__name``, patterns like ``+resources__*``.

What is addressed, and how, is that of CKAN's ``package_revise``.
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from dataro.ckan.call import Data
from dataro.ckan.faults import Invalid

Path = tuple[Any, ...]


class _Unmatched(Exception):
    """A path leads nowhere, or to something of another kind."""


def revised(package: Data, asked: Data, matched: Data, updated: Data) -> Data:
    """The package after ``filter`` and ``update``. Raises ``Invalid`` where it is not as
    ``match`` says, or an update does not fit."""
    try:
        unmatched = _differing(package, asked.get("match", {}), ())
        for path, value in sorted(matched.items()):
            found, place = _at(package, path)
            unmatched += _differing(found, value, place)
    except _Unmatched as error:
        raise Invalid({"match": [str(error)]}) from error
    if unmatched:
        raise Invalid({"match": [_said(one) for one in unmatched]})
    after = deepcopy(package)
    after.pop("metadata_modified", None)
    if "filter" in asked:
        keep(after, asked["filter"])
        after["id"] = package["id"]
    if "update" in asked:
        try:
            _merge(after, asked["update"], ())
        except _Unmatched as error:
            raise Invalid({"update": [str(error)]}) from error
    for path, value in sorted(updated.items(), key=_in_order):
        try:
            _merge_at(after, path, value)
        except _Unmatched as error:
            raise Invalid({path: [str(error)]}) from error
    return after


def json_or_said(value: Any) -> Any:
    """A text that is JSON as what it says, others as they are."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _in_order(item: tuple[str, Any]) -> str:
    # Lists are lengthened first, so that their new members can be addressed.
    path = item[0]
    return path[-6] if path.endswith("extend") and len(path) >= 6 else path


def _said(path: Path) -> str:
    return "__".join(str(one) for one in path)


def _differing(found: Any, wanted: Any, place: Path) -> list[Path]:
    if isinstance(wanted, dict):
        if not isinstance(found, dict):
            return [place]
        return [
            path
            for name, value in sorted(wanted.items())
            for path in (
                _differing(found[name], value, (*place, name))
                if name in found else [(*place, name)]
            )
        ]  # fmt: skip
    if isinstance(wanted, list):
        if not isinstance(found, list):
            return [place]
        return [
            path
            for number, value in enumerate(wanted)
            for path in (
                _differing(found[number], value, (*place, number))
                if number < len(found) else [(*place, number)]
            )
        ]  # fmt: skip
    return [] if found == wanted else [place]


def _at(data: Any, path: str) -> tuple[Any, Path]:
    """What a path leads to; members of lists by number or the beginning of their id."""
    found, place = data, ()
    steps: list[Any] = []
    for step in path.split("__"):
        fault = _Unmatched(f"Unmatched key {_said((*place, step))}")
        if isinstance(found, dict):
            if step not in found:
                raise fault
            steps, found = [*steps, step], found[step]
        elif isinstance(found, list):
            number = _number(found, step)
            if number is None:
                raise fault
            steps, found = [*steps, number], found[number]
        else:
            raise fault
        place = tuple(steps)
    return found, place


def _number(found: list[Any], step: str) -> int | None:
    if len(step) >= 5:
        for number, one in enumerate(found):
            if not isinstance(one, dict) or "id" not in one:
                return None
            if str(one["id"]).startswith(step):
                return number
        return None
    try:
        number = int(step)
    except ValueError:
        return None
    return number if -len(found) <= number < len(found) else None


def _merge(data: Any, update: Any, place: Path) -> None:
    """Write ``update`` over ``data``, which is a dictionary or a list."""
    if isinstance(data, dict):
        if not isinstance(update, dict):
            raise _Unmatched(f"Expected dict for {_said(place)}")
        for name, value in update.items():
            if isinstance(data.get(name), dict | list):
                _merge(data[name], value, (*place, name))
            else:
                data[name] = value
        return
    if not isinstance(update, list):
        raise _Unmatched(f"Expected list for {_said(place)}")
    for number, value in enumerate(update):
        if number >= len(data):
            data.append(value)
        elif isinstance(data[number], dict | list):
            _merge(data[number], value, (*place, number))
        else:
            data[number] = value


def _merge_at(data: Data, path: str, value: Any) -> None:
    above, _, last = path.rpartition("__")
    found, place = _at(data, above) if above else (data, ())
    if isinstance(found, dict):
        _merge(found, {last: value}, place)
    elif isinstance(found, list):
        if last == "extend":
            if not isinstance(value, list):
                raise _Unmatched(f"Expected list for {above}")
            found.extend(value)
            return
        child, (number,) = _at(found, last)
        if isinstance(child, dict | list):
            _merge(child, value, (*place, number))
        else:
            found[number] = value
    else:
        raise _Unmatched(f"Expected list or dict for {above}")


def keep(data: Any, patterns: list[str]) -> None:
    """Remove what ``-a__b`` names and keep what ``+a__b`` names; ``*`` is everything there."""
    _keep(data, [(one.startswith("+"), one.lstrip("-+").split("__")) for one in patterns])


def _keep(data: Any, patterns: list[tuple[bool, list[str]]]) -> None:
    if isinstance(data, dict):
        _keep_fields(data, patterns)
    elif isinstance(data, list):
        _keep_members(data, patterns)


def _keep_fields(data: Data, patterns: list[tuple[bool, list[str]]]) -> None:
    kept: Data = {}
    below: dict[str, list[tuple[bool, list[str]]]] = {}
    for keeps, (head, *rest) in patterns:
        if head == "*":
            if keeps:
                kept.update(data)
            else:
                data.clear()
        elif head in data and rest:
            below.setdefault(head, []).append((keeps, rest))
        elif head in data and keeps:
            kept[head] = data[head]
        elif head in data:
            del data[head]
    data.update(kept)
    for head, inner in below.items():
        if head in data:
            _keep(data[head], inner)


def _keep_members(data: list[Any], patterns: list[tuple[bool, list[str]]]) -> None:
    kept: set[int] = set()
    removed: set[int] = set()
    below: dict[int, list[tuple[bool, list[str]]]] = {}
    everything = set(range(len(data)))
    for keeps, (head, *rest) in patterns:
        if head == "*":
            if keeps:
                kept |= everything - removed
            else:
                removed |= everything - kept
            continue
        number = _number(data, head)
        if number is None:
            continue
        number %= len(data)
        if rest:
            below.setdefault(number, []).append((keeps, rest))
        elif keeps and number not in removed:
            kept.add(number)
        elif not keeps and number not in kept:
            removed.add(number)
    for number, inner in below.items():
        if number not in removed:
            _keep(data[number], inner)
    data[:] = [one for number, one in enumerate(data) if number not in removed]

"""The shapes of what the datastore's actions accept."""

from __future__ import annotations

import json
from typing import Any

from dataro.ckan.rows.create import plain_column_name
from dataro.ckan.shapes import basics as b
from dataro.ckan.shapes import names as n
from dataro.ckan.shapes.check import Bad, Field, Shape


def _list_or_text(field: Field) -> None:
    value = field.value
    if isinstance(value, str):
        return
    if not isinstance(value, list):
        raise Bad("Not a list")
    for one in value:
        if not isinstance(one, str | list):
            raise Bad(f"Neither a string nor a list: {one}")


def _column_name(field: Field) -> None:
    if not plain_column_name(field.value):
        raise Bad(f'"{field.value}" is not a valid field name')


@b.converted
def _json(value: Any) -> Any:
    if isinstance(value, list | dict):
        return value
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        raise Bad("Cannot parse JSON") from None


@b.converted
def _words_or_json(value: Any) -> Any:
    """A text to look for, or texts by column."""
    if isinstance(value, dict):
        return value
    try:
        found = json.loads(value)
    except (TypeError, ValueError):
        return str(value)
    return found if isinstance(found, dict) else str(value)


_FORCE = (b.ignore_missing, b.boolean)
_COUNT = (b.default("background"), b.one_of_or_boolean(["background"]))
_RESOURCE = (b.not_missing, b.not_empty, b.text)
_NAMES = (b.ignore_missing, _list_or_text)

CREATE: Shape = {
    "resource_id": (b.ignore_missing, b.text, n.exists("resource", "Resource not found: {}")),
    "force": _FORCE,
    "id": (b.ignore_missing,),
    "aliases": _NAMES,
    "fields": {
        "id": (b.not_empty, b.text, _column_name),
        "type": (b.ignore_missing,),
        "info": (b.ignore_missing,),
    },
    "delete_fields": (b.default(False), b.boolean),
    "primary_key": _NAMES,
    "indexes": _NAMES,
    "triggers": {
        "when": (b.default("before insert or update"), b.only_text,
                 b.one_of(["before insert or update"])),
        "for_each": (b.default("row"), b.only_text, b.one_of(["row"])),
        "function": (b.not_empty, b.only_text),
    },
    "include_records": (b.default(False), b.boolean),
    "calculate_record_count": _COUNT,
}  # fmt: skip

UPSERT: Shape = {
    "resource_id": _RESOURCE,
    "force": _FORCE,
    "id": (b.ignore_missing,),
    "method": (b.ignore_missing, b.text, b.one_of(["upsert", "insert", "update"])),
    "include_records": (b.default(False), b.boolean),
    "calculate_record_count": _COUNT,
    "dry_run": _FORCE,
}

DELETE: Shape = {
    "resource_id": _RESOURCE,
    "force": _FORCE,
    "id": (b.ignore_missing,),
    "include_deleted_records": (b.default(False), b.boolean),
    "calculate_record_count": _COUNT,
}

RECORDS_DELETE: Shape = {**DELETE, "filters": (b.not_missing, b.dictionary)}

SEARCH: Shape = {
    "resource_id": _RESOURCE,
    "id": (b.ignore_missing,),
    "q": (b.ignore_missing, _words_or_json),
    "plain": _FORCE,
    "filters": (b.ignore_missing, _json),
    "language": (b.ignore_missing, b.text),
    "limit": (
        b.default_of("ckan.datastore.search.rows_default"), b.natural,
        b.at_most("ckan.datastore.search.rows_max"),
    ),
    "offset": (b.ignore_missing, b.integer),
    "fields": _NAMES,
    "sort": _NAMES,
    "distinct": _FORCE,
    "include_total": (b.default(True), b.boolean),
    "total_estimation_threshold": (b.ignore,),
    "records_format": (b.default("objects"), b.one_of(["objects", "lists", "csv", "tsv"])),
    "include_next_page": (b.default(False), b.boolean),
    "full_text": (b.ignore_missing, b.text),
}  # fmt: skip

INFO: Shape = {
    "resource_id": _RESOURCE,
    "id": (b.ignore_missing,),
    "include_meta": (b.default(True), b.boolean),
    "include_fields_schema": (b.default(True), b.boolean),
}

"""The city's own entries as CKAN's things: packages, resources, organisations, groups, tags.

What everybody may see of the catalogue today appears here; it is changed in its declaration, not
through actions. Identifiers follow from names, so they stay the same for as long as those do.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from dataro.ckan.things import House, Thing
from dataro.publish.catalogue.entry import Entry, EntryTable
from dataro.publish.catalogue.words import THEMES
from dataro.vocabulary.text import Text

_SPACE = uuid.UUID("6f4a3a52-6b1e-5d0c-9d57-0d7a1c2b3e4f")
_BEGINNING = "2000-01-01T00:00:00.000000"
_MEDIA = {
    "csv": ("CSV", "text/csv"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": ("Parquet", "application/vnd.apache.parquet"),
    "geojson": ("GeoJSON", "application/geo+json"),
    "json": ("JSON", "application/json"),
}


def house_id(kind: str, *names: str) -> str:
    """The identifier of something that the city declares."""
    return str(uuid.uuid5(_SPACE, "/".join((kind, *names))))


def house_of(entries: Iterable[Entry], origin: str) -> House:
    """Things of entries; ``origin`` is where the portal is reached, without a slash at its end."""
    house: dict[str, dict[str, Thing]] = {
        kind: {} for kind in ("package", "resource", "group", "member", "tag")
    }
    for entry in entries:
        if entry.publication is not None and entry.snapshot is not None:
            _add(house, entry, origin)
    return house


def table_of_resource(entries: Iterable[Entry], id: str) -> tuple[Entry, EntryTable] | None:
    """The entry and table whose rows a resource stands for."""
    for entry in entries:
        for table in entry.tables:
            for format in table.formats:
                if house_id("resource", entry.id, table.name, format) == id:
                    return entry, table
    return None


def organization_of(owner: Text) -> Thing:
    """A department as an organisation."""
    name = re.sub(r"[^a-z0-9]+", "-", owner.en.lower()).strip("-")
    id = house_id("organization", owner.ko)
    return _group(id, name if len(name) > 1 else f"org-{id[:8]}", owner, "organization")


def member_of(group: str, table: str, id: str, capacity: str) -> Thing:
    """A membership."""
    return {
        "id": house_id("member", group, table, id), "group_id": group, "table_name": table,
        "table_id": id, "capacity": capacity, "state": "active",
    }  # fmt: skip


def _group(id: str, name: str, title: Text, type: str) -> Thing:
    return {
        "id": id, "name": name, "title": title.ko, "description": title.en, "image_url": "",
        "type": type, "is_organization": type == "organization", "approval_status": "approved",
        "state": "active", "created": _BEGINNING, "extras": {"title_en": title.en},
    }  # fmt: skip


def _add(house: dict[str, dict[str, Thing]], entry: Entry, origin: str) -> None:
    owner = organization_of(entry.owner)
    theme = THEMES.get(entry.theme) or Text(entry.theme, entry.theme)
    group = _group(house_id("group", entry.theme), entry.theme, theme, "group")
    id = house_id("package", entry.id)
    tags = [_tag(one) for one in entry.keywords]
    parts: list[tuple[str, Thing]] = [
        ("group", owner),
        ("group", group),
        ("package", _package(entry, id, owner["id"], [one["id"] for one in tags], origin)),
        ("member", member_of(owner["id"], "package", id, "organization")),
        ("member", member_of(group["id"], "package", id, "public")),
        *(("tag", one) for one in tags),
        *(("resource", one) for one in _resources(entry, id, origin)),
    ]
    for kind, thing in parts:
        house[kind][thing["id"]] = thing


def _tag(word: str) -> Thing:
    return {"id": house_id("tag", word), "name": word, "vocabulary_id": None}


def _package(entry: Entry, id: str, owner: str, tags: list[str], origin: str) -> Thing:
    extras: dict[str, str] = {
        "title_en": entry.title.en,
        "notes_en": entry.description.en,
        "row": entry.row.ko,
        "row_en": entry.row.en,
        "cadence": entry.cadence,
        "kind": entry.kind,
        "version": str(entry.snapshot),
    }
    if entry.temporal:
        extras["temporal_start"], extras["temporal_end"] = entry.temporal
    if entry.spatial:
        extras["bbox"] = ",".join(f"{one:.5f}" for one in entry.spatial)
    if entry.expires:
        extras["expires"] = entry.expires.isoformat()
    if entry.synthetic:
        extras["synthetic"] = "true"
    return {
        "id": id, "name": entry.id, "title": entry.title.ko, "notes": entry.description.ko,
        "version": str(entry.snapshot), "url": f"{origin}/ko/data/{entry.id}",
        "author": entry.owner.ko, "author_email": None, "maintainer": entry.owner.ko,
        "maintainer_email": None, "license_id": entry.licence, "type": "dataset",
        "owner_org": owner, "creator_user_id": None, "private": False, "state": "active",
        "metadata_created": _moment(entry.created), "metadata_modified": _moment(entry.modified),
        "plugin_data": None, "extras": extras, "tags": sorted(tags),
    }  # fmt: skip


def _moment(said: str | None) -> str:
    if not said:
        return _BEGINNING
    found = datetime.fromisoformat(said)
    if found.tzinfo is not None:
        found = found.astimezone(UTC).replace(tzinfo=None)
    return found.isoformat(timespec="microseconds")


def _resources(entry: Entry, package: str, origin: str) -> list[Thing]:
    made: list[Thing] = []
    for table in entry.tables:
        if table.snapshot is None:
            continue
        address = f"{origin}/api/v1/datasets/{entry.id}"
        if entry.kind == "answer":
            address = f"{origin}/api/v1/analyses/{entry.id}/tables/{table.name}"
        for format in table.formats:
            name, media = _MEDIA[format]
            made.append(
                _resource(
                    entry, table, package, len(made), name, media,
                    f"{address}.{format}",
                    house_id("resource", entry.id, table.name, format),
                )
            )  # fmt: skip
    return made


def _resource(
    entry: Entry, table: EntryTable, package: str, position: int, format: str, media: str,
    url: str, id: str,
) -> Thing:  # fmt: skip
    extras: dict[str, Any] = {"datastore_active": True, "table": table.name}
    return {
        "id": id, "package_id": package, "position": position, "name": f"{table.title.ko} ({format})",
        "description": table.row.ko, "format": format, "mimetype": media, "mimetype_inner": None,
        "url": url, "url_type": None, "hash": "", "resource_type": None, "size": None,
        "state": "active", "created": _moment(entry.created),
        "metadata_modified": _moment(entry.modified), "last_modified": _moment(entry.modified),
        "cache_url": None, "cache_last_updated": None, "extras": extras,
    }  # fmt: skip

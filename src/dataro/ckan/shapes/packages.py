"""Rules of packages, their resources, and the groups that they stand in."""

from __future__ import annotations

import mimetypes
from typing import Any
from urllib.parse import urlsplit

from dataro.ckan import roles
from dataro.ckan.formats import plain_format
from dataro.ckan.shapes.basics import converted
from dataro.ckan.shapes.check import MISSING, Bad, Field, Level, Stop
from dataro.ckan.shapes.names import tag_length, tag_name
from dataro.ckan.things import Thing


def owner_org(field: Field) -> None:
    """An organisation that whoever asks may add packages to, or none where that is allowed."""
    call, value = field.call, field.value
    if value is MISSING or value is None or value == "":
        if not call.allows("create_unowned_dataset"):
            raise Bad("An organization must be provided")
        if value != "":
            field.drop()
            raise Stop
        return
    package: Thing | None = field.facts.get("package")
    _not_by_collaborators(field, package)
    group = call.things.find("group", value)
    if group is None:
        raise Bad("Organization does not exist")
    moved = package is None or package.get("owner_org") != group["id"]
    if moved and not call.trusted and not roles.may_in(call, group["id"], "create_dataset"):
        raise Bad("You cannot add a dataset to this organization")
    field.value = group["id"]


def _not_by_collaborators(field: Field, package: Thing | None) -> None:
    call, user = field.call, field.call.user
    if (
        package is None
        or user is None
        or call.sysadmin
        or not call.allows("allow_dataset_collaborators")
        or call.allows("allow_collaborators_to_change_owner_org")
        or not roles.collaborates(call, user, package["id"], ("admin", "editor"))
    ):
        return
    mine = roles.organizations_of(call, user, "update_dataset")
    if field.value != package.get("owner_org") and package.get("owner_org") not in mine:
        raise Bad("You cannot move this dataset to another organization")


def private_needs_owner(field: Field) -> None:
    if field.value is not True or field.beside("owner_org"):
        return
    known = field.call.things.get("package", field.beside("id") or "")
    if known is None or not known.get("owner_org"):
        field.say("Datasets with no organization can't be private.")


def state_of_package(field: Field) -> None:
    """Only whoever may change a package says what state it is in."""
    if field.call.trusted or field.call.sysadmin or field.facts.get("may_change_state"):
        return
    field.drop()
    raise Stop


state_of_group = state_of_package


def no_doubled_extras(field: Field) -> None:
    seen: set[Any] = set()
    for one in field.level.lists.get("extras", []):
        key = one.data.get("key")
        if one.data.get("deleted"):
            continue
        if key in seen and key is not MISSING:
            field.level.errors["extras_validation"] = [f'Duplicate key "{key}"']
        seen.add(key)


def not_a_field(field: Field) -> None:
    """An extra is not called like a field of the package."""
    if field.value in field.facts["shape"]:
        raise Bad("There is a schema field with the same name")


def tags_from_text(field: Field) -> None:
    """``a, b`` becomes tags of its own."""
    value = field.value
    tags = (
        [one.strip() for one in value.split(",") if one.strip()]
        if isinstance(value, str)
        else value
    )
    level = field.level
    listed = level.lists.setdefault("tags", [])
    for tag in tags:
        data = {"name": tag, "vocabulary_id": MISSING}
        listed.append(Level(data, top=level, name="tags", index=len(listed)))
        for rule in (tag_length, tag_name):
            rule(Field("name", Level({"name": tag}), field.call, field.facts))


def resource_id_free(field: Field) -> None:
    if field.value is MISSING:
        return
    known = field.call.things.get("resource", field.value)
    if known is None or known["state"] == "deleted":
        return
    if known["package_id"] != field.level.root.data.get("id"):
        field.say("Resource id already exists.")


def guessed_format(field: Field) -> None:
    """A new resource without a format: the one that its address ends in."""
    if field.value or field.beside("id"):
        return
    url = field.beside("url")
    if not url or not isinstance(url, str):
        return
    parts = urlsplit(url)
    if parts.scheme and not parts.path:
        return
    guessed, _ = mimetypes.guess_type(url)
    if guessed:
        field.value = guessed


format_of_list = converted(lambda value: plain_format(value) if isinstance(value, str) else value)


def no_loop(field: Field) -> None:
    """A group does not stand below itself."""
    things = field.call.things
    group = things.find("group", field.level.root.data.get("id") or "")
    if group is None:
        return
    parent = things.find("group", field.value) if field.value else None
    below = {one["id"] for one in roles.children(things, group, group["type"])}
    allowed = (
        parent is not None
        and parent["type"] == group["type"]
        and parent["state"] == "active"
        and parent["id"] not in below | {group["id"]}
    )
    if field.value and not allowed:
        raise Bad("This parent would create a loop in the hierarchy")


def filters_pair(field: Field) -> None:
    """As many values as fields, both there."""
    fields, values = field.value, field.beside("filter_values")
    fields = [fields] if isinstance(fields, str) else fields
    values = [values] if isinstance(values, str) else values or []
    if len(fields) != len(values):
        message = '"filter_fields" and "filter_values" should have the same length'
        field.level.say("filter_fields", message)
        field.level.say("filter_values", message)
    found: dict[str, list[Any]] = {}
    for name, value in zip(fields, values, strict=False):
        found.setdefault(name, []).append(value)
    field.level.data["filters"] = found

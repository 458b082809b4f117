"""Packages written: their fields, resources, tags, groups and relations, and what changed."""

from __future__ import annotations

from typing import Any

from dataro.ckan import roles
from dataro.ckan.call import Call, Data, new_id
from dataro.ckan.things import Thing

# What an update leaves out is emptied; the others keep what they had.
_EMPTIED = (
    "title", "version", "url", "author", "author_email", "maintainer", "maintainer_email",
    "notes", "license_id",
)  # fmt: skip
_KEPT: Thing = {
    "type": "dataset", "owner_org": None, "creator_user_id": None, "private": False,
    "state": "active",
}  # fmt: skip
_RESOURCE: Thing = {
    "url": "", "format": "", "description": "", "hash": "", "name": None, "resource_type": None,
    "mimetype": None, "mimetype_inner": None, "size": None, "last_modified": None,
    "cache_url": None, "cache_last_updated": None, "url_type": None,
}  # fmt: skip


def save_package(
    call: Call, data: Data, before: Thing | None, *, plugin_data: bool = False
) -> tuple[Thing, bool]:
    """Write a package with all that belongs to it; whether anything is other than it was."""
    things = call.things
    known = before or {}
    package: Thing = {name: known.get(name, value) for name, value in _KEPT.items()}
    package |= {name: data.get(name) for name in _EMPTIED}
    package |= {name: data[name] for name in (*_KEPT, "name") if name in data}
    package["name"] = data.get("name", known.get("name"))
    package["owner_org"] = package["owner_org"] or None
    package["id"] = known.get("id") or data.get("id") or new_id()
    package["extras"] = {
        one["key"]: one["value"] for one in data.get("extras") or [] if not one.get("deleted")
    }
    package["plugin_data"] = data.get("plugin_data") if plugin_data else known.get("plugin_data")
    package["metadata_created"] = known.get("metadata_created") or call.now()
    package["metadata_modified"] = known.get("metadata_modified")
    package["tags"] = _saved_tags(call, data.get("tags") or [])
    asked = data.get("metadata_modified")
    changed = (
        before is None or package != before or asked not in (None, before["metadata_modified"])
    )
    if changed:
        _free_name(call, package)
        things.put("package", package)
    changed = _saved_resources(call, data.get("resources"), package) or changed
    changed = _saved_groups(call, data.get("groups"), package) or changed
    if changed:
        package["metadata_modified"] = data.get("metadata_modified") or call.now()
        things.put("package", package)
        set_owner(call, package)
    return package, changed


def _free_name(call: Call, package: Thing) -> None:
    """A deleted package gives its name to the new one."""
    for one in call.things.where("package", name=package["name"]):
        if one["id"] != package["id"] and one["state"] == "deleted":
            call.things.put("package", one | {"name": one["id"]})


def set_owner(call: Call, package: Thing) -> None:
    """Tie a package to its organisation as a member of it, and to no other."""
    owner, there = package.get("owner_org"), False
    for one in call.things.where("member", other=package["id"]):
        if one["capacity"] != "organization":
            continue
        if owner and one["group_id"] == owner:
            there = True
            if one["state"] != "active":
                call.things.put("member", one | {"state": "active"})
        elif one["state"] != "deleted":
            call.things.put("member", one | {"state": "deleted"})
    if owner and not there:
        call.things.put("member", new_member(owner, "package", package["id"], "organization"))


def new_member(group: str, table: str, id: str, capacity: str) -> Thing:
    """A membership that is not written yet."""
    return {
        "id": new_id(), "table_name": table, "table_id": id, "capacity": capacity,
        "group_id": group, "state": "active",
    }  # fmt: skip


def _saved_tags(call: Call, tags: list[Data]) -> list[str]:
    ids: list[str] = []
    for one in tags:
        tag = tag_called(call, one["name"], one.get("vocabulary_id"))
        if tag["id"] not in ids:
            ids.append(tag["id"])
    return sorted(ids)


def tag_called(call: Call, name: str, vocabulary: str | None) -> Thing:
    """The tag of that name in a vocabulary (None: a free one), made where it is new."""
    for one in call.things.where("tag", name=name):
        if one.get("vocabulary_id") == vocabulary:
            return one
    return call.things.put("tag", {"id": new_id(), "name": name, "vocabulary_id": vocabulary})


def _saved_resources(call: Call, resources: list[Data] | None, package: Thing) -> bool:
    """Write resources in their new order; those left out are deleted."""
    if resources is None:
        return False
    things, changed = call.things, False
    known = {one["id"]: one for one in things.where("resource", owner=package["id"])}
    kept: set[str] = set()
    for position, data in enumerate(resources):
        resource = _resource(call, data, package["id"], position, known)
        kept.add(resource["id"])
        before = known.get(resource["id"])
        if resource != before:
            apart = {"position", "metadata_modified"}
            if before is None or any(
                resource.get(name) != before.get(name) for name in {*resource, *before} - apart
            ):
                resource["metadata_modified"] = call.now()
            things.put("resource", resource)
            changed = True
    for id, one in known.items():
        if id not in kept and one["state"] == "active":
            things.put("resource", one | {"state": "deleted"})
            changed = True
    return changed


def _resource(
    call: Call, data: Data, package: str, position: int, known: dict[str, Thing]
) -> Thing:
    before = known.get(data.get("id") or "", {})
    fields: Thing = {name: data.get(name) or value for name, value in _RESOURCE.items()}
    if data.get("size") == 0:
        fields["size"] = 0
    if fields["url_type"] == "upload":
        fields["url"] = str(fields["url"]).rsplit("/", 1)[-1]
    own = {"id", "package_id", "position", "state", "created", "metadata_modified"}
    extras: dict[str, Any] = {
        name: value
        for name, value in data.items()
        if name not in _RESOURCE and name not in own and name not in ("extras", "upload")
        and name not in ("revision_timestamp", "tracking_summary", "clear_upload")
    }  # fmt: skip
    return {
        **fields,
        "id": data.get("id") or new_id(),
        "package_id": package,
        "position": position,
        "state": "active",
        "created": data.get("created") or before.get("created") or call.now(),
        "metadata_modified": before.get("metadata_modified"),
        "extras": extras,
    }


def _saved_groups(call: Call, groups: list[Data] | None, package: Thing) -> bool:
    """Put a package into the groups named and take it out of others, as far as who asks may."""
    if groups is None:
        return False
    things, changed = call.things, False
    held = {
        one["group_id"]: one for one in things.where("member", other=package["id"])
        if one["capacity"] != "organization" and one["table_name"] == "package"
    }  # fmt: skip
    wanted: dict[str, Thing] = {}
    for one in groups:
        group = (
            things.get("group", one["id"])
            if one.get("id")
            else things.named("group", one.get("name"))
        )
        if group is not None and not group["is_organization"]:
            wanted[group["id"]] = group
    for id, member in held.items():
        if id not in wanted and member["state"] == "active" and _may(call, id):
            things.put("member", member | {"state": "deleted"})
            changed = True
    for id in wanted:
        member = held.get(id, {})
        if member.get("state") != "active" and _may(call, id):
            things.put("member", {**(member or new_member(id, "package", package["id"], "public")),
                                  "state": "active", "capacity": "public"})  # fmt: skip
            changed = True
    return changed


def _may(call: Call, group: str) -> bool:
    return call.trusted or roles.may_in(call, group, "read")

"""What members of a group or organisation may do, by their capacity, and who reads a package."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dataro.ckan.call import Call
from dataro.ckan.settings import truth, words
from dataro.ckan.things import Thing, Things

CAPACITIES: Mapping[str, tuple[str, ...]] = {
    "admin": ("admin", "membership"),
    "editor": ("read", "delete_dataset", "create_dataset", "update_dataset", "manage_group"),
    "member": ("read", "manage_group"),
}
"""What a capacity allows; ``admin`` among it allows everything."""

TITLES: Mapping[str, str] = {"admin": "Admin", "editor": "Editor", "member": "Member"}
_DEEPEST = 8


def capacities_with(permission: str) -> list[str]:
    """The capacities that allow something."""
    return [
        one for one, allowed in CAPACITIES.items() if permission in allowed or "admin" in allowed
    ]


def parents(things: Things, group: Thing) -> list[Thing]:
    """The groups above a group, nearest first."""
    found: dict[str, Thing] = {}
    level = [group["id"]]
    for _ in range(_DEEPEST):
        above = [
            one["table_id"]
            for id in level
            for one in things.where("member", owner=id, state="active")
            if one["table_name"] == "group"
        ]
        level = [id for id in above if id not in found]
        for id in level:
            parent = things.get("group", id)
            if parent and parent["type"] == group["type"] and parent["state"] == "active":
                found[id] = parent
    return list(found.values())


def children(things: Things, group: Thing, type: str) -> list[Thing]:
    """The groups below a group, nearest first."""
    found: dict[str, Thing] = {}
    level = [group["id"]]
    for _ in range(_DEEPEST):
        below = [
            one["group_id"]
            for id in level
            for one in things.where("member", other=id, state="active")
            if one["table_name"] == "group"
        ]
        level = [id for id in below if id not in found]
        for id in level:
            child = things.get("group", id)
            if child and child["type"] == type and child["state"] == "active":
                found[id] = child
    return list(found.values())


def memberships(things: Things, user: Thing) -> Iterator[Thing]:
    """The living memberships of a person."""
    for one in things.where("member", other=user["id"], state="active"):
        if one["table_name"] == "user":
            yield one


def may_in(call: Call, group: Any, permission: str, user: Thing | None = None) -> bool:
    """Whether who asks (or ``user``) may do something in a group, by id or name."""
    asks = user or call.user
    found = call.things.find("group", group) if group else None
    if found is None or asks is None:
        return False
    if asks.get("sysadmin"):
        return True
    held = {one["group_id"]: one["capacity"] for one in memberships(call.things, asks)}
    if _allows(held.get(found["id"]), permission):
        return True
    cascading = words(call.setting("ckan.auth.roles_that_cascade_to_sub_groups"))
    above = parents(call.things, found) if held and cascading else []
    return any(
        held.get(one["id"]) in cascading and _allows(held[one["id"]], permission) for one in above
    )


def may_in_some(call: Call, permission: str) -> bool:
    """Whether who asks may do something in any organisation."""
    if call.sysadmin:
        return True
    if call.user is None:
        return False
    for one in memberships(call.things, call.user):
        group = call.things.get("group", one["group_id"])
        living = group and group["is_organization"] and group["state"] == "active"
        if living and _allows(one["capacity"], permission):
            return True
    return False


def organizations_of(call: Call, user: Thing, permission: str) -> dict[str, str]:
    """The organisations in which a person may do something: capacity by id."""
    roles = capacities_with(permission)
    cascading = words(call.setting("ckan.auth.roles_that_cascade_to_sub_groups"))
    found: dict[str, str] = {}
    for one in memberships(call.things, user):
        group = call.things.get("group", one["group_id"])
        if one["capacity"] not in roles or group is None:
            continue
        if one["capacity"] in cascading:
            for child in children(call.things, group, "organization"):
                found[child["id"]] = one["capacity"]
        found[group["id"]] = one["capacity"]
    return found


def collaborates(call: Call, user: Thing, package: str, capacities: Iterable[str] = ()) -> bool:
    """Whether a person works with others on a package, in one of the capacities (or any)."""
    wanted = tuple(capacities)
    return any(
        one["user_id"] == user["id"] and (not wanted or one["capacity"] in wanted)
        for one in call.things.where("collaborator", owner=package)
    )


def labels_of_package(call: Call, package: Thing) -> set[str]:
    """Who may read a package: everybody, or those who hold one of these labels."""
    if package["state"] == "active" and not package.get("private"):
        return {"public"}
    found = set()
    if call.allows("allow_dataset_collaborators"):
        found.add(f"collaborator-{package['id']}")
    if package.get("owner_org"):
        found.add(f"member-{package['owner_org']}")
    else:
        found.add(f"creator-{package.get('creator_user_id')}")
    return found


def labels_of_user(call: Call, user: Thing | None) -> set[str]:
    """The labels that a reader holds."""
    found = {"public"}
    if user is None:
        return found
    found.add(f"creator-{user['id']}")
    found |= {f"member-{id}" for id in organizations_of(call, user, "read")}
    if truth(call.setting("ckan.auth.allow_dataset_collaborators") or False):
        held = call.things.where("collaborator", other=user["id"])
        found |= {f"collaborator-{one['package_id']}" for one in held}
    return found


def _allows(capacity: str | None, permission: str) -> bool:
    allowed = CAPACITIES.get(capacity or "", ())
    return permission in allowed or "admin" in allowed

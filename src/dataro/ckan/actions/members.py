"""Who and what belongs to groups, and who works on packages together."""

from __future__ import annotations

from typing import Any

from dataro.ckan import roles
from dataro.ckan.actions.groups import group_called
from dataro.ckan.actions.packages import checked, package_called
from dataro.ckan.allow import require
from dataro.ckan.call import Call, Data, action, wanted
from dataro.ckan.faults import Invalid, NotAuthorized, NotFound
from dataro.ckan.save_package import new_member
from dataro.ckan.shapes import shapes
from dataro.ckan.things import Thing

_KINDS = {"user": "user", "package": "package", "dataset": "package", "group": "group"}


@action(reads=True)
def member_list(call: Call, data: Data) -> list[tuple[str, str, str]]:
    """The members of group `id`: id, kind, capacity; `object_type`, `capacity`."""
    require(call, "member_list", data)
    group = group_called(call, wanted(data, "id"), "")
    require(call, "group_show", data)
    kind, capacity = data.get("object_type"), data.get("capacity")
    found = []
    for one in call.things.where("member", owner=group["id"], state="active"):
        if kind:
            known = _KINDS.get(str(kind))
            thing = call.things.get(known, one["table_id"]) if known else None
            if one["table_name"] != kind or not thing or thing["state"] != "active":
                continue
        if not capacity or one["capacity"] == capacity:
            said = roles.TITLES.get(one["capacity"], one["capacity"])
            found.append((one["table_id"], one["table_name"], said))
    return found


@action(reads=True)
def member_roles_list(call: Call, data: Data) -> list[Data]:
    """The capacities that members can have; without editors for `group_type` group."""
    require(call, "member_roles_list", data)
    groups = data.get("group_type", "organization") == "group"
    return [
        {"text": title, "value": name}
        for name, title in roles.TITLES.items()
        if not (groups and name == "editor")
    ]


def _objects(call: Call, data: Data) -> tuple[Thing, Thing, str]:
    """The group and the thing that a membership ties."""
    group = group_called(call, data["id"])
    kind = data["object_type"]
    if kind not in ("user", "package", "group"):
        raise Invalid({"object_type": [f"{kind} is no kind of member: user, package or group"]})
    found = call.things.find(kind, data["object"])
    if found is None:
        raise NotFound(f"{str(kind).title()} was not found.")
    return group, found, kind


@action()
def member_create(call: Call, data: Data) -> Data:
    """Make `object` (of `object_type`) a member of group `id` in a `capacity`, or change it."""
    wanted(data, "id", "object", "object_type", "capacity")
    group, thing, kind = _objects(call, data)
    require(call, "member_create", data)
    return join(call, group, thing, kind, str(data["capacity"]))


def join(call: Call, group: Thing, thing: Thing, kind: str, capacity: str) -> Thing:
    """Make a thing a member of a group; administrators do not give up their own place."""
    known = [
        one for one in call.things.where("member", owner=group["id"], other=thing["id"])
        if one["table_name"] == kind
    ]  # fmt: skip
    member = next((one for one in known if one["state"] == "active"), None) or next(
        iter(known), None
    )
    if member is None:
        return call.things.put("member", new_member(group["id"], kind, thing["id"], capacity))
    mine = kind == "user" and call.user is not None and thing["id"] == call.user["id"]
    if mine and member["capacity"] == "admin" and capacity != "admin":
        raise NotAuthorized("Administrators cannot revoke their own admin status")
    return call.things.put("member", member | {"capacity": capacity, "state": "active"})


@action()
def member_delete(call: Call, data: Data) -> None:
    """Take `object` (of `object_type`) out of group `id`."""
    wanted(data, "id", "object", "object_type")
    group, thing, kind = _objects(call, data)
    require(call, "member_delete", data)
    for one in call.things.where("member", owner=group["id"], other=thing["id"], state="active"):
        if one["table_name"] == kind:
            call.things.put("member", one | {"state": "deleted"})


def _person_joins(call: Call, data: Data) -> Data:
    clean = checked(data, shapes.MEMBER, call)
    group = group_called(call, clean["id"])
    user = call.things.find("user", clean["username"])
    assert user is not None
    request: dict[str, Any] = {
        "id": group["id"], "object": user["id"], "object_type": "user", "capacity": clean["role"],
    }  # fmt: skip
    member: Data = member_create(call, request)
    return member


@action()
def group_member_create(call: Call, data: Data) -> Data:
    """Make person `username` a member of group `id` in a `role`."""
    require(call, "group_member_create", data)
    return _person_joins(call, data)


@action()
def organization_member_create(call: Call, data: Data) -> Data:
    """Make person `username` a member of organisation `id` in a `role`."""
    require(call, "organization_member_create", data)
    return _person_joins(call, data)


def _person_leaves(call: Call, data: Data) -> None:
    group = group_called(call, data.get("id"))
    user = data.get("username", data.get("user_id"))
    member_delete(call, {"id": group["id"], "object": user, "object_type": "user"})


@action()
def group_member_delete(call: Call, data: Data) -> None:
    """Take person `username` out of group `id`."""
    require(call, "group_member_delete", data)
    _person_leaves(call, data)


@action()
def organization_member_delete(call: Call, data: Data) -> None:
    """Take person `username` out of organisation `id`."""
    require(call, "organization_member_delete", data)
    _person_leaves(call, data)


# --- people who work on a package together ----------------------------------------------------


def _capacities(call: Call) -> tuple[str, ...]:
    many = call.allows("allow_admin_collaborators")
    return ("admin", "editor", "member") if many else ("editor", "member")


def _enabled(call: Call) -> None:
    if not call.allows("allow_dataset_collaborators"):
        raise Invalid({"message": "Dataset collaborators not enabled"})


def _shown(one: Thing) -> Data:
    return {name: one[name] for name in ("package_id", "user_id", "capacity", "modified")}


@action()
def package_collaborator_create(call: Call, data: Data) -> Data:
    """Let person `user_id` work on package `id` in a `capacity`."""
    package_id = wanted(data, "id")
    require(call, "package_collaborator_create", data)
    user_id, capacity = wanted(data, "user_id", "capacity")
    allowed = _capacities(call)
    if capacity not in allowed:
        raise Invalid({"message": f'Role must be one of "{", ".join(allowed)}"'})
    package = package_called(call, package_id, "Dataset not found")
    user = call.things.find("user", user_id)
    if user is None:
        raise NotFound("User not found")
    _enabled(call)
    made = {
        "id": f"{package['id']}/{user['id']}", "package_id": package["id"],
        "user_id": user["id"], "capacity": capacity, "modified": call.now(),
    }  # fmt: skip
    return _shown(call.things.put("collaborator", made))


@action()
def package_collaborator_delete(call: Call, data: Data) -> None:
    """End the work of person `user_id` on package `id`."""
    package_id = wanted(data, "id")
    require(call, "package_collaborator_delete", data)
    user_id = wanted(data, "user_id")
    _enabled(call)
    package = package_called(call, package_id, "Package not found")
    user = call.things.find("user", user_id)
    if user is None:
        raise NotFound("User not found")
    id = f"{package['id']}/{user['id']}"
    if call.things.get("collaborator", id) is None:
        raise NotFound(f"User {user_id} is not a collaborator on this package")
    call.things.remove("collaborator", id)


def _of_capacity(call: Call, data: Data) -> str | None:
    capacity, allowed = data.get("capacity"), _capacities(call)
    if capacity and capacity not in allowed:
        raise Invalid({"message": f'Capacity must be one of "{", ".join(allowed)}"'})
    return capacity


@action(reads=True)
def package_collaborator_list(call: Call, data: Data) -> list[Data]:
    """Who works on package `id`; `capacity`."""
    package = package_called(call, wanted(data, "id"), "Package not found")
    require(call, "package_collaborator_list", data)
    _enabled(call)
    capacity = _of_capacity(call, data)
    found = call.things.where("collaborator", owner=package["id"])
    return [_shown(one) for one in found if not capacity or one["capacity"] == capacity]


@action(reads=True)
def package_collaborator_list_for_user(call: Call, data: Data) -> list[Data]:
    """The packages on which person `id` works; `capacity`."""
    id = wanted(data, "id")
    _enabled(call)
    require(call, "package_collaborator_list_for_user", data)
    user = call.things.find("user", id)
    if user is None:
        raise NotAuthorized("Not allowed to retrieve collaborators")
    capacity = _of_capacity(call, data)
    found = call.things.where("collaborator", other=user["id"])
    return [
        {name: one[name] for name in ("package_id", "capacity", "modified")}
        for one in found if not capacity or one["capacity"] == capacity
    ]  # fmt: skip

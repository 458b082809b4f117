"""Groups and organisations."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dataro.ckan import roles
from dataro.ckan.actions.packages import checked, package_patch
from dataro.ckan.allow import refusal, require
from dataro.ckan.call import Call, Data, action, new_id, wanted, yes
from dataro.ckan.faults import Invalid, NotFound
from dataro.ckan.pictures import with_picture
from dataro.ckan.save_package import new_member
from dataro.ckan.search.packages import packages_in_group, search_packages
from dataro.ckan.settings import truth, words
from dataro.ckan.shapes import shapes
from dataro.ckan.show import show_package
from dataro.ckan.show_group import show_group
from dataro.ckan.things import Thing

_FIELDS: Thing = {
    "title": "", "description": "", "image_url": "", "approval_status": "approved",
    "state": "active",
}  # fmt: skip


def group_called(call: Call, reference: Any, message: str = "Group was not found.") -> Thing:
    """A group or organisation by id or name. Raises ``NotFound``."""
    found = call.things.find("group", reference)
    if found is None:
        raise NotFound(message)
    return found


# --- reading ----------------------------------------------------------------------------------


def _listed(call: Call, data: Data, organization: bool) -> list[Any]:
    clean = checked(
        {name: data[name] for name in ("limit", "offset") if data.get(name)}, shapes.PAGES, call
    )
    all_fields = yes(data, "all_fields", None)
    most = call.setting(
        "ckan.group_and_organization_list_all_fields_max"
        if all_fields
        else "ckan.group_and_organization_list_max"
    )
    limit = min(clean.get("limit", int(most)), int(most))
    type = data.get("type", "organization" if organization else "group")
    names = words(data.get("groups"), ",")
    q = str(data.get("q", "")).strip().lower()
    found = [
        one for one in call.things.where("group", state="active")
        if bool(one["is_organization"]) == organization and one["type"] == type
        and (not names or one["name"] in names)
        and (not q or any(q in (one.get(f) or "").lower() for f in ("name", "title", "description")))
    ]  # fmt: skip
    found = _in_order(call, found, data)
    offset = clean.get("offset", 0)
    found = found[offset : offset + limit]
    if not all_fields:
        return [one["name"] for one in found]
    counts = _counts(call, organization)
    asked = {
        **{f"include_{one}": False for one in ("extras", "users", "groups", "followers")},
        **data,
    }
    return [_shown(call, one, asked, counts) for one in found]


def _in_order(call: Call, groups: list[Thing], data: Data) -> list[Thing]:
    sort = data.get("sort") or data.get("order_by") or str(call.setting("ckan.default_group_sort"))
    if not isinstance(sort, str):
        raise Invalid({"message": "Sort criteria are a text"})
    if sort.strip() in ("packages", "package_count"):
        sort = "package_count desc"
    field, direction = _sorting(sort)
    if field in ("package_count", "packages"):
        counts: Counter[str] = Counter()
        for one in call.things.where("member", state="active"):
            package = call.things.get("package", one["table_id"])
            if one["table_name"] == "package" and package and package["state"] == "active":
                counts[one["group_id"]] += 1
        groups = [one for one in groups if counts[one["id"]]]
        key: Any = lambda one: counts[one["id"]]  # noqa: E731
    else:
        key = lambda one: (one.get(field) or "").lower()  # noqa: E731
    return sorted(groups, key=key, reverse=direction == "desc")


def _sorting(sort: str) -> tuple[str, str]:
    found = []
    for part in sort.split(","):
        field, *rest = part.split() or [""]
        direction = rest[0].lower() if rest else "asc"
        if field not in ("name", "packages", "package_count", "title"):
            raise Invalid({"message": f"Cannot sort by field `{field}`"})
        if direction not in ("asc", "desc"):
            raise Invalid({"message": f"Invalid sort direction `{direction}`"})
        found.append((field, direction))
    if len(found) > 1:
        raise Invalid("Too many sort criteria provided only 1 allowed")
    return found[0]


def _counts(call: Call, organization: bool) -> dict[str, int]:
    """Packages by group's id that who asks may read."""
    found = search_packages(call, fq=["+state:active"])
    counts: Counter[str] = Counter()
    for package, _ in found.docs:
        if organization:
            counts[package.get("owner_org") or ""] += 1
        else:
            held = call.things.where("member", other=package["id"], state="active")
            counts.update(one["group_id"] for one in held)
    return dict(counts)


def _shown(call: Call, group: Thing, data: Data, counts: dict[str, int] | None = None) -> Data:
    packages = None
    if yes(data, "include_datasets"):
        packages = "datasets"
    elif yes(data, "include_dataset_count", True):
        packages = "dataset_count"
    public = truth(call.setting("ckan.auth.public_user_details"))
    return show_group(
        call,
        group,
        packages=packages,
        extras=yes(data, "include_extras", True),
        users=yes(data, "include_users", public),
        groups=yes(data, "include_groups", True),
        members=yes(data, "include_member_count"),
        followers=yes(data, "include_followers", True),
        counts=counts,
    )


@action(reads=True)
def group_list(call: Call, data: Data) -> list[Any]:
    """The names of groups; `all_fields`, `sort`, `limit`, `offset`, `groups`, `q`, `include_…`."""
    require(call, "group_list", data)
    return _listed(call, data, organization=False)


@action(reads=True)
def organization_list(call: Call, data: Data) -> list[Any]:
    """The names of organisations; parameters as of group_list, and `organizations`."""
    require(call, "organization_list", data)
    data = {**data, "groups": data.get("organizations", [])}
    return _listed(call, data, organization=True)


def _show(call: Call, data: Data, organization: bool) -> Data:
    group = call.things.find("group", wanted(data, "id"))
    if group is None or bool(group["is_organization"]) != organization:
        raise NotFound
    require(call, "organization_show" if organization else "group_show", data)
    return _shown(call, group, data)


@action(reads=True)
def group_show(call: Call, data: Data) -> Data:
    """One group by `id` or name; `include_datasets`, `include_users`, `include_extras` …"""
    return _show(call, data, organization=False)


@action(reads=True)
def organization_show(call: Call, data: Data) -> Data:
    """One organisation by `id` or name; parameters as of group_show."""
    return _show(call, data, organization=True)


@action(reads=True)
def group_list_authz(call: Call, data: Data) -> list[Data]:
    """The groups that who asks may edit; `am_member` leaves out those by being administrator."""
    require(call, "group_list_authz", data)
    if call.user is None:
        return []
    capacities = roles.capacities_with("manage_group")
    mine = {
        one["group_id"] for one in roles.memberships(call.things, call.user)
        if one["capacity"] in capacities
    }  # fmt: skip
    everything = call.sysadmin and not yes(data, "am_member")
    found = [
        one for one in call.things.where("group", state="active")
        if not one["is_organization"] and (everything or one["id"] in mine)
    ]  # fmt: skip
    return _in_short(call, found, data)


def _in_short(
    call: Call, groups: list[Thing], data: Data, capacities: dict[str, str] | None = None
) -> list[Data]:
    shown = []
    for one in groups:
        short = show_group(
            call, one, users=False, groups=False, extras=False, followers=False,
            packages="dataset_count" if yes(data, "include_dataset_count") else None,
            members=yes(data, "include_member_count"),
        )  # fmt: skip
        short.pop("num_followers")
        if capacities is not None:
            short["capacity"] = capacities[one["id"]]
        shown.append(short)
    return sorted(shown, key=lambda one: str(one["display_name"]).lower())


@action(reads=True)
def organization_list_for_user(call: Call, data: Data) -> list[Data]:
    """The organisations in which a person (`id`, or who asks) has a `permission`."""
    user = call.user
    if data.get("id"):
        user = call.things.find("user", data["id"])
        if user is None:
            raise NotFound
    require(call, "organization_list_for_user", data)
    if user is None:
        return []
    living = {
        one["id"]: one for one in call.things.where("group", state="active")
        if one["is_organization"]
    }  # fmt: skip
    if user.get("sysadmin"):
        capacities = dict.fromkeys(living, "admin")
    else:
        capacities = roles.organizations_of(call, user, data.get("permission", "manage_group"))
    found = [one for id, one in living.items() if id in capacities]
    return _in_short(call, found, data, capacities)


@action(reads=True)
def group_package_show(call: Call, data: Data) -> list[Data]:
    """The packages of group `id`; `limit`."""
    require(call, "group_package_show", data)
    id = wanted(data, "id")
    limit = data.get("limit", "")
    try:
        most = int(limit) if limit else 10
    except (TypeError, ValueError):
        most = -1
    if most < 0:
        raise Invalid({"message": "Limit must be a positive integer"})
    group = group_called(call, id, "")
    require(call, "group_show", {"id": id})
    most = min(most, int(call.setting("ckan.search.rows_max")))
    return [show_package(call, one) for one in packages_in_group(call, group)[:most]]


# --- writing ----------------------------------------------------------------------------------


def _put_group(call: Call, data: Data, before: Thing | None) -> Thing:
    known = before or _FIELDS
    group: Thing = {name: data.get(name, known.get(name, value)) for name, value in _FIELDS.items()}
    group |= {
        "id": before["id"] if before else data.get("id") or new_id(),
        "name": data.get("name") or (before or {}).get("name"),
        "type": before["type"] if before else data["type"],
        "is_organization": before["is_organization"] if before else data["is_organization"],
        "created": before["created"] if before else call.now(),
        "extras": {
            one["key"]: one["value"] for one in data.get("extras") or [] if not one.get("deleted")
        },
    }
    return call.things.put("group", group)


def _put_members(call: Call, group: Thing, data: Data, table: str) -> None:
    """Make the members of one kind those that were sent; nothing sent changes nothing."""
    sent = data.get(f"{table}s")
    if sent is None:
        return
    wanted_members: dict[tuple[str, str], None] = {}
    for one in sent:
        found = call.things.find(table, one.get("id") or one.get("name"))
        if found is not None and all(found["id"] != id for id, _ in wanted_members):
            wanted_members[found["id"], one.get("capacity") or "public"] = None
    held = {
        (one["table_id"], one["capacity"]): one
        for one in call.things.where("member", owner=group["id"])
        if one["table_name"] == table
    }
    for key, member in held.items():
        state = "active" if key in wanted_members else "deleted"
        if member["state"] != state:
            call.things.put("member", member | {"state": state})
    for id, capacity in wanted_members:
        if (id, capacity) not in held:
            call.things.put("member", new_member(group["id"], table, id, capacity))


def _create(call: Call, data: Data, organization: bool) -> Data:
    data = {**data, "is_organization": organization}
    data.setdefault("type", "organization" if organization else "group")
    data = with_picture(call, data, "group")
    clean = checked(data, shapes.GROUP_CREATE, call, may_change_state=call.sysadmin)
    group = _put_group(call, {**clean, "is_organization": organization}, None)
    for table in ("package", "user", "group"):
        _put_members(call, group, clean, table)
    if call.user is not None:
        _make_admin(call, group, call.user)
    return _shown(call, group, {})


def _make_admin(call: Call, group: Thing, user: Thing) -> None:
    for one in call.things.where("member", owner=group["id"]):
        if one["table_name"] == "user" and one["table_id"] == user["id"]:
            call.things.put("member", one | {"capacity": "admin", "state": "active"})
            return
    call.things.put("member", new_member(group["id"], "user", user["id"], "admin"))


@action()
def group_create(call: Call, data: Data) -> Data:
    """Make a group: `name`, `title`, `description`, `packages`, `users`, `extras` …"""
    if data.get("type") == "organization":
        raise Invalid({"type": ["Trying to create an organization as a group"]})
    require(call, "group_create", data)
    return _create(call, data, organization=False)


@action()
def organization_create(call: Call, data: Data) -> Data:
    """Make an organisation; parameters as of group_create."""
    require(call, "organization_create", data)
    return _create(call, data, organization=True)


def _update(call: Call, data: Data, organization: bool) -> Data:
    group = group_called(call, wanted(data, "id"))
    data = dict(data)
    if data.get("type") is None:
        data["type"] = group["type"]
    elif data["type"] != group["type"]:
        raise Invalid({"type": "Type cannot be updated"})
    name = "organization_update" if organization else "group_update"
    require(call, name, data)
    data = with_picture(call, data, "group")
    may_change_state = refusal(call, "group_change_state", {"id": group["id"]}) is None
    clean = checked(data, shapes.GROUP_UPDATE, call, group=group, may_change_state=may_change_state)
    written = _put_group(call, clean, group)
    if not organization and "packages" in data:
        _put_members(call, written, clean, "package")
    for table in ("user", "group"):
        _put_members(call, written, clean, table)
    return show_group(call, written, packages="datasets")


@action()
def group_update(call: Call, data: Data) -> Data:
    """Replace the group `id`."""
    return _update(call, data, organization=False)


@action()
def organization_update(call: Call, data: Data) -> Data:
    """Replace the organisation `id`."""
    return _update(call, data, organization=True)


def _patch(call: Call, data: Data, organization: bool) -> Data:
    require(call, "organization_patch" if organization else "group_patch", data)
    shown = _show(call, {"id": wanted(data, "id")}, organization)
    shown.pop("display_name")
    return _update(call, {**shown, **data}, organization)


@action()
def group_patch(call: Call, data: Data) -> Data:
    """Change only the fields sent of the group `id`."""
    return _patch(call, data, organization=False)


@action()
def organization_patch(call: Call, data: Data) -> Data:
    """Change only the fields sent of the organisation `id`."""
    return _patch(call, data, organization=True)


def _unowned(call: Call, group: Thing, word: str) -> None:
    """Take the packages of an organisation out of it, where packages may be without one."""
    living = [
        one for one in call.things.where("package", owner=group["id"])
        if one["state"] != "deleted"
    ]  # fmt: skip
    if living and not call.allows("create_unowned_dataset"):
        raise Invalid({"message": f"Organization cannot be {word} while it still has datasets"})
    for one in living:
        package_patch(call, {"id": one["id"], "owner_org": ""})


def _memberships(call: Call, group: Thing) -> list[Thing]:
    return [
        *call.things.where("member", owner=group["id"]),
        *call.things.where("member", other=group["id"]),
    ]


def _delete(call: Call, data: Data, organization: bool) -> None:
    group = group_called(call, wanted(data, "id"))
    require(call, "organization_delete" if organization else "group_delete", data)
    if organization:
        _unowned(call, group, "deleted")
    for one in _memberships(call, group):
        if one["state"] == "active":
            call.things.put("member", one | {"state": "deleted"})
    call.things.put("group", group | {"state": "deleted"})


@action()
def group_delete(call: Call, data: Data) -> None:
    """Delete the group `id`; its packages stay."""
    _delete(call, data, organization=False)


@action()
def organization_delete(call: Call, data: Data) -> None:
    """Delete the organisation `id`; its packages stay without one, where that is allowed."""
    _delete(call, data, organization=True)


def _purge(call: Call, data: Data, organization: bool) -> None:
    word = "Organization" if organization else "Group"
    group = group_called(call, wanted(data, "id"), f"{word} was not found")
    require(call, "organization_purge" if organization else "group_purge", data)
    if organization:
        _unowned(call, group, "purged")
    for one in _memberships(call, group):
        call.things.remove("member", one["id"])
    call.things.remove("group", group["id"])


@action()
def group_purge(call: Call, data: Data) -> None:
    """Remove the group `id` for good."""
    _purge(call, data, organization=False)


@action()
def organization_purge(call: Call, data: Data) -> None:
    """Remove the organisation `id` for good."""
    _purge(call, data, organization=True)

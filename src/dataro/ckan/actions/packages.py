"""Packages (datasets): read, made, changed, deleted."""

from __future__ import annotations

import mimetypes
from typing import Any
from urllib.parse import urlsplit

from dataro.ckan.allow import refusal, require
from dataro.ckan.call import Call, Data, action, listed, wanted, yes
from dataro.ckan.faults import Invalid, NotFound
from dataro.ckan.revise import json_or_said, keep, revised
from dataro.ckan.save_package import save_package, set_owner
from dataro.ckan.search.packages import search_packages
from dataro.ckan.shapes import shapes
from dataro.ckan.shapes.check import Shape, check
from dataro.ckan.show import show_package
from dataro.ckan.things import Thing


def package_called(call: Call, reference: Any, message: str = "") -> Thing:
    """A package by id or name. Raises ``NotFound``."""
    found = call.things.find("package", reference)
    if found is None:
        raise NotFound(message)
    return found


def checked(data: Data, shape: Shape, call: Call, **facts: Any) -> Data:
    """What ``check`` lets through. Raises ``Invalid``."""
    clean, errors = check(data, shape, call, **facts)
    if errors:
        raise Invalid(errors)
    return clean


@action(reads=True)
def package_list(call: Call, data: Data) -> list[str]:
    """The names of all public packages in order; `limit`, `offset`."""
    data = checked(data, shapes.PAGES, call)
    require(call, "package_list", data)
    names = sorted(
        one["name"]
        for one in call.things.where("package", state="active")
        if not one.get("private")
    )
    start, limit = data.get("offset") or 0, data.get("limit")
    return names[start : start + limit if limit else None]


@action(reads=True)
def current_package_list_with_resources(call: Call, data: Data) -> list[Data]:
    """Packages with their resources, the newest first; `limit`, `offset`, `page`."""
    data = checked(data, shapes.PACKAGE_LIST, call)
    limit, offset = data.get("limit"), data.get("offset", 0)
    if "offset" not in data and "page" in data:
        offset = (data["page"] - 1) * limit if limit else 0
    require(call, "current_package_list_with_resources", data)
    fq = ["+state:active"] if call.sysadmin else ["+capacity:public", "+state:active"]
    found = search_packages(call, fq=fq, sort=str(call.setting("ckan.search.default_package_sort")))
    shown = found.docs[offset : offset + (10 if limit is None else limit)]
    return [show_package(call, one) for one, _ in shown]


@action(reads=True)
def package_show(call: Call, data: Data) -> Data:
    """One package by `id` or name, with its resources, tags, groups and organisation."""
    reference = data.get("id") or wanted(data, "name_or_id")
    plugin_data = yes(data, "include_plugin_data") and (call.user is None or call.sysadmin)
    package = package_called(call, reference)
    require(call, "package_show", {"id": package["id"]})
    if call.things.of_the_house("package", package["id"]):
        call.used.append(package["name"])
    return show_package(call, package, plugin_data=plugin_data and call.sysadmin)


@action()
def package_create(call: Call, data: Data) -> Data:
    """Make a package: `name`, `title`, `notes`, `owner_org`, `resources`, `tags`, `extras` …"""
    data.setdefault("type", "dataset")
    require(call, "package_create", data)
    clean = checked(data, shapes.PACKAGE_CREATE, call)
    plugin_data = bool(clean.get("plugin_data")) and call.sysadmin
    if call.user is not None:
        clean["creator_user_id"] = call.user["id"]
    package, _ = save_package(call, clean, None, plugin_data=plugin_data)
    return show_package(call, package, plugin_data=plugin_data)


@action()
def package_update(call: Call, data: Data) -> Data:
    """Replace a package, found by `id` or name: what is left out is emptied."""
    reference = data.get("id") or data.get("name")
    if reference is None:
        raise Invalid({"id": "Missing value"})
    package = package_called(call, reference, "Package was not found.")
    return update_package(call, data, package)[0]


def update_package(call: Call, data: Data, package: Thing) -> tuple[Data, bool]:
    """Replace a package by what was sent; as it is shown afterwards, and whether it changed."""
    data = {**data, "id": package["id"], "type": package["type"]}
    require(call, "package_update", data)
    original = show_package(call, package)
    apart = {"metadata_modified": None} if not data.get("metadata_modified") else {}
    if original | apart == data | apart:
        return original, False
    if isinstance(data.get("resources"), list):
        data["resources"] = _with_media_types(data["resources"], original["resources"])
    may_change_state = (
        call.user is not None
        and refusal(call, "package_change_state", {"id": package["id"]}) is None
    )
    clean = checked(
        data, shapes.PACKAGE_UPDATE, call, package=package, may_change_state=may_change_state
    )
    plugin_data = bool(clean.get("plugin_data")) and call.sysadmin
    written, changed = save_package(call, clean, package, plugin_data=plugin_data)
    if changed:
        call.changed.setdefault("packages", set()).add(package["id"])
    return show_package(call, written, plugin_data=plugin_data), changed


def _with_media_types(resources: list[Any], before: list[Data]) -> list[Any]:
    """New and changed resources that say no media type get the one that their address ends in."""
    return [
        {**one, "mimetype": _media_type(str(one.get("url") or ""))}
        if isinstance(one, dict) and "mimetype" not in one and one not in before
        else one
        for one in resources
    ]


def _media_type(url: str) -> str | None:
    """What a file at an address is by its ending; a host's name has none."""
    return mimetypes.guess_type(url)[0] if urlsplit(url).path else None


@action()
def package_patch(call: Call, data: Data) -> Data:
    """Change only the fields sent of the package `id`."""
    require(call, "package_patch", data)
    package = package_called(call, wanted(data, "id"))
    require(call, "package_show", {"id": package["id"]})
    shown = show_package(call, package)
    shown.pop("metadata_modified", None)
    patched = {**shown, **data, "id": package["id"]}
    return update_package(call, patched, package)[0]


@action()
def package_revise(call: Call, data: Data) -> Data:
    """Change parts of a package that still is as `match` says; `filter`, `update`, `include`."""
    parts: Data = {
        name: data[name] for name in ("match", "filter", "update", "include") if name in data
    }
    clean = checked(parts, shapes.PACKAGE_REVISE, call)
    matched = _prefixed(data, "match__")
    reference = (
        matched.get("id") or clean.get("match", {}).get("id")
        or matched.get("name") or clean.get("match", {}).get("name")
    )  # fmt: skip
    if reference is None:
        raise Invalid({"match__id": "Missing value"})
    package = package_called(call, reference)
    require(call, "package_show", {"id": package["id"]})
    original = show_package(call, package)
    after = revised(original, clean, matched, _prefixed(data, "update__"))
    require(call, "package_revise", {"update": after})
    shown = {"package": update_package(call, after, package)[0]}
    if "include" in clean:
        keep(shown, clean["include"])
    return shown


def _prefixed(data: Data, prefix: str) -> Data:
    """Parameters beginning with a prefix, without it; texts that are JSON as what they say."""
    found: Data = {}
    for name, value in data.items():
        if name.startswith(prefix):
            found[name.removeprefix(prefix)] = json_or_said(value)
    return found


@action()
def package_delete(call: Call, data: Data) -> None:
    """Delete a package: nobody but its editors sees it any more."""
    id = wanted(data, "id")
    package = package_called(call, id)
    require(call, "package_delete", {"id": package["id"]})
    call.things.put("package", package | {"state": "deleted", "metadata_modified": call.now()})
    for one in call.things.where("member", other=package["id"], state="active"):
        call.things.put("member", one | {"state": "deleted"})
    for one in call.things.where("collaborator", owner=package["id"]):
        call.things.remove("collaborator", one["id"])


@action()
def dataset_purge(call: Call, data: Data) -> None:
    """Remove a package for good, with its resources, memberships and relations."""
    id = wanted(data, "id")
    package = package_called(call, id, "Dataset was not found")
    require(call, "dataset_purge", data)
    purge_package(call, package)


def purge_package(call: Call, package: Thing) -> None:
    """Remove a package and all that hangs on it."""
    things, id = call.things, package["id"]
    for resource in list(things.where("resource", owner=id)):
        for view in list(things.where("view", owner=resource["id"])):
            things.remove("view", view["id"])
        call.rows.drop(resource["id"])
        (call.files / resource["id"]).unlink(missing_ok=True)
        things.remove("resource", resource["id"])
    for kind, ends in (("member", ("other",)), ("collaborator", ("owner",)),
                       ("relationship", ("owner", "other")), ("follow", ("other",))):  # fmt: skip
        for end in ends:
            for one in list(things.where(kind, **{end: id})):
                things.remove(kind, one["id"])
    things.remove("package", id)


@action()
def package_resource_reorder(call: Call, data: Data) -> Data:
    """Put the resources of package `id` in `order`; those not named follow."""
    id, order = wanted(data, "id", "order")
    if not isinstance(order, list):
        raise Invalid({"order": "Must be a list of resource"})
    if len({str(one) for one in order}) != len(order):
        raise Invalid({"order": "Must supply unique resource_ids"})
    package = package_called(call, id)
    require(call, "package_show", {"id": package["id"]})
    shown = show_package(call, package)
    shown.pop("metadata_modified")
    left = {one["id"]: one for one in shown["resources"]}
    for one in order:
        if not isinstance(one, str) or one not in left:
            raise Invalid({"order": f"resource_id {one} can not be found"})
    shown["resources"] = [left.pop(one) for one in order] + list(left.values())
    require(call, "package_resource_reorder", shown)
    update_package(call, shown, package)
    return {"id": id, "order": [one["id"] for one in shown["resources"]]}


@action()
def package_owner_org_update(call: Call, data: Data) -> None:
    """Give package `id` to `organization_id`; to none where that is empty."""
    require(call, "package_owner_org_update", data)
    package = package_called(call, data.get("id", ""), "Package was not found.")
    owner = None
    if data.get("organization_id"):
        owner = call.things.find("group", data["organization_id"])
        if owner is None or not owner["is_organization"]:
            raise NotFound("Organization was not found.")
    changed = package | {"owner_org": owner["id"] if owner else None}
    call.things.put("package", changed)
    set_owner(call, changed)


def _bulk(call: Call, data: Data, change: Data) -> None:
    for id in listed(data, "datasets"):
        package = call.things.get("package", id)
        if package is not None and package.get("owner_org") == data.get("org_id"):
            package_patch(call, {**change, "id": id})


@action()
def bulk_update_private(call: Call, data: Data) -> None:
    """Make `datasets` of the organisation `org_id` private."""
    require(call, "bulk_update_private", data)
    _bulk(call, data, {"private": True})


@action()
def bulk_update_public(call: Call, data: Data) -> None:
    """Make `datasets` of the organisation `org_id` public."""
    require(call, "bulk_update_public", data)
    _bulk(call, data, {"private": False})


@action()
def bulk_update_delete(call: Call, data: Data) -> None:
    """Delete `datasets` of the organisation `org_id`."""
    require(call, "bulk_update_delete", data)
    _bulk(call, data, {"state": "deleted"})

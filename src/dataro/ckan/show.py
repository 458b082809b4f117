"""Things as CKAN's clients read them."""

from __future__ import annotations

import hashlib
import unicodedata
from urllib.parse import urlsplit

from dataro.ckan import roles
from dataro.ckan.call import Call, Data
from dataro.ckan.formats import plain_format
from dataro.ckan.licences import licences
from dataro.ckan.things import Thing

GROUP_FIELDS = (
    "id", "name", "title", "type", "description", "image_url", "created", "is_organization",
    "approval_status", "state",
)  # fmt: skip
_USER_FIELDS = (
    "id", "name", "fullname", "created", "about", "activity_streams_email_notifications",
    "sysadmin", "state", "image_url", "last_active",
)  # fmt: skip


def show_package(call: Call, package: Thing, *, plugin_data: bool = False) -> Data:
    """A package with all that belongs to it."""
    shown = {key: value for key, value in package.items() if key not in ("tags", "plugin_data")}
    if plugin_data:
        shown["plugin_data"] = package.get("plugin_data")
    shown["title"] = (package.get("title") or "").strip()
    resources = resources_of(call, package["id"])
    tags = tags_of(call, package)
    shown["extras"] = sorted(
        ({"key": key, "value": value} for key, value in (package.get("extras") or {}).items()),
        key=lambda one: str(one["key"]),
    )
    shown |= {
        "resources": [show_resource(call, one) for one in resources],
        "num_resources": len(resources),
        "tags": [show_tag(one) | {"state": "active"} for one in tags],
        "num_tags": len(tags),
        "groups": groups_of(call, package["id"]),
        "organization": _organization(call, package.get("owner_org")),
        "relationships_as_subject": _relations(call, owner=package["id"]),
        "relationships_as_object": _relations(call, other=package["id"]),
    }
    licence = licences().get(package.get("license_id") or "")
    shown["isopen"] = licence is not None and licence["od_conformance"] == "approved"
    shown["license_title"] = licence["title"] if licence else package.get("license_id")
    if licence and licence["url"]:
        shown["license_url"] = licence["url"]
    return shown


def resources_of(call: Call, package_id: str) -> list[Thing]:
    """The living resources of a package in their order."""
    found = call.things.where("resource", owner=package_id, state="active")
    return sorted(found, key=lambda one: one["position"])


def show_resource(call: Call, resource: Thing) -> Data:
    """A resource; its address is where its file is found."""
    shown = {key: value for key, value in resource.items() if key != "extras"}
    shown |= resource.get("extras") or {}
    shown["format"] = plain_format(shown.get("format") or "")
    url = shown.get("url") or ""
    if shown.get("url_type") == "upload":
        name = munged(url.rsplit("/", 1)[-1])
        site = str(call.setting("ckan.site_url") or "")
        shown["url"] = (
            f"{site}/dataset/{shown['package_id']}/resource/{shown['id']}/download/{name}"
        )
    elif shown.get("url_type") == "datastore":
        shown.setdefault("datastore_active", False)
        shown["url"] = f"{call.setting('ckan.site_url') or ''}/datastore/dump/{shown['id']}"
    elif url and not urlsplit(url).scheme:
        shown["url"] = "http://" + url.lstrip("/")
    return shown


def munged(name: str) -> str:
    """A file's name as it may stand in an address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    kept = "".join(one if one.isalnum() or one in "._-" else "-" for one in plain.strip())
    return kept.strip(".")[:100] or "file"


def tags_of(call: Call, package: Thing) -> list[Thing]:
    """The tags of a package by name."""
    found = [call.things.get("tag", id) for id in package.get("tags") or []]
    return sorted((one for one in found if one), key=lambda one: one["name"])


def show_tag(tag: Thing) -> Data:
    """A tag."""
    return {
        "id": tag["id"],
        "name": tag["name"],
        "vocabulary_id": tag.get("vocabulary_id"),
        "display_name": tag["name"],
    }


def groups_of(call: Call, package_id: str) -> list[Data]:
    """The groups that a package stands in, without its organisation."""
    found = []
    for one in call.things.where("member", other=package_id, state="active"):
        group = call.things.get("group", one["group_id"])
        if group and not group["is_organization"] and one["table_name"] == "package":
            shown = group_in_short(call, group)
            names = ("id", "name", "title", "description", "display_name", "image_display_url")
            found.append({name: shown[name] for name in names})
    return sorted(found, key=lambda one: one["display_name"].lower())


def _organization(call: Call, id: str | None) -> Data | None:
    group = call.things.get("group", id) if id else None
    if group is None or group["state"] != "active":
        return None
    return {name: group.get(name) for name in GROUP_FIELDS}


def _relations(call: Call, owner: str | None = None, other: str | None = None) -> list[Data]:
    found = call.things.where("relationship", owner=owner, other=other, state="active")
    return [dict(one) for one in found]


def group_in_short(call: Call, group: Thing) -> Data:
    """A group's own fields."""
    shown = {name: group.get(name) for name in GROUP_FIELDS}
    shown["display_name"] = group.get("title") or group["name"]
    shown["image_display_url"] = image_address(call, group.get("image_url"), "group")
    return shown


def image_address(call: Call, url: str | None, of: str) -> str | None:
    """Where a picture is found: addresses stay, uploaded ones are this site's."""
    if not url or url.startswith("http"):
        return url
    return f"{call.setting('ckan.site_url') or ''}/uploads/{of}/{munged(url)}"


def users_of(call: Call, group: Thing) -> list[tuple[Thing, str]]:
    """The people of a group with their capacity, by name."""
    found = []
    for one in call.things.where("member", owner=group["id"], state="active"):
        user = call.things.get("user", one["table_id"]) if one["table_name"] == "user" else None
        if user is not None:
            found.append((user, one["capacity"]))
    return sorted(found, key=lambda one: one[0]["name"])


def groups_below(call: Call, group: Thing) -> list[Data]:
    """The groups that a group names as belonging to it."""
    found = []
    for one in call.things.where("member", owner=group["id"], state="active"):
        other = call.things.get("group", one["table_id"]) if one["table_name"] == "group" else None
        if other is not None:
            found.append({"name": other["name"], "capacity": one["capacity"]})
    return sorted(found, key=lambda one: str(one["name"]))


def show_user(
    call: Call, user: Thing, *, all_counted: bool = False, contact: bool = False,
    plugin_extras: bool = False, capacity: str | None = None,
) -> Data:  # fmt: skip
    """A person. E-mail addresses are for themselves and administrators, or where ``contact``;
    ``all_counted`` counts their private and unfinished packages as well."""
    shown: Data = {name: user.get(name) for name in _USER_FIELDS}
    shown["display_name"] = user.get("fullname") or user["name"]
    mail = (user.get("email") or "").strip().lower().encode()
    # What Gravatar asks for; it is no secret and protects nothing.
    shown["email_hash"] = hashlib.md5(mail, usedforsecurity=False).hexdigest()
    shown["number_created_packages"] = _created(call, user, all_counted)
    shown["image_display_url"] = image_address(call, user.get("image_url"), "user")
    own = call.user_name == user["name"] or call.sysadmin or call.trusted
    if own or contact:
        shown["email"] = user.get("email")
        shown["apikey"] = None
    if plugin_extras and (call.sysadmin or call.trusted):
        shown["plugin_extras"] = user.get("plugin_extras")
    if capacity is not None:
        shown["capacity"] = capacity
    return shown


def show_users(call: Call, users: list[Thing]) -> list[Data]:
    """People in a list, by name, without anything to reach them by."""
    shown = [show_user(call, one) for one in users]
    for one in shown:
        one.pop("email", None)
        one.pop("apikey", None)
    return sorted(shown, key=lambda one: str(one["name"]).lower())


def _created(call: Call, user: Thing, all_counted: bool) -> int:
    packages = call.things.where("package", other=user["id"])
    if all_counted:
        return sum(one["state"] != "deleted" for one in packages)
    return sum(one["state"] == "active" and not one.get("private") for one in packages)


def show_view(call: Call, view: Thing) -> Data:
    """A view of a resource."""
    shown = {key: value for key, value in view.items() if key not in ("order", "config")}
    shown |= view.get("config") or {}
    resource = call.things.get("resource", view["resource_id"])
    shown["package_id"] = resource["package_id"] if resource else None
    return shown


def may_read(call: Call, package: Thing) -> bool:
    """Whether who asks may read a package."""
    if call.trusted or call.sysadmin:
        return True
    return bool(roles.labels_of_package(call, package) & roles.labels_of_user(call, call.user))

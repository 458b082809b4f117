"""People: accounts, invitations, tokens."""

from __future__ import annotations

import re
import secrets
from typing import Any

from dataro.ckan.actions.groups import group_called
from dataro.ckan.actions.members import group_member_create, organization_member_create
from dataro.ckan.actions.packages import checked
from dataro.ckan.allow import require
from dataro.ckan.call import Call, Data, action, new_id, wanted, yes
from dataro.ckan.faults import Invalid, NotFound
from dataro.ckan.pictures import with_picture
from dataro.ckan.search.packages import search_packages
from dataro.ckan.shapes import shapes
from dataro.ckan.show import show_package, show_user
from dataro.ckan.things import Thing

_FIELDS: Thing = {
    "fullname": None, "email": None, "about": None, "image_url": None, "sysadmin": False,
    "state": "active", "activity_streams_email_notifications": False, "plugin_extras": None,
}  # fmt: skip


def user_called(call: Call, reference: Any, message: str = "User not found") -> Thing:
    """A person by id or name. Raises ``NotFound``."""
    found = call.things.find("user", reference)
    if found is None:
        raise NotFound(message)
    return found


def _name_shown(user: Thing) -> str:
    return str(user.get("fullname") or user["name"])


# --- reading ----------------------------------------------------------------------------------


@action(reads=True)
def user_list(call: Call, data: Data) -> list[Any]:
    """People; `q`, `email`, `order_by`, `all_fields`, `include_site_user`."""
    require(call, "user_list", data)
    order = data.get("order_by", "display_name")
    if order == "edits":
        raise Invalid({"message": "order_by=edits is no longer supported"})
    found = _searched(call, str(data.get("q") or ""))
    if not yes(data, "include_site_user"):
        found = [one for one in found if one["name"] != call.setting("ckan.site_id")]
    if data.get("email"):
        found = [one for one in found if (one["email"] or "").lower() == str(data["email"]).lower()]
    if order == "number_created_packages":
        key: Any = lambda one: (show_user(call, one)["number_created_packages"], one["name"])  # noqa: E731
    elif order in ("fullname", "about", "sysadmin", "name", "created", "email", "id", "state"):
        key = lambda one: (str(one.get(order) or "").lower(), one["name"])  # noqa: E731
    else:
        key = lambda one: _name_shown(one).lower()  # noqa: E731
    found = sorted(found, key=key)
    if not yes(data, "all_fields", True):
        return [one["name"] for one in found]
    return [show_user(call, one) for one in found]


def _searched(call: Call, q: str) -> list[Thing]:
    fields = ("name", "fullname", "email") if call.sysadmin else ("name", "fullname")
    return [
        one for one in call.things.where("user")
        if one["state"] != "deleted"
        and (not q or any(q.lower() in (one.get(field) or "").lower() for field in fields))
    ]  # fmt: skip


@action(reads=True)
def user_show(call: Call, data: Data) -> Data:
    """One person by `id` or name (who asks, where none is named); `include_datasets` …"""
    reference = data.get("id", call.user_name)
    user = call.things.find("user", reference) if reference else None
    require(call, "user_show", data)
    if user is None:
        raise NotFound
    own = call.sysadmin or call.user_name == user["name"]
    shown = show_user(call, user, all_counted=own, plugin_extras=yes(data, "include_plugin_extras"))
    if call.sysadmin and yes(data, "include_password_hash"):
        shown["password_hash"] = user.get("password_hash")
    if yes(data, "include_datasets"):
        shown["datasets"] = _packages(call, user, everything=own)
    if yes(data, "include_num_followers"):
        followers = call.things.where("follow", other=user["id"])
        shown["num_followers"] = sum(one["kind"] == "user" for one in followers)
    return shown


def _packages(call: Call, user: Thing, *, everything: bool) -> list[Data]:
    states = "+state:(active OR draft)" if everything else "+capacity:public +state:active"
    found = search_packages(
        call, fq=[f"+creator_user_id:{user['id']}", states], sort="metadata_modified desc"
    )
    return [show_package(call, one) for one, _ in found.docs[:50]]


@action(reads=True)
def user_autocomplete(call: Call, data: Data) -> list[Data]:
    """People whose names hold `q`; `limit`, `ignore_self`."""
    clean = checked(data, shapes.AUTOCOMPLETE, call)
    require(call, "user_autocomplete", data)
    found = _searched(call, clean["q"])
    if clean.get("ignore_self"):
        found = [one for one in found if one["name"] != call.user_name]
    return [
        {name: one.get(name) for name in ("id", "name", "fullname")}
        for one in found[: clean.get("limit", 20)]
    ]


@action(reads=True)
def get_site_user(call: Call, data: Data) -> Data:
    """The account of the site itself; for administrators."""
    require(call, "get_site_user", data)
    name = str(call.setting("ckan.site_id"))
    user = call.things.named("user", name) or call.things.put(
        "user", {**_FIELDS, "id": new_id(), "name": name, "sysadmin": True, "created": call.now()}
    )
    return {"name": user["name"], "id": user["id"], "apikey": None}


# --- writing ----------------------------------------------------------------------------------


def put_user(call: Call, data: Data, before: Thing | None) -> Thing:
    """Write an account: fields that were not sent keep what they had."""
    known = before or _FIELDS
    user: Thing = {name: data.get(name, known.get(name, value)) for name, value in _FIELDS.items()}
    user |= {
        "id": before["id"] if before else data.get("id") or new_id(),
        "name": data.get("name") or (before or {}).get("name"),
        "created": before["created"] if before else call.now(),
        "last_active": (before or {}).get("last_active"),
        "person": (before or {}).get("person"),
        "password_hash": data.get("password_hash", (before or {}).get("password_hash")),
    }
    if data.get("password"):
        user["password_hash"] = call.tokens.hashed(data["password"])
    return call.things.put("user", user)


@action()
def user_create(call: Call, data: Data) -> Data:
    """Make an account: `name`, `email`, `password`, `fullname`, `about`, `with_apitoken` …"""
    data = dict(data)
    with_token = data.pop("with_apitoken", False)
    require(call, "user_create", data)
    if data.get("id") and (not call.sysadmin or call.things.find("user", data["id"])):
        data.pop("id")
    clean = checked(with_picture(call, data, "user"), shapes.USER_CREATE, call)
    user = put_user(call, clean, None)
    shown = show_user(call, user, contact=True, plugin_extras="plugin_extras" in clean)
    if with_token:
        secret, _ = call.tokens.make(call, user, "default")
        shown["token"] = secret
    return shown


@action()
def user_update(call: Call, data: Data) -> Data:
    """Change the account `id`."""
    user = user_called(call, wanted(data, "id"), "User was not found.")
    require(call, "user_update", data)
    clean = checked(with_picture(call, data, "user"), shapes.USER_UPDATE, call, user=user)
    written = put_user(call, clean, user)
    return show_user(call, written, plugin_extras="plugin_extras" in clean)


@action()
def user_patch(call: Call, data: Data) -> Data:
    """Change only the fields sent of the account `id`."""
    require(call, "user_patch", data)
    shown = user_show(call, {"id": wanted(data, "id")})
    shown.pop("display_name")
    written: Data = user_update(call, {**shown, **data})
    return written


@action()
def user_delete(call: Call, data: Data) -> None:
    """Delete the account `id`, with its memberships and tokens."""
    require(call, "user_delete", data)
    id = wanted(data, "id")
    user = user_called(call, id, f'User "{id}" was not found.')
    things = call.things
    things.put("user", user | {"state": "deleted"})
    for one in things.where("member", other=user["id"]):
        things.put("member", one | {"state": "deleted"})
    for one in list(things.where("collaborator", other=user["id"])):
        things.remove("collaborator", one["id"])


@action()
def user_invite(call: Call, data: Data) -> Data:
    """Make an account for `email` and a member of group `group_id` in a `role`."""
    require(call, "user_invite", data)
    clean = checked(data, shapes.USER_INVITE, call)
    group = group_called(call, clean["group_id"], "")
    stem = re.sub(r"[^\w]", "-", clean["email"].split("@")[0]).lower()
    name = f"{stem}-{secrets.randbelow(10_000)}"
    while call.things.find("user", name):
        name = f"{stem}-{secrets.randbelow(1_000_000)}"
    invited = {"name": name, "email": clean["email"], "state": "pending"}
    user = put_user(call, checked(invited, shapes.USER_INVITED, call.trusting()), None)
    join = organization_member_create if group["is_organization"] else group_member_create
    join(call, {"username": user["id"], "id": clean["group_id"], "role": clean["role"]})
    return show_user(call, user)


# --- tokens -----------------------------------------------------------------------------------


@action()
def api_token_create(call: Call, data: Data) -> Data:
    """Make a token called `name` for `user`; it is shown this once."""
    user = user_called(call, wanted(data, "user"))
    require(call, "api_token_create", data)
    wanted(data, "name")
    clean = checked(
        {name: data[name] for name in ("user", "name", "plugin_extras") if name in data},
        shapes.TOKEN,
        call,
    )
    secret, id = call.tokens.make(call, user, clean["name"])
    return {"token": secret, "id": id}


@action(reads=True)
def api_token_list(call: Call, data: Data) -> list[Data]:
    """The tokens of `user_id`, without their secrets."""
    reference = data.get("user_id", data.get("user"))
    if not reference:
        raise Invalid({"user_id": ["Missing value"]})
    require(call, "api_token_list", data)
    user = user_called(call, reference)
    names = ("id", "name", "user_id", "created_at", "last_access")
    return [{name: one.get(name) for name in names} for one in call.tokens.of(call, user)]


@action()
def api_token_revoke(call: Call, data: Data) -> None:
    """End the token `token`, or the one whose id is `jti`."""
    jti = data.get("jti")
    if jti and not isinstance(jti, str):
        raise Invalid({"jti": ["Invalid id provided"]})
    if not jti:
        jti = call.tokens.id_of(call, wanted(data, "token"))
    require(call, "api_token_revoke", {"jti": jti})
    call.tokens.end(call, jti)

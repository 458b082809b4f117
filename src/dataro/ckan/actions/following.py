"""Following people, packages, groups and organisations."""

from __future__ import annotations

from dataclasses import dataclass

from dataro.ckan.actions.packages import checked
from dataro.ckan.allow import refusal, require
from dataro.ckan.call import Call, Data, action
from dataro.ckan.faults import Invalid, NotAuthorized, NotFound
from dataro.ckan.shapes import shapes
from dataro.ckan.shapes.check import Shape, check
from dataro.ckan.show import show_package, show_users
from dataro.ckan.show_group import show_group
from dataro.ckan.things import Thing


@dataclass(frozen=True)
class _Followed:
    """What can be followed: its kind, and what a reference to it must be."""

    kind: str
    word: str
    shape: Shape


_USER = _Followed("user", "user", shapes.FOLLOW_USER)
_PACKAGE = _Followed("package", "dataset", shapes.FOLLOW_PACKAGE)
_GROUP = _Followed("group", "group", shapes.FOLLOW_GROUP)


def _me(call: Call) -> Thing:
    if call.user is None:
        raise NotFound("User not found")
    return call.user


def _follow(call: Call, data: Data, what: _Followed) -> Data:
    require(call, f"follow_{what.word}", data)
    me = _me(call)
    clean, errors = check(data, what.shape, call)
    if errors:
        raise Invalid({"message": f"Error validating the schema of the {what.word} to follow."})
    if what is _USER and clean["id"] == me["id"]:
        raise Invalid({"message": "You cannot follow yourself"})
    id = f"{what.kind}/{me['id']}/{clean['id']}"
    found = call.things.get("follow", id) or call.things.put(
        "follow",
        {"id": id, "kind": what.kind, "follower_id": me["id"], "object_id": clean["id"],
         "datetime": call.now()},
    )  # fmt: skip
    return {name: found[name] for name in ("follower_id", "object_id", "datetime")}


def _unfollow(call: Call, data: Data, what: _Followed) -> None:
    require(call, f"unfollow_{what.word}", data)
    me = _me(call)
    clean, errors = check(data, what.shape, call)
    if errors:
        raise Invalid("Error validating the schema of the object to unfollow.")
    call.things.remove("follow", f"{what.kind}/{me['id']}/{clean['id']}")


@action()
def follow_user(call: Call, data: Data) -> Data:
    """Follow the person `id`."""
    return _follow(call, data, _USER)


@action()
def follow_dataset(call: Call, data: Data) -> Data:
    """Follow the package `id`."""
    return _follow(call, data, _PACKAGE)


@action()
def follow_group(call: Call, data: Data) -> Data:
    """Follow the group or organisation `id`."""
    return _follow(call, data, _GROUP)


@action()
def unfollow_user(call: Call, data: Data) -> None:
    """Follow the person `id` no more."""
    _unfollow(call, data, _USER)


@action()
def unfollow_dataset(call: Call, data: Data) -> None:
    """Follow the package `id` no more."""
    _unfollow(call, data, _PACKAGE)


@action()
def unfollow_group(call: Call, data: Data) -> None:
    """Follow the group or organisation `id` no more."""
    _unfollow(call, data, _GROUP)


# --- followers --------------------------------------------------------------------------------


def _followers(call: Call, data: Data, what: _Followed) -> list[Thing]:
    id = checked(data, what.shape, call)["id"]
    ids = [
        one["follower_id"] for one in call.things.where("follow", other=id)
        if one["kind"] == what.kind
    ]  # fmt: skip
    people = [call.things.get("user", one) for one in ids]
    return [one for one in people if one is not None and one["state"] == "active"]


def _count(name: str, what: _Followed) -> None:
    def count(call: Call, data: Data) -> int:
        require(call, name, data)
        return len(_followers(call, data, what))

    count.__name__ = name
    count.__doc__ = f"How many follow the {what.word} `id`."
    action(reads=True)(count)


def _list(name: str, what: _Followed) -> None:
    def listed(call: Call, data: Data) -> list[Data]:
        require(call, name, data)
        return show_users(call, _followers(call, data, what))

    listed.__name__ = name
    listed.__doc__ = f"Who follows the {what.word} `id`; for administrators."
    action(reads=True)(listed)


def _am(name: str, what: _Followed) -> None:
    def am_following(call: Call, data: Data) -> bool:
        require(call, name, data)
        id = checked(data, what.shape, call)["id"]
        if call.user is None:
            raise NotAuthorized
        return call.things.get("follow", f"{what.kind}/{call.user['id']}/{id}") is not None

    am_following.__name__ = name
    am_following.__doc__ = f"Whether who asks follows the {what.word} `id`."
    action(reads=True)(am_following)


for _word, _what in (
    ("user", _USER),
    ("dataset", _PACKAGE),
    ("group", _GROUP),
    ("organization", _GROUP),
):
    _count(f"{_word}_follower_count", _what)
    _list(f"{_word}_follower_list", _what)
for _word, _what in (("user", _USER), ("dataset", _PACKAGE), ("group", _GROUP)):
    _am(f"am_following_{_word}", _what)


# --- what a person follows --------------------------------------------------------------------


def _followed(call: Call, user: str, word: str) -> list[Thing]:
    kind = {"user": "user", "dataset": "package"}.get(word, "group")
    found = [
        call.things.get(kind, one["object_id"])
        for one in call.things.where("follow", owner=user) if one["kind"] == kind
    ]  # fmt: skip
    living = [one for one in found if one is not None and one["state"] == "active"]
    if kind == "group":
        return [one for one in living if bool(one["is_organization"]) == (word == "organization")]
    if kind == "package":
        return [one for one in living if refusal(call, "package_show", {"id": one["id"]}) is None]
    return living


def _shown(call: Call, things: list[Thing], word: str) -> list[Data]:
    if word == "user":
        return show_users(call, things)
    if word == "dataset":
        return [show_package(call, one) for one in things]
    return [show_group(call, one, packages="datasets") for one in things]


def _followee_count(name: str, words: tuple[str, ...]) -> None:
    def count(call: Call, data: Data) -> int:
        require(call, name, data)
        user = checked(data, shapes.FOLLOW_USER, call)["id"]
        trusted = call.trusting()
        return sum(len(_followed(trusted, user, word)) for word in words)

    count.__name__ = name
    count.__doc__ = f"How many the person `id` follows: {', '.join(words)}."
    action(reads=True)(count)


def _followee_list(name: str, word: str) -> None:
    def listed(call: Call, data: Data) -> list[Data]:
        require(call, name, data)
        user = checked(data, shapes.FOLLOW_USER, call)["id"]
        return _shown(call, _followed(call, user, word), word)

    listed.__name__ = name
    listed.__doc__ = f"What the person `id` follows among: {word}."
    action(reads=True)(listed)


_WORDS = ("user", "dataset", "group", "organization")
_followee_count("followee_count", _WORDS)
for _word in _WORDS:
    _followee_count(f"{_word}_followee_count", (_word,))
    _followee_list(f"{_word}_followee_list", _word)


@action(reads=True)
def followee_list(call: Call, data: Data) -> list[Data]:
    """All that the person `id` follows, by name; `q` is the beginning of names."""
    clean = checked(data, shapes.FOLLOW_USER, call)
    require(call, "followee_list", {"id": clean["id"]})
    q = str(clean.get("q") or "").strip().lower()
    found = [
        {
            "type": word,
            "display_name": one.get("display_name") or one.get("title") or one["name"],
            "dict": one,
        }
        for word in _WORDS
        for one in _shown(call, _followed(call, clean["id"], word), word)
    ]
    found = [one for one in found if str(one["display_name"]).strip().lower().startswith(q)]
    return sorted(found, key=lambda one: str(one["display_name"]))

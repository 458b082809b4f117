"""Rules about things that are there already: names that are taken, references that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dataro.ckan.call import Call
from dataro.ckan.roles import CAPACITIES
from dataro.ckan.shapes.basics import MISSING_VALUE
from dataro.ckan.shapes.check import MISSING, Bad, Field, Rule
from dataro.ckan.things import Thing

NAME_SHORTEST, NAME_LONGEST = 2, 100
TAG_SHORTEST, TAG_LONGEST = 2, 100
VERSION_LONGEST = 100
_NAME = re.compile(r"[a-z0-9_\-]*")
_TAG = re.compile(r"[\w \-.]*")


def held(hold: Callable[[Any, Call], Any]) -> Rule:
    """A rule that holds the value against the things; it raises ``Bad``."""

    def rule(field: Field) -> None:
        field.value = hold(field.value, field.call)

    return rule


def exists(kind: str, message: str) -> Rule:
    """An id of such a thing; ``{}`` in the message is the id."""

    def hold(value: Any, call: Call) -> Any:
        if call.things.get(kind, value) is None:
            raise Bad(message.format(value))
        return value

    return held(hold)


def referred(kind: str, message: str) -> Rule:
    """An id or name of such a thing."""

    def hold(value: Any, call: Call) -> Any:
        if call.things.find(kind, value) is None:
            raise Bad(message.format(value))
        return value

    return held(hold)


def unused(kind: str, message: str = "Id already exists") -> Rule:
    """No such thing has this id."""

    def hold(value: Any, call: Call) -> Any:
        if call.things.get(kind, value) is not None:
            raise Bad(message)
        return value

    return held(hold)


def to_id(kind: str, word: str) -> Rule:
    """An id or name becomes the id."""

    def hold(value: Any, call: Call) -> Any:
        found = call.things.find(kind, value)
        if found is None:
            raise Bad(f"Not found: {word}")
        return found["id"]

    return held(hold)


@held
def plain_name(value: Any, _: Call) -> Any:
    if not isinstance(value, str):
        raise Bad("Names must be strings")
    if value in ("new", "edit", "search"):
        raise Bad("That name cannot be used")
    if len(value) < NAME_SHORTEST:
        raise Bad(f"Must be at least {NAME_SHORTEST} characters long")
    if len(value) > NAME_LONGEST:
        raise Bad(f"Name must be a maximum of {NAME_LONGEST} characters long")
    if not _NAME.fullmatch(value):
        raise Bad("Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_")
    return value


def package_name(field: Field) -> None:
    value = field.value
    if not isinstance(value, str):
        return
    package: Thing | None = field.facts.get("package")
    own = package["id"] if package else field.beside("id")
    taken = field.call.things.where("package", name=value)
    if any(one["id"] != own and one["state"] != "deleted" for one in taken):
        field.say("That URL is already in use.")
    if len(value) < NAME_SHORTEST:
        raise Bad(f'Name "{value}" length is less than minimum {NAME_SHORTEST}')
    if len(value) > NAME_LONGEST:
        raise Bad(f'Name "{value}" length is more than maximum {NAME_LONGEST}')


def group_name(field: Field) -> None:
    group: Thing | None = field.facts.get("group")
    own = group["id"] if group else field.beside("id")
    if any(one["id"] != own for one in field.call.things.where("group", name=field.value)):
        field.say("Group name already exists in database")


def user_name(field: Field) -> None:
    value, changed = field.value, field.facts.get("user")
    if not isinstance(value, str):
        raise Bad("User names must be strings")
    taken = field.call.things.find("user", value)
    if taken is not None:
        if not changed or changed["id"] != taken["id"]:
            field.say(
                "The username is already associated with another account. "
                "Please use a different username."
            )
    elif changed and changed["state"] != "pending" and not _may_rename(field.call):
        field.say("That login name can not be modified.")


def _may_rename(call: Call) -> bool:
    return call.sysadmin or call.trusted


def password(field: Field) -> None:
    value = field.value
    if value is MISSING:
        return
    if not isinstance(value, str):
        field.level.say("password", "Passwords must be strings")
    elif value and len(value) < 8:
        field.level.say("password", "Your password must be 8 characters or longer")


def password_there(field: Field) -> None:
    if field.call.sysadmin and field.beside("password_hash") is not MISSING:
        return
    if not field.value:
        field.say(MISSING_VALUE)


@held
def about(value: Any, _: Call) -> Any:
    if any(one in str(value) for one in ("http://", "https://")):
        raise Bad("Edit not allowed as it looks like spam. Please avoid links in your description.")
    return value


def email_of_one(field: Field) -> None:
    """No two accounts share an address."""
    value = field.value
    if not isinstance(value, str):
        return
    states = field.call.setting("ckan.user.unique_email_states")
    same = [
        one for one in field.call.things.where("user")
        if (one.get("email") or "").lower() == value.lower() and one["state"] in states
    ]  # fmt: skip
    mine = (field.beside("name"), field.beside("id"))
    if same and not any(one["name"] in mine or one["id"] in mine for one in same):
        raise Bad(f"The email address '{value.lower()}' belongs to a registered user.")


def own_sysadmin(field: Field) -> None:
    """Nobody changes their own rights, nor those of the site itself."""
    user, value = field.facts.get("user"), field.value
    by, site = field.call.user_name, field.call.setting("ckan.site_id")
    if value is None or not by or by == site or not user or value == user["sysadmin"]:
        return
    if user["name"] == by:
        field.say("Cannot modify your own sysadmin privileges")
    if user["name"] == site:
        field.say("Cannot modify sysadmin privileges for system user")


@held
def tag_length(value: Any, _: Call) -> Any:
    if len(value) < TAG_SHORTEST:
        raise Bad(f'Tag "{value}" length is less than minimum {TAG_SHORTEST}')
    if len(value) > TAG_LONGEST:
        raise Bad(f'Tag "{value}" length is more than maximum {TAG_LONGEST}')
    return value


@held
def tag_name(value: Any, _: Call) -> Any:
    if not _TAG.fullmatch(value):
        raise Bad(
            f'Tag "{value}" can only contain alphanumeric characters, spaces (" "), '
            'hyphens ("-"), underscores ("_") or dots (".")'
        )
    return value


def tag_new_in_vocabulary(field: Field) -> None:
    name, vocabulary = field.beside("name"), field.value
    if not name:
        raise Bad("No tag name")
    same = field.call.things.where("tag", name=name, owner=vocabulary)
    if next(same, None) is not None:
        raise Bad(f"Tag {name} already belongs to vocabulary {vocabulary}")


@held
def vocabulary_name(value: Any, call: Call) -> Any:
    if not isinstance(value, str):
        raise Bad("Names must be strings")
    if len(value) < NAME_SHORTEST:
        raise Bad(f"Name must be at least {NAME_SHORTEST} characters long")
    if len(value) > NAME_LONGEST:
        raise Bad(f"Name must be a maximum of {NAME_LONGEST} characters long")
    if call.things.named("vocabulary", value) is not None:
        raise Bad("That vocabulary name is already in use.")
    return value


def same_id(fact: str) -> Rule:
    """The id of the thing that is changed stays what it is."""

    def rule(field: Field) -> None:
        thing = field.facts.get(fact)
        if thing and field.value != thing["id"]:
            raise Bad(
                f"Cannot change value of key from {thing['id']} to {field.value}. "
                "This key is read-only"
            )

    return rule


@held
def version(value: Any, _: Call) -> Any:
    if len(value) > VERSION_LONGEST:
        raise Bad(f"Version must be a maximum of {VERSION_LONGEST} characters long")
    return value


@held
def capacity(value: Any, _: Call) -> Any:
    if not isinstance(value, str) or value not in CAPACITIES:
        raise Bad("role does not exist.")
    return value

"""Groups and organisations as CKAN's clients read them."""

from __future__ import annotations

from typing import Any

from dataro.ckan.call import Call, Data
from dataro.ckan.search.packages import packages_in_group
from dataro.ckan.show import group_in_short, groups_below, show_package, show_user, users_of
from dataro.ckan.things import Thing

_MOST_PACKAGES = 10
"""A group shows the beginning of its packages; ``package_search`` gives all of them."""


def show_group(
    call: Call, group: Thing, *, packages: str | None = "dataset_count", extras: bool = True,
    users: bool = True, groups: bool = True, members: bool = False, followers: bool = True,
    counts: dict[str, int] | None = None,
) -> Data:  # fmt: skip
    """A group or organisation with what was asked for.

    ``packages`` is ``datasets``, ``dataset_count`` or None; ``counts`` are numbers of packages by
    group's id where they are known already.
    """
    shown = group_in_short(call, group)
    if extras:
        shown["extras"] = [
            {"key": key, "value": value}
            for key, value in sorted((group.get("extras") or {}).items())
        ]
    if packages == "datasets":
        found = packages_in_group(call, group)
        shown_at_most = min(_MOST_PACKAGES, int(call.setting("ckan.search.rows_max")))
        shown["packages"] = [show_package(call, one) for one in found[:shown_at_most]]
        shown["package_count"] = len(found)
    elif packages == "dataset_count":
        known = counts is not None
        shown["package_count"] = (
            (counts or {}).get(group["id"], 0) if known else len(packages_in_group(call, group))
        )
    if groups:
        shown["groups"] = groups_below(call, group)
    if users:
        shown["users"] = _people(call, group)
    if members:
        shown["member_count"] = len(users_of(call, group))
    shown["num_followers"] = 0
    if followers:
        shown["num_followers"] = sum(
            one["kind"] == "group" for one in call.things.where("follow", other=group["id"])
        )
    return shown


def _people(call: Call, group: Thing) -> list[Data]:
    shown: list[Data] = []
    for user, capacity in users_of(call, group):
        one: dict[str, Any] = show_user(call, user, capacity=capacity)
        one.pop("email", None)
        one.pop("apikey", None)
        shown.append(one)
    return shown

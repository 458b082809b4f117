"""Who may call which action with what: the one place where CKAN's permissions are decided.

``require`` asks the rule of an action's name. Administrators of the site may do everything; what
has no rule of its own here is open to everybody when it reads and to nobody else when it writes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dataro.ckan import roles
from dataro.ckan.call import Call, Data
from dataro.ckan.faults import Invalid, NotAuthorized, NotFound
from dataro.ckan.settings import truth
from dataro.ckan.things import Thing

Rule = Callable[[Call, Data], str | None]
"""None where it is allowed, else why not (may be empty)."""

_RULES: dict[str, tuple[Rule, bool]] = {}
_CREATE = ("create_dataset_if_not_in_organization", "create_unowned_dataset")


def require(call: Call, action: str, data: Data | None = None) -> None:
    """Raise ``NotAuthorized`` unless who asks may do it; ``NotFound`` where the thing is missing."""
    reason = refusal(call, action, data or {})
    if reason is not None:
        raise NotAuthorized(reason)


def refusal(call: Call, action: str, data: Data) -> str | None:
    """Why not; None where it is allowed."""
    if call.trusted:
        return None
    if call.user is not None:
        if call.user["state"] == "deleted":
            return ""
        if call.sysadmin:
            return None
    rule, anonymous = _RULES[action]
    if call.user is None and not anonymous:
        return f"Action {action} requires an authenticated user"
    return rule(call, data)


def no_strangers(call: Call, action: str) -> None:
    """Raise ``NotAuthorized`` where somebody who is not signed in asks for what needs that,
    before anything is said of what they sent."""
    known = _RULES.get(action)
    if call.user is None and not call.trusted and known is not None and not known[1]:
        raise NotAuthorized(f"Action {action} requires an authenticated user")


def no_writing_by_readers(call: Call, action: str, *, reads: bool) -> None:
    """Raise ``NotAuthorized`` where something is to be changed by a token made for reading."""
    if not reads and call.user is not None and call.user.get("reads_only"):
        raise NotAuthorized(f"This token was made for reading, not for {action}")


def _rule(*names: str, anonymous: bool = False) -> Callable[[Rule], Rule]:
    def registered(rule: Rule) -> Rule:
        for name in names:
            _RULES[name] = rule, anonymous
        return rule

    return registered


def _object(call: Call, data: Data, kind: str, word: str) -> Thing:
    reference = data.get("id")
    if not reference:
        raise Invalid({"message": f"Missing id, can not get {word} object"})
    found = call.things.find(kind, reference)
    if found is None:
        raise NotFound
    return found


# --- packages and resources -------------------------------------------------------------------


@_rule("package_create", anonymous=True)
def _package_create(call: Call, data: Data) -> str | None:
    user = call.user_name
    anybody = all(call.allows(one) for one in _CREATE)
    if call.user is None:
        anybody = anybody and call.allows("anon_create_dataset")
    elif not anybody:
        anybody = roles.may_in_some(call, "create_dataset")
    if not anybody:
        return f"User {user} not authorized to create packages"
    if not _may_in_groups(call, data, None):
        return f"User {user} not authorized to edit these groups"
    owner = data.get("owner_org")
    if owner and not roles.may_in(call, owner, "create_dataset"):
        return f"User {user} not authorized to add dataset to this organization"
    return None


@_rule("package_update", anonymous=True)
@_rule("package_delete", "package_patch", "package_change_state")
def _package_update(call: Call, data: Data) -> str | None:
    package = _object(call, data, "package", "Package")
    if package.get("owner_org"):
        may = roles.may_in(call, package["owner_org"], "update_dataset")
    else:
        may = all(call.allows(one) for one in _CREATE)
        if call.user is None:
            may = may and call.allows("anon_create_dataset")
        elif not may:
            may = roles.may_in_some(call, "create_dataset")
    if may:
        if not _may_in_groups(call, data, package):
            return f"User {call.user_name} not authorized to edit these groups"
        return None
    works = (
        call.user is not None
        and call.allows("allow_dataset_collaborators")
        and roles.collaborates(call, call.user, package["id"], ("admin", "editor"))
    )
    return (
        None if works else f"User {call.user_name} not authorized to edit package {package['id']}"
    )


def _may_in_groups(call: Call, data: Data, package: Thing | None) -> bool:
    """Whether who asks may add packages to the groups named; those it stands in do not count."""
    wanted = set()
    for one in data.get("groups") or []:
        reference = (one.get("id") or one.get("name")) if isinstance(one, dict) else one
        if not reference:
            continue
        group = call.things.find("group", reference)
        if group is None:
            raise NotFound("Group was not found.")
        wanted.add(group["id"])
    if package is not None:
        held = call.things.where("member", other=package["id"], state="active")
        wanted -= {one["group_id"] for one in held if one["capacity"] != "organization"}
    return all(roles.may_in(call, id, "manage_group") for id in wanted)


@_rule("package_revise")
def _package_revise(call: Call, data: Data) -> str | None:
    return refusal(call, "package_update", data["update"])


@_rule("package_show", anonymous=True)
def _package_show(call: Call, data: Data) -> str | None:
    package = _object(call, data, "package", "Package")
    if roles.labels_of_package(call, package) & roles.labels_of_user(call, call.user):
        return None
    return f"User {call.user_name} not authorized to read package {package['id']}"


def _package_of(call: Call, data: Data) -> Thing:
    resource = _object(call, data, "resource", "Resource")
    package = call.things.get("package", resource["package_id"])
    if package is None:
        raise NotFound("No package found for this resource, cannot check auth.")
    return package


@_rule("resource_show", "resource_view_list", anonymous=True)
def _resource_show(call: Call, data: Data) -> str | None:
    package = _package_of(call, data)
    if refusal(call, "package_show", {"id": package["id"]}) is None:
        return None
    return f"User {call.user_name} not authorized to read resource {data['id']}"


@_rule("resource_create")
def _resource_create(call: Call, data: Data) -> str | None:
    reference = data.get("package_id")
    if not reference and data.get("id"):
        reference = _object(call, data, "resource", "Resource")["package_id"]
    if not reference:
        raise NotFound("No dataset id provided, cannot check auth.")
    package = call.things.find("package", reference)
    if package is None:
        raise NotFound("No package found for this resource, cannot check auth.")
    if refusal(call, "package_update", {"id": package["id"]}) is None:
        return None
    return f"User {call.user_name} not authorized to create resources on dataset {reference}"


@_rule("resource_update", "resource_patch")
def _resource_update(call: Call, data: Data) -> str | None:
    package = _package_of(call, data)
    if refusal(call, "package_update", {"id": package["id"]}) is None:
        return None
    return f"User {call.user_name} not authorized to edit resource {data['id']}"


@_rule("resource_delete")
def _resource_delete(call: Call, data: Data) -> str | None:
    package = _package_of(call, data)
    if refusal(call, "package_delete", {"id": package["id"]}) is None:
        return None
    return f"User {call.user_name} not authorized to delete resource {data['id']}"


@_rule("resource_create_default_resource_views")
def _default_views(call: Call, data: Data) -> str | None:
    return refusal(call, "resource_create", {"id": data["resource"]["id"]})


@_rule("package_create_default_resource_views")
def _default_views_of_all(call: Call, data: Data) -> str | None:
    return refusal(call, "package_update", data["package"])


@_rule("resource_view_create")
def _view_create(call: Call, data: Data) -> str | None:
    return refusal(call, "resource_create", {"id": data["resource_id"]})


@_rule("resource_view_update", "resource_view_reorder")
def _view_update(call: Call, data: Data) -> str | None:
    return refusal(call, "resource_update", {"id": data["resource_id"]})


@_rule("resource_view_show", anonymous=True)
def _view_show(call: Call, data: Data) -> str | None:
    view = call.things.get("view", data.get("id"))
    if view is None:
        raise NotFound("Resource view not found, cannot check auth.")
    return refusal(call, "resource_show", {"id": view["resource_id"]})


@_rule("resource_view_delete")
def _view_delete(call: Call, data: Data) -> str | None:
    view = call.things.get("view", data.get("id"))
    if view is None:
        raise NotFound("Resource view not found, cannot check auth.")
    return refusal(call, "resource_delete", {"id": view["resource_id"]})


@_rule("package_relationship_create", "package_relationship_update", "package_relationship_delete")
def _relationship(call: Call, data: Data) -> str | None:
    for side in ("subject", "object"):
        if refusal(call, "package_update", {"id": data[side]}) is not None:
            return f"User {call.user_name} not authorized to edit these packages"
    return None


@_rule("package_relationships_list", anonymous=True)
def _relationships(call: Call, data: Data) -> str | None:
    for reference in (data["id"], data.get("id2")):
        if reference and refusal(call, "package_show", {"id": reference}) is not None:
            return f"User {call.user_name} not authorized to read these packages"
    return None


def _may_manage_collaborators(call: Call, data: Data) -> bool:
    package = call.things.find("package", data.get("id"))
    if package is None or call.user is None:
        raise NotFound("Dataset not found")
    owner = package.get("owner_org")
    own = not owner and all(call.allows(one) for one in _CREATE)
    if own and package.get("creator_user_id") == call.user["id"]:
        return True
    if roles.may_in(call, owner, "membership"):
        return True
    return roles.collaborates(call, call.user, package["id"], ("admin",))


@_rule("package_collaborator_create", "package_collaborator_delete", "package_collaborator_list")
def _collaborators(call: Call, data: Data) -> str | None:
    if _may_manage_collaborators(call, data):
        return None
    return f"User {call.user_name} not authorized to manage collaborators of this dataset"


@_rule("package_collaborator_list_for_user", anonymous=True)
def _collaborations(call: Call, data: Data) -> str | None:
    user = call.user
    return None if user and data.get("id") in (user["name"], user["id"]) else ""


# --- groups, organisations, members -----------------------------------------------------------


@_rule("group_create")
def _group_create(call: Call, data: Data) -> str | None:
    may = call.allows("user_create_groups")
    return None if may else f"User {call.user_name} not authorized to create groups"


@_rule("organization_create")
def _organization_create(call: Call, data: Data) -> str | None:
    may = call.allows("user_create_organizations")
    return None if may else f"User {call.user_name} not authorized to create organizations"


@_rule("group_show", "organization_show", anonymous=True)
def _group_show(call: Call, data: Data) -> str | None:
    group = _object(call, data, "group", "Group")
    if group["state"] == "active":
        shown = truth(call.setting("ckan.auth.public_user_details"))
        asked = truth(data.get("include_users") or False) or data.get("object_type") == "user"
        if shown or not asked:
            return None
    if roles.may_in(call, group["id"], "read"):
        return None
    return f"User {call.user_name} not authorized to read group {group['id']}"


@_rule("group_update", "organization_update", "group_patch", "organization_patch",
       "group_change_state", "group_edit_permissions")  # fmt: skip
def _group_update(call: Call, data: Data) -> str | None:
    group = _object(call, data, "group", "Group")
    if roles.may_in(call, group["id"], "update"):
        return None
    word = "organization" if group["is_organization"] else "group"
    return f"User {call.user_name} not authorized to edit {word} {group['id']}"


def _group_deletion(plural: str) -> Rule:
    def rule(call: Call, data: Data) -> str | None:
        group = _object(call, data, "group", "Group")
        if not call.allows(f"user_delete_{plural}"):
            return f"User {call.user_name} not authorized to delete {plural}"
        if roles.may_in(call, group["id"], "delete"):
            return None
        return f"User {call.user_name} not authorized to delete {plural[:-1]} {group['id']}"

    return rule


_rule("group_delete")(_group_deletion("groups"))
_rule("organization_delete")(_group_deletion("organizations"))


@_rule("group_member_create", "organization_member_create")
def _member_in(call: Call, data: Data) -> str | None:
    if roles.may_in(call, data.get("id"), "membership"):
        return None
    return f"User {call.user_name} not authorized to add members"


@_rule("user_invite")
def _user_invite(call: Call, data: Data) -> str | None:
    return refusal(call, "group_member_create", {"id": data.get("group_id")})


@_rule("member_create", "member_delete")
def _member(call: Call, data: Data) -> str | None:
    group = _object(call, data, "group", "Group")
    into = not group["is_organization"] and data.get("object_type") == "package"
    if roles.may_in(call, group["id"], "manage_group" if into else "update"):
        return None
    return f"User {call.user_name} not authorized to edit group {group['id']}"


@_rule("bulk_update_private", "bulk_update_public", "bulk_update_delete")
def _bulk(call: Call, data: Data) -> str | None:
    return None if roles.may_in(call, data.get("org_id"), "update") else ""


# --- people -----------------------------------------------------------------------------------


@_rule("user_create", anonymous=True)
def _user_create(call: Call, data: Data) -> str | None:
    if call.allows("create_user_via_api"):
        return None
    return f"User {call.user_name} not authorized to create users via the API"


@_rule("user_update", anonymous=True)
@_rule("user_patch")
def _user_update(call: Call, data: Data) -> str | None:
    reference = data.get("id")
    if not reference:
        raise Invalid({"message": "Missing id, can not get User object"})
    found = call.things.find("user", reference)
    if found is None:
        return "User not found"
    if call.user is None:
        return "Have to be logged in to edit user"
    if call.user_name == found["name"]:
        return None
    return f"User {call.user_name} not authorized to edit user {found['id']}"


def _people_seen(call: Call) -> bool:
    return call.user is not None or truth(call.setting("ckan.auth.public_user_details"))


@_rule("user_show", "user_autocomplete", anonymous=True)
def _user_show(call: Call, data: Data) -> str | None:
    return None if _people_seen(call) else ""


@_rule("user_list", anonymous=True)
def _user_list(call: Call, data: Data) -> str | None:
    return None if _people_seen(call) and not data.get("email") else ""


@_rule("api_token_create")
def _token_create(call: Call, data: Data) -> str | None:
    user = call.things.find("user", data.get("user"))
    return None if user and user["name"] == call.user_name else ""


@_rule("api_token_list", anonymous=True)
def _token_list(call: Call, data: Data) -> str | None:
    user = call.things.find("user", data.get("user_id", data.get("user")))
    return None if user and user["name"] == call.user_name else ""


@_rule("api_token_revoke", anonymous=True)
def _token_revoke(call: Call, data: Data) -> str | None:
    token = call.things.get("token", data.get("jti"))
    own = token is not None and call.user is not None and token["user_id"] == call.user["id"]
    return None if own else ""


# --- following --------------------------------------------------------------------------------


def _following(what: str, show: str) -> Rule:
    def rule(call: Call, data: Data) -> str | None:
        if call.user is None:
            return f"You must be logged in to follow {what}"
        return refusal(call, show, data)

    return rule


_rule("follow_user")(_following("users", "user_show"))
_rule("follow_dataset")(_following("datasets", "package_show"))
_rule("follow_group")(_following("groups", "group_show"))


@_rule("unfollow_user", "unfollow_dataset", "unfollow_group")
def _unfollow(call: Call, data: Data) -> str | None:
    return None


@_rule("followee_list", "user_followee_list", "dataset_followee_list", "group_followee_list",
       "organization_followee_list", anonymous=True)  # fmt: skip
def _followees(call: Call, data: Data) -> str | None:
    asked = call.things.find("user", data.get("id", ""))
    own = call.user is not None and asked is not None and asked["id"] == call.user["id"]
    return None if own else "Not authorized"


# --- the datastore ----------------------------------------------------------------------------


def _on_resource(privilege: str) -> Rule:
    def rule(call: Call, data: Data) -> str | None:
        id = data.get("id") or data.get("resource_id")
        if refusal(call, privilege, {"id": id}) is None:
            return None
        return f"User {call.user_name} not authorized to perform {privilege} on resource {id}"

    return rule


_rule("datastore_upsert", "datastore_delete", "datastore_records_delete")(
    _on_resource("resource_update")
)
_rule("datastore_info", "datastore_search", anonymous=True)(_on_resource("resource_show"))


@_rule("datastore_create")
def _datastore_create(call: Call, data: Data) -> str | None:
    package = (data.get("resource") or {}).get("package_id")
    if package:
        return _on_resource("package_update")(call, {"id": package})
    return _on_resource("resource_update")(call, data)


# --- everybody, nobody ------------------------------------------------------------------------

_EVERYBODY = (
    "site_read package_search package_list current_package_list_with_resources group_list "
    "group_list_authz organization_list organization_list_for_user license_list vocabulary_list "
    "tag_list vocabulary_show tag_show package_autocomplete group_autocomplete "
    "organization_autocomplete tag_autocomplete format_autocomplete task_status_show "
    "member_roles_list help_show status_show dataset_followee_count group_followee_count "
    "organization_followee_count user_followee_count followee_count dataset_follower_count "
    "group_follower_count organization_follower_count user_follower_count am_following_dataset "
    "am_following_group am_following_user group_package_show member_list resource_search "
    "tag_search term_translation_show group_list_available"
)
_SIGNED_IN = "group_member_delete organization_member_delete package_resource_reorder"
_NOBODY = (
    "get_site_user user_follower_list dataset_follower_list group_follower_list "
    "organization_follower_list config_option_show config_option_list job_list job_show "
    "job_clear job_cancel user_delete dataset_purge group_purge organization_purge "
    "resource_view_clear task_status_update task_status_delete vocabulary_create "
    "vocabulary_update vocabulary_delete tag_create tag_delete term_translation_update "
    "package_owner_org_update config_option_update datastore_function_create "
    "datastore_function_delete datastore_run_triggers"
)


def _yes(call: Call, data: Data) -> str | None:
    return None


def _no(call: Call, data: Data) -> str | None:
    return ""


def _task_update(call: Call, data: Any) -> str | None:
    return f"User {call.user_name} not authorized to update task_status table"


_rule(*_EVERYBODY.split(), anonymous=True)(_yes)
_rule(*_SIGNED_IN.split())(_yes)
_rule(*_NOBODY.split(), anonymous=True)(_no)
_rule("task_status_update")(_task_update)

"""The shapes of what each action accepts."""

from __future__ import annotations

from dataro.ckan.settings import EDITABLE
from dataro.ckan.shapes import basics as b
from dataro.ckan.shapes import names as n
from dataro.ckan.shapes import packages as p
from dataro.ckan.shapes.check import Shape

_TEXT = (b.ignore_missing, b.text)
_ID = (b.ignore_missing, b.empty_unless_sysadmin, b.uuid4)
_MAIL = (b.ignore_missing, b.text, b.stripped, b.email)

EXTRAS: Shape = {
    "id": _ID,
    "key": (b.not_empty, p.not_a_field, b.text),
    "value": (b.not_missing, b.text),
    "state": (b.ignore,),
    "deleted": (b.ignore_missing,),
    "revision_timestamp": (b.ignore,),
    "__extras": (b.ignore,),
}

TAGS: Shape = {
    "name": (b.not_missing, b.not_empty, b.text, n.tag_length, n.tag_name),
    "vocabulary_id": (
        b.ignore_missing, b.text, n.exists("vocabulary", "Tag vocabulary was not found."),
    ),
    "revision_timestamp": (b.ignore,),
    "state": (b.ignore,),
    "display_name": (b.ignore,),
}  # fmt: skip

TAG_CREATE: Shape = {
    **TAGS,
    "id": (b.empty,),
    "vocabulary_id": (
        b.not_missing, b.not_empty, b.text,
        n.exists("vocabulary", "Tag vocabulary was not found."), n.tag_new_in_vocabulary,
    ),
}  # fmt: skip

RESOURCE: Shape = {
    "id": (b.ignore_empty, b.uuid4, p.resource_id_free, b.text),
    "package_id": (b.ignore,),
    "url": (b.ignore_missing, b.text, b.stripped),
    "description": _TEXT,
    "format": (p.guessed_format, b.ignore_missing, p.format_of_list, b.text),
    "hash": _TEXT,
    "state": (b.ignore,),
    "position": (b.ignore,),
    "name": _TEXT,
    "resource_type": _TEXT,
    "url_type": _TEXT,
    "mimetype": _TEXT,
    "mimetype_inner": _TEXT,
    "cache_url": _TEXT,
    "size": (b.ignore_missing, b.integer),
    "created": (b.ignore_missing, b.moment),
    "last_modified": (b.ignore_missing, b.moment),
    "cache_last_updated": (b.ignore_missing, b.moment),
    "datastore_active": (b.ignore_missing,),
    "__extras": (b.ignore_missing, b.keep_extras),
}

RELATIONSHIP_TYPES = (
    "depends_on", "dependency_of", "derives_from", "has_derivation", "links_to", "linked_from",
    "child_of", "parent_of",
)  # fmt: skip

RELATIONSHIP: Shape = {
    "id": _TEXT,
    "subject": _TEXT,
    "object": _TEXT,
    "type": (b.not_empty, b.one_of(RELATIONSHIP_TYPES)),
    "comment": _TEXT,
    "state": (b.ignore,),
}

RELATIONSHIP_CREATE: Shape = {
    **RELATIONSHIP,
    "id": (b.empty,),
    "subject": (b.not_empty, b.text, n.referred("package", "Dataset not found")),
    "object": (b.not_empty, b.text, n.referred("package", "Dataset not found")),
}

PACKAGE_CREATE: Shape = {
    "__before": (p.no_doubled_extras,),
    "id": (*_ID, n.unused("package", "Dataset id already exists"), b.text),
    "name": (b.not_empty, b.text, n.plain_name, n.package_name),
    "title": (b.same_as("name"), b.text),
    "author": _TEXT,
    "author_email": _MAIL,
    "maintainer": _TEXT,
    "maintainer_email": _MAIL,
    "license_id": _TEXT,
    "notes": _TEXT,
    "url": _TEXT,
    "version": (b.ignore_missing, b.text, n.version),
    "state": (p.state_of_package, b.ignore_missing),
    "type": _TEXT,
    "owner_org": (p.owner_org, b.text),
    "private": (b.ignore_missing, b.boolean, p.private_needs_owner),
    "__extras": (b.ignore,),
    "resources": RESOURCE,
    "tags": TAGS,
    "tag_string": (b.ignore_missing, p.tags_from_text),
    "plugin_data": (b.ignore_missing, b.json_object, b.ignore_unless_sysadmin),
    "extras": EXTRAS,
    "save": (b.ignore,),
    "return_to": (b.ignore,),
    "relationships_as_object": RELATIONSHIP,
    "relationships_as_subject": RELATIONSHIP,
    "groups": {"id": _TEXT, "name": _TEXT, "title": _TEXT, "__extras": (b.ignore,)},
    "metadata_modified": (b.ignore_unless_sysadmin, b.ignore_missing, b.moment),
}

PACKAGE_UPDATE: Shape = {
    **PACKAGE_CREATE,
    "id": (b.ignore_missing, n.same_id("package")),
    "name": (b.ignore_missing, n.plain_name, n.package_name, b.text),
    "title": _TEXT,
    "owner_org": (b.ignore_missing, p.owner_org, b.text),
}

PACKAGE_REVISE: Shape = {
    "match": (b.ignore_missing, b.json_or_text, b.dictionary),
    "filter": (b.ignore_missing, b.json_list_or_text, b.texts),
    "update": (b.ignore_missing, b.json_or_text, b.dictionary),
    "include": (b.ignore_missing, b.json_list_or_text, b.texts),
}

GROUP_CREATE: Shape = {
    "id": (*_ID, n.unused("group"), b.text),
    "name": (b.not_empty, b.text, n.plain_name, n.group_name),
    "title": _TEXT,
    "description": _TEXT,
    "image_url": _TEXT,
    "image_display_url": _TEXT,
    "type": _TEXT,
    "state": (p.state_of_group, b.ignore_missing),
    "created": (b.ignore,),
    "is_organization": (b.ignore_missing,),
    "approval_status": _TEXT,
    "extras": EXTRAS,
    "__extras": (b.ignore,),
    "packages": {
        "id": (b.not_empty, b.text, n.referred("package", "Dataset not found")),
        "title": _TEXT,
        "name": _TEXT,
        "__extras": (b.ignore,),
    },
    "users": {
        "name": (b.not_empty, b.text),
        "capacity": (b.ignore_missing,),
        "__extras": (b.ignore,),
    },
    "groups": {
        "name": (b.not_empty, p.no_loop, b.text),
        "capacity": (b.ignore_missing,),
        "__extras": (b.ignore,),
    },
}

_NO_GROUP = "That group name or ID does not exist."
GROUP_UPDATE: Shape = {
    **GROUP_CREATE,
    "id": (b.not_empty, n.referred("group", _NO_GROUP), b.text),
    "name": (b.ignore_missing, b.not_empty, n.group_name, b.text),
}

USER_CREATE: Shape = {
    "id": (*_ID, n.unused("user"), b.text),
    "name": (b.not_empty, n.plain_name, n.user_name, b.text),
    "fullname": _TEXT,
    "password": (n.password, n.password_there, b.ignore_missing, b.text),
    "password_hash": (b.ignore_missing, b.ignore_unless_sysadmin, b.text),
    "email": (b.not_empty, b.stripped, b.email, n.email_of_one, b.text),
    "about": (b.ignore_missing, n.about, b.text),
    "created": (b.ignore,),
    "sysadmin": (b.ignore_missing, b.ignore_unless_sysadmin, n.own_sysadmin, b.boolean),
    "reset_key": (b.ignore,),
    "activity_streams_email_notifications": (b.ignore_missing, b.boolean),
    "state": (b.ignore_missing, b.ignore_unless_sysadmin),
    "image_url": _TEXT,
    "image_display_url": _TEXT,
    "plugin_extras": (b.ignore_missing, b.json_object, b.ignore_unless_sysadmin),
    "__extras": (b.ignore,),
}

USER_INVITED: Shape = {**USER_CREATE, "password": (b.ignore_missing,)}

USER_UPDATE: Shape = {
    **USER_CREATE,
    "id": (b.not_empty, n.referred("user", "User not found"), b.text),
    "name": (b.ignore_missing, n.plain_name, n.user_name, b.text),
    "password": (n.password, b.ignore_missing, b.text),
}

USER_INVITE: Shape = {
    "email": (b.not_empty, b.email, n.email_of_one, b.text),
    "group_id": (b.not_empty,),
    "role": (b.not_empty,),
    "__extras": (b.ignore,),
}

MEMBER: Shape = {
    "id": (b.not_missing, n.referred("group", _NO_GROUP), b.text),
    "username": (b.not_missing, n.referred("user", "User not found"), b.text),
    "role": (b.not_missing, n.capacity, b.text),
}

TOKEN: Shape = {
    "name": (b.not_empty, b.text),
    "user": (b.not_empty, b.text),
    "plugin_extras": (b.ignore_missing, b.json_object, b.ignore_unless_sysadmin),
}

TASK: Shape = {
    "id": (b.ignore,),
    "entity_id": (b.not_empty, b.text),
    "entity_type": (b.not_empty, b.text),
    "task_type": (b.not_empty, b.text),
    "key": (b.not_empty, b.text),
    "value": (b.ignore_missing,),
    "state": (b.ignore_missing,),
    "last_updated": (b.ignore_missing,),
    "error": (b.ignore_missing,),
}

TRANSLATION: Shape = {
    "term": (b.not_empty, b.text),
    "term_translation": (b.not_empty, b.text),
    "lang_code": (b.not_empty, b.text),
}

VOCABULARY_CREATE: Shape = {
    "id": (b.empty,),
    "name": (b.not_empty, b.text, n.vocabulary_name),
    "tags": TAGS,
}

VOCABULARY_UPDATE: Shape = {
    **VOCABULARY_CREATE,
    "id": (b.ignore_missing, n.same_id("vocabulary")),
    "name": (b.ignore_missing, n.vocabulary_name),
}

_WHICH = (b.not_missing, b.not_empty, b.text)
FOLLOW_USER: Shape = {"id": (*_WHICH, n.to_id("user", "User")), "q": (b.ignore_missing,)}
FOLLOW_PACKAGE: Shape = {"id": (*_WHICH, n.to_id("package", "Dataset"))}
FOLLOW_GROUP: Shape = {"id": (*_WHICH, n.to_id("group", "Group"))}

PAGES: Shape = {
    "limit": (b.ignore_missing, b.natural),
    "offset": (b.ignore_missing, b.natural),
}
PACKAGE_LIST: Shape = {**PAGES, "page": (b.ignore_missing, b.positive)}

AUTOCOMPLETE: Shape = {
    "q": (b.not_missing, b.text),
    "ignore_self": (b.ignore_missing,),
    "limit": (b.ignore_missing, b.natural),
}

PACKAGE_SEARCH: Shape = {
    "q": _TEXT,
    "fl": (b.ignore_missing, b.list_if_text),
    "fq": _TEXT,
    "rows": (b.default(10), b.natural, b.at_most("ckan.search.rows_max")),
    "sort": _TEXT,
    "start": (b.ignore_missing, b.natural),
    "qf": _TEXT,
    "facet": _TEXT,
    "facet.mincount": (b.ignore_missing, b.natural),
    "facet.limit": (b.ignore_missing, b.integer),
    "facet.field": (b.ignore_missing, b.json_if_text, b.texts),
    "extras": (b.ignore_missing,),
}

RESOURCE_SEARCH: Shape = {
    "query": (b.ignore_missing,),
    "fields": (b.ignore_missing,),
    "order_by": _TEXT,
    "offset": (b.ignore_missing, b.natural),
    "limit": (b.ignore_missing, b.natural),
}

VIEW_CREATE: Shape = {
    "id": (b.ignore_empty, b.empty_unless_sysadmin, b.uuid4,
           n.unused("view", "ResourceView id already exists"), b.text),
    "resource_id": (b.not_empty, n.exists("resource", "Resource not found: {}")),
    "title": (b.not_empty, b.text),
    "description": _TEXT,
    "view_type": (b.not_empty, b.text),
    "filter_fields": (b.ignore_missing, b.list_if_text, p.filters_pair),
    "filter_values": (b.ignore_missing, b.list_if_text),
}  # fmt: skip

VIEW_UPDATE: Shape = {
    **VIEW_CREATE,
    "id": (b.not_missing, b.not_empty, b.uuid4, b.text),
    "resource_id": (b.ignore_missing, n.exists("resource", "Resource not found: {}")),
    "title": _TEXT,
    "view_type": (b.ignore,),
    "package_id": (b.ignore,),
}

SETTINGS: Shape = dict.fromkeys(EDITABLE, _TEXT)

JOBS: Shape = {
    "queues": (b.ignore_missing, b.texts),
    "limit": (b.ignore_missing, b.integer),
    "ids_only": (b.ignore_missing, b.boolean),
}

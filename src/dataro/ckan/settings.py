"""Settings of CKAN's own names that the actions heed, with the values they have unless changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEFAULTS: Mapping[str, Any] = {
    "ckan.site_id": "default",
    "ckan.site_url": "",
    "ckan.site_title": "CKAN",
    "ckan.site_description": "",
    "ckan.locale_default": "en",
    "ckan.plugins": ["datastore"],
    "ckan.hide_version": False,
    "ckan.default_group_sort": "title",
    "ckan.group_and_organization_list_max": 1000,
    "ckan.group_and_organization_list_all_fields_max": 25,
    "ckan.search.rows_max": 1000,
    "ckan.search.default_package_sort": "score desc, metadata_modified desc",
    "ckan.datastore.search.rows_default": 100,
    "ckan.datastore.search.rows_max": 32000,
    "ckan.datastore.ms_in_timestamp": True,
    "ckan.user.unique_email_states": ["active"],
    "ckan.views.default_views": "",
    "ckan.upload.user.types": ["image"],
    "ckan.upload.user.mimetypes": ["image/png", "image/gif", "image/jpeg"],
    "ckan.upload.group.types": ["image"],
    "ckan.upload.group.mimetypes": ["image/png", "image/gif", "image/jpeg"],
    "ckan.auth.anon_create_dataset": False,
    "ckan.auth.create_dataset_if_not_in_organization": True,
    "ckan.auth.create_unowned_dataset": True,
    "ckan.auth.user_create_groups": True,
    "ckan.auth.user_create_organizations": True,
    "ckan.auth.user_delete_groups": True,
    "ckan.auth.user_delete_organizations": True,
    "ckan.auth.create_user_via_api": False,
    "ckan.auth.create_user_via_web": True,
    "ckan.auth.roles_that_cascade_to_sub_groups": "admin",
    "ckan.auth.allow_dataset_collaborators": False,
    "ckan.auth.allow_admin_collaborators": False,
    "ckan.auth.allow_collaborators_to_change_owner_org": False,
    "ckan.auth.public_user_details": True,
}

EDITABLE = (
    "ckan.site_title",
    "ckan.site_logo",
    "ckan.site_url",
    "ckan.site_description",
    "ckan.site_about",
    "ckan.site_intro_text",
    "ckan.site_custom_css",
    "ckan.theme",
    "logo_upload",
    "clear_logo_upload",
)
"""What ``config_option_update`` may change while the server runs."""

TRUE = ("true", "yes", "on", "y", "t", "1")
FALSE = ("false", "no", "off", "n", "f", "0")


def truth(value: Any) -> bool:
    """A parameter as yes or no. Raises ``ValueError`` for a text that is neither."""
    if isinstance(value, str):
        said = value.strip().lower()
        if said in TRUE:
            return True
        if said in FALSE:
            return False
        raise ValueError(f"String is not true/false: {value!r}")
    return bool(value)


def words(value: Any, separator: str | None = None) -> list[Any]:
    """A parameter as a list: a text is divided, nothing is an empty list."""
    if isinstance(value, str):
        return [one.strip() for one in value.split(separator) if one.strip()]
    if isinstance(value, list | tuple | set):
        return list(value)
    return [value] if value else []

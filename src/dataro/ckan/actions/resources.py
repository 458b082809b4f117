"""Resources of packages, and views of them."""

from __future__ import annotations

import mimetypes
from typing import Any

from dataro.ckan.actions.packages import checked, package_called, update_package
from dataro.ckan.allow import require
from dataro.ckan.call import Call, Data, action, listed, new_id, wanted
from dataro.ckan.faults import Invalid, NotFound
from dataro.ckan.settings import words
from dataro.ckan.shapes import basics, shapes
from dataro.ckan.shapes.check import Shape
from dataro.ckan.show import show_package, show_resource, show_view
from dataro.ckan.things import Thing

VIEW_TYPES = frozenset(
    [
        "image_view",
        "text_view",
        "video_view",
        "audio_view",
        "webpage_view",
        "datatables_view",
        "recline_view",
        "recline_grid_view",
        "recline_graph_view",
        "recline_map_view",
    ]
)
_FILTERABLE = ("datatables_view", "recline_view", "recline_grid_view", "recline_graph_view",
               "recline_map_view")  # fmt: skip
_SHOWS = {
    "image_view": ("png", "jpeg", "gif", "jpg"),
    "text_view": ("txt", "json", "xml", "geojson"),
    "datatables_view": ("csv", "xlsx", "xls", "tsv"),
}
"""Formats for which a view is made by itself, where the settings name it."""


def resource_called(call: Call, id: Any, message: str = "Resource was not found.") -> Thing:
    """A resource by its id. Raises ``NotFound``."""
    found = call.things.get("resource", id)
    if found is None:
        raise NotFound(message)
    return found


@action(reads=True)
def resource_show(call: Call, data: Data) -> Data:
    """One resource by `id`."""
    resource = resource_called(call, wanted(data, "id"), "")
    require(call, "resource_show", data)
    package = call.things.get("package", resource["package_id"])
    if resource["state"] != "active" or package is None:
        raise NotFound("Resource was not found.")
    require(call, "package_show", {"id": package["id"]})
    return show_resource(call, resource)


@action()
def resource_create(call: Call, data: Data) -> Data:
    """Add a resource to package `package_id`: `url`, `name`, `format`, `description` …"""
    package = package_called(call, wanted(data, "package_id"))
    data = {**data, "url": data.get("url") or ""}
    require(call, "package_show", {"id": package["id"]})
    require(call, "resource_create", data)
    shown = show_package(call, package)
    shown.pop("metadata_modified")
    shown["resources"] = [*shown["resources"], _uploaded(data)]
    try:
        after, _ = update_package(call, shown, package)
    except Invalid as fault:
        raise _of_resource(fault, -1) from None
    resource: Data = after["resources"][-1]
    _keep_file(call, data, resource["id"])
    _add_default_views(call, resource)
    return resource


def _of_resource(fault: Invalid, position: int) -> Invalid:
    """The complaints about one resource, without those about the others."""
    try:
        errors = fault.errors["resources"][position]
    except (KeyError, IndexError):
        return fault
    return Invalid(errors) if errors else fault


def _keep_file(call: Call, data: Data, id: str) -> None:
    """Keep a file that came along, under the resource's id alone."""
    content = getattr(data.get("upload"), "content", None)
    if content is None:
        return
    call.files.mkdir(parents=True, exist_ok=True)
    new = call.files / f"{id}.new"
    new.write_bytes(content)
    new.replace(call.files / id)


def _uploaded(data: Data) -> Data:
    """A resource whose file came along: its address is the file's name."""
    upload = data.get("upload")
    name = getattr(upload, "filename", None)
    if not name:
        return {key: value for key, value in data.items() if key != "upload"}
    sent = {key: value for key, value in data.items() if key != "upload"}
    size, media = getattr(upload, "size", None), mimetypes.guess_type(str(name))[0]
    found: Data = {"url": name, "url_type": "upload", "size": size}
    if not sent.get("mimetype"):
        found["mimetype"] = media
    return {**sent, **found}


@action()
def resource_update(call: Call, data: Data) -> Data:
    """Replace a resource, found by `id`."""
    id = wanted(data, "id")
    resource = resource_called(call, id)
    require(call, "resource_update", {"id": id})
    return _updated(call, {**data, "url": data.get("url") or ""}, resource)


def _updated(call: Call, data: Data, resource: Thing) -> Data:
    package = package_called(call, resource["package_id"])
    require(call, "package_show", {"id": package["id"]})
    shown = show_package(call, package)
    shown.pop("metadata_modified")
    ids = [one["id"] for one in shown["resources"]]
    if resource["id"] not in ids:
        raise NotFound("Resource was not found.")
    position = ids.index(resource["id"])
    if "datastore_active" in resource["extras"]:
        data.setdefault("datastore_active", resource["extras"]["datastore_active"])
    shown["resources"] = [*shown["resources"]]
    shown["resources"][position] = _uploaded(data)
    try:
        after, _ = update_package(call, shown, package)
    except Invalid as fault:
        raise _of_resource(fault, position) from None
    changed: Data = after["resources"][position]
    _keep_file(call, data, changed["id"])
    if changed["format"] != show_resource(call, resource)["format"]:
        _add_default_views(call, changed)
    return changed


@action()
def resource_patch(call: Call, data: Data) -> Data:
    """Change only the fields sent of the resource `id`."""
    require(call, "resource_patch", data)
    resource = resource_called(call, wanted(data, "id"))
    return patch_resource(call, resource, data)


def patch_resource(call: Call, resource: Thing, change: Data) -> Data:
    """Change some fields of a resource."""
    require(call, "resource_update", {"id": resource["id"]})
    shown = show_resource(call, resource)
    shown.pop("metadata_modified", None)
    return _updated(call, {**shown, **change}, resource)


@action()
def resource_delete(call: Call, data: Data) -> None:
    """Delete the resource `id`, with its table in the datastore."""
    id = wanted(data, "id")
    resource = resource_called(call, id, "")
    require(call, "resource_delete", {"id": id})
    package = package_called(call, resource["package_id"])
    shown = show_package(call, package)
    shown.pop("metadata_modified")
    shown["resources"] = [one for one in shown["resources"] if one["id"] != id]
    update_package(call, shown, package)
    call.rows.drop(id)
    (call.files / id).unlink(missing_ok=True)


# --- views ------------------------------------------------------------------------------------


def _view_type(data: Data) -> str:
    type = wanted(data, "view_type")
    if not isinstance(type, str) or type not in VIEW_TYPES:
        raise Invalid({"view_type": f"No plugin found for view_type {type}"})
    return type


def _view_shape(type: str, shape: Shape) -> Shape:
    """Views of tables may be filtered, and say how they are drawn in fields of their own."""
    own = dict(shape)
    if type not in _FILTERABLE:
        own.pop("filter_fields")
        own.pop("filter_values")
    if type == "image_view":
        own["image_url"] = (basics.ignore_empty, basics.text)
    own["__extras"] = (
        (basics.ignore_missing, basics.keep_extras)
        if type.startswith(("recline", "datatables", "webpage", "video", "audio"))
        else (basics.no_others,)
    )
    return own


@action()
def resource_view_create(call: Call, data: Data) -> Data:
    """Add a view to the resource `resource_id`: `view_type`, `title`, `description` …"""
    resource_id = wanted(data, "resource_id")
    if call.things.get("resource", resource_id) is not None:
        require(call, "resource_view_create", {"resource_id": resource_id})
    type = _view_type(data)
    clean = checked(data, _view_shape(type, shapes.VIEW_CREATE), call)
    require(call, "resource_view_create", {"resource_id": resource_id})
    return show_view(call, _put_view(call, clean))


def _put_view(call: Call, data: Data) -> Thing:
    before = list(call.things.where("view", owner=data["resource_id"]))
    own = ("id", "resource_id", "title", "description", "view_type")
    order = data.get("order")
    if order is None:
        order = max((one["order"] for one in before), default=-1) + 1
    view: Thing = {
        "id": data.get("id") or new_id(),
        "resource_id": data["resource_id"],
        "title": data.get("title"),
        "description": data.get("description"),
        "view_type": data["view_type"],
        "order": order,
        "config": {name: value for name, value in data.items() if name not in (*own, "order")},
    }
    return call.things.put("view", view)


def _view_called(call: Call, id: Any) -> Thing:
    found = call.things.get("view", id)
    if found is None:
        raise NotFound
    return found


@action()
def resource_view_update(call: Call, data: Data) -> Data:
    """Change the view `id`."""
    id = wanted(data, "id")
    view = call.things.get("view", id)
    if view is None:
        raise NotFound("Resource view was not found.")
    clean = checked(data, _view_shape(view["view_type"], shapes.VIEW_UPDATE), call)
    require(call, "resource_view_update", {"resource_id": view["resource_id"]})
    known = {name: view[name] for name in ("resource_id", "title", "description", "view_type")}
    return show_view(call, _put_view(call, {**known, **clean, "id": id, "order": view["order"]}))


@action()
def resource_view_reorder(call: Call, data: Data) -> Data:
    """Put the views of resource `id` in `order`; those not named follow."""
    id, order = wanted(data, "id", "order")
    if not isinstance(order, list):
        raise Invalid({"order": "Must supply order as a list"})
    if len(order) != len({str(one) for one in order}):
        raise Invalid({"order": "No duplicates allowed in order"})
    resource_called(call, id)
    require(call, "resource_view_reorder", {"resource_id": id})
    views = {one["id"]: one for one in _views(call, id)}
    for one in order:
        if not isinstance(one, str) or one not in views:
            raise Invalid({"order": f"View {one} does not exist"})
    ordered = [*order, *(one for one in views if one not in order)]
    for number, one in enumerate(ordered):
        call.things.put("view", views[one] | {"order": number + 1})
    return {"id": id, "order": ordered}


def _views(call: Call, resource: str) -> list[Thing]:
    return sorted(call.things.where("view", owner=resource), key=lambda one: one["order"])


@action(reads=True)
def resource_view_show(call: Call, data: Data) -> Data:
    """One view by `id`."""
    id = wanted(data, "id")
    if call.things.get("view", id) is None:
        require(call, "resource_view_show", data)
        raise NotFound
    require(call, "resource_view_show", data)
    return show_view(call, _view_called(call, id))


@action(reads=True)
def resource_view_list(call: Call, data: Data) -> list[Data]:
    """The views of resource `id` in their order."""
    id = wanted(data, "id")
    resource_called(call, id, "")
    require(call, "resource_view_list", data)
    return [show_view(call, one) for one in _views(call, id)]


@action()
def resource_view_delete(call: Call, data: Data) -> Data:
    """Delete the view `id`."""
    view = _view_called(call, wanted(data, "id"))
    require(call, "resource_view_delete", {"id": view["id"]})
    call.things.remove("view", view["id"])
    return {"resource_id": view["resource_id"]}


@action()
def resource_view_clear(call: Call, data: Data) -> None:
    """Delete all views, or those of `view_types`."""
    require(call, "resource_view_clear", data)
    types = data.get("view_types") or []
    for one in list(call.things.where("view")):
        if not types or one["view_type"] in types:
            call.things.remove("view", one["id"])


def _add_default_views(call: Call, resource: Data, types: list[str] | None = None) -> list[Data]:
    made = []
    wanted_types = types or words(call.setting("ckan.views.default_views"))
    format = str(resource.get("format") or "").lower()
    there = {one["view_type"] for one in call.things.where("view", owner=resource["id"])}
    for type in wanted_types:
        if format in _SHOWS.get(type, ()) and type not in there:
            title = {"image_view": "Image", "text_view": "Text", "datatables_view": "Table"}[type]
            view = {"resource_id": resource["id"], "view_type": type, "title": title,
                    "description": ""}  # fmt: skip
            made.append(show_view(call, _put_view(call, view)))
    return made


@action()
def resource_create_default_resource_views(call: Call, data: Data) -> list[Data]:
    """Make the views that the settings name for `resource`, where they fit its format."""
    resource = wanted(data, "resource")
    if not isinstance(resource, dict) or not isinstance(resource.get("id"), str):
        raise Invalid({"resource": ["Must be a dict"]})
    require(call, "resource_create_default_resource_views", data)
    return _add_default_views(call, resource)


@action()
def package_create_default_resource_views(call: Call, data: Data) -> list[Data]:
    """The same for every resource of `package`."""
    package = wanted(data, "package")
    if not isinstance(package, dict):
        raise Invalid({"package": ["Must be a dict"]})
    require(call, "package_create_default_resource_views", data)
    sent = [one for one in listed(package, "resources") if isinstance(one, dict) and "id" in one]
    return [view for one in sent for view in _add_default_views(call, one)]

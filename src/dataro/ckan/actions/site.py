"""The site itself: its state, settings, licences, help, tasks and translations."""

from __future__ import annotations

import inspect
from typing import Any

from dataro import __version__
from dataro.ckan.actions.packages import checked, package_called
from dataro.ckan.allow import require
from dataro.ckan.call import ACTIONS, Call, Data, action, listed, new_id, wanted
from dataro.ckan.faults import Invalid, NotFound
from dataro.ckan.licences import licences
from dataro.ckan.settings import EDITABLE, truth, words
from dataro.ckan.shapes import shapes
from dataro.ckan.things import Thing

CKAN_VERSION = "2.12.0"
"""The version whose actions these are; clients look at it."""
_REVERSED = dict(zip(shapes.RELATIONSHIP_TYPES[::2], shapes.RELATIONSHIP_TYPES[1::2], strict=True))
_REVERSED |= {value: name for name, value in _REVERSED.items()}


@action(reads=True)
def site_read(call: Call, data: Data) -> bool:
    """Whether the site may be read."""
    require(call, "site_read", data)
    return True


@action(reads=True)
def status_show(call: Call, data: Data) -> Data:
    """What site this is, and what it can do."""
    require(call, "status_show", data)
    shown = {
        "site_title": call.setting("ckan.site_title"),
        "site_description": call.setting("ckan.site_description"),
        "site_url": call.setting("ckan.site_url"),
        "error_emails_to": None,
        "locale_default": call.setting("ckan.locale_default"),
        "extensions": words(call.setting("ckan.plugins")),
    }
    if not truth(call.setting("ckan.hide_version") or False) or call.sysadmin:
        shown["ckan_version"] = CKAN_VERSION
        shown["dataro_version"] = __version__
    return shown


@action(reads=True)
def license_list(call: Call, data: Data) -> list[Data]:
    """The licences that packages may name."""
    require(call, "license_list", data)
    return [dict(one) for one in licences().values()]


@action(reads=True)
def help_show(call: Call, data: Data) -> str | None:
    """What the action `name` does."""
    name = wanted(data, "name")
    require(call, "help_show", data)
    if not isinstance(name, str) or name not in ACTIONS:
        raise NotFound("Action function not found")
    return inspect.getdoc(ACTIONS[name].run)


@action(reads=True)
def config_option_list(call: Call, data: Data) -> list[str]:
    """The settings that can be changed while the server runs."""
    require(call, "config_option_list", data)
    return list(EDITABLE)


@action(reads=True)
def config_option_show(call: Call, data: Data) -> Any:
    """The value of the setting `key`."""
    require(call, "config_option_show", data)
    key = wanted(data, "key")
    if key not in EDITABLE:
        raise Invalid({"message": f"Configuration option '{key}' can not be shown"})
    return call.setting(key)


@action()
def config_option_update(call: Call, data: Data) -> Data:
    """Change settings: their names and new values."""
    require(call, "config_option_update", data)
    unknown = [name for name in data if name not in EDITABLE]
    if unknown:
        said = f"Configuration option(s) '{' '.join(unknown)}' can not be updated"
        raise Invalid({"message": said})
    clean = checked(data, shapes.SETTINGS, call)
    for name, value in clean.items():
        call.things.put("setting", {"id": name, "key": name, "value": value})
        call.settings[name] = value
    return clean


# --- tasks of programs ------------------------------------------------------------------------


def _task(call: Call, data: Data) -> Thing | None:
    if data.get("id"):
        return call.things.get("task", data["id"])
    entity, type, key = wanted(data, "entity_id", "task_type", "key")
    return next(call.things.where("task", owner=entity, other=type, name=key), None)


@action(reads=True)
def task_status_show(call: Call, data: Data) -> Data:
    """How a task stands: by `id`, or by `entity_id`, `task_type` and `key`."""
    found = _task(call, data)
    if found is None:
        raise NotFound
    require(call, "task_status_show", data)
    return found


@action()
def task_status_update(call: Call, data: Data) -> Data:
    """Note how a task stands: `entity_id`, `entity_type`, `task_type`, `key`, `value` …"""
    before = None
    if data.get("id"):
        before = call.things.get("task", data["id"])
        if before is None:
            raise NotFound("TaskStatus was not found.")
    require(call, "task_status_update", data)
    clean = checked(data, shapes.TASK, call)
    clean.pop("__extras", None)
    if before is None:
        same = call.things.where(
            "task", owner=clean["entity_id"], other=clean["task_type"], name=clean["key"]
        )
        before = next(same, None)
    names = ("value", "state", "last_updated", "error")
    task: Thing = {name: clean.get(name, (before or {}).get(name)) for name in names}
    task |= {name: clean[name] for name in ("entity_id", "entity_type", "task_type", "key")}
    task["last_updated"] = task["last_updated"] or call.now()
    task["id"] = before["id"] if before else new_id()
    return call.things.put("task", task)


@action()
def task_status_update_many(call: Call, data: Data) -> Data:
    """Note how several tasks stand: `data` is a list of what task_status_update takes."""
    wanted(data, "data")
    sent = listed(data, "data")
    if not all(isinstance(one, dict) for one in sent):
        raise Invalid({"data": ["Must be a list of dicts"]})
    return {"results": [task_status_update(call, one) for one in sent]}


@action()
def task_status_delete(call: Call, data: Data) -> None:
    """Forget the task `id`."""
    found = call.things.get("task", wanted(data, "id"))
    if found is None:
        raise NotFound
    require(call, "task_status_delete", data)
    call.things.remove("task", found["id"])


@action(reads=True)
def job_list(call: Call, data: Data) -> list[Data]:
    """Work that waits to be done; nothing does here, as actions are done at once."""
    checked(data, shapes.JOBS, call)
    require(call, "job_list", data)
    return []


@action(reads=True)
def job_show(call: Call, data: Data) -> Data:
    """One piece of work that waits."""
    require(call, "job_show", data)
    wanted(data, "id")
    raise NotFound


@action()
def job_clear(call: Call, data: Data) -> list[str]:
    """Give up all work that waits."""
    checked(data, shapes.JOBS, call)
    require(call, "job_clear", data)
    return []


@action()
def job_cancel(call: Call, data: Data) -> None:
    """Give up one piece of work that waits."""
    require(call, "job_cancel", data)
    wanted(data, "id")
    raise NotFound


# --- translations -----------------------------------------------------------------------------


@action(reads=True)
def term_translation_show(call: Call, data: Data) -> list[Data]:
    """Translations of `terms`; `lang_codes`."""
    require(call, "term_translation_show", data)
    if "terms" not in data:
        raise Invalid({"terms": "terms not in data"})
    terms = [data["terms"]] if isinstance(data["terms"], str) else data["terms"]
    codes = data.get("lang_codes")
    codes = [codes] if isinstance(codes, str) else codes
    names = ("term", "term_translation", "lang_code")
    return [
        {name: one[name] for name in names}
        for one in call.things.where("translation")
        if (not terms or one["term"] in terms) and (codes is None or one["lang_code"] in codes)
    ]


@action()
def term_translation_update(call: Call, data: Data) -> Data:
    """Translate `term` as `term_translation` in the language `lang_code`."""
    require(call, "term_translation_update", data)
    clean = checked(data, shapes.TRANSLATION, call)
    id = f"{clean['lang_code']}/{clean['term']}"[:200]
    call.things.put("translation", {"id": id, **clean})
    return clean


@action()
def term_translation_update_many(call: Call, data: Data) -> Data:
    """Several translations: `data` is a list of what term_translation_update takes."""
    rows = data.get("data")
    if not rows or not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise Invalid({"error": "Must be a list of dicts"})
    for one in rows:
        term_translation_update(call, one)
    return {"success": f"{len(rows)} rows updated"}


# --- relations between packages ---------------------------------------------------------------


def _between(call: Call, first: Thing, second: Thing | None, type: str | None) -> list[Thing]:
    found = [
        *call.things.where("relationship", owner=first["id"], state="active"),
        *call.things.where("relationship", other=first["id"], state="active"),
    ]
    fitting = []
    for one in found:
        forward = one["subject_package_id"] == first["id"]
        other = one["object_package_id"] if forward else one["subject_package_id"]
        seen = one["type"] if forward else _REVERSED[one["type"]]
        if (second is None or other == second["id"]) and (type is None or seen == type):
            fitting.append(one)
    return fitting


def _relation(call: Call, one: Thing, seen_from: Thing | None = None) -> Data:
    subject = call.things.get("package", one["subject_package_id"]) or {}
    object = call.things.get("package", one["object_package_id"]) or {}
    type = one["type"]
    if seen_from is not None and seen_from["id"] == one["object_package_id"]:
        subject, object, type = object, subject, _REVERSED[type]
    return {"subject": subject.get("name"), "type": type, "object": object.get("name"),
            "comment": one["comment"]}  # fmt: skip


def _ends(call: Call, data: Data) -> tuple[Thing, Thing, str]:
    subject, object, type = wanted(data, "subject", "object", "type")
    first = package_called(call, subject, f"Subject package {subject!r} was not found.")
    second = package_called(call, object, f"Object package {object!r} was not found.")
    return first, second, type


@action(reads=True)
def package_relationships_list(call: Call, data: Data) -> list[Data]:
    """The relations of package `id`, to `id2` where it is given; `rel` is their type."""
    id, id2, type = wanted(data, "id"), data.get("id2"), data.get("rel")
    first = package_called(call, id, "First package named in request was not found.")
    second = None
    if id2:
        second = package_called(call, id2, "Second package named in address was not found.")
    type = None if type == "relationships" else type
    require(call, "package_relationships_list", data)
    found = _between(call, first, second, type)
    if type and not found:
        raise NotFound(f'Relationship "{id} {type} {id2}" not found.')
    return [_relation(call, one, first) for one in found]


@action()
def package_relationship_create(call: Call, data: Data) -> Data:
    """Relate the package `subject` to `object` by `type`; `comment`."""
    first, second, type = _ends(call, data)
    checked(data, shapes.RELATIONSHIP_CREATE, call)
    require(call, "package_relationship_create", data)
    comment = data.get("comment", "")
    known = _between(call, first, second, type)
    if known:
        return _relation(
            call, call.things.put("relationship", known[0] | {"comment": comment}), first
        )
    reverse = type in shapes.RELATIONSHIP_TYPES[1::2]
    made = {
        "id": new_id(),
        "subject_package_id": second["id"] if reverse else first["id"],
        "object_package_id": first["id"] if reverse else second["id"],
        "type": _REVERSED[type] if reverse else type,
        "comment": comment,
        "state": "active",
    }
    return _relation(call, call.things.put("relationship", made))


@action()
def package_relationship_update(call: Call, data: Data) -> Data:
    """Change the `comment` of a relation."""
    first, second, type = _ends(call, data)
    require(call, "package_relationship_update", data)
    known = _between(call, first, second, type)
    if not known:
        raise NotFound("This relationship between the packages was not found.")
    changed = call.things.put("relationship", known[0] | {"comment": data.get("comment", "")})
    return _relation(call, changed, first)


@action()
def package_relationship_delete(call: Call, data: Data) -> None:
    """Delete a relation between `subject` and `object` of a `type`."""
    first, second, type = _ends(call, data)
    known = _between(call, first, second, type)
    if not known:
        raise NotFound
    require(call, "package_relationship_delete", data)
    call.things.put("relationship", known[0] | {"state": "deleted"})

"""Tags, free ones and those of vocabularies."""

from __future__ import annotations

from typing import Any

from dataro.ckan.actions.packages import checked
from dataro.ckan.allow import require
from dataro.ckan.call import Call, Data, action, new_id, number, wanted, yes
from dataro.ckan.faults import Invalid, NotFound
from dataro.ckan.search.packages import search_packages
from dataro.ckan.shapes import shapes
from dataro.ckan.show import show_package, show_tag
from dataro.ckan.things import Thing


def _vocabulary(call: Call, data: Data) -> Thing:
    id = data.get("id")
    if not id:
        raise Invalid({"id": "id not in data"})
    found = call.things.find("vocabulary", id)
    if found is None:
        raise NotFound(f'Could not find vocabulary "{id}"')
    return found


def _tag(call: Call, reference: Any, vocabulary: Any = None) -> Thing | None:
    """A tag by id, or by name among those of a vocabulary (none: the free ones)."""
    owner = None
    if vocabulary:
        owner = call.things.find("vocabulary", vocabulary)
        if owner is None:
            return None
    found = call.things.get("tag", reference)
    if found is None:
        id = owner["id"] if owner else None
        named = call.things.where("tag", name=reference) if isinstance(reference, str) else ()
        return next((one for one in named if one.get("vocabulary_id") == id), None)
    return None if owner and found.get("vocabulary_id") != owner["id"] else found


def _free_in_use(call: Call) -> list[Thing]:
    used = {
        id for one in call.things.where("package") if one["state"] != "purged"
        for id in one.get("tags") or []
    }  # fmt: skip
    return [
        one for one in call.things.where("tag")
        if not one.get("vocabulary_id") and one["id"] in used
    ]  # fmt: skip


def _found(call: Call, data: Data) -> tuple[list[Thing], int]:
    terms = data.get("query") or data.get("q") or []
    terms = terms if isinstance(terms, list) else [terms]
    terms = [str(one).strip() for one in terms if str(one).strip()]
    fields = data.get("fields")
    fields = fields if isinstance(fields, dict) else {}
    terms += [str(value) for name, value in fields.items() if name in ("tag", "tags")]
    if "vocabulary_id" in data:
        vocabulary = call.things.find("vocabulary", data["vocabulary_id"])
        if vocabulary is None:
            return [], 0
        among = list(call.things.where("tag", owner=vocabulary["id"]))
    else:
        among = _free_in_use(call)
    if not terms:
        return [], 0
    found = [one for one in among if all(term.lower() in one["name"].lower() for term in terms)]
    start = number(data, "offset", 0)
    return found[start : start + number(data, "limit", len(found))], len(found)


@action(reads=True)
def tag_list(call: Call, data: Data) -> list[Any]:
    """The names of tags in use; `query`, `vocabulary_id`, `all_fields`."""
    require(call, "tag_list", data)
    query = data.get("query") or data.get("q")
    if query:
        found, _ = _found(call, data)
    elif data.get("vocabulary_id"):
        vocabulary = call.things.find("vocabulary", data["vocabulary_id"])
        if vocabulary is None:
            raise NotFound(f"could not find vocabulary '{data['vocabulary_id']}'")
        found = list(call.things.where("tag", owner=vocabulary["id"]))
    else:
        found = _free_in_use(call)
    if data.get("all_fields"):
        return [show_tag(one) for one in found]
    return [one["name"] for one in found]


@action(reads=True)
def tag_search(call: Call, data: Data) -> Data:
    """Tags whose names hold `query`: how many, and which; `vocabulary_id`, `limit`, `offset`."""
    require(call, "tag_search", data)
    found, count = _found(call, data)
    names = ("id", "name", "vocabulary_id")
    return {"count": count, "results": [{name: one.get(name) for name in names} for one in found]}


@action(reads=True)
def tag_autocomplete(call: Call, data: Data) -> list[str]:
    """The names of tags that hold `query`."""
    require(call, "tag_autocomplete", data)
    return [one["name"] for one in _found(call, data)[0]]


@action(reads=True)
def tag_show(call: Call, data: Data) -> Data:
    """One tag by `id` or name; `vocabulary_id`, `include_datasets`."""
    tag = _tag(call, wanted(data, "id"), data.get("vocabulary_id"))
    if tag is None:
        raise NotFound
    require(call, "tag_show", data)
    shown = show_tag(tag)
    if yes(data, "include_datasets"):
        found = search_packages(call, fq=["+capacity:public +state:active"], everything=True)
        shown["packages"] = [
            show_package(call, one) for one, _ in found.docs if tag["id"] in (one.get("tags") or [])
        ]
    return shown


@action()
def tag_create(call: Call, data: Data) -> Data:
    """Add the tag `name` to the vocabulary `vocabulary_id`."""
    require(call, "tag_create", data)
    clean = checked(data, shapes.TAG_CREATE, call)
    tag = {"id": new_id(), "name": clean["name"], "vocabulary_id": clean["vocabulary_id"]}
    return show_tag(call.things.put("tag", tag))


@action()
def tag_delete(call: Call, data: Data) -> None:
    """Delete the tag `id` (or name, with `vocabulary_id`), and take it off packages."""
    if not data.get("id"):
        raise Invalid({"id": "id not in data"})
    tag = _tag(call, data["id"], data.get("vocabulary_id"))
    if tag is None:
        raise NotFound(f'Could not find tag "{data["id"]}"')
    require(call, "tag_delete", data)
    _forget(call, tag)


def _forget(call: Call, tag: Thing) -> None:
    for one in list(call.things.where("package")):
        if tag["id"] in (one.get("tags") or []):
            left = [id for id in one["tags"] if id != tag["id"]]
            call.things.put("package", one | {"tags": left})
    call.things.remove("tag", tag["id"])


# --- vocabularies -----------------------------------------------------------------------------


def _shown(call: Call, vocabulary: Thing) -> Data:
    tags = call.things.where("tag", owner=vocabulary["id"])
    return {
        "id": vocabulary["id"],
        "name": vocabulary["name"],
        "tags": [show_tag(one) for one in sorted(tags, key=lambda one: one["name"])],
    }


def _put_tags(call: Call, vocabulary: Thing, tags: list[Data]) -> None:
    names = [one["name"] for one in tags]
    held = {one["name"]: one for one in call.things.where("tag", owner=vocabulary["id"])}
    for name, tag in held.items():
        if name not in names:
            _forget(call, tag)
    for name in dict.fromkeys(names):
        if name not in held:
            tag = {"id": new_id(), "name": name, "vocabulary_id": vocabulary["id"]}
            call.things.put("tag", tag)


@action(reads=True)
def vocabulary_list(call: Call, data: Data) -> list[Data]:
    """All vocabularies with their tags."""
    require(call, "vocabulary_list", data)
    return [_shown(call, one) for one in call.things.where("vocabulary")]


@action(reads=True)
def vocabulary_show(call: Call, data: Data) -> Data:
    """One vocabulary by `id` or name, with its tags."""
    require(call, "vocabulary_show", data)
    return _shown(call, _vocabulary(call, data))


@action()
def vocabulary_create(call: Call, data: Data) -> Data:
    """Make the vocabulary `name` with `tags`."""
    require(call, "vocabulary_create", data)
    clean = checked(data, shapes.VOCABULARY_CREATE, call)
    made = call.things.put("vocabulary", {"id": new_id(), "name": clean["name"]})
    _put_tags(call, made, clean.get("tags") or [])
    return _shown(call, made)


@action()
def vocabulary_update(call: Call, data: Data) -> Data:
    """Give the vocabulary `id` another `name` or other `tags`."""
    vocabulary = _vocabulary(call, data)
    data = {**data, "id": vocabulary["id"]}
    if data.get("name") == vocabulary["name"]:
        del data["name"]
    require(call, "vocabulary_update", data)
    clean = checked(data, shapes.VOCABULARY_UPDATE, call, vocabulary=vocabulary)
    written = call.things.put(
        "vocabulary", {**vocabulary, "name": clean.get("name", vocabulary["name"])}
    )
    if "tags" in clean:
        _put_tags(call, written, clean["tags"])
    return _shown(call, written)


@action()
def vocabulary_delete(call: Call, data: Data) -> None:
    """Delete the vocabulary `id`."""
    vocabulary = _vocabulary(call, data)
    require(call, "vocabulary_delete", data)
    if next(call.things.where("tag", owner=vocabulary["id"]), None) is not None:
        raise Invalid({"id": ["The vocabulary still has tags"]})
    call.things.remove("vocabulary", vocabulary["id"])

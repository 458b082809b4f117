"""Search over packages: documents made of them, filters, facets, order, pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from dataro.ckan import roles
from dataro.ckan.call import Call, Data
from dataro.ckan.faults import BadQuery
from dataro.ckan.search.query import Doc, parsed
from dataro.ckan.show import show_package
from dataro.ckan.things import Thing

PARAMETERS = frozenset(
    [
        "q",
        "fl",
        "fq",
        "rows",
        "sort",
        "start",
        "wt",
        "qf",
        "bf",
        "boost",
        "facet",
        "facet.mincount",
        "facet.limit",
        "facet.field",
        "extras",
        "fq_list",
        "tie",
        "defType",
        "mm",
        "df",
    ]
)
MOST_FACETS = 50
MOST_FILTERS = 50
_SORT_EMPTY = "\uffff"


class Found:
    """Packages that fit, best first: the documents they were found by, and facets over them."""

    def __init__(self, docs: list[tuple[Thing, Doc]], facets: dict[str, dict[str, int]]) -> None:
        self.docs, self.facets = docs, facets

    @property
    def count(self) -> int:
        return len(self.docs)


def search_packages(
    call: Call, *, q: str = "", fq: Iterable[str] = (), sort: str = "", everything: bool = False,
    facets: Iterable[str] = (), facet_limit: int = MOST_FACETS, facet_mincount: int = 1,
) -> Found:  # fmt: skip
    """Packages that fit ``q`` and every filter and that who asks may read.

    ``everything`` leaves out the question who may read. Raises ``BadQuery`` and ``BadSearch``.
    """
    asked, facets = [one for one in fq if one.strip()], list(facets)
    if max(len(asked), len(facets)) > MOST_FILTERS:
        raise BadQuery(f"A search has at most {MOST_FILTERS} filters and {MOST_FILTERS} facets")
    test, filters = parsed(q), [parsed(one) for one in asked]
    call.things.load("package", "resource", "tag", "group", "member", "vocabulary")
    labels = None if everything or call.sysadmin else roles.labels_of_user(call, call.user)
    scored = []
    for package in call.things.where("package"):
        if labels is not None and not roles.labels_of_package(call, package) & labels:
            continue
        doc = document(call, package)
        score = test(doc) if all(one(doc) for one in filters) else 0.0
        if score:
            scored.append((score, package, doc))
    ordered = _sorted(scored, sort)
    found = [(package, doc) for _, package, doc in ordered]
    counted = {name: _facet(found, name, facet_limit, facet_mincount) for name in facets}
    return Found(found, counted)


def packages_in_group(call: Call, group: Thing) -> list[Thing]:
    """The living packages of a group that who asks may read; private ones only of organisations
    whose members they are."""
    things = call.things
    if group["is_organization"]:
        inside = roles.may_in(call, group["id"], "read")
        candidates = list(things.where("package", owner=group["id"]))
        private = inside or call.allows("allow_dataset_collaborators")
    else:
        held = things.where("member", owner=group["id"], state="active")
        ids = [one["table_id"] for one in held if one["table_name"] == "package"]
        candidates = [one for id in ids if (one := things.get("package", id))]
        private = False
    labels = roles.labels_of_user(call, call.user)
    everything = call.trusted or call.sysadmin
    shown = [
        one for one in candidates
        if one["state"] == "active"
        and (private or not one.get("private"))
        and (everything or roles.labels_of_package(call, one) & labels)
    ]  # fmt: skip
    return sorted(shown, key=lambda one: str(one["metadata_modified"]), reverse=True)


def document(call: Call, package: Thing) -> Doc:
    """A package as it is searched: every field a list of texts."""
    things = call.things
    doc: Doc = {
        name: [_said(value)]
        for name, value in package.items()
        if value not in (None, "") and name not in ("extras", "tags", "plugin_data")
    }
    for key, value in (package.get("extras") or {}).items():
        doc[f"extras_{key}"] = [_said(value)]
        doc.setdefault(key, [_said(value)])
    doc["tags"] = []
    for id in package.get("tags") or []:
        tag = things.get("tag", id)
        if tag is None:
            continue
        vocabulary = things.get("vocabulary", tag.get("vocabulary_id") or "")
        name = f"vocab_{vocabulary['name']}" if vocabulary else "tags"
        doc.setdefault(name, []).append(tag["name"])
    members = things.where("member", other=package["id"], state="active")
    groups = [things.get("group", one["group_id"]) for one in members]
    doc["groups"] = [one["name"] for one in groups if one and not one["is_organization"]]
    owner = things.get("group", package.get("owner_org") or "")
    doc["organization"] = [owner["name"]] if owner else []
    resources = list(things.where("resource", owner=package["id"], state="active"))
    for field, name in (("name", "res_name"), ("description", "res_description"),
                        ("format", "res_format"), ("url", "res_url")):  # fmt: skip
        doc[name] = [_said(one[field]) for one in resources if one.get(field)]
    doc |= {
        "capacity": ["private" if package.get("private") else "public"],
        "dataset_type": [package.get("type") or "dataset"],
        "entity_type": ["package"],
        "site_id": [str(call.setting("ckan.site_id"))],
        "num_resources": [str(len(resources))],
        "num_tags": [str(len(package.get("tags") or []))],
        "title_string": [package.get("title") or ""],
    }
    for name in ("metadata_created", "metadata_modified"):
        doc[name] = [f"{package[name]}Z"]
    extras = [
        value
        for name, values in doc.items()
        if name.startswith(("extras_", "vocab_"))
        for value in values
    ]
    texts = ("name", "title", "notes", "tags", "groups", "organization", "res_name", "url",
             "res_description", "res_url", "author", "maintainer", "license_id")  # fmt: skip
    doc["text"] = [value for name in texts for value in doc.get(name, ())] + extras
    return doc


def shown_fields(call: Call, package: Thing, doc: Doc, names: list[str]) -> Data:
    """Some fields of a package, as the search knows them."""
    whole = show_package(call, package)
    many = ("tags", "groups", "res_name", "res_format", "res_description", "res_url")
    if "*" in names:
        names = [*doc, *whole]
    shown: Data = {}
    for name in names:
        if name in doc and (name in many or name.startswith("vocab_")):
            shown[name] = doc[name]
        elif name in ("organization", "metadata_created", "metadata_modified"):
            shown[name] = doc[name][0] if doc[name] else None
        elif name.startswith("extras_") and name in doc:
            shown[name.removeprefix("extras_")] = doc[name][0]
        elif name in whole and whole[name] is not None:
            shown[name] = whole[name]
        elif doc.get(name):
            shown[name] = doc[name][0]
    return shown


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _facet(found: list[tuple[Thing, Doc]], name: str, limit: int, least: int) -> dict[str, int]:
    counts = Counter(value for _, doc in found for value in doc.get(name, ()) if value)
    order = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    kept = [one for one in order if one[1] >= least]
    return dict(kept if limit < 0 else kept[:limit])


def _sorted(scored: list[tuple[float, Thing, Doc]], sort: str) -> list[tuple[float, Thing, Doc]]:
    """In the order asked for, the last criterion first, as sorting is stable."""
    for part in reversed([one.strip() for one in sort.split(",") if one.strip()]):
        name, _, direction = part.partition(" ")
        direction = direction.strip().lower() or "asc"
        if direction not in ("asc", "desc") or (" " not in part and name != "random"):
            raise BadQuery('Invalid "sort" parameter')
        key: Callable[[tuple[float, Thing, Doc]], Any] = _score if name == "score" else _by(name)
        scored = sorted(scored, key=key, reverse=direction == "desc")
    return scored


def _score(one: tuple[float, Thing, Doc]) -> float:
    return round(one[0], 6)


def _by(name: str) -> Callable[[tuple[float, Thing, Doc]], str]:
    def key(one: tuple[float, Thing, Doc]) -> str:
        values = one[2].get(name) or [""]
        return values[0].lower() if name != "name" else values[0]

    return key

"""Searching packages and resources, and completing what somebody types."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dataro.ckan.actions.packages import checked
from dataro.ckan.allow import require
from dataro.ckan.call import Call, Data, action, number, yes
from dataro.ckan.faults import BadQuery, BadSearch, Invalid
from dataro.ckan.licences import licences
from dataro.ckan.search.packages import (
    MOST_FACETS,
    PARAMETERS,
    Found,
    search_packages,
    shown_fields,
)
from dataro.ckan.shapes import shapes
from dataro.ckan.shapes.check import check
from dataro.ckan.show import may_read, show_package, show_resource

_OURS = ("include_private", "include_drafts", "include_deleted", "use_default_schema")
_RESOURCE_COLUMNS = frozenset(
    [
        "id",
        "package_id",
        "url",
        "format",
        "description",
        "hash",
        "position",
        "name",
        "resource_type",
        "mimetype",
        "mimetype_inner",
        "size",
        "created",
        "last_modified",
        "cache_url",
        "cache_last_updated",
        "url_type",
        "extras",
        "state",
        "metadata_modified",
    ]
)


@action(reads=True)
def package_search(call: Call, data: Data) -> Data:
    """Packages that fit `q` and `fq`; `rows`, `start`, `sort`, `facet.field`, `fl`,
    `include_private`, `include_drafts`, `include_deleted`."""
    clean, errors = check(data, shapes.PACKAGE_SEARCH, call)
    if errors:
        raise Invalid(errors)
    clean.update(clean.pop("__extras", {}))
    require(call, "package_search", clean)
    clean = {name: value for name, value in clean.items() if not name.startswith("ext_")}
    unknown = set(clean) - PARAMETERS - set(_OURS)
    if unknown:
        raise BadQuery(f"Invalid search parameters: {sorted(unknown)}")
    _no_parsers(clean)
    sort = clean.get("sort")
    if sort in (None, "rank"):
        sort = str(call.setting("ckan.search.default_package_sort"))
    facets = (
        [] if str(clean.get("facet", "true")).lower() == "false" else clean.get("facet.field", [])
    )
    found = search_packages(
        call,
        q=clean.get("q") or "",
        fq=_filters(clean),
        sort=sort,
        facets=facets,
        facet_limit=clean.get("facet.limit", MOST_FACETS),
        facet_mincount=clean.get("facet.mincount", 1),
    )
    start = clean.get("start") or 0
    page = found.docs[start : start + clean["rows"]]
    if clean.get("fl"):
        names = [name for one in clean["fl"] for name in str(one).replace(",", " ").split()]
        results = [shown_fields(call, package, doc, names) for package, doc in page]
    else:
        results = [show_package(call, package) for package, _ in page]
    return {
        "count": found.count,
        "facets": found.facets,
        "results": results,
        "sort": sort,
        "search_facets": _search_facets(call, found),
    }


def _no_parsers(data: Data) -> None:
    """Switching to another query parser inside a query is not offered."""
    for name in PARAMETERS & set(data):
        values = data[name] if isinstance(data[name], list) else [data[name]]
        for value in values:
            if isinstance(value, str) and "{!" in value:
                raise BadSearch(f"Local parameters are not supported in param '{name}'.")
            if isinstance(value, str) and "_query_:" in value.replace(" ", ""):
                raise BadSearch(f"Magic fields are not supported in param '{name}'.")


def _filters(data: Data) -> list[str]:
    fq = data.get("fq") or ""
    filters = [fq, *(data.get("fq_list") or [])]
    if not yes(data, "include_private"):
        filters.append("+capacity:public")
    if "+state" not in fq:
        states = ["active"]
        states += ["draft"] if yes(data, "include_drafts") else []
        states += ["deleted"] if yes(data, "include_deleted") else []
        filters.append(f"+state:({' OR '.join(states)})")
    return filters


def _search_facets(call: Call, found: Found) -> Data:
    """Facets with the names that people read, in descending order of these."""
    shown: Data = {}
    for field, counts in found.facets.items():
        items = [
            {"name": name, "display_name": _display(call, field, name), "count": count}
            for name, count in counts.items()
        ]
        items.sort(key=lambda one: str(one["display_name"]), reverse=True)
        shown[field] = {"title": field, "items": items}
    return shown


def _display(call: Call, field: str, name: str) -> str:
    if field in ("groups", "organization"):
        group = call.things.named("group", name)
        title = (group or {}).get("title") or ""
        return title if title.strip() else name
    if field == "license_id" and name in licences():
        return str(licences()[name]["title"])
    return name


@action(reads=True)
def package_autocomplete(call: Call, data: Data) -> list[Data]:
    """Packages whose name or title holds `q`; `limit`."""
    clean = checked(data, shapes.AUTOCOMPLETE, call)
    require(call, "package_autocomplete", clean)
    q = clean["q"].lower()
    found = []
    for one in call.things.where("package", state="active"):
        name, title = one["name"], one.get("title") or ""
        if q not in name.lower() and q not in title.lower():
            continue
        if not may_read(call, one):
            continue
        field = "name" if q in name else "title"
        shown = name if field == "name" else f"{title} ({name})"
        found.append({"name": name, "title": title, "match_field": field, "match_displayed": shown})
    return found[: clean.get("limit", 10)]


@action(reads=True)
def format_autocomplete(call: Call, data: Data) -> list[str]:
    """Formats of resources that hold `q`, the most used first; `limit`."""
    clean = checked(data, shapes.AUTOCOMPLETE, call)
    require(call, "format_autocomplete", clean)
    q = clean["q"].lower()
    counts = Counter(
        one["format"] for one in call.things.where("resource", state="active")
        if q in one["format"].lower()
    )  # fmt: skip
    return [name.lower() for name, _ in counts.most_common(clean.get("limit", 5))]


def _groups(call: Call, data: Data, organization: bool) -> list[Data]:
    q = str(data.get("q", "")).strip().lower()
    limit = number(data, "limit", 20)
    found = [
        {name: one.get(name) for name in ("id", "name", "title")}
        for one in call.things.where("group", state="active")
        if (one["type"] == "organization") == organization
        and (q in one["name"] or q in (one.get("title") or "").lower())
    ]
    return found[:limit]


@action(reads=True)
def group_autocomplete(call: Call, data: Data) -> list[Data]:
    """Groups whose name or title holds `q`; `limit`."""
    require(call, "group_autocomplete", data)
    return _groups(call, data, organization=False)


@action(reads=True)
def organization_autocomplete(call: Call, data: Data) -> list[Data]:
    """Organisations whose name or title holds `q`; `limit`."""
    require(call, "organization_autocomplete", data)
    return _groups(call, data, organization=True)


@action(reads=True)
def resource_search(call: Call, data: Data) -> Data:
    """Resources of public packages by `query` (`field:value`, one or several); `order_by` …"""
    clean = checked(data, shapes.RESOURCE_SEARCH, call)
    require(call, "resource_search", clean)
    query = clean.get("query")
    if query is None:
        raise Invalid({"query": "Missing value"})
    pairs = [query] if isinstance(query, str) else query
    if not isinstance(pairs, list) or not all(isinstance(one, str) and ":" in one for one in pairs):
        raise Invalid({"query": "Must be <field>:<value> pair(s)"})
    fields = dict(one.split(":", 1) for one in pairs)
    for name in fields:
        if name not in _RESOURCE_COLUMNS:
            message = f'Field "{name}" not recognised in resource_search.'
            raise Invalid({"query": message})
    call.things.load("package")
    found = []
    for one in call.things.where("resource", state="active"):
        package = call.things.get("package", one["package_id"])
        if package is None or package["state"] != "active" or package.get("private"):
            continue
        if all(_holds(one.get(name), name, term) for name, term in fields.items()):
            found.append(one)
    order = clean.get("order_by")
    if order in _RESOURCE_COLUMNS:
        found.sort(key=lambda one: str(one.get(order) or ""))
    start, limit = clean.get("offset") or 0, clean.get("limit")
    page = found[start : start + limit if limit is not None else None]
    shown = sorted((show_resource(call, one) for one in page), key=lambda one: one["position"])
    return {
        "count": len(found),
        "results": shown if order is None else [show_resource(call, one) for one in page],
    }


def _holds(value: Any, name: str, term: str) -> bool:
    if name == "hash":
        return str(value or "").lower().startswith(term.lower())
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) == term
    return term.lower() in str(value or "").lower()

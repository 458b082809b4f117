"""The datastore: tables of resources made, written, searched, emptied."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from dataro.ckan.actions.packages import checked
from dataro.ckan.actions.resources import patch_resource, resource_create, resource_show
from dataro.ckan.allow import require
from dataro.ckan.call import Call, Data, action
from dataro.ckan.faults import Invalid, NotAuthorized, NotFound
from dataro.ckan.rows import create
from dataro.ckan.rows.file import RowsFile, RowTable, quoted
from dataro.ckan.rows.filters import condition
from dataro.ckan.rows.read import Answer, Search, described, search
from dataro.ckan.rows.types import long_type
from dataro.ckan.rows.write import as_json, change, insert, rows_of
from dataro.ckan.settings import truth
from dataro.ckan.shapes import datastore as shapes
from dataro.ckan.things import Thing

METADATA_TABLE = "_table_metadata"
_READ_ONLY = (
    "Cannot edit read-only resource because changes made may be lost. Use a resource created for "
    'editing e.g. with datastore_create or use "force=True" to ignore this warning.'
)


def _named(data: Data) -> Data:
    """``id`` is another name for ``resource_id``."""
    if data.get("id"):
        data = {**data, "resource_id": data["id"]}
        del data["id"]
    return data


def _resource(call: Call, data: Data) -> Data:
    """The resource that is written to; those that come from elsewhere only where forced."""
    shown: Data = resource_show(call, {"id": data["resource_id"]})
    if not data.pop("force", False) and shown.get("url_type") != "datastore":
        raise Invalid({"read-only": [_READ_ONLY]})
    return shown


def _table(call: Call, resource: str) -> RowTable:
    found = call.rows.table(resource)
    if found is None:
        raise NotFound(f'Resource "{resource}" was not found.')
    return found


@action()
def datastore_create(call: Call, data: Data) -> Data:
    """Make or alter the table of `resource_id` (or of a new `resource`): `fields`, `records`,
    `primary_key`, `indexes`, `aliases`, `force`."""
    data = _named(dict(data))
    records, resource = data.pop("records", None), data.pop("resource", None)
    clean = checked(data, shapes.CREATE, call)
    extras = clean.pop("__extras", {})
    if resource is not None and not isinstance(resource, dict):
        raise Invalid({"resource": ["Must be a dict"]})
    permission = {**clean, **({"resource": resource} if resource else {})}
    if not resource and "resource_id" not in clean:
        raise Invalid({"resource_id": ["resource_id or resource required"]})
    require(call, "datastore_create", permission)
    if resource and "resource_id" in clean:
        raise Invalid({"resource": ["resource cannot be used with resource_id"]})
    if resource:
        shown = _new_resource(call, resource)
        clean["resource_id"] = shown["id"]
    else:
        shown = _resource(call, clean)
    for alias in create.listed(clean.get("aliases")) or []:
        if "%" in str(alias) or not create.plain_column_name(alias):
            raise Invalid({"alias": [f'"{alias}" is not a valid alias name']})
    records = _records(records)
    written = _create_rows(call, clean, records)
    if not shown.get("datastore_active"):
        _note_active(call, shown, active=True, new=bool(resource))
    result = {**clean, **extras, "method": "insert"}
    if result.pop("include_records", False) and records:
        result["records"] = written
    if resource:
        result["resource"] = resource
    return result


def _records(records: Any) -> list[Any]:
    if records and not isinstance(records, list):
        raise Invalid({"records": ["Records has to be a list of dicts"]})
    return records or []


def _new_resource(call: Call, resource: Data) -> Data:
    if resource.get("url"):
        raise Invalid({"resource": ["The datapusher has to be enabled."]})
    made = {
        **resource, "url": "_datastore_only_resource", "url_type": "datastore",
        "last_modified": call.now(),
    }  # fmt: skip
    shown: Data = resource_create(call, made)
    return shown


def _create_rows(call: Call, data: Data, records: list[Any]) -> list[Data]:
    rows, id = call.rows, data["resource_id"]
    fields = data.get("fields") or []
    table = rows.table(id)
    if table is None:
        table = create.make_table(rows, id, fields, records)
    else:
        create.alter_table(rows, table, fields, records, delete=data["delete_fields"])
    ids = insert(rows, table, records)
    create.set_keys(rows, table, data.get("primary_key"), data.get("indexes"))
    create.set_aliases(rows, table, data.get("aliases"))
    return rows_of(rows, table, ids) if data["include_records"] else []


def _note_active(call: Call, shown: Data, *, active: bool, new: bool = False) -> None:
    resource: Thing | None = call.things.get("resource", shown["id"])
    if resource is None:
        return
    noted: Data = {"id": shown["id"], "datastore_active": active}
    if not new and shown.get("url_type") == "datastore":
        noted["last_modified"] = call.now()
    patch_resource(call, resource, noted)


@action()
def datastore_upsert(call: Call, data: Data) -> Data:
    """Write `records` into the table of `resource_id` by `method`: upsert, insert or update."""
    data = _named(dict(data))
    records = data.pop("records", None)
    clean = checked(data, shapes.UPSERT, call)
    extras = clean.pop("__extras", {})
    require(call, "datastore_upsert", clean)
    _resource(call, clean)
    table = _table(call, clean["resource_id"])
    records = _records(records)
    dry = clean.get("dry_run", False)
    call.rows.mark()
    if clean.get("method") == "insert":
        ids = insert(call.rows, table, records)
    else:
        ids = change(call.rows, table, records, add=clean.get("method", "upsert") == "upsert")
    result = {**clean, **extras}
    if result.pop("include_records") and records:
        result["records"] = rows_of(call.rows, table, ids)
    if dry:
        call.rows.back()
    result.setdefault("method", "upsert")
    return result


@action()
def datastore_delete(call: Call, data: Data) -> Data:
    """Delete rows that fit `filters` from the table of `resource_id`; all of it without."""
    data = _named(dict(data))
    filters = data.pop("filters", None)
    clean = checked(data, shapes.DELETE, call)
    clean.pop("__extras", None)
    if filters is not None and not isinstance(filters, dict):
        raise Invalid({"filters": ["filters must be either a dict or null."]})
    require(call, "datastore_delete", clean)
    shown = _resource(call, clean)
    table = _table(call, clean["resource_id"])
    clean.pop("calculate_record_count")
    include = clean.pop("include_deleted_records")
    if filters is None:
        call.rows.drop(table.resource)
        if shown.get("datastore_active"):
            _note_active(call, shown, active=False)
        return clean
    deleted = _delete_rows(call, table, filters)
    clean["filters"] = filters
    if include:
        clean["deleted_records"] = deleted[: int(call.setting("ckan.datastore.search.rows_max"))]
    return clean


def _delete_rows(call: Call, table: RowTable, filters: Data) -> list[Data]:
    text, values = condition(filters, table) or ("1", [])
    names = ", ".join(["_id", *(one.stored for one in table.columns)])
    name = quoted(table.stored)
    found = call.rows.read(f"SELECT {names} FROM {name} WHERE {text}", values)
    call.rows.write(f"DELETE FROM {name} WHERE {text}", values)
    return [as_json(table, row) for row in found]


@action()
def datastore_records_delete(call: Call, data: Data) -> Data:
    """Delete rows that fit `filters`, never the table itself."""
    data = _named(dict(data))
    clean = checked(data, shapes.RECORDS_DELETE, call)
    clean.pop("__extras", None)
    result: Data = datastore_delete(call, clean)
    return result


@action(reads=True)
def datastore_search(call: Call, data: Data) -> Data:
    """Rows of `resource_id`: `filters`, `q`, `fields`, `sort`, `limit`, `offset`, `distinct`,
    `include_total`, `records_format` (objects, lists, csv, tsv)."""
    clean = checked(_named(dict(data)), shapes.SEARCH, call)
    extras = clean.pop("__extras", None)
    if extras:
        name = next(iter(extras))
        raise Invalid({name: [f'invalid value "{extras[name]}"']})
    asked = _asked(call, clean)
    if clean["resource_id"] == METADATA_TABLE:
        return _result(clean, _all_tables(call, asked))
    shelved = call.shelves(clean["resource_id"])
    if shelved is not None:
        rows, table, entry = shelved
        require(call, "datastore_search", clean)
        call.used.append(entry)
        with closing(rows):
            return _result(clean, search(rows, table, asked))
    found = call.rows.called(clean["resource_id"])
    if found is None:
        raise NotFound(f'Resource "{clean["resource_id"]}" was not found.')
    clean["resource_id"] = found.resource
    require(call, "datastore_search", clean)
    return _result(clean, search(call.rows, found, asked))


def _asked(call: Call, data: Data) -> Search:
    offset = data.get("offset") or 0
    if not 0 <= offset < 2**63:
        raise Invalid({"offset": [f'invalid value "{offset}"']})
    return Search(
        filters=data.get("filters"),
        q=data.get("q") or None,
        full_text=data.get("full_text") or None,
        plain=data.get("plain", True),
        fields=data.get("fields"),
        sort=data.get("sort"),
        distinct=data.get("distinct", False),
        limit=data["limit"],
        offset=offset,
        form=data["records_format"],
        total=data["include_total"],
        next_page=data["include_next_page"],
        milliseconds=truth(call.setting("ckan.datastore.ms_in_timestamp") or False),
    )


def _result(data: Data, answer: Answer) -> Data:
    result = {**data, "records": answer.records, "fields": answer.fields}
    if answer.total is not None:
        result["total"] = answer.total
        result["total_was_estimated"] = False
    if answer.next_page is not None:
        result["next_page"] = answer.next_page
    return result


def _all_tables(call: Call, asked: Search) -> Answer:
    """What tables there are, and their other names; those that who asks may read."""
    found: list[Data] = []
    for table in call.rows.tables():
        try:
            require(call, "datastore_search", {"resource_id": table.resource})
        except (NotAuthorized, NotFound):
            continue
        found.append({"_id": table.stored, "name": table.resource, "alias_of": None})
        found += [
            {"_id": f"{table.stored}/{one}", "name": one, "alias_of": table.resource}
            for one in table.aliases
        ]
    wanted = asked.filters if isinstance(asked.filters, dict) else {}
    found = [one for one in found if all(one.get(key) == value for key, value in wanted.items())]
    fields = [{"id": name, "type": "text"} for name in ("_id", "name", "oid", "alias_of")]
    page = found[asked.offset : asked.offset + asked.limit]
    return Answer(page, fields, len(found) if asked.total else None, None)


@action(reads=True)
def datastore_info(call: Call, data: Data) -> Data:
    """The columns of the table of `resource_id`, and what is known of it."""
    clean = checked(_named(dict(data)), shapes.INFO, call)
    shelved = call.shelves(clean["resource_id"])
    rows, table = shelved[:2] if shelved else (call.rows, call.rows.called(clean["resource_id"]))
    if table is None:
        raise NotFound(f'Resource/Alias "{clean["resource_id"]}" was not found.')
    require(call, "datastore_info", {"resource_id": table.resource})
    resource_show(call, {"id": table.resource})
    info: Data = {}
    if clean["include_meta"]:
        info["meta"] = _meta(rows, table)
    if shelved:
        rows.close()
    info["fields"] = described(table)[1:]
    if clean["include_fields_schema"]:
        for field, column in zip(info["fields"], table.columns, strict=True):
            indexed = [one for one in (table.keys, *table.indexes) if column.id in one]
            field["schema"] = {
                "native_type": long_type(column.type),
                "notnull": False,
                "index_name": f"{table.stored}_{column.stored}" if indexed else None,
                "is_index": bool(indexed),
                "uniquekey": column.id in table.keys,
            }
    return info


def _meta(rows: RowsFile, table: RowTable) -> Data:
    name = quoted(table.stored)
    pages = rows.read("PRAGMA page_count")[0][0]
    size = rows.read("PRAGMA page_size")[0][0]
    count = rows.read(f"SELECT count(*) FROM {name}")[0][0]
    return {
        "id": table.resource,
        "count": count,
        "table_type": "BASE TABLE",
        "size": count * max(len(table.columns), 1) * 16,
        "db_size": pages * size,
        "idx_size": count * len(table.indexes) * 16,
        "aliases": [*reversed(table.aliases)],  # the newest first
    }

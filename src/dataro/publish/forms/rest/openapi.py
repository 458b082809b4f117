"""The REST interface described for machines: OpenAPI 3.1, written from the declarations.

Every open dataset has its own rows, with a parameter for each column.
https://spec.openapis.org/oas/v3.1.1.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dataro
from dataro.build.context import Context
from dataro.publish.catalogue.entries import public_entries
from dataro.publish.catalogue.entry import Entry, EntryTable
from dataro.publish.catalogue.search.ask import SORTS
from dataro.publish.catalogue.search.document import FACETS
from dataro.publish.downloads import MEDIA_TYPES
from dataro.publish.forms.rest.documents import BASE
from dataro.publish.forms.rest.grammar import MOST_LIMIT, OPERATORS, USUAL_LIMIT, WORDS
from dataro.publish.forms.rest.problems import ALL, MEDIA_TYPE
from dataro.vocabulary.settings import Between, Choices, SettingDeclaration
from dataro.vocabulary.terms import Kind, Term
from dataro.vocabulary.text import Text, both

_EXAMPLES: Mapping[Kind, Any] = {
    "text": "가람동", "code": "A01", "integer": 120, "decimal": 12.5, "boolean": True,
    "date": "2024-03-15", "month": "2024-03-01", "year": 2024, "time": "09:30:00",
    "datetime": "2024-03-15T09:30:00", "geometry": "POINT (127 37)",
}  # fmt: skip
_TYPES: Mapping[Kind, Mapping[str, Any]] = {
    "integer": {"type": "integer"}, "year": {"type": "integer"}, "decimal": {"type": "number"},
    "boolean": {"type": "boolean"}, "date": {"type": "string", "format": "date"},
    "month": {"type": "string", "format": "date"},
}  # fmt: skip
_ASKED: Mapping[Kind, str] = {
    "integer": "ge:100", "decimal": "lt:12.5", "boolean": "true", "date": "ge:2024-03-15",
    "month": "ge:2024-03", "year": "2024", "time": "ge:09:30", "datetime": "ge:2024-03-15T09:30",
    "text": "has:동", "code": "A01",
}  # fmt: skip


def openapi_document(context: Context, origin: str) -> dict[str, Any]:
    """The whole document; what is not open to everybody is not in it."""
    entries = [one for one in public_entries(context) if one.snapshot is not None]
    datasets = [one for one in entries if one.kind == "dataset"]
    answers = [one for one in entries if one.kind == "answer"]
    city = context.registry.city
    paths: dict[str, Any] = {
        "/": _get("beginning", both("주소의 목록", "Addresses"), [], {"type": "object"}),
        "/datasets": _get(
            "listDatasets", both("데이터셋 찾기", "Search datasets"), _list_words(), _ref("List")
        ),
        "/analyses": _get(
            "listAnalyses", both("분석 찾기", "Search analyses"), _list_words(), _ref("List")
        ),
    }
    paths["/sql"] = _sql()
    if datasets:
        id = _id(datasets)
        paths["/datasets/{id}"] = _get(
            "getDataset", both("데이터셋 설명", "About a dataset"), [id], _ref("Entry")
        )
        paths["/datasets/{id}/versions"] = _get(
            "getVersions", both("판 목록", "Versions"), [id], {"type": "object"}
        )
        paths["/datasets/{id}.metadata.json"] = _get(
            "getMetadata", both("설명 파일", "Metadata as a file"), [id], _ref("Entry")
        )
        paths["/datasets/{id}.{form}"] = _file([id])
    for one in datasets:
        paths[f"/datasets/{one.id}/rows"] = _rows(one, one.tables[0])
    for one in answers:
        analysis = context.registry.analyses[one.id]
        settings = [_setting(name, s) for name, s in analysis.settings.items()]
        paths[f"/analyses/{one.id}"] = _get(
            f"answer_{one.id}", one.description, settings, {"type": "object"}
        )
        for table in one.tables:
            paths[f"/analyses/{one.id}/tables/{table.name}"] = _rows(one, table)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{city.name.ko} 데이터로 REST · {city.name.en} Dataro REST",
            "version": dataro.__version__,
            "description": "열은 그대로 조건이 됩니다. Columns are conditions: "
            "`?month=ge:2024-01&sort=-month`. " + _operators(),
        },
        "servers": [{"url": f"{origin}{BASE}"}],
        "paths": paths,
        "security": [{}, {"token": []}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Text": _object({"ko": {"type": "string"}, "en": {"type": "string"}}),
                "Problem": _problem(),
                "Listed": _listed(),
                "Entry": {"type": "object", "required": ["id", "kind", "title", "tables"]},
                "List": _object(
                    {
                        "total": {"type": "integer"},
                        "offset": {"type": "integer"},
                        "limit": {"type": "integer"},
                        "truncated": {"type": "boolean"},
                        "next": {"type": ["string", "null"]},
                        "corrected": {"type": ["string", "null"]},
                        "results": {"type": "array", "items": _ref("Listed")},
                    }
                ),
            },
            "parameters": {name: _word(name, text) for name, text in WORDS.items()},
            "responses": {"Problem": _problem_response()},
        },
    }


def _sql() -> dict[str, Any]:
    """The one address that needs a token."""
    text = {"type": "string", "maxLength": 2_000}
    example = "SELECT 1 AS one"
    form = {"name": "format", "in": "query", "schema": {"enum": ["json", "csv"]}}
    asked = {"name": "sql", "in": "query", "schema": text, "example": example}
    title = both("SQL로 묻기(토큰 필요)", "Ask in SQL (needs a token)")
    made = _get("querySql", title, [asked, form], {"type": "object"})
    made["get"]["responses"]["200"]["content"]["text/csv"] = {}
    body = {"type": "object", "required": ["sql"], "properties": {"sql": text}}
    post = {
        **made["get"],
        "operationId": "postSql",
        "parameters": [form],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": body, "example": {"sql": example}}},
        },
    }
    return {
        name: {**one, "security": [{"token": []}]}
        for name, one in (("get", made["get"]), ("post", post))
    }


def _rows(entry: Entry, table: EntryTable) -> dict[str, Any]:
    own = [_column(name, term) for name, term in table.columns.items() if name not in WORDS]
    known = [{"$ref": f"#/components/parameters/{name}"} for name in WORDS]
    schema = _object(
        {
            "dataset": {"type": "string"},
            "snapshot": {"type": "integer"},
            "total": {"type": "integer"},
            "offset": {"type": "integer"},
            "limit": {"type": "integer"},
            "truncated": {"type": "boolean"},
            "next": {"type": ["string", "null"]},
            "licence": {"type": "string"},
            "synthetic": {"type": "boolean"},
            "rows": {"type": "array", "items": _row(table)},
        }
    )
    title = both(f"{table.title.ko}의 행", f"Rows of {table.title.en}")
    made = _get(f"rows_{table.stored}", title, [*own, *known], schema)
    example = {
        name: _EXAMPLES[term.domain.kind]
        for name, term in table.columns.items()
        if term.domain.kind != "geometry"
    }
    content = made["get"]["responses"]["200"]["content"]["application/json"]
    content["example"] = {
        "dataset": entry.id, "snapshot": table.snapshot or 1, "total": 1, "offset": 0,
        "limit": USUAL_LIMIT, "truncated": False, "next": None, "licence": entry.licence,
        "synthetic": entry.synthetic, "rows": [example],
    }  # fmt: skip
    return made


def _row(table: EntryTable) -> dict[str, Any]:
    """Groups have other columns than rows, so what is not declared is not excluded."""
    return {
        "type": "object",
        "properties": {
            name: {**_nullable(term.domain.kind), "title": f"{term.text.ko} · {term.text.en}"}
            for name, term in table.columns.items()
        },
    }


def _nullable(kind: Kind) -> dict[str, Any]:
    found = dict(_TYPES.get(kind, {"type": "string"}))
    found["type"] = [found["type"], "null"]
    return found


def _column(name: str, term: Term) -> dict[str, Any]:
    unit = f" ({term.unit.ko} · {term.unit.en})" if term.unit else ""
    described: dict[str, Any] = {
        "name": name,
        "in": "query",
        "description": f"{term.text.ko} · {term.text.en}{unit}",
        "schema": {"type": "string", "maxLength": 200},
    }
    codes = term.domain.codes
    if codes:
        described["example"] = next(iter(codes))
    elif term.domain.kind in _ASKED:
        described["example"] = _ASKED[term.domain.kind]
    return described


def _word(name: str, text: Text) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "maxLength": 200}
    if name in ("limit", "offset", "page", "snapshot"):
        schema = {"type": "integer", "minimum": 1 if name == "page" else 0}
        if name == "limit":
            schema |= {"maximum": MOST_LIMIT, "default": USUAL_LIMIT}
    if name == "lang":
        schema = {"enum": ["ko", "en"]}
    word: dict[str, Any] = {
        "name": name,
        "in": "query",
        "description": f"{text.ko} · {text.en}",
        "schema": schema,
    }
    if name == "measure":
        word["example"] = "count"
    return word


def _setting(name: str, one: SettingDeclaration) -> dict[str, Any]:
    """A setting of an answer, which may name itself plainly there."""
    schema: dict[str, Any] = {"type": "string", "maxLength": 100}
    if isinstance(one.limits, Choices):
        schema = {"enum": list(one.limits.options)}
    elif isinstance(one.limits, Between) and one.type in (int, float):
        kind = "integer" if one.type is int else "number"
        schema = {"type": kind, "minimum": one.limits.minimum, "maximum": one.limits.maximum}
    return {
        "name": name,
        "in": "query",
        "description": f"{one.text.ko} · {one.text.en}",
        "schema": schema,
    }


def _list_words() -> list[dict[str, Any]]:
    text: dict[str, Any] = {"type": "string", "maxLength": 100}
    count: dict[str, Any] = {"type": "integer", "minimum": 0}
    kinds: dict[str, dict[str, Any]] = {
        "q": text,
        "sort": {"enum": list(SORTS), "default": "best"},
        "limit": {**count, "maximum": 1_000, "default": 20},
        "offset": {**count, "maximum": 10**9},
        **dict.fromkeys(FACETS, text),
    }
    return [{"name": name, "in": "query", "schema": schema} for name, schema in kinds.items()]


def _file(parameters: Sequence[dict[str, Any]]) -> dict[str, Any]:
    form = {
        "name": "form",
        "in": "path",
        "required": True,
        "schema": {"enum": list(MEDIA_TYPES)},
        "example": "csv",
    }
    made = _get("getFile", both("파일로 받기", "The rows as a file"), [*parameters, form], {})
    binary = {"schema": {"type": "string", "format": "binary"}}
    made["get"]["responses"]["200"]["content"] = {
        media: {} if "json" in media else binary for media in MEDIA_TYPES.values()
    }
    made["get"]["responses"]["206"] = made["get"]["responses"]["200"]
    return made


def _id(entries: Sequence[Entry]) -> dict[str, Any]:
    ids = [one.id for one in entries]
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"enum": ids},
        "example": ids[0],
    }


def _get(
    id: str, title: Text, parameters: Sequence[dict[str, Any]], schema: Mapping[str, Any]
) -> dict[str, Any]:
    refused = {"$ref": "#/components/responses/Problem"}
    return {
        "get": {
            "operationId": id,
            "summary": f"{title.ko} · {title.en}",
            "parameters": list(parameters),
            "responses": {
                "200": {
                    "description": "OK",
                    "headers": {"ETag": {"schema": {"type": "string"}}},
                    "content": {"application/json": {"schema": schema}},
                },
                "304": {"description": "Not modified"},
                "default": refused,
            },
        }
    }


def _problem_response() -> dict[str, Any]:
    kinds = " · ".join(f"{one.name} ({one.status})" for one in ALL)
    return {
        "description": f"RFC 9457: {kinds}",
        "content": {MEDIA_TYPE: {"schema": _ref("Problem")}},
    }


def _problem() -> dict[str, Any]:
    plain = {"type": "string"}
    made = _object(
        {
            "type": plain,
            "title": plain,
            "status": {"type": "integer"},
            "detail": plain,
            "instance": plain,
            "text": _ref("Text"),
        }
    )
    made["properties"]["parameter"] = plain
    return made


def _listed() -> dict[str, Any]:
    plain = {"type": "string"}
    return _object(
        {
            "id": plain,
            "kind": {"enum": ["dataset", "answer"]},
            "title": _ref("Text"),
            "description": _ref("Text"),
            "owner": _ref("Text"),
            "theme": plain,
            "keywords": {"type": "array", "items": plain},
            "licence": plain,
            "cadence": plain,
            "rows": {"type": ["integer", "null"]},
            "snapshot": {"type": ["integer", "null"]},
            "modified": {"type": ["string", "null"]},
            "synthetic": {"type": "boolean"},
            "url": {"type": "string", "format": "uri"},
        }
    )


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "properties": dict(properties),
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _operators() -> str:
    return " ".join(f"`{word}:` {text.ko}({text.en})." for word, (_, text) in OPERATORS.items())

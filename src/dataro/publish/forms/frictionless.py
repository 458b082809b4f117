"""An entry as a Frictionless Data Package: https://datapackage.org/standard/data-package/ (2.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dataro.publish.catalogue.entry import Entry, EntryTable
from dataro.publish.forms.site import Site
from dataro.publish.rows import SYNTHETIC
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.terms import Kind, Term
from dataro.vocabulary.text import Language

_TYPES: Mapping[Kind, str] = {
    "text": "string",
    "code": "string",
    "integer": "integer",
    "decimal": "number",
    "boolean": "boolean",
    "date": "date",
    "month": "date",
    "year": "integer",
    "time": "string",
    "datetime": "datetime",
    "geometry": "string",
}


def data_package(site: Site, entry: Entry, language: Language = "ko") -> dict[str, Any]:
    """An entry with data: its CSV files with the schema of each. Raises ``NotThere``."""
    published = entry.published()
    licence = LICENCES[entry.licence]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": entry.id.replace("_", "-"),
        "id": site.thing(entry),
        "title": entry.title[language],
        "description": entry.description[language],
        "homepage": site.page(entry, language),
        "version": f"{entry.snapshot}.0.0",
        "created": published.made_at,
        "keywords": list(entry.keywords) or [entry.theme],
        "contributors": [{"title": entry.owner[language], "roles": ["publisher"]}],
        "licenses": [
            {"name": entry.licence, "title": licence.text[language]}
            | ({"path": licence.url} if licence.url else {})
        ],
        "sources": [{"title": file.path} for file in published.receipt.files],
        "resources": [_resource(site, entry, table, language) for table in entry.tables],
    }


def table_schema(
    columns: Mapping[str, Term], keys: tuple[str, ...], language: Language, *, notice: bool = False
) -> dict[str, Any]:
    """The Table Schema of columns; ``notice`` adds the column that marks synthetic CSV."""
    fields = [_field(name, term, language) for name, term in columns.items()]
    if notice:
        fields.append(
            {"name": "_notice", "title": SYNTHETIC[language], "type": "string"}
        )  # fmt: skip
    made: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    return made | ({"primaryKey": list(keys)} if keys else {})


def _resource(site: Site, entry: Entry, table: EntryTable, language: Language) -> dict[str, Any]:
    return {
        "name": table.name.replace("_", "-"),
        "title": table.title[language],
        "description": table.row[language],
        "path": site.file(entry, table, "csv"),
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "header": True},
        "schema": table_schema(table.columns, table.keys, language, notice=entry.synthetic),
    }


def _field(name: str, term: Term, language: Language) -> dict[str, Any]:
    domain = term.domain
    made: dict[str, Any] = {
        "name": name,
        "title": term.text[language],
        "type": _TYPES[domain.kind],
    }
    if term.about:
        made["description"] = term.about[language]
    if term.unit:
        made["unit"] = term.unit[language]
    if term.is_key:
        made["constraints"] = {"required": True}
    return made

"""A CSV file described for the web: https://www.w3.org/TR/tabular-metadata/ (CSVW)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dataro.publish.catalogue.entry import Entry
from dataro.publish.forms.site import Site
from dataro.publish.rows import SYNTHETIC
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.terms import Kind, Term
from dataro.vocabulary.text import LANGUAGES, Text

_TYPES: Mapping[Kind, str] = {
    "text": "string",
    "code": "string",
    "integer": "integer",
    "decimal": "double",
    "boolean": "boolean",
    "date": "date",
    "month": "date",
    "year": "integer",
    "time": "string",
    "datetime": "dateTime",
    "geometry": "string",
}


def csv_metadata(site: Site, entry: Entry) -> dict[str, Any]:
    """The tables of an entry, beside whose CSV this document is found. Raises ``NotThere``."""
    published = entry.published()
    made: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "ko"}],
        "@id": site.thing(entry),
        "dc:title": _said(entry.title),
        "dc:description": _said(entry.description),
        "dc:publisher": {"schema:name": _said(entry.owner)},
        "dc:modified": {"@value": published.made_at, "@type": "xsd:dateTime"},
        "tables": [
            {
                "url": site.file(entry, table, "csv"),
                "dc:title": _said(table.title),
                "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
                "tableSchema": _schema(table.columns, table.keys, notice=entry.synthetic),
            }
            for table in entry.tables
        ],
    }
    if url := LICENCES[entry.licence].url:
        made["dc:license"] = {"@id": url}
    return made


def _schema(columns: Mapping[str, Term], keys: tuple[str, ...], *, notice: bool) -> dict[str, Any]:
    described: list[dict[str, Any]] = [_column(name, term) for name, term in columns.items()]
    if notice:
        described.append(
            {"name": "notice", "titles": "_notice", "dc:description": _said(SYNTHETIC)}
        )
    made: dict[str, Any] = {"columns": described}
    return made | ({"primaryKey": list(keys)} if keys else {})


def _column(name: str, term: Term) -> dict[str, Any]:
    # The heading of the file comes first: what a reader compares with. Titles of both languages
    # stand in the description, because every title of this key must be a possible heading.
    made: dict[str, Any] = {
        "name": name,
        "titles": name,
        "dc:title": _said(term.text),
        "datatype": _TYPES[term.domain.kind],
    }
    if term.about:
        made["dc:description"] = _said(term.about)
    if term.unit:
        made["schema:unitText"] = _said(term.unit)
    if term.is_key:
        made["required"] = True
    return made


def _said(text: Text) -> list[dict[str, str]]:
    return [{"@value": text[language], "@language": language} for language in LANGUAGES]

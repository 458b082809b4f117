"""An entry as schema.org ``Dataset`` with the Croissant vocabulary for machine learning.

https://docs.mlcommons.org/croissant/docs/croissant-spec.html (1.0): what search engines read and
what loaders of training data need, in one document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dataro.publish.catalogue.entry import Entry, EntryTable
from dataro.publish.forms.authority import FILE_TYPES
from dataro.publish.forms.site import Site
from dataro.publish.rows import SYNTHETIC
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.terms import Kind, Term
from dataro.vocabulary.text import LANGUAGES, Language, Text

_CR = "http://mlcommons.org/croissant/"
_JSON = {"@type": "@json"}
_TERMS = (
    "citeAs column equivalentProperty extract field fileProperty fileObject fileSet format includes "
    "isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace "
    "samplingRate separator source subField transform"
)
_DATA_TYPES: Mapping[Kind, str] = {
    "text": "sc:Text",
    "code": "sc:Text",
    "integer": "sc:Integer",
    "decimal": "sc:Float",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "month": "sc:Date",
    "year": "sc:Integer",
    "time": "sc:Text",
    "datetime": "sc:DateTime",
    "geometry": "sc:Text",
}


def context(language: Language) -> dict[str, Any]:
    """The JSON-LD context that Croissant 1.0 prescribes."""
    return {
        "@language": language,
        "@vocab": "https://schema.org/",
        "sc": "https://schema.org/",
        "cr": _CR,
        "rai": f"{_CR}RAI/",
        "dct": "http://purl.org/dc/terms/",
        "conformsTo": "dct:conformsTo",
        "data": {"@id": "cr:data", **_JSON},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "examples": {"@id": "cr:examples", **_JSON},
        **{term: f"cr:{term}" for term in _TERMS.split()},
    }


def croissant(site: Site, entry: Entry, language: Language = "ko") -> dict[str, Any]:
    """An entry with data: what it is, its files, and the records in its CSV files.

    It is said to be a live dataset, because an address gives the current version, so no digest of
    a file is promised.
    """
    published = entry.published()
    licence = LICENCES[entry.licence]
    made: dict[str, Any] = {
        "@context": context(language),
        "@type": "sc:Dataset",
        "@id": site.thing(entry),
        "conformsTo": f"{_CR}1.0",
        "name": entry.id,
        "alternateName": [entry.title[one] for one in LANGUAGES],
        "description": _described(entry, language),
        "url": site.page(entry, language),
        "identifier": site.thing(entry),
        "inLanguage": list(LANGUAGES),
        "keywords": [*entry.keywords, entry.theme],
        "license": licence.url or licence.text[language],
        "isAccessibleForFree": True,
        "isLiveDataset": True,
        "creator": _organisation(site, entry.owner, language),
        "publisher": _organisation(site, site.city.office, language),
        "datePublished": entry.created or published.made_at,
        "dateModified": published.made_at,
        "version": f"{entry.snapshot}.0.0",
        "citeAs": citation(site, entry, language),
        "includedInDataCatalog": {
            "@type": "sc:DataCatalog",
            "name": f"{site.city.name[language]} Dataro",
            "url": f"{site.origin}/{language}/data",
        },
        "variableMeasured": [term.text[language] for term in entry.columns.values()],
        "distribution": [file for table in entry.tables for file in _files(site, entry, table)],
        "recordSet": [_records(entry, table, language) for table in entry.tables if table.columns],
    }
    if entry.temporal:
        made["temporalCoverage"] = "/".join(entry.temporal)
    if entry.spatial:
        west, south, east, north = entry.spatial
        made["spatialCoverage"] = {
            "@type": "sc:Place",
            "geo": {"@type": "sc:GeoShape", "box": f"{south} {west} {north} {east}"},
        }
    return made


def citation(site: Site, entry: Entry, language: Language) -> str:
    """How to cite the current version of an entry."""
    published = entry.published()
    title, owner = entry.title[language], entry.owner[language]
    city = site.city.name[language]
    words = Text(
        f"{city} {owner}, “{title}”, {entry.snapshot}판({published.made_at[:10]}), ",
        f"{owner}, {city}: “{title}”, version {entry.snapshot} ({published.made_at[:10]}), ",
    )
    return words[language] + site.page(entry, language)


def _described(entry: Entry, language: Language) -> str:
    """The description, as long as search engines want it (50 characters and more)."""
    parts = [entry.description[language], entry.row[language]]
    if entry.synthetic:
        parts.append(SYNTHETIC[language])
    return " ".join(parts)


def _organisation(site: Site, name: Text, language: Language) -> dict[str, Any]:
    made = {"@type": "sc:Organization", "name": f"{site.city.name[language]} {name[language]}"}
    return made | ({"url": site.city.contact} if site.city.contact else {})


def _files(site: Site, entry: Entry, table: EntryTable) -> list[dict[str, Any]]:
    return [
        {
            "@type": "cr:FileObject",
            "@id": f"{table.name}.{format}",
            "name": f"{table.name}.{format}",
            "contentUrl": site.file(entry, table, format),
            "encodingFormat": FILE_TYPES[format].media,
        }
        for format in table.formats
    ]


def _records(entry: Entry, table: EntryTable, language: Language) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.row[language],
        "field": [_field(table, name, term, language) for name, term in table.columns.items()],
    }
    if table.keys:
        made["key"] = [{"@id": f"{table.name}/{key}"} for key in table.keys]
    return made


def _field(table: EntryTable, name: str, term: Term, language: Language) -> dict[str, Any]:
    unit = f" ({term.unit[language]})" if term.unit else ""
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{name}",
        "name": name,
        "description": f"{term.text[language]}{unit}",
        "dataType": _DATA_TYPES[term.domain.kind],
        "source": {"fileObject": {"@id": f"{table.name}.csv"}, "extract": {"column": name}},
    }

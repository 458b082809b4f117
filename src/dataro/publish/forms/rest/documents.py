"""The JSON of the REST interface: lists, entries, pages of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dataro.publish.catalogue.entry import Entry, EntryTable
from dataro.publish.document import column_document, receipt_document, verdict_document
from dataro.publish.forms.rest.grammar import Asked
from dataro.publish.query import Cell
from dataro.publish.rows import SYNTHETIC
from dataro.publish.shelves.shelf import Page
from dataro.vocabulary.licence import LICENCES
from dataro.vocabulary.terms import Term

BASE = "/api/v1"


def address(entry: Entry, origin: str) -> str:
    """The REST address of an entry."""
    room = "datasets" if entry.kind == "dataset" else "analyses"
    return f"{origin}{BASE}/{room}/{entry.id}"


def rows_address(entry: Entry, table: EntryTable, origin: str) -> str:
    """The address of a table's rows as pages of JSON."""
    if entry.kind == "dataset":
        return f"{address(entry, origin)}/rows"
    return f"{address(entry, origin)}/tables/{table.name}"


def listed(entry: Entry, origin: str) -> dict[str, Any]:
    """An entry as a list shows it."""
    return {
        "id": entry.id,
        "kind": entry.kind,
        "title": entry.title.as_dict(),
        "description": entry.description.as_dict(),
        "owner": entry.owner.as_dict(),
        "theme": entry.theme,
        "keywords": list(entry.keywords),
        "licence": entry.licence,
        "cadence": entry.cadence,
        "rows": entry.rows,
        "snapshot": entry.snapshot,
        "modified": entry.modified,
        "synthetic": entry.synthetic,
        "url": address(entry, origin),
    }


def described(entry: Entry, origin: str) -> dict[str, Any]:
    """Everything that the catalogue knows of an entry."""
    licence = LICENCES.get(entry.licence)
    said = {
        **listed(entry, origin),
        "row": entry.row.as_dict(),
        "licence": {
            "id": entry.licence,
            "title": licence.text.as_dict() if licence else None,
            "url": licence.url if licence else None,
            "commercial": licence.commercial if licence else None,
            "derivatives": licence.derivatives if licence else None,
        },
        "terms": entry.terms.as_dict() if entry.terms else None,
        "openness": entry.openness,
        "openness_reason": entry.openness_reason.as_dict() if entry.openness_reason else None,
        "expires": entry.expires.isoformat() if entry.expires else None,
        "temporal": list(entry.temporal) if entry.temporal else None,
        "spatial": list(entry.spatial) if entry.spatial else None,
        "created": entry.created,
        "tables": [_table(entry, table, origin) for table in entry.tables],
        "quality": verdict_document(entry.verdict) if entry.verdict else None,
        "page": {
            lang: f"{origin}/{lang}/{'data' if entry.kind == 'dataset' else 'analysis'}/{entry.id}"
            for lang in ("ko", "en")
        },
    }
    if entry.synthetic:
        said["notice"] = SYNTHETIC.as_dict()
    if entry.kind == "dataset":
        said["columns"] = [column_document(column) for column in entry.columns.values()]
    if entry.publication is not None:
        said["receipt"] = receipt_document(entry.publication.receipt)
    return said


def _table(entry: Entry, table: EntryTable, origin: str) -> dict[str, Any]:
    base = address(entry, origin) if entry.kind == "dataset" else rows_address(entry, table, origin)
    return {
        "name": table.name,
        "title": table.title.as_dict(),
        "row": table.row.as_dict(),
        "keys": list(table.keys),
        "snapshot": table.snapshot,
        "columns": [column_document(column) for column in table.columns.values()],
        "rows": rows_address(entry, table, origin),
        "files": {form: f"{base}.{form}" for form in (*table.formats, "zip")},
    }


def page_document(
    entry: Entry,
    table: EntryTable,
    snapshot: int,
    asked: Asked,
    page: Page,
    columns: Mapping[str, Term],
    next_url: str | None,
) -> dict[str, Any]:
    """A page of rows: how many there are in all, whether this is all, where the rest is."""
    names = page.columns
    shapes = [i for i, n in enumerate(names) if n in columns and _is_shape(columns[n])]
    rows: Sequence[tuple[Cell, ...]] = _with_text(page.rows, shapes) if shapes else page.rows
    said: dict[str, Any] = {
        "dataset": entry.id,
        "snapshot": snapshot,
        "total": page.total,
        "offset": asked.query.offset,
        "limit": asked.query.limit,
        "truncated": next_url is not None,
        "next": next_url,
        "licence": entry.licence,
        "synthetic": entry.synthetic,
        "rows": [dict(zip(names, row, strict=True)) for row in rows],
    }
    if entry.kind == "answer":
        said["table"] = table.name
    return said


def _is_shape(term: Term) -> bool:
    return term.domain.kind == "geometry"


def _with_text(rows: Sequence[tuple[Cell, ...]], shapes: Sequence[int]) -> list[tuple[Cell, ...]]:
    """Outlines as WKT."""
    import shapely

    said = []
    for row in rows:
        cells = list(row)
        for i in shapes:
            cell = cells[i]
            if isinstance(cell, bytes):
                cells[i] = shapely.to_wkt(shapely.from_wkb(cell), 6)
        said.append(tuple(cells))
    return said

"""An answer, a receipt and a verdict as plain documents: what the JSON of every door says."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from dataro.vocabulary.answer import Answer, Receipt, Verdict
from dataro.vocabulary.figure import Figure
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import Text

if TYPE_CHECKING:
    import polars as pl


def answer_document(answer: Answer) -> dict[str, Any]:
    """Everything an answer says, in both languages, ready for JSON."""
    analysis = answer.analysis
    return _document(
        {
            "id": analysis.id,
            "title": analysis.title,
            "question": analysis.question,
            "settings": answer.settings,
            "findings": [one.as_dict() for one in answer.findings],
            "tables": {
                name: {
                    "title": table.title,
                    "row": table.row_is(),
                    "columns": [column_document(column) for column in table.columns.values()],
                    "rows": records(answer.tables[name], table.columns),
                }
                for name, table in analysis.results.items()
            },
            "figures": {id: figure_document(one) for id, one in answer.figures.items()},
            "method": analysis.method,
            "limits": answer.limits,
            "skill": [{"text": one.text, "numbers": one.numbers} for one in answer.skill],
            "quality": {name: verdict_document(one) for name, one in answer.quality.items()},
            "receipt": receipt_document(answer.receipt),
        }
    )


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    """The receipt and those below it."""
    return _document(dataclasses.asdict(receipt))


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """A verdict with its checks and first faults."""
    return _document(
        {
            **dataclasses.asdict(verdict),
            "error_rate": verdict.error_rate,
            "passed": verdict.passed,
        }
    )


def figure_document(figure: Figure) -> dict[str, Any]:
    """A figure as it was declared, with its kind."""
    return _document({"kind": type(figure).__name__.lower(), **dataclasses.asdict(figure)})


def column_document(column: Term) -> dict[str, Any]:
    """What a column means."""
    return _document(
        {
            "name": column.name,
            "title": column.text,
            "unit": column.unit,
            "kind": column.domain.kind,
            "key": column.is_key,
            "codes": column.domain.codes,
        }
    )


def records(frame: pl.DataFrame, columns: Mapping[str, Term]) -> list[dict[str, Any]]:
    """Rows as name → value; outlines as GeoJSON geometries (EPSG:4326)."""
    rows = frame.to_dicts()
    shapes = [name for name, term in columns.items() if term.domain.kind == "geometry"]
    if shapes:
        import shapely

        for row in rows:
            for name in shapes:
                if row[name] is not None:
                    row[name] = shapely.geometry.mapping(shapely.from_wkb(row[name]))
    return rows


def _document(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items()}


def plain(value: Any) -> Any:
    """The same in dicts, lists, text, numbers and null: dates as ISO 8601, NaN as null."""
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value

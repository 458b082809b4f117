"""Rows as files people use: CSV, XLSX, Parquet, GeoJSON, JSON, ZIP.

Each says inside what it is, where it comes from and under which licence, as far as its format has
a place for that; a file of the synthetic city says so in all of them. ``stream`` holds no more
than some rows at a time in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from dataro.publish.rows import FileFormat, Rows
from dataro.publish.streams import packed, text
from dataro.publish.streams.source import RowSource, of_rows
from dataro.vocabulary.text import Language

Form = FileFormat | Literal["zip"]
"""A format of the catalogue, or the package with description and licence."""

MEDIA_TYPES: Mapping[Form, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "json": "application/json",
    "zip": "application/zip",
}


def stream(
    source: RowSource, format: Form, language: Language, *, bom: bool = True
) -> Iterator[bytes]:
    """The rows as a file, piece by piece.

    ``bom`` puts a byte order mark before CSV, without which Excel takes Korean for another
    encoding. Raises ``Problem`` for GeoJSON of rows that have no place, at the first piece.
    """
    if format == "csv":
        return text.csv(source, bom=bom)
    if format == "parquet":
        return packed.parquet(source)
    if format == "json":
        return text.json_document(source)
    if format == "geojson":
        return text.geojson(source)
    if format == "zip":
        return packed.package(source, bom=bom)
    return packed.xlsx(source, language)


def write(rows: Rows, format: Form, language: Language, *, bom: bool = True) -> bytes:
    """Rows that are in memory, as a file. Raises ``Problem`` like ``stream``."""
    return b"".join(stream(of_rows(rows), format, language, bom=bom))

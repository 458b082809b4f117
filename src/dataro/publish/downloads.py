"""Rows as files people use: CSV, XLSX, Parquet, GeoJSON, JSON.

Each says inside what it is, where it comes from and under which licence, as far as its format has
a place for that; a file of the synthetic city says so in all of them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from dataro.publish.rows import SYNTHETIC, FileFormat, Rows, flat
from dataro.publish.workbook import workbook
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Language, both

MEDIA_TYPES: Mapping[FileFormat, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "json": "application/json",
}


def write(rows: Rows, format: FileFormat, language: Language, *, bom: bool = True) -> bytes:
    """The rows as a file.

    ``bom`` puts a byte order mark before CSV, without which Excel takes Korean for another
    encoding. Raises ``Problem`` for GeoJSON of rows that have no place.
    """
    if format == "csv":
        return _csv(rows, bom)
    if format == "parquet":
        return _parquet(rows)
    if format == "json":
        return _json(rows)
    if format == "geojson":
        return _geojson(rows)
    return workbook(rows, language)


def metadata(rows: Rows) -> dict[str, Any]:
    """What the file says of itself, as plain values."""
    about, receipt = rows.about, rows.about.receipt
    said: dict[str, Any] = {
        "id": about.id,
        "title": about.title.as_dict(),
        "description": about.description.as_dict(),
        "source": about.source.as_dict(),
        "licence": about.licence,
        "snapshot": receipt.snapshot,
        "made_at": receipt.made_at,
        "code": receipt.code,
        "rows": rows.frame.height,
        "files": [{"path": file.path, "sha256": file.sha256} for file in receipt.files],
        "synthetic": receipt.synthetic,
    }
    if receipt.synthetic:
        said["notice"] = SYNTHETIC.as_dict()
    return said


def _csv(rows: Rows, bom: bool) -> bytes:
    frame = flat(rows)
    # A cell that begins like a formula would be run by a spreadsheet; a quote before it stops that.
    text = [name for name, kind in frame.schema.items() if kind == pl.String]
    frame = frame.with_columns(
        pl.when(pl.col(name).str.contains(r"^[=+\-@\t\r]"))
        .then(pl.lit("'") + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in text
    )
    if rows.about.receipt.synthetic:
        frame = frame.with_columns(pl.lit("synthetic").alias("_notice"))
    return (b"\xef\xbb\xbf" if bom else b"") + frame.write_csv(line_terminator="\r\n").encode()


def _parquet(rows: Rows) -> bytes:
    buffer = io.BytesIO()
    said = {"dataro": json.dumps(metadata(rows), ensure_ascii=False)}
    rows.frame.write_parquet(buffer, metadata=said)
    return buffer.getvalue()


def plain(value: Any) -> Any:
    """A cell as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value != value:
        return None
    return value


def _json(rows: Rows) -> bytes:
    records = [{k: plain(v) for k, v in row.items()} for row in flat(rows).iter_rows(named=True)]
    columns = {
        name: {
            **term.text.as_dict(),
            "kind": term.domain.kind,
            "unit": term.unit.as_dict() if term.unit else None,
        }
        for name, term in rows.columns.items()
    }
    document = {"about": metadata(rows), "columns": columns, "rows": records}
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


def _geojson(rows: Rows) -> bytes:
    import shapely

    shape, point = rows.shape_column(), rows.point_columns()
    if not (shape or point):
        raise Problem(
            both(
                f"“{rows.about.id}”에는 위치를 나타내는 열이 없어 GeoJSON으로 받을 수 없습니다. "
                "CSV나 JSON으로 받으십시오.",
                f"“{rows.about.id}” has no column that says where things are, so there is no "
                "GeoJSON of it. Take CSV or JSON instead.",
            )
        )
    features = []
    for row in rows.frame.iter_rows(named=True):
        geometry: Any = None
        if shape:
            cell = row.pop(shape)
            if cell is not None:
                geometry = json.loads(shapely.to_geojson(shapely.from_wkb(cell)))
        elif point and row[point[0]] is not None and row[point[1]] is not None:
            geometry = {"type": "Point", "coordinates": [row[point[0]], row[point[1]]]}
        properties = {name: plain(value) for name, value in row.items()}
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    document = {"type": "FeatureCollection", "about": metadata(rows), "features": features}
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()

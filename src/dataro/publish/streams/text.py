"""Rows as CSV, JSON and GeoJSON, piece by piece."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from dataro.publish.streams.source import RowSource, metadata
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

BOM = b"\xef\xbb\xbf"
_RISKY = r"^[=+\-@\t\r]"
_MOMENT = "%Y-%m-%dT%H:%M:%S"


def csv(source: RowSource, *, bom: bool) -> Iterator[bytes]:
    """Comma-separated values, UTF-8, lines ended by CR LF (RFC 4180).

    A text cell that begins like a formula gets a quote before it, so that no spreadsheet runs it;
    numbers stay numbers. ``bom`` puts a byte order mark first, without which Excel takes Korean
    for another encoding.
    """
    begun = False
    for frame in source.flat():
        safe = _harmless(frame)
        if source.about.receipt.synthetic:
            safe = safe.with_columns(pl.lit("synthetic").alias("_notice"))
        buffer = io.BytesIO(BOM if bom and not begun else b"")
        buffer.seek(0, io.SEEK_END)
        safe.write_csv(
            buffer, include_header=not begun, line_terminator="\r\n", datetime_format=_MOMENT,
            time_format="%H:%M:%S",
        )  # fmt: skip
        yield buffer.getvalue()
        begun = True
    if not begun:
        notice = ["_notice"] if source.about.receipt.synthetic else []
        yield (BOM if bom else b"") + ",".join([*source.columns, *notice]).encode() + b"\r\n"


def json_document(source: RowSource) -> Iterator[bytes]:
    """One JSON object: ``about``, ``columns``, ``rows``."""
    columns = {
        name: {
            **term.text.as_dict(),
            "kind": term.domain.kind,
            "unit": term.unit.as_dict() if term.unit else None,
        }
        for name, term in source.columns.items()
    }
    about = _compact(metadata(source))
    yield f'{{"about":{about},"columns":{_compact(columns)},"rows":['.encode()
    first = True
    for frame in source.flat():
        rows = _records(frame)
        if rows:
            yield (b"" if first else b",") + rows
            first = False
    yield b"]}"


def geojson(source: RowSource) -> Iterator[bytes]:
    """A feature for each row (RFC 7946; longitude, latitude).

    Raises ``Problem`` for rows that have no place.
    """
    if not (source.shape or source.points):
        raise Problem(
            both(
                f"“{source.about.id}”에는 위치를 나타내는 열이 없어 GeoJSON으로 받을 수 없습니다. "
                "CSV나 JSON으로 받으십시오.",
                f"“{source.about.id}” has no column that says where things are, so there is no "
                "GeoJSON of it. Take CSV or JSON instead.",
            )
        )
    yield f'{{"type":"FeatureCollection","about":{_compact(metadata(source))},"features":['.encode()
    first = True
    for frame in source.frames():
        if frame.is_empty():
            continue
        features = ",".join(_features(source, frame))
        yield ("" if first else ",").encode() + features.encode()
        first = False
    yield b"]}"


def _features(source: RowSource, frame: pl.DataFrame) -> Iterator[str]:
    plain = frame.drop(source.shape) if source.shape else frame
    properties = _lines(plain) if plain.width else ["{}"] * frame.height
    for geometry, row in zip(_geometries(source, frame), properties, strict=True):
        yield f'{{"type":"Feature","geometry":{geometry},"properties":{row}}}'


def _geometries(source: RowSource, frame: pl.DataFrame) -> Iterator[str]:
    if source.shape:
        import shapely

        shapes = shapely.from_wkb(frame[source.shape].to_list())
        for one in shapely.to_geojson(shapes):
            yield one or "null"
        return
    assert source.points is not None
    longitude, latitude = source.points
    for x, y in zip(frame[longitude].to_list(), frame[latitude].to_list(), strict=True):
        placed = x is not None and y is not None
        yield f'{{"type":"Point","coordinates":[{x!r},{y!r}]}}' if placed else "null"


def _harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Only columns in which some cell may begin so are looked at letter by letter: comparing whole
    cells is many times faster, and finds all of them."""
    text = [name for name, kind in frame.schema.items() if kind == pl.String]
    if not text:
        return frame
    cell = pl.col(text)
    near = (cell < ".") | cell.is_between(pl.lit("="), pl.lit("=\U0010ffff"))
    near |= cell.is_between(pl.lit("@"), pl.lit("@\U0010ffff"))
    some = frame.select(near.any()).row(0, named=True)
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(_RISKY))
        .then(pl.lit("'") + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in text
        if some[name]
    )


def _lines(frame: pl.DataFrame) -> list[str]:
    return frame.with_columns(_said(frame)).write_ndjson().splitlines()


def _records(frame: pl.DataFrame) -> bytes:
    """The rows as JSON objects with commas between them."""
    if frame.is_empty():
        return b""
    return frame.with_columns(_said(frame)).write_json()[1:-1].encode()


def _said(frame: pl.DataFrame) -> list[pl.Expr]:
    """Dates and times as ISO 8601 text; no NaN and no infinity, which JSON does not have."""
    floats = [name for name, kind in frame.schema.items() if kind.is_float()]
    return [
        *(
            pl.when(pl.col(name).is_finite()).then(pl.col(name)).otherwise(None).alias(name)
            for name in floats
        ),
        *(
            pl.col(name).dt.strftime(_written(kind))
            for name, kind in frame.schema.items()
            if kind.is_temporal()
        ),
    ]


def _written(kind: pl.DataType) -> str:
    if kind == pl.Date:
        return "%Y-%m-%d"
    return "%H:%M:%S" if kind == pl.Time else _MOMENT


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)

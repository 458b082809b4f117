"""GeoJSON, GeoPackage, Shapefile, KML and GML, read by GDAL; shapes arrive in EPSG:4326."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyproj
import shapely

from dataro.data.sources.encoding import detect
from dataro.data.sources.raw import GEOMETRY, ROW, Report
from dataro.vocabulary.dataset import Source
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import both

WGS84 = pyproj.CRS.from_epsg(4326)

KOREA = (120.0, 30.0, 135.0, 45.0)
"""West, south, east, north, with the seas around: coordinates read the other way round lie
outside it, and turned they lie inside."""


def read_shapes(path: Path, source: Source, report: Report) -> Iterator[pl.DataFrame]:
    """One batch: attributes as text, ``geometry`` as WKB in EPSG:4326, ``_row`` the feature.

    The file's own coordinate system is used, ``source.crs`` where it names none. Raises
    ``Problem`` where the file is damaged, the layer is missing, no coordinate system is known, or
    degrees are out of range.
    """
    import pyogrio  # takes a second, because it loads pandas: only where there is a map to read

    layer = _layer(path, source, report)
    try:
        meta, table = pyogrio.read_arrow(
            path, layer=layer, encoding=_encoding(path, source, report)
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise _damaged(report, error) from error
    name = meta.get("geometry_name") or "wkb_geometry"
    name = name if name in table.column_names else "wkb_geometry"
    frame = pl.DataFrame(pl.from_arrow(table))
    shapes = shapely.from_wkb(frame.get_column(name).to_numpy()) if name in frame.columns else None
    frame = frame.drop(name, strict=False).select(_as_text(frame.drop(name, strict=False)))
    if shapes is not None:
        shapes = shapely.force_2d(_in_degrees(shapes, meta, path, source, report))
        _notice_invalid(shapes, report)
        wkb = [None if shape is None else bytes(shapely.to_wkb(shape)) for shape in shapes]
        frame = frame.with_columns(pl.Series(GEOMETRY, wkb, dtype=pl.Binary))
    yield frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW))


def _damaged(report: Report, error: Exception) -> Problem:
    return Problem(
        both(
            f"{report.file}: 공간 파일을 읽을 수 없습니다({error}). Shapefile이면 .shp, .shx, "
            ".dbf, .prj를 함께 zip으로 묶었는지 확인하십시오.",
            f"{report.file}: the map file cannot be read ({error}). Of a Shapefile, put .shp, "
            ".shx, .dbf and .prj into one zip.",
        )
    )


def _layer(path: Path, source: Source, report: Report) -> str | None:
    import pyogrio

    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    except pyogrio.errors.DataSourceError as error:
        raise _damaged(report, error) from error
    if source.sheet:
        if source.sheet in layers:
            return source.sheet
        near = did_you_mean(source.sheet, layers)
        raise Problem(
            both(
                f"{report.file}: “{source.sheet}” 레이어가 없습니다.{near.ko} 있는 레이어: "
                f"{', '.join(layers)}.",
                f"{report.file}: there is no layer “{source.sheet}”.{near.en} Layers: "
                f"{', '.join(layers)}.",
            )
        )
    if len(layers) > 1:
        report.note(
            f"“{layers[0]}” 레이어를 읽었습니다. 다른 레이어({', '.join(layers[1:])})를 읽으려면 "
            "선언에 sheet를 적으십시오.",
            f"read the layer “{layers[0]}”. To read another ({', '.join(layers[1:])}), declare "
            "“sheet”.",
        )
    return layers[0] if layers else None


def _encoding(path: Path, source: Source, report: Report) -> str | None:
    """Of a Shapefile, the declared encoding, else that of its ``.cpg``, else what is found in its
    table: Korean offices write CP949 there and say so nowhere."""
    if path.suffix.lower() != ".shp":
        report.encoding = "utf-8"
        return None
    table = next(
        (p for p in path.parent.iterdir() if p.name.lower() == path.stem.lower() + ".dbf"), None
    )
    says = any(p.name.lower() == path.stem.lower() + ".cpg" for p in path.parent.iterdir())
    if source.encoding is None and (says or table is None):
        return None
    found = _of_table(table, source, report) if table is not None else source.encoding
    report.encoding = found
    return {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "cp949": "CP949"}.get(found or "", found)


def _of_table(table: Path, source: Source, report: Report) -> str:
    # The head of a .dbf is binary; its field names and rows are the text that counts.
    content = table.read_bytes()
    start = int.from_bytes(content[8:10], "little")
    names = b"".join(content[at : at + 11] for at in range(32, max(start - 1, 32), 32))
    copy = table.with_suffix(".text")
    copy.write_bytes(names.replace(b"\0", b" ") + b"\n" + content[start:].replace(b"\0", b" "))
    return detect(copy, report, source.encoding).name


def _as_text(frame: pl.DataFrame) -> list[pl.Expr]:
    """Every attribute as text; dates as ISO 8601, whole numbers without a point."""
    made = []
    for name, kind in frame.schema.items():
        column = pl.col(name)
        if kind.is_float():
            whole = column.cast(pl.Int64, strict=False)
            text = (
                pl.when(column == whole)
                .then(whole.cast(pl.String))
                .otherwise(column.cast(pl.String))
            )
        elif kind == pl.Binary:
            text = column.bin.encode("hex")
        elif isinstance(kind, pl.Datetime):
            text = column.dt.strftime("%Y-%m-%d %H:%M:%S")
        elif kind.is_nested():
            text = column.map_elements(
                lambda cell: json.dumps(
                    cell.to_list() if isinstance(cell, pl.Series) else cell, ensure_ascii=False
                ),
                return_dtype=pl.String,
            )
        else:
            text = column.cast(pl.String)
        made.append(pl.when(text != "").then(text).alias(name))
    return made


def _in_degrees(
    shapes: Any, meta: dict[str, Any], path: Path, source: Source, report: Report
) -> Any:
    own = meta.get("crs")
    if own and _only_assumed(path) and source.crs:
        own = None
    try:
        crs = pyproj.CRS.from_user_input(own or source.crs) if own or source.crs else None
    except pyproj.exceptions.CRSError as error:
        raise Problem(
            both(
                f"{report.file}: 좌표계 “{own or source.crs}”을(를) 알 수 없습니다. 선언의 crs를 "
                "EPSG:5186처럼 적으십시오.",
                f"{report.file}: the coordinate system “{own or source.crs}” is unknown. Write "
                "“crs” like EPSG:5186.",
            )
        ) from error
    west, south, east, north = shapely.total_bounds(shapes)
    degrees = not (max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 180)
    if crs is None and not degrees:
        raise _no_crs(report, west, south)
    if crs is not None and crs.is_geographic and not degrees:
        raise _no_crs(report, west, south)
    if crs is not None and not crs.equals(WGS84, ignore_axis_order=True):
        turn = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True).transform
        shapes = shapely.transform(shapes, lambda points: np.column_stack(turn(*points.T)))
        code = crs.to_epsg()
        said = f"EPSG:{code}" if code else crs.name
        report.note(
            f"좌표를 {said}에서 EPSG:4326으로 바꾸었습니다.",
            f"coordinates were transformed from {said} to EPSG:4326.",
        )
    elif crs is None:
        report.note(
            "좌표계가 적혀 있지 않아 경위도(EPSG:4326)로 읽었습니다.",
            "no coordinate system is given; read as degrees (EPSG:4326).",
        )
    _notice_swapped(shapes, report)
    return shapes


def _only_assumed(path: Path) -> bool:
    """GeoJSON without a ``crs`` member: GDAL says EPSG:4326 because the standard does."""
    if path.suffix.lower() not in (".geojson", ".json"):
        return False
    with path.open("rb") as file:
        head = file.read(1 << 16)
    return re.search(rb'"crs"\s*:\s*\{', head) is None


def _no_crs(report: Report, x: float, y: float) -> Problem:
    return Problem(
        both(
            f"{report.file}: 좌표({x:,.0f}, {y:,.0f})가 경위도가 아닌데 좌표계가 적혀 있지 "
            "않거나 맞지 않습니다. 선언에 crs(예: EPSG:5186, 5179, 5181)를 적으십시오.",
            f"{report.file}: the coordinates ({x:,.0f}, {y:,.0f}) are not degrees, and the "
            "coordinate system is missing or wrong. Declare “crs” (for example EPSG:5186, 5179, "
            "5181).",
        )
    )


def _notice_swapped(shapes: Any, report: Report) -> None:
    bounds = shapely.bounds(shapes)
    x, y = bounds[:, 0], bounds[:, 1]
    west, south, east, north = KOREA
    turned = (y >= west) & (y <= east) & (x >= south) & (x <= north)
    odd = turned & ~((x >= west) & (x <= east) & (y >= south) & (y <= north))
    for number in np.flatnonzero(odd):
        report.fault(
            "swapped_coordinates",
            both(
                f"위도와 경도가 뒤바뀐 것으로 보입니다(x={x[number]:.5f}, y={y[number]:.5f}). "
                "x에 경도, y에 위도를 적으십시오.",
                f"Latitude and longitude seem to be swapped (x={x[number]:.5f}, "
                f"y={y[number]:.5f}). Write longitude as x and latitude as y.",
            ),
            row=int(number) + 1,
            column=GEOMETRY,
        )


def _notice_invalid(shapes: Any, report: Report) -> None:
    present = ~shapely.is_missing(shapes)
    broken = np.flatnonzero(present & ~shapely.is_valid(shapes))
    if len(broken):
        shown = ", ".join(str(number + 1) for number in broken[:5])
        report.note(
            f"도형 {len(broken)}개({shown}번째)가 스스로 교차하는 등 올바르지 않습니다. 그대로 "
            "읽었습니다.",
            f"{len(broken)} shape(s) (number {shown}) are invalid, for example cross themselves; "
            "read as they are.",
        )

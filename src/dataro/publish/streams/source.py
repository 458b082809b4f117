"""Rows on their way into a file, some at a time: from the lake, from a shelf, or from memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from dataro.build.context import Context
from dataro.publish.query import Query
from dataro.publish.rows import FORMATS, SYNTHETIC, About, FileFormat, Rows
from dataro.publish.shelves.shelf import Shelf
from dataro.vocabulary.terms import Kind, Term

_BATCH = 30_000
_TYPES: Mapping[Kind, pl.DataType] = {
    "integer": pl.Int64(), "year": pl.Int64(), "decimal": pl.Float64(), "boolean": pl.Boolean(),
    "geometry": pl.Binary(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowSource:
    """Rows to be written once: ``frames`` gives them in order, with the columns' names and types
    (geometry as WKB in EPSG:4326), ``rows`` says how many there will be."""

    columns: Mapping[str, Term]
    about: About
    rows: int
    frames: Callable[[], Iterator[pl.DataFrame]]

    @property
    def shape(self) -> str | None:
        """The first geometry column, if there is one."""
        return next((n for n, term in self.columns.items() if term.domain.kind == "geometry"), None)

    @property
    def points(self) -> tuple[str, str] | None:
        """The columns of longitude and latitude, if both are there."""
        there = {"longitude", "latitude"} <= set(self.columns)
        return ("longitude", "latitude") if there else None

    def formats(self) -> list[FileFormat]:
        """Formats in which these rows can be had."""
        return [one for one in FORMATS if one != "geojson" or self.shape or self.points]

    def flat(self) -> Iterator[pl.DataFrame]:
        """Frames with outlines as text (WKT), for formats that hold only text and numbers."""
        shape = self.shape
        for frame in self.frames():
            if shape is None:
                yield frame
            else:
                yield frame.with_columns(pl.Series(shape, _wkt(frame[shape]), dtype=pl.String))


def of_rows(rows: Rows) -> RowSource:
    """Rows that are in memory already."""

    def frames() -> Iterator[pl.DataFrame]:
        yield rows.frame

    return RowSource(rows.columns, rows.about, rows.frame.height, frames)


def of_lake(
    context: Context, shelf: Shelf, about: About, columns: Sequence[str] | None = None
) -> RowSource:
    """All rows of a version, in the order in which they were delivered: the fastest way.

    ``shelf`` names the version and its columns.
    """
    chosen = {n: t for n, t in shelf.columns.items() if columns is None or n in columns}
    chosen = {name: chosen[name] for name in (columns or chosen)}
    layout = shelf.layout

    def frames() -> Iterator[pl.DataFrame]:
        with context.lake.session() as session:
            rows = session.read(layout.table, layout.snapshot).select(list(chosen))
            for batch in session.batches(rows, _BATCH):
                yield pl.DataFrame(pl.from_arrow(batch))

    return RowSource(chosen, _at(about, layout.snapshot), layout.rows, frames)


def of_shelf(shelf: Shelf, query: Query, about: About) -> RowSource:
    """The rows of a query; without ``columns`` all of them, geometry included."""
    names = query.columns or tuple(shelf.columns)
    chosen = {name: shelf.columns[name] for name in names}
    total = max(0, shelf.count(query) - query.offset)
    rows = total if query.limit is None else min(total, query.limit)
    asked = replace(query, columns=tuple(names))

    def frames() -> Iterator[pl.DataFrame]:
        types = {n: _TYPES.get(t.domain.kind, pl.String()) for n, t in chosen.items()}
        for found in shelf.rows(asked, _BATCH):
            frame = pl.DataFrame(found, schema=types, orient="row", strict=False)
            yield frame.with_columns(_typed(name, term) for name, term in chosen.items())

    return RowSource(chosen, _at(about, shelf.snapshot), rows, frames)


def metadata(source: RowSource) -> dict[str, Any]:
    """What a file says of itself, as plain values."""
    about, receipt = source.about, source.about.receipt
    said: dict[str, Any] = {
        "id": about.id,
        "title": about.title.as_dict(),
        "description": about.description.as_dict(),
        "source": about.source.as_dict(),
        "licence": about.licence,
        "snapshot": receipt.snapshot,
        "made_at": receipt.made_at,
        "code": receipt.code,
        "rows": source.rows,
        "files": [{"path": file.path, "sha256": file.sha256} for file in receipt.files],
        "synthetic": receipt.synthetic,
    }
    if receipt.synthetic:
        said["notice"] = SYNTHETIC.as_dict()
    return said


def _at(about: About, snapshot: int) -> About:
    """The same with the number of the version that is written (a receipt knows only its own)."""
    if about.receipt.snapshot == snapshot:
        return about
    return replace(about, receipt=replace(about.receipt, snapshot=snapshot))


def _typed(name: str, term: Term) -> pl.Expr:
    """A shelf's text as what the lake has."""
    kind = term.domain.kind
    if kind in ("date", "month"):
        return pl.col(name).str.to_date("%Y-%m-%d", strict=False)
    if kind == "datetime":
        return pl.col(name).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False)
    if kind == "time":
        return pl.col(name).str.to_time("%H:%M:%S", strict=False)
    return pl.col(name)


def _wkt(shapes: pl.Series) -> list[str | None]:
    import shapely

    return [None if s is None else shapely.to_wkt(shapely.from_wkb(s), 6) for s in shapes]

"""Building a shelf: one version of a lake table as an indexed SQLite file, all or nothing."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from dataro.data.lake.lake import Lake
from dataro.publish.shelves.layout import (
    PLACES,
    ROWS,
    VERSION,
    Layout,
    make_indexes,
    make_table,
)
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import both

_BATCH = 50_000


def fill(lake: Lake, table: str, snapshot: int, columns: Mapping[str, Term], target: Path) -> None:
    """Write ``table`` at ``snapshot`` to ``target``: beside it first, then renamed.

    Rows stand in the order of their keys. Raises ``Problem`` where the disk is full, and whatever
    the lake raises where it no longer has the version.
    """
    with lake.session() as session:
        rows = session.read(table, snapshot)
        # A snapshot from before the declaration gained a column does not have it.
        there = _in_order(columns, rows.columns)
        keys = [name for name, term in there.items() if term.is_key]
        asked = (rows.order_by(keys) if keys else rows).select(list(there))
        batches = session.batches(asked, _BATCH)
        frames = (pl.DataFrame(pl.from_arrow(batch)) for batch in batches)
        _fill(frames, table, snapshot, there, target)


def fill_with(frame: pl.DataFrame, table: str, columns: Mapping[str, Term], target: Path) -> None:
    """The same for rows that are in memory and in no version of the lake (snapshot 0)."""
    there = _in_order(columns, frame.columns)
    keys = [name for name, term in there.items() if term.is_key]
    frame = frame.sort(keys, nulls_last=True) if keys else frame
    _fill(iter([frame.select(list(there))]), table, 0, there, target)


def _in_order(columns: Mapping[str, Term], there: Iterable[str]) -> dict[str, Term]:
    """Declared columns that are there; geometry last, so that no other cell lies behind it."""
    known = set(there)
    found = [(name, term) for name, term in columns.items() if name in known]
    return dict(sorted(found, key=lambda one: one[1].domain.kind == "geometry"))


def _fill(
    frames: Iterator[pl.DataFrame],
    table: str,
    snapshot: int,
    columns: Mapping[str, Term],
    target: Path,
) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as beside:
        made = Path(beside) / "shelf.sqlite"
        connection = sqlite3.connect(made, isolation_level=None)
        try:
            # Nobody reads it before it is renamed, so nothing has to survive a crash meanwhile.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA cache_size = -64000")
            connection.execute("BEGIN")
            _write(connection, frames, table, snapshot, columns)
            connection.execute(f"PRAGMA user_version = {VERSION}")
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise Problem(
                both(
                    f"{target.parent}에 조회용 파일을 쓸 수 없습니다({error}). 남은 공간과 쓰기 권한을 "
                    "확인해 주십시오.",
                    f"The file for look-ups cannot be written to {target.parent} ({error}). Check "
                    "free space and permissions.",
                )
            ) from error
        finally:
            connection.close()
        os.replace(made, target)


def _write(
    connection: sqlite3.Connection,
    frames: Iterator[pl.DataFrame],
    table: str,
    snapshot: int,
    columns: Mapping[str, Term],
) -> None:
    make_table(connection, columns)
    shape = next((n for n, t in columns.items() if t.domain.kind == "geometry"), None)
    points = ("longitude", "latitude") if {"longitude", "latitude"} <= set(columns) else None
    marks = ", ".join("?" * len(columns))
    count, gaps = 0, set[str]()
    for frame in frames:
        plain = _plain(frame)
        gaps.update(one.name for one in plain if one.null_count())
        connection.executemany(f"INSERT INTO {ROWS} VALUES ({marks})", plain.rows())
        connection.executemany(
            f"INSERT INTO {PLACES} VALUES (?, ?, ?, ?, ?)",
            _places(frame, count + 1, shape, points),
        )
        count += frame.height
    make_indexes(connection, columns, count)
    names = tuple(columns)
    found = points if not shape else None
    Layout(table, snapshot, count, names, frozenset(gaps), found, shape).write(connection)


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells as SQLite has them: dates and times as ISO text, to the second; no NaN."""
    whole = pl.Decimal, pl.UInt64, pl.Int128
    return frame.with_columns(
        pl.col(pl.Date).dt.strftime("%Y-%m-%d"),
        pl.col(pl.Datetime).dt.strftime("%Y-%m-%dT%H:%M:%S"),
        pl.col(pl.Time).dt.strftime("%H:%M:%S"),
        pl.col(pl.Float32, pl.Float64).fill_nan(None),
        *(pl.col(name).cast(pl.Float64) for name, kind in frame.schema.items() if kind in whole),
    )


def _places(
    frame: pl.DataFrame, first: int, shape: str | None, points: tuple[str, str] | None
) -> Iterator[tuple[Any, ...]]:
    """Row numbers and boxes of the rows that have a place."""
    if shape:
        import shapely

        boxes = shapely.bounds(shapely.from_wkb(frame[shape].to_list()))
        for number, (west, south, east, north) in enumerate(boxes.tolist(), first):
            if west == west:  # empty outlines have no box
                yield number, west, east, south, north
    elif points:
        both_there = zip(frame[points[0]].to_list(), frame[points[1]].to_list(), strict=True)
        for number, (x, y) in enumerate(both_there, first):
            if x is not None and y is not None:
                yield number, x, x, y, y

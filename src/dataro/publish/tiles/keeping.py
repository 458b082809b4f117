"""The ordered points of each published version, kept as a file that is mapped into memory."""

from __future__ import annotations

import os
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from dataro.build.context import Context
from dataro.publish.catalogue.entry import Entry, NotThere
from dataro.publish.tiles.encode import DEEPEST, grids, point_tile
from dataro.publish.tiles.order import Codes, codes
from dataro.publish.tiles.shapes import mercator, shape_tile
from dataro.vocabulary.text import both

_MOST_OPEN = 64
_MOST_OLD = 2
_MOST_NAMED = 4
_open: OrderedDict[tuple[Path, int], Any] = OrderedDict()
_opening = threading.Lock()


def tile(context: Context, entry: Entry, zoom: int, x: int, y: int) -> bytes:
    """A vector tile (Web Mercator, ``x`` from the west, ``y`` from the north) of the places of an
    entry; empty bytes where it has none there.

    Raises ``NotThere`` for a tile outside the square, or an entry without places.
    """
    if not (0 <= zoom <= DEEPEST and 0 <= x < 2**zoom and 0 <= y < 2**zoom):
        raise NotThere(
            both(
                f"{zoom}/{x}/{y} 타일은 없습니다(0~{DEEPEST} 단계).",
                f"There is no tile {zoom}/{x}/{y} (levels 0 to {DEEPEST}).",
            )
        )
    entry.published()
    if any(term.domain.kind == "geometry" for term in entry.columns.values()):
        shapes, properties = _shapes(context, entry)
        return shape_tile(shapes, properties, entry.id, zoom, x, y)
    ordered = points(context, entry)
    return point_tile(ordered, _grids(context, entry, ordered)[zoom], entry.id, zoom, x, y)


def points(context: Context, entry: Entry) -> Codes:
    """The codes of all rows that have a place, in order. Raises ``NotThere`` where no column says.

    Made at the first question after a publication and kept beside the shelves.
    """
    if not {"longitude", "latitude"} <= set(entry.columns):
        raise NotThere(
            both(
                f"“{entry.title.ko}”에는 위치를 나타내는 열이 없습니다.",
                f"No column of “{entry.title.en}” says where things are.",
            )
        )
    stored, snapshot = entry.tables[0].stored, entry.snapshot or 0
    folder = context.workspace.state / "tiles" / stored
    path = folder / f"{snapshot}.npy"
    with _opening:
        found: Codes | None = _opened(path)
        if found is not None:
            return found
        made = _coded(context, stored, snapshot)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as beside:
            whole = Path(beside) / "codes.npy"
            np.save(whole, made)
            os.replace(whole, path)
        _sweep(folder)
        kept: Codes = _opened(path)
        return kept


def _grids(context: Context, entry: Entry, ordered: Codes) -> tuple[int, ...]:
    """How finely the tiles of each zoom are divided: looked up once for each version."""
    key = context.workspace.state / "tiles" / entry.tables[0].stored / "grids", entry.snapshot or 0
    with _opening:
        if key not in _open:
            _open[key] = grids(ordered)
        known: tuple[int, ...] = _open[key]
        return known


def drop(context: Context, stored: str) -> list[Path]:
    """Take away what is kept of a table, for a purge; what was removed."""
    folder = context.workspace.state / "tiles" / stored
    with _opening:
        _open.clear()
        removed = sorted(folder.glob("*.npy"))
        for path in removed:
            path.unlink()
    return removed


def _opened(path: Path) -> Any:
    try:
        key = path, path.stat().st_ino
    except OSError:
        return None
    if key not in _open:
        _open[key] = np.load(path, mmap_mode="r")
        while len(_open) > _MOST_OPEN:
            _open.popitem(last=False)
    _open.move_to_end(key)
    return _open[key]


def _coded(context: Context, stored: str, snapshot: int) -> Codes:
    with context.lake.session() as session:
        rows = session.read(stored, snapshot).select("longitude", "latitude")
        frame = rows.to_polars().drop_nulls()
    place = frame.filter(frame["longitude"].is_finite() & frame["latitude"].is_finite())
    return np.sort(codes(place["longitude"].to_numpy(), place["latitude"].to_numpy()))


def _sweep(folder: Path) -> None:
    """Forget all but the newest versions: an older page's tiles are made again if asked for."""
    kept = sorted(folder.glob("*.npy"), key=lambda one: one.stat().st_mtime_ns)
    for path in kept[:-_MOST_OLD]:
        path.unlink(missing_ok=True)


def _shapes(context: Context, entry: Entry) -> tuple[Any, list[dict[str, Any]]]:
    """Outlines on the unit square, and what each is called."""
    stored, snapshot = entry.tables[0].stored, entry.snapshot or 0
    key = context.workspace.state / "tiles" / stored / "shapes", snapshot
    with _opening:
        if key not in _open:
            shape = next(n for n, t in entry.columns.items() if t.domain.kind == "geometry")
            plain = [n for n, t in entry.columns.items() if t.domain.kind != "geometry"]
            with context.lake.session() as session:
                frame = session.read(stored, snapshot).to_polars().drop_nulls(shape)
            shown = [name for name in plain if name in frame.columns][:_MOST_NAMED]
            outlines = mercator(shapely.from_wkb(frame[shape].to_numpy()))
            _open[key] = outlines, frame.select(shown).to_dicts()
            while len(_open) > _MOST_OPEN:
                _open.popitem(last=False)
        known: tuple[Any, list[dict[str, Any]]] = _open[key]
        return known

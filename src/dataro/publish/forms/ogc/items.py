"""Features of a collection: what the parameters ask for, and the answer as GeoJSON.

https://docs.ogc.org/is/17-069r4/17-069r4.html (Features, Part 1), Part 2 (CRS), Part 3 (filtering).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import shapely

from dataro.publish.catalogue.entry import EntryTable
from dataro.publish.forms.ogc import crs as systems
from dataro.publish.forms.ogc.cql2 import GEOMETRY, read_filter
from dataro.publish.query import (
    BadPage,
    BadValue,
    Cell,
    Compare,
    Condition,
    Query,
    Sort,
    Within,
    known_column,
)
from dataro.publish.shelves.shelf import Shelf
from dataro.vocabulary.terms import Term
from dataro.vocabulary.text import both

USUAL, MOST = 100, 10_000
MOST_HELD = 100_000
"""Rows whose shapes are held against a shape at once; beyond it the reader has to narrow down."""
WORDS = ("bbox", "bbox-crs", "crs", "datetime", "limit", "offset", "filter", "filter-lang",
         "filter-crs", "sortby", "properties", "f", "lang", "skipGeometry")  # fmt: skip
_MOMENT = re.compile(
    r"(\.\.)?|\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?"
)
_TEMPORAL = ("date", "month", "year", "datetime")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of features. ``touching`` are shapes (CRS84) that each must really touch."""

    query: Query
    touching: tuple[Any, ...]
    crs: str
    placed: bool


def read_items(pairs: Sequence[tuple[str, str]], columns: Mapping[str, Term]) -> Wanted:
    """What the parameters of an ``items`` address ask for; any other name is a property.

    Raises a ``QueryError`` that names the parameter that cannot be.
    """
    words = {name: value for name, value in pairs if name in WORDS}
    shown = [name for name, term in columns.items() if term.domain.kind != "geometry"]
    if "properties" in words:
        shown = [one for one in words["properties"].split(",") if one]
        for name in shown:
            known_column(name, columns)
    filters: list[Condition] = []
    touching: list[Any] = []
    for name, value in pairs:
        if name not in WORDS and name not in ("serviceKey", "ServiceKey"):
            known_column(name, columns)
            filters.append(Compare(name, "eq", (value,)))
    if "bbox" in words:
        box = _box(words["bbox"], words.get("bbox-crs", systems.CRS84))
        filters.append(box)
        if not _points(columns):
            touching.append(shapely.box(box.west, box.south, box.east, box.north))
    if "datetime" in words:
        filters += _during(words["datetime"], columns)
    if "filter" in words:
        system = words.get("filter-crs", systems.CRS84)
        if system != systems.CRS84:
            raise BadValue(
                "filter-crs",
                both(
                    "filter의 도형은 CRS84(경도, 위도)로 적어 주십시오.",
                    "Shapes in a filter are written in CRS84 (longitude, latitude).",
                ),
            )
        found = read_filter(words["filter"], words.get("filter-lang", "cql2-text"))
        filters.append(found.condition)
        touching += found.touching
    query = Query(
        tuple(filters), _order(words.get("sortby", "")), tuple(shown),
        _whole("offset", words.get("offset", "0"), 0, 10**12),
        min(_whole("limit", words.get("limit", str(USUAL)), 1, 10**9), MOST),
    )  # fmt: skip
    system = systems.known(words.get("crs", systems.CRS84), "crs")
    return Wanted(query, tuple(touching), system, words.get("skipGeometry") != "true")


def feature_collection(
    shelf: Shelf, table: EntryTable, wanted: Wanted, address: str, pairs: Sequence[tuple[str, str]]
) -> bytes:
    """A page of features with how many match in all, and links to the pages beside it."""
    features, matched = _features(shelf, table, wanted)
    query = wanted.query
    document = {
        "type": "FeatureCollection",
        "features": features,
        "numberMatched": matched,
        "numberReturned": len(features),
        "timeStamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "links": _links(query, len(features), matched, address, pairs),
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


def feature(shelf: Shelf, table: EntryTable, id: str, crs: str) -> dict[str, Any] | None:
    """One feature by its id, which is what its keys hold; None where there is none."""
    parts = id.split(",", max(len(table.keys) - 1, 0)) if table.keys else []
    if not table.keys or len(parts) != len(table.keys):
        return None
    filters = tuple(
        Compare(key, "eq", (part,)) for key, part in zip(table.keys, parts, strict=True)
    )
    shown = tuple(n for n, term in shelf.columns.items() if term.domain.kind != "geometry")
    wanted = Wanted(Query(filters, columns=shown, limit=1), (), crs, True)
    try:
        found, _ = _features(shelf, table, wanted)
    except BadValue:  # an id that the keys cannot hold
        return None
    return found[0] if found else None


def _features(shelf: Shelf, table: EntryTable, wanted: Wanted) -> tuple[list[dict[str, Any]], int]:
    query = wanted.query
    shown = query.columns or ()
    places = shelf.layout.points or ((shelf.layout.shape,) if shelf.layout.shape else ())
    names = tuple(dict.fromkeys((*shown, *table.keys, *places)))
    held = bool(wanted.touching)
    asked = Query(
        query.filters, query.sort, names,
        0 if held else query.offset, MOST_HELD + 1 if held else query.limit,
    )  # fmt: skip
    page = shelf.select(asked)
    rows, matched = page.rows, page.total
    shapes = _shapes(shelf, names, rows)
    if held:
        if len(rows) > MOST_HELD:
            raise BadValue(
                "bbox" if not query.words else "filter",
                both(
                    f"범위 안에 {matched:,}건이 있어 한 번에 견줄 수 없습니다. 범위를 좁히거나 조건을 더해 "
                    "주십시오.",
                    f"{matched:,} features are too many to compare at once. Narrow the box or add a "
                    "condition.",
                ),
            )
        touch = np.logical_and.reduce([shapely.intersects(shapes, one) for one in wanted.touching])
        at = np.flatnonzero(touch)
        matched = len(at)
        at = at[query.offset : query.offset + (query.limit or 0)]
        rows, shapes = [rows[i] for i in at], shapes[at]
    shapes = systems.moved(shapes, wanted.crs) if len(rows) else shapes
    written = shapely.to_geojson(shapes) if len(rows) else []
    index = {name: i for i, name in enumerate(names)}
    keys = [index[key] for key in table.keys]
    made = []
    for row, shape in zip(rows, written, strict=True):
        one: dict[str, Any] = {"type": "Feature"}
        if keys:
            one["id"] = ",".join(str(row[i]) for i in keys)
        one[GEOMETRY] = json.loads(shape) if shape and wanted.placed else None
        one["properties"] = {name: row[index[name]] for name in shown}
        made.append(one)
    return made, matched


def _shapes(shelf: Shelf, names: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Any:
    """The place of each row, in CRS84; None for a row without one."""
    layout = shelf.layout
    if layout.points:
        a, b = (names.index(one) for one in layout.points)
        pairs = [(row[a], row[b]) for row in rows]
        known = np.array([x is not None and y is not None for x, y in pairs], dtype=bool)
        made = np.full(len(rows), None, dtype=object)
        if known.any():
            at = np.array([pair for pair, k in zip(pairs, known, strict=True) if k], dtype=float)
            made[known] = shapely.points(at)
        return made
    at_shape = names.index(str(layout.shape))
    return shapely.from_wkb(np.array([row[at_shape] for row in rows], dtype=object))


def _points(columns: Mapping[str, Term]) -> bool:
    shaped = any(term.domain.kind == "geometry" for term in columns.values())
    return not shaped and {"longitude", "latitude"} <= set(columns)


def _box(written: str, system: str) -> Within:
    parts = written.split(",")
    try:
        numbers = [float(part) for part in parts]
        if len(numbers) == 6:  # heights are of no matter here
            numbers = [*numbers[:2], *numbers[3:5]]
        a, b, c, d = numbers
        if not np.isfinite(numbers).all():
            raise ValueError
    except ValueError as error:
        raise BadValue(
            "bbox",
            both(
                "bbox는 서,남,동,북의 네 숫자입니다. 예: 126.9,37.1,127.0,37.2",
                "bbox is four numbers, as in 126.9,37.1,127.0,37.2",
            ),
        ) from error
    box = systems.box_in_crs84((a, b, c, d), systems.known(system, "bbox-crs"))
    if box[1] > box[3]:
        raise BadValue(
            "bbox", both("bbox의 남쪽이 북쪽보다 큽니다.", "The box's south lies above its north.")
        )
    return Within(*box)


def _during(written: str, columns: Mapping[str, Term]) -> list[Condition]:
    """Rows of an instant or an interval, by the column that says when."""
    parts = written.split("/")
    if len(parts) > 2 or not all(_MOMENT.fullmatch(one) for one in parts) or written in ("", ".."):
        raise BadValue(
            "datetime",
            both(
                "datetime은 2024-03-15 같은 때나 2024-01-01/2024-12-31, 2024-01-01/.. 같은 사이입니다.",
                "datetime is a moment such as 2024-03-15, or an interval such as "
                "2024-01-01/2024-12-31 or 2024-01-01/..",
            ),
        )
    timed = [name for name, term in columns.items() if term.domain.kind in _TEMPORAL]
    keyed = [name for name in timed if columns[name].is_key]
    if not timed:
        return []  # a collection without time: every feature counts, as the standard has it
    column = (keyed or timed)[0]
    year = columns[column].domain.kind == "year"

    def moment(text: str) -> str:
        return text[:4] if year else text.removesuffix("Z")[:19]

    first, slash, last = written.partition("/")
    if not slash:
        return [Compare(column, "eq", (moment(first),))]
    found: list[Condition] = []
    if first not in ("", ".."):
        found.append(Compare(column, "ge", (moment(first),)))
    if last not in ("", ".."):
        found.append(Compare(column, "le", (moment(last),)))
    return found


def _order(written: str) -> tuple[Sort, ...]:
    return tuple(
        Sort(part.lstrip("+-"), part.startswith("-")) for part in written.split(",") if part.strip()
    )


def _whole(name: str, written: str, least: int, most: int) -> int:
    if not written.isascii() or not written.isdigit() or not least <= int(written[:15]) <= most:
        raise BadPage(
            name,
            both(
                f"{name}은(는) {least} 이상의 정수입니다(받은 값: “{written[:20]}”).",
                f"{name} is a whole number of {least} or more (given: “{written[:20]}”).",
            ),
        )
    return int(written[:15])


def _links(
    query: Query, returned: int, matched: int, address: str, pairs: Sequence[tuple[str, str]]
) -> list[dict[str, str]]:
    from urllib.parse import urlencode

    def at(offset: int) -> str:
        kept = [(name, value) for name, value in pairs if name != "offset"]
        return f"{address}?{urlencode([*kept, ('offset', str(offset))])}"

    limit = query.limit or USUAL
    links = [{"rel": "self", "type": "application/geo+json", "href": at(query.offset)}]
    if query.offset + returned < matched and returned:
        links.append(
            {"rel": "next", "type": "application/geo+json", "href": at(query.offset + limit)}
        )
    if query.offset:
        links.append(
            {"rel": "prev", "type": "application/geo+json",
             "href": at(max(0, query.offset - limit))}
        )  # fmt: skip
    return links

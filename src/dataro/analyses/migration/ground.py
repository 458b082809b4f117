"""Where moves begin and end: districts followed through time, places elsewhere, their points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataro.data.datasets.care import ResidentCells
from dataro.data.datasets.migration import MigrationPlaces
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.methods.lineage import Lineage, Period
from dataro.vocabulary.city import City
from dataro.vocabulary.text import Text

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Ground:
    """``today`` gives the code that a district's area has today, ``names`` of all codes, ``points``
    (longitude, latitude) where known, ``province`` of places elsewhere."""

    city: City
    today: dict[str, str]
    names: dict[str, Text]
    points: dict[str, tuple[float, float]]
    province: dict[str, str]

    def inside(self, code: str) -> bool:
        """Whether a code is of the city: its districts begin with the city's four digits."""
        return code not in self.province and any(code[:4] == own[:4] for own in self.city.codes)

    def name(self, code: str) -> Text:
        """What a place is called; its code where nobody knows."""
        return self.names.get(code, Text(code, code))

    def home_province(self) -> str:
        """The code of the province that the city lies in."""
        return f"{self.city.code[:2]}00000000"


def lay(
    city: City,
    places: MigrationPlaces | None,
    districts: Districts | None,
    shapes: DistrictShapes | None,
    homes: ResidentCells | None = None,
) -> Ground:
    """Everything that is known of the places; what is absent stays empty.

    A district's point is the middle of its outline or, where it is known where people live
    (``homes``), the mean of their homes: who moves, moves from home to home.
    """
    today: dict[str, str] = {}
    names: dict[str, Text] = {}
    points: dict[str, tuple[float, float]] = {}
    province: dict[str, str] = {}
    if districts is not None:
        rows = districts.frame().sort("valid_from").to_dicts()
        lineage = Lineage(
            Period(r["district"], r["valid_from"], r["valid_to"], r["split_from"], r["renumbered_from"])
            for r in rows
        )  # fmt: skip
        for row in rows:
            area = lineage.area(row["district"])
            today[row["district"]] = area.code if area else row["district"]
            names[row["district"]] = Text(row["name"], row.get("name_en") or row["name"])
    if shapes is not None:
        points |= _middles(shapes, homes)
        for row in shapes.frame().to_dicts():
            names.setdefault(row["district"], Text(row["name"], row["name"]))
    if places is not None:
        for row in places.frame().to_dicts():
            names[row["place"]] = Text(row["name"], row["name_en"])
            points[row["place"]] = (row["longitude"], row["latitude"])
            province[row["place"]] = row["province"]
    return Ground(city, today, names, points, province)


def naming(
    districts: Districts | None, places: MigrationPlaces | None, city: City
) -> Callable[[str, str], Text]:
    """What the place of a code is called, in both languages; as given where nobody knows."""
    names = lay(city, places, districts, None).names
    return lambda code, given: names.get(code, Text(given, given))


def _middles(shapes: DistrictShapes, homes: ResidentCells | None) -> dict[str, tuple[float, float]]:
    """The middle of each district's homes, or of its outline where nobody is known to live."""
    import numpy as np
    import shapely

    frame = shapes.frame()
    outlines = shapely.from_wkb(frame["shape"].to_list())
    centres = shapely.centroid(outlines)
    at = np.column_stack([shapely.get_x(centres), shapely.get_y(centres)])
    if homes is not None:
        cells = homes.frame().select("longitude", "latitude", "people").drop_nulls()
        where = cells.select("longitude", "latitude").to_numpy()
        tree = shapely.STRtree(outlines)
        cell, outline = tree.query(shapely.points(where), predicate="within")
        weight = cells["people"].to_numpy().astype(float)[cell]
        people = np.bincount(outline, weight, len(at))
        for axis in (0, 1):
            sums = np.bincount(outline, weight * where[cell, axis], len(at))
            at[:, axis] = np.where(people > 0, sums / np.maximum(people, 1e-9), at[:, axis])
    codes = frame["district"].to_list()
    return {code: (float(x), float(y)) for code, (x, y) in zip(codes, at, strict=True)}


def moves_of(pairs: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Moves with ``year``, ``direction``, ``district`` (of today where it has one) and ``place``.

    Within the city ``district`` is the origin. Moves that do not touch the city are left out.
    """
    import polars as pl

    codes = sorted({*pairs["origin"].unique(), *pairs["destination"].unique()})
    inside = [code for code in codes if ground.inside(code)]
    now = {code: ground.today.get(code, code) for code in codes}
    first, last = pl.col("origin").is_in(inside), pl.col("destination").is_in(inside)
    return (
        pairs.filter(first | last)
        .with_columns(
            pl.when(first & last).then(pl.lit("within"))
            .when(first).then(pl.lit("out")).otherwise(pl.lit("in")).alias("direction"),
            pl.when(first).then("origin").otherwise("destination").replace(now).alias("district"),
            pl.when(first).then("destination").otherwise("origin").replace(now).alias("place"),
            pl.col("month").dt.year().alias("year"),
        )
        .filter((pl.col("direction") != "within") | (pl.col("district") != pl.col("place")))
    )  # fmt: skip

"""The areas themselves: districts of today, their gu and the city, and what lies in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dataro.analyses.population.districts import NOT_DISTRICTS, Map, district_map
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.methods.lineage import Group
from dataro.methods.months import last_day
from dataro.vocabulary.city import City

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import polars as pl


@dataclass(frozen=True)
class Ground:
    """``areas`` is the frame of all areas; ``code_of`` every code a district ever had, to today's;
    ``gu_of`` a district's gu; ``outlines`` by today's code."""

    areas: pl.DataFrame
    where: Map
    code_of: Mapping[str, str]
    gu_of: Mapping[str, str]
    outlines: Mapping[str, Any]
    city: str
    _groups: dict[date, list[Group]] = field(default_factory=dict)

    def groups(self, day: date) -> list[Group]:
        """The districts of today as they were grouped at the end of a day's month."""
        end = last_day(day)
        if end not in self._groups:
            self._groups[end] = self.where.lineage.groups(end)
        return self._groups[end]

    def same(self, day: date) -> set[str]:
        """The districts (by today's code) that were alone the area they are, on a day."""
        return {
            self.code_of[group.members[0].code]
            for group in self.groups(day)
            if len(group.members) == 1 and len(group.holders[0]) == 1
        }

    def parts(self, day: date | None) -> dict[str, set[str]]:
        """The districts (by today's code) that a gu, and the city, consisted of on a day."""
        today = self.where.lineage.today()
        held = (
            {area.code for area in today}
            if day is None
            else {one.code for g in self.groups(day) for one in g.holders[0]}
        )
        codes = {self.code_of.get(code, code) for code in held}
        found = {self.city: codes}
        for code in codes:
            if code in self.gu_of:
                found.setdefault(self.gu_of[code], set()).add(code)
        return found

    def placed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with a point, with the ``district`` whose outline it lies in; others are left out."""
        import numpy as np
        import polars as pl
        import shapely

        points = rows.drop_nulls(["longitude", "latitude"])
        codes = list(self.outlines)
        tree = shapely.STRtree([self.outlines[code] for code in codes])
        made = shapely.points(points["longitude"].to_numpy(), points["latitude"].to_numpy())
        found, outline = tree.query(made, predicate="within")
        first, at = np.unique(found, return_index=True)
        chosen = [codes[i] for i in outline[at]]
        return points[first].with_columns(pl.Series("district", chosen, dtype=pl.String))


def ground(districts: Districts, shapes: DistrictShapes | None, city: City) -> Ground:
    """The areas of today from the register of districts and their outlines (EPSG:4326)."""
    import polars as pl
    import shapely

    where = district_map(districts, shapes, ())
    register = districts.frame().sort("valid_from").to_dicts()
    rows_of = {row["district"]: row for row in register}
    shown = shapes.frame().to_dicts() if shapes is not None else []
    outlines = {row["district"]: shapely.from_wkb(row["shape"]) for row in shown}
    code_of, gu_of, gu_names, rows = {}, {}, {}, []
    for area in where.lineage.today():
        one, row = where.districts[area.code], rows_of[area.code]
        code_of.update(dict.fromkeys(area.codes, one.code))
        code_of[one.code] = one.code
        gu = row["parent"] if one.gu and row["parent"] not in city.codes else None
        if gu:
            gu_of[one.code], gu_names[gu] = gu, one.gu
        middle = outlines[one.code].representative_point() if one.code in outlines else None
        rows.append({
            "area": one.code, "level": "district", "name": one.name,
            "name_en": row["name_en"] or one.name, "gu": gu, "km2": one.area,
            "longitude": middle.x if middle else None, "latitude": middle.y if middle else None,
            "former": " ".join(code for code in area.codes if code != one.code) or None,
        })  # fmt: skip
    named = {row["district"]: row for row in register if row["level"] in NOT_DISTRICTS}
    for gu, name in sorted(gu_names.items()):
        inside = [row for row in rows if row["gu"] == gu]
        known = named.get(gu, {})
        rows.append(
            _sum("gu", gu, name or gu, known.get("name_en") or name or gu, inside, outlines)
        )
    city_code = city.codes[0]
    all_districts = [row for row in rows if row["level"] == "district"]
    rows.append(_sum("city", city_code, city.name.ko, city.name.en, all_districts, outlines))
    return Ground(pl.DataFrame(rows, schema=_schema()), where, code_of, gu_of,
                  {code: outlines[code] for code in dict.fromkeys(code_of.values()) if code in outlines},
                  city_code)  # fmt: skip


def _sum(
    level: str,
    code: str,
    name: str,
    name_en: str,
    inside: list[dict[str, Any]],
    outlines: Mapping[str, Any],
) -> dict[str, Any]:
    areas = [row["km2"] for row in inside]
    middle = _middle(outlines[row["area"]] for row in inside if row["area"] in outlines)
    return {
        "area": code, "level": level, "name": name, "name_en": name_en, "gu": None,
        "km2": None if None in areas else sum(areas), "longitude": middle and middle.x,
        "latitude": middle and middle.y, "former": None,
    }  # fmt: skip


def _middle(outlines: Iterable[Any]) -> Any:
    import shapely

    found = list(outlines)
    return shapely.union_all(found).representative_point() if found else None


def _schema() -> Mapping[str, Any]:
    import polars as pl

    text, number = pl.String, pl.Float64
    return {"area": text, "level": text, "name": text, "name_en": text, "gu": text, "km2": number,
            "longitude": number, "latitude": number, "former": text}  # fmt: skip

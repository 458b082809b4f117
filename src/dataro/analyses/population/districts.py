"""Districts through time: which counts belong together, their density, growth and ages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataro.analyses.population.axes import JOINED
from dataro.analyses.population.city import age_measures
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.data.datasets.population import (
    DistrictResidents,
    DistrictResidentsByAge,
    PopulationChange,
)
from dataro.methods.lineage import Group, Lineage, Period
from dataro.methods.months import last_day, month_at, number
from dataro.vocabulary.table import Table

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

NOT_DISTRICTS = ("city", "gu")


@dataclass(frozen=True)
class District:
    """One district of today: the code its outline has, its name, its gu and area in km²."""

    code: str
    name: str
    gu: str | None = None
    area: float | None = None


@dataclass(frozen=True)
class Map:
    """The districts of today by their newest code, and the register that they come from."""

    lineage: Lineage
    districts: Mapping[str, District]

    def named(self, group: Group) -> str:
        """The names of a group's districts of today as one."""
        return JOINED.join(dict.fromkeys(self.districts[a.code].name for a in group.members))


def district_map(
    districts: Districts | None, shapes: DistrictShapes | None, codes: Iterable[str]
) -> Map:
    """The districts of today from the register of districts, or, without one, from ``codes``."""
    register = districts.frame().to_dicts() if districts is not None else []
    register = [row for row in register if row["level"] not in NOT_DISTRICTS]
    outlines = {row["district"]: row for row in shapes.frame().to_dicts()} if shapes else {}
    if register:
        lineage = Lineage(
            Period(
                row["district"], row["valid_from"], row["valid_to"],
                row["split_from"], row["renumbered_from"],
            )
            for row in register
        )  # fmt: skip
    else:
        lineage = Lineage.of_codes(set(codes) | set(outlines))
    names = {row["district"]: row["name"] for row in register}
    found = {}
    for area in lineage.today():
        code = next((code for code in area.codes if code in outlines), area.code)
        outline = outlines.get(code, {})
        found[area.code] = District(
            code,
            names.get(area.code) or outline.get("name") or area.code,
            outline.get("gu"),
            km2(outline["shape"]) if outline else None,
        )
    return Map(lineage, found)


def km2(wkb: bytes) -> float:
    """Area of an outline (WKB, EPSG:4326) on the GRS80 ellipsoid, in km²: no projection distorts it."""
    import shapely
    from pyproj import Geod

    area, _ = Geod(ellps="GRS80").geometry_area_perimeter(shapely.from_wkb(wkb))
    return abs(float(area)) / 1e6


def _parts(groups: Iterable[Group], moment: int) -> list[dict[str, Any]]:
    """Every code under which a part of a group may be counted, with how many parts there are."""
    return [
        {"area": group.members[0].code, "part": holder.code, "code": code,
         "parts": len(group.holders[moment])}
        for group in groups
        for holder in group.holders[moment]
        for code in holder.codes
    ]  # fmt: skip


def counted(rows: ir.Table, of_month: Mapping[date, Sequence[Group]], moment: int = 0) -> ir.Table:
    """``rows`` (month, district, people …) summed to the comparable areas of each month.

    An area of which a part is missing in a month is left out of it: half a sum is no total. The
    result has the columns ``month``, ``area`` (newest code of its first district), ``people``,
    ``men``, ``women``, ``households``.
    """
    import ibis
    import polars as pl

    schema = {
        "month": pl.Date, "area": pl.String, "part": pl.String, "code": pl.String,
        "parts": pl.Int64,
    }  # fmt: skip
    crosswalk = pl.DataFrame(
        [{"month": month, **part} for month, groups in of_month.items()
         for part in _parts(groups, moment)],
        schema=schema,
    )  # fmt: skip
    joined = rows.inner_join(
        ibis.memtable(crosswalk),
        [("month", "month"), ("district", "code")],
    )
    summed = joined.group_by("month", "area").agg(
        found=joined.part.nunique(),
        parts=joined.parts.max(),
        people=joined.people.sum(),
        **{
            name: ibis.ifelse(joined[name].count() == joined.count(), joined[name].sum(), None)
            for name in ("men", "women", "households")
        },
    )
    return summed.filter(summed.found == summed.parts).drop("found", "parts")


def months_of_districts(
    residents: DistrictResidents, where: Map, definition: str, months: Sequence[date]
) -> ir.Table:
    """People and density of every district of today, month by month.

    Districts that were one area in a month are counted together in it: each shows the area's
    people and density, and ``together`` says how many share them.
    """
    import ibis
    import polars as pl

    of_month = {month: where.lineage.groups(last_day(month)) for month in months}
    rows = residents.rows.filter(residents.definition == definition)
    members = pl.DataFrame(
        [
            {
                "month": month, "area": group.members[0].code,
                "district": where.districts[member.code].code,
                "together": len(group.members),
                "km2": _area_of(group, where),
            }
            for month, groups in of_month.items()
            for group in groups
            for member in group.members
        ],
        schema={"month": pl.Date, "area": pl.String, "district": pl.String,
                "together": pl.Int64, "km2": pl.Float64},
    )  # fmt: skip
    joined = counted(rows, of_month).inner_join(ibis.memtable(members), ["month", "area"])
    return joined.mutate(density=joined.people / joined.km2, definition=ibis.literal(definition))


def _area_of(group: Group, where: Map) -> float | None:
    areas = [where.districts[member.code].area for member in group.members]
    return None if None in areas else sum(area for area in areas if area is not None)


def growth_between(
    residents: DistrictResidents, where: Map, definition: str, before: date, month: date
) -> ir.Table:
    """Growth of each comparable area from one month to another."""
    import ibis
    import polars as pl

    groups = where.lineage.groups(last_day(before), last_day(month))
    rows = residents.rows.filter(residents.definition == definition)
    then = counted(rows, {before: groups}, 0).select("area", people_before="people")
    now = counted(rows, {month: groups}, 1).select("area", "people")
    named = ibis.memtable(
        pl.DataFrame(
            [
                {
                    "area": group.members[0].code, "name": where.named(group),
                    "districts": len(group.members),
                    "codes": " ".join(where.districts[m.code].code for m in group.members),
                    "month_before": before, "month": month,
                }
                for group in groups
            ],
            schema={"area": pl.String, "name": pl.String, "districts": pl.Int64,
                    "codes": pl.String, "month_before": pl.Date, "month": pl.Date},
        )
    )  # fmt: skip
    joined = named.inner_join(then, "area").inner_join(now, "area").drop("area")
    years = ((month.year - before.year) * 12 + month.month - before.month) / 12
    ratio = joined.people / joined.people_before.nullif(0)
    return joined.mutate(
        change=joined.people - joined.people_before,
        growth=ratio - 1,
        growth_yearly=ibis.ifelse(ratio > 0, ratio ** (1 / years) - 1, None),
    ).rename(area="name")


def ages_of_districts(
    by_age: DistrictResidentsByAge, where: Map, definition: str, age_month: date, month: date
) -> ir.Table:
    """Age measures of the districts of ``month`` that were the same areas in ``age_month``."""
    import ibis
    import polars as pl

    same = {group.members for group in where.lineage.groups(last_day(month))}
    codes = pl.DataFrame(
        [
            {"code": code, "key": where.districts[group.members[0].code].code}
            for group in where.lineage.groups(last_day(age_month))
            if group.members in same
            for holder in group.holders[0]
            for code in holder.codes
        ],
        schema={"code": pl.String, "key": pl.String},
    )
    rows = by_age.rows.filter(by_age.month == age_month, by_age.definition == definition)
    joined = rows.inner_join(ibis.memtable(codes), [("district", "code")])
    measures = age_measures(joined, ["key"])
    return measures.select(
        "median_age", "dependency", "share_young", "share_old",
        district="key", age_month=ibis.literal(age_month),
    )  # fmt: skip


def districts_now(
    residents: DistrictResidents,
    where: Map,
    definition: str,
    month: date,
    ages: ir.Table | None,
) -> ir.Table:
    """The areas of ``month`` with what is known of them: districts of today, or several as one."""
    import ibis
    import polars as pl

    groups = where.lineage.groups(last_day(month))
    described = ibis.memtable(
        pl.DataFrame(
            [
                {
                    "area_code": group.members[0].code,
                    "district": where.districts[group.members[0].code].code,
                    "name": where.named(group),
                    "districts": len(group.members),
                    "gu": where.districts[group.members[0].code].gu,
                    "area": _area_of(group, where),
                }
                for group in groups
            ],
            schema={"area_code": pl.String, "district": pl.String, "name": pl.String,
                    "districts": pl.Int64, "gu": pl.String, "area": pl.Float64},
        )
    )  # fmt: skip
    rows = residents.rows.filter(residents.definition == definition)
    people = counted(rows, {month: groups}).rename(area_code="area")
    joined = described.inner_join(people, "area_code").mutate(definition=ibis.literal(definition))
    joined = joined.mutate(
        persons_per_household=joined.people / joined.households.nullif(0),
        density=joined.people / joined.area.nullif(0),
    )
    if ages is not None:
        return joined.left_join(ages, "district").drop("district_right")
    missing = {"age_month": "date", "median_age": "float64", "dependency": "float64",
               "share_young": "float64", "share_old": "float64"}  # fmt: skip
    return joined.mutate(**{name: ibis.null().cast(kind) for name, kind in missing.items()})


def with_handovers(
    changes: PopulationChange, districts: Districts, residents: DistrictResidents
) -> PopulationChange:
    """``changes`` with what districts handed over in the month in which they ended.

    A district that begins counts the people it takes over as other change; one that ends has no
    row any more, so that its people would be counted as having come from nowhere.
    """
    import ibis
    import polars as pl

    ended = pl.DataFrame(
        [
            {
                "code": row["district"],
                "month": row["valid_to"].replace(day=1),
                "before": month_at(number(row["valid_to"]) - 1),
            }
            for row in districts.frame().to_dicts()
            if row["valid_to"] is not None and row["level"] not in NOT_DISTRICTS
        ],
        schema={"code": pl.String, "month": pl.Date, "before": pl.Date},
    )
    last = residents.rows.filter(residents.definition == "registered").select(
        code="district", before="month", people="people"
    )
    left = ibis.memtable(ended).inner_join(last, ["code", "before"])
    left = left.select("month", "people", district="code")
    left = left.anti_join(changes.rows, ["month", "district"]).semi_join(changes.rows, "month")
    names = ["month", "district", "births", "deaths", "moved_in", "moved_out", "other"]
    none = {name: ibis.literal(0, "int64") for name in names[2:6]}
    handed = left.mutate(**none, other=-left.people).select(names)
    return PopulationChange(changes.rows.select(names).union(handed))


def components_of_districts(changes: PopulationChange, where: Map, until: date) -> ir.Table | None:
    """Components of change of each comparable area, summed over the last twelve months."""
    import ibis
    import polars as pl

    last = changes.rows.filter(changes.month <= until).month.max().to_pyarrow().as_py()
    if last is None:
        return None
    first, before = month_at(number(last) - 11), month_at(number(last) - 12)
    # A split within the first month is in that month's figures: compare with the month before it.
    groups = where.lineage.groups(last_day(before), last_day(last))
    codes = pl.DataFrame(
        [
            {
                "code": code, "area": where.named(group),
                "codes": " ".join(where.districts[m.code].code for m in group.members),
            }
            for group in groups
            for area in {a.code: a for part in (group.members, *group.holders) for a in part}.values()
            for code in area.codes
        ],
        schema={"code": pl.String, "area": pl.String, "codes": pl.String},
    )  # fmt: skip
    rows = changes.rows.filter(changes.month >= first, changes.month <= last)
    joined = rows.inner_join(ibis.memtable(codes), [("district", "code")])
    summed = joined.group_by("codes", "area").agg(
        **{name: joined[name].sum() for name in ("births", "deaths", "moved_in", "moved_out")},
        other=ibis.coalesce(joined.other.sum(), 0),
    )
    summed = summed.mutate(
        natural=summed.births - summed.deaths, net_moves=summed.moved_in - summed.moved_out
    )
    return summed.mutate(
        change=summed.natural + summed.net_moves + summed.other,
        month_before=ibis.literal(first),
        month=ibis.literal(last),
    )


def unplaced(tables: Iterable[Table | None], where: Map, until: date) -> list[dict[str, Any]]:
    """How many rows of each table carry a code that no district ever had."""
    found: list[dict[str, Any]] = []
    for table in tables:
        if table is None:
            continue
        rows = table.rows.filter(table.rows.month <= until)
        counts = rows.group_by("district").agg(rows_left_out=rows.count()).to_polars()
        found += [
            {
                "series": table.title.ko,
                "code": row["district"],
                "rows_left_out": row["rows_left_out"],
            }
            for row in counts.sort("district").to_dicts()
            if where.lineage.area(row["district"]) is None
        ]
    return found

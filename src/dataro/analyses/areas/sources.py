"""What the indicators count, by district and moment: one frame for each source.

Every frame has ``district`` (any code that the district ever had), ``period`` (a date) and the
columns that indicators name; ``hidden`` where a source protects a cell. A row with the city's own
code stands for the city where its districts do not add up to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataro.analyses.areas.ground import Ground
from dataro.analyses.card_sales.tables import CardSalesDistrictMonths, CardSalesDistricts
from dataro.analyses.care_demand.tables import CareShortfall
from dataro.analyses.migration.tables import MigrationByDistrict
from dataro.analyses.population.tables import (
    PopulationAgeMeasures,
    PopulationByDistrict,
    PopulationByMonth,
    PopulationComponents,
    PopulationDistrictMonths,
)
from dataro.analyses.siting.tables import SitingReach
from dataro.data.datasets.care import Facilities, ResidentCells
from dataro.data.datasets.money import FootTraffic, Merchants, MerchantSales
from dataro.data.datasets.population import (
    DistrictResidents,
    DistrictResidentsByAge,
    HouseholdsBySize,
    PopulationChange,
)
from dataro.data.datasets.transit import BusStops
from dataro.methods import months as calendar
from dataro.vocabulary.disclosure import HIDDEN, Disclosure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    import polars as pl

SEATED = ("daycare", "kindergarten")
SAMPLED = Disclosure("used", contributors="shops", largest="first", second="next", percent=10)
"""Takings of sampled shops: no district in which one shop could be told."""


@dataclass(frozen=True)
class Given:
    """The inputs of the analysis, None for what is absent."""

    residents: DistrictResidents | None
    by_age: DistrictResidentsByAge | None
    sizes: HouseholdsBySize | None
    changes: PopulationChange | None
    by_district: PopulationByDistrict | None
    months: PopulationDistrictMonths | None
    measures: PopulationAgeMeasures | None
    by_month: PopulationByMonth | None
    components: PopulationComponents | None
    moves: MigrationByDistrict | None
    sales: CardSalesDistrictMonths | None
    trades: CardSalesDistricts | None
    merchants: Merchants | None
    samples: MerchantSales | None
    foot: FootTraffic | None
    shortfall: CareShortfall | None
    reach: SitingReach | None
    facilities: Facilities | None
    cells: ResidentCells | None
    stops: BusStops | None


def frames(given: Given, ground: Ground) -> Mapping[str, pl.DataFrame]:
    """All frames that the inputs allow, by the name that indicators give them."""
    makers: Mapping[str, Callable[[Given, Ground], pl.DataFrame | None]] = {
        "months": _months, "now": _now, "households": _households, "sizes": _sizes,
        "medians": _medians, "ages": _ages, "changes": _changes, "moves": _moves, "sales": _sales,
        "trades": _trades, "shops": _shops, "foot": _foot, "currency": _currency, "cells": _cells,
        "care": _care, "estates": _estates, "reach": _reach, "stops": _stops,
    }  # fmt: skip
    made = {name: make(given, ground) for name, make in makers.items()}
    return {name: frame for name, frame in made.items() if frame is not None and frame.height}


def _fetched(rows: Any) -> pl.DataFrame:
    frame: pl.DataFrame = rows.to_polars() if hasattr(rows, "to_polars") else rows
    return frame


def _months(given: Given, ground: Ground) -> pl.DataFrame | None:
    """People by month and a year before; areas that were divided since count in the city alone."""
    import polars as pl

    if given.months is None:
        return None
    rows = _fetched(given.months.rows.select("district", "area", "together", "people", "month"))
    city = rows.unique(["month", "area"]).group_by(period="month").agg(pl.col("people").sum())
    alone = pl.concat([
        rows.filter(pl.col("together") == 1).select("district", "people", period="month"),
        city.select(pl.lit(ground.city).alias("district"), "people", "period"),
    ])  # fmt: skip
    before = alone.with_columns(pl.col("period").dt.offset_by("1y")).rename({"people": "before"})
    return alone.join(before, on=["district", "period"], how="left").with_columns(
        change=pl.col("people") - pl.col("before")
    )


def _now(given: Given, ground: Ground) -> pl.DataFrame | None:
    import polars as pl

    if given.by_district is None:
        return None
    rows = given.by_district.frame().filter(pl.col("districts") == 1)
    return rows.select("district", "people", "men", "women", period="month", km2="area")


def _households(given: Given, ground: Ground) -> pl.DataFrame | None:
    if given.residents is None:
        return None
    rows = given.residents.rows
    return _fetched(
        rows.filter(rows.definition == "registered").select(
            "district", "people", "households", period="month"
        )
    )


def _sizes(given: Given, ground: Ground) -> pl.DataFrame | None:
    if given.sizes is None:
        return None
    rows = given.sizes.rows
    return _fetched(
        rows.group_by("district", period="month").agg(
            households=rows.households.sum(), alone=rows.households.sum(where=rows["size"] == 1)
        )
    )


def _medians(given: Given, ground: Ground) -> pl.DataFrame | None:
    import polars as pl

    if given.by_district is None:
        return None
    rows = given.by_district.frame().filter(
        pl.col("districts") == 1, pl.col("age_month").is_not_null()
    )
    mine = rows.select("district", "median_age", period="age_month")
    if given.measures is None:
        return mine
    whole = given.measures.frame()
    for definition in ("registered", "residents"):
        if (found := whole.filter(pl.col("definition") == definition)).height:
            whole = found
            break
    city = whole.select(pl.lit(ground.city).alias("district"), "median_age", period="month")
    return pl.concat([mine, city])


def _ages(given: Given, ground: Ground) -> pl.DataFrame | None:
    """People by age, where bands do not run across 15, 20, 40 and 65."""
    import ibis

    if given.by_age is None:
        return None
    rows = given.by_age.rows
    rows = rows.filter(rows.definition == "registered", rows.sex == "all")
    bands = _fetched(rows.select("age_from", "age_to").distinct()).rows()
    if any(a < cut and (b is None or b >= cut) for a, b in bands for cut in (15, 20, 40, 65)):
        return None
    start, people = rows.age_from, rows.people
    working = (start >= 15) & (start < 65)
    return _fetched(
        rows.group_by("district", period="month").agg(
            all=people.sum(),
            to14=ibis.coalesce(people.sum(where=start < 15), 0),
            from20=ibis.coalesce(people.sum(where=(start >= 20) & (start < 40)), 0),
            from65=ibis.coalesce(people.sum(where=start >= 65), 0),
            working=people.sum(where=working),
            dependent=ibis.coalesce(people.sum(where=~working), 0),
        )
    )


COUNTED = ("births", "deaths", "moved_in", "moved_out")


def _changes(given: Given, ground: Ground) -> pl.DataFrame | None:
    """Births, deaths and moves of the twelve months that end with each month, and the people."""
    import polars as pl

    people = _households(given, ground)
    if given.changes is None or people is None:
        return None
    rows = given.changes.frame().select("district", "month", *COUNTED)
    if given.components is not None and given.by_month is not None:
        city = pl.lit(ground.city).alias("district")
        rows = pl.concat([rows, given.components.frame().select(city, "month", *COUNTED)])
        whole = given.by_month.frame().filter(pl.col("definition") == "registered")
        whole = whole.select(city, "people", period="month")
        people = pl.concat([people.select("district", "people", "period"), whole])
    last = pl.lit(rows["month"].max()).dt.month()
    year = rows.sort("district", "month").rolling("month", period="1y", group_by="district").agg(
        pl.len().alias("seen"), *(pl.col(name).sum() for name in COUNTED)
    )  # fmt: skip
    year = year.filter(pl.col("seen") == 12, pl.col("month").dt.month() == last)
    return (
        year.with_columns(
            natural=pl.col("births") - pl.col("deaths"),
            net=pl.col("moved_in") - pl.col("moved_out"),
        )
        .join(people.select("district", "people", month="period"), on=["district", "month"])
        .rename({"month": "period"})
    )


def _moves(given: Given, ground: Ground) -> pl.DataFrame | None:
    import polars as pl

    if given.moves is None:
        return None
    rows = given.moves.frame()
    hidden = pl.col("moved_in").is_null().alias("hidden")
    return rows.select("district", "moved_in", hidden, period=pl.date(pl.col("year"), 12, 1))


def _sales(given: Given, ground: Ground) -> pl.DataFrame | None:
    import polars as pl

    if given.sales is None:
        return None
    told = pl.when(pl.col("visitors").is_not_null()).then("amount")
    return given.sales.frame().select(
        "district", "amount", period="month", hidden=pl.col("status") == HIDDEN,
        visitors=pl.col("visitors") * pl.col("amount"), told=told,
    )  # fmt: skip


def _trades(given: Given, ground: Ground) -> pl.DataFrame | None:
    import polars as pl

    if given.trades is None:
        return None
    rows = given.trades.frame().filter(pl.col("trade") == "restaurant")
    return rows.select(
        "district", period="month", restaurant="amount", hidden=pl.col("status") == HIDDEN
    )


def _shops(given: Given, ground: Ground) -> pl.DataFrame | None:
    """Shops open at the end of a month, opened and closed in the year before it."""
    import polars as pl

    if given.merchants is None:
        return None
    rows = given.merchants.frame().filter(pl.col("trade") != "other")
    ends = [one for one in (rows["opened"].max(), rows["closed"].max()) if one is not None]
    if not ends:
        return None
    last: date = max(ends)  # type: ignore[assignment]
    found = []
    for back in range(0, 49, 12):
        month = calendar.month_at(calendar.number(last) - back)
        until, since = (
            calendar.last_day(month),
            calendar.last_day(month.replace(year=month.year - 1)),
        )
        left = pl.col("closed").is_null()
        during = (pl.col("closed") > since) & (pl.col("closed") <= until)
        at_start = (pl.col("opened") <= since) & (left | (pl.col("closed") > since))
        found.append(rows.group_by("district").agg(
            pl.lit(month).alias("period"),
            ((pl.col("opened") <= until) & (left | (pl.col("closed") > until))).sum().alias("open"),
            ((pl.col("opened") > since) & (pl.col("opened") <= until)).sum().alias("opened"),
            (at_start & during.fill_null(False)).sum().alias("closed"),
            at_start.sum().alias("before"),
        ))  # fmt: skip
    return pl.concat(found)


def _foot(given: Given, ground: Ground) -> pl.DataFrame | None:
    """People in the mean hour of the mean day, five weekdays and two of the weekend."""
    import ibis
    import polars as pl

    if given.foot is None:
        return None
    rows = given.foot.rows
    weight = ibis.ifelse(rows.day_kind == "weekend", 2, 5) / 7
    cells = _fetched(
        rows.group_by("cell", "longitude", "latitude", period="month").agg(
            people=(rows.people * weight).sum() / 24
        )
    )
    placed = ground.placed(cells)
    return placed.group_by("district", "period").agg(pl.col("people").sum())


def _currency(given: Given, ground: Ground) -> pl.DataFrame | None:
    """What sampled shops took in local currency in the mean month of the last twelve, protected."""
    import polars as pl

    from dataro.methods.disclosure.protect import protect

    if given.samples is None or given.merchants is None:
        return None
    months = sorted(_fetched(given.samples.rows.select("month").distinct())["month"])[-12:]
    rows = given.samples.rows.filter(given.samples.month.isin(months))
    shops = _fetched(rows.group_by("merchant").agg(used=rows.used.sum())).fill_null(0)
    taking = shops.filter(pl.col("used") > 0)
    placed = taking.join(given.merchants.frame().select("merchant", "district"), on="merchant")
    if placed.is_empty():
        return None
    mine = placed.group_by("district").agg(
        pl.col("used").sum(),
        pl.len().alias("shops"),
        pl.col("used").top_k(1).sum().alias("first"),
        (pl.col("used").top_k(2).sum() - pl.col("used").max()).alias("next"),
    )
    done = protect(mine, SAMPLED, cells=["district"]).frame
    return done.select(
        "district", "shops", period=pl.lit(months[-1]), used=pl.col("used") / len(months),
        hidden=pl.col("status") == HIDDEN,
    )  # fmt: skip


def _every(rows: pl.DataFrame, ground: Ground, period: date | None) -> pl.DataFrame:
    """Counts of what lies in each district: none is zero where the source covers the city."""
    import polars as pl

    every = pl.DataFrame({"district": list(ground.outlines)}, schema={"district": pl.String})
    filled = every.join(rows, on="district", how="left").with_columns(
        pl.exclude("district").fill_null(0)
    )
    return filled.with_columns(pl.lit(period, dtype=pl.Date).alias("period"))


def _cells(given: Given, ground: Ground) -> pl.DataFrame | None:
    import polars as pl

    if given.cells is None:
        return None
    rows = given.cells.frame().drop_nulls("infants")
    mine = ground.placed(rows).group_by("district").agg(pl.col("infants").sum())
    return _every(mine, ground, _day(rows))


def _day(rows: pl.DataFrame) -> date | None:
    found: date | None = rows["base_date"].max()  # type: ignore[assignment]
    return found


def _care(given: Given, ground: Ground) -> pl.DataFrame | None:
    import polars as pl

    cells = _cells(given, ground)
    if given.facilities is None or cells is None:
        return None
    rows = given.facilities.frame().unique(
        ["kind", "longitude", "latitude", "name"], maintain_order=True
    )
    seated = pl.col("kind").is_in(SEATED) & (pl.col("seats") >= 0)
    mine = ground.placed(rows).group_by("district").agg(
        pl.len().alias("facilities"), pl.col("seats").filter(seated).sum().alias("seats"))  # fmt: skip
    return _every(mine, ground, _day(rows)).join(cells.select("district", "infants"), on="district")


def _estates(given: Given, ground: Ground) -> pl.DataFrame | None:
    import polars as pl

    if given.shortfall is None:
        return None
    rows = given.shortfall.frame().filter(pl.col("care") == "young", ~pl.col("planned"))
    mine = ground.placed(rows).group_by("district").agg(
        pl.col("wanting").sum(), pl.col("shortfall").sum().alias("short"))  # fmt: skip
    return _every(mine, ground, None)


def _reach(given: Given, ground: Ground) -> pl.DataFrame | None:
    import polars as pl

    if given.reach is None:
        return None
    mine = ground.placed(given.reach.frame().drop_nulls("minutes_before")).group_by("district").agg(
        (pl.col("minutes_before") * pl.col("people")).sum().alias("minutes"), pl.col("people").sum())  # fmt: skip
    return _every(mine, ground, None)


def _stops(given: Given, ground: Ground) -> pl.DataFrame | None:
    import polars as pl

    if given.stops is None:
        return None
    mine = ground.placed(given.stops.frame()).group_by("district").agg(pl.len().alias("stops"))
    sizes = ground.areas.filter(pl.col("level") == "district").select("km2", district="area")
    return _every(mine, ground, None).join(sizes.drop_nulls("km2"), on="district")

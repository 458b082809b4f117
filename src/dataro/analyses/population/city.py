"""The whole city's residents by month, age and household, and its change, as Ibis expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataro.data.datasets.population import (
    CityResidents,
    CityResidentsByAge,
    HouseholdsBySize,
    PopulationChange,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import ibis.expr.types as ir

FOREIGNERS_INCLUDED = ("with_foreigners_city", "with_foreigners_province")
OPEN_BAND = 10
"""Years that an open last age band is taken to span; it matters only where the median lies in it."""


def by_month(residents: CityResidents, places: Sequence[str], until: date) -> ir.Table:
    """The city's months, each with its change over 12 months under the same definition.

    Foreigners are the difference to the whole register of the same month.
    """
    import ibis

    rows = residents.rows.filter(residents.place.isin(places), residents.month <= until)
    before = rows.select(
        definition="definition",
        month=(rows.month + ibis.interval(months=12)).cast("date"),
        people_before="people",
    )
    register = rows.filter(rows.definition == "registered").select("month", registered="people")
    joined = rows.left_join(before, ["definition", "month"]).drop("definition_right", "month_right")
    joined = joined.left_join(register, "month").drop("month_right")
    included = joined.definition.isin(FOREIGNERS_INCLUDED)
    return joined.mutate(
        persons_per_household=joined.people / joined.households.nullif(0),
        change=joined.people - joined.people_before,
        growth=joined.people / joined.people_before.nullif(0) - 1,
        foreigners=ibis.ifelse(included, joined.people - joined.registered, None),
    )


def age_structure(by_age: CityResidentsByAge, places: Sequence[str], until: date) -> ir.Table:
    """The city's residents by month, sex and age band."""
    return by_age.rows.filter(by_age.place.isin(places), by_age.month <= until)


def age_measures(rows: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Median age, shares and dependency of each ``keys``, from rows by sex and age band.

    Within a band people are taken to be spread evenly over its years: so is a band that straddles
    15 or 65, and so is the median interpolated.
    """
    import ibis

    grouped = rows.group_by(*keys, "age_from", "age_to").agg(
        everyone=rows.people.sum(where=rows.sex == "all"), summed=rows.people.sum()
    )
    bands = grouped.mutate(people=ibis.coalesce(grouped.everyone, grouped.summed))
    end = ibis.coalesce(bands.age_to, bands.age_from + OPEN_BAND - 1) + 1
    bands = bands.mutate(width=end - bands.age_from)
    in_order = ibis.cumulative_window(group_by=list(keys), order_by="age_from")
    whole = ibis.window(group_by=list(keys))
    bands = bands.mutate(
        reached=bands.people.sum().over(in_order), total=bands.people.sum().over(whole)
    )
    half = bands.total / 2
    below = bands.reached - bands.people
    holds_median = (bands.reached >= half) & (below < half)
    median = bands.age_from + bands.width * (half - below) / bands.people.nullif(0)
    measured = bands.group_by(*keys).agg(
        people=bands.people.sum(),
        young=_between(bands, 0, 15),
        working=_between(bands, 15, 65),
        old=_between(bands, 65, 200),
        median_age=ibis.ifelse(holds_median, median, None).min(),
    )
    measured = measured.filter(measured.people > 0)
    working = measured.working.nullif(0)
    return measured.mutate(
        share_young=measured.young / measured.people,
        share_working=measured.working / measured.people,
        share_old=measured.old / measured.people,
        dependency=(measured.young + measured.old) / working,
        dependency_young=measured.young / working,
        dependency_old=measured.old / working,
    )


def _between(bands: ir.Table, start: int, end: int) -> ir.Value:
    """People aged from ``start`` up to ``end``, a straddling band divided evenly."""
    import ibis

    last = bands.age_from + bands.width
    open_old = bands.age_to.isnull() & (bands.age_from >= start) & (end > 130)
    years = ibis.greatest(0, ibis.least(last, end) - ibis.greatest(bands.age_from, start))
    return (bands.people * ibis.ifelse(open_old, 1.0, years / bands.width)).sum()


def components(
    changes: PopulationChange, residents: CityResidents, places: Sequence[str], until: date
) -> ir.Table:
    """The districts' components of change summed over the city, beside the register's own change.

    ``unexplained`` is the register's change over the month less what the components add up to.
    """
    import ibis

    rows = changes.rows.filter(changes.month <= until)
    summed = rows.group_by("month").agg(
        births=rows.births.sum(),
        deaths=rows.deaths.sum(),
        moved_in=rows.moved_in.sum(),
        moved_out=rows.moved_out.sum(),
        other=ibis.coalesce(rows.other.sum(), 0),
    )
    summed = summed.mutate(
        natural=summed.births - summed.deaths, net_moves=summed.moved_in - summed.moved_out
    )
    summed = summed.mutate(change=summed.natural + summed.net_moves + summed.other)
    register = residents.rows.filter(
        residents.place.isin(places), residents.definition == "registered"
    )
    now = register.select("month", people="people")
    before = register.select(
        month=(register.month + ibis.interval(months=1)).cast("date"), people_before="people"
    )
    joined = summed.left_join(now, "month").drop("month_right")
    joined = joined.left_join(before, "month").drop("month_right")
    observed = joined.people - joined.people_before
    return joined.mutate(observed=observed, unexplained=observed - joined.change)


def households_by_size(households: HouseholdsBySize, until: date) -> ir.Table:
    """The districts' households by size summed over the city, with each size's share."""
    import ibis

    rows = households.rows.filter(households.month <= until)
    summed = rows.group_by("month", "size").agg(households=rows.households.sum())
    total = summed.households.sum().over(ibis.window(group_by="month"))
    return summed.mutate(share=ibis.coalesce(summed.households / total.nullif(0), 0.0))

"""The city beside the cities nearest to it in population, as Ibis expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataro.analyses.population.city import age_measures
from dataro.data.datasets.population import CityResidents, CityResidentsByAge
from dataro.vocabulary.city import City
from dataro.vocabulary.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import ibis.expr.types as ir

WITH_HOUSEHOLDS = "residents"
"""The definition whose own people and households are divided where the chosen one has none."""


def cities_like(
    residents: CityResidents, places: Sequence[str], definition: str, month: date, count: int
) -> ir.Table:
    """This city and the ``count`` nearest in population at ``month``, with growth over 12 months.

    In the administrative standard code (행정표준코드) digits 1–2 name the province, 3–4 the city,
    county or autonomous gu; the fifth is 0 unless it is a gu inside a city.
    """
    import ibis

    rows = residents.rows.filter(residents.definition == definition)
    code = rows.place
    whole = (code.substr(4, 6) == "000000") & (code.substr(2, 2) != "00") & (rows.people > 0)
    rows = rows.filter(whole | code.isin(places))
    now = rows.filter(rows.month == month)
    own = now.filter(now.place.isin(places)).people.max().as_scalar()
    now = now.mutate(own=now.place.isin(places), distance=(now.people / own).ln().abs())
    now = now.order_by(now.own.desc(), "distance", "place").limit(count + 1)
    before = rows.select(
        place="place",
        month=(rows.month + ibis.interval(months=12)).cast("date"),
        people_before="people",
    )
    counted = residents.rows.filter(
        residents.definition == WITH_HOUSEHOLDS, residents.month == month
    ).select("place", household_people="people", counted_households="households")
    joined = now.left_join(before, ["place", "month"]).drop("place_right", "month_right")
    joined = joined.left_join(counted, "place").drop("place_right")
    return joined.mutate(
        name=ibis.coalesce(joined.place_name.split(" ")[-1], joined.place),
        change=joined.people - joined.people_before,
        growth=joined.people / joined.people_before.nullif(0) - 1,
        persons_per_household=ibis.coalesce(
            joined.people / joined.households.nullif(0),
            joined.household_people / joined.counted_households.nullif(0),
        ),
    )


def with_ages(peers: ir.Table, by_age: CityResidentsByAge, month: date) -> ir.Table:
    """``peers`` with their median age and share of 65 and over at ``month``."""
    rows = by_age.rows.filter(by_age.month == month).semi_join(peers, "place")
    measures = age_measures(rows, ["place"]).select("place", "median_age", "share_old")
    return peers.left_join(measures, "place").drop("place_right")


def months_of(residents: CityResidents, peers: ir.Table, definition: str, until: date) -> ir.Table:
    """Every month of the cities in ``peers``, with an index from the first month that all have."""
    import ibis

    rows = residents.rows.filter(residents.definition == definition, residents.month <= until)
    rows = rows.select("month", "place", "people").inner_join(
        peers.select("place", "name"), "place"
    )
    counted = rows.group_by("month").agg(cities=rows.place.nunique())
    complete = counted.filter(counted.cities == rows.place.nunique().as_scalar())
    base = rows.filter(rows.month == complete.month.min().as_scalar()).select(
        "place", people_base="people"
    )
    joined = rows.left_join(base, "place").drop("place_right")
    return joined.mutate(index=ibis.literal(100.0) * joined.people / joined.people_base.nullif(0))


def called(place: str, name: str, city: City) -> Text:
    """A city's name in both languages; others than this one by the revised romanisation."""
    from dataro.data.standards.naming import romanised

    if place in city.codes:
        return city.name
    stem = name[:-1] if len(name) > 2 and name[-1] in "시군구" else name
    return Text(name, romanised(stem).capitalize())

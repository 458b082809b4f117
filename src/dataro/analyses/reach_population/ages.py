"""Districts by age carried forward and controlled to the city, and the test of the age methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dataro.analyses.population.districts import Map
from dataro.data.datasets.population import DistrictResidentsByAge, PopulationChange
from dataro.methods.months import last_day, number
from dataro.vocabulary.text import Text

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from dataro.methods.forecasting.cohorts import Rates

    Floats = NDArray[np.float64]

STEP = 5
"""Years between two moments whose ages are compared, as near as the data has."""

TESTED = 3
"""Past outcomes that the age methods are held against."""

SHOWN_EVERY = 5
"""Years between those whose ages are given."""


@dataclass(frozen=True)
class Ages:
    """Counts by age: ``frame`` has month, district, age_from, people; ``bands`` where bands begin."""

    frame: pl.DataFrame
    months: tuple[date, ...]
    bands: Floats
    ends: Mapping[int, int | None]

    def of(self, month: date, codes: Sequence[str] | None = None) -> Floats:
        """Single years of age (101,) of some districts, or of all, in a month."""
        import numpy as np
        import polars as pl

        from dataro.methods.forecasting.cohorts import AGES, single_years

        rows = self.frame.filter(pl.col("month") == month)
        if codes is not None:
            rows = rows.filter(pl.col("district").is_in(list(codes)))
        sums = dict(rows.group_by("age_from").agg(pl.col("people").sum()).iter_rows())
        people = np.array([float(sums.get(int(start), 0)) for start in self.bands])
        return single_years(people, self.bands) if people.sum() > 0 else np.zeros(AGES)


def read_ages(by_age: DistrictResidentsByAge | None, definition: str, until: date) -> Ages | None:
    """Counts by age under a definition up to a month: of the last month and of as many years
    before it. None where there are not two such moments."""
    import numpy as np
    import polars as pl

    if by_age is None:
        return None
    rows = by_age.rows.filter(by_age.definition == definition, by_age.month <= until)
    months = sorted(rows.select("month").distinct().to_polars()["month"].to_list())
    if not months:
        return None
    kept = [m for m in months if m.month == months[-1].month]
    if len(kept) < 2:
        return None
    picked = rows.filter(rows.month.isin(kept))
    frame = picked.select("month", "district", "sex", "age_from", "age_to", "people").to_polars()
    both_sexes = pl.col("people").filter(pl.col("sex") == "all").sum()
    has_all = (pl.col("sex") == "all").any()
    summed = frame.group_by("month", "district", "age_from").agg(
        pl.when(has_all).then(both_sexes).otherwise(pl.col("people").sum()).alias("people")
    )
    ends = dict(frame.select("age_from", "age_to").unique().iter_rows())
    return Ages(summed, tuple(kept), np.array(sorted(ends), dtype=float), ends)


def before(ages: Ages, month: date) -> date | None:
    """The moment about ``STEP`` years before a month that the ages have."""
    earlier = [m for m in ages.months if m < month]
    return min(earlier, key=lambda m: abs(month.year - m.year - STEP), default=None)


def rates_between(
    ages: Ages, changes: PopulationChange | None, first: date, last: date
) -> Rates | None:
    """Rates of the city between two moments, or None without the components of every month."""
    from dataro.methods.forecasting.cohorts import learn_rates

    if changes is None:
        return None
    rows = changes.rows.filter(changes.month > first, changes.month <= last)
    sums = rows.group_by("month").agg(
        births=rows.births.sum(), deaths=rows.deaths.sum(), left=rows.moved_out.sum()
    )
    frame = sums.to_polars()
    if frame.height < number(last) - number(first):
        return None
    years = last.year - first.year
    births, deaths, left = (
        float(frame[name].sum()) / years for name in ("births", "deaths", "left")
    )
    return learn_rates(
        ages.of(first), ages.of(last), years, births=births, deaths=deaths, left=left
    )


def city_ahead(
    ages: Ages, changes: PopulationChange | None, last: date, years: int
) -> dict[str, Floats]:
    """The city's ages (years, 101) after a moment by each method that the data allows."""
    from dataro.methods.forecasting.cohorts import cohort_component, hamilton_perry

    first = before(ages, last)
    if first is None or years < 1:
        return {}
    apart = last.year - first.year
    then, now = ages.of(first), ages.of(last)
    found = {"hamilton_perry": hamilton_perry(then, now, apart, years)}
    rates = rates_between(ages, changes, first, last)
    if rates is not None:
        found["cohort_component"] = cohort_component(now, rates, years)
    return found


def tested(ages: Ages, changes: PopulationChange | None) -> pl.DataFrame:
    """Ages expected five years ahead from what was known then, against the ages that came."""
    import numpy as np
    import polars as pl

    from dataro.methods.forecasting.cohorts import banded

    rows = []
    for month in ages.months[-TESTED:]:
        origin = month.replace(year=month.year - STEP)
        if origin not in ages.months or before(ages, origin) is None:
            continue
        came = banded(ages.of(month), ages.bands)
        for method, expected in city_ahead(ages, changes, origin, STEP).items():
            said = banded(expected[-1], ages.bands)
            rows.append(
                {
                    "method": method, "year": month.year, "origin": origin.year,
                    "total_error": float(said.sum() / came.sum() - 1),
                    "age_error": float(np.abs(said - came).sum() / came.sum()),
                }
            )  # fmt: skip
    schema = {"method": pl.String, "year": pl.Int32, "origin": pl.Int32,
              "total_error": pl.Float64, "age_error": pl.Float64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def districts_ahead(
    ages: Ages,
    changes: PopulationChange | None,
    where: Map,
    names: Mapping[str, Text],
    totals: Mapping[int, float],
) -> pl.DataFrame | None:
    """Areas by age at the end of every fifth year, adding up to the city's ``totals`` by year.

    Areas are the districts of today, or several as one where they were divided since the first of
    the two moments compared. Each is carried forward by Hamilton–Perry and scaled, age by age, to
    the city's own ages, which are scaled to its total.
    """
    import numpy as np
    import polars as pl

    from dataro.methods.forecasting.cohorts import banded, controlled, hamilton_perry

    last = ages.months[-1]
    first = before(ages, last)
    years = [year for year in sorted(totals) if year > last.year]
    if first is None or not years:
        return None
    ahead = years[-1] - last.year
    found = city_ahead(ages, changes, last, ahead)
    city = found.get("cohort_component", found["hamilton_perry"])
    groups = where.lineage.groups(last_day(first), last_day(last))
    areas = []
    for group in groups:
        codes = [[code for holder in held for code in holder.codes] for held in group.holders]
        then, now = ages.of(first, codes[0]), ages.of(last, codes[1])
        areas.append(hamilton_perry(then, now, last.year - first.year, ahead))
    if not areas:
        return None
    wanted = np.array([totals.get(last.year + 1 + y, np.nan) for y in range(ahead)])
    city = city * (wanted / city.sum(axis=1))[:, None]
    bands = banded(controlled(np.stack(areas), city), ages.bands)
    rows = [
        {
            "year": year, "area": where.named(group), "age_from": int(start),
            "area_en": "·".join(dict.fromkeys(names[m.code].en for m in group.members)),
            "age_to": ages.ends[int(start)], "base_month": last,
            "people": float(bands[area, year - last.year - 1, band]),
        }
        for year in years
        if year % SHOWN_EVERY == 0 or year == years[-1]
        for area, group in enumerate(groups)
        for band, start in enumerate(ages.bands)
    ]  # fmt: skip
    return pl.DataFrame(rows)

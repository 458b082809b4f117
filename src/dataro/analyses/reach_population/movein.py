"""The list of apartment complexes, as the housing-unit method reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataro.data.datasets.housing import ApartmentComplexes
from dataro.data.datasets.population import PublishedPopulation
from dataro.methods.months import number

if TYPE_CHECKING:
    from dataro.methods.forecasting.movein import MoveIns
    from dataro.methods.forecasting.outlook import History

FEWEST = 20
"""Complexes with a month of move-in below which the method is not tried."""

PERSONS_PER_HOUSEHOLD = 2.5
SHARE_FROM_OUTSIDE = 0.7
"""Where no published assumption stands in the city's own data: assumptions."""


def move_ins(
    complexes: ApartmentComplexes | None, published: PublishedPopulation | None, past: History
) -> MoveIns | None:
    """The list of complexes, or None where too few have a month."""
    import numpy as np

    from dataro.methods.forecasting.housing import relative_persons
    from dataro.methods.forecasting.movein import MoveIns

    if complexes is None:
        return None
    frame = complexes.frame().sort("moved_in_from", "name", "address")
    frame = frame.filter(frame["moved_in_from"].is_not_null() & frame["households"].is_not_null())
    if frame.height < FEWEST:
        return None
    households = frame["households"].to_numpy().astype(float)
    area = frame["floor_area"].cast(float).to_numpy().astype(float)
    opened = np.array([number(m) - past.first for m in frame["moved_in_from"].to_list()])
    persons, outside = _assumed(published)
    return MoveIns(
        tuple(frame["name"].to_list()), households,
        households * relative_persons(households, area), opened, persons * outside,
    )  # fmt: skip


def _assumed(published: PublishedPopulation | None) -> tuple[float, float]:
    """Persons a household and the share of them from outside, as the city published them."""
    found = {
        row["measure"]: float(row["value"])
        for row in (published.frame().sort("published").to_dicts() if published else [])
        if row["kind"] == "assumption"
    }
    return (
        found.get("persons_per_household", PERSONS_PER_HOUSEHOLD),
        found.get("share_from_outside", SHARE_FROM_OUTSIDE),
    )

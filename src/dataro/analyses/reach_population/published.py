"""Forecasts that were published, beside what came and what we say with what was known then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dataro.data.datasets.population import PublishedPopulation

if TYPE_CHECKING:
    from dataro.methods.forecasting.outlook import Held, History, Outlook

Row = dict[str, Any]

LATE = 3
"""Months by which ours may start earlier than the published forecast, where the series has a gap."""

ALIKE = 2.0
"""A published figure more than so many times larger or smaller than the city's counts is of another
city, as when a small synthetic one is built: it is left out."""


def beside_published(
    published: PublishedPopulation | None, outlook: Outlook, held: Mapping[str, Held]
) -> list[Row]:
    """One row per published forecast of a definition that is forecast here."""
    import numpy as np

    if published is None:
        return []
    stated = published.frame().sort("published", "month").to_dicts()
    observed = [row for row in stated if row["kind"] == "observed"]
    rows = []
    for row in stated:
        if row["kind"] != "forecast" or row["definition"] not in outlook.history.counts:
            continue
        counts = outlook.history.counts[row["definition"]]
        if not 1 / ALIKE < row["value"] / np.nanmax(counts) < ALIKE:
            continue
        found: Row = {
            "published": row["published"], "measure": row["measure"], "month": row["month"],
            "definition": row["definition"], "value": row["value"], "source": row["source"],
            "known_until": None, "low": None, "middle": None, "high": None, "early": None,
            "half": None, "late": None,
        }  # fmt: skip
        found |= _what_came(row, outlook.history, observed)
        if row["origin"] is not None and row["definition"] in held:
            found |= _with_the_same_data(row, outlook, held[row["definition"]])
        rows.append(found)
    return rows


def _what_came(row: Row, past: History, observed: list[Row]) -> Row:
    """The count of the month, or what was published of it; of a passage, the month it came."""
    import numpy as np

    counts = past.counts[row["definition"]]
    same = [one for one in observed if one["definition"] == row["definition"]]
    if row["measure"] == "passes":
        reached = np.flatnonzero(counts >= row["value"])
        # published months are to the month as well, and a sparse series would come too late
        said = [one["month"] for one in same if one["measure"] == "passes"]
        counted = [past.month(int(reached[0]))] if reached.size else []
        return {"came": None, "came_month": min(said + counted, default=None)}
    index = past.index(row["month"])
    if 0 <= index < counts.size and np.isfinite(counts[index]):
        return {"came": float(counts[index]), "came_month": row["month"]}
    said = [one for one in same if one["month"] == row["month"]]
    return {
        "came": said[-1]["value"] if said else None,
        "came_month": row["month"] if said else None,
    }


def _with_the_same_data(row: Row, outlook: Outlook, held: Held) -> Row:
    """Our forecast made at the last month that the base series has up to the published origin."""
    import numpy as np

    past = outlook.history
    origins = outlook.rolled.origins
    wanted = past.index(row["origin"])
    usable = np.flatnonzero(origins <= wanted)
    if not usable.size or wanted - origins[usable[-1]] > LATE:
        return {}  # the same data is not there, or lies after the month looked back to
    at = int(usable[-1])
    origin = int(origins[at])
    bands = {"low": held.low[at], "middle": held.methods["combined"][at], "high": held.high[at]}
    if not np.isfinite(bands["middle"]).any():
        return {}
    found: Row = {"known_until": past.month(origin)}
    if row["measure"] == "passes":
        for name, band in (("early", "high"), ("half", "middle"), ("late", "low")):
            reached = np.flatnonzero(bands[band] >= row["value"])
            found[name] = past.month(origin + 1 + int(reached[0])) if reached.size else None
        return found
    step = past.index(row["month"]) - origin - 1
    if 0 <= step < bands["middle"].size:
        found |= {name: float(band[step]) for name, band in bands.items()}
    return found

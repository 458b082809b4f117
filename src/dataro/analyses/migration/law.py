"""The law that flows follow, the pairs that are stronger, and what new complexes bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dataro.analyses.migration.ground import Ground
from dataro.methods.months import month_at, number

if TYPE_CHECKING:
    import polars as pl

Row = dict[str, Any]
STRONG = 4.0
"""Standard deviations above the law from which a pair is called unexpectedly strong: among a
thousand ordinary pairs one in thirty answers would hold a false one."""
FEWEST = 10
"""A flow of fewer people is never named."""
MONTHS_OF_MOVING_IN = 6


@dataclass(frozen=True)
class Law:
    """Rows of the tables of the law and of strong pairs."""

    law: list[Row]
    strong: list[Row]


def gravity(flows: pl.DataFrame, ground: Ground) -> Law:
    """Fit each kind of flow (``scope``, ``origin``, ``destination``, ``people``); see ``methods.gravity``.

    Flows whose ends have no known point are left out. ``nameable`` says which may be named.
    """
    law: list[Row] = []
    strong: list[Row] = []
    for (scope,), own in flows.group_by("scope", maintain_order=True):
        placed = [
            row
            for row in own.to_dicts()
            if row["origin"] in ground.points and row["destination"] in ground.points
        ]
        _fit(str(scope), placed, ground, law, strong)
    strong.sort(key=lambda row: -row["z"])
    return Law(law, strong)


def _fit(scope: str, rows: list[Row], ground: Ground, law: list[Row], strong: list[Row]) -> None:
    import numpy as np

    from dataro.methods.gravity import fit, kilometres

    origins = sorted({row["origin"] for row in rows})
    targets = sorted({row["destination"] for row in rows})
    if not origins:
        return
    at, to = {c: i for i, c in enumerate(origins)}, {c: i for i, c in enumerate(targets)}
    flows, nameable = np.zeros((len(origins), len(targets))), np.zeros((len(origins), len(targets)), bool)  # fmt: skip
    for row in rows:
        flows[at[row["origin"]], to[row["destination"]]] += row["people"]
        nameable[at[row["origin"]], to[row["destination"]]] = row["nameable"]
    distance = kilometres(
        np.array([ground.points[c] for c in origins]), np.array([ground.points[c] for c in targets])
    )
    possible = np.array([[a != b for b in targets] for a in origins])
    found = fit(flows, -np.log(np.maximum(distance, 1.0))[None], possible, strong=STRONG)
    if found is None:
        return
    decay, error = float(found.beta[0]), float(found.error[0])
    law.append(
        {"scope": scope, "decay": decay, "decay_low": decay - 1.96 * error,
         "decay_high": decay + 1.96 * error, "explained": min(max(found.explained, 0.0), 1.0),
         "spread": found.spread, "pairs": int(possible.sum())}
    )  # fmt: skip
    for i, j in np.argwhere((found.z > STRONG) & nameable & (flows >= FEWEST)):
        expected = max(float(found.expected[i, j]), 0.1)
        strong.append(
            {"scope": scope, "origin": origins[i], "destination": targets[j],
             "origin_name": ground.name(origins[i]).ko,
             "destination_name": ground.name(targets[j]).ko,
             "distance": float(distance[i, j]), "people": int(flows[i, j]), "expected": expected,
             "ratio": float(flows[i, j]) / expected, "z": float(found.z[i, j])}
        )  # fmt: skip


def new_homes(moves: pl.DataFrame, complexes: Sequence[Row], ground: Ground) -> list[Row]:
    """Arrivals per dwelling in the six months from move-in, from outside and from other districts.

    Monthly arrivals of a district on the dwellings opened in the last six months, with effects of
    district and month; standard errors clustered by district.
    """
    import numpy as np
    import polars as pl

    opened: dict[tuple[str, int], int] = {}
    within = 0
    first, last = number(moves["month"].min()), number(moves["month"].max())  # type: ignore[arg-type]
    for row in complexes:
        if row["moved_in_from"] is None or row["district"] is None:
            continue
        district = str(ground.today.get(row["district"], row["district"]))
        when = number(row["moved_in_from"])
        if first - MONTHS_OF_MOVING_IN < when <= last:
            within += 1
            opened[district, when] = opened.get((district, when), 0) + row["households"]
    arrivals = moves.filter(pl.col("direction") != "out").with_columns(
        pl.when(pl.col("direction") == "in").then("district").otherwise("place").alias("to")
    )
    districts = sorted(arrivals["to"].unique())
    months = last - first + 1
    if len(districts) < 5 or months < 12 or within < 3:
        return []
    row_of = {code: i for i, code in enumerate(districts)}
    exposed = np.zeros((len(districts), months))
    for (district, when), households in opened.items():
        if district in row_of:
            start = max(when - first, 0)
            exposed[row_of[district], start : when - first + MONTHS_OF_MOVING_IN] += households
    made = []
    for source, own in (
        ("outside", arrivals.filter(pl.col("direction") == "in")),
        ("districts", arrivals.filter(pl.col("direction") == "within")),
        ("all", arrivals),
    ):
        counts = np.zeros((len(districts), months))
        grouped = own.group_by("to", "month").agg(pl.col("people").sum())
        for code, month, people in grouped.iter_rows():
            counts[row_of[code], number(month) - first] = people
        slope, error = _clustered(counts, exposed)
        made.append(
            {"source": source, "per_dwelling": MONTHS_OF_MOVING_IN * slope,
             "low": MONTHS_OF_MOVING_IN * (slope - 1.96 * error),
             "high": MONTHS_OF_MOVING_IN * (slope + 1.96 * error),
             "dwellings": sum(opened.values()), "complexes": within}
        )  # fmt: skip
    return made


def _clustered(y: Any, x: Any) -> tuple[float, float]:
    """The slope of y on x within rows and columns, and its error clustered by row."""
    import numpy as np

    def within(a: Any) -> Any:
        return a - a.mean(1, keepdims=True) - a.mean(0, keepdims=True) + a.mean()

    y, x = within(y), within(x)
    whole = float((x * x).sum())
    if whole <= 0:
        return 0.0, 0.0
    slope = float((x * y).sum()) / whole
    score = (x * (y - slope * x)).sum(1)
    many = len(score)
    return slope, float(np.sqrt(many / (many - 1) * (score**2).sum())) / whole


def whole_years(months: Sequence[date]) -> list[int]:
    """Years of which every month is there, oldest first."""
    known = set(months)
    return sorted(
        {m.year for m in known}
        - {m.year for m in known if any(month_at(m.year * 12 + k) not in known for k in range(12))}
    )

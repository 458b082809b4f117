"""The tables of the answer, from the outlook: dates, years, months, methods, levers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from dataro.methods.forecasting.movein import Late
    from dataro.methods.forecasting.outlook import Held, Outlook

    Floats = NDArray[np.float64]

Row = dict[str, Any]

LEVELS = (0.1, 0.5, 0.9)
SLOWER = 0.1
"""Share by which growth is changed to see what that moves."""


def next_round(people: float) -> int:
    """The next multiple of the power of ten that a count has: 989,969 → 1,000,000."""
    unit = 10 ** max(len(str(int(people))) - 1, 1)
    return int((people // unit + 1) * unit)


def dates(outlook: Outlook, target: int) -> list[Row]:
    """When every definition reaches the target, counted or expected."""
    import numpy as np

    from dataro.methods.forecasting import passage
    from dataro.methods.forecasting.outlook import paths_of

    past = outlook.history
    rows = []
    for definition, counts in past.counts.items():
        known = np.flatnonzero(np.isfinite(counts))
        reached = known[counts[known] >= target]
        row: Row = {
            "definition": definition, "target": target, "status": "thin", "early": None, "middle": None,
            "late": None, "last_month": past.month(int(known[-1])),
            "people": int(counts[known[-1]]), "counts": int(known.size),
        }  # fmt: skip
        ahead = paths_of(outlook, definition)
        if reached.size:
            month = past.month(int(reached[0]))
            row |= {"status": "counted", "early": month, "middle": month, "late": month}
        elif ahead is not None:
            begin, paths = ahead
            steps = passage.first_passage(paths, target)
            found = [passage.quantile_step(steps, level) for level in LEVELS]
            months = [None if step is None else past.month(begin + step) for step in found]
            middle = months[1]
            status = "beyond" if middle is None else "expected"
            if middle is not None and middle <= past.month(past.level.size - 1):
                status = "estimated"
            row |= dict(zip(("early", "middle", "late"), months, strict=True), status=status)
        rows.append(row)
    return rows


def years(outlook: Outlook, target: int, in_a_row: int) -> list[Row]:
    """Each definition's Decembers from the last counted year on, with their probabilities."""
    import numpy as np

    from dataro.methods.forecasting import passage
    from dataro.methods.forecasting.outlook import paths_of

    past = outlook.history
    rows = []
    for definition, counts in past.counts.items():
        ahead = paths_of(outlook, definition)
        if ahead is None:
            continue
        begin, paths = ahead
        last = begin + paths.shape[1] - 1
        decembers = np.arange((11 - past.season) % 12, last + 1, 12)
        ends = np.full((paths.shape[0], decembers.size), np.nan)
        for column, index in enumerate(decembers):
            if index < counts.size and np.isfinite(counts[index]):
                ends[:, column] = counts[index]
            elif index >= begin:
                ends[:, column] = paths[:, index - begin]
        rule = passage.in_a_row(np.nan_to_num(ends, nan=-np.inf), target, in_a_row)
        steps = passage.first_passage(paths, target)
        if np.nanmax(counts) >= target:
            steps = np.zeros_like(steps)
        for column, index in enumerate(decembers):
            if index < begin:
                continue
            low, middle, high = np.quantile(np.maximum(ends[:, column], 0), LEVELS)
            rows.append(
                {
                    "definition": definition, "year": past.month(int(index)).year, "low": low,
                    "middle": middle, "high": high,
                    "at_end": float((ends[:, column] >= target).mean()),
                    "passed": passage.passed_by(steps, int(index) - begin),
                    "rule": float(rule[column]),
                }
            )  # fmt: skip
    return rows


def months(outlook: Outlook) -> list[Row]:
    """Every counted month of every definition and, after the last, the middle and band."""
    import numpy as np

    from dataro.methods.forecasting.outlook import paths_of

    past = outlook.history
    rows: list[Row] = []
    for definition, counts in past.counts.items():
        rows += [
            {"definition": definition, "month": past.month(int(i)), "people": int(counts[i]),
             "low": None, "middle": None, "high": None}
            for i in np.flatnonzero(np.isfinite(counts))
        ]  # fmt: skip
        ahead = paths_of(outlook, definition)
        if ahead is None:
            continue
        begin, paths = ahead
        bands = np.maximum(np.quantile(paths, LEVELS, axis=0), 0.0)
        counted = {row["month"] for row in rows if row["definition"] == definition}
        rows += [
            {"definition": definition, "month": month, "people": None, "low": low,
             "middle": middle, "high": high}
            for step, (low, middle, high) in enumerate(bands.T.tolist())
            if (month := past.month(begin + step)) not in counted
        ]  # fmt: skip
    return rows


def methods(outlook: Outlook, target: int, by_age: Mapping[str, Mapping[int, float]]) -> list[Row]:
    """What each method alone says of the base definition; ``by_age`` are totals by December."""
    import numpy as np

    from dataro.methods.forecasting.outlook import BESIDE

    past = outlook.history
    end = past.level.size
    weights = dict(zip(outlook.rolled.members, outlook.rolled.weights[-1].tolist(), strict=True))
    rows = []
    for name, level in {"combined": outlook.middle, **outlook.alone}.items():
        reached = np.flatnonzero(level >= target)
        rows.append(
            {
                "method": name,
                "role": "benchmark" if name in BESIDE else "combined",
                "weight": weights.get(name),
                "month": past.month(end + int(reached[0])) if reached.size else None,
                "in_ten_years": max(float(level[119]), 0.0) if level.size >= 120 else None,
            }
        )
    for name, totals in by_age.items():
        passed = [year for year, people in sorted(totals.items()) if people >= target]
        rows.append(
            {
                "method": name, "role": "beside", "weight": None,
                "month": date(passed[0], 12, 1) if passed else None,
                "in_ten_years": totals.get(past.month(end - 1).year + 10),
            }
        )  # fmt: skip
    return rows


def backtest(held: Mapping[str, Held]) -> list[Row]:
    """Errors and coverage of every definition, method and distance that has an outcome."""
    from dataro.methods.forecasting.outlook import CLAIMED, DISTANCES
    from dataro.methods.forecasting.scores import ENOUGH, coverage, score

    rows = []
    for definition, one in held.items():
        for method, level in one.methods.items():
            for ahead in DISTANCES:
                column = ahead - 1
                found = score(level[:, column] - one.actual[:, column], ahead)
                if found is None:
                    continue
                inside = (
                    coverage(one.low[:, column], one.actual[:, column], one.high[:, column], ahead)
                    if method == "combined"
                    else None
                )
                rows.append(
                    {
                        "definition": definition, "method": method, "ahead": ahead,
                        "forecasts": found.n, "independent": found.independent,
                        "mean_error": found.mae, "root_error": found.rmse, "bias": found.bias,
                        "covered": inside.share if inside else None,
                        "covered_low": inside.low if inside else None,
                        "covered_high": inside.high if inside else None,
                        "claimed": found.n >= ENOUGH and ahead <= CLAIMED,
                    }
                )  # fmt: skip
    return rows


def levers(outlook: Outlook, definition: str, target: int, late: Sequence[Late]) -> list[Row]:
    """By how much the middle date moves if complexes are late or growth is other than expected.

    Empty where the middle date lies in the past or beyond the months looked at.
    """
    from dataro.methods.forecasting import passage
    from dataro.methods.forecasting.outlook import paths_of

    past, ahead = outlook.history, paths_of(outlook, definition)
    if ahead is None:
        return []
    begin, paths = ahead
    past_months = past.level.size - begin
    future = paths[:, past_months:]
    steps = passage.first_passage(future, target)
    middle = passage.quantile_step(steps, 0.5)
    if middle is None or middle == 0 or (paths[:, :past_months] >= target).any():
        return []
    season = (past.season + past.level.size) % 12
    year_end = int((11 - season) % 12)
    growth = outlook.middle - past.level[-1]
    changes: list[tuple[str, str, date | None, int | None, Floats]] = [
        ("증가가 10% 느려지면", "Growth a tenth slower", None, None, -SLOWER * growth),
        ("증가가 10% 빨라지면", "Growth a tenth faster", None, None, SLOWER * growth),
    ]
    changes += [(one.name, one.name, one.month, one.households, -one.fewer) for one in late]
    now = float((future[:, year_end] >= target).mean())
    rows = []
    for ko, en, month, households, more in changes:
        moved = future + more
        then = passage.quantile_step(passage.first_passage(moved, target), 0.5)
        if then is None:
            continue
        rows.append(
            {
                "lever": ko, "lever_en": en, "month": month, "households": households,
                "months": float(then - middle),
                "probability": float((moved[:, year_end] >= target).mean()) - now,
            }
        )  # fmt: skip
    return rows


def frame(rows: Sequence[Row], columns: Sequence[str]) -> pl.DataFrame:
    """Rows as a frame with these columns, also where there are none."""
    import polars as pl

    if not rows:
        return pl.DataFrame(schema=list(columns))
    return pl.DataFrame(rows, infer_schema_length=None).select(columns)

"""City totals forecast from every month of a real past, and dates of passing on simulated cities.

    python bench/forecast.py

The first table needs the real monthly series (DATARO_SHARED, or ``../shared`` beside the
repository); the second is simulated: how often 80 % intervals of the month in which a number is
passed hold the true month, against a bootstrap of increments in the same run.
"""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path

import numpy as np

from dataro.methods.forecasting.outlook import DISTANCES, History, look_ahead
from dataro.methods.forecasting.passage import first_passage, quantile_step
from dataro.methods.forecasting.scores import coverage, score

SHARED = Path(os.environ.get("DATARO_SHARED", Path(__file__).parents[2] / "shared"))
SERIES = "data/population/hwaseong_registered_monthly_2011_2025.csv"

CITIES = 100
MONTHS, AHEAD, AIM = 144, 72, 18


def real_history() -> History | None:
    """The real register by month, or None where the file is not there."""
    path = SHARED / SERIES
    if not path.is_file():
        return None
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    year, month = map(int, rows[0]["ym"].split("-"))
    first = year * 12 + month - 1
    last = max(int(r["ym"][:4]) * 12 + int(r["ym"][5:]) - 1 for r in rows)
    level = np.full(last - first + 1, np.nan)
    for row in rows:
        if row["registered_total"]:
            level[int(row["ym"][:4]) * 12 + int(row["ym"][5:]) - 1 - first] = float(
                row["registered_total"]
            )
    return History(first, "registered", {"registered": level})


def backtest(past: History) -> None:
    """Print errors and coverage by distance."""
    start = time.process_time()
    outlook = look_ahead(past, max(DISTANCES), None)
    spent = time.process_time() - start
    rolled = outlook.rolled
    print(f"{rolled.origins.size} origins, {spent:.2f} CPU s")
    names = ("combined", *rolled.methods)
    print("ahead     n " + "".join(f"{name:>14}" for name in names) + "   covered (90 % interval)")
    for ahead in DISTANCES:
        found = [score(rolled.errors(name)[:, ahead - 1], ahead) for name in names]
        column = ahead - 1
        held = coverage(
            rolled.low[:, column], rolled.actual[:, column], rolled.high[:, column], ahead
        )
        if held is None or found[0] is None:
            continue
        maes = "".join(f"{one.mae:14,.0f}" if one else f"{'–':>14}" for one in found)
        print(
            f"{ahead:5} {found[0].n:5} {maes}   {held.share:.2f} ({held.low:.2f}–{held.high:.2f})"
        )


def passing() -> None:
    """Print how often 80 % intervals of the month of passing hold it."""
    ours, bootstrap = [], []
    for seed in range(CITIES):
        rng = np.random.default_rng(seed)
        # the slope and the level are as restless as the real city's between 2011 and 2025
        slope = 2500 + np.cumsum(rng.normal(0, 350, MONTHS + AHEAD))
        level = 500_000 + np.cumsum(slope + rng.normal(0, 600, MONTHS + AHEAD))
        target = level[MONTHS - 1] + AIM * max(slope[MONTHS - 13 : MONTHS].mean(), 200.0)
        truth = int(first_passage(level[None, MONTHS:], target)[0])
        known = level[:MONTHS]
        paths = look_ahead(History(0, "registered", {"registered": known}), AHEAD, None).paths
        drawn = rng.choice(np.diff(known)[-60:], size=(2000, AHEAD))
        for found, simulated in ((ours, paths), (bootstrap, known[-1] + np.cumsum(drawn, axis=1))):
            steps = first_passage(simulated, target)
            low, high = quantile_step(steps, 0.1), quantile_step(steps, 0.9)
            found.append((AHEAD if low is None else low) <= truth
                         and (high is None or truth <= high))  # fmt: skip
    print(f"80 % intervals of the month of passing, {CITIES} simulated cities: "
          f"ours {np.mean(ours):.0%}, bootstrap of increments {np.mean(bootstrap):.0%}")  # fmt: skip


def main() -> None:
    past = real_history()
    if past is None:
        print(f"no real series under {SHARED}: the first table is left out")
    else:
        backtest(past)
    passing()


if __name__ == "__main__":
    main()

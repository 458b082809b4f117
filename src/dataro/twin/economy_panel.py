"""A sample of shops over time: takings, and when each began to take the local currency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataro.twin.economy_merchants import Shops, merchant_id
from dataro.twin.months import month, write_month
from dataro.twin.sheet import write_bytes, write_plain_csv

Floats = NDArray[np.float64]


def ramp(since: Floats, months: float) -> Floats:
    """How much of an effect is there, ``since`` months after it began (0 is the first month)."""
    return np.where(since >= 0, 1 - np.exp(-(since + 1) / months), 0.0)


def panel_log_sales(
    panel: Mapping[str, Any], joined: NDArray[np.int64], level: Floats, months: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Log sales by shop and month, and the true effect in them (same shape).

    ``joined`` is the month in which a shop joined, -1 for never. Shops that join are larger, which
    a comparison of levels would take for an effect; their trends are those of the others.
    """
    season = 0.06 * np.sin(2 * np.pi * months / 12) + 0.003 * (months - months[0])
    shock = rng.normal(0, 0.02, len(months))
    since = np.where(joined[:, None] >= 0, months[None, :] - joined[:, None], -1).astype(float)
    effect = float(panel["effect"]) * ramp(since, float(panel["ramp"]))
    own = rng.normal(0, float(panel["noise"]), (len(joined), len(months)))
    lift = np.where(joined >= 0, 0.15, 0.0)
    return level[:, None] + lift[:, None] + season + shock + own + effect, effect


def draw_joins(panel: Mapping[str, Any], many: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """The month in which each shop joins, -1 for never."""
    cohorts = np.array([month(text) for text in panel["joins"]])
    joined = rng.choice(cohorts, many)
    return np.where(rng.random(many) < float(panel["never"]), -1, joined)


def write_panel(
    settings: Mapping[str, Any], shops: Shops, seed: int, folder: Path, truth: Path
) -> Iterator[Path]:
    """Write the sample; its shops are open through all of its months."""
    rng = np.random.default_rng([seed, 63])
    panel, trades = settings["panel"], settings["trades"]
    months = np.arange(month(panel["from"]), month(panel["until"]) + 1)
    there = (shops.opened <= months[0]) & ((shops.closed == 0) | (shops.closed > months[-1]))
    known = np.flatnonzero(there)
    if len(known) < 40:
        return
    chosen = np.sort(rng.choice(known, min(int(panel["merchants"]), len(known)), replace=False))
    joined = draw_joins(panel, len(chosen), rng)
    logs, effect = panel_log_sales(panel, joined, np.log(shops.level[chosen]), months, rng)
    won = np.rint(np.exp(logs)).astype(np.int64)
    taking = (months[None, :] >= joined[:, None]) & (joined[:, None] >= 0)
    share = float(panel["takings"]) * rng.lognormal(0, 0.3, won.shape)
    # large shops take little of it: the rule lets few of them in
    small = shops.small[chosen]
    little = _balance(won, taking, small, float(settings["currency"]["small_use"]))
    taken = np.where(taking, np.rint(won * share * np.where(small, 1.0, little)[:, None]), 0)
    rows, months_of = (index.ravel() for index in np.indices(won.shape))
    labels = np.array([write_month(int(m)) for m in months])
    join_label = np.array([write_month(int(j)) if j >= 0 else "" for j in joined])
    frame = pl.DataFrame(
        {
            "기준월": labels[months_of],
            "가맹점번호": np.array([merchant_id(int(i)) for i in chosen])[rows],
            "업종": np.array([str(t["name"]) for t in trades])[shops.trade[chosen]][rows],
            "소상공인": np.where(small, "Y", "N")[rows],
            "지역화폐 가맹월": join_label[rows],
            "매출액(원)": won.ravel(),
            "지역화폐 결제액(원)": taken.ravel().astype(np.int64),
        }
    )
    path = folder / settings["files"]["panel"]
    write_bytes(path, frame.write_csv().encode())
    yield path
    _write_effects(effect, taking, months, joined, truth)


def _balance(won: Any, taking: Any, small: Any, share: float) -> float:
    """How much less large shops take, so that small ones have their share of all."""
    own, other = (float((won * taking)[mask].sum()) for mask in (small, ~small))
    return min(1.0, own * (1 - share) / share / other) if other else 1.0


def _write_effects(
    effect: Floats, taking: NDArray[np.bool_], months: NDArray[np.int64],
    joined: NDArray[np.int64], truth: Path,
) -> None:  # fmt: skip
    """The true effect by months since joining, and on the mean over all months of membership."""
    since = months[None, :] - joined[:, None]
    rows: list[list[object]] = [["months_since", "effect_log"]]
    rows.append(["all", round(float(effect[taking].mean()), 6)])
    rows += [
        [k, round(float(effect[taking & (since == k)].mean()), 6)]
        for k in range(int(since[taking].max()) + 1)
    ]
    write_plain_csv(truth / "merchant_effect.csv", rows)

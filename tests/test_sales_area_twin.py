"""The synthetic city's own truth: decay by trade, lives of shops, centres, and unusual months."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from test_disclosure_together import attacked

from dataro.analyses.card_sales.answer import card_sales
from dataro.analyses.card_sales.tables import CardSalesCells
from dataro.analyses.sales_area import founder, guard
from dataro.analyses.sales_area.answer import sales_area
from dataro.build.answers import find_inputs, read_inputs
from dataro.build.context import opened
from dataro.build.results import conform
from dataro.build.run import build
from dataro.build.workspace import init
from dataro.methods.disclosure.sensitive import NEAR
from dataro.methods.huff import Decay
from dataro.twin.write import write_city

CITY = Path(__file__).parent.parent / "src/dataro/cities/hwaseong"
pytestmark = pytest.mark.slow
TABLES = ("merchants", "card_sales_by_payer", "card_sales_by_time", "card_sales_by_cell",
          "resident_spending", "customer_flows", "foot_traffic", "city_events", "districts",
          "district_shapes", "resident_cells", "bus_stops")  # fmt: skip

CUTS: dict[str, Any] = {}
"""Areas, trades and grid cells before protection, filled in by ``lived``."""

MARKET: list[Any] = []
"""Demand and rivals of the founder's trade, filled in by ``lived``."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any, Path]:
    """Both analyses of a small city, and the folder of what is true of it."""
    folder, truth = tmp_path_factory.mktemp("city"), tmp_path_factory.mktemp("truth")
    workspace = init(folder, CITY.name)
    write_city(workspace.raw, CITY, truth=truth, scale=0.1, seed=7)
    build(workspace, only=TABLES)
    original = guard.sales_cuts

    def kept(*given: Any) -> Any:
        CUTS.update(original(*given))
        return CUTS

    market = founder.market

    def asked(*given: Any) -> Any:
        MARKET.append(market(*given))
        return MARKET[-1]

    with opened(workspace) as context, pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "sales_cuts", kept)
        patch.setattr(founder, "market", asked)
        results = []
        for analysis in (card_sales, sales_area):
            with context.lake.session() as session:
                given = read_inputs(session, analysis, find_inputs(context, analysis))
                results.append(analysis(**given))
    return results[0], results[1], truth


def test_decay_and_lives_of_trades_lie_in_their_intervals(lived: tuple[Any, Any, Path]) -> None:
    _, areas, truth = lived
    trades = json.loads((truth / "economy.json").read_text("utf-8"))["trades"]
    decay = {row["trade"]: row for row in areas.decay.frame().to_dicts()}
    held = [
        decay[t]["low"] <= known["decay_per_km"] <= decay[t]["high"] for t, known in trades.items()
    ]
    assert len(held) == 10
    assert sum(held) >= 8, "95 % intervals miss more than two of ten with a chance of 1 %"
    lives = [
        r for r in areas.survival.frame().to_dicts() if r["group"] == "trade" and r["months"] == 36
    ]
    inside = [
        row["low"] <= (1 - trades[row["member"]]["close_per_month"]) ** 36 <= row["high"]
        for row in lives
    ]
    assert sum(inside) >= len(inside) - 2


def test_a_founder_is_told_of_a_cell_what_the_true_decay_would_tell(
    lived: tuple[Any, Any, Path],
) -> None:
    """Expected sales in every cell, with the decay of the trade as it was planted."""
    _, areas, truth = lived
    known = json.loads((truth / "economy.json").read_text("utf-8"))["trades"]
    rows = areas.founder_cells.frame()
    planted = known[rows["trade"][0]]["decay_per_km"]
    at = rows.select("longitude", "latitude").to_numpy()
    told = [
        one["expected"]
        for one in founder.expected(MARKET[-1], at, Decay(planted, planted, planted, 1.0, 0))
    ]
    off = np.abs(rows["expected"].to_numpy() / np.array(told) - 1)
    assert np.median(off) < 0.05
    assert off.max() < 0.25
    inside = (rows["low"] <= pl.Series(told)) & (rows["high"] >= pl.Series(told))
    assert inside.all()
    # in the middle of many shops more rivals stand near, in the outskirts customers come from afar
    assert rows["near"].max() > 10
    assert rows.filter("chosen").height == 1


def test_a_cell_hidden_on_the_map_does_not_follow_from_its_area(
    lived: tuple[Any, Any, Path],
) -> None:
    """Grid cells are shown by card sales, areas and their trades here: attacked as one."""
    sales, areas, _ = lived
    on_map = conform("card_sales", CardSalesCells, sales.by_cell.frame())
    cells = (
        CUTS["cells"]
        .frame.drop("status", "sales")
        .join(on_map.select("cell", "status", pl.col("amount").alias("sales")), on="cell")
    )
    published = {"cells": cells, "areas": areas.areas.frame(), "trades": areas.trades.frame()}
    found = attacked(CUTS, published)
    assert len(found) > 5
    for cell in found:
        assert cell["most"] >= cell["true"] * (1 + NEAR) * (1 - 1e-5)
        assert cell["least"] <= cell["true"] * (1 - NEAR) * (1 + 1e-5) + 1e-6


def test_what_stands_around_an_area_is_counted(lived: tuple[Any, Any, Path]) -> None:
    _, areas, _ = lived
    rows = areas.areas.frame()
    assert rows["residents"].null_count() == 0
    assert rows["residents"].max() > 1_000  # a tenth of a city of a million
    shown = rows.filter(pl.col("status") == "shown")
    assert shown["growth"].null_count() == 0
    assert shown["growth"].abs().median() < 0.3


def test_areas_lie_at_the_planted_centres(lived: tuple[Any, Any, Path]) -> None:
    _, areas, truth = lived
    with (truth / "shopping_centres.csv").open(encoding="utf-8", newline="") as file:
        at = np.array([(float(r["longitude"]), float(r["latitude"])) for r in csv.DictReader(file)])
    found = areas.areas.frame().select("longitude", "latitude").to_numpy()
    km = np.hypot(
        (found[:, None, 0] - at[:, 0]) * 88.9, (found[:, None, 1] - at[:, 1]) * 110.95
    ).min(1)
    assert (km < 0.6).mean() >= 0.8


def test_what_happened_is_marked_with_its_reason(lived: tuple[Any, Any, Path]) -> None:
    sales, _, truth = lived
    known = json.loads((truth / "economy.json").read_text("utf-8"))["events"]
    marked = {
        (f"{r['month']:%Y-%m}", r["trade"]): r["reason"] for r in sales.unusual.frame().to_dicts()
    }
    strong = [(e["month"], t, e["kind"]) for e in known for t in e["trades"]
              if e["factor"] >= 1.15 and e["level"] == "all"]  # fmt: skip
    found = [marked.get((month, trade)) == kind for month, trade, kind in strong]
    # a tenth of the city has so few shops that 15 % is hardly more than their noise
    assert sum(found) >= len(found) - 2
    happened = {event["month"] for event in known if event["trades"]}
    assert sum(month not in happened for month, _ in marked) <= 3

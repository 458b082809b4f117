"""Care demand and siting through the whole house: the synthetic city's truth, the real city's gaps."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from dataro.build.answers import answer
from dataro.build.context import Context, opened
from dataro.build.run import build
from dataro.build.workspace import init
from dataro.twin.write import write_city
from dataro.vocabulary.answer import Answer

CITY = Path(__file__).parents[1] / "src/dataro/cities/hwaseong"
SHARED = Path(os.environ.get("DATARO_SHARED", Path(__file__).parents[2] / "shared")) / "data"
ANALYSES = ["care_demand", "siting"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Context, Path]]:
    """A full-scale synthetic city, built as far as the two analyses need, and its truth."""
    folder = tmp_path_factory.mktemp("care")
    write_city(folder / "raw", CITY, scale=1.0, seed=7, truth=folder / "truth")
    workspace = init(folder / "city", "hwaseong")
    steps = build(workspace, only=ANALYSES, raw=folder / "raw")
    assert not [one.problem for one in steps if one.id in ANALYSES and one.problem]
    with opened(workspace) as context:
        yield context, folder / "truth"


@pytest.fixture(scope="module")
def care(synthetic: tuple[Context, Path]) -> Answer:
    return answer(synthetic[0], "care_demand")


def test_expected_children_hold_against_the_truth(
    synthetic: tuple[Context, Path], care: Answer
) -> None:
    truth = pl.read_csv(synthetic[1] / "care.csv")
    key = ["year", "name", "address", "age_from"]
    rows = care.tables["outlook"].join(truth, on=key, suffix="_true")
    unseen = rows.filter(pl.col("observed").is_null())
    assert unseen.height > 400
    inside = unseen["children_true"].is_between(unseen["children_low"], unseen["children_high"])
    assert 0.75 <= inside.mean() <= 0.85
    assert unseen["children"].sum() == pytest.approx(unseen["children_true"].sum(), rel=0.05)
    assert rows["children"].sum() == pytest.approx(rows["children_true"].sum(), rel=0.05)
    wanting = (rows["children_true"] * rows["wanting_true"]).sum()
    assert rows["wanting"].sum() == pytest.approx(wanting, rel=0.07)


def test_the_measured_skill_is_near_what_the_truth_says(care: Answer) -> None:
    numbers = care.skill[0].numbers
    assert 0.75 <= numbers["inside"] <= 0.87
    assert numbers["ratio"] == pytest.approx(1.0, abs=0.05)
    school = care.tables["ageing"].filter(pl.col("age_from") == 6).sort("complex_age")["relative"]
    assert 4 <= school.arg_max() <= 14  # new complexes swell, then decay
    assert school[0] < school[30] < school.max()


def test_planted_troubles_are_said(care: Answer) -> None:
    kinds = set(care.tables["troubles"]["kind"])
    assert {"twice", "negative_seats", "outside", "complex_outside", "some_seats_school"} <= kinds
    assert care.receipt.synthetic
    planned = care.tables["shortfall"].filter(pl.col("planned") & (pl.col("care") == "school"))
    assert planned.height >= 3
    assert planned["seats_to_require"].null_count() < planned.height


def test_another_plan_is_answered_while_one_thinks(synthetic: tuple[Context, Path]) -> None:
    context, _ = synthetic
    answer(context, "siting", {"new": "4"})
    for given in ({"service": "kiosk"}, {"goal": "mean", "new": "20"}, {"service": "daycare"}):
        begun = time.process_time()
        found = answer(context, "siting", given)
        assert time.process_time() - begun < 2.0
        assert found.tables["proof"]["gap"][0] < 0.02


@pytest.mark.real
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real files are not at {SHARED}")
def test_the_real_city_is_told_what_it_lacks(tmp_path: Path) -> None:
    workspace = init(tmp_path / "city", "hwaseong")
    steps = {one.id: one for one in build(workspace, only=ANALYSES, raw=SHARED)}
    assert steps["care_demand"].result == steps["siting"].result == "built"
    with opened(workspace) as context:
        care, sites = answer(context, "care_demand"), answer(context, "siting")
    said = dict(care.tables["troubles"].select("kind", "said_en").rows())
    assert "476 of 476 complexes have no month of moving in" in said["no_date"]
    assert "323 of 476 complexes have neither" in said["no_size"]
    assert "Of 476 complexes without coordinates 1" in said["placed"]
    placed = care.tables["shortfall"].filter(pl.col("care") == "school")["placed"]
    assert (placed != "none").mean() > 0.6
    assert not care.receipt.synthetic
    now = care.tables["totals"].filter(pl.col("year") == 2026)
    assert 60_000 < now["children"].sum() < 120_000
    assert sites.tables["proof"]["status"][0] == "optimal"
    assert sites.tables["proof"]["candidates"][0] == 396

"""Siting on hand-made towns: one declaration a service, honest words, wishes kept."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import polars as pl
import pytest

from dataro.analyses.siting import findings
from dataro.analyses.siting.answer import siting
from dataro.analyses.siting.services import SERVICES
from dataro.analyses.siting.tables import SitingResult
from dataro.data.datasets.care import CandidateSites, Facilities, ResidentCells, StreetLines
from dataro.vocabulary.city import City
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

CITY = City(
    "gana",
    both("가나시", "Gana"),
    ("9900000000",),
    (126.9, 37.0, 127.2, 37.3),
    both("도", "P"),
    both("데이터과", "Data office"),
)


def cells(count: int = 60, seed: int = 1) -> ResidentCells:
    rng = np.random.default_rng(seed)
    return ResidentCells(
        pl.DataFrame(
            {
                "cell": [f"다{i:03d}" for i in range(count)],
                "longitude": rng.uniform(126.95, 127.15, count),
                "latitude": rng.uniform(37.05, 37.25, count),
                "people": rng.integers(100, 5000, count),
                "infants": rng.integers(0, 300, count),
                "children": rng.integers(0, 400, count),
                "under_ten": [None] * count,
                "elderly": rng.integers(0, 900, count),
                "without_car": [None] * count,
                "base_date": [None] * count,
            },
            schema_overrides=dict.fromkeys(("under_ten", "without_car"), pl.Int64),
        )
    )


def facilities(rows: list[tuple[Any, ...]]) -> Facilities:
    names = ["facility", "kind", "name", "longitude", "latitude", "seats", "public"]
    frame = pl.DataFrame(rows, schema=names, orient="row", strict=False, infer_schema_length=None)
    frame = frame.cast({"longitude": pl.Float64, "latitude": pl.Float64, "seats": pl.Int64})
    return Facilities(frame.with_columns(address=pl.lit(None), base_date=pl.lit(None)))


STANDING = [
    ("a", "care_centre", "가온 돌봄센터", 127.0, 37.1, 30, True),
    ("b", "care_centre", "다온 돌봄센터", 127.1, 37.2, 20, True),
    ("k", "kiosk", "시청 발급기", 127.05, 37.15, None, True),
    ("d", "daycare", "시립 햇살어린이집", 127.0, 37.2, 80, True),
    ("e", "daycare", "민간 햇빛어린이집", 127.08, 37.12, 40, False),
    ("p", "우체통", "역 앞 우체통", 127.02, 37.12, None, None),
]


def ask(**settings: Any) -> SitingResult:
    given = dict(settings)
    tables = [
        given.pop(name, default)
        for name, default in (
            ("cells", cells()), ("complexes", None), ("facilities", facilities(STANDING)),
            ("candidates", None), ("streets", None),
        )
    ]  # fmt: skip
    return siting(*tables, CITY, **siting.check_settings(given))


def roles(result: SitingResult) -> dict[str, list[str]]:
    rows = result.plan.frame()
    return {
        role: rows.filter(pl.col("role") == role)["site"].sort().to_list()
        for role in ("opened", "kept", "closed")
    }


@pytest.mark.parametrize("service", [*SERVICES])
def test_every_service_is_answered_by_its_declaration_alone(service: str) -> None:
    result = ask(service=service, layer="우체통" if service == "other" else "", minutes=30)
    row = result.proof.frame().row(0, named=True)
    assert row["status"] == "optimal"
    assert row["reached_after"] > row["reached_before"]
    kinds = {"daycare": ["d"], "kiosk": ["k"], "care_centre": ["a", "b"], "other": ["p"]}
    assert roles(result)["kept"] == kinds[service]
    opened = result.plan.frame().filter(pl.col("role") == "opened").sort("rank")
    assert opened["rank"].to_list() == list(range(1, opened.height + 1))
    assert opened["adds"].sum() == pytest.approx(row["reached_after"] - row["reached_before"])


def test_each_goal_does_what_it_says() -> None:
    most = ask(goal="coverage", minutes=40).proof.frame().row(0, named=True)
    mean = ask(goal="mean", minutes=40).proof.frame().row(0, named=True)
    every = ask(goal="cover_all", minutes=40)
    assert most["reached_after"] >= mean["reached_after"]
    assert mean["mean_after"] <= most["mean_after"]
    assert mean["mean_after"] < mean["mean_before"]
    assert every.reach.frame()["reached_after"].all()


def test_sites_can_be_pinned_dropped_and_moved() -> None:
    first = roles(ask(minutes=30))["opened"]
    dropped = roles(ask(minutes=30, excluded=first[0]))["opened"]
    assert first[0] not in dropped
    other = ask(minutes=30).alternatives.frame()["site"][-1]
    assert other in roles(ask(minutes=30, pinned=other))["opened"]
    moved = ask(minutes=30, new=0, moves=2)
    assert moved.proof.frame()["reached_after"][0] >= moved.proof.frame()["reached_before"][0]
    assert len(roles(moved)["opened"]) == len(roles(moved)["closed"])


def test_seats_a_budget_and_weights_are_kept() -> None:
    rng = np.random.default_rng(3)
    sites = CandidateSites(
        pl.DataFrame(
            {
                "site": [f"터{i:02d}" for i in range(20)], "name": [f"후보 {i}" for i in range(20)],
                "kind": ["공공건물"] * 20, "longitude": rng.uniform(126.95, 127.15, 20),
                "latitude": rng.uniform(37.05, 37.25, 20), "seats": [30] * 20,
                "cost": [100.0] * 10 + [500.0] * 10,
            }
        )
    )  # fmt: skip
    poor = ask(candidates=sites, minutes=30, budget=250)
    spent = sites.frame().filter(pl.col("site").is_in(roles(poor)["opened"]))["cost"].sum()
    assert spent <= 250
    seated = ask(candidates=sites, minutes=30, keep_seats=True)
    assert seated.proof.frame()["value"][0] <= 5 * 30 + 30 + 20
    old = ask(candidates=sites, minutes=30, weight_elderly=5.0, service="kiosk", new=2)
    assert old.proof.frame()["value"][0] > old.proof.frame()["reached_after"][0]


def test_the_words_tell_proof_from_time_limit() -> None:
    result = ask(minutes=30)
    said = findings.proven(result.proof, "coverage")[0].text
    assert "증명" in said.ko
    assert "No better plan exists" in said.en
    frame = result.proof.frame().with_columns(status=pl.lit("time_limit"), gap=pl.lit(0.02))
    said = findings.proven(type(result.proof)(frame), "coverage")[0].text
    assert "최적이라고 말하지 않습니다" in said.ko
    assert "not called optimal" in said.en
    assert (
        "optimal"
        not in findings.proven(
            type(result.proof)(frame.with_columns(status=pl.lit("bounded"))), "coverage"
        )[0].text.en
    )


def test_bad_rows_are_said_and_the_rest_goes_on() -> None:
    rows = [
        *STANDING,
        ("a2", "care_centre", "가온돌봄센터(시립)", 127.00005, 37.10005, 30, True),
        ("x", "care_centre", "먼 돌봄센터", 129.0, 35.1, 30, True),
        ("n", "care_centre", "빈 돌봄센터", None, None, 30, True),
        ("m", "care_centre", "마이너스 돌봄센터", 127.12, 37.08, -5, True),
    ]
    result = ask(facilities=facilities(rows), minutes=30)
    said = dict(result.troubles.frame().select("kind", "said").rows())
    assert {"twice", "outside", "no_place", "negative_seats", "ways", "no_candidates"} <= set(said)
    assert "두 이름" in said["twice"]
    assert "직선거리" in said["ways"]
    assert roles(result)["kept"] == ["a", "b", "m"]


def test_places_that_no_way_leads_to_are_listed() -> None:
    import shapely

    line = shapely.to_wkb(shapely.LineString([(126.95, 37.1), (127.15, 37.1)]))
    streets = StreetLines(
        pl.DataFrame({"street": ["1"], "kind": ["residential"], "oneway": [None], "shape": [line]})
    )
    result = ask(streets=streets, minutes=30)
    said = dict(result.troubles.frame().select("kind", "said").rows())
    assert "도로망을 따라" in said["ways"]
    assert "어느 후보지에서도 정한 시간 안에 닿지 않아" in said["unreached"]
    assert result.reach.frame()["minutes_after"].null_count() > 0


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"service": "other", "layer": "우체동"}, "Did you mean “우체통”"),
        ({"pinned": "없는곳"}, "pinned names “없는곳”"),
        ({"pinned": "at:다001", "excluded": "at:다001"}, "pinned and excluded"),
        ({"cells": None}, "not known where people live"),
    ],
)
def test_wishes_that_cannot_be_are_explained(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(Problem, match=says):
        ask(**settings)


def test_five_hundred_by_five_hundred_answers_within_two_seconds() -> None:
    town = cells(500, seed=5)
    ask(cells=town, goal="mean")
    for goal in ("coverage", "mean"):
        begun = time.process_time()
        result = ask(cells=town, goal=goal, new=20, minutes=15)
        for figure in siting.figures:
            given = {"plan": result.plan, "proof": result.proof, "reach": result.reach,
                     "service": "care_centre"}  # fmt: skip
            figure.function(*(given[name] for name in figure.parameters))
        assert time.process_time() - begun < 2.0
        assert result.proof.frame()["candidates"][0] == 500

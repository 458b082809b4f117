"""Care demand on hand-made tables: what is known is used, what is missing is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from dataro.analyses.care_demand import findings
from dataro.analyses.care_demand.answer import care_demand
from dataro.analyses.care_demand.inputs import CLASSES, UNDER_REVIEW
from dataro.analyses.care_demand.tables import CareResult
from dataro.data.datasets.care import ComplexChildren, ComplexDwellings, Facilities
from dataro.data.datasets.housing import ApartmentComplexes
from dataro.methods.children import PUPILS_PER_HOUSEHOLD
from dataro.vocabulary.city import City
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

CITY = City(
    "gana", both("가나시", "Gana"), ("9900000000",), (126.9, 37.0, 127.2, 37.3),
    both("도", "P"), both("데이터과", "Data office"),
)  # fmt: skip
SHAPE = {"floor_area": pl.Float64, "longitude": pl.Float64, "latitude": pl.Float64,
         "moved_in_from": pl.Date, "district": pl.String, "base_date": pl.Date}  # fmt: skip


def world(count: int = 80, seed: int = 2) -> dict[str, Any]:
    """Complexes of known size and age, two in three of them counted from 2019 to 2025."""
    rng = np.random.default_rng(seed)
    names = [f"하늘 {i}단지" for i in range(count)]
    households = rng.integers(200, 1600, count)
    opened = [date(int(y), int(rng.integers(1, 13)), 1) for y in rng.integers(2000, 2025, count)]
    opened[-2:] = [date(2028, 3, 1), date(2029, 6, 1)]
    households[-2:] = [820, 320]
    mix = rng.dirichlet(np.ones(6), count)
    dwellings = np.round(households[:, None] * mix).astype(int)
    complexes = pl.DataFrame(
        {
            "name": names, "address": ["가나시 하늘로 1"] * count, "kind": ["아파트"] * count,
            "buildings": [8] * count, "households": households, "floor_area": [None] * count,
            "moved_in_from": opened, "district": [f"990000000{i % 5}" for i in range(count)],
            "longitude": rng.uniform(126.95, 127.15, count),
            "latitude": rng.uniform(37.05, 37.25, count), "base_date": [date(2025, 12, 31)] * count,
        },
        schema_overrides=SHAPE,
    )  # fmt: skip
    own = np.exp(rng.normal(0, 0.2, count))
    rows = []
    for year in range(2019, 2026):
        for i in range(0, count, 3):
            for band in ((0, 2, 0.5), (3, 5, 0.5), (6, 12, 7 / 6)):
                if opened[i].year <= year:
                    mean = dwellings[i] @ PUPILS_PER_HOUSEHOLD * band[2] * own[i]
                    rows.append((year, names[i], "가나시 하늘로 1", *band[:2], rng.poisson(mean)))
    children = pl.DataFrame(
        rows, schema=["year", "name", "address", "age_from", "age_to", "children"], orient="row"
    ).with_columns(
        asked=pl.when(pl.col("year") == 2025).then(40),
        wanting=pl.when(pl.col("year") == 2025).then(18),
    )
    seats = pl.DataFrame(
        {
            "facility": [f"시설{i}" for i in range(30)],
            "kind": ["daycare", "after_school", "care_centre"] * 10,
            "name": [f"돌봄 {chr(44032 + 100 * i)}" for i in range(30)], "address": [None] * 30,
            "longitude": rng.uniform(126.95, 127.15, 30),
            "latitude": rng.uniform(37.05, 37.25, 30), "seats": rng.integers(20, 90, 30),
            "public": [True] * 30, "base_date": [None] * 30,
        }
    )  # fmt: skip
    by_class = pl.concat(
        pl.DataFrame({"name": names, "address": ["가나시 하늘로 1"] * count,
                      "floor_class": [word] * count, "households": dwellings[:, k]})
        for k, word in enumerate(CLASSES)
    )  # fmt: skip
    return {
        "complexes": complexes, "dwellings": by_class, "children": children, "facilities": seats,
        "truth": (dwellings @ PUPILS_PER_HOUSEHOLD * 7 / 6 * own),
    }  # fmt: skip


def ask(given: dict[str, Any], **settings: Any) -> CareResult:
    def table(kind: type, name: str) -> Any:
        return None if given.get(name) is None else kind(given[name])

    return care_demand(
        ApartmentComplexes(given["complexes"]), table(ComplexDwellings, "dwellings"),
        table(ComplexChildren, "children"), table(Facilities, "facilities"),
        None, None, None, None, None, None, CITY, **care_demand.check_settings(settings),
    )  # fmt: skip


@pytest.fixture(scope="module")
def given() -> dict[str, Any]:
    return world()


@pytest.fixture(scope="module")
def answer(given: dict[str, Any]) -> CareResult:
    return ask(given)


def said(result: CareResult) -> dict[str, str]:
    return dict(result.troubles.frame().select("kind", "said").rows())


def test_counted_complexes_keep_their_count_and_the_others_an_honest_band(
    given: dict[str, Any], answer: CareResult
) -> None:
    rows = answer.outlook.frame().filter((pl.col("age_from") == 6) & (pl.col("year") == 2025))
    rows = (
        given["complexes"].select("name").join(rows, on="name", how="left", maintain_order="left")
    )
    counted = rows.filter(pl.col("observed").is_not_null())
    assert (counted["children"] == counted["observed"]).all()
    built = np.arange(80) < 78
    unseen = rows["observed"].is_null().to_numpy() & built
    low, high = rows["children_low"].to_numpy(), rows["children_high"].to_numpy()
    inside = (low <= given["truth"]) & (given["truth"] <= high)
    assert inside[unseen].mean() > 0.6  # some fifty complexes, two in three not counted
    total = rows["children"].to_numpy()[unseen].sum()
    assert total == pytest.approx(given["truth"][unseen].sum(), rel=0.12)


def test_planned_complexes_get_seats_to_require(answer: CareResult) -> None:
    rows = answer.shortfall.frame().filter(pl.col("planned") & (pl.col("care") == "school"))
    by = {row["name"]: row for row in rows.to_dicts()}
    large, small = by["하늘 78단지"], by["하늘 79단지"]
    assert large["compulsory"]
    assert not small["compulsory"]
    assert large["peak_year"] >= 2028
    assert large["wanting"] == 0
    assert large["seats_to_require"] >= large["peak_wanting"] - large["seats_near"]
    words = " ".join(one.text.ko for one in findings.require(answer.shortfall))
    assert "입주 전 단지 2곳 가운데 1곳" in words
    assert answer.shortfall.frame().filter(~pl.col("planned"))["seats_to_require"].null_count() > 0


def test_the_share_wanting_care_comes_from_the_survey(answer: CareResult) -> None:
    rows = answer.outlook.frame().filter((pl.col("year") == 2025) & (pl.col("children") > 50))
    assert (rows["wanting"] / rows["children"]).mean() == pytest.approx(0.45, abs=0.03)
    assert "nobody_asked" not in said(answer)


def test_a_complex_under_review_is_judged_before_it_exists(given: dict[str, Any]) -> None:
    result = ask(
        given, review_households=1000, review_class="33_39", review_opens=2028,
        review_longitude=127.05, review_latitude=37.15,
    )  # fmt: skip
    row = result.shortfall.frame().filter(
        (pl.col("name") == UNDER_REVIEW) & (pl.col("care") == "school")
    ).row(0, named=True)  # fmt: skip
    assert row["planned"]
    assert row["compulsory"]
    assert row["peak_wanting"] == pytest.approx(0.45 * 1000 * 0.33 * 7 / 6, rel=0.35)


def test_a_city_that_counted_nothing_is_told_what_to_ask_for(given: dict[str, Any]) -> None:
    bare = given["complexes"].with_columns(
        moved_in_from=pl.lit(None, pl.Date), longitude=pl.lit(None, pl.Float64)
    )
    result = ask({"complexes": bare})
    words = said(result)
    assert {"nothing_counted", "nobody_asked", "no_size", "no_date", "placed",
            "no_seats_young", "no_seats_school"} <= set(words)  # fmt: skip
    assert "정하지 못했습니다" in words["placed"]
    assert result.shortfall.frame()["seats_to_require"].null_count() == 160
    assert result.totals.frame()["children"].min() > 0
    assert "점검하지 못했습니다" in findings.skill(result.check).text.ko


def test_bad_rows_are_said_and_the_rest_goes_on(given: dict[str, Any]) -> None:
    complexes = given["complexes"].with_columns(
        households=pl.when(pl.col("name") == "하늘 1단지").then(0).otherwise("households"),
        longitude=pl.when(pl.col("name") == "하늘 4단지").then(99.0).otherwise("longitude"),
    )
    stranger = given["children"].head(1).with_columns(name=pl.lit("없는 단지"))
    seats = given["facilities"].with_columns(
        seats=pl.when(pl.col("facility") == "시설0").then(-3).otherwise("seats")
    )
    words = said(
        ask({**given, "complexes": complexes, "facilities": seats,
             "children": pl.concat([given["children"], stranger])})
    )  # fmt: skip
    assert "하늘 1단지" in words["no_households"]
    assert "하늘 4단지" in words["complex_outside"]
    assert "없는 단지" in words["unknown_complex"]
    assert "0보다 작아" in words["negative_seats"]
    assert "정원을 몰라" in words["some_seats_young"]
    nothing = complexes.with_columns(households=pl.lit(0))
    with pytest.raises(Problem, match="No apartment complex has households"):
        ask({"complexes": nothing})


def test_the_pilots_of_the_ministry_are_cited_as_theirs() -> None:
    limits = " ".join(text.en for text in care_demand.limits)
    assert "176 predicted against 174" in limits
    assert "not the skill of this analysis" in limits


def test_every_figure_and_finding_is_made_in_both_languages(answer: CareResult) -> None:
    known = {**vars(answer), "minutes": 15.0}
    for part in (*care_demand.narratives, *care_demand.figures):
        made = part.function(*(known[name] for name in part.parameters))
        assert made
        texts = (
            [one.text for one in made] if isinstance(made, list) else [made.title, made.note.alt]
        )
        for text in texts:
            assert text.ko
            assert text.en
            assert "(으)로" not in text.ko
    skill = findings.skill(answer.check)
    assert 0.75 <= skill.numbers["inside"] <= 0.85

"""When the city passes so many people: small cities whose answer is known, and the real one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_population import CITY, CODE, table
from test_real_files import SHARED, needs_real_files

from dataro.analyses.reach_population.answer import reach_population
from dataro.analyses.reach_population.outcome import next_round
from dataro.build.results import conform
from dataro.data.datasets.housing import ApartmentComplexes
from dataro.data.datasets.population import CityResidents, PublishedPopulation
from dataro.methods.forecasting.housing import filled
from dataro.methods.months import month_at, number
from dataro.vocabulary.problem import Problem

FIRST = number(date(2014, 1, 1))


def counts(definition: str, values: dict[int, float]) -> list[dict[str, Any]]:
    return [
        {"month": month_at(FIRST + index), "place": CODE, "definition": definition,
         "people": round(people)}
        for index, people in values.items()
    ]  # fmt: skip


def growing(months: int = 120, step: float = 100.0, noise: float = 20.0) -> dict[int, float]:
    rng = np.random.default_rng(8)
    return {i: 80_000 + step * i + rng.normal(0, noise) for i in range(months)}


def run(**given: Any) -> dict[str, Any]:
    """Result frames, findings, figures and skill by name, as the build makes them."""
    inputs: dict[str, Any] = {
        one.parameter: given.pop(one.parameter, None) for one in reach_population.inputs
    }
    chosen = reach_population.check_settings(given)
    returned = reach_population(**inputs, city=CITY, **chosen)
    frames = {
        name: conform("reach_population", kind, getattr(returned, name).rows)
        for name, kind in reach_population.results.items()
    }
    results = {name: kind(frames[name]) for name, kind in reach_population.results.items()}
    known = {**inputs, **chosen, "city": CITY, **results}

    def called(part: Any) -> Any:
        return part.function(*(known[name] for name in part.parameters))

    return {
        **frames,
        "findings": [one for part in reach_population.narratives for one in called(part)],
        "figures": {part.id: called(part) for part in reach_population.figures},
        "skill": called(reach_population.skills[0]),
    }


def dates(answer: dict[str, Any], definition: str = "registered") -> dict[str, Any]:
    return next(r for r in answer["dates"].to_dicts() if r["definition"] == definition)


def test_a_city_that_grows_by_a_hundred_a_month_passes_when_it_should() -> None:
    answer = run(residents=table(CityResidents, *counts("registered", growing())), target=93_000)
    row = dates(answer)
    assert row["status"] == "expected"
    assert abs(number(row["middle"]) - (FIRST + 130)) <= 2  # 80,000 + 100 × 130
    assert row["early"] <= row["middle"] <= row["late"]
    assert answer["skill"].numbers["forecasts_12"] == 72


def test_without_a_target_the_next_round_number_is_looked_for() -> None:
    assert [next_round(n) for n in (989_969, 49_499, 1_000_000)] == [1_000_000, 50_000, 2_000_000]
    answer = run(residents=table(CityResidents, *counts("registered", growing())))
    assert dates(answer)["target"] == 100_000


def test_definitions_stand_side_by_side_and_a_passage_nobody_counted_is_estimated() -> None:
    base = growing()
    abroad = {i: base[i] + 6000 + 20 * i for i in (0, 20, 40, 60, 80, 100)}
    answer = run(
        residents=table(
            CityResidents,
            *counts("registered", base),
            *counts("with_foreigners_city", abroad),
            *counts("with_foreigners_province", {5: base[5] + 3000, 30: base[30] + 3200}),
            *counts("residents", {i: base[i] - 200 for i in range(80, 120)}),
        ),
        target=99_000,
    )  # fmt: skip
    city = dates(answer, "with_foreigners_city")
    assert city["status"] == "estimated"  # 86,000 + 120 a month: in month 108, last counted in 100
    assert abs(number(city["middle"]) - (FIRST + 109)) <= 3
    assert dates(answer, "with_foreigners_province")["status"] == "thin"
    assert dates(answer, "residents")["middle"] > dates(answer)["middle"]


def test_a_counted_passage_is_a_fact() -> None:
    answer = run(residents=table(CityResidents, *counts("registered", growing())), target=85_000)
    row = dates(answer)
    assert row["status"] == "counted"
    assert row["early"] == row["late"]
    assert answer["levers"].is_empty()


def test_looking_back_hides_what_came_after() -> None:
    base = growing()
    jump = {i: people + (40_000 if i > 90 else 0) for i, people in base.items()}
    at = f"{month_at(FIRST + 90):%Y-%m}"
    found = [
        run(residents=table(CityResidents, *counts("registered", one)), as_of=at, target=95_000)
        for one in (base, jump)
    ]
    assert found[0]["dates"].equals(found[1]["dates"])
    assert found[0]["backtest"].equals(found[1]["backtest"])


def test_the_rule_needs_year_ends_in_a_row_and_comes_later_than_the_number() -> None:
    answer = run(residents=table(CityResidents, *counts("registered", growing())), target=93_500)
    rows = answer["years"].sort("year").to_dicts()
    assert all(row["rule"] <= row["passed"] + 1e-9 for row in rows)
    first = {name: next(r["year"] for r in rows if r[name] > 0.5) for name in ("at_end", "rule")}
    assert first["rule"] == first["at_end"] + 1


def estates() -> Iterator[dict[str, Any]]:
    rng = np.random.default_rng(2)
    for number_, index in enumerate([*rng.integers(0, 118, 40), 124, 125]):
        yield {
            "name": f"{number_}단지", "address": f"길 {number_}", "kind": "아파트",
            "households": 3000 if index > 118 else 300, "moved_in_from": month_at(FIRST + int(index)),
        }  # fmt: skip


def test_a_large_complex_that_is_late_makes_the_city_late() -> None:
    listed = list(estates())
    opened = np.array([number(one["moved_in_from"]) - FIRST for one in listed])
    came = np.cumsum(filled(np.array([one["households"] for one in listed]), opened, 120))
    base = {i: people + 2.0 * came[i] for i, people in growing(step=40).items()}
    answer = run(
        residents=table(CityResidents, *counts("registered", base)),
        complexes=table(ApartmentComplexes, *listed),
        target=115_000, delay=12,
    )  # fmt: skip
    late = [row for row in answer["levers"].to_dicts() if row["month"] is not None]
    assert {row["households"] for row in late} == {3000}
    assert all(row["months"] > 0 and row["probability"] <= 0 for row in late), late
    assert "housing" in answer["methods"]["method"].to_list()


def test_a_published_forecast_stands_beside_ours_and_what_came() -> None:
    def stated(kind: str, when: int, origin: int | None, value: float) -> dict[str, Any]:
        return {
            "published": month_at(FIRST + 80), "kind": kind, "measure": "people",
            "month": month_at(FIRST + when), "definition": "registered", "value": value,
            "origin": None if origin is None else month_at(FIRST + origin), "source": "보도",
        }  # fmt: skip

    base = {i: people for i, people in growing().items() if i not in (78, 79, 80)}
    answer = run(
        residents=table(CityResidents, *counts("registered", base)),
        published=table(
            PublishedPopulation, stated("forecast", 90, 80, 95_000), stated("forecast", 91, 80, 9e6)
        ),
    )  # fmt: skip
    (row,) = answer["published_forecasts"].to_dicts()  # nine million is another city's
    assert row["known_until"] == month_at(FIRST + 77)
    assert row["came"] == round(base[90])
    assert row["low"] < row["came"] < row["high"]
    assert any("3개월" in one.text.ko for one in answer["findings"])


def test_too_short_a_series_is_not_forecast() -> None:
    short = table(CityResidents, *counts("registered", growing(30)))
    with pytest.raises(Problem) as told:
        run(residents=short)
    assert "30" in told.value.text.ko


def test_every_sentence_and_title_is_said_in_both_languages() -> None:
    answer = run(residents=table(CityResidents, *counts("registered", growing())), target=93_000)
    said = [one.text for one in answer["findings"]] + [answer["skill"].text]
    said += [figure.title for figure in answer["figures"].values() if figure is not None]
    assert all(text.ko and text.en and text.ko != text.en for text in said)
    assert not any("{" in text.ko + text.en for text in said)


# The real city


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from dataro.build.answers import answer
    from dataro.build.context import opened
    from dataro.build.run import build
    from dataro.build.workspace import init

    workspace = init(tmp_path_factory.mktemp("city") / "hw", "hwaseong")
    build(workspace, raw=Path(SHARED), only=["reach_population"])
    with opened(workspace) as context:
        yield answer(context, "reach_population", {})


@needs_real_files
@pytest.mark.slow
@pytest.mark.real
def test_real_history_beats_drift_and_autoregression_and_bands_hold(real: Any) -> None:
    numbers = real.skill[0].numbers
    for ahead in (1, 6, 12):
        assert numbers[f"error_{ahead}"] < min(numbers[f"drift_{ahead}"], numbers[f"ar4_{ahead}"])
    assert 0.7 <= numbers["covered_12"] <= 0.9
    assert not any(r["claimed"] for r in real.tables["backtest"].to_dicts() if r["ahead"] > 12)


@needs_real_files
@pytest.mark.slow
@pytest.mark.real
def test_the_million_that_the_city_counted_is_found_between_its_counts(real: Any) -> None:
    found = {row["definition"]: row for row in real.tables["dates"].to_dicts()}
    city = found["with_foreigners_city"]
    assert city["target"] == 1_000_000
    assert city["early"] <= date(2023, 12, 1) <= city["late"]
    assert city["last_month"] < city["early"]  # nobody counted it monthly: it is estimated
    assert found["with_foreigners_province"]["middle"] == date(2024, 5, 1)
    assert found["registered"]["status"] == "expected"
    published = real.tables["published_forecasts"].to_dicts()
    assert {row["known_until"] for row in published if row["published"] == date(2022, 10, 1)} == {
        date(2022, 6, 1)
    }


# The synthetic city: its true ages five years later are known


@pytest.mark.slow
def test_ages_of_the_synthetic_city_are_carried_forward_to_what_is_true(tmp_path: Path) -> None:
    from dataro.build.answers import answer
    from dataro.build.context import opened
    from dataro.build.run import build
    from dataro.build.workspace import init
    from dataro.twin.write import write_city

    workspace = init(tmp_path / "hw", "hwaseong")
    write_city(tmp_path / "raw", workspace.folder, scale=0.03, seed=5, truth=tmp_path / "truth")
    build(workspace, raw=tmp_path / "raw", only=["reach_population"])
    with opened(workspace) as context:
        found = answer(context, "reach_population", {})
    tested = found.tables["age_test"].to_dicts()
    components = [row for row in tested if row["method"] == "cohort_component"]
    assert len(components) == 3
    assert all(abs(row["total_error"]) < 0.1 and row["age_error"] < 0.12 for row in components)
    # Hamilton–Perry takes the movers of five years before to come again: it may be further off
    assert all(row["age_error"] < 0.25 for row in tested)
    areas = found.tables["district_ages"]
    years = {row["year"]: row["middle"] for row in found.tables["years"].to_dicts()
             if row["definition"] == "registered"}  # fmt: skip
    for (year,), rows in areas.group_by("year"):
        assert rows["people"].sum() == pytest.approx(years[year], rel=0.03)
    assert all("-" in one for one in areas["area_en"].to_list())
    assert all(figure.cells()[1] for figure in found.figures.values())

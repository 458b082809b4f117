"""Districts side by side: values worked out by hand, places, trends through splits, protection."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import area_city
import polars as pl
import pytest
from area_city import CODES, FORMER, MONTHS, people

from dataro.analyses.areas.ground import Ground
from dataro.analyses.areas.indicators import GROUPS, INDICATORS, Indicator
from dataro.analyses.areas.measure import measured
from dataro.analyses.population.districts import District, Map
from dataro.build.answers import answer
from dataro.build.context import Context, opened
from dataro.build.run import build
from dataro.methods.lineage import Lineage, Period
from dataro.publish.areas.find import NoSuchArea, TooMany, areas_of, chosen_areas, find_area
from dataro.publish.areas.profile import MOST, profile
from dataro.publish.render.sparkline import sparkline_svg
from dataro.publish.services import SERVICES
from dataro.vocabulary.answer import Answer
from dataro.vocabulary.text import both

LAST = len(MONTHS) - 1


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    workspace = area_city.make(tmp_path_factory.mktemp("city"))
    build(workspace, only=["areas"])
    with opened(workspace) as found:
        yield found


@pytest.fixture(scope="module")
def given(context: Context) -> Answer:
    return answer(context, "areas", {})


def value(given: Answer, area: str, indicator: str) -> dict[str, Any]:
    rows = given.tables["indicators"].filter(
        pl.col("area") == area, pl.col("indicator") == indicator
    )
    return rows.row(0, named=True)


def test_every_district_has_its_own_people_and_the_city_their_sum(given: Answer) -> None:
    for i, code in enumerate(CODES):
        found = value(given, code, "people")
        assert found["value"] == people(i, LAST)
        assert found["place"] == 6 - i  # later districts are larger
        assert found["ranked"] == 6
        assert found["period"] == date(2024, 3, 1)
    whole = value(given, "9911000000", "people")
    assert whole["value"] == sum(people(i, LAST) for i in range(6))
    assert whole["place"] is None


def test_a_ratio_of_the_city_is_the_ratio_of_its_sums(given: Answer) -> None:
    residents = [people(i, LAST) for i in range(6)]
    households = [count // 2 for count in residents]
    found = value(given, "9911000000", "household_size")["value"]
    assert found == pytest.approx(sum(residents) / sum(households))


def test_a_trend_holds_only_what_was_the_same_area_and_follows_a_new_code(given: Answer) -> None:
    def moments(area: str) -> list[date]:
        rows = given.tables["trends"].filter(
            pl.col("area") == area, pl.col("indicator") == "people"
        )
        return sorted(rows["period"].to_list())

    assert len(moments(CODES[0])) == len(MONTHS)  # renumbered: it goes on under the new code
    assert moments(CODES[5])[0] == date(2023, 6, 1)  # split off: nothing is known before
    assert moments(CODES[4])[0] == date(2023, 6, 1)  # what it held before was not this area
    growth = value(given, CODES[5], "growth")
    assert growth["status"] == "absent"  # a year before it was not alone
    assert value(given, "9911000000", "growth")["value"] == pytest.approx(
        sum(people(i, LAST) for i in range(6)) / sum(people(i, LAST - 12) for i in range(6)) - 1
    )


def test_places_are_counted_in_the_district_that_they_lie_in(given: Answer) -> None:
    counts = [value(given, code, "stops")["value"] for code in CODES]
    assert sum(counts) == value(given, "9911000000", "stops")["value"]
    assert 0 < sum(counts) <= 80
    assert value(given, CODES[0], "stop_density")["value"] == pytest.approx(
        counts[0] / given.tables["areas"].filter(pl.col("area") == CODES[0])["km2"][0]
    )


def flat_ground(codes: dict[str, str | None]) -> Ground:
    """Districts that have always been as they are, with the gu of each."""
    lineage = Lineage(Period(code, date(2000, 1, 1)) for code in codes)
    where = Map(lineage, {code: District(code, code) for code in codes})
    gu = {code: gu for code, gu in codes.items() if gu}
    levels = [(code, "district") for code in codes]
    levels += [(one, "gu") for one in sorted(set(gu.values()))] + [("city", "city")]
    areas = pl.DataFrame(levels, schema=["area", "level"], orient="row")
    return Ground(areas, where, {code: code for code in codes}, gu, {}, "city")


SHOPS = Indicator("people", "money", both("가", "a"), "shops", "count", "x")


def measure(one: Indicator, rows: list[tuple[Any, ...]], where: Ground, monkeypatch: Any) -> Any:
    monkeypatch.setattr("dataro.analyses.areas.measure.INDICATORS", (one,))
    frame = pl.DataFrame(
        rows,
        schema={
            "district": pl.String,
            "period": pl.Date,
            "count": pl.Float64,
            "hidden": pl.Boolean,
        },
        orient="row",
    )
    values, _ = measured({"shops": frame}, where)
    return {row["area"]: row for row in values.to_dicts()}


def test_a_hidden_cell_hides_the_sums_that_would_give_it_away(monkeypatch: Any) -> None:
    where = flat_ground({"a": "g", "b": "g", "c": "h", "d": "h"})
    month = date(2025, 1, 1)
    rows = [("a", month, 5.0, False), ("b", month, None, True), ("c", month, 3.0, False),
            ("d", month, 3.0, False)]  # fmt: skip
    found = measure(SHOPS, rows, where, monkeypatch)
    assert found["b"]["status"] == "hidden"
    assert found["g"]["status"] == found["city"]["status"] == "hidden"
    assert found["h"]["value"] == 6.0
    assert [found[code]["place"] for code in "abcd"] == [1, None, 2, 2]  # equals share a place
    assert found["a"]["ranked"] == 3


def test_a_sum_with_a_district_missing_is_no_sum(monkeypatch: Any) -> None:
    where = flat_ground({"a": "g", "b": "g"})
    month = date(2025, 1, 1)
    found = measure(SHOPS, [("a", month, 5.0, False)], where, monkeypatch)
    assert found["a"]["value"] == 5.0
    assert found["g"]["status"] == found["city"]["status"] == found["b"]["status"] == "absent"


def test_indicators_are_declared_whole() -> None:
    assert len(INDICATORS) >= 25
    assert len({one.id for one in INDICATORS}) == len(INDICATORS)
    assert {one.group for one in INDICATORS} == set(GROUPS)


def test_services_present_analyses_that_exist(context: Context) -> None:
    known = {one.id for one in INDICATORS}
    for one in SERVICES.values():
        assert one.analysis in context.registry.analyses
        declared = {part.id for part in context.registry.analyses[one.analysis].figures}
        assert set(one.main) <= declared, one.id
        assert set(one.numbers) <= known


def test_a_former_code_or_a_wrong_name_leads_to_the_areas_of_today(given: Answer) -> None:
    areas = areas_of(given)
    assert find_area(areas, CODES[2]).name.en == "Dasom-eup"
    assert find_area(areas, "다솜읍").code == CODES[2]
    with pytest.raises(NoSuchArea) as renamed:
        find_area(areas, FORMER)
    assert [one.code for one in renamed.value.instead] == [CODES[0]]
    with pytest.raises(NoSuchArea) as misspelt:
        find_area(areas, "다솜동")
    assert CODES[2] in [one.code for one in misspelt.value.instead]
    with pytest.raises(TooMany):
        chosen_areas(areas, CODES[0], ",".join(CODES[1:]), MOST)


def test_a_profile_says_what_stands_out_and_compares(given: Answer) -> None:
    areas = areas_of(given)
    shown = profile(given, chosen_areas(areas, CODES[5], f"{CODES[0]},{CODES[5]}", MOST))
    assert [one.code for one in shown.areas] == [CODES[5], CODES[0]]
    assert shown.standing
    assert "가장" in shown.standing[0].text.ko
    for _, measures in shown.groups:
        assert all(len(one.cells) == 2 for one in measures)


def test_a_broken_trend_is_drawn_broken() -> None:
    points = [(date(2024, m, 1), float(m)) for m in (1, 2, 3, 7, 8)]
    drawn = sparkline_svg(points, "1 → 8")
    assert drawn.count("M") == 2
    assert sparkline_svg(points[:1], "one") == ""

"""Where people move: the synthetic city's law is found again, its sums agree, and nobody is found."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import polars as pl
import pytest
import shapely
from test_real_files import SHARED, needs_real_files

import dataro.cities
from dataro.analyses.migration import findings, guard
from dataro.analyses.migration.answer import migration
from dataro.analyses.migration.maps import flows_map
from dataro.analyses.migration.tables import (
    MigrationByMonth,
    MigrationPairFlows,
    MigrationResult,
)
from dataro.build.columns import dataset_columns
from dataro.build.declarations import read_city, read_dataset
from dataro.build.results import conform
from dataro.data.datasets.migration import (
    MigrationMovers,
    MigrationPairs,
    MigrationPlaces,
    ProvinceMoves,
)
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.data.sources.files import read
from dataro.data.standards.standardise import standardise
from dataro.methods.disclosure.attack import Seen, bounds_across
from dataro.methods.disclosure.linked import Cut
from dataro.methods.gravity import fit, kilometres
from dataro.publish.render.flows import flows_svg, places_on_map, seen
from dataro.publish.render.theme import colours
from dataro.twin.facts import load
from dataro.twin.history import CHANGES, History
from dataro.twin.live import live
from dataro.twin.migration import write_migration
from dataro.twin.outlines import draw_ground, write_outlines
from dataro.twin.places import lay_out
from dataro.vocabulary.city import City
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.table import CLASSES, Table

[FACTS] = [p.parent for p in Path(dataro.cities.__path__[0]).glob("*/city.toml")]
CITY: City = read_city(FACTS / "city.toml")
FIRST = 2023 * 12


def rows_of(dataset: str, raw: Path) -> pl.DataFrame:
    """A declared dataset read from ``raw`` as the build would read it."""
    path = FACTS / "datasets" / f"{dataset}.yml"
    declared = read_dataset(path)
    columns = dataset_columns(declared, CLASSES, path)
    pattern = str(declared.source.files)
    base = FACTS if pattern.startswith("city:") else raw
    files = sorted(base.glob(pattern.removeprefix("city:")))
    standard = standardise(read(declared.source, files, base=base), declared, columns, city=CITY)
    assert standard.faults == []
    return standard.frame.drop("_file", "_row")


def table(kind: type[Table], frame: pl.DataFrame) -> Any:
    return kind(ibis.memtable(frame))


@pytest.fixture(scope="module")
def history() -> History:
    facts = load(FACTS)
    return live(facts, lay_out(facts, FIRST, 36), scale=0.15, seed=3)


@pytest.fixture(scope="module")
def desk(history: History, tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = tmp_path_factory.mktemp("moves")
    facts = load(FACTS)
    ground = draw_ground(facts, history.places)
    assert len(list(write_migration(facts, history, ground, 0.15, 3, desk))) == 5
    write_outlines(facts, history.places, ground, desk / "raw")
    return desk


@pytest.fixture(scope="module")
def inputs(desk: Path) -> dict[str, Any]:
    raw = desk / "raw"
    return {
        "provinces": table(ProvinceMoves, rows_of("province_moves_quarterly", raw)),
        "pairs": table(MigrationPairs, rows_of("migration_pairs", raw)),
        "movers": table(MigrationMovers, rows_of("migration_movers", raw)),
        "places": table(MigrationPlaces, rows_of("migration_places", raw)),
        "districts": table(Districts, rows_of("districts", raw)),
        "shapes": table(DistrictShapes, rows_of("district_shapes", raw)),
        "complexes": None,
        "homes": None,
        "city": CITY,
    }


@pytest.fixture(scope="module")
def family() -> dict[str, Cut]:
    """The tables before protection, filled in by ``result``."""
    return {}


@pytest.fixture(scope="module")
def result(inputs: dict[str, Any], family: dict[str, Cut]) -> MigrationResult:
    original = guard.cuts

    def kept(tables: Any) -> dict[str, Cut]:
        family.update(original(tables))
        return family

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "cuts", kept)
        made: MigrationResult = migration(**inputs)
    return made


def test_every_flow_adds_up_to_the_components_of_change(history: History, desk: Path) -> None:
    pairs = rows_of("migration_pairs", desk / "raw")
    places = history.places
    for t in (1, 17, 36):
        balance = history.balance(t)[:, 1:-1]
        when = (FIRST + t - 1) // 12, (FIRST + t - 1) % 12 + 1
        own = pairs.filter(pl.col("month") == date(*when, 1))
        for d in places.live(t):
            code = places.districts[d].code
            came = own.filter(pl.col("destination") == code)["people"].sum()
            went = own.filter(pl.col("origin") == code)["people"].sum()
            assert came == balance[d, CHANGES.index("moved_in")]
            assert went == balance[d, CHANGES.index("moved_out")]


def test_movers_by_age_and_reason_are_the_movers_by_pair(desk: Path) -> None:
    pairs = rows_of("migration_pairs", desk / "raw")
    movers = rows_of("migration_movers", desk / "raw")
    keys = ["month", "origin", "destination"]
    by_pair = movers.group_by(keys).agg(pl.col("people").sum())
    year = pairs.filter(pl.col("month").dt.year() == 2025, pl.col("people") > 0)
    assert by_pair.sort(keys).equals(year.select(*keys, "people").sort(keys))


def test_the_law_and_the_planted_pairs_are_found(result: MigrationResult) -> None:
    law = {row["scope"]: row for row in result.law.frame().to_dicts()}
    for scope in ("in", "out", "provinces"):
        assert law[scope]["decay"] == pytest.approx(1.2, abs=0.12)
    assert law["within"]["decay"] == pytest.approx(1.2, abs=0.25)
    strong = result.strong.frame().filter(pl.col("scope") != "provinces").sort("z", descending=True)
    found = {(row["origin_name"], row["destination_name"]) for row in strong.head(5).to_dicts()}
    names = {row["district"]: row["name"] for row in load_names()}
    planted = [("4159058600", "성남시"), ("수원시", "4159052000"), ("서울특별시", "4159060000"),
               ("4159025900", "충청남도"), ("4159025300", "4159026200")]  # fmt: skip
    hits = [(names.get(a, a), names.get(b, b)) in found for a, b in planted]
    assert sum(hits) >= 4
    assert strong.height <= 9  # of some 2,400 pairs hardly any is called strong by mistake


def load_names() -> list[dict[str, str]]:
    return [{"district": d.code, "name": d.name} for d in load(FACTS).districts]


def test_no_published_number_gives_a_small_flow_away(
    result: MigrationResult, family: dict[str, Cut]
) -> None:
    """All tables of the answer are attacked at once: pairs, sums, months, ages and reasons."""
    published = {
        "pairs": conform("migration", MigrationPairFlows, result.pairs.frame()),
        "by_month": conform("migration", MigrationByMonth, result.by_month.frame()),
    }
    year = pl.col("year") == 2025
    safe = {
        "pairs": result.pairs, "by_month": result.by_month, "place_months": result.place_months,
        "ages": result.ages, "reasons": result.reasons, "reason_months": result.reason_months,
        "district_ages": result.district_ages, "age_months": result.age_months,
        "by_province": result.by_province,
    }  # fmt: skip
    frames = {name: table.frame() for name, table in safe.items()}
    # what the wide tables by district and by place show, as long ones
    for name in ("districts", "places"):
        frames[name] = _long(result, name).join(
            family[name].frame.drop("people"), on=family[name].cells, how="inner"
        )
    seen = {
        name: Seen(frame.filter(year), family[name].cells, family[name].rule.margins, "people")
        for name, frame in frames.items()
    }
    counted = 0
    for name, found in bounds_across(seen).items():
        cells = list(family[name].cells)
        true = family[name].frame.select(*cells, pl.col("people").alias("true"))
        met = found.join(true, on=cells).filter(pl.col("true").is_between(1, 2))
        assert (met["most"] >= 3 - 1e-6).all(), name
        assert (met["least"] <= 1 + 1e-6).all(), name
        counted += met.height
    assert counted > 100
    shown = published["pairs"].filter(pl.col("people").is_not_null())
    assert shown.filter(pl.col("people").is_between(1, 2)).is_empty()
    assert shown.height > 0.3 * published["pairs"].height
    # what is named as strong is never hidden
    hidden = {tuple(r) for r in published["pairs"].filter(year, pl.col("people").is_null()).select("district", "place").rows()}  # fmt: skip
    for row in result.strong.frame().filter(pl.col("scope") != "provinces").to_dicts():
        ends = (row["origin"], row["destination"])
        assert (ends[::-1] if row["scope"] == "in" else ends) not in hidden


def _long(result: MigrationResult, name: str) -> pl.DataFrame:
    """Sums by district or place as the wide tables show them, one row a sum."""
    columns = {"moved_in": "in", "moved_out": "out"}
    wide, end = result.by_place.frame(), "place"
    if name == "districts":
        wide, end = result.by_district.frame(), "district"
        columns = {**columns, "to_districts": "within"}
    parts = [(wide, end, columns)]
    if name == "places":  # within the city the place is the district that people went to
        parts.append((result.by_district.frame().rename({"district": "place"}), "place",
                      {"from_districts": "within"}))  # fmt: skip
    long = [
        frame.select("year", at, *names).unpivot(
            on=list(names), index=["year", at], variable_name="direction", value_name="people"
        ).with_columns(pl.col("direction").replace(names), pl.col("people").cast(pl.Float64))
        for frame, at, names in parts
    ]  # fmt: skip
    return pl.concat(long).with_columns(
        pl.when(pl.col("people").is_null())
        .then(pl.lit("hidden"))
        .otherwise(pl.lit("shown"))
        .alias("status")
    )


def test_net_is_in_less_out_and_districts_cancel_out(result: MigrationResult) -> None:
    rows = result.by_district.frame().drop_nulls()
    assert (rows["net"] == rows["moved_in"] - rows["moved_out"] + rows["from_districts"] - rows["to_districts"]).all()  # fmt: skip
    assert rows.filter(pl.col("efficiency").abs() > 1).is_empty()


def test_every_mover_that_was_read_is_counted_or_set_aside_by_name(
    inputs: dict[str, Any], result: MigrationResult
) -> None:
    read = inputs["pairs"].frame()
    fates = dict(result.reconciled.frame().iter_rows())
    assert sum(fates.values()) == read["people"].sum()
    assert fates["counted"] == result.by_month.frame()["people"].sum()
    # the last three months are missing, and an earlier year is asked for
    short = read.filter(pl.col("month") < date(2025, 10, 1))
    again = migration(**(inputs | {"pairs": table(MigrationPairs, short)}), year=2023)
    fates = dict(again.reconciled.frame().iter_rows())
    assert sum(fates.values()) == short["people"].sum()
    assert fates["part_year"] > 0 < fates["later"]
    said = findings.totals(again.reconciled, again.ages, None)[0].text
    assert "열두 달이 차지 않은 해의 이동" in said.ko
    assert f"{fates['part_year']:,}" in said.en


def test_age_bands_that_change_within_a_year_are_brought_together(
    inputs: dict[str, Any], result: MigrationResult
) -> None:
    movers = inputs["movers"].frame()
    fine = pl.col("age_from") + pl.when(pl.col("sex") == "male").then(5).otherwise(0)
    halved = movers.with_columns(  # from July on, bands of five years
        pl.when(pl.col("month") >= date(2025, 7, 1))
        .then(fine)
        .otherwise("age_from")
        .alias("age_from")
    )
    given = inputs | {"movers": table(MigrationMovers, halved)}
    made = migration(**given)
    assert set(made.ages.frame()["age_from"]) == set(movers["age_from"])
    assert made.ages.frame()["people"].sum() == result.ages.frame()["people"].sum()
    said = findings.totals(made.reconciled, made.ages, given["movers"])
    assert "연령 구분" in said[1].text.ko
    assert len(findings.totals(made.reconciled, made.ages, inputs["movers"])) == 1


def test_cities_make_provinces_and_districts_the_city(result: MigrationResult) -> None:
    """The hierarchy adds up wherever nothing is hidden."""
    places, provinces = result.by_place.frame(), result.by_province.frame()
    whole = places.filter(pl.col("moved_in").is_not_null())
    of = whole.group_by("year", "province").agg(pl.col("moved_in").sum(), pl.len())
    every = places.group_by("year", "province").agg(pl.len().alias("all"))
    of = of.join(every, on=["year", "province"]).filter(pl.col("len") == pl.col("all"))
    met = provinces.filter(pl.col("direction") == "in").join(of, on=["year", "province"])
    assert met.height >= 30
    assert (met["people"] == met["moved_in"]).all()


def test_a_year_that_is_not_whole_is_refused_by_name(inputs: dict[str, Any]) -> None:
    with pytest.raises(Problem, match=r"Whole years: 2023, 2024, 2025"):
        migration(**inputs, year=2019)


def test_arrows_are_filtered_placed_and_drawn(
    inputs: dict[str, Any], result: MigrationResult
) -> None:
    shown = MigrationPairFlows(conform("migration", MigrationPairFlows, result.pairs.frame()))
    figure = flows_map(shown, inputs["districts"], inputs["places"], inputs["shapes"], CITY)
    assert figure is not None
    assert list(figure.frames) == ["2023", "2024", "2025"]
    out = seen(figure, "out", "2024")
    assert set(out.group) == {"out"}
    assert 0 < len(out.values) <= 60
    shapes = {
        r["district"]: shapely.from_wkb(r["shape"]) for r in inputs["shapes"].frame().to_dicts()
    }
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    for (x, y), outside in zip(places_on_map(out, shapes), out.outside, strict=True):
        assert outside or (west <= x <= east and south <= y <= north)
    svg = flows_svg(out, shapes, "ko", colours=colours("light"))
    drawn = sum(1 for value in out.values if value)
    assert svg.count("data-flow=") == drawn
    assert "NaN" not in svg


def test_gravity_covers_the_truth_under_noise() -> None:
    covered = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        points = np.column_stack([rng.uniform(126.5, 127.2, 16), rng.uniform(37, 37.4, 16)])
        x = -np.log(np.maximum(kilometres(points, points), 1.0))
        size = rng.lognormal(2.2, 0.6, (2, 16))
        mean = size[0][:, None] * size[1][None] * np.exp(1.2 * x)
        np.fill_diagonal(mean, 0)
        planted = int(
            np.argsort(mean.ravel())[-40]
        )  # of a size at which it can be told from chance
        mean.flat[planted] = 4 * mean.flat[planted] + 30
        found = fit(rng.poisson(mean).astype(float), x[None], ~np.eye(16, dtype=bool))
        assert found is not None
        covered += abs(found.beta[0] - 1.2) <= 1.96 * found.error[0]
        assert np.argmax(found.z) == planted
    assert covered >= 34  # of 40 at 95 %: fewer has a chance of one in a hundred


@pytest.mark.real
@needs_real_files
def test_with_province_tables_only_the_answer_says_what_is_not_known() -> None:
    national = pl.concat(
        [
            rows_of("province_moves_yearly", SHARED),
            rows_of("province_moves_quarterly", SHARED),
        ],
        how="diagonal",
    )
    made = migration(table(ProvinceMoves, national), *[None] * 7, CITY)
    years = made.provinces.frame()
    assert years["year"].max() == 2024
    seoul = years.filter(pl.col("year") == 2000, pl.col("province") == "1100000000").row(
        0, named=True
    )
    assert seoul["moved_in"] > seoul["moved_out"] > 100_000
    assert made.pairs.frame().is_empty()
    said = [one for part in migration.narratives if part.id == "province"
            for one in part.function(made.provinces, made.pairs, None, CITY)]  # fmt: skip
    assert "not known" in said[0].text.en

"""Who comes, who goes, from where to where, and which ties are stronger than distance explains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from dataro.analyses.migration import counts, figures, findings, guard, law, maps
from dataro.analyses.migration.ground import Ground, lay, moves_of
from dataro.analyses.migration.reconcile import reconciled
from dataro.analyses.migration.tables import (
    MigrationAgeMonths,
    MigrationAges,
    MigrationByDistrict,
    MigrationByMonth,
    MigrationByPlace,
    MigrationByProvince,
    MigrationDistrictAges,
    MigrationLaw,
    MigrationNewHomes,
    MigrationPairFlows,
    MigrationPlaceMonths,
    MigrationProvinces,
    MigrationReasonMonths,
    MigrationReasons,
    MigrationReconciled,
    MigrationResult,
    MigrationStrong,
)
from dataro.data.datasets.care import ResidentCells
from dataro.data.datasets.housing import ApartmentComplexes
from dataro.data.datasets.migration import (
    MigrationMovers,
    MigrationPairs,
    MigrationPlaces,
    ProvinceMoves,
)
from dataro.data.datasets.places import Districts, DistrictShapes
from dataro.methods.bands import common_bands, to_common
from dataro.vocabulary.analysis import analysis
from dataro.vocabulary.city import City
from dataro.vocabulary.disclosure import SHOWN
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.settings import Between
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T", bound=Table)
Row = dict[str, Any]


@analysis(
    question=both(
        "사람들은 어디에서 와서 어디로 갑니까?",
        "Where do people come from, and where do they go?",
    ),
    title=both("인구 이동", "Migration"),
    theme="population",
    refresh="yearly",
    method=both(
        "이동은 시 밖에서 온 것, 시 밖으로 간 것, 시 안의 읍면동 사이로 나누어 셉니다. 순이동은 전입에서 전출을 뺀 "
        "수, 총이동은 둘을 더한 수, 효율성은 순이동을 총이동으로 나눈 값입니다. 읍면동은 행정구역 이력에 따라 오늘의 "
        "코드로 잇습니다. 거리에 따른 감소는 출발지와 도착지마다 고정효과를 둔 포아송 회귀(이중 제약 중력모형)로 "
        "추정하고, 표준오차는 과산포에 강건합니다. 예상보다 강한 이동은 그 모형에서 4표준편차 넘게 벗어난 쌍이며, 그런 쌍은 "
        "빼고 다시 추정한 모형과 비교합니다. 새 단지의 영향은 최근 6개월에 입주를 시작한 세대수에 대한 전입자의 "
        "회귀(읍면동과 달의 고정효과)입니다. 한두 사람인 칸과, 이 답의 모든 표를 더하고 빼서 그 칸을 알아낼 수 있는 "
        "칸은 표마다 함께 비우며, 선형계획으로 알아낼 수 없음을 확인한 뒤에 공개합니다.",
        "Moves are counted as in from outside, out of the city, and between its districts. Net is in "
        "less out, gross their sum, efficiency net over gross. Districts are followed to the codes "
        "of today. Decay with distance comes from a Poisson regression with an effect for each "
        "origin and destination (doubly constrained gravity), with standard errors robust to "
        "overdispersion. Unexpectedly strong flows lie more than four standard deviations above "
        "the model fitted without them. What complexes bring is a regression of monthly "
        "arrivals on dwellings whose move-in began in the last six months, with effects of district "
        "and month. Cells of one or two people are left out and, in all tables at once, the cells from "
        "which they could be worked out; linear programmes prove that they cannot be.",
    ),
    limits=(
        both(
            "전입신고를 센 것이므로 신고 없이 옮긴 사람은 빠지고, 신고일이 이사한 날과 다를 수 있습니다.",
            "Moves are those declared to the register: undeclared ones are missing, dates may differ.",
        ),
        both(
            "거리는 사람이 사는 곳의 중심(모르면 경계의 중심) 사이 직선거리입니다. 도로와 교통 시간은 들어 있지 않습니다.",
            "Distance is the straight line between the centres of where people live (of outlines "
            "where that is not known); roads and travel times are not in it.",
        ),
        both(
            "비어 있는 칸은 0이라는 뜻이 아닙니다. 몇 사람인지 알 수 없게 비운 칸입니다.",
            "An empty cell does not mean zero: it is left out so that nobody can be found in it.",
        ),
    ),
)
def migration(
    provinces: ProvinceMoves,
    pairs: MigrationPairs | None,
    movers: MigrationMovers | None,
    places: MigrationPlaces | None,
    districts: Districts | None,
    shapes: DistrictShapes | None,
    complexes: ApartmentComplexes | None,
    homes: ResidentCells | None,
    city: City,
    *,
    year: Annotated[
        int, Between(0, 2200), both("연도(0은 마지막 온전한 해)", "Year (0: the last whole one)")
    ] = 0,
) -> MigrationResult:
    """Moves of the city by month, district, place, age and reason, and the law they follow.

    Without moves by pair only the province's moves are answered. Only whole calendar years can be
    asked for, so that no two answers differ by a few months' movers. Raises ``Problem`` for a year
    that the data lack.
    """
    import polars as pl

    ground = lay(city, places, districts, shapes, homes)
    national = provinces.frame()
    made: dict[str, list[Row] | pl.DataFrame] = {"provinces": counts.provinces(national, ground)}
    flows = [_between_provinces(national, ground)]
    if pairs is not None:
        read = pairs.frame()
        moves = moves_of(read, ground)
        years = law.whole_years(moves["month"].unique().to_list())
        of = _year(year, years)
        made["reconciled"] = reconciled(read, moves, ground, years, of)
        moves = moves.filter(pl.col("year").is_in(years) & (pl.col("year") <= of))
        family = {
            "pairs": counts.pair_flows(moves, ground),
            "by_month": counts.by_month(moves),
            "place_months": counts.place_months(moves, ground),
        }
        if movers is not None:
            family |= _kinds(movers, ground, of)
        safe = guard.protected(family)
        made |= {name: safe[name] for name in family}
        made |= {
            "by_district": counts.by_district(safe, ground),
            "by_place": counts.by_place(safe, ground),
            "by_province": counts.by_province(safe, ground),
        }
        flows.append(_of_city(family["pairs"], safe["pairs"]["status"] == SHOWN, of))
        if complexes is not None:
            made["new_homes"] = law.new_homes(moves, complexes.frame().to_dicts(), ground)
    found = law.gravity(pl.concat(flows), ground)
    made |= {"law": found.law, "strong": found.strong}
    return MigrationResult(
        by_month=_filled(MigrationByMonth, made.get("by_month")),
        place_months=_filled(MigrationPlaceMonths, made.get("place_months")),
        by_district=_filled(MigrationByDistrict, made.get("by_district")),
        by_place=_filled(MigrationByPlace, made.get("by_place")),
        by_province=_filled(MigrationByProvince, made.get("by_province")),
        pairs=_filled(MigrationPairFlows, made.get("pairs")),
        ages=_filled(MigrationAges, made.get("ages")),
        reasons=_filled(MigrationReasons, made.get("reasons")),
        reason_months=_filled(MigrationReasonMonths, made.get("reason_months")),
        age_months=_filled(MigrationAgeMonths, made.get("age_months")),
        district_ages=_filled(MigrationDistrictAges, made.get("district_ages")),
        law=_filled(MigrationLaw, made.get("law")),
        strong=_filled(MigrationStrong, made.get("strong")),
        new_homes=_filled(MigrationNewHomes, made.get("new_homes")),
        provinces=_filled(MigrationProvinces, made.get("provinces")),
        reconciled=_filled(MigrationReconciled, made.get("reconciled")),
    )


def _filled(kind: type[T], rows: list[Row] | pl.DataFrame | None) -> T:
    import polars as pl

    if rows is None or not len(rows):
        return kind(pl.DataFrame(schema=dict.fromkeys(kind.columns, pl.Null)))
    return kind(pl.DataFrame(rows, infer_schema_length=None) if isinstance(rows, list) else rows)


def _year(asked: int, years: list[int]) -> int:
    if years and (asked == 0 or asked in years):
        return asked or years[-1]
    known = ", ".join(map(str, years)) or "–"
    raise Problem(
        both(
            f"{asked or '어느'}년도 열두 달이 모두 있지 않습니다. 온전한 해: {known}.",
            f"Year {asked or ''} does not have all its months. Whole years: {known}.",
        )
    )


def _kinds(movers: MigrationMovers, ground: Ground, year: int) -> dict[str, pl.DataFrame]:
    """Movers of the year by age, sex, reason, month and district."""
    import polars as pl

    rows = movers.frame().filter(pl.col("month").dt.year() == year)
    if rows.is_empty():
        return {}
    # bands that changed within the year are brought to those that every month has
    sums = rows.group_by("month", "age_from").agg(pl.col("people").sum())
    shared = common_bands(
        [dict(m.select("age_from", "people").iter_rows()) for m in sums.partition_by("month")]
    )
    edges = to_common(rows["age_from"].unique().to_list(), shared)
    rows = rows.with_columns(
        pl.col("age_from").replace_strict(dict(edges), return_dtype=rows.schema["age_from"])
    )
    known = moves_of(rows, ground)
    return {
        "ages": counts.by_kind(known, "age_from", "sex"),
        "reasons": counts.by_kind(known, "reason", "age_from"),
        "age_months": counts.by_kind(known, "month", "age_from"),
        "reason_months": counts.by_kind(known, "month", "reason"),
        "district_ages": counts.district_ages(known, ground),
    }


def _of_city(pairs: pl.DataFrame, shown: pl.Series, year: int) -> pl.DataFrame:
    """The year's flows for the model, by kind; those that will be hidden are not to be named."""
    import polars as pl

    inward = pl.col("direction") == "in"
    return (
        pairs.with_columns(shown.alias("nameable"))
        .filter(pl.col("year") == year)
        .select(
            pl.col("direction").alias("scope"),
            pl.when(inward).then("place").otherwise("district").alias("origin"),
            pl.when(inward).then("district").otherwise("place").alias("destination"),
            pl.col("people").cast(pl.Int64),
            "nameable",
        )
    )


def _between_provinces(moves: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Flows between all provinces in the last year that has yearly figures, or whole quarters."""
    import polars as pl

    full = moves.group_by("year").agg(
        pl.col("quarter").n_unique().alias("n"), (pl.col("quarter") == 0).any().alias("yearly")
    )
    years = full.filter(pl.col("yearly") | (pl.col("n") == 4))
    last = years["year"].max()
    own = moves.filter((pl.col("year") == last) & (pl.col("origin") != pl.col("destination")))
    if (own["quarter"] == 0).any():
        own = own.filter(pl.col("quarter") == 0)
    return (
        own.group_by("origin", "destination")
        .agg(pl.col("people").cast(pl.Int64).sum())
        .sort("origin", "destination")
        .select(
            pl.lit("provinces").alias("scope"), "origin", "destination", "people",
            pl.lit(True).alias("nameable"),
        )
    )  # fmt: skip


for _one in (*figures.ALL, *maps.ALL):
    migration.figure(_one)
for _said in findings.ALL:
    migration.narrative(_said)
migration.skill(findings.skill)

"""What the local currency brings: a synthetic province where the answer is known, and poorer data."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import polars as pl
import pytest
from test_real_files import needs_real_files, real

from dataro.analyses.local_currency.answer import local_currency
from dataro.analyses.local_currency.tables import CurrencyResult
from dataro.build.results import conform
from dataro.data.datasets.money import (
    CityNeighbours,
    CitySales,
    LocalCurrencyUse,
    MerchantSales,
)
from dataro.data.standards.cast import STORED
from dataro.twin.economy import load_economy
from dataro.twin.economy_cities import CityPanel, make_cities
from dataro.twin.economy_panel import draw_joins, panel_log_sales
from dataro.vocabulary.city import City
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.table import Table
from dataro.vocabulary.text import both

FOUND = load_economy(Path(__file__).parents[1] / "src/dataro/cities/hwaseong")
assert FOUND is not None
ECONOMY = FOUND
OWN = ECONOMY.cities[0]
CITY = City("gana", both("가나시", "Gana"), (OWN.code,), (126, 37, 128, 38),
            both("도", "Province"), both("데이터과", "Data office"))  # fmt: skip


def table(kind: type[Table], frame: pl.DataFrame) -> Any:
    """A table of a class; what the frame does not have is empty."""
    schema = {name: STORED[term.domain.kind] for name, term in kind.columns.items()}
    full = frame.with_columns(
        pl.lit(None).alias(name) for name in schema if name not in frame.columns
    )
    return kind(ibis.memtable(full.select(list(schema)).cast(pl.Schema(schema))))


def day(when: int) -> date:
    return date(when // 12, when % 12 + 1, 1)


def cities(seed: int = 1) -> CityPanel:
    rng = np.random.default_rng(seed)
    return make_cities(ECONOMY.settings["currency"], ECONOMY.cities, OWN.code, rng)


def long(panel: CityPanel, **values: Any) -> pl.DataFrame:
    at, when = (index.ravel() for index in np.indices(panel.small.shape))
    frame = {
        "place": [ECONOMY.cities[i].code for i in at],
        "month": [day(int(panel.months[t])) for t in when],
    }
    return pl.DataFrame(frame | {name: np.rint(v).ravel() for name, v in values.items()})


def currency(panel: CityPanel) -> LocalCurrencyUse:
    rows = long(panel, card_used=panel.used, card_charged=panel.used * 1.03)
    return table(LocalCurrencyUse, rows.filter(pl.col("card_used") > 0))


def sales(panel: CityPanel) -> CitySales:
    return table(CitySales, long(panel, small=panel.small, large=panel.large))


def neighbours() -> CityNeighbours:
    pairs = [(c.code, other) for c in ECONOMY.cities for other in c.neighbours]
    return table(CityNeighbours, pl.DataFrame(pairs, ["place", "neighbour"], orient="row"))


def merchants(many: int = 500) -> MerchantSales:
    rng = np.random.default_rng(2)
    panel = ECONOMY.settings["panel"]
    joined = draw_joins(panel, many, rng)
    months = np.arange(2023 * 12, 2026 * 12)
    logs, _ = panel_log_sales(panel, joined, rng.normal(16, 0.8, many), months, rng)
    shop, when = (index.ravel() for index in np.indices(logs.shape))
    won = np.exp(logs).ravel()
    member = (joined[shop] >= 0) & (months[when] >= joined[shop])
    return table(
        MerchantSales,
        pl.DataFrame(
            {
                "month": [day(int(months[t])) for t in when],
                "merchant": [f"M{i:04d}" for i in shop],
                "trade": "cafe",
                "small": shop % 10 > 0,
                "joined": [day(int(joined[i])) if joined[i] >= 0 else None for i in shop],
                "sales": np.rint(won),
                "used": np.rint(won * 0.1 * member),
            }
        ),
    )


def conformed(result: CurrencyResult) -> dict[str, pl.DataFrame]:
    """All tables as the build keeps them."""
    kinds = local_currency.results
    return {
        f.name: conform("local_currency", kinds[f.name], getattr(result, f.name).rows)
        for f in fields(result)
    }


def said(frames: dict[str, pl.DataFrame]) -> str:
    """All that the answer says and draws, in both languages."""
    given: dict[str, Any] = {
        name: local_currency.results[name](frame) for name, frame in frames.items()
    } | {"city": CITY}
    sentences = []
    for part in local_currency.narratives:
        for one in part.function(**{name: given[name] for name in part.parameters}):
            sentences += [one.text.ko, one.text.en]
    for figure in local_currency.figures:
        drawn = figure.function(**{name: given[name] for name in figure.parameters})
        if drawn is not None:
            assert drawn.cells()[1]
            sentences += [drawn.title.ko, drawn.title.en]
    for skill in local_currency.skills:
        sentences.append(skill.function(**{name: given[name] for name in skill.parameters}).text.ko)
    return "\n".join(sentences)


@pytest.fixture(scope="module")
def whole() -> dict[str, pl.DataFrame]:
    panel = cities()
    return conformed(local_currency(currency(panel), sales(panel), neighbours(), merchants(), CITY))


def by(frame: pl.DataFrame, column: str, value: str) -> dict[str, Any]:
    return frame.row(by_predicate=pl.col(column) == value, named=True)


def test_what_is_new_and_what_neighbours_lose_is_found(whole: dict[str, pl.DataFrame]) -> None:
    true = {"own": 0.35, "neighbours": 0.35 * 0.75, "city": 0.35 * 0.6, "region": 0.35 * 0.35}
    for definition, share in true.items():
        row = by(whole["definitions"], "definition", definition)
        reach = row["high"] - row["share"]
        assert abs(row["share"] - share) < 1.5 * reach  # some three standard errors
        assert reach < 0.18
    assert by(whole["definitions"], "definition", "gross")["share"] == 1
    assert by(whole["checks"], "check", "moved")["value"] == pytest.approx(0.25, abs=0.15)


def test_the_chain_goes_from_gross_use_to_a_won_of_public_money(
    whole: dict[str, pl.DataFrame],
) -> None:
    chain = whole["chain"]
    gross, new = (by(chain, "step", step)["amount"] for step in ("gross", "net_new"))
    diverted, induced = (by(chain, "step", step)["amount"] for step in ("diverted", "induced"))
    assert gross == pytest.approx(new + diverted)
    assert induced == pytest.approx(0.3 * new)
    public = gross * 1.03 * (0.10 * 0.5 + 0.015)
    assert by(chain, "step", "per_won")["share"] == pytest.approx(new / public, rel=1e-3)
    assert by(chain, "step", "small")["share"] == pytest.approx(0.9, abs=0.03)
    assert chain["method"].str.len_chars().min() > 5
    estimated = chain.filter(pl.col("step") != "gross")  # gross use is counted
    inside = (estimated["share_low"] <= estimated["share"]) & (
        estimated["share"] <= estimated["share_high"]
    )
    assert inside.all()
    assert inside.null_count() == 0


def test_both_sides_of_the_quarrel_stand_side_by_side(whole: dict[str, pl.DataFrame]) -> None:
    shares = whole["definitions"].filter(pl.col("share").is_not_null())
    assert shares.height == 6
    least, most = by(shares, "definition", "region"), by(shares, "definition", "members")
    assert least["share"] < 0.25 < 1 < most["share"]
    chosen = local_currency(
        currency(cities()), sales(cities()), neighbours(), None, CITY, definition="region"
    )
    chain = conformed(chosen)["chain"]
    assert by(chain, "step", "net_new")["share"] == pytest.approx(least["share"])


def test_the_checks_hold_the_effect_up(whole: dict[str, pl.DataFrame]) -> None:
    checks = whole["checks"]
    assert by(checks, "check", "placebo")["value"] < 0.05
    overall, without = by(checks, "check", "overall"), by(checks, "check", "leave_one_out")
    assert 0 < overall["low"] < overall["high"] < 0.08
    assert without["low"] > 0
    trends = checks.filter(pl.col("check") == "pretrend")["value"]
    assert (trends > 0.01).all()
    before = whole["events"].filter((pl.col("panel") == "cities") & (pl.col("since") < 0))
    assert before["estimate"].abs().max() < 0.02
    twin = by(checks.filter(pl.col("case") == "all"), "check", "twin_city")
    assert twin["low"] < 0.036 < twin["high"]


def test_every_sentence_and_figure_can_be_read(whole: dict[str, pl.DataFrame]) -> None:
    text = said(whole)
    assert "1원마다 매출이" in text
    assert "By the definition" in text
    assert "nan" not in text
    assert "None" not in text


def test_without_sales_only_use_is_shown_and_it_says_so() -> None:
    frames = conformed(local_currency(currency(cities()), None, None, None, CITY))
    assert frames["definitions"]["share"].drop_nulls().to_list() == [1.0]
    assert by(frames["chain"], "step", "net_new")["amount"] is None
    assert frames["events"].is_empty()
    text = said(frames)
    assert "발행과 이용만 보여 줄 수 있습니다" in text
    assert "can be shown" in text


def test_when_all_cities_began_together_the_launch_is_not_judged() -> None:
    panel = cities()
    rows = currency(panel).frame()
    first = date(2019, 4, 1)
    same = rows.with_columns(month=pl.col("month").clip(upper_bound=first)).unique(
        ["place", "month"]
    )
    everyone = sorted({city.code for city in ECONOMY.cities})
    late = [code for code in everyone if code not in set(same["place"])]
    more = same.head(len(late)).with_columns(pl.Series("place", late))
    whole_rows = pl.concat([same, more]).with_columns(month=pl.lit(first))
    frames = conformed(
        local_currency(table(LocalCurrencyUse, whole_rows), sales(panel), neighbours(), None, CITY)
    )
    assert "same_start" in frames["troubles"]["kind"].to_list()
    assert frames["checks"].filter(pl.col("check") == "overall").is_empty()


def test_a_month_missing_takes_a_city_out_and_is_said() -> None:
    panel = cities()
    rows = sales(panel).frame()
    gone = ECONOMY.cities[5].code
    holed = rows.filter(~((pl.col("place") == gone) & (pl.col("month") == date(2020, 5, 1))))
    frames = conformed(
        local_currency(currency(panel), table(CitySales, holed), neighbours(), None, CITY)
    )
    assert by(frames["troubles"], "kind", "gaps")["count"] == 1
    assert by(frames["definitions"], "definition", "own")["share"] is not None


def test_a_shop_with_refunds_over_its_sales_is_left_out_and_counted() -> None:
    rows = merchants(200).frame()
    refund = rows.with_columns(
        sales=pl.when((pl.col("merchant") == "M0007") & (pl.col("month") == date(2024, 1, 1)))
        .then(-1000)
        .otherwise(pl.col("sales"))
    )
    frames = conformed(
        local_currency(currency(cities()), None, None, table(MerchantSales, refund), CITY)
    )
    assert by(frames["troubles"], "kind", "shops_left_out")["count"] == 1
    assert by(frames["checks"], "check", "members")["value"] is not None


def test_a_table_without_any_use_is_a_clear_sentence() -> None:
    rows = currency(cities()).frame().with_columns(card_used=pl.lit(None, pl.Int64))
    with pytest.raises(Problem, match="no use at all"):
        local_currency(table(LocalCurrencyUse, rows), None, None, None, CITY)


@pytest.mark.real
@needs_real_files
def test_the_real_table_shows_use_and_claims_no_effect() -> None:
    rows = real("local_currency_use")
    last = rows.filter((pl.col("place") == "4159000000") & (pl.col("month") == date(2022, 6, 1)))
    assert rows.height == 1302
    assert last.select("card_charged", "card_used").row(0) == (34_990_824, 31_881_947)
    hwaseong = City("hwaseong", both("화성시", "Hwaseong"), ("4159000000",), (126, 37, 128, 38),
                    both("경기도", "Gyeonggi"), both("데이터과", "Data office"))  # fmt: skip
    use = table(LocalCurrencyUse, rows)
    frames = conformed(local_currency(use, None, neighbours(), None, hwaseong))
    own = frames["use"].filter(pl.col("own"))
    assert (own.height, own["month"].min()) == (39, date(2019, 4, 1))
    assert frames["definitions"]["share"].drop_nulls().to_list() == [1.0]
    assert "no_sales" in frames["troubles"]["kind"].to_list()

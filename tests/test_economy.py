"""Shops and money of the synthetic city: tables that agree, decay and closures as laid down."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from test_real_files import SHARED, needs_real_files

from dataro.methods.causal.fixed_effects import two_way
from dataro.twin.economy import load_economy
from dataro.twin.economy_rows import EFFECT, SCHEMA, rows
from dataro.twin.write import write_city
from dataro.vocabulary.problem import Problem

CITY = Path(__file__).parents[1] / "src/dataro/cities/hwaseong"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The raw folder and the truth's folder of one small city."""
    folder = tmp_path_factory.mktemp("economy")
    raw, truth = folder / "raw", folder / "truth"
    write_city(raw, CITY, scale=0.03, seed=4, truth=truth)
    return raw, truth


def economy() -> dict[str, Any]:
    found = load_economy(CITY)
    assert found is not None
    return dict(found.settings)


def read(raw: Path, name: str) -> pl.DataFrame:
    path = raw / economy()["files"][name]
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if name in ("merchants", "currency", "city_sales"):
        content = content.decode("cp949").encode()
    return pl.read_csv(content, infer_schema_length=None, infer_schema=name != "merchants")


def test_every_table_of_card_sales_counts_the_same_payments(written: tuple[Path, Path]) -> None:
    payers, times = (
        read(written[0], name).group_by("기준월", "행정동코드").agg(pl.col("이용건수").sum())
        .sort("기준월", "행정동코드")
        for name in ("payers", "times")
    )  # fmt: skip
    assert payers.equals(times)
    assert payers["기준월"].n_unique() == 24


def test_a_few_rows_are_refunds_and_a_few_have_a_trade_nobody_knows(
    written: tuple[Path, Path],
) -> None:
    sales = read(written[0], "payers")
    assert 0 < sales.filter(pl.col("이용금액") < 0).height < sales.height / 500
    known = {trade["name"] for trade in economy()["trades"]}
    odd = sales.filter(~pl.col("업종").is_in(sorted(known)))
    assert 0 < odd.height < sales.height / 500


def test_customers_come_from_as_far_as_their_trade_lets_them(written: tuple[Path, Path]) -> None:
    flows = read(written[0], "flows").filter(pl.col("이용건수") > 0)
    for trade in economy()["trades"]:
        own = flows.filter(pl.col("업종") == trade["name"])
        home, shop = (
            own[name].rank("dense").cast(pl.Int64).to_numpy() - 1
            for name in ("거주 행정동코드", "이용 행정동코드")
        )
        paid = own["이용건수"].to_numpy().astype(float)
        near = paid >= 25  # logs of small counts are biased
        if near.sum() < 60:
            continue
        kept = [np.unique(v[near], return_inverse=True)[1] for v in (home, shop)]
        km = own["직선거리(km)"].to_numpy()[near]
        fit = two_way(np.log(paid[near]), km[:, None], kept[0], kept[1], weight=paid[near])
        assert -fit.estimate[0] == pytest.approx(trade["decay"], rel=0.2)


def test_shops_close_as_often_as_laid_down(written: tuple[Path, Path]) -> None:
    shops = read(written[0], "merchants")
    months = {t["name"]: t["close"] for t in economy()["trades"]}
    opened, closed = (
        shops[name].str.slice(0, 4).cast(pl.Int64, strict=False) * 12
        + shops[name].str.slice(5, 2).cast(pl.Int64, strict=False)
        for name in ("개업일", "폐업일")
    )
    first, last = 2015 * 12 + 1, 2025 * 12 + 12
    lived = (closed.fill_null(last) - opened.clip(lower_bound=first)).clip(lower_bound=0)
    frame = shops.select("업종").with_columns(lived=lived, gone=closed.is_not_null())
    for name, hazard in months.items():
        own = frame.filter(pl.col("업종") == name)
        if own["gone"].sum() > 60:  # else chance alone is larger
            assert own["gone"].sum() / own["lived"].sum() == pytest.approx(hazard, rel=0.35)


def test_local_currency_is_empty_before_the_launch(written: tuple[Path, Path]) -> None:
    used = read(written[0], "currency")
    truth = pl.read_csv(written[1] / "city_effect.csv", schema_overrides={"place": pl.String})
    late = truth.filter(pl.col("launch").is_null())["place"].n_unique()
    launched = used.filter(
        pl.any_horizontal(pl.col("^.*사용액.*$").is_not_null())
    )["시군명"].n_unique()  # fmt: skip
    assert used["시군명"].n_unique() - launched == late == 4


@pytest.mark.real
@needs_real_files
def test_the_synthetic_table_of_local_currency_looks_like_the_real_one(
    written: tuple[Path, Path],
) -> None:
    name = economy()["files"]["currency"]

    def heads(folder: Path) -> tuple[list[str], set[str]]:
        with (folder / name).open(encoding="cp949", newline="") as file:
            lines = list(csv.reader(file))
        return lines[0], {line[0] for line in lines[1:] if line and line[0]}

    assert heads(written[0]) == heads(SHARED)


def test_what_is_true_is_written_beside(written: tuple[Path, Path]) -> None:
    known = json.loads((written[1] / "economy.json").read_text())
    assert known["net_new_share"] + known["diverted_share"] == pytest.approx(1)
    assert known["region_net_share"] == pytest.approx(0.35 * (1 - 0.25 - 0.40))
    effect = pl.read_csv(written[1] / "merchant_effect.csv")
    assert effect["effect_log"][0] == pytest.approx(0.055, abs=0.005)


def test_raw_payments_are_the_same_every_time_and_carry_the_effect() -> None:
    first, again = (
        pa.Table.from_batches(rows(7, 300_000, merchants=500, batch=70_000)) for _ in range(2)
    )
    assert first.equals(again)
    assert first.schema == SCHEMA
    assert first.num_rows == 300_000
    frame = pl.DataFrame(first)
    fit = two_way(
        frame["amount"].cast(pl.Float64).log().to_numpy(),
        frame["joined"].cast(pl.Float64).to_numpy()[:, None],
        frame["merchant"].cast(pl.Int64).rank("dense").cast(pl.Int64).to_numpy() - 1,
        frame["month"].cast(pl.Int64).to_numpy(),
    )
    assert fit.low[0] < EFFECT < fit.high[0]
    with pytest.raises(ValueError, match="at least one"):
        next(rows(0, 0))


def test_a_city_without_money_facts_has_no_shops_and_a_broken_file_is_named(tmp_path: Path) -> None:
    assert load_economy(tmp_path) is None
    (tmp_path / "twin").mkdir()
    path = tmp_path / "twin/economy.toml"
    path.write_text("[merchants")
    with pytest.raises(Problem, match="not TOML"):
        load_economy(tmp_path)
    path.write_text("[merchants]\ncount = 1")
    with pytest.raises(Problem, match=r"\[trades\]"):
        load_economy(tmp_path)

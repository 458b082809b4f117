"""Card sales as card companies hand them over: several tables over the same takings.

Every table of one month adds up to the same won and payments by district and trade.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from dataro.twin.economy_foot import write_foot
from dataro.twin.economy_merchants import Shops, monthly_sales, square_centres, square_name
from dataro.twin.history import History
from dataro.twin.months import write_month
from dataro.twin.outlines import Ground
from dataro.twin.sheet import write_bytes, write_plain_csv

AGES = (0, 20, 30, 40, 50, 60)
"""First ages of payers' bands; the last is open."""
SEXES = ("남", "여")
ORIGINS = ("주민", "방문")
DAYS = ("월", "화", "수", "목", "금", "토", "일")
HOURS = (0, 3, 6, 9, 12, 15, 18, 21)
WHERE = ("같은 읍면동", "시내 다른 읍면동", "시 밖", "온라인")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def write_sales(
    settings: Mapping[str, Any], shops: Shops, history: History, ground: Ground, scale: float,
    seed: int, folder: Path, truth: Path,
) -> Iterator[Path]:  # fmt: skip
    """Write card sales by payer, time and grid cell, what residents spend where, where customers
    come from, and foot traffic; yields their paths."""
    rng = np.random.default_rng([seed, 62])
    places, files = history.places, settings["files"]
    last = places.first + places.months - 1
    months = range(max(places.first, last - int(settings["merchants"]["months"]) + 1), last + 1)
    squares, which = np.unique(shops.square, axis=0, return_inverse=True)
    payers: list[pl.DataFrame] = []
    times: list[pl.DataFrame] = []
    cells: list[pl.DataFrame] = []
    year = np.zeros((len(places.districts), len(settings["trades"])))
    for when in months:
        t = when - places.first + 1
        district = places.code[t][shops.cell].astype(np.int64)
        levels = [places.districts[d].level for d in district.tolist()]
        sales = monthly_sales(settings, shops, when, levels, rng)
        books = _Books(settings, history, t, district, shops.trade, sales, rng)
        payers.append(books.by_payer())
        times.append(books.by_time())
        cells.append(_by_cell(settings, when, squares, which.ravel(), shops, sales))
        if when > last - 12:
            year[books.live] += books.payments
    yield _write(folder / files["payers"], pl.concat(payers), settings, rng)
    yield _write(folder / files["times"], pl.concat(times), settings, rng)
    yield _write(folder / files["cells"], pl.concat(cells), settings, rng)
    yield _spending(settings, history, months, rng, folder)
    yield _flows(settings, history, ground, year, rng, folder)
    yield write_foot(settings, shops, squares, which.ravel(), last, scale, rng, folder)
    middles = square_centres(squares)
    rows = [[n, *m] for n, m in zip(square_name(squares), middles.tolist(), strict=True)]
    write_plain_csv(truth / "cells.csv", [["cell", "longitude", "latitude"], *rows])
    own = [
        [n, history.places.districts[history.places.last[c]].code, *point]
        for n, (c, point) in enumerate(
            zip(shops.centre_cell.tolist(), shops.centres.tolist(), strict=True)
        )
    ]
    heads = ["centre", "district", "longitude", "latitude"]
    write_plain_csv(truth / "shopping_centres.csv", [heads, *own])


class _Books:
    """One month's takings by district and trade, cut in several ways."""

    def __init__(
        self, settings: Mapping[str, Any], history: History, t: int, district: Ints, trade: Ints,
        sales: Floats, rng: np.random.Generator,
    ) -> None:  # fmt: skip
        self.trades = settings["trades"]
        self.rng = rng
        self.places = history.places
        self.live = self.places.live(t)
        self.month = write_month(self.places.first + t - 1)
        many = len(self.places.districts), len(self.trades)
        key = district * many[1] + trade
        won = np.bincount(key, sales, many[0] * many[1]).reshape(many)[self.live]
        stores = np.bincount(key[sales > 0], minlength=many[0] * many[1])
        self.won = np.rint(won).astype(np.int64)
        self.stores = stores.reshape(many)[self.live]
        ticket = np.array([trade["ticket"] for trade in self.trades], float)
        self.payments = np.rint(self.won / ticket * rng.normal(1, 0.02, self.won.shape))
        self.payments = np.maximum(self.payments, self.won > 0).astype(np.int64)
        ages = history.by_age(t)[self.live].astype(float)  # district × sex × five-year group
        edges = [a // 5 for a in AGES]
        self.people = np.add.reduceat(ages, edges, axis=2) + 1.0

    def _named(self, sizes: Sequence[int]) -> dict[str, Any]:
        """Month, district and trade of every row, in the order of the arrays."""
        inner = int(np.prod(sizes))
        codes = [self.places.districts[d].code for d in self.live]
        names = [str(trade["name"]) for trade in self.trades]
        many = len(codes) * len(names) * inner
        return {
            "기준월": pl.repeat(self.month, many, eager=True),
            "행정동코드": np.repeat(codes, len(names) * inner),
            "업종": np.tile(np.repeat(names, inner), len(codes)),
        }

    def by_payer(self) -> pl.DataFrame:
        """By age, sex and home of the payer."""
        visitors = np.array([t["visitors"] for t in self.trades])
        taste = np.ones((len(self.trades), 2, len(AGES))) * [0.25, 1.0, 1.25, 1.3, 1.05, 0.7]
        for k, trade in enumerate(self.trades):
            taste[k] *= _TASTES.get(trade["code"], np.ones(len(AGES)))
        share = self.people[:, None] * taste[None]  # district, trade, sex, age
        share = share / share.sum((2, 3), keepdims=True)
        outside = share.mean(0, keepdims=True) * np.ones_like(share)
        home = np.stack(
            [share * (1 - visitors)[:, None, None], outside * visitors[:, None, None]], axis=-1
        )
        sizes = (2, len(AGES), 2)
        paid, won = self._cut(home.reshape(*self.won.shape, -1), 0.08)
        inner = np.indices(sizes).reshape(3, -1)
        repeat = self.won.size
        return pl.DataFrame(
            self._named(sizes)
            | {
                "성별": np.tile(np.array(SEXES)[inner[0]], repeat),
                "연령대": np.tile(np.array(AGES)[inner[1]], repeat),
                "거주구분": np.tile(np.array(ORIGINS)[inner[2]], repeat),
                "이용건수": paid, "이용금액": won,
            }
        ).filter(pl.col("이용건수") > 0)  # fmt: skip

    def by_time(self) -> pl.DataFrame:
        """By weekday and band of hours; the stores of district and trade stand beside."""
        hours = np.array([t["hours"] for t in self.trades], float)
        hours = hours / hours.sum(1, keepdims=True)
        weekend = np.array([t["weekend"] for t in self.trades])
        days = np.ones((len(self.trades), 7)) * [0.94, 0.95, 0.97, 1.0, 1.14, 1.0, 1.0]
        days[:, 5:] *= weekend[:, None]
        days = days / days.sum(1, keepdims=True)
        share = (days[:, :, None] * hours[:, None, :]).reshape(1, len(self.trades), -1)
        paid, won = self._cut(np.broadcast_to(share, (*self.won.shape, share.shape[2])), 0.03)
        sizes = (7, len(HOURS))
        inner = np.indices(sizes).reshape(2, -1)
        repeat = self.won.size
        return pl.DataFrame(
            self._named(sizes)
            | {
                "요일": np.tile(np.array(DAYS)[inner[0]], repeat),
                "시간대": np.tile(np.array(HOURS)[inner[1]], repeat),
                "점포수": np.repeat(self.stores.ravel(), inner.shape[1]),
                "이용건수": paid, "이용금액": won,
            }
        ).filter(pl.col("이용건수") > 0)  # fmt: skip

    def _cut(self, share: Floats, spread: float) -> tuple[Ints, Ints]:
        """Payments and won of each district and trade, cut by shares; both add up exactly."""
        many = self.payments.size
        flat = share.reshape(many, -1)
        paid = self.rng.multinomial(self.payments.ravel(), flat / flat.sum(1, keepdims=True))
        weight = paid * np.exp(self.rng.normal(0, spread, paid.shape))
        total = np.maximum(weight.sum(1, keepdims=True), 1e-9)
        won = np.floor(self.won.ravel()[:, None] * weight / total).astype(np.int64)
        rest = self.won.ravel() - won.sum(1)
        won[np.arange(many), paid.argmax(1)] += rest
        return paid.astype(np.int64).ravel(), won.ravel()


_TASTES = {
    "cafe": np.array([1.3, 1.8, 1.4, 1.0, 0.7, 0.4]),
    "education": np.array([0.5, 0.5, 1.1, 2.2, 0.8, 0.2]),
    "health": np.array([0.5, 0.6, 0.9, 1.0, 1.3, 2.0]),
    "convenience": np.array([2.4, 2.0, 1.1, 0.8, 0.7, 0.5]),
    "leisure": np.array([0.8, 1.7, 1.2, 1.0, 1.0, 0.7]),
}
"""How much more or less each age band pays in a trade (assumptions)."""


def _by_cell(
    settings: Mapping[str, Any], when: int, squares: Ints, which: Ints, shops: Shops, sales: Floats
) -> pl.DataFrame:
    """Takings by grid cell and trade of one month, with the open stores."""
    trades = settings["trades"]
    many = len(squares), len(trades)
    key = which * many[1] + shops.trade
    size = many[0] * many[1]
    won = np.rint(np.bincount(key, sales, size)).astype(np.int64)
    stores = np.bincount(key[sales > 0], minlength=size)
    ticket = np.array([t["ticket"] for t in trades], float)
    middles = square_centres(squares)
    frame = pl.DataFrame(
        {
            "기준월": pl.repeat(write_month(when), size, eager=True),
            "격자": np.repeat(square_name(squares), many[1]),
            "경도": np.repeat(np.round(middles[:, 0], 6), many[1]),
            "위도": np.repeat(np.round(middles[:, 1], 6), many[1]),
            "업종": np.tile([str(t["name"]) for t in trades], many[0]),
            "점포수": stores,
            "이용건수": np.rint(won / np.tile(ticket, many[0])).astype(np.int64),
            "이용금액": won,
        }
    )
    return frame.filter(pl.col("점포수") > 0)


def _write(
    path: Path, frame: pl.DataFrame, settings: Mapping[str, Any], rng: np.random.Generator
) -> Path:
    """As CSV: a few rows are refunds over sales, a few have a trade that no list knows."""
    given = settings["merchants"]
    refund = rng.random(frame.height) < float(given["refund"])
    odd = rng.random(frame.height) < float(given["unknown_trade"])
    frame = frame.with_columns(
        pl.when(pl.Series(refund)).then(-pl.col("이용금액") // 10).otherwise(pl.col("이용금액"))
        .alias("이용금액"),
        pl.when(pl.Series(odd)).then(pl.lit(str(given["unknown_name"]))).otherwise(pl.col("업종"))
        .alias("업종"),
    )  # fmt: skip
    write_bytes(path, frame.write_csv().encode())
    return path


def _spending(
    settings: Mapping[str, Any], history: History, months: range, rng: np.random.Generator,
    folder: Path,
) -> Path:  # fmt: skip
    """What residents of each district spend at home, in the city, outside and online."""
    trades, places = settings["trades"], history.places
    near = np.array([0.9 / (1 + 6 * t["visitors"]) for t in trades])
    online = np.array([_ONLINE.get(t["code"], 0.02) for t in trades])
    outside = np.array([0.08 + 0.5 * t["visitors"] for t in trades])
    share = np.column_stack([near, np.full(len(trades), 0.32), outside, online])
    share = share / share.sum(1, keepdims=True)
    share[:, 3] *= float(settings["merchants"]["online"]) / 0.27
    usual = np.array([t["share"] * t["sales"] for t in trades])
    usual = 520_000 * usual / usual.sum()  # won a person and month (assumption)
    rows: list[list[object]] = [["기준월", "행정동코드", "업종", "소비지역", "이용금액"]]
    for when in months:
        t = when - places.first + 1
        people = history.residents(t).sum(1)
        label = write_month(when)
        for d in places.live(t):
            won = people[d] * usual[:, None] * share * rng.lognormal(0, 0.04, share.shape)
            code = places.districts[d].code
            rows += [
                [label, code, trade["name"], where, int(won[k, w])]
                for k, trade in enumerate(trades)
                for w, where in enumerate(WHERE)
            ]
    path = folder / str(settings["files"]["spending"])
    write_plain_csv(path, rows)
    return path


_ONLINE = {"retail": 0.75, "grocery": 0.35, "restaurant": 0.12, "education": 0.1, "leisure": 0.2}
"""Online spending beside that in shops, by trade (assumptions)."""


def _flows(
    settings: Mapping[str, Any], history: History, ground: Ground, year: Floats,
    rng: np.random.Generator, folder: Path,
) -> Path:  # fmt: skip
    """Where the resident customers of each district come from, over the last twelve months."""
    places, trades = history.places, settings["trades"]
    live = places.live(places.months)
    people = history.residents(places.months).sum(1)[live].astype(float)
    spot = []
    for d in live:
        middle = shapely.union_all(
            [ground.outlines[c] for c in np.flatnonzero(places.last == d).tolist()]
        ).centroid
        spot.append((middle.x, middle.y))
    km = distances(np.array(spot))
    rows: list[list[object]] = [
        ["기준연도", "거주 행정동코드", "이용 행정동코드", "업종", "직선거리(km)", "이용건수"]
    ]
    codes = [places.districts[d].code for d in live]
    last = (places.first + places.months - 1) // 12
    for k, trade in enumerate(trades):
        pull = people[:, None] * np.exp(-float(trade["decay"]) * km)
        pull = pull / pull.sum(0)
        for s, code in enumerate(codes):
            total = int(year[live[s], k] * (1 - float(trade["visitors"])))
            # a payer pays again: payments vary by more than chance alone
            counts = 5 * rng.multinomial(total // 5, pull[:, s])
            rows += [
                [last, home, code, trade["name"], round(float(km[h, s]), 3), int(counts[h])]
                for h, home in enumerate(codes)
                if counts[h]
            ]
    path = folder / str(settings["files"]["flows"])
    write_plain_csv(path, rows)
    return path


def distances(spot: Floats) -> Floats:
    """Kilometres between points (longitude, latitude) on a plane fitted to their middle."""
    x = spot[:, 0] * 111.32 * np.cos(np.radians(spot[:, 1].mean()))
    y = spot[:, 1] * 110.95
    return np.asarray(np.hypot(x[:, None] - x, y[:, None] - y))

"""Cities side by side: local currency issued and used, and card sales of small and large shops.

Sales of small shops are a base with a season, plus what the currency brings, less what the
currency of neighbours takes away; all of it is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataro.twin.economy_panel import ramp
from dataro.twin.months import month, write_month
from dataro.twin.plant import TWICE, Planted, plant
from dataro.twin.sheet import Row, Sheet, write_csv, write_plain_csv

Floats = NDArray[np.float64]

ISSUED = ["시군명", "기준년월", "월별카드발행수량(건)", "월별카드충전액(천원)", "월별카드사용액(천원)",
          "월별모바일상품권이용등록자수(명)", "월별모바일충전액(천원)", "월별모바일사용액(천원)",
          "월별지류상품권판매액(천원)", "월별지류상품권회수액(천원)"]  # fmt: skip
"""Headings of the province's open table."""

SALES = ["기준월", "시군코드", "시군명", "소상공인 매출액(천원)", "대형점포 매출액(천원)"]


@dataclass(frozen=True, slots=True)
class CityFacts:
    """One city: usual use a month (million won), kinds of voucher, codes of its neighbours."""

    code: str
    name: str
    use: float
    kinds: tuple[str, ...]
    neighbours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CityPanel:
    """Cities by month, thousand won: ``used``, ``small`` and ``large`` shops' sales.

    ``launch`` is the month of launch, -1 where there is none within the panel; ``new`` what the
    currency brought to small shops, ``spilt`` what that of neighbours took away (below zero).
    """

    months: NDArray[np.int64]
    launch: NDArray[np.int64]
    used: Floats
    small: Floats
    large: Floats
    new: Floats
    spilt: Floats


def make_cities(
    currency: Mapping[str, Any], cities: Sequence[CityFacts], own: str, rng: np.random.Generator
) -> CityPanel:
    """Draw launches and sales of all cities; ``own`` keeps its cohort."""
    months = np.arange(month(currency["sales_from"]), month(currency["until"]) + 1)
    launch = _launches(currency, cities, own, rng)
    since = np.where(launch[:, None] >= 0, months[None, :] - launch[:, None], -1).astype(float)
    use = np.array([c.use for c in cities]) * 1000.0
    gross = float(currency["gross"])
    base = use / gross
    used = base[:, None] * gross * ramp(since, float(currency["ramp"]))
    used *= rng.lognormal(0, 0.10, used.shape)
    order = {c.code: i for i, c in enumerate(cities)}
    near = np.zeros((len(cities), len(cities)))
    for c in cities:
        for other in c.neighbours:
            near[order[other], order[c.code]] = 1 / len(c.neighbours)
    new = float(currency["new"]) * used
    spilt = -float(currency["from_neighbours"]) * near @ new
    level = 0.05 * np.cos(2 * np.pi * months / 12) + 0.002 * (months - months[0])
    level = level + rng.normal(0, 0.015, len(months))
    small = base[:, None] * np.exp(level + _noise(currency, used.shape, rng)) + new + spilt
    large = base[:, None] * float(currency["large"]) * np.exp(
        1.1 * level + _noise(currency, used.shape, rng)
    ) - float(currency["from_large"]) * new  # fmt: skip
    return CityPanel(months, launch, used, small, large, new, spilt)


def _launches(
    currency: Mapping[str, Any], cities: Sequence[CityFacts], own: str, rng: np.random.Generator
) -> NDArray[np.int64]:
    dates = [text for text, many in currency["cohorts"] for _ in range(int(many))]
    mine = next((i for i, c in enumerate(cities) if c.code == own), None)
    if mine is not None:
        dates.remove(currency["own"])
    drawn = [str(text) for text in rng.permutation(dates)]
    if mine is not None:
        drawn.insert(mine, str(currency["own"]))
    return np.array([month(text) if text else -1 for text in drawn[: len(cities)]])


def _noise(currency: Mapping[str, Any], shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """A city's own noise, of which a share lasts into the next month."""
    memory, spread = float(currency["memory"]), float(currency["noise"])
    fresh = rng.normal(0, spread * np.sqrt(1 - memory**2), shape)
    noise = np.empty(shape)
    noise[:, 0] = rng.normal(0, spread, shape[0])
    for t in range(1, shape[1]):
        noise[:, t] = memory * noise[:, t - 1] + fresh[:, t]
    return noise


def write_cities(
    settings: Mapping[str, Any], cities: Sequence[CityFacts], own: str, share: float, seed: int,
    folder: Path, truth: Path, planted: list[Planted],
) -> Iterator[Path]:  # fmt: skip
    """Write the province's table of local currency and card sales of cities."""
    rng = np.random.default_rng([seed, 64])
    currency, files = settings["currency"], settings["files"]
    panel = make_cities(currency, cities, own, rng)
    yield _issued(settings, cities, panel, rng, folder)
    body: list[Row] = []
    for i, city in enumerate(cities):
        for t, when in enumerate(panel.months.tolist()):
            body.append(
                [write_month(when), city.code, city.name, f"{panel.small[i, t]:,.0f}",
                 f"{panel.large[i, t]:,.0f}"]
            )  # fmt: skip
    sheet = Sheet(str(files["city_sales"]), [list(SALES)], list(SALES), body)
    errors = {TWICE: ["기준월"], "spaces": ["시군명"], "full_width": [SALES[3]]}
    planted += plant(sheet, errors, share, rng)
    write_csv(sheet, folder, "cp949")
    yield folder / sheet.file
    _write_truth(cities, panel, truth)


def _issued(
    settings: Mapping[str, Any], cities: Sequence[CityFacts], panel: CityPanel,
    rng: np.random.Generator, folder: Path,
) -> Path:  # fmt: skip
    """The province's open table: empty before a launch, newest month first."""
    currency = settings["currency"]
    body: list[Row] = []
    first = month(currency["from"])
    for i, city in enumerate(cities):
        shares = _kinds(city.kinds, float(currency["paper"]))
        for t in np.flatnonzero(panel.months >= first)[::-1].tolist():
            row = [city.name, write_month(int(panel.months[t])), *[""] * 8]
            if panel.launch[i] >= 0 and panel.months[t] >= panel.launch[i]:
                charged = panel.used[i, t] * (1.0 + 0.06 * rng.random())
                for kind, part in shares.items():
                    issued, filled, spent = _COLUMNS[kind]
                    if issued:
                        row[issued] = f"{max(1, round(panel.used[i, t] * part / 5500))}"
                    row[filled] = f"{charged * part:.0f}"
                    row[spent] = f"{panel.used[i, t] * part:.0f}"
            body.append(row)
    sheet = Sheet(str(settings["files"]["currency"]), [list(ISSUED)], list(ISSUED), body)
    write_csv(sheet, folder, "cp949")
    return folder / sheet.file


_COLUMNS = {"card": (2, 3, 4), "mobile": (5, 6, 7), "paper": (0, 8, 9)}
"""Columns of each kind of voucher: number, charged, used (0: none)."""


def _kinds(kinds: Sequence[str], paper: float) -> dict[str, float]:
    """What share of a city's use each kind of voucher has."""
    rest = [kind for kind in kinds if kind != "paper"]
    left = 1 - paper * (len(kinds) - len(rest))
    shares = {kind: left / len(rest) for kind in rest}
    return shares | ({"paper": paper} if "paper" in kinds else {})


def _write_truth(cities: Sequence[CityFacts], panel: CityPanel, truth: Path) -> None:
    rows: list[list[object]] = [["month", "place", "launch", "used", "new", "spilt"]]
    for i, city in enumerate(cities):
        launch = write_month(int(panel.launch[i])) if panel.launch[i] >= 0 else ""
        for t, when in enumerate(panel.months.tolist()):
            values = (panel.used[i, t], panel.new[i, t], panel.spilt[i, t])
            rows.append(
                [write_month(when), city.code, launch, *(round(float(v), 1) for v in values)]
            )
    write_plain_csv(truth / "city_effect.csv", rows)

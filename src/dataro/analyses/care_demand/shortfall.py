"""Seats in reach of each complex, what is short, and what to require before a permit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dataro.analyses.care_demand.expect import AHEAD, OF_CARE, Expected
from dataro.analyses.care_demand.inputs import KEY, Estates
from dataro.analyses.nearby import Trouble, Usable, ways
from dataro.data.datasets.care import ResidentCells, StreetLines
from dataro.vocabulary.text import Text, both, finding

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

KINDS = {
    "young": ("daycare", "kindergarten"),
    "school": ("after_school", "care_centre", "childrens_centre"),
}
COMPULSORY_FROM = 500
"""Households from which a new complex must have a care centre (주택건설기준 등에 관한 규정, 2021)."""


def shortfall_rows(
    estates: Estates,
    expected: Mapping[tuple[int, int], Expected],
    facilities: Usable | None,
    cells: ResidentCells | None,
    streets: StreetLines | None,
    share: Mapping[str, float],
    minutes: float,
    mode: str,
) -> tuple[list[pl.DataFrame], list[Trouble]]:
    """One frame per kind of care; and what could not be computed."""
    frames, troubles = [], []
    for care, firsts in OF_CARE.items():
        demand = _demand(estates, expected, firsts)
        near, found = _seats_near(
            care, estates, demand["base"], facilities, cells, streets, share[care], minutes, mode
        )
        troubles += found
        frames.append(_frame(care, estates, demand, near))
    return frames, troubles


def _demand(
    estates: Estates, expected: Mapping[tuple[int, int], Expected], firsts: tuple[int, ...]
) -> dict[str, Any]:
    """Wanting now and at the peak of the years ahead; for planned complexes the peak counts."""
    import numpy as np

    years = range(estates.now, estates.now + AHEAD + 1)
    mean = np.stack([sum(expected[f, year].mean_wanting for f in firsts) for year in years])
    drawn = [sum(expected[f, year].wanting for f in firsts) for year in years]
    low, high = np.quantile(drawn[0], (0.1, 0.9), axis=0)
    peak = mean.argmax(axis=0)
    # a complex of unknown age has no peak of its own: today stands for it
    peak[~np.isfinite(estates.model.opened)] = 0
    everyone = np.arange(mean.shape[1])
    peak_high = np.empty(mean.shape[1])
    for step in np.unique(peak):
        mine = peak == step
        peak_high[mine] = np.quantile(drawn[step][:, mine], 0.9, axis=0)
    return {
        "wanting": mean[0], "low": low, "high": high, "peak_year": estates.now + peak,
        "peak": mean[peak, everyone], "peak_high": peak_high,
        "base": np.where(estates.planned, mean[peak, everyone], mean[0]),
    }  # fmt: skip


def _seats_near(
    care: str, estates: Estates, base: Any, facilities: Usable | None,
    cells: ResidentCells | None, streets: StreetLines | None, share: float, minutes: float,
    mode: str,
) -> tuple[NDArray[np.float64] | None, list[Trouble]]:  # fmt: skip
    """Each complex's share of the seats in reach, everybody around taking theirs."""
    import numpy as np
    import polars as pl

    from dataro.methods.spatial.accessibility import two_step

    placed = np.isfinite(estates.lon)
    rows = (
        None if facilities is None else facilities.frame.filter(pl.col("kind").is_in(KINDS[care]))
    )
    seated = None if rows is None else rows.filter(pl.col("seats").is_not_null())
    if rows is None or seated is None or seated.is_empty() or not placed.any():
        return None, [_no_seats(care, 0 if rows is None else rows.height)]
    troubles = []
    if seated.height < rows.height:
        troubles.append(_some_seats(care, rows.height, rows.height - seated.height))
    lon, lat, people = estates.lon[placed], estates.lat[placed], base[placed]
    rest = _others(care, lon, lat, people, cells, share)
    if rest is not None:
        lon, lat = np.concatenate([lon, rest[0]]), np.concatenate([lat, rest[1]])
        people = np.concatenate([people, rest[2]])
    to = (seated["longitude"].to_numpy(), seated["latitude"].to_numpy())
    way = ways(streets, (lon, lat), to, mode)
    capacity = seated["seats"].cast(pl.Float64).to_numpy()
    access = two_step(way.minutes, people, capacity, minutes).access
    near = np.full(placed.size, np.nan)
    near[placed] = access[: int(placed.sum())] * base[placed]
    troubles.append(Trouble(f"ways_{care}", seated.height, way.how))
    return near, troubles


def _others(
    care: str, lon: Any, lat: Any, people: Any, cells: ResidentCells | None, share: float
) -> tuple[Any, Any, Any] | None:
    """Children outside the complexes: those of a cell less those of the complexes nearest to it."""
    if cells is None:
        return None
    import numpy as np
    import polars as pl
    from scipy.spatial import cKDTree

    under_ten = pl.col("under_ten")
    known = (
        pl.coalesce(pl.col("infants"), under_ten * 0.6)
        if care == "young"
        else pl.coalesce(pl.col("children"), under_ten * 0.7)
    )
    rows = (
        cells.frame().select("longitude", "latitude", children=known).drop_nulls().sort("children")
    )
    if rows.is_empty():
        return None
    x, y, children = (rows[name].cast(pl.Float64).to_numpy() for name in rows.columns)
    stretch = np.cos(np.radians(y.mean()))
    nearest = cKDTree(np.column_stack([x * stretch, y])).query(
        np.column_stack([lon * stretch, lat])
    )
    inside = np.bincount(nearest[1], weights=people, minlength=x.size)
    return x, y, np.maximum(children * share - inside, 0.0)


def _frame(care: str, estates: Estates, demand: dict[str, Any], near: Any) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    rows = estates.frame
    households = rows["households"].to_numpy()
    known = np.zeros(rows.height, dtype=np.bool_) if near is None else np.isfinite(near)
    share = np.zeros(rows.height) if near is None else np.where(known, near, 0.0)
    short = np.maximum(demand["base"] - share, 0.0)
    seats = np.ceil(np.maximum(demand["peak"] - share, 0.0) - 1e-9).astype(np.int64)
    return rows.select(
        *KEY,
        pl.lit(care).alias("care"),
        "households",
        pl.col("moved_in_from").alias("opens"),
        pl.Series("planned", estates.planned),
        pl.Series("size_known", estates.size_known),
        pl.Series("placed", estates.placed),
        _known("longitude", estates.lon, np.isfinite(estates.lon)),
        _known("latitude", estates.lat, np.isfinite(estates.lat)),
        pl.Series("wanting", demand["wanting"]),
        pl.Series("wanting_low", demand["low"]),
        pl.Series("wanting_high", demand["high"]),
        pl.Series("peak_year", demand["peak_year"]),
        pl.Series("peak_wanting", demand["peak"]),
        pl.Series("peak_high", demand["peak_high"]),
        _known("seats_near", share, known),
        _known("shortfall", short, known),
        _known("seats_to_require", seats, known & estates.planned),
        pl.Series("compulsory", estates.planned & (households >= COMPULSORY_FROM)),
    )


def _known(name: str, values: Any, known: Any) -> pl.Series:
    """A column that is empty where the value is not known."""
    import polars as pl

    column = pl.Series(name, values)
    return pl.select(pl.when(pl.Series(known)).then(column).alias(name)).to_series()


_CARE: dict[str, Text] = {"young": both("0~5세", "ages 0–5"), "school": both("6~12세", "ages 6–12")}


def _no_seats(care: str, listed: int) -> Trouble:
    said = finding(
        "{care} 돌봄 시설 가운데 위치와 정원을 아는 곳이 없어 가까운 정원, 부족, 요구할 정원을 계산하지 못했습니다"
        "(위치만 아는 시설 {listed:,}곳). 시설 목록과 정원을 요청하십시오.",
        "No facility for {care} has both a place and seats ({listed:,} have a place only), so seats "
        "nearby, shortfall and seats to require cannot be computed. Ask for facilities with seats.",
        care=_CARE[care], listed=listed,
    )  # fmt: skip
    return Trouble(f"no_seats_{care}", listed, said.text)


def _some_seats(care: str, listed: int, without: int) -> Trouble:
    said = finding(
        "{care} 돌봄 시설 {listed:,}곳 가운데 {without:,}곳은 정원을 몰라 셈에 넣지 못했습니다. 부족은 실제보다 커 "
        "보일 수 있습니다.",
        "{without:,} of {listed:,} facilities for {care} have unknown seats and are not counted; the "
        "shortfall may look larger than it is.",
        care=_CARE[care], listed=listed, without=without,
    )  # fmt: skip
    return Trouble(f"some_seats_{care}", without, said.text)

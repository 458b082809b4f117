"""Places: coordinates against the city, against each other, against the address."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyproj

from dataro.data.quality.coordinates import KOREA, SYSTEMS, Bounds, inside, locate
from dataro.data.quality.sheet import Column, Screen, Sheet, number, text

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DISTRICT = r"(?:^|[\s(,])([가-힣]{1,6}\d{0,2}(?:읍|면|동|가))(?:[\s\d),]|$)"
_ABOVE = r"^(\S+(?:\s+\S+(?:시|군|구))?)"
_NEAR_KM = 4.0
_KM_PER_DEGREE = 111.2
_FEWEST = 8


def coordinates(sheet: Sheet) -> list[Screen]:
    """Swapped, in another system, outside the city, or no place at all."""
    screens = []
    for x, y in _pairs(sheet):
        bounds = _bounds(sheet, x, y)
        if bounds is None:
            continue
        given = pl.col(number(x.name)).is_not_null() & pl.col(number(y.name)).is_not_null()
        cells = (x.name, y.name)
        swapped = (pl.col(text(y.name)), pl.col(text(x.name)))
        where = f"\0place:{x.name}"
        derived = {where: partial(_states, x=x, y=y, bounds=bounds)}
        moved = tuple(partial(_degrees, x=x, y=y, bounds=bounds, axis=axis) for axis in (0, 1))
        state = pl.col(where)
        beyond = state.is_in(["outside", "impossible"])
        screens += [
            Screen("coordinates_swapped", cells, state == "swapped", given, swapped, derived),
            Screen("coordinates_system", cells, state == "system", given, moved, derived),
            Screen("coordinates_outside", cells, beyond, given, derived=derived),
        ]
    return screens


def address_against_coordinates(sheet: Sheet) -> list[Screen]:
    """A point far from the other points of the district that its address names.

    Far is 4 km and five times the district's usual distance from its median point.
    """
    pairs, addresses = _pairs(sheet), sheet.of("address")
    if not pairs or not addresses:
        return []
    x, y = pairs[0]
    screens = []
    for address in addresses[:2]:
        centres = _centres(sheet, address, x, y)
        if centres.is_empty():
            continue
        district = _district(address)

        def known(part: str, district: pl.Expr = district, c: pl.DataFrame = centres) -> pl.Expr:
            return district.replace_strict(c["district"], c[part], default=None,
                                           return_dtype=pl.Float64)  # fmt: skip

        east, north = pl.col(number(x.name)), pl.col(number(y.name))
        far = _km(east - known("x"), north - known("y"), north) > known("reach")
        screens.append(Screen("address_against_coordinates", (address.name,), far,
                              far.is_not_null()))  # fmt: skip
    return screens


def _district(address: Column) -> pl.Expr:
    """The district an address names, with the places above it: names repeat across cities."""
    cell = pl.col(text(address.name))
    return cell.str.extract(_ABOVE, 1) + " " + cell.str.extract(_DISTRICT, 1)


def _centres(sheet: Sheet, address: Column, x: Column, y: Column) -> pl.DataFrame:
    """Median point and reach (km) of each district named in addresses."""
    points = sheet.sample.select(
        _district(address).alias("district"),
        pl.col(number(x.name)).alias("east"), pl.col(number(y.name)).alias("north"),
    ).drop_nulls().filter(pl.col("east").is_between(KOREA[0], KOREA[2]),
                          pl.col("north").is_between(KOREA[1], KOREA[3]))  # fmt: skip
    middle = pl.col("east").median().over("district"), pl.col("north").median().over("district")
    away = _km(pl.col("east") - middle[0], pl.col("north") - middle[1], pl.col("north"))
    return (
        points.with_columns(away=away, x=middle[0], y=middle[1])
        .group_by("district")
        .agg(pl.col("x").first(), pl.col("y").first(), pl.len().alias("n"),
             (5 * pl.col("away").median()).alias("reach"))
        .filter(pl.col("n") >= _FEWEST)
        .with_columns(pl.col("reach").clip(lower_bound=_NEAR_KM))
    )  # fmt: skip


def _km(dx: pl.Expr, dy: pl.Expr, north: pl.Expr) -> pl.Expr:
    east = dx * (north * math.pi / 180).cos()
    return ((east**2 + dy**2) ** 0.5) * _KM_PER_DEGREE


def _pairs(sheet: Sheet) -> list[tuple[Column, Column]]:
    return list(zip(sheet.of("longitude"), sheet.of("latitude"), strict=False))


def _bounds(sheet: Sheet, x: Column, y: Column) -> Bounds | None:
    """The bounds to judge by: the city's where most points lie in it, else the country's.

    None where the columns as a whole are in another system, which is no fault of single cells.
    """
    east, north = _points(sheet.sample, x, y)
    given = int((~np.isnan(east) & ~np.isnan(north)).sum())
    if given == 0:
        return None
    for bounds in (sheet.context.bounds, KOREA):
        if bounds is not None and inside(east, north, bounds).sum() >= 0.5 * given:
            return bounds
    return None


def _states(batch: pl.DataFrame, *, x: Column, y: Column, bounds: Bounds) -> pl.Series:
    """The state of each point in the city's bounds; what the city does not explain, the country
    may (a swapped pair of a neighbouring town is still swapped)."""
    east, north = _points(batch, x, y)
    state, _ = locate(east, north, bounds)
    open_ = (state == "outside") | (state == "impossible")
    if open_.any() and bounds != KOREA:
        wider, _ = locate(east[open_], north[open_], KOREA)
        keep = (wider == "inside") | (wider == "impossible")
        state[open_] = np.where(keep, state[open_], wider)
    return pl.Series(state.tolist(), dtype=pl.String)


def _degrees(batch: pl.DataFrame, *, x: Column, y: Column, bounds: Bounds, axis: int) -> pl.Series:
    """Longitude (axis 0) or latitude (1) of points that are in another system."""
    east, north = _points(batch, x, y)
    moved = east.copy(), north.copy()
    _, system = locate(east, north, bounds)
    if bounds != KOREA:
        _, wider = locate(east, north, KOREA)
        system = np.where(system == None, wider, system)  # noqa: E711  (element by element)
    for code in SYSTEMS:
        chosen = system == code
        if chosen.any():
            change = pyproj.Transformer.from_crs(code, "EPSG:4326", always_xy=True).transform
            moved[0][chosen], moved[1][chosen] = change(east[chosen], north[chosen])
            other = chosen & ~inside(*moved, KOREA)  # the axes were in the other order
            if other.any():
                moved[0][other], moved[1][other] = change(north[other], east[other])
    return pl.Series([f"{value:.6f}" for value in moved[axis]])


def _points(
    batch: pl.DataFrame, x: Column, y: Column
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return (batch[number(x.name)].fill_null(math.nan).to_numpy().copy(),
            batch[number(y.name)].fill_null(math.nan).to_numpy().copy())  # fmt: skip

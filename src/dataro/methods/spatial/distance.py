"""Distances on the globe, and travel times where no street network is at hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

EARTH_RADIUS = 6_371_008.8
"""Mean radius of the earth in metres (IUGG)."""


def straight_metres(
    from_lon: ArrayLike, from_lat: ArrayLike, to_lon: ArrayLike, to_lat: ArrayLike
) -> Floats:
    """Great-circle distances in metres between every origin and every destination.

    Coordinates are degrees, EPSG:4326. Gives an array of shape (origins, destinations).
    """
    lon1, lat1 = np.radians(_vector(from_lon))[:, None], np.radians(_vector(from_lat))[:, None]
    lon2, lat2 = np.radians(_vector(to_lon))[None, :], np.radians(_vector(to_lat))[None, :]
    half = (
        np.sin((lat2 - lat1) / 2) ** 2
        + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    )
    distances: Floats = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distances


def straight_minutes(
    from_lon: ArrayLike,
    from_lat: ArrayLike,
    to_lon: ArrayLike,
    to_lat: ArrayLike,
    *,
    kmh: float,
    detour: float = 1.3,
) -> Floats:
    """Travel times in minutes by straight line, lengthened by ``detour``.

    Streets make a way longer than the straight line; 1.3 is the usual middle of the measured
    circuity of cities (1.2 to 1.4, Giacomin and Levinson 2015). Shape (origins, destinations).
    Raises ``ValueError`` where the speed is not positive or the detour is below one.
    """
    if kmh <= 0 or detour < 1:
        raise ValueError(f"speed {kmh} km/h and detour {detour}: expected > 0 and >= 1")
    return straight_metres(from_lon, from_lat, to_lon, to_lat) * (detour * 0.06 / kmh)


def _vector(values: ArrayLike) -> Floats:
    return np.atleast_1d(np.asarray(values, dtype=np.float64))

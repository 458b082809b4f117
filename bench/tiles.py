"""Vector tiles of a million points, beside DuckDB's: CPU time, bytes, and whether all are counted.

    python bench/tiles.py [--points 1000000]

The points stand as merchants do: in clusters of a city's extent. For each zoom every tile (from zoom
12 on, 200 of them) is made once. DuckDB makes the busiest tile of a zoom, each point by itself
and binned to the same grid.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from dataro.data.lake.engine import connect
from dataro.publish.tiles.encode import grids, point_tile
from dataro.publish.tiles.order import BITS, Codes, apart, codes

ZOOMS = (0, 5, 8, 10, 11, 12, 14, 16)


def places(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of clustered points."""
    random = np.random.default_rng(2026)
    centres = random.normal(size=(60, 2)) * (0.12, 0.08) + (126.85, 37.2)
    chosen = centres[random.integers(0, 60, count)] + random.normal(0, 0.01, (count, 2))
    return chosen[:, 0], chosen[:, 1]


def tiles_of(ordered: Codes, zoom: int) -> tuple[np.ndarray, np.ndarray]:
    """Tiles that hold points, and how many."""
    at = np.stack([whole >> np.uint64(BITS - zoom) for whole in apart(ordered)])
    tiles, counts = np.unique(at, axis=1, return_counts=True)
    return tiles.T, counts


def ours(ordered: Codes, grid: int, zoom: int) -> tuple[float, int, int]:
    """Dearest tile in CPU ms, largest in bytes, and the sum of all counts."""
    tiles, counts = tiles_of(ordered, zoom)
    if zoom >= 12:
        busiest = np.argsort(-counts)[:200]
        tiles = tiles[busiest]
    dearest, largest, total = 0.0, 0, 0
    for x, y in tiles:
        started = time.process_time()
        made = point_tile(ordered, grid, "points", zoom, int(x), int(y))
        dearest = max(dearest, time.process_time() - started)
        largest = max(largest, len(made))
        total += _counted(made) if zoom < 12 else 0
    return dearest * 1_000, largest, total


def _counted(tile: bytes) -> int:
    import mapbox_vector_tile

    layers = mapbox_vector_tile.decode(tile).values()
    return sum(one["properties"]["count"] for layer in layers for one in layer["features"])


def duckdbs(longitude: np.ndarray, latitude: np.ndarray, zoom: int, x: int, y: int) -> list[float]:
    """CPU ms of a tile with each point, and of one binned to a grid of 128."""
    import polars as pl

    connection = connect("spatial")
    connection.register("given", pl.DataFrame({"lon": longitude, "lat": latitude}).to_arrow())
    connection.execute(
        "CREATE TABLE place AS SELECT (lon + 180) / 360 AS x, "
        "0.5 - asinh(tan(radians(lat))) / (2 * pi()) AS y FROM given"
    )
    size = 2**zoom
    inside = (
        f"x * {size} >= {x} AND x * {size} < {x + 1} AND y * {size} >= {y} AND y * {size} < {y + 1}"
    )
    box = "ST_Extent(ST_MakeEnvelope(0, 0, 4096, 4096))"
    each = (
        f"SELECT ST_AsMVT({{'geom': ST_AsMVTGeom(ST_Point((x * {size} - {x}) * 4096, "
        f"(y * {size} - {y}) * 4096), {box})}}, 'points') FROM place WHERE {inside}"
    )
    binned = (
        f"SELECT ST_AsMVT({{'geom': ST_AsMVTGeom(ST_Point(a * 32 + 16, b * 32 + 16), {box}), "
        f"'count': n}}, 'points') FROM (SELECT floor((x * {size} - {x}) * 128) a, "
        f"floor((y * {size} - {y}) * 128) b, count(*)::INTEGER n FROM place WHERE {inside} GROUP BY 1, 2)"
    )
    took = []
    for query in (each, binned):
        started = time.process_time()
        connection.execute(query).fetchone()
        took.append((time.process_time() - started) * 1_000)
    return took


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=1_000_000)
    count = parser.parse_args().points
    longitude, latitude = places(count)
    started = time.process_time()
    ordered = np.sort(codes(longitude, latitude))
    print(f"{count:,} points put in order in {time.process_time() - started:.2f} CPU s")
    started = time.process_time()
    divided = grids(ordered)
    print(f"grids of all zooms chosen in {time.process_time() - started:.2f} CPU s: {divided}")
    print(
        f"{'zoom':>4} {'ours ms':>8} {'bytes':>8} {'counted':>10} {'duckdb ms':>10} {'binned ms':>10}"
    )
    for zoom in ZOOMS:
        dearest, largest, total = ours(ordered, divided[zoom], zoom)
        tiles, counts = tiles_of(ordered, zoom)
        x, y = tiles[int(counts.argmax())]
        each, binned = duckdbs(longitude, latitude, zoom, int(x), int(y))
        shown = f"{total:,}" if zoom < 12 else "–"
        print(f"{zoom:>4} {dearest:>8.1f} {largest:>8,} {shown:>10} {each:>10.0f} {binned:>10.0f}")


if __name__ == "__main__":
    main()

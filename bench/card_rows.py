"""Card payments of a full city-year grouped five ways.

    nice python bench/card_rows.py [ROWS]

Writes ROWS synthetic payments (100 million where absent), groups them five ways with a streaming
engine on two threads, and prints seconds and peak memory of the grouping alone. The columns of a
grouping are packed into one whole number first and taken apart again from the groups: the engine
then compares one key a row instead of up to six, in half of the time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GROUPED = """
import json, resource, time
import polars as pl
begin = time.perf_counter()
rows = pl.scan_parquet({path!r})
measures = (pl.len().alias("payments"), pl.col("amount").cast(pl.Int64).sum())
ways = (
    ("month", "district", "trade", "age", "woman", "visitor"),
    ("month", "district", "trade", "weekday", "hour"),
    ("month", "trade", "hour"),
    ("merchant", "month"),
    ("district", "visitor", "weekday"),
)
kinds = rows.collect_schema()
most = rows.select(pl.col({{name for way in ways for name in way}}).max()).collect(engine="streaming")
size = {{name: int(value) + 1 for name, value in most.row(0, named=True).items()}}


def grouped(way):
    key = pl.lit(0, pl.Int64)
    for name in way:
        key = key * size[name] + pl.col(name).cast(pl.Int64)
    found = rows.group_by(key.alias("key")).agg(measures).collect(engine="streaming")
    rest, columns = pl.col("key"), []
    for name in reversed(way):
        columns.append((rest % size[name]).cast(kinds[name]).alias(name))
        rest = rest // size[name]
    return found.select(*reversed(columns), "payments", "amount")


made = [grouped(way) for way in ways]
wall = time.perf_counter() - begin
own = resource.getrusage(resource.RUSAGE_SELF)
whole = rows.select(pl.len(), pl.col("amount").cast(pl.Int64).sum()).collect(engine="streaming").row(0)
assert all((one["payments"].sum(), one["amount"].sum()) == whole for one in made)
assert made[3].select("merchant", "month").is_duplicated().sum() == 0
print(json.dumps({{"groups": [one.height for one in made], "wall": round(wall, 1),
      "cpu": round(own.ru_utime + own.ru_stime, 1), "peak_mib": round(own.ru_maxrss / 1024)}}))
"""


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000_000
    from dataro.twin.economy_rows import write_rows

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        begin = time.perf_counter()
        write_rows(path, 0, many, months=12)
        size = path.stat().st_size / 2**20
        print(f"{many:,} rows written in {time.perf_counter() - begin:.1f} s, {size:.0f} MiB")
        code = GROUPED.format(path=str(path))
        threads = {**os.environ, "POLARS_MAX_THREADS": "2"}
        subprocess.run([sys.executable, "-c", code], check=True, env=threads)


if __name__ == "__main__":
    main()

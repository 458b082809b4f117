"""Card payments of a full city-year grouped five ways.

    nice python bench/card_rows.py [ROWS]

Writes ROWS synthetic payments (100 million where absent), groups them five ways with a streaming
engine on two threads, and prints seconds and peak memory of the grouping alone.
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
sizes = [rows.group_by(way).agg(measures).collect(engine="streaming").height for way in ways]
own = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({{"groups": sizes, "wall": round(time.perf_counter() - begin, 1),
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

"""Twenty rules over five million rows, every failing row kept: ours beside plain DuckDB.

    python bench/quality_5m.py [--rows 5000000] [--seed 1] [--folder DIR] [--only ours,duckdb,…]

Makes its own CSV from the seed (12 columns of text, two cells in a hundred dirty), then runs each
contestant in a process of its own and prints CPU seconds, wall seconds and peak memory. Both keep,
for every failing row, its number and a bit mask of the rules it breaks.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

COLUMNS = ("id", "name", "kind", "licensed", "fee", "visitors", "rate", "phone", "business",
           "latitude", "longitude", "open")  # fmt: skip
BUSINESS = r"^\d{3}-\d{2}-\d{5}$"
PHONE = r"^(02|0[3-6][1-4]|010|070)-\d{3,4}-\d{4}$"
KINDS = ("01", "02", "03", "04", "05", "06")
CHUNK = 500_000


def make(path: Path, rows: int, seed: int) -> None:
    """Write the CSV; the same seed gives the same bytes."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(seed)
    with path.open("wb") as file:
        for start in range(0, rows, CHUNK):
            n = min(CHUNK, rows - start)
            dirty = rng.random((len(COLUMNS), n)) < 0.02
            number = pl.Series(np.arange(start, start + n))
            day = pl.Series(rng.integers(3650, 20_000, n)).cast(pl.Int32).cast(pl.Date)
            digits = rng.integers(0, 10**9, n)
            head = rng.integers(100_000_000, 10**9, n)
            places = head[:, None] // 10 ** np.arange(8, -1, -1) % 10
            products = places * np.array([1, 3, 7, 1, 3, 7, 1, 3, 5])
            check = (10 - (products.sum(axis=1) + products[:, 8] // 10) % 10) % 10
            whole = pl.Series(head * 10 + check).cast(pl.String)
            frame = pl.DataFrame(
                {
                    "id": "F" + number.cast(pl.String).str.zfill(9),
                    "name": "시설 " + pl.Series(rng.integers(0, 10**6, n)).cast(pl.String),
                    "kind": pl.Series(rng.choice(KINDS, n)),
                    "licensed": day.dt.strftime("%Y-%m-%d"),
                    "fee": pl.Series(rng.integers(0, 900, n) * 100).cast(pl.String),
                    "visitors": pl.Series(rng.integers(0, 5000, n)).cast(pl.String),
                    "rate": pl.Series(rng.random(n) * 100).round(2).cast(pl.String),
                    "phone": pl.Series(
                        [f"031-{d % 8000 + 2000}-{d // 8000 % 10000:04}" for d in digits.tolist()]
                    ),
                    "business": whole.str.slice(0, 3) + "-" + whole.str.slice(3, 2) + "-" + whole.str.slice(5),
                    "latitude": pl.Series(37 + rng.random(n) * 0.4).round(6).cast(pl.String),
                    "longitude": pl.Series(126.6 + rng.random(n) * 0.6).round(6).cast(pl.String),
                    "open": pl.Series(rng.choice(["Y", "N"], n)),
                }
            )  # fmt: skip
            wrong = {
                "id": "F000000001", "name": "", "kind": "9", "licensed": "2023-02-30",
                "fee": "1200원", "visitors": "-5", "rate": "250.5", "phone": "031-12",
                "business": "12-345", "latitude": "126.9", "longitude": "37.1", "open": "예예",
            }  # fmt: skip
            frame = frame.with_columns(
                pl.when(pl.Series(dirty[i])).then(pl.lit(wrong[c])).otherwise(pl.col(c)).alias(c)
                for i, c in enumerate(COLUMNS)
            )
            frame.write_csv(file, include_header=start == 0)


RULES_SQL = (
    "id IS NULL", "name IS NULL", "length(id) <> 10", "kind NOT IN ('01','02','03','04','05','06')",
    "try_strptime(licensed, '%Y-%m-%d') IS NULL AND licensed IS NOT NULL",
    "try_strptime(licensed, '%Y-%m-%d') > DATE '2026-07-01'",
    "try_cast(fee AS DOUBLE) IS NULL AND fee IS NOT NULL", "try_cast(fee AS DOUBLE) < 0",
    "try_cast(visitors AS BIGINT) IS NULL AND visitors IS NOT NULL",
    "try_cast(visitors AS BIGINT) < 0",
    "try_cast(rate AS DOUBLE) IS NULL AND rate IS NOT NULL",
    "try_cast(rate AS DOUBLE) NOT BETWEEN 0 AND 100",
    f"NOT regexp_matches(phone, '{PHONE}')", f"NOT regexp_matches(business, '{BUSINESS}')",
    "try_cast(latitude AS DOUBLE) IS NULL AND latitude IS NOT NULL",
    "try_cast(latitude AS DOUBLE) NOT BETWEEN 36.9 AND 37.5",
    "try_cast(longitude AS DOUBLE) NOT BETWEEN 126.5 AND 127.3",
    "open NOT IN ('Y','N')", "name <> trim(name)",
)  # fmt: skip
"""Nineteen conditions under which a row fails; the twentieth rule is that ids do not repeat."""


def duckdb_contestant(path: Path) -> dict[str, int]:
    """One pass of DuckDB, every failing row kept with a bit mask; keys by window function."""
    import duckdb

    bits = " | ".join(
        f"(CASE WHEN {rule} THEN {1 << n} ELSE 0 END)::INTEGER" for n, rule in enumerate(RULES_SQL)
    )
    con = duckdb.connect(config={"threads": 2})
    con.execute("SET preserve_insertion_order = false")
    con.execute(
        f"""CREATE TABLE failing AS
        WITH raw AS (SELECT *, row_number() OVER () AS row
                     FROM read_csv('{path}', all_varchar = true, header = true)),
             masks AS (SELECT row, id, {bits} AS mask FROM raw)
        SELECT row, mask FROM masks WHERE mask <> 0"""
    )
    con.execute(
        f"""CREATE TABLE twice AS SELECT id, count(*) - 1 AS again
        FROM read_csv('{path}', all_varchar = true, header = true)
        WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1"""
    )
    counts = {
        str(n): con.execute(f"SELECT count(*) FROM failing WHERE mask & {1 << n} <> 0").fetchall()[
            0
        ][0]
        for n in range(len(RULES_SQL))
    }
    again = con.execute("SELECT sum(again) FROM twice").fetchall()[0][0]
    return counts | {"repeated": int(again or 0)}


def ours(path: Path) -> dict[str, int]:
    """The screens of Dataro over streamed batches; the same twenty rules."""
    from dataro.data.quality.batches import read_batches
    from dataro.data.quality.bits import judge_batches

    result = judge_batches(read_batches(path), _screens(), key=("id",))
    return {str(n): count for n, count in enumerate(result.counts)} | {
        "repeated": len(result.repeated)
    }


def whole_diagnosis(path: Path) -> dict[str, int]:
    """Everything `diagnose` does without a declaration: far more than the twenty rules."""
    from dataro.data.quality.diagnose import diagnose

    found = diagnose(path)
    return {rule.rule: rule.failed for rule in found.rules}


def profiling(path: Path) -> dict[str, int]:
    """The exact profile of every column."""
    from dataro.data.quality.batches import read_batches
    from dataro.data.quality.profile import profile

    return {p.name: p.distinct for p in profile(read_batches(path))}


def _screens() -> list[object]:
    import polars as pl

    number, day = pl.Float64, pl.col("licensed").str.to_date("%Y-%m-%d", strict=False)
    fee, visitors, rate, lat, lon = (
        pl.col(c).cast(number, strict=False)
        for c in ("fee", "visitors", "rate", "latitude", "longitude")
    )
    given = {c: pl.col(c).is_not_null() for c in COLUMNS}
    return [
        ~given["id"], ~given["name"], pl.col("id").str.len_chars() != 10,
        ~pl.col("kind").is_in(KINDS), day.is_null() & given["licensed"],
        day > pl.date(2026, 7, 1), fee.is_null() & given["fee"], fee < 0,
        visitors.is_null() & given["visitors"], visitors < 0, rate.is_null() & given["rate"],
        ~rate.is_between(0, 100), ~pl.col("phone").str.contains(PHONE),
        ~pl.col("business").str.contains(BUSINESS), lat.is_null() & given["latitude"],
        ~lat.is_between(36.9, 37.5), ~lon.is_between(126.5, 127.3),
        ~pl.col("open").is_in(("Y", "N")), pl.col("name") != pl.col("name").str.strip_chars(),
    ]  # fmt: skip


CONTESTANTS: dict[str, Callable[[Path], dict[str, int]]] = {
    "ours": ours,
    "duckdb": duckdb_contestant,
    "diagnose": whole_diagnosis,
    "profile": profiling,
}


def run_one(name: str, path: Path) -> None:
    """Run one contestant in this process and print what it cost as JSON."""
    began = time.perf_counter()
    counts = CONTESTANTS[name](path)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "name": name, "cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "wall_s": round(time.perf_counter() - began, 1),
        "peak_mib": round(used.ru_maxrss / 1024), "counts": counts,
    }))  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", default="ours,duckdb,profile")
    parser.add_argument("--contestant", help=argparse.SUPPRESS)
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="dataro-quality-"))
    path = folder / f"quality_{given.rows}_{given.seed}.csv"
    if given.contestant:
        run_one(given.contestant, path)
        return
    if not path.exists():
        make(path, given.rows, given.seed)
    print(f"{path}: {given.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB")
    for name in given.only.split(","):
        done = subprocess.run(
            [sys.executable, __file__, "--rows", str(given.rows), "--seed", str(given.seed),
             "--folder", str(folder), "--contestant", name],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        result = json.loads(done.stdout)
        print(f"{name:10} CPU {result['cpu_s']:6.1f} s  wall {result['wall_s']:6.1f} s  "
              f"peak {result['peak_mib']:6,} MiB  {result['counts']}")  # fmt: skip


if __name__ == "__main__":
    main()

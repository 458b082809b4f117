"""Effect on card payments with two fixed effects: cells grouped first, against raw rows.

    python bench/causal_rows.py [ROWS] [--peer PYTHON]

Writes ROWS synthetic payments (10 million where absent), estimates the effect of joining with
effects of shop and month in a process of its own, then runs pyfixest on the raw rows in the same
way (``--peer`` names a Python that has pyfixest and polars). Prints seconds, peak memory and both
estimates.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OURS = """
import polars as pl
from dataro.methods.causal.fixed_effects import two_way
cells = (
    pl.scan_parquet({path!r})
    .select("merchant", "month", "joined", y=pl.col("amount").cast(pl.Float64).log())
    .group_by("merchant", "month", "joined")
    .agg(n=pl.len(), y=pl.col("y").mean())
    .collect(engine="streaming")
)
shop = cells["merchant"].rank("dense").cast(pl.Int64).to_numpy() - 1
fit = two_way(
    cells["y"].to_numpy(), cells["joined"].cast(pl.Float64).to_numpy()[:, None], shop,
    cells["month"].cast(pl.Int64).to_numpy(), weight=cells["n"].cast(pl.Float64).to_numpy(),
)
beta, error, extra = float(fit.estimate[0]), float(fit.error[0]), cells.height
"""
PEER = """
import polars as pl, pyfixest
frame = (
    pl.read_parquet({path!r}, columns=["merchant", "month", "joined", "amount"])
    .with_columns(y=pl.col("amount").cast(pl.Float64).log(), joined=pl.col("joined").cast(pl.Float64))
    .drop("amount").to_pandas()
)
fit = pyfixest.feols(
    "y ~ joined | merchant + month", frame, vcov={{"CRV1": "merchant"}}, copy_data=False,
    store_data=False, lean=True, fixef_tol=1e-12,
)
beta, error, extra = float(fit.coef().iloc[0]), float(fit.se().iloc[0]), len(frame)
"""
MEASURE = """
import json, resource, time
begin = time.perf_counter()
{body}
own = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({{"beta": beta, "error": error, "rows": extra, "wall": time.perf_counter() - begin,
      "cpu": own.ru_utime + own.ru_stime, "peak_mib": own.ru_maxrss / 1024}}))
"""


def measure(python: str, body: str, path: Path) -> dict[str, float]:
    """Run ``body`` in a process of its own; seconds and memory include its imports."""
    code = MEASURE.format(body=body.format(path=str(path)))
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rows", nargs="?", type=int, default=10_000_000)
    parser.add_argument("--peer", default="")
    given = parser.parse_args()
    from dataro.twin.economy_rows import EFFECT, write_rows

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        begin = time.perf_counter()
        write_rows(path, 0, given.rows)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{given.rows:,} rows written in {time.perf_counter() - begin:.1f} s, {peak:.0f} MiB")
        ours = measure(sys.executable, OURS, path)
        print("ours    ", {k: round(v, 6) for k, v in ours.items()}, "truth", EFFECT)
        if given.peer:
            peer = measure(given.peer, PEER, path)
            print("pyfixest", {k: round(v, 6) for k, v in peer.items()})
            print(
                f"difference of estimates {abs(ours['beta'] - peer['beta']):.2e}; CPU "
                f"{ours['cpu'] / peer['cpu']:.2f}, memory {ours['peak_mib'] / peer['peak_mib']:.2f} "
                "of the peer's"
            )


if __name__ == "__main__":
    main()

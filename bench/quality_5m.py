"""Twenty rules over five million rows, every failing row kept, reports written: ours and six peers.

    python bench/quality_5m.py [--rows 5000000] [--seed 1] [--folder DIR] [--only ours,duckdb,…]

Makes its own CSV from the seed (12 columns of text, two cells in a hundred dirty), installs the
peers (``quality_peers.txt``) into an environment of their own in the folder, then runs each
contestant in a process of its own and prints CPU seconds, wall seconds and peak memory.

- ``ours``: what ``dataro check FILE --rules quality_rules.yml --html --xlsx --json`` does: every
  failing cell with its rule, and the three reports;
- ``diagnose``: what ``dataro check FILE`` does without any rules, the three reports written;
- ``profile``: the exact profile;
- the peers, each as its documentation says, say in ``quality_peers.py`` what they give. frictionless
  runs on the first 100,000 rows; its figures are extrapolated by rows, and say so.
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
from itertools import islice
from pathlib import Path
from typing import Any

COLUMNS = ("id", "name", "kind", "licensed", "fee", "visitors", "rate", "phone", "business",
           "latitude", "longitude", "open")  # fmt: skip
HERE = Path(__file__).parent
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


def ours(path: Path) -> dict[str, int]:
    """The twenty rules, every failing cell kept, and the three reports."""
    from dataro.build.rules_file import read_rules
    from dataro.data.quality.by_rules import judge_by_rules

    return _reported(judge_by_rules(path, read_rules(HERE / "quality_rules.yml")), path)


def whole_diagnosis(path: Path) -> dict[str, int]:
    """Everything `diagnose` does without a declaration: far more than the twenty rules."""
    from dataro.data.quality.diagnose import diagnose

    return _reported(diagnose(path), path)


def _reported(found: Any, path: Path) -> dict[str, int]:
    """Write the reports beside the file; failing cells by rule."""
    from dataro.publish.quality.judged import Judged
    from dataro.publish.quality.page import report_page
    from dataro.publish.quality.workbook import report_workbook

    judged = Judged(path.name, [found])
    page = report_page(judged, "ko").encode()
    assert len(page) < 1_000_000
    path.with_suffix(".html").write_bytes(page)
    path.with_suffix(".xlsx").write_bytes(report_workbook(judged, "ko"))
    document = json.dumps(judged.as_dict(), ensure_ascii=False)
    path.with_suffix(".json").write_text(document, encoding="utf-8")
    return {rule.rule: rule.failed for rule in found.rules if rule.failed}


def profiling(path: Path) -> dict[str, int]:
    """The exact profile of every column."""
    from dataro.data.quality.batches import read_batches
    from dataro.data.quality.profile import profile

    return {p.name: p.distinct for p in profile(read_batches(path))}


OURS: dict[str, Callable[[Path], dict[str, int]]] = {
    "ours": ours,
    "diagnose": whole_diagnosis,
    "profile": profiling,
}
PEERS = ("duckdb", "polars", "pandera", "pointblank", "great-expectations", "frictionless")
SLOW = {"frictionless": 100_000}
"""Peers that run on so many rows alone."""


def run_one(name: str, path: Path) -> None:
    """Run one of ours in this process and print what it cost as JSON."""
    began = time.perf_counter()
    counts = OURS[name](path)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({
        "name": name, "version": "", "cpu_s": used.ru_utime + used.ru_stime,
        "wall_s": time.perf_counter() - began, "peak_mib": used.ru_maxrss / 1024, "counts": counts,
    }))  # fmt: skip


def peers_python(folder: Path) -> Path:
    """The Python of the peers' own environment, made where it is not there yet."""
    import venv

    place = folder / "peers"
    python = place / "bin" / "python"
    if not (place / "ready").exists():
        venv.create(place, with_pip=True, clear=True)
        subprocess.run(
            [python, "-m", "pip", "install", "-q", "-r", HERE / "quality_peers.txt"], check=True
        )
        (place / "ready").touch()
    return python


def head(path: Path, rows: int) -> Path:
    """The first rows of the file, as a file beside it."""
    part = path.with_name(f"{path.stem}_first_{rows}.csv")
    with path.open("rb") as whole, part.open("wb") as some:
        some.writelines(islice(whole, rows + 1))
    return part


def measured(name: str, path: Path, folder: Path, rows: int) -> dict[str, Any]:
    """What one contestant cost, in a process of its own."""
    if name in OURS:
        command = [sys.executable, __file__, "--contestant", name, "--file", str(path)]
    else:
        few = min(SLOW.get(name, rows), rows)
        part = head(path, few) if few < rows else path
        command = [str(peers_python(folder)), str(HERE / "quality_peers.py"), name, str(part)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", default=",".join((*OURS, *PEERS)))
    parser.add_argument("--contestant", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.contestant:
        run_one(given.contestant, given.file)
        return
    folder = given.folder or Path(tempfile.mkdtemp(prefix="dataro-quality-"))
    path = folder / f"quality_{given.rows}_{given.seed}.csv"
    if not path.exists():
        make(path, given.rows, given.seed)
    print(f"{path}: {given.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB")
    for name in given.only.split(","):
        found = measured(name, path, folder, given.rows)
        few = SLOW.get(name, given.rows)
        times = max(1.0, given.rows / few)
        note = f"  extrapolated from {few:,} rows" if times > 1 else ""
        print(f"{name:18} {found['version']:8} CPU {times * found['cpu_s']:7.1f} s  "
              f"wall {times * found['wall_s']:7.1f} s  peak {found['peak_mib']:6,.0f} MiB{note}  "
              f"{found['counts']}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()

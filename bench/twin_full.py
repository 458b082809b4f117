"""A whole synthetic city at its published size: seconds, peak memory, people, files, rows.

    python bench/twin_full.py [--scale 1.0]

The city must be made in 120 s and 4 GB on two cores.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from python_calamine import CalamineWorkbook

from dataro.twin.write import write_city

FACTS = Path(__file__).parents[1] / "src/dataro/cities/hwaseong"


def rows_of(path: Path) -> int:
    """Rows of a table, features of a map, region-months of the book of regions."""
    if path.suffix == ".xlsx":
        return len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python())
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    name = path.name.removesuffix(".gz")
    if name.endswith(".csv"):
        return content.count(b"\n")  # no cell of these files has a line break
    document = json.loads(content)
    if isinstance(document, list):
        return len(document)
    if "regions" in document:
        return sum(len(region["monthly"]) for region in document["regions"].values())
    return len(document.get("features", ()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    scale = parser.parse_args().scale
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        started, cpu = time.perf_counter(), time.process_time()
        manifest = write_city(raw, FACTS, scale=scale, truth=Path(folder) / "truth")
        seconds, used = time.perf_counter() - started, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows = sum(rows_of(raw / path) for path in manifest.digests)
        size = sum((raw / path).stat().st_size for path in manifest.digests) / 1e6
    print(f"scale {scale:g}: {manifest.people:,} people in {manifest.until}")
    print(f"{seconds:.1f} s ({used:.1f} s of CPU), peak {peak:,.0f} MB")
    print(
        f"{len(manifest.digests)} files, {rows:,} rows, {size:.1f} MB, {manifest.planted} planted errors"
    )
    if scale <= 1 and (seconds > 120 or peak > 4096):
        sys.exit("over the budget of 120 s and 4 GB")


if __name__ == "__main__":
    main()

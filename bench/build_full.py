"""The build of the full-scale synthetic city: seconds, peak memory, rows; then what little changed.

python bench/build_full.py [FOLDER]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from dataro.build.run import StepResult, build
from dataro.build.workspace import Workspace, init, shipped_cities
from dataro.twin.write import write_city


def timed(what: str, call: Callable[[], list[StepResult]]) -> None:
    """One row: wall and CPU seconds, steps built, rows written."""
    wall, cpu = time.perf_counter(), time.process_time()
    results = call()
    built = [one for one in results if one.result == "built"]
    failed = [one.id for one in results if one.result in ("failed", "blocked")]
    rows = sum(one.rows or 0 for one in built)
    print(
        f"{what:32} {time.perf_counter() - wall:6.1f} s {time.process_time() - cpu:6.1f} CPU s  "
        f"{len(built):3} steps {rows:>10,} rows" + (f"  failed: {failed}" if failed else "")
    )


def main(folder: Path) -> None:
    """Write the city, build it, build it again, change one file and build once more."""
    workspace: Workspace = init(folder / "city", shipped_cities()[0])
    facts = workspace.folder
    start = time.perf_counter()
    write_city(workspace.raw, facts, scale=1.0, seed=0, truth=workspace.folder / "truth")
    print(f"{'synthetic city written':32} {time.perf_counter() - start:6.1f} s")
    timed("everything", lambda: build(workspace))
    timed("nothing changed", lambda: build(workspace))
    stops = next(workspace.raw.rglob("stops_tago.csv"))
    stops.write_bytes(b"\n".join(stops.read_bytes().split(b"\n")[:-50]) + b"\n")
    timed("one small file changed", lambda: build(workspace))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the process: {peak:,.0f} MiB")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as made:
            main(Path(made))

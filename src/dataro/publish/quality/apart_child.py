"""The child of ``dataro.publish.quality.apart``: limits itself, judges one file, writes reports."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

from dataro.data.quality.diagnose import diagnose
from dataro.data.standards.store import standard
from dataro.publish.quality.apart import DISK, OUT_OF_MEMORY
from dataro.publish.quality.judged import Judged
from dataro.publish.quality.page import report_page
from dataro.publish.quality.workbook import report_workbook
from dataro.vocabulary.city import City
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Text, both


def main(order: dict[str, Any]) -> int:
    """Do one order; 0 where all reports are written."""
    _limit(order["memory"], order["seconds"])
    folder, language = Path(order["folder"]), order["language"]
    try:
        workspace = Path(order["workspace"]) if order["workspace"] else None
        file = Path(order["file"])
        mode = "assessor" if order["assessor"] else "strict"
        found = diagnose(
            file, city=_city(order["bounds"]), mode=mode, edition=standard(workspace)  # type: ignore[arg-type]
        )  # fmt: skip
        judged = Judged(file.name, [found])
        (folder / "numbers.json").write_text(
            json.dumps(judged.as_dict(), ensure_ascii=False), encoding="utf-8"
        )
        (folder / "report.html").write_text(report_page(judged, language), encoding="utf-8")
        (folder / "report.xlsx").write_bytes(report_workbook(judged, language))
    except Problem as problem:
        _say(folder, problem.text)
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def _say(folder: Path, text: Text) -> None:
    (folder / "problem.json").write_text(
        json.dumps(text.as_dict(), ensure_ascii=False), encoding="utf-8"
    )


def _limit(memory: int, seconds: float) -> None:
    """Limits on data, computing time, written files and crash images, where the system has them."""
    if sys.platform == "win32":
        return
    import resource

    computing = math.ceil(seconds) * 2  # of two threads
    for what, most in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CPU, computing),
        (resource.RLIMIT_FSIZE, DISK),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, hard))


def _city(bounds: list[float] | None) -> City | None:
    """As much of a city as judging needs: where it lies."""
    if bounds is None:
        return None
    west, south, east, north = bounds
    nobody = both("", "")
    return City("", nobody, (), (west, south, east, north), nobody, nobody)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))

"""Old workbooks (XLS), read in a process of their own with limits on time and memory.

The format is binary, and a damaged file can make its reader loop, or ask for more memory than the
machine has, which would end the command or the build that reads it. Here it ends one child process
and is told in a sentence; other files go on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dataro.data.sources.format import OLE, damaged, locked
from dataro.data.sources.heading import Merged
from dataro.data.sources.raw import Report
from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

SECONDS = 120.0
MEMORY = 2 * 2**30
"""Bytes that the child may use for its data."""
_KEPT = ("PATH", "PYTHONPATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT", "LANG", "LC_ALL",
         "VIRTUAL_ENV")  # fmt: skip
_PROGRAM = "dataro.data.sources.old_workbook_child"


@dataclass(frozen=True)
class OldSheet:
    """A sheet as the child read it, with the names that calamine gives these things."""

    height: int
    width: int
    total_height: int
    merged_cell_ranges: Sequence[Merged]
    rows: Sequence[Sequence[str | None]]

    def iter_rows(self) -> Iterator[Sequence[str | None]]:
        """The rows from the first on, every cell text or None."""
        return iter(self.rows)


@dataclass(frozen=True)
class OldBook:
    """The sheets of an old workbook by name."""

    sheets: dict[str, OldSheet]

    @property
    def sheet_names(self) -> list[str]:
        return list(self.sheets)

    def get_sheet_by_name(self, name: str) -> OldSheet:
        return self.sheets[name]


def is_old(path: Path) -> bool:
    """Whether a workbook is of the binary kind."""
    with path.open("rb") as file:
        return file.read(len(OLE)) == OLE


def read_apart(path: Path, report: Report) -> OldBook:
    """The sheets of an old workbook. Raises ``Problem`` where it is damaged or locked, or takes
    more than ``SECONDS`` or ``MEMORY``."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    with tempfile.TemporaryDirectory(prefix="xls") as folder:
        out = Path(folder) / "sheets.json"
        order = [str(path), str(out), str(SECONDS), str(MEMORY)]
        try:
            ended = subprocess.run(  # noqa: S603 - our own program, no shell
                [sys.executable, "-m", _PROGRAM, *order], env=environment | {"PYTHONUTF8": "1"},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                timeout=SECONDS, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise _limit(report) from error
        if not out.exists():
            raise _limit(report) if ended.returncode == -24 else damaged(report, "")
        found = json.loads(out.read_text("utf-8"))
    if found.get("locked"):
        raise locked(report)
    if "damaged" in found:
        raise damaged(report, found["damaged"])
    return OldBook({
        one["name"]: OldSheet(
            one["height"], one["width"], one["total_height"],
            [(tuple(start), tuple(end)) for start, end in one["merged"]], one["rows"],
        )
        for one in found["sheets"]
    })  # fmt: skip


def _limit(report: Report) -> Problem:
    return Problem(both(
        f"{report.file}: {SECONDS:.0f}초 안에 읽지 못해 멈추었습니다. 파일이 손상되었을 수 있으니 엑셀에서 "
        "열어 XLSX로 다시 저장하십시오.",
        f"{report.file}: it could not be read within {SECONDS:.0f} seconds and was stopped. It may "
        "be damaged: open it in a spreadsheet and save it as XLSX.",
    ))  # fmt: skip

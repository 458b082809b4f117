"""Judging a stranger's file in a process of its own, with limits on time, memory and disk.

A damaged workbook can make its reader loop or fill the memory; here that ends one child process,
and the person is told in a sentence. The child gets no environment variable that holds a secret.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import Language, Text, both

SECONDS = 60
MEMORY = 3 * 2**30
"""Bytes that the child may use for its data."""
DISK = 2**30
"""Bytes that one file written by the child may have."""
_KEPT = (
    "PATH",
    "PYTHONPATH",
    "HOME",
    "TMPDIR",
    "TEMP",
    "SYSTEMROOT",
    "LANG",
    "LC_ALL",
    "VIRTUAL_ENV",
)
_PROGRAM = "dataro.publish.quality.apart_child"
OUT_OF_MEMORY = 77
"""How the child ends where it ran out of memory."""


class NotJudged(Problem):
    """The file could not be judged: what is wrong with it, or which limit it went over."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the child made: numbers (``Judged.as_dict``), the HTML report, the workbook."""

    numbers: dict[str, Any]
    page: str
    workbook: bytes


def judge_apart(
    file: Path, folder: Path, language: Language, *, assessor: bool = False,
    bounds: tuple[float, float, float, float] | None = None,
    workspace: Path | None = None, seconds: float = SECONDS, memory: int = MEMORY,
    program: Sequence[str] = (sys.executable, "-m", _PROGRAM),
) -> Report:  # fmt: skip
    """Judge ``file``; ``folder`` is an empty one for what the child writes.

    ``workspace`` tells the standard in force, ``bounds`` the city (degrees, EPSG:4326). ``program``
    is what is run, with a JSON of the order as its last argument. Raises ``NotJudged``.
    """
    order = {
        "file": str(file), "folder": str(folder), "language": language, "assessor": assessor,
        "bounds": bounds, "workspace": str(workspace) if workspace else None,
        "seconds": seconds, "memory": memory,
    }  # fmt: skip
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"POLARS_MAX_THREADS": "2", "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"}
    try:
        ended = subprocess.run(  # noqa: S603 - our own program, no shell
            [*program, json.dumps(order)], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NotJudged(_too_long(file.name, seconds)) from error
    said = folder / "problem.json"
    if said.exists():
        raise NotJudged(Text(**json.loads(said.read_text("utf-8"))))
    if ended.returncode != 0 or not (folder / "report.xlsx").exists():
        raise NotJudged(_ended(file.name, ended.returncode, seconds))
    return Report(
        json.loads((folder / "numbers.json").read_text("utf-8")),
        (folder / "report.html").read_text("utf-8"),
        (folder / "report.xlsx").read_bytes(),
    )


def _ended(name: str, code: int, seconds: float) -> Text:
    if code == -24:  # SIGXCPU: the limit on computing time
        return _too_long(name, seconds)
    if code in (OUT_OF_MEMORY, -9, -6):
        return both(
            f"{name}: 읽는 데 메모리가 너무 많이 들어 멈추었습니다. 파일을 나누거나, 설치된 데이터로에서 "
            "`dataro check`로 진단해 주십시오.",
            f"{name}: reading it took too much memory and was stopped. Divide the file, or judge it "
            "with `dataro check` on a machine of your own.",
        )
    return both(
        f"{name}: 읽는 도중 읽기 프로그램이 멈추었습니다. 파일이 손상되었을 수 있습니다. 원래 프로그램에서 "
        "열어 .xlsx나 .csv로 다시 저장한 뒤 올려 주십시오.",
        f"{name}: its reader broke off. The file may be damaged: open it in the program that made it, "
        "save it again as .xlsx or .csv, and try that.",
    )


def _too_long(name: str, seconds: float) -> Text:
    return both(
        f"{name}: {seconds:.0f}초 안에 읽지 못해 멈추었습니다. 파일이 손상되었거나 매우 큽니다. .xlsx나 "
        ".csv로 다시 저장하거나, 설치된 데이터로에서 `dataro check`로 진단해 주십시오.",
        f"{name}: it could not be read within {seconds:.0f} seconds and was stopped. It is damaged or "
        "very large: save it again as .xlsx or .csv, or judge it with `dataro check` on a machine of "
        "your own.",
    )

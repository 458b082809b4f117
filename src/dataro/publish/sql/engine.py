"""Processes that run people's SQL, a few and kept warm; one that goes too far is ended."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

from dataro.vocabulary.problem import Problem
from dataro.vocabulary.text import both

PROGRAM = "dataro.data.lake.locked"
PATIENCE = 3.0
"""Seconds beyond its own limit after which a process is ended."""

_KEPT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT", "VIRTUAL_ENV")


class Busy(Problem):
    """All processes are at work, and stayed so."""


class Engine:
    """At most ``workers`` questions at a time. Safe to share between threads."""

    def __init__(self, workers: int = 2, wait: float = 15.0) -> None:
        self._wait = wait
        self._idle: queue.Queue[_Worker] = queue.Queue()
        for _ in range(workers):
            self._idle.put(_Worker())

    def run(self, order: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The answer to an order (``dataro.data.lake.locked.answer``).

        Raises ``Busy`` where no process becomes free in time.
        """
        try:
            worker = self._idle.get(timeout=self._wait)
        except queue.Empty as error:
            raise Busy(
                both(
                    "다른 질의를 처리하고 있습니다. 잠시 뒤 다시 시도해 주십시오.",
                    "Other queries are being worked on. Try again in a moment.",
                )
            ) from error
        try:
            return worker.ask(order, seconds + PATIENCE)
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End the processes that wait."""
        while True:
            try:
                self._idle.get_nowait().stop()
            except queue.Empty:
                return


class _Worker:
    """One process, started at its first question and again after it was ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def ask(self, order: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        process = self._process
        if process is None or process.poll() is not None:
            process = self._process = _started()
        assert process.stdin is not None
        assert process.stdout is not None
        over = threading.Event()

        def end() -> None:
            over.set()
            process.kill()

        alarm = threading.Timer(seconds, end)
        alarm.daemon = True
        alarm.start()
        try:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            found: dict[str, Any] = json.loads(line)
            return found
        except (OSError, ValueError):
            self.stop()
            return {"kind": "time" if over.is_set() else "memory", "error": "", "seconds": seconds}
        finally:
            alarm.cancel()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was not sent any more
                    continue


def _started() -> subprocess.Popen[str]:
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return subprocess.Popen(  # noqa: S603 - our own program, no shell
        [sys.executable, "-B", "-m", PROGRAM],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        encoding="utf-8", env={**environment, "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip

"""Reports on files that people gave: held in memory for a while, under a name nobody can guess."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from dataro.publish.quality.apart import Report

SECONDS = 15 * 60
MOST = 40
MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class _Held:
    report: Report
    until: float
    name: str


class KeptReports:
    """At most ``MOST`` reports and ``MOST_BYTES`` bytes; the oldest go first. Safe between threads."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._held: OrderedDict[str, _Held] = OrderedDict()

    def keep(self, report: Report, name: str) -> str:
        """Hold a report; the token that gives it back."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._drop_old()
            self._held[token] = _Held(report, time.monotonic() + self._seconds, name)
            while len(self._held) > 1 and (len(self._held) > MOST or self._weight() > MOST_BYTES):
                self._held.popitem(last=False)
        return token

    def get(self, token: str) -> tuple[Report, str] | None:
        """The report and the name of its file; None once its time has passed."""
        with self._lock:
            self._drop_old()
            held = self._held.get(token)
        return (held.report, held.name) if held else None

    def _drop_old(self) -> None:
        now = time.monotonic()
        for token in [token for token, held in self._held.items() if held.until < now]:
            del self._held[token]

    def _weight(self) -> int:
        return sum(len(h.report.workbook) + 2 * len(h.report.page) for h in self._held.values())

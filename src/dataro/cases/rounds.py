"""What has to be done again and again while the portal runs: reminders, notices, forgetting.

Each part does its work once however often it is called, and by one process at a time, so that
several portals on the same records may all make their rounds.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from dataro.accounts.records import Records
from dataro.accounts.sessions import sweep
from dataro.cases.channels import channels
from dataro.cases.delivery import deliver
from dataro.cases.reminders import remind
from dataro.cases.retention import forget
from dataro.vocabulary.problem import Problem

SECONDS = 60.0
"""Between one round and the next: notices leave within a minute."""
FIRST_SECONDS = 5.0
"""Before the first one, so that a portal that starts serves pages first."""
_LOG = logging.getLogger(__name__)


class Rounds:
    """Makes rounds in a thread of its own until it is stopped.

    Deadlines count in days: reminders and forgetting have their turn when a day has begun, and what
    else is to be done ``daily`` after them; notices go out in every round. A round that fails is told to the log, and the next one tries again.
    """

    def __init__(
        self,
        records: Records,
        *,
        daily: Sequence[Callable[[], object]] = (),
        seconds: float = SECONDS,
        first: float = FIRST_SECONDS,
    ) -> None:
        self._records, self._seconds, self._first = records, seconds, first
        self._daily = [*(partial(part, records) for part in (remind, forget, sweep)), *daily]
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)
        self._done_on: date | None = None

    def start(self) -> None:
        """Begin; the first round is made a few seconds later."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the round that is being made."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def make(self) -> None:
        """One round."""
        today = self._records.today()
        if today != self._done_on:
            done = [_tried(part) for part in self._daily]
            if all(done):
                self._done_on = today
        _tried(lambda: deliver(self._records, channels()))

    def _run(self) -> None:
        pause = self._first
        while not self._stopping.wait(pause):
            self.make()
            pause = self._seconds


def _tried(part: Callable[[], object]) -> bool:
    try:
        part()
    except Problem as problem:
        _LOG.warning("a round was not finished: %s", problem.text.en)
        return False
    except Exception:
        _LOG.exception("a round failed")
        return False
    return True

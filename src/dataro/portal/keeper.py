"""While a portal runs: what was published is worked out for the catalogue, and followers are told."""

from __future__ import annotations

import logging
import os
import threading
from datetime import timedelta

from dataro.accounts.records import Records
from dataro.accounts.use.totals import months_by_entry, totals
from dataro.cases.reuses import reuses
from dataro.portal.store import Store
from dataro.publish.after_build import after_build

LOOK_SECONDS = 5.0
ANYWAY_SECONDS = 60.0
"""Deliveries that were put off are tried this often without a new version."""
COUNT_SECONDS = 600.0
"""Uses are read this often: pages that tell them are made anew."""
MONTH_DAYS = 366
"""Use by month is told for so many days."""

_log = logging.getLogger(__name__)


class Keeper:
    """A thread that follows the data of one portal until it is stopped."""

    def __init__(self, store: Store, records: Records) -> None:
        self._store, self._records = store, records
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="catalogue keeper", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """End, once what is under way is done."""
        self._stopping.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        seen, waited, counted = "", ANYWAY_SECONDS, COUNT_SECONDS
        while not self._stopping.is_set():
            version = self._store.context.state.version()
            try:
                self._store.note_reuses(reuses(self._records))
                if counted >= COUNT_SECONDS:
                    since = self._records.today() - timedelta(days=MONTH_DAYS)
                    months = months_by_entry(self._records, since=since.replace(day=1))
                    self._store.note_uses(totals(self._records), months)
                    counted = 0.0
                if version != seen or waited >= ANYWAY_SECONDS:
                    after_build(self._store.context, self._records, os.environ)
                    seen, waited = version, 0.0
            except Exception:  # the portal goes on; the next look tries again
                _log.exception("the catalogue could not be brought up to date")
            self._stopping.wait(LOOK_SECONDS)
            waited, counted = waited + LOOK_SECONDS, counted + LOOK_SECONDS

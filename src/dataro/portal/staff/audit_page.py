"""The audit log as those read it who may, with whether its chain holds."""

from __future__ import annotations

import time

from dataro.accounts import audit
from dataro.accounts.clock import KOREA, moment
from dataro.portal.desk import Desk
from dataro.portal.exchange import Page
from dataro.portal.memory import Memory
from dataro.portal.pages import Visit
from dataro.portal.staff.frame import desk_page, may, only, reader_of, works_on_cases

SIZE = 50
_FRESH_SECONDS = 60
_VERIFIED: Memory[audit.Verification] = Memory(4)


def audit_page(desk: Desk, visit: Visit) -> Page:
    """Entries, newest first, and the verification of the whole chain.

    Whoever deals with nothing at the desk but may not read it either finds no page.
    """
    person = reader_of(visit).person
    only(may(desk, person, "audit.read", "audit"))
    subject = visit.query.get("subject", "").strip()[:200]
    given = visit.query.get("before", "")
    before = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
    found = audit.entries(desk.records, subject=subject or None, before=before, limit=SIZE)
    return desk_page(
        desk, visit, "audit.html",
        entries=[(one, _when(one.at), _detail(one)) for one in found], subject=subject,
        verification=_verification(desk),
        older=found[-1].id if len(found) == SIZE else None,
        casework=works_on_cases(person),
    )  # fmt: skip


def _verification(desk: Desk) -> audit.Verification:
    """The chain is worked through anew when it has grown, and at least once a minute."""
    newest = audit.entries(desk.records, limit=1)
    key = (id(desk.records), newest[0].hash if newest else "", time.monotonic() // _FRESH_SECONDS)
    return _VERIFIED.get(key, lambda: audit.verify(desk.records))


def _when(at: str) -> str:
    return moment(at).astimezone(KOREA).strftime("%Y-%m-%d %H:%M:%S")


def _detail(entry: audit.Entry) -> str:
    """What an entry holds beside: only what says something."""
    said = {
        name: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in entry.detail.items()
        if value not in (None, "", [])
    }
    return "; ".join(f"{name}: {value}" for name, value in said.items())[:300]

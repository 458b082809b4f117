"""The audit log: every privileged act, each entry bound to the one before it by its hash.

The database refuses to change or delete an entry; whoever gets around that breaks the chain,
and ``verify`` says where.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from dataro.accounts.person import Person
from dataro.accounts.records import Records
from dataro.accounts.schema import audit_log
from dataro.vocabulary.text import Text, both

BEGINNING = "0" * 64
_PARTS = ("at", "actor", "actor_name", "action", "subject", "detail", "previous")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log; ``detail`` never holds personal data or secrets."""

    id: int
    at: str
    actor: int | None
    actor_name: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the chain holds; ``broken_at`` is the first entry that does not fit."""

    entries: int
    head: str
    broken_at: int | None
    text: Text


def note(
    connection: Connection,
    records: Records,
    actor: Person | None,
    action: str,
    subject: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry, in the same transaction as the act itself."""
    newest = select(audit_log.c.hash).order_by(audit_log.c.id.desc()).limit(1)
    entry: dict[str, Any] = {
        "at": records.now(),
        "actor": actor.id if actor else None,
        "actor_name": actor.login if actor else "",
        "action": action,
        "subject": subject,
        "detail": json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, default=str),
        "previous": connection.execute(newest).scalar() or BEGINNING,
    }
    connection.execute(audit_log.insert().values(**entry, hash=_hash(entry)))


def verify(records: Records, *, head: str | None = None) -> Verification:
    """Recompute the chain from its beginning.

    ``head`` is the hash that an earlier verification gave: where it is no longer in the chain, the
    end of the log has been cut off or written anew.
    """
    previous, count, known = BEGINNING, 0, head in (None, BEGINNING)
    with records.reading() as connection:
        for row in connection.execute(select(audit_log).order_by(audit_log.c.id)).mappings():
            entry = {name: row[name] for name in _PARTS}
            if row["previous"] != previous or _hash(entry) != row["hash"]:
                return Verification(count, previous, row["id"], _broken(row["id"]))
            previous, count = row["hash"], count + 1
            known = known or previous == head
    if not known:
        return Verification(count, previous, count + 1, _broken(count + 1))
    said = both(
        f"감사 기록 {count:,}건이 모두 온전합니다.", f"All {count:,} entries of the log are intact."
    )
    return Verification(count, previous, None, said)


def entries(
    records: Records, *, subject: str | None = None, before: int | None = None, limit: int = 100
) -> list[Entry]:
    """Entries of the log, newest first; only those on ``subject`` where it is given."""
    query = select(audit_log).order_by(audit_log.c.id.desc()).limit(min(limit, 1000))
    if subject is not None:
        query = query.where(audit_log.c.subject == subject)
    if before is not None:
        query = query.where(audit_log.c.id < before)
    with records.reading() as connection:
        rows = connection.execute(query).mappings().all()
    return [
        Entry(
            row["id"], row["at"], row["actor"], row["actor_name"], row["action"], row["subject"],
            json.loads(row["detail"]), row["hash"],
        )
        for row in rows
    ]  # fmt: skip


def _hash(entry: Mapping[str, Any]) -> str:
    said = json.dumps([entry[part] for part in _PARTS], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def _broken(id: int) -> Text:
    return both(
        f"감사 기록의 {id:,}번째 항목이 바뀌었거나 지워졌습니다. 백업본과 견주어 확인해 주세요.",
        f"Entry {id:,} of the audit log was changed or removed. Compare it with a backup.",
    )

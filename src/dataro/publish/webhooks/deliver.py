"""Telling webhooks what changed: queued once for each version, sent signed, tried again, given up."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, select, update

from dataro.accounts.clock import written
from dataro.accounts.records import Records, insert
from dataro.build.context import Context
from dataro.publish.catalogue.entries import public_entries
from dataro.publish.catalogue.entry import Entry
from dataro.publish.catalogue.told import change_words
from dataro.publish.catalogue.versions import versions
from dataro.publish.webhooks.post import Network, Refused, post
from dataro.publish.webhooks.register import key_of
from dataro.publish.webhooks.schema import webhook_deliveries, webhooks
from dataro.vocabulary.problem import Problem

EVENT = "data.changed"
PAUSES_MINUTES = (1, 10, 60, 360, 1440)
LEASE_MINUTES = 10
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Sent:
    """How many deliveries were sent, put off to a later try, and given up."""

    sent: int
    put_off: int
    given_up: int


def queue(records: Records, context: Context) -> int:
    """Queue a delivery for each public entry with a version that a webhook was not told of.

    Returns how many were queued. Nothing is queued twice, whoever calls it how often.
    """
    with records.reading() as connection:
        known = connection.execute(select(webhooks).where(webhooks.c.active)).mappings().all()
    if not known:
        return 0
    entries = {one.id: one for one in public_entries(context) if one.snapshot is not None}
    changed = {one.id: one for row in known for one in _new(row, entries)}
    bodies = {  # worked out before anything is locked
        id: json.dumps(_told(context, one), ensure_ascii=False) for id, one in changed.items()
    }
    return sum(_queue_for(records, row["id"], entries, bodies) for row in known) if bodies else 0


def _new(row: RowMapping, entries: Mapping[str, Entry]) -> list[Entry]:
    """What a webhook was not told of yet."""
    seen, wanted = json.loads(row["seen"]), json.loads(row["entries"])
    return [
        one
        for one in entries.values()
        if seen.get(one.id) != one.snapshot and (not wanted or one.id in wanted)
    ]


def _queue_for(
    records: Records, id: int, entries: Mapping[str, Entry], bodies: Mapping[str, str]
) -> int:
    with records.writing() as connection:
        row = connection.execute(select(webhooks).where(webhooks.c.id == id)).mappings().one()
        new = [one for one in _new(row, entries) if one.id in bodies]
        for one in new:
            insert(
                connection, webhook_deliveries,
                webhook=id, body=bodies[one.id], made_at=records.now(), next_at=records.now(),
                status="waiting", tries=0,
            )  # fmt: skip
        told = {**json.loads(row["seen"]), **{one.id: one.snapshot for one in new}}
        connection.execute(
            update(webhooks).where(webhooks.c.id == id).values(seen=json.dumps(told))
        )
    return len(new)


def _told(context: Context, entry: Entry) -> dict[str, Any]:
    newest = versions(context, entry)[0]
    return {
        "event": EVENT,
        "id": entry.id,
        "kind": entry.kind,
        "title": entry.title.as_dict(),
        "snapshot": newest.snapshot,
        "made_at": newest.made_at,
        "rows": newest.rows,
        "synthetic": newest.synthetic,
        "change": asdict(newest.change) if newest.change else None,
        "said": change_words(entry, newest).as_dict(),
        "path": f"/ko/{'data' if entry.kind == 'dataset' else 'analysis'}/{entry.id}",
    }


def deliver(
    records: Records, environment: Mapping[str, str], allowed: Sequence[Network] = ()
) -> Sent:
    """Send what waits and whose time has come."""
    counts = {"sent": 0, "waiting": 0, "failed": 0}
    query = (
        select(webhook_deliveries, webhooks.c.url, webhooks.c.key_name)
        .join(webhooks, webhooks.c.id == webhook_deliveries.c.webhook)
        .where(
            webhook_deliveries.c.status == "waiting",
            webhook_deliveries.c.next_at <= records.now(),
            webhooks.c.active,
        )
        .order_by(webhook_deliveries.c.id)
        .limit(_BATCH)
    )
    with records.reading() as connection:
        waiting = connection.execute(query).mappings().all()
    for row in waiting:
        if _claim(records, row):
            counts[_send(records, row, environment, allowed)] += 1
    return Sent(counts["sent"], counts["waiting"], counts["failed"])


def _claim(records: Records, row: RowMapping) -> bool:
    """Take the delivery for this process by moving its time; whoever moves it first has it."""
    leased = written(records.clock() + timedelta(minutes=LEASE_MINUTES))
    table = webhook_deliveries
    with records.writing() as connection:
        taken = connection.execute(
            update(table)
            .where(table.c.id == row["id"], table.c.status == "waiting",
                   table.c.next_at == row["next_at"])
            .values(next_at=leased)
        )  # fmt: skip
        return taken.rowcount == 1


def _send(
    records: Records, row: RowMapping, environment: Mapping[str, str], allowed: Sequence[Network]
) -> str:
    tries = row["tries"] + 1
    body = {**json.loads(row["body"]), "delivery": row["id"], "sent_at": records.now()}
    values: dict[str, Any]
    try:
        key = key_of(environment, row["key_name"])
        post(row["url"], json.dumps(body, ensure_ascii=False).encode(), key, allowed, EVENT)
        values = {"status": "sent", "error": None}
    except Refused as error:
        values = {"status": "failed", "error": str(error)[:300]}
    except (OSError, Problem) as error:
        said = str(error)[:300] or type(error).__name__
        if tries > len(PAUSES_MINUTES):
            values = {"status": "failed", "error": said}
        else:
            later = records.clock() + timedelta(minutes=PAUSES_MINUTES[tries - 1])
            values = {"status": "waiting", "error": said, "next_at": written(later)}
    with records.writing() as connection:
        table = webhook_deliveries
        connection.execute(
            update(table).where(table.c.id == row["id"]).values(tries=tries, **values)
        )
    return str(values["status"])

"""Delivering notices: each claimed by one process, tried again with growing pauses, then given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, select, update

from dataro.accounts.clock import written
from dataro.accounts.records import Records
from dataro.cases.message import Channel, Message, Refused
from dataro.cases.schema import cases, deliveries, notices
from dataro.vocabulary.text import Language, Text

PAUSES_MINUTES = (1, 10, 60, 360, 1440)
LEASE_MINUTES = 10
"""A delivery that was claimed and neither sent nor given back by then is tried by somebody else."""
EXPIRES_DAYS = 7
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many deliveries were sent, put off to a later try, and given up."""

    sent: int
    put_off: int
    given_up: int


def deliver(records: Records, channels: Sequence[Channel]) -> Delivered:
    """Send what waits and whose time has come, over the channels that are set up.

    What has waited a week without a channel for it expires: the notice in the portal stays.
    """
    _expire(records)
    by_name = {one.name: one for one in channels}
    counts = {"sent": 0, "waiting": 0, "failed": 0}
    query = (
        select(deliveries, notices.c.ko, notices.c.en, cases.c.number)
        .join(notices, notices.c.id == deliveries.c.notice)
        .join(cases, cases.c.id == notices.c.case_id)
        .where(
            deliveries.c.status == "waiting", deliveries.c.next_at <= records.now(),
            deliveries.c.channel.in_(by_name),
        )
        .order_by(deliveries.c.id)
        .limit(_BATCH)
    )  # fmt: skip
    with records.reading() as connection:
        waiting = connection.execute(query).mappings().all()
    for row in waiting:
        if _claim(records, row):
            counts[_send(records, by_name[row["channel"]], row)] += 1
    return Delivered(counts["sent"], counts["waiting"], counts["failed"])


def _claim(records: Records, row: RowMapping) -> bool:
    """Take the delivery for this process by moving its time; whoever moves it first has it."""
    leased = written(records.clock() + timedelta(minutes=LEASE_MINUTES))
    with records.writing() as connection:
        taken = connection.execute(
            update(deliveries)
            .where(
                deliveries.c.id == row["id"], deliveries.c.status == "waiting",
                deliveries.c.next_at == row["next_at"],
            )
            .values(next_at=leased)
        )  # fmt: skip
        return taken.rowcount == 1


def _send(records: Records, channel: Channel, row: RowMapping) -> str:
    language: Language = "en" if row["language"] == "en" else "ko"
    message = Message(row["number"], Text(row["ko"], row["en"]), language)
    tries = row["tries"] + 1
    values: dict[str, Any]
    try:
        channel.send(row["address"], message)
        values = {"status": "sent", "error": None}
    except Refused as error:
        values = {"status": "failed", "error": str(error)[:300]}
    except OSError as error:
        said = str(error)[:300] or type(error).__name__
        if tries > len(PAUSES_MINUTES):
            values = {"status": "failed", "error": said}
        else:
            pause = timedelta(minutes=PAUSES_MINUTES[tries - 1])
            later = written(records.clock() + pause)
            values = {"status": "waiting", "error": said, "next_at": later}
    with records.writing() as connection:
        connection.execute(
            update(deliveries).where(deliveries.c.id == row["id"]).values(tries=tries, **values)
        )
    return str(values["status"])


def _expire(records: Records) -> None:
    long_ago = written(records.clock() - timedelta(days=EXPIRES_DAYS))
    old = select(notices.c.id).where(notices.c.at < long_ago)
    expired = update(deliveries).where(
        deliveries.c.status == "waiting", deliveries.c.notice.in_(old)
    )
    with records.writing() as connection:
        connection.execute(expired.values(status="expired"))

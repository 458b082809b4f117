"""Registering webhooks: whom to tell of which data, with the key by name only.

The key stands in an environment variable whose name is kept; who registers is noted in the audit
log. What has changed before somebody registers is not told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from dataro.accounts import audit
from dataro.accounts.records import Records, insert
from dataro.build.context import Context
from dataro.publish.catalogue.entries import public_entries
from dataro.publish.webhooks.post import Network, checked
from dataro.publish.webhooks.schema import webhook_deliveries, webhooks
from dataro.vocabulary.problem import Problem, did_you_mean
from dataro.vocabulary.text import both

KEY_NAME = "DATARO_WEBHOOK_KEY"
SHORTEST_KEY = 16


@dataclass(frozen=True, slots=True)
class Webhook:
    """One registered address; ``entries`` empty means everything public."""

    id: int
    url: str
    entries: tuple[str, ...]
    key_name: str
    made_at: str
    active: bool
    waiting: int = 0
    failed: int = 0
    last_error: str = ""


def add(
    records: Records,
    context: Context,
    url: str,
    entries: Sequence[str],
    environment: Mapping[str, str],
    allowed: Sequence[Network] = (),
    key_name: str = KEY_NAME,
) -> Webhook:
    """Register ``url`` for changes of ``entries`` (none: everything public).

    Raises ``Problem`` for an address that may not be called, an entry that is not public, a key
    that is missing or short; ``OSError`` where the name cannot be looked up.
    """
    checked(url, allowed)
    key_of(environment, key_name)
    known = {one.id: one for one in public_entries(context)}
    for id in entries:
        if id not in known:
            guess = did_you_mean(id, known)
            raise Problem(
                both(
                    f"“{id}”이라는 공개 데이터가 없습니다.{guess.ko}",
                    f"There is no public data called “{id}”.{guess.en}",
                )
            )
    seen = {id: one.snapshot for id, one in known.items() if one.snapshot is not None}
    with records.writing() as connection:
        made = insert(
            connection, webhooks,
            url=url, entries=json.dumps(list(entries)), key_name=key_name,
            made_at=records.now(), active=True, seen=json.dumps(seen),
        )  # fmt: skip
        audit.note(connection, records, None, "webhook.add", str(made), {"url": url})
    return next(one for one in listed(records) if one.id == made)


def remove(records: Records, id: int) -> None:
    """Stop telling; what waits is not sent any more.

    Raises ``Problem`` where there is no such webhook.
    """
    with records.writing() as connection:
        done = connection.execute(
            update(webhooks).where(webhooks.c.id == id, webhooks.c.active).values(active=False)
        )
        if done.rowcount != 1:
            raise Problem(
                both(
                    f"{id}번 웹훅이 없습니다. dataro catalogue webhooks로 번호를 확인해 주세요.",
                    f"There is no webhook {id}. dataro catalogue webhooks lists them.",
                )
            )
        connection.execute(
            update(webhook_deliveries)
            .where(webhook_deliveries.c.webhook == id, webhook_deliveries.c.status == "waiting")
            .values(status="failed", error="webhook removed")
        )
        audit.note(connection, records, None, "webhook.remove", str(id), {})


def listed(records: Records) -> list[Webhook]:
    """Every active webhook, with how its deliveries stand."""
    counted = (
        select(webhook_deliveries.c.webhook, webhook_deliveries.c.status, func.count().label("n"))
        .group_by(webhook_deliveries.c.webhook, webhook_deliveries.c.status)
    )  # fmt: skip
    errors = (
        select(webhook_deliveries.c.webhook, webhook_deliveries.c.error)
        .where(webhook_deliveries.c.error.is_not(None))
        .order_by(webhook_deliveries.c.id)
    )
    with records.reading() as connection:
        rows = connection.execute(select(webhooks).where(webhooks.c.active)).mappings().all()
        counts = {(r.webhook, r.status): r.n for r in connection.execute(counted)}
        last = {r.webhook: r.error for r in connection.execute(errors)}
    return [
        Webhook(
            row["id"], row["url"], tuple(json.loads(row["entries"])), row["key_name"],
            row["made_at"], row["active"], counts.get((row["id"], "waiting"), 0),
            counts.get((row["id"], "failed"), 0), last.get(row["id"], ""),
        )
        for row in rows
    ]  # fmt: skip


def key_of(environment: Mapping[str, str], name: str) -> str:
    """The key that signs, from the environment. Raises ``Problem`` where it is missing or short."""
    key = environment.get(name, "")
    if len(key) < SHORTEST_KEY:
        raise Problem(
            both(
                f"서명 열쇠가 없거나 너무 짧습니다. 환경 변수 {name}에 {SHORTEST_KEY}자 이상의 열쇠를 넣어 주세요.",
                f"The signing key is missing or short. Put a key of {SHORTEST_KEY} letters or more into "
                f"the environment variable {name}.",
            )
        )
    return key

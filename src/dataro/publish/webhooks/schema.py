"""The tables of webhooks: who is told when data changes, and what is on its way to them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from dataro.accounts.schema import METADATA

webhooks = Table(
    "webhook",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("url", String(500), nullable=False),
    Column("entries", Text, nullable=False),  # JSON list of ids; empty for everything public
    Column("key_name", String(100), nullable=False),  # the environment variable with the key
    Column("made_at", String(40), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("seen", Text, nullable=False),  # JSON: the snapshot of each entry that was told last
)

webhook_deliveries = Table(
    "webhook_delivery",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("webhook", Integer, ForeignKey("webhook.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("made_at", String(40), nullable=False),
    Column("next_at", String(40), nullable=False),
    Column("status", String(10), nullable=False),  # waiting, sent, failed
    Column("tries", Integer, nullable=False),
    Column("error", String(300)),
    Index("webhook_delivery_by_status", "status", "next_at"),
)

"""The table of things that programs write through CKAN's actions."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from dataro.accounts.schema import METADATA

things = Table(
    "ckan_thing",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("id", String(200), nullable=False),
    Column("name", String(500)),
    Column("owner", String(200)),
    Column("other", String(200)),
    Column("state", String(20), nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("kind", "id", name="ckan_thing_once"),
    Index("ckan_thing_by_name", "kind", "name"),
    Index("ckan_thing_by_owner", "kind", "owner"),
    Index("ckan_thing_by_other", "kind", "other"),
)
"""One row per user, token, group, membership, package, resource, tag …: ``body`` is the whole of
it as JSON; ``name``, ``owner`` (what it belongs to) and ``other`` (what else it is tied to) are
taken out of it to find it by (``things.KINDS`` says from which fields)."""

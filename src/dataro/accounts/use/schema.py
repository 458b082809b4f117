"""The tables of use and of extracts for research.

Days are Korean calendar days, ISO 8601; nothing here says who a visitor was.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from dataro.accounts.schema import METADATA

use_counts = Table(
    "use_count",
    METADATA,
    Column("entry", String(200), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("act", String(10), primary_key=True),
    Column("door", String(20), primary_key=True),
    Column("format", String(20), primary_key=True),
    Column("caller", String(10), primary_key=True),
    Column("times", Integer, nullable=False),
    Index("use_by_day", "day"),
)

use_fetches = Table(
    "use_fetch",
    METADATA,
    Column("entry", String(200), primary_key=True),
    Column("person", Integer, ForeignKey("person.id"), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("door", String(20), primary_key=True),
    Column("format", String(20), primary_key=True),
    Column("times", Integer, nullable=False),
    Index("fetch_by_person", "person"),
)

extracts = Table(
    "extract",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("mark", String(32), nullable=False, unique=True),
    Column("dataset", String(100), nullable=False),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("level", String(40), nullable=False),
    Column("until", String(10), nullable=False),
    Column("made_at", String(40), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Index("extract_by_dataset", "dataset"),
)

"""Downloads, calls and page views by day; who fetched while signed in; extracts for research."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables of use."""
    op.create_table(
        "use_count",
        sa.Column("entry", sa.String(200), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("act", sa.String(10), primary_key=True),
        sa.Column("door", sa.String(20), primary_key=True),
        sa.Column("format", sa.String(20), primary_key=True),
        sa.Column("caller", sa.String(10), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
    )
    op.create_index("use_by_day", "use_count", ["day"])
    op.create_table(
        "use_fetch",
        sa.Column("entry", sa.String(200), primary_key=True),
        sa.Column("person", sa.Integer, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("door", sa.String(20), primary_key=True),
        sa.Column("format", sa.String(20), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
    )
    op.create_index("fetch_by_person", "use_fetch", ["person"])
    op.create_table(
        "extract",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("mark", sa.String(32), nullable=False, unique=True),
        sa.Column("dataset", sa.String(100), nullable=False),
        sa.Column("person", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("until", sa.String(10), nullable=False),
        sa.Column("made_at", sa.String(40), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("extract_by_dataset", "extract", ["dataset"])

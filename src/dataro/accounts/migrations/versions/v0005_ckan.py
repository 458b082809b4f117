"""What programs write through CKAN's actions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table of things."""
    op.create_table(
        "ckan_thing",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("name", sa.String(500)),
        sa.Column("owner", sa.String(200)),
        sa.Column("other", sa.String(200)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("kind", "id", name="ckan_thing_once"),
    )
    op.create_index("ckan_thing_by_name", "ckan_thing", ["kind", "name"])
    op.create_index("ckan_thing_by_owner", "ckan_thing", ["kind", "owner"])
    op.create_index("ckan_thing_by_other", "ckan_thing", ["kind", "other"])

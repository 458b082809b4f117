"""Sessions, identities that a provider vouches for, and sign-ins that are under way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of sign-in."""
    op.create_table(
        "session",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("person", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("issuer", sa.String(300)),
        sa.Column("provider_session", sa.String(200)),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("seen_at", sa.String(40), nullable=False),
        sa.Column("expires_at", sa.String(40), nullable=False),
        sa.Column("revoked_at", sa.String(40)),
    )
    op.create_index("session_by_person", "session", ["person"])
    op.create_index("session_by_provider", "session", ["issuer", "provider_session"])
    op.create_table(
        "identity",
        sa.Column("issuer", sa.String(300), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("person", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("made_at", sa.String(40), nullable=False),
    )
    op.create_index("identity_by_person", "identity", ["person"])
    op.create_table(
        "sign_in",
        sa.Column("state_hash", sa.String(64), primary_key=True),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("to_path", sa.String(500), nullable=False),
        sa.Column("expires_at", sa.String(40), nullable=False),
    )
    op.create_table(
        "provider_message",
        sa.Column("issuer", sa.String(300), primary_key=True),
        sa.Column("token_id", sa.String(200), primary_key=True),
        sa.Column("expires_at", sa.String(40), nullable=False),
    )

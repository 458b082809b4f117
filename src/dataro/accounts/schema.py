"""The tables of people, their tokens and sessions, and the audit log; moments are ISO 8601 in UTC."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()

departments = Table(
    "department",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("name_en", String(100), nullable=False),
)

people = Table(
    "person",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("login", String(60), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("email", String(254), nullable=False),
    Column("phone", String(20), nullable=False),
    Column("language", String(2), nullable=False),
    Column("department", String(100), ForeignKey("department.name")),
    Column("password", String(200)),
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", String(40)),
    Column("created_at", String(40), nullable=False),
)

person_roles = Table(
    "person_role",
    METADATA,
    Column("person", Integer, ForeignKey("person.id"), primary_key=True),
    Column("role", String(40), primary_key=True),
)

tokens = Table(
    "token",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("actions", Text),
    Column("created_at", String(40), nullable=False),
    Column("expires_at", String(40), nullable=False),
    Column("revoked_at", String(40)),
    Column("used_at", String(40)),
    Index("token_by_person", "person"),
)

grants = Table(
    "dataset_grant",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("dataset", String(100), nullable=False),
    Column("level", String(40), nullable=False),
    Column("until", String(10), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("made_at", String(40), nullable=False),
    Column("revoked_at", String(40)),
    Index("grant_by_person", "person"),
)

audit_log = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("actor", Integer),
    Column("actor_name", String(100), nullable=False),
    Column("action", String(60), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)

sessions = Table(
    "session",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("issuer", String(300)),
    Column("provider_session", String(200)),
    Column("created_at", String(40), nullable=False),
    Column("seen_at", String(40), nullable=False),
    Column("expires_at", String(40), nullable=False),
    Column("revoked_at", String(40)),
    Index("session_by_person", "person"),
    Index("session_by_provider", "issuer", "provider_session"),
)

identities = Table(
    "identity",
    METADATA,
    Column("issuer", String(300), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("made_at", String(40), nullable=False),
    Index("identity_by_person", "person"),
)

sign_ins = Table(
    "sign_in",
    METADATA,
    Column("state_hash", String(64), primary_key=True),
    Column("browser_hash", String(64), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("to_path", String(500), nullable=False),
    Column("expires_at", String(40), nullable=False),
)

provider_messages = Table(
    "provider_message",
    METADATA,
    Column("issuer", String(300), primary_key=True),
    Column("token_id", String(200), primary_key=True),
    Column("expires_at", String(40), nullable=False),
)

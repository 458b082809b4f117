"""The tables of cases; moments are ISO 8601 texts in UTC, days are Korean calendar days."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from dataro.accounts.schema import METADATA

workflow_versions = Table(
    "workflow_version",
    METADATA,
    Column("workflow", String(60), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("declared", Text, nullable=False),
    Column("since", String(40), nullable=False),
)

counters = Table(
    "case_counter",
    METADATA,
    Column("prefix", String(10), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

cases = Table(
    "cases",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("workflow", String(60), nullable=False),
    Column("workflow_version", Integer, nullable=False),
    Column("state", String(60), nullable=False),
    Column("heading", String(200), nullable=False),
    Column("form", Text, nullable=False),
    Column("requester", Integer, ForeignKey("person.id")),
    Column("contact_email", String(254), nullable=False),
    Column("contact_language", String(2), nullable=False),
    Column("key_hash", String(64)),
    Column("department", String(100)),
    Column("assignee", Integer, ForeignKey("person.id")),
    Column("dataset", String(100)),
    Column("opened_at", String(40), nullable=False),
    Column("changed_at", String(40), nullable=False),
    Column("closed_at", String(40)),
    Column("due_on", String(10)),
    Column("merged_into", Integer, ForeignKey("cases.id")),
    Column("one_key", String(64)),
    Column("votes", Integer, nullable=False),
    Column("grams", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Index("case_by_state", "workflow", "state"),
    Index("case_by_department", "department", "closed_at"),
    Index("case_by_assignee", "assignee", "closed_at"),
    Index("case_by_requester", "requester"),
    Index("case_by_dataset", "dataset"),
    Index(
        "one_open_case",
        "workflow",
        "one_key",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
)

case_events = Table(
    "case_event",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", String(40), nullable=False),
    Column("actor", Integer),
    Column("actor_name", String(100), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("move", String(60)),
    Column("from_state", String(60)),
    Column("to_state", String(60), nullable=False),
    Column("detail", Text, nullable=False),
    UniqueConstraint("case_id", "seq", name="case_event_in_order"),
)

comments = Table(
    "case_comment",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("at", String(40), nullable=False),
    Column("author", Integer),
    Column("author_name", String(100), nullable=False),
    Column("visibility", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Index("comment_by_case", "case_id"),
)

attachments = Table(
    "case_attachment",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("at", String(40), nullable=False),
    Column("author", Integer),
    Column("visibility", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Index("attachment_by_case", "case_id"),
)

votes = Table(
    "case_vote",
    METADATA,
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True),
    Column("person", Integer, ForeignKey("person.id"), primary_key=True),
    Column("at", String(40), nullable=False),
)

grams = Table(
    "case_gram",
    METADATA,
    Column("gram", String(2), primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True),
    Index("gram_by_case", "case_id"),
)

notices = Table(
    "notice",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person", Integer, ForeignKey("person.id")),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("at", String(40), nullable=False),
    Column("ko", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("read_at", String(40)),
    Index("notice_by_person", "person", "read_at"),
)

deliveries = Table(
    "delivery",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("notice", Integer, ForeignKey("notice.id"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("address", String(254), nullable=False),
    Column("language", String(2), nullable=False),
    Column("status", String(10), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", String(40), nullable=False),
    Column("error", String(300)),
    Index("delivery_by_status", "status", "next_at"),
)

proposals = Table(
    "correction_proposal",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("dataset", String(100), nullable=False),
    Column("row_key", Text, nullable=False),
    Column("column_name", String(100), nullable=False),
    Column("old_value", Text),
    Column("new_value", Text, nullable=False),
    Column("reason_ko", Text, nullable=False),
    Column("reason_en", Text, nullable=False),
    Column("made_at", String(40), nullable=False),
    Column("decided", Boolean),
    Index("proposal_by_dataset", "dataset"),
)

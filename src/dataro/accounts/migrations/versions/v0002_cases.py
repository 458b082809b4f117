"""Workflows and their versions, cases, their trail, notices and correction proposals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from dataro.accounts.migrations.append_only import append_only

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of cases."""
    _workflows()
    _cases()
    _talk()
    _notices()
    append_only("case_event")


def _workflows() -> None:
    op.create_table(
        "workflow_version",
        sa.Column("workflow", sa.String(60), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("declared", sa.Text, nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
    )
    op.create_table(
        "case_counter",
        sa.Column("prefix", sa.String(10), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("workflow", sa.String(60), nullable=False),
        sa.Column("workflow_version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(60), nullable=False),
        sa.Column("heading", sa.String(200), nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("requester", sa.Integer, sa.ForeignKey("person.id")),
        sa.Column("contact_email", sa.String(254), nullable=False),
        sa.Column("contact_language", sa.String(2), nullable=False),
        sa.Column("key_hash", sa.String(64)),
        sa.Column("department", sa.String(100)),
        sa.Column("assignee", sa.Integer, sa.ForeignKey("person.id")),
        sa.Column("dataset", sa.String(100)),
        sa.Column("opened_at", sa.String(40), nullable=False),
        sa.Column("changed_at", sa.String(40), nullable=False),
        sa.Column("closed_at", sa.String(40)),
        sa.Column("due_on", sa.String(10)),
        sa.Column("merged_into", sa.Integer, sa.ForeignKey("cases.id")),
        sa.Column("one_key", sa.String(64)),
        sa.Column("votes", sa.Integer, nullable=False),
        sa.Column("grams", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("case_by_assignee", "cases", ["assignee", "closed_at"])
    op.create_index("case_by_dataset", "cases", ["dataset"])
    op.create_index("case_by_department", "cases", ["department", "closed_at"])
    op.create_index("case_by_requester", "cases", ["requester"])
    op.create_index("case_by_state", "cases", ["workflow", "state"])
    op.create_index(
        "one_open_case",
        "cases",
        ["workflow", "one_key"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("actor", sa.Integer),
        sa.Column("actor_name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("move", sa.String(60)),
        sa.Column("from_state", sa.String(60)),
        sa.Column("to_state", sa.String(60), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.UniqueConstraint("case_id", "seq", name="case_event_in_order"),
    )


def _talk() -> None:
    op.create_table(
        "case_comment",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("author", sa.Integer),
        sa.Column("author_name", sa.String(100), nullable=False),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("comment_by_case", "case_comment", ["case_id"])
    op.create_table(
        "case_attachment",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("author", sa.Integer),
        sa.Column("visibility", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    op.create_index("attachment_by_case", "case_attachment", ["case_id"])
    op.create_table(
        "case_vote",
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("person", sa.Integer, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_table(
        "case_gram",
        sa.Column("gram", sa.String(2), primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), primary_key=True),
    )
    op.create_index("gram_by_case", "case_gram", ["case_id"])


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", sa.Integer, sa.ForeignKey("person.id")),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("ko", sa.Text, nullable=False),
        sa.Column("en", sa.Text, nullable=False),
        sa.Column("read_at", sa.String(40)),
    )
    op.create_index("notice_by_person", "notice", ["person", "read_at"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("notice", sa.Integer, sa.ForeignKey("notice.id"), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", sa.String(40), nullable=False),
        sa.Column("error", sa.String(300)),
    )
    op.create_index("delivery_by_status", "delivery", ["status", "next_at"])
    op.create_table(
        "correction_proposal",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("dataset", sa.String(100), nullable=False),
        sa.Column("row_key", sa.Text, nullable=False),
        sa.Column("column_name", sa.String(100), nullable=False),
        sa.Column("old_value", sa.Text),
        sa.Column("new_value", sa.Text, nullable=False),
        sa.Column("reason_ko", sa.Text, nullable=False),
        sa.Column("reason_en", sa.Text, nullable=False),
        sa.Column("made_at", sa.String(40), nullable=False),
        sa.Column("decided", sa.Boolean),
    )
    op.create_index("proposal_by_dataset", "correction_proposal", ["dataset"])

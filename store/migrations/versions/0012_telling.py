"""Telling: channels over which people are told, what is on its way, and quiet hours."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _channels()
    _deliveries()
    op.create_table(
        "quiet_hours",
        sa.Column("adult_id", columns.Id(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        _leads_to("quiet_hours", "adult_id", "adults"),
        sa.PrimaryKeyConstraint("adult_id", name=op.f("pk_quiet_hours")),
    )


def _channels() -> None:
    op.create_table(
        "channels",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("adult_id", columns.Id()),
        sa.Column("session_id", columns.Id()),
        sa.Column("device_id", columns.Id()),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("wants", sa.JSON(), nullable=False),
        sa.Column("created", columns.Moment(), nullable=False),
        _leads_to("channels", "adult_id", "adults"),
        _leads_to("channels", "session_id", "sessions"),
        _leads_to("channels", "device_id", "devices"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("digest", name=op.f("uq_channels_digest")),
    )
    for column in ("adult_id", "session_id", "device_id"):
        op.create_index(op.f(f"ix_channels_{column}"), "channels", [column])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("channel_id", columns.Id(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("child_id", columns.Id()),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("crisis", sa.Boolean(), nullable=False),
        sa.Column("made", columns.Moment(), nullable=False),
        sa.Column("due", columns.Moment(), nullable=False),
        sa.Column("expires", columns.Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claimed", columns.Moment()),
        sa.Column("done", columns.Moment()),
        sa.Column("trouble", sa.JSON()),
        _leads_to("deliveries", "channel_id", "channels"),
        _leads_to("deliveries", "child_id", "children"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("channel_id", "matter", name=op.f("uq_deliveries_channel_id_matter")),
    )
    op.create_index(op.f("ix_deliveries_state_due"), "deliveries", ["state", "due"])
    for column in ("made", "child_id"):
        op.create_index(op.f(f"ix_deliveries_{column}"), "deliveries", [column])


def _leads_to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")

"""Presence: hours in which a device was on the network, and through a door."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make its table."""
    op.create_table(
        "presence",
        sa.Column("device_id", columns.Id(), nullable=False),
        sa.Column("hour", columns.Moment(), nullable=False),
        sa.Column("here", sa.Integer(), nullable=False),
        sa.Column("through", sa.Integer(), nullable=False),
        sa.Column("borrowed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.id"],
            name=op.f("fk_presence_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("device_id", "hour", name=op.f("pk_presence")),
    )
    op.create_index(op.f("ix_presence_hour"), "presence", ["hour"])

"""Shared devices: who uses one now, and a PIN for each child."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pins",
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        _child("pins"),
        sa.PrimaryKeyConstraint("child_id", name=op.f("pk_pins")),
    )
    op.create_table(
        "shared_devices",
        sa.Column("device_id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=True),
        sa.Column("since", columns.Moment(), nullable=True),
        sa.Column("until", columns.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["children.id"],
            name=op.f("fk_shared_devices_child_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.id"],
            name=op.f("fk_shared_devices_device_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_shared_devices")),
    )
    op.create_index(op.f("ix_shared_devices_child_id"), "shared_devices", ["child_id"])


def _child(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_child_id")
    return sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=name, ondelete="CASCADE")

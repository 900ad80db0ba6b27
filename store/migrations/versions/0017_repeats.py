"""Answers kept for a day, so that what is sent twice is done once; what doors count."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0017"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of repeats, and widen the doors' heartbeat."""
    op.create_table(
        "repeats",
        sa.Column("key_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("body_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_repeats")),
    )
    op.create_index(op.f("ix_repeats_at"), "repeats", ["at"])
    op.add_column(
        "doors", sa.Column("memory", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column("doors", sa.Column("counts", sa.JSON(), nullable=True))

"""Strangers: devices that came by without being anybody's."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "strangers",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("first", columns.Moment(), nullable=False),
        sa.Column("seen", columns.Moment(), nullable=False),
        sa.Column("guest", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_strangers")),
    )
    op.create_index(op.f("ix_strangers_seen"), "strangers", ["seen"])

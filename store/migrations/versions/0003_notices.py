"""Notices: what was told to children, each matter once."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of notices."""
    op.create_table(
        "notices",
        sa.Column("site_id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=False),
        sa.Column("week", sa.Boolean(), nullable=False),
        sa.Column("until", columns.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("site_id", "child_id", "key", name=op.f("pk_notices")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_notices_site_id_child_id_at"), "notices", ["site_id", "child_id", "at"]
    )
    op.create_index(op.f("ix_notices_site_id_at"), "notices", ["site_id", "at"])

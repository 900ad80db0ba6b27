"""Letters as they are sent: when they come, what the child says to its week, how they end."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nobody gets letters before they choose to."""
    op.create_table(
        "letter_times",
        sa.Column("adult_id", columns.Id(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("empty", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adult_id"], ["adults.id"], name=op.f("fk_letter_times_adult_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("adult_id", name=op.f("pk_letter_times")),
    )
    op.create_table(
        "comments",
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name=op.f("fk_comments_child_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("child_id", "week", name=op.f("pk_comments")),
    )
    op.create_table(
        "stops",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("channel_id", columns.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("made", columns.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_stops_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_stops")),
    )
    op.create_index(op.f("ix_stops_channel_id"), "stops", ["channel_id"])
    op.create_index(op.f("ix_stops_made"), "stops", ["made"])

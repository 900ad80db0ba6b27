"""Private details as keyed digests; what an alert is about besides its category."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of details, and add the topic to alerts."""
    op.create_table(
        "details",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name=op.f("fk_details_child_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_details")),
    )
    op.create_index(op.f("ix_details_child_id"), "details", ["child_id"])
    topic = sa.Column("topic", sa.Text(), nullable=False, server_default=sa.text("''"))
    op.add_column("alerts", topic)

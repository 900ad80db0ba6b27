"""What a child itself answers to joining a class, with the words it read."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; no child was asked yet."""
    said = sa.Column("child_wording", sa.Text(), nullable=False, server_default=sa.text("''"))
    op.add_column("enrolments", sa.Column("child_yes", sa.Boolean(), nullable=True))
    op.add_column("enrolments", sa.Column("child_at", columns.Moment(), nullable=True))
    op.add_column("enrolments", said)

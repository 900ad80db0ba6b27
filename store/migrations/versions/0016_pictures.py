"""A picture of each child, beside its colour."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give children the name of an icon; empty is their initial."""
    picture = sa.Column("picture", sa.Text(), nullable=False, server_default=sa.text("''"))
    op.add_column("children", picture)

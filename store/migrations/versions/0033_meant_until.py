"""Until when extra time was meant to run, where it was ended before: it can be taken up again."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0033"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of what was ended before nobody knows."""
    op.add_column("grants", sa.Column("meant_until", columns.Moment(), nullable=True))

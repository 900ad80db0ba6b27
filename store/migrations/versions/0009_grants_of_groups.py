"""Grants of groups: which group gave one, so that it lifts that group's rules and no others."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the group to the grants."""
    op.add_column("grants", sa.Column("group_id", columns.Id()))

"""Ways in: the network card that a gateway knows a device by, and the key of its tunnel."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both to the devices."""
    for name in ("card", "tunnel_key"):
        op.add_column("devices", sa.Column(name, sa.Text()))

"""What an adult wrote into the ledger lately, and searches and videos, without reading it all."""

from alembic import op

revision = "0024"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the ledger by its author, and pages by their kind."""
    op.create_index("ix_ledger_by_id_at", "ledger", ["by_id", "at"])
    op.create_index("ix_pages_site_id_kind_at", "pages", ["site_id", "kind", "at"])

"""Alerts from words; what was searched and watched among the pages."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tell searches and videos from other pages, and make the table of alerts."""
    for name, usual in (("kind", "'page'"), ("name", "''"), ("detail", "''")):
        column = sa.Column(name, sa.Text(), nullable=False, server_default=sa.text(usual))
        op.add_column("pages", column)
    _make_alerts()


def _make_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("site_id", columns.Id(), nullable=False),
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=True),
        sa.Column("device_id", columns.Id(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("category", "level", "place")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("host", "words")),
        *(sa.Column(name, columns.Moment(), nullable=False) for name in ("first", "last")),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("seen", columns.Moment(), nullable=True),
        sa.Column("seen_by", sa.Text(), nullable=False),
        sa.Column("closed", columns.Moment(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("closed_by", "comment")),
        sa.Column("comment_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_alerts")),
        sqlite_with_rowid=False,
    )
    child = ["site_id", "child_id", "last"]
    op.create_index(op.f("ix_alerts_site_id_child_id_last"), "alerts", child)
    op.create_index(op.f("ix_alerts_site_id_last"), "alerts", ["site_id", "last"])

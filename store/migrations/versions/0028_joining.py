"""Codes with which families join classes, their wishes to; letters chosen from above."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0028"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; no class has a code, and nobody chose a letter."""
    op.create_table(
        "class_codes",
        sa.Column("group_id", columns.Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("created", columns.Moment(), nullable=False),
        sa.Column("until", columns.Moment(), nullable=False),
        _key("class_codes", "group_id", "groups"),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_class_codes")),
        sa.UniqueConstraint("code", name=op.f("uq_class_codes_code")),
    )
    _enrolments()
    op.create_table(
        "followed",
        sa.Column("adult_id", columns.Id(), nullable=False),
        sa.Column("group_id", columns.Id(), nullable=False),
        _key("followed", "adult_id", "adults"),
        _key("followed", "group_id", "groups"),
        sa.PrimaryKeyConstraint("adult_id", "group_id", name=op.f("pk_followed")),
    )


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("group_id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_id", columns.Id(), nullable=True),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("class_id", columns.Id(), nullable=True),
        sa.Column("decided", columns.Moment(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        _key("enrolments", "group_id", "groups"),
        _key("enrolments", "child_id", "children"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
    )
    op.create_index(op.f("ix_enrolments_group_id_state"), "enrolments", ["group_id", "state"])
    op.create_index(op.f("ix_enrolments_child_id"), "enrolments", ["child_id"])


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")

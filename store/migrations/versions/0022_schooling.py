"""Pupils' numbers, rosters brought in, requests by law; groups that are closed, leavers."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nothing is closed and nobody has left."""
    op.add_column("groups", sa.Column("closed", columns.Moment(), nullable=True))
    op.add_column("children", sa.Column("left", columns.Moment(), nullable=True))
    _numbers()
    _changes()
    _steps()
    _requests()


def _numbers() -> None:
    op.create_table(
        "pupil_numbers",
        sa.Column("group_id", columns.Id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        _key("pupil_numbers", "group_id", "groups"),
        _key("pupil_numbers", "child_id", "children"),
        sa.PrimaryKeyConstraint("group_id", "number", name=op.f("pk_pupil_numbers")),
    )
    op.create_index(op.f("ix_pupil_numbers_child_id"), "pupil_numbers", ["child_id"])


def _changes() -> None:
    op.create_table(
        "roster_changes",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("group_id", columns.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("at", columns.Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_id", columns.Id(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("applied", columns.Moment(), nullable=True),
        sa.Column("undone", columns.Moment(), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=False),
        _key("roster_changes", "group_id", "groups"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_changes")),
    )
    op.create_index(op.f("ix_roster_changes_group_id_at"), "roster_changes", ["group_id", "at"])


def _steps() -> None:
    op.create_table(
        "roster_steps",
        sa.Column("change_id", columns.Id(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=True),
        sa.Column("group_id", columns.Id(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        _key("roster_steps", "change_id", "roster_changes"),
        _key("roster_steps", "child_id", "children"),
        sa.PrimaryKeyConstraint("change_id", "place", name=op.f("pk_roster_steps")),
    )


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("group_id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("received", columns.Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("answered", columns.Moment(), nullable=True),
        sa.Column("extended", columns.Moment(), nullable=True),
        sa.Column("why_extended", sa.Text(), nullable=False),
        sa.Column("done", columns.Moment(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _key("requests", "group_id", "groups"),
        _key("requests", "child_id", "children"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_group_id_received"), "requests", ["group_id", "received"])
    op.create_index(op.f("ix_requests_child_id"), "requests", ["child_id"])


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE")

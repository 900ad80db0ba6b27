"""Asks, tasks, credits, exchanges, memberships, keys of packs."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of what adults and children agree on."""
    _make_asks()
    _make_tasks()
    _make_credits()
    _make_exchanges()
    _make_memberships()
    _make_pack_keys()


def _child(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_child_id")
    return sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=name, ondelete="CASCADE")


def _make_asks() -> None:
    op.create_table(
        "asks",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("device_id", columns.Id(), nullable=True),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("asked", columns.Moment(), nullable=False),
        sa.Column("expires", columns.Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided", columns.Moment(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_id", columns.Id(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("terms", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("given_id", columns.Id(), nullable=True),
        _child("asks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asks")),
    )
    op.create_index(op.f("ix_asks_child_id_asked"), "asks", ["child_id", "asked"])
    op.create_index(op.f("ix_asks_state_expires"), "asks", ["state", "expires"])


def _make_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("daily", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("made", columns.Moment(), nullable=False),
        _child("tasks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_child_id"), "tasks", ["child_id"])


def _make_credits() -> None:
    op.create_table(
        "credits",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        _child("credits"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credits")),
    )
    op.create_index(op.f("ix_credits_child_id_day"), "credits", ["child_id", "day"])
    op.create_index(op.f("ix_credits_day"), "credits", ["day"])


def _make_exchanges() -> None:
    op.create_table(
        "exchanges",
        sa.Column("id", columns.Id(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("give", sa.Integer(), nullable=False),
        sa.Column("get", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        _child("exchanges"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchanges")),
        sa.UniqueConstraint(
            "child_id", "source", "target", name=op.f("uq_exchanges_child_id_source_target")
        ),
    )


def _make_memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.Column("group_id", columns.Id(), nullable=False),
        _child("memberships"),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_memberships_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("child_id", "group_id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_group_id"), "memberships", ["group_id"])


def _make_pack_keys() -> None:
    op.create_table(
        "pack_keys",
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added", columns.Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pack_keys")),
    )

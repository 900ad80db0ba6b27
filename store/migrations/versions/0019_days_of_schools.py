"""Days of children, classes and schools, so that a term can be told without its visits."""

import sqlalchemy as sa
from alembic import op

from store import columns

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None

COUNTS = ("visits", "times", "bytes_down")


def upgrade() -> None:
    """Make the tables, and mark every day that has sums: the next run makes days of them."""
    _make("child_days", ["child_id"], ["host", "category", "action", "reason"], COUNTS)
    _make("group_days", ["group_id"], ["category", "action", "reason"], COUNTS, "children")
    _make("group_minutes", ["group_id"], ["category"], ("minutes", "lessons", "breaks"), "children")
    _make("group_presence", ["group_id"], [], (), "pupils", "seen")
    op.create_table(
        "dirty_days",
        sa.Column("site_id", columns.Id(), nullable=False),
        sa.Column("owner_id", columns.Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.Column("marks", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "owner_id", "day", name=op.f("pk_dirty_days")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "belonged",
        *(sa.Column(name, columns.Id(), nullable=False) for name in ("site_id", "group_id")),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("child_id", columns.Id(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "group_id", "day", "child_id", name=op.f("pk_belonged")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_belonged_site_id_child_id_day"), "belonged", ["site_id", "child_id", "day"]
    )
    _make_of_group("timetables", sa.Column("lessons", sa.Text(), nullable=False))
    _make_of_group(
        "group_letters",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("kept", columns.Moment(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        key=["group_id", "week"],
    )
    # An hour that is summed again marks its day.
    op.execute(
        "INSERT INTO dirty_hours (site_id, child_id, hour, marks) "
        "SELECT DISTINCT site_id, child_id, hour, 1 FROM rollups WHERE true "
        "ON CONFLICT DO NOTHING"
    )


def _make(name: str, ids: list[str], texts: list[str], counts: tuple[str, ...], *few: str) -> None:
    keys = ["site_id", *ids, "day", *texts]
    op.create_table(
        name,
        *(sa.Column(each, columns.Id(), nullable=False) for each in ("site_id", *ids)),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(each, sa.Text(), nullable=False) for each in texts),
        *(sa.Column(each, sa.Integer(), nullable=False) for each in few),
        *(sa.Column(each, sa.BigInteger(), nullable=False) for each in counts),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _make_of_group(name: str, *parts: sa.Column[object], key: list[str] | None = None) -> None:
    op.create_table(
        name,
        sa.Column("group_id", columns.Id(), nullable=False),
        *parts,
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f(f"fk_{name}_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(*(key or ["group_id"]), name=op.f(f"pk_{name}")),
    )

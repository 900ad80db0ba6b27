"""Tables of days: what a child did on each, a class or school together, and when lessons are."""

import sqlalchemy as sa

from store.columns import Id, Moment
from store.metadata import count, metadata


def _site() -> sa.Column[object]:
    return sa.Column("site_id", Id, primary_key=True)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


# A child's local day. Only learning sites are named, so that a class can see which it used.
child_days = sa.Table(
    "child_days",
    metadata,
    _site(),
    sa.Column("child_id", Id, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    _key("host"),
    _key("category"),
    _key("action"),
    _key("reason"),
    count("visits"),
    # Minutes with a visit, of each host by itself: one that tries every second counts once.
    count("times"),
    count("bytes_down"),
    sqlite_with_rowid=False,
)

# Whose days must be summed (again): a child's, then those of its class and school.
dirty_days = sa.Table(
    "dirty_days",
    metadata,
    _site(),
    sa.Column("owner_id", Id, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("is_group", sa.Boolean, nullable=False),
    sa.Column("marks", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Who was in which class on a day with a trace of them: a child that moves takes no past along.
belonged = sa.Table(
    "belonged",
    metadata,
    _site(),
    sa.Column("group_id", Id, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("child_id", Id, primary_key=True),
    sa.Index(None, "site_id", "child_id", "day"),
    sqlite_with_rowid=False,
)

# Sums of a class or school; no child can be told from them once they are many.
group_days = sa.Table(
    "group_days",
    metadata,
    _site(),
    sa.Column("group_id", Id, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    _key("category"),
    _key("action"),
    _key("reason"),
    sa.Column("children", sa.Integer, nullable=False),
    count("visits"),
    count("times"),
    count("bytes_down"),
    sqlite_with_rowid=False,
)

group_minutes = sa.Table(
    "group_minutes",
    metadata,
    _site(),
    sa.Column("group_id", Id, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    # Empty for all of it together.
    _key("category"),
    sa.Column("children", sa.Integer, nullable=False),
    count("minutes"),
    count("lessons"),
    count("breaks"),
    sqlite_with_rowid=False,
)

group_presence = sa.Table(
    "group_presence",
    metadata,
    _site(),
    sa.Column("group_id", Id, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("pupils", sa.Integer, nullable=False),
    sa.Column("seen", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

timetables = sa.Table(
    "timetables",
    metadata,
    sa.Column("group_id", Id, sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("lessons", sa.Text, nullable=False),
)

group_letters = sa.Table(
    "group_letters",
    metadata,
    sa.Column("group_id", Id, sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("week", sa.Date, primary_key=True),
    sa.Column("kept", Moment, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
)

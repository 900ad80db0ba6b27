"""The tables of schools: pupils' own numbers, rosters brought in, what is asked for by law."""

import sqlalchemy as sa

from store.columns import Id, Moment
from store.metadata import metadata, text


def _group() -> sa.Column[object]:
    key = sa.ForeignKey("groups.id", ondelete="CASCADE")
    return sa.Column("group_id", Id, key, nullable=False)


# Under which number a school knows a child: what makes a second import find the same child.
pupil_numbers = sa.Table(
    "pupil_numbers",
    metadata,
    sa.Column("group_id", Id, sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("child_id", Id, sa.ForeignKey("children.id", ondelete="CASCADE"), nullable=False),
    sa.Index(None, "child_id"),
)

# A roster brought in, or a school year that began: both can be undone.
roster_changes = sa.Table(
    "roster_changes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _group(),
    sa.Column("kind", sa.Text, nullable=False),
    text("file"),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("by_id", Id),
    sa.Column("counts", sa.JSON, nullable=False),
    # The rows as they were read, until they are applied or an hour has passed; then nothing.
    sa.Column("draft", sa.JSON(none_as_null=True)),
    sa.Column("applied", Moment),
    sa.Column("undone", Moment),
    text("undone_by"),
    sa.Index(None, "group_id", "at"),
)

# How to take it back, one thing a row: with a child goes what was kept of it.
roster_steps = sa.Table(
    "roster_steps",
    metadata,
    sa.Column(
        "change_id",
        Id,
        sa.ForeignKey("roster_changes.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("child_id", Id, sa.ForeignKey("children.id", ondelete="CASCADE")),
    sa.Column("group_id", Id),
    sa.Column("before", sa.JSON, nullable=False),
)

# With what a family joins a class or school by itself: one a group, until a moment.
class_codes = sa.Table(
    "class_codes",
    metadata,
    sa.Column("group_id", Id, sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    # Shown to a whole class, and opens nothing: the school accepts each child.
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
)

# A family's wish that its child joins, with the words it agreed to; it goes with the child.
enrolments = sa.Table(
    "enrolments",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _group(),
    sa.Column("child_id", Id, sa.ForeignKey("children.id", ondelete="CASCADE"), nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("by_id", Id),
    sa.Column("at", Moment, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("wording", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    # The class it came into, which the school chose.
    sa.Column("class_id", Id),
    sa.Column("decided", Moment),
    text("decided_by"),
    # The child's own answer, from 7 on, with the words it read.
    sa.Column("child_yes", sa.Boolean),
    sa.Column("child_at", Moment),
    sa.Column("child_wording", sa.Text, nullable=False, default="", server_default=sa.text("''")),
    sa.Index(None, "group_id", "state"),
    sa.Index(None, "child_id"),
)

# What somebody asks for by law; it goes with the child, whose erasure has a receipt.
requests = sa.Table(
    "requests",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _group(),
    sa.Column("child_id", Id, sa.ForeignKey("children.id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("party", sa.Text, nullable=False),
    text("who"),
    text("words"),
    sa.Column("received", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("answered", Moment),
    sa.Column("extended", Moment),
    text("why_extended"),
    sa.Column("done", Moment),
    text("done_by"),
    text("outcome"),
    text("note"),
    sa.Index(None, "group_id", "received"),
    sa.Index(None, "child_id"),
)

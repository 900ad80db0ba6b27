"""The tables of what adults and children agree on: asks, tasks, minutes, groups, packs trusted."""

import sqlalchemy as sa

from store.columns import Id, Moment
from store.metadata import metadata, text


def _child() -> sa.Column[object]:
    return sa.Column(
        "child_id", Id, sa.ForeignKey("children.id", ondelete="CASCADE"), nullable=False
    )


asks = sa.Table(
    "asks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _child(),
    sa.Column("device_id", Id),
    sa.Column("wish", sa.JSON, nullable=False),
    sa.Column("asked", Moment, nullable=False),
    sa.Column("expires", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("decided", Moment),
    text("by"),
    sa.Column("by_id", Id),
    text("words"),
    sa.Column("terms", sa.JSON(none_as_null=True)),
    sa.Column("given_id", Id),
    sa.Column("group_id", Id),
    sa.Index(None, "child_id", "asked"),
    sa.Index(None, "state", "expires"),
)

tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _child(),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("daily", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("day", sa.Date),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.Index(None, "child_id"),
)

credits_ = sa.Table(
    "credits",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _child(),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    text("why"),
    sa.Index(None, "child_id", "day"),
    sa.Index(None, "day"),
)

exchanges = sa.Table(
    "exchanges",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _child(),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("give", sa.Integer, nullable=False),
    sa.Column("get", sa.Integer, nullable=False),
    sa.Column("most", sa.Integer, nullable=False),
    sa.UniqueConstraint("child_id", "source", "target"),
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _child(),
    sa.Column("party", sa.Text, nullable=False),
    sa.Column("yes", sa.Boolean, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("words", sa.Boolean, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    # The words as they were shown: what somebody agreed to can be read years later.
    sa.Column("wording", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("by_id", Id),
    sa.Column("at", Moment, nullable=False),
    sa.Column("withdrawn", Moment),
    text("withdrawn_by"),
    sa.Index(None, "child_id", "at"),
)

# Adults a family chose for its children to turn to.
helpers = sa.Table(
    "helpers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("group_id", Id, sa.ForeignKey("groups.id", ondelete="CASCADE"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    text("phone"),
    sa.Column("added", Moment, nullable=False),
    sa.Index(None, "group_id"),
)

memberships = sa.Table(
    "memberships",
    metadata,
    sa.Column("child_id", Id, sa.ForeignKey("children.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("group_id", Id, sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    sa.Index(None, "group_id"),
)

pack_keys = sa.Table(
    "pack_keys",
    metadata,
    sa.Column("key", sa.LargeBinary(32), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("added", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

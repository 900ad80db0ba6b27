"""The tables of what is told outside the pages: channels, deliveries, quiet hours, letters."""

import sqlalchemy as sa

from store.columns import Id, Moment
from store.metadata import metadata, text

# A way to reach an adult, or the child at a device. What a browser gave ends with its session.
channels = sa.Table(
    "channels",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("adult_id", Id, sa.ForeignKey("adults.id", ondelete="CASCADE")),
    sa.Column("session_id", Id, sa.ForeignKey("sessions.id", ondelete="CASCADE")),
    sa.Column("device_id", Id, sa.ForeignKey("devices.id", ondelete="CASCADE")),
    sa.Column("way", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    # What is needed to send there, and the little of it that may be shown again.
    sa.Column("target", sa.Text, nullable=False),
    text("shown"),
    # A digest of owner and target: the same browser does not stand here twice.
    sa.Column("digest", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("wants", sa.JSON, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Index(None, "adult_id"),
    sa.Index(None, "session_id"),
    sa.Index(None, "device_id"),
)

# A matter on its way over a channel; the unique pair is what keeps it from being told twice.
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("channel_id", Id, sa.ForeignKey("channels.id", ondelete="CASCADE"), nullable=False),
    sa.Column("matter", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("child_id", Id, sa.ForeignKey("children.id", ondelete="CASCADE")),
    sa.Column("about", sa.JSON, nullable=False),
    sa.Column("crisis", sa.Boolean, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.Column("due", Moment, nullable=False),
    sa.Column("expires", Moment, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("claimed", Moment),
    sa.Column("done", Moment),
    sa.Column("trouble", sa.JSON(none_as_null=True)),
    sa.UniqueConstraint("channel_id", "matter"),
    sa.Index(None, "state", "due"),
    sa.Index(None, "made"),
    sa.Index(None, "child_id"),
)

quiet_hours = sa.Table(
    "quiet_hours",
    metadata,
    sa.Column("adult_id", Id, sa.ForeignKey("adults.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("since", sa.Integer, nullable=False),
    sa.Column("until", sa.Integer, nullable=False),
)

# When an adult's letters come; who set nothing has the usual time.
letter_times = sa.Table(
    "letter_times",
    metadata,
    sa.Column("adult_id", Id, sa.ForeignKey("adults.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("minute", sa.Integer, nullable=False),
    # A line also where a week was empty.
    sa.Column("empty", sa.Boolean, nullable=False),
)

# Classes and schools whose letter an adult of a group above chose to get.
followed = sa.Table(
    "followed",
    metadata,
    sa.Column("adult_id", Id, sa.ForeignKey("adults.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("group_id", Id, sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
)

# The child's own words to its week.
comments = sa.Table(
    "comments",
    metadata,
    sa.Column("child_id", Id, sa.ForeignKey("children.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("week", sa.Date, primary_key=True),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

# What the link at the end of a mail ends; only the digest of its secret is kept.
stops = sa.Table(
    "stops",
    metadata,
    sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
    sa.Column("channel_id", Id, sa.ForeignKey("channels.id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.Index(None, "channel_id"),
    sa.Index(None, "made"),
)

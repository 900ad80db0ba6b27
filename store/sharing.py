"""The tables of who is at a device: PINs, who uses which now, devices nobody knows.

And of what must not be given away about a child.
"""

import sqlalchemy as sa

from store.columns import Id, Moment
from store.metadata import metadata

pins = sa.Table(
    "pins",
    metadata,
    sa.Column("child_id", Id, sa.ForeignKey("children.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("hash", sa.Text, nullable=False),
)

# A device stands here while it asks who is using it; without a child nobody has said so yet.
shared_devices = sa.Table(
    "shared_devices",
    metadata,
    sa.Column("device_id", Id, sa.ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("child_id", Id, sa.ForeignKey("children.id", ondelete="SET NULL")),
    sa.Column("since", Moment),
    sa.Column("until", Moment),
    sa.Index(None, "child_id"),
)

# Devices that came by without being anybody's; forgotten soon after they stay away.
strangers = sa.Table(
    "strangers",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("card", sa.Text, nullable=False),
    sa.Column("first", Moment, nullable=False),
    sa.Column("seen", Moment, nullable=False),
    sa.Column("guest", sa.Boolean, nullable=False),
    sa.Index(None, "seen"),
)

# Hours in which a device was on the network, and through a door: each five minutes one bit.
presence = sa.Table(
    "presence",
    metadata,
    sa.Column("device_id", Id, sa.ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("hour", Moment, primary_key=True),
    sa.Column("here", sa.Integer, nullable=False),
    sa.Column("through", sa.Integer, nullable=False),
    sa.Column("borrowed", sa.Integer, nullable=False),
    sa.Index(None, "hour"),
)

# Keyed digests alone: what was entered can be found again, and never read.
details = sa.Table(
    "details",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("child_id", Id, sa.ForeignKey("children.id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("heads", sa.JSON, nullable=False),
    sa.Column("forms", sa.JSON, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Index(None, "child_id"),
)

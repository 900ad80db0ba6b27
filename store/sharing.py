"""The tables of shared devices: a PIN for each child, and who uses which device now."""

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

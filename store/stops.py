"""Links that end a kind of mail, signed in or not; only the digests of their secrets are kept."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.telling import Kind, Wants
from store import channels
from store.channels import Channel
from store.hashed import digest
from store.tables import stops

GOOD_FOR = timedelta(days=400)
"""An old mail still ends what it belongs to."""


@dataclass(frozen=True, slots=True)
class Stop:
    """What a link ends: one kind of mail over one channel."""

    channel: Channel
    kind: Kind

    @property
    def is_on(self) -> bool:
        """Tell whether the mail still comes."""
        return self.kind in self.channel.wants.kinds


async def make(connection: AsyncConnection, channel_id: UUID, kind: Kind, now: datetime) -> str:
    """Make the secret of a link; what is too old goes."""
    await connection.execute(sa.delete(stops).where(stops.c.made < now - GOOD_FOR))
    token = secrets.token_urlsafe(32)
    row = {"token_hash": digest(token), "channel_id": channel_id, "kind": kind.value, "made": now}
    await connection.execute(sa.insert(stops).values(row))
    return token


async def find(connection: AsyncConnection, token: str) -> Stop | None:
    """Return what a link ends; None for one that was never made, or whose channel is gone."""
    wanted = sa.select(stops).where(stops.c.token_hash == digest(token))
    row = (await connection.execute(wanted)).one_or_none()
    if row is None:
        return None
    found = await channels.some(connection, [row.channel_id])
    return Stop(found[row.channel_id], Kind(row.kind)) if row.channel_id in found else None


async def switch(connection: AsyncConnection, stop: Stop, *, on: bool) -> None:
    """End a kind of mail over its channel, or let it come again."""
    before = stop.channel.wants
    kinds = before.kinds | {stop.kind} if on else before.kinds - {stop.kind}
    wants = Wants(kinds=kinds, alerts_from=before.alerts_from)
    await channels.alter(connection, stop.channel.id, name=stop.channel.name, wants=wants)

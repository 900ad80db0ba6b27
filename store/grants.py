"""Grants: exceptions that end by themselves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import Grant
from rules.scope import EVERYTHING
from rules.verdict import Layer
from store.change import Change


async def give(tx: Change, child_id: UUID, *, until: datetime, scope: str = EVERYTHING, reason: str = "", layer: Layer = Layer.FAMILY) -> Grant:
    """Give a grant from now until a moment."""
    raise NotImplementedError


async def end(tx: Change, grant_id: UUID) -> None:
    """End a grant now. Raises NotFound."""
    raise NotImplementedError


async def running(connection: AsyncConnection, *, now: datetime, child_id: UUID | None = None) -> list[Grant]:
    """Return the grants that have not ended."""
    raise NotImplementedError

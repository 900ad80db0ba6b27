"""Everything a door needs to know, read whole, as of one revision."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import Household


async def load(connection: AsyncConnection, *, now: datetime) -> Household:
    """Return the household as of the current revision, with the grants still running at `now`."""
    raise NotImplementedError


async def revision(connection: AsyncConnection) -> int:
    """Return the current revision: one row, cheap enough to ask every second."""
    raise NotImplementedError

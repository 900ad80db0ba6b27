"""Small facts of the installation: set-up code, chosen settings."""

from sqlalchemy.ext.asyncio import AsyncConnection


async def find(connection: AsyncConnection, key: str) -> str | None:
    """Return a fact, if it was ever kept."""
    raise NotImplementedError


async def keep(connection: AsyncConnection, key: str, value: str) -> None:
    """Keep a fact, replacing what was there."""
    raise NotImplementedError


async def forget(connection: AsyncConnection, key: str) -> None:
    """Forget a fact."""
    raise NotImplementedError

"""Groups: families (later schools, wards, cities)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import Language
from store.change import Change


@dataclass(frozen=True, slots=True)
class Group:
    id: UUID
    kind: str
    name: str
    zone: str
    language: Language
    parent_id: UUID | None = None


async def add(tx: Change, *, name: str, zone: str, language: Language, kind: str = "family", parent_id: UUID | None = None) -> Group:
    """Add a group. Raises ValueError for a zone that is no IANA name."""
    raise NotImplementedError


async def alter(tx: Change, group_id: UUID, *, name: str, zone: str, language: Language) -> Group:
    """Change a group's name, zone and language."""
    raise NotImplementedError


async def get(connection: AsyncConnection, group_id: UUID) -> Group:
    """Return a group or raise NotFound."""
    raise NotImplementedError


async def list_all(connection: AsyncConnection) -> list[Group]:
    """Return every group, oldest first."""
    raise NotImplementedError

"""Children: a name, a birth year (never a birth date), a language, a colour."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import Language
from rules.policy import Policy
from store.change import Change

COLOURS = ("blue", "green", "orange", "purple", "pink", "teal", "red", "yellow")


@dataclass(frozen=True, slots=True)
class Child:
    id: UUID
    group_id: UUID
    name: str
    birth_year: int
    language: Language
    colour: str
    created: datetime


async def add(tx: Change, *, group_id: UUID, name: str, birth_year: int, language: Language, colour: str = "blue", policy: Policy = Policy()) -> Child:
    """Add a child with a first policy. Raises Taken if the group has a child of that name."""
    raise NotImplementedError


async def alter(tx: Change, child_id: UUID, *, name: str, birth_year: int, language: Language, colour: str) -> Child:
    """Change a child's particulars."""
    raise NotImplementedError


async def remove(tx: Change, child_id: UUID) -> None:
    """Remove a child with everything recorded about it; its devices become nobody's."""
    raise NotImplementedError


async def get(connection: AsyncConnection, child_id: UUID) -> Child:
    """Return a child or raise NotFound."""
    raise NotImplementedError


async def list_all(connection: AsyncConnection, *, group_ids: list[UUID] | None = None) -> list[Child]:
    """Return children, oldest entry first, of some groups or of all."""
    raise NotImplementedError

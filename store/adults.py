"""Adults with an account and their role on a group. Passwords arrive here already hashed."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import Language
from store.change import Change


class Role(StrEnum):
    OWNER = "owner"
    PARENT = "parent"
    VIEWER = "viewer"
    TEACHER = "teacher"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Adult:
    id: UUID
    name: str
    email: str
    """The sign-in name; stored in lower case."""
    language: Language
    password_hash: str
    roles: dict[UUID, Role]
    """Group id -> role."""


async def add(tx: Change, *, name: str, email: str, password_hash: str, language: Language, group_id: UUID, role: Role) -> Adult:
    """Add an adult with a role on a group. Raises Taken if the e-mail is in use."""
    raise NotImplementedError


async def alter(tx: Change, adult_id: UUID, *, name: str | None = None, language: Language | None = None, password_hash: str | None = None) -> Adult:
    """Change what is given, leave the rest."""
    raise NotImplementedError


async def get(connection: AsyncConnection, adult_id: UUID) -> Adult:
    """Return an adult or raise NotFound."""
    raise NotImplementedError


async def find_by_email(connection: AsyncConnection, email: str) -> Adult | None:
    """Return the adult who signs in with this e-mail, if any."""
    raise NotImplementedError


async def list_all(connection: AsyncConnection) -> list[Adult]:
    """Return every adult, oldest first."""
    raise NotImplementedError

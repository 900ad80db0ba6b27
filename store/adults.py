"""Adults with an account and their role on a group. Passwords arrive here already hashed."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import Language
from store.change import Change
from store.errors import NotFound, Taken
from store.ids import new_id
from store.insert import insert_into
from store.tables import adults, roles


class Role(StrEnum):
    OWNER = "owner"
    PARENT = "parent"
    VIEWER = "viewer"
    TEACHER = "teacher"
    OFFICER = "officer"


WRITERS = frozenset({Role.OWNER, Role.PARENT, Role.TEACHER, Role.OFFICER})
"""Who may change something; the others look."""


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


async def add(
    tx: Change,
    *,
    name: str,
    email: str,
    password_hash: str,
    language: Language,
    group_id: UUID,
    role: Role,
) -> Adult:
    """Add an adult with a role on a group. Raises Taken if the e-mail is in use."""
    address = _written(email)
    if await find_by_email(tx.connection, address):
        raise Taken
    adult = Adult(new_id(), name, address, language, password_hash, {group_id: role})
    row = {
        "id": adult.id,
        "name": name,
        "email": address,
        "language": language,
        "password_hash": password_hash,
    }
    await tx.connection.execute(sa.insert(adults).values(row))
    await tx.connection.execute(
        sa.insert(roles).values(adult_id=adult.id, group_id=group_id, role=role.value)
    )
    return adult


async def alter(
    tx: Change,
    adult_id: UUID,
    *,
    name: str | None = None,
    language: Language | None = None,
    password_hash: str | None = None,
) -> Adult:
    """Change what is given, leave the rest."""
    given = {"name": name, "language": language, "password_hash": password_hash}
    changed = {key: value for key, value in given.items() if value is not None}
    if changed:
        wanted = sa.update(adults).where(adults.c.id == adult_id)
        await tx.connection.execute(wanted.values(changed))
    return await get(tx.connection, adult_id)


async def give_role(tx: Change, adult_id: UUID, group_id: UUID, role: Role) -> None:
    """Give an adult a role on a group, in place of the one they may have had there."""
    held = insert_into(tx.connection, roles).values(
        adult_id=adult_id, group_id=group_id, role=role.value
    )
    await tx.connection.execute(
        held.on_conflict_do_update(
            index_elements=["adult_id", "group_id"], set_={"role": role.value}
        )
    )


async def get(connection: AsyncConnection, adult_id: UUID) -> Adult:
    """Return an adult or raise NotFound."""
    found = await _load(connection, adults.c.id == adult_id)
    if not found:
        raise NotFound
    return found[0]


async def find_by_email(connection: AsyncConnection, email: str) -> Adult | None:
    """Return the adult who signs in with this e-mail, if any."""
    found = await _load(connection, adults.c.email == _written(email))
    return found[0] if found else None


async def list_all(connection: AsyncConnection) -> list[Adult]:
    """Return every adult, oldest first."""
    return await _load(connection, sa.true())


def _written(email: str) -> str:
    """Return an e-mail address in its one written form."""
    return email.strip().lower()


async def _load(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> list[Adult]:
    wanted = sa.select(adults).where(which).order_by(adults.c.id)
    rows = (await connection.execute(wanted)).mappings()
    found = {row["id"]: Adult(**row, roles={}) for row in rows}
    held = sa.select(roles).join(adults, adults.c.id == roles.c.adult_id).where(which)
    for row in await connection.execute(held):
        found[row.adult_id].roles[row.group_id] = Role(row.role)
    return list(found.values())

"""Adults with an account and their role on a group. Passwords arrive here already hashed."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.family import Language
from rules.sentences import Sentence
from store.change import Change
from store.errors import Impossible, NotFound, Taken
from store.ids import new_id
from store.insert import insert_into
from store.tables import adults, children, role_children, roles, sessions, tokens


class Role(StrEnum):
    OWNER = "owner"
    PARENT = "parent"
    VIEWER = "viewer"
    TEACHER = "teacher"
    OFFICER = "officer"


WRITERS = frozenset({Role.OWNER, Role.PARENT, Role.TEACHER, Role.OFFICER})
"""Who may change something; the others look."""

LAST_OWNER = Sentence(
    "This is the last owner. Make somebody else an owner first, then this can be done.", {}
)


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
    only: dict[UUID, frozenset[UUID]] = field(default_factory=dict)
    """Group id -> the children the role is for, where it is not for all of the group."""

    def runs(self, group_id: UUID) -> bool:
        """Tell whether they may change what concerns a whole group."""
        return self.roles.get(group_id) in WRITERS and group_id not in self.only

    def owns(self, group_id: UUID) -> bool:
        """Tell whether they own a group: who else belongs to it is theirs to say."""
        return self.roles.get(group_id) is Role.OWNER and group_id not in self.only

    def gets_letter(self, group_id: UUID) -> bool:
        """Tell whether a group's letter is theirs to get: a role on it itself, and on all of it."""
        role = self.roles.get(group_id)
        return role not in (None, Role.OFFICER) and group_id not in self.only

    def sees(self, group_id: UUID, child_id: UUID) -> bool:
        """Tell whether they may know of a child that lives in a group; an officer never may."""
        role = self.roles.get(group_id)
        if role is None or role is Role.OFFICER:
            return False
        return group_id not in self.only or child_id in self.only[group_id]

    def steers(self, group_id: UUID, child_id: UUID) -> bool:
        """Tell whether they may change something for a child that lives in a group."""
        return self.sees(group_id, child_id) and self.roles[group_id] in WRITERS


async def add(
    tx: Change,
    *,
    name: str,
    email: str,
    password_hash: str,
    language: Language,
    group_id: UUID,
    role: Role,
    only: Iterable[UUID] | None = None,
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
    await give_role(tx, adult.id, group_id, role, only=only)
    return await get(tx.connection, adult.id)


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


async def give_role(
    tx: Change,
    adult_id: UUID,
    group_id: UUID,
    role: Role,
    *,
    only: Iterable[UUID] | None = None,
) -> None:
    """Give an adult a role on a group, in place of the one they may have had there.

    With `only` it is for these children of the group and no others. Raises Impossible for the last
    owner, and NotFound for a child that does not live in the group.
    """
    whole = role is Role.OWNER and only is None
    if not whole:
        await _refuse_last_owner(tx.connection, adult_id, group_id)
    changed = {"role": role.value, "only_some": only is not None}
    held = insert_into(tx.connection, roles).values(adult_id=adult_id, group_id=group_id, **changed)
    await tx.connection.execute(
        held.on_conflict_do_update(index_elements=["adult_id", "group_id"], set_=changed)
    )
    await _reach(tx.connection, adult_id, group_id, set(only or ()))


async def take_role(tx: Change, adult_id: UUID, group_id: UUID) -> None:
    """End an adult's role on a group, at once: their sessions and tokens end with it.

    Raises NotFound without a role, Impossible for the last owner. The account stays.
    """
    await _refuse_last_owner(tx.connection, adult_id, group_id)
    held = sa.and_(roles.c.adult_id == adult_id, roles.c.group_id == group_id)
    if (await tx.connection.execute(sa.delete(roles).where(held))).rowcount == 0:
        raise NotFound
    await _reach(tx.connection, adult_id, group_id, set())
    for table in (sessions, tokens):
        await tx.connection.execute(sa.delete(table).where(table.c.adult_id == adult_id))


async def remove_if_idle(tx: Change, adult_id: UUID) -> None:
    """Remove an account that has no role anywhere any more: nobody keeps it for nothing."""
    still = await tx.connection.scalar(
        sa.select(sa.func.count()).select_from(roles).where(roles.c.adult_id == adult_id)
    )
    if not still:
        await tx.connection.execute(sa.delete(adults).where(adults.c.id == adult_id))


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


async def of_group(connection: AsyncConnection, group_id: UUID) -> list[Adult]:
    """Return the adults with a role on a group, oldest first."""
    return await of_groups(connection, [group_id])


async def of_groups(connection: AsyncConnection, group_ids: Collection[UUID]) -> list[Adult]:
    """Return the adults with a role on one of some groups, oldest first."""
    held = sa.select(roles.c.adult_id).where(roles.c.group_id.in_(group_ids))
    return await _load(connection, adults.c.id.in_(held))


async def _refuse_last_owner(connection: AsyncConnection, adult_id: UUID, group_id: UUID) -> None:
    """Raise Impossible where nobody but this adult owns a group."""
    owning = sa.and_(
        roles.c.group_id == group_id, roles.c.role == Role.OWNER.value, roles.c.only_some.is_(False)
    )
    owners = set(await connection.scalars(sa.select(roles.c.adult_id).where(owning)))
    if owners == {adult_id}:
        raise Impossible(LAST_OWNER)


async def _reach(
    connection: AsyncConnection, adult_id: UUID, group_id: UUID, only: set[UUID]
) -> None:
    mine = sa.and_(role_children.c.adult_id == adult_id, role_children.c.group_id == group_id)
    await connection.execute(sa.delete(role_children).where(mine))
    if not only:
        return
    living = sa.select(children.c.id).where(
        children.c.id.in_(only), children.c.group_id == group_id
    )
    if set(await connection.scalars(living)) != only:
        raise NotFound
    rows = [
        {"adult_id": adult_id, "group_id": group_id, "child_id": child_id}
        for child_id in sorted(only)
    ]
    await connection.execute(sa.insert(role_children), rows)


def _written(email: str) -> str:
    """Return an e-mail address in its one written form."""
    return email.strip().lower()


async def _load(connection: AsyncConnection, which: sa.ColumnElement[bool]) -> list[Adult]:
    wanted = sa.select(adults).where(which).order_by(adults.c.id)
    rows = (await connection.execute(wanted)).mappings()
    found = {row["id"]: Adult(**row, roles={}) for row in rows}
    reached = await _reached(connection, which)
    held = sa.select(roles).join(adults, adults.c.id == roles.c.adult_id).where(which)
    for row in await connection.execute(held.order_by(roles.c.group_id)):
        found[row.adult_id].roles[row.group_id] = Role(row.role)
        if row.only_some:
            some = reached[row.adult_id, row.group_id]
            found[row.adult_id].only[row.group_id] = frozenset(some)
    return list(found.values())


async def _reached(
    connection: AsyncConnection, which: sa.ColumnElement[bool]
) -> dict[tuple[UUID, UUID], set[UUID]]:
    wanted = sa.select(role_children).join(adults, adults.c.id == role_children.c.adult_id)
    found: dict[tuple[UUID, UUID], set[UUID]] = defaultdict(set)
    for row in await connection.execute(wanted.where(which)):
        found[row.adult_id, row.group_id].add(row.child_id)
    return found

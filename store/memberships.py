"""Which groups a child belongs to: its home, and the classes it was put into, with all above."""

from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.verdict import Layer
from store import groups
from store.actor import Actor, ActorKind
from store.adults import WRITERS, Adult, Role
from store.change import Change
from store.columns import one_of
from store.errors import NotFound
from store.groups import Group
from store.insert import insert_into
from store.tables import children, memberships, roles

WIDTH = {layer.value: width for width, layer in enumerate(Layer)}


async def join(tx: Change, child_id: UUID, group_id: UUID) -> None:
    """Make a child a member of a group, besides its home; twice is as good as once."""
    await groups.get(tx.connection, group_id)
    fresh = insert_into(tx.connection, memberships).values(child_id=child_id, group_id=group_id)
    await tx.connection.execute(fresh.on_conflict_do_nothing())


async def leave(tx: Change, child_id: UUID, group_id: UUID) -> None:
    """End a membership. Raises NotFound."""
    which = sa.and_(memberships.c.child_id == child_id, memberships.c.group_id == group_id)
    if (await tx.connection.execute(sa.delete(memberships).where(which))).rowcount == 0:
        raise NotFound


async def all_of(
    connection: AsyncConnection, child_ids: Collection[UUID] | None = None
) -> dict[UUID, list[UUID]]:
    """Return for each child, or for some, its groups: the home first, then the others.

    Not of those who left.
    """
    here = sa.and_(children.c.left.is_(None), one_of(children.c.id, child_ids))
    homes = await connection.execute(sa.select(children.c.id, children.c.group_id).where(here))
    found = {row.id: [row.group_id] for row in homes}
    mine = one_of(memberships.c.child_id, child_ids)
    ordered = sa.select(memberships).where(mine).order_by(memberships.c.group_id)
    for row in await connection.execute(ordered):
        if row.child_id in found:
            found[row.child_id].append(row.group_id)
    return found


async def of_child(connection: AsyncConnection, child_id: UUID) -> list[Group]:
    """Return every group a child belongs to with those above them, from the widest."""
    home = sa.select(children.c.group_id).where(children.c.id == child_id)
    others = sa.select(memberships.c.group_id).where(memberships.c.child_id == child_id)
    joined = list(await connection.scalars(home.union(others)))
    return chain({group.id: group for group in await groups.list_all(connection)}, joined)


async def members(connection: AsyncConnection, group_id: UUID) -> set[UUID]:
    """Return the children of a group: who lives in it, who joined it, and those of groups below."""
    known = {group.id: group for group in await groups.list_all(connection)}
    inside = [key for key in known if group_id in {above.id for above in chain(known, [key])}]
    here = sa.select(children.c.id).where(children.c.left.is_(None))
    came = sa.select(memberships.c.child_id).where(memberships.c.group_id.in_(inside))
    theirs = sa.or_(children.c.group_id.in_(inside), children.c.id.in_(came))
    return set(await connection.scalars(here.where(theirs)))


def chain(by_id: dict[UUID, Group], joined: Iterable[UUID]) -> list[Group]:
    """Return groups and those above them, each once, from the widest kind to the narrowest."""
    found: dict[UUID, Group] = {}
    for group_id in joined:
        group = by_id.get(group_id)
        while group is not None and group.id not in found:
            found[group.id] = group
            group = by_id.get(group.parent_id) if group.parent_id else None
    return sorted(found.values(), key=lambda group: (WIDTH[group.kind], group.id))


def role_in(adult: Adult, known: dict[UUID, Group], group: Group) -> Role | None:
    """Return an adult's role on a group or the nearest above it, one that may change first.

    Whose role is for some children only looks at their group, and changes nothing of all.
    """
    if group.id in adult.only:
        return Role.VIEWER
    found = [
        adult.roles[above.id]
        for above in reversed(chain(known, [group.id]))
        if above.id in adult.roles and above.id not in adult.only
    ]
    return next((role for role in found if role in WRITERS), next(iter(found), None))


async def spoken_for(connection: AsyncConnection, by: Actor, child_id: UUID) -> Group | None:
    """Return the group an actor speaks for: the narrowest of the child's that they may change.

    A parent who also teaches speaks for the family. Who holds no such role (the system, an adult of
    no group of the child) speaks for no group: for whatever family the child has.
    """
    if by.kind is not ActorKind.ADULT or by.id is None:
        return None
    rows = await connection.execute(sa.select(roles).where(roles.c.adult_id == by.id))
    held = {row.group_id for row in rows if Role(row.role) in WRITERS}
    mine = [group for group in await of_child(connection, child_id) if group.id in held]
    return mine[-1] if mine else None

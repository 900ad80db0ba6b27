"""Which networks the groups call what: a school’s own addresses, for rules that hold there."""

from uuid import UUID

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.values import Networks
from store import facts
from store.change import Change
from store.tables import facts as kept

PREFIX = "networks:"
"""A fact by group holds its networks by tag, as JSON."""
NETWORKS: TypeAdapter[Networks] = TypeAdapter(Networks)


async def of_group(connection: AsyncConnection, group_id: UUID) -> Networks:
    """Return the networks a group named, by tag."""
    found = await facts.find(connection, f"{PREFIX}{group_id}")
    return NETWORKS.validate_json(found) if found else {}


async def save(tx: Change, group_id: UUID, networks: Networks) -> None:
    """Replace the networks of a group."""
    document = NETWORKS.dump_json(networks).decode()
    await facts.keep(tx.connection, f"{PREFIX}{group_id}", document)


async def by_group(connection: AsyncConnection) -> dict[UUID, Networks]:
    """Return the networks each group named."""
    wanted = sa.select(kept.c.key, kept.c.value).where(kept.c.key.startswith(PREFIX))
    return {
        UUID(row.key.removeprefix(PREFIX)): NETWORKS.validate_json(row.value)
        for row in await connection.execute(wanted)
    }


async def of_all(connection: AsyncConnection) -> Networks:
    """Return the networks of all groups; where several use one tag, all of theirs are meant.

    So nobody can take a network from another group's tag, and thereby loosen its rules.
    """
    wanted = sa.select(kept.c.value).where(kept.c.key.startswith(PREFIX)).order_by(kept.c.key)
    together: dict[str, tuple[str, ...]] = {}
    for document in await connection.scalars(wanted):
        for tag, networks in NETWORKS.validate_json(document).items():
            together[tag] = tuple(dict.fromkeys((*together.get(tag, ()), *networks)))
    return together

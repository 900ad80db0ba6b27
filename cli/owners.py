"""Whose rules are meant on the command line: a child's or a group's, by name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cli.names import find_child
from cli.places import CannotStart
from rules.explain import Sentence
from store import groups, household
from store.database import Database


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose rules they are; with `child_id` the ledger can forget a child's name one day."""

    id: UUID
    name: str
    zone: str
    child_id: UUID | None = None


async def owner_called(db: Database, typed: str, now: datetime) -> Owner:
    """Find a child or a group by its name. Raises CannotStart with those there are."""
    async with db.read() as connection:
        everything = await household.load(connection, now=now)
        known = await groups.list_all(connection)
    if (child := find_child(everything, typed)) is not None:
        return Owner(child.id, child.name, child.zone, child.id)
    named = [group for group in known if group.name.casefold() == typed.strip().casefold()]
    if len(named) == 1:
        return Owner(named[0].id, named[0].name, named[0].zone)
    names = ", ".join([*(child.name for child in everything.children), *(g.name for g in known)])
    raise CannotStart(
        Sentence(
            "There is no child or group called “{name}”; there are {names}.",
            {"name": typed, "names": names},
        )
    )

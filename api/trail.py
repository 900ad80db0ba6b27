"""The ledger as an adult may see it: what their group did, what concerns their children."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from api.needs import Desk
from store import adults, ledger
from store.adults import Role
from store.children import Child
from store.ledger import ANY, Filter, LedgerLine, Whose
from words.speech import Speech

AGAIN = timedelta(hours=1)
"""Who looks at the same thing again within so long is not written down twice."""
LATELY = 300
DAY = re.compile(r"20\d\d-[01]\d-[0-3]\d")


def deed_said(speech: Speech, line: LedgerLine) -> str:
    """Say what a line of the ledger tells; a day it names is said as the reader says days."""
    told = {name: _said(speech, value) for name, value in line.values.items()}
    return speech.say(line.what, **told)


def _said(speech: Speech, value: str) -> str:
    return speech.dated(date.fromisoformat(value)) if DAY.fullmatch(value) else value


@dataclass(frozen=True, slots=True)
class Trail:
    """Lines, newest first, and the number to go on before (None at the end)."""

    lines: list[LedgerLine]
    older: int | None


async def whose_trail(desk: Desk) -> Whose:
    """Say which lines an adult may see.

    Who is there for one child only sees what concerns that child, and what they did themselves;
    an officer sees what was done about groups, and nothing about a child.
    """
    wide = frozenset(
        group_id
        for group_id, role in desk.adult.roles.items()
        if group_id not in desk.adult.only and role is not Role.OFFICER
    )
    async with desk.panel.db.read() as store:
        everyone = [one for group_id in wide for one in await adults.of_group(store, group_id)]
    return Whose(
        wide,
        frozenset(child.id for child in await desk.children()),
        # Older lines do not say their group: they are shown where their author is of no other.
        frozenset(one.id for one in everyone if wide.issuperset(one.roles)),
        desk.adult.id,
        desk.watches_house,
    )


async def trail(
    desk: Desk, *, limit: int, before: int | None = None, wanted: Filter = ANY
) -> Trail:
    """Return the newest lines an adult may see, before a line."""
    whose = await whose_trail(desk)
    async with desk.panel.db.read() as store:
        found = await ledger.lines(
            store, limit=limit + 1, before=before, whose=whose, wanted=wanted
        )
    shown = found[:limit]
    return Trail(shown, shown[-1].number if len(found) > limit else None)


async def authors(desk: Desk) -> list[tuple[UUID, str]]:
    """Return who wrote lines that an adult may see."""
    whose = await whose_trail(desk)
    async with desk.panel.db.read() as store:
        return await ledger.authors(store, whose)


@dataclass(frozen=True, slots=True)
class Chain:
    """Whether the ledger of this installation is as it was written."""

    lines: int
    broken: int | None
    """The first line that was altered afterwards."""


async def chain(desk: Desk) -> Chain:
    """Walk the whole chain: that it holds concerns everyone, whose the lines are does not show."""
    async with desk.panel.db.read() as store:
        return Chain(await ledger.length(store), await ledger.first_broken(store))


async def looked_at(desk: Desk, children: Iterable[Child], what: str, **values: str) -> None:
    """Write into the ledger that the adult looked at something of children, once an hour."""
    mine = Filter(by_id=desk.adult.id, kind="looked", since=desk.now - AGAIN)
    async with desk.panel.db.read() as store:
        lately = await ledger.lines(store, limit=LATELY, wanted=mine)
    known = [(line.what, line.child_id, line.values) for line in lately]
    for child in children:
        told = {"child": child.name, **values}
        if (what, child.id, told) not in known:
            await desk.looked(what, child_id=child.id, **told)

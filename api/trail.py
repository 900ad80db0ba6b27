"""The ledger as an adult may see it: what their group did, what concerns their children."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from api.needs import Desk
from store import adults, ledger
from store.adults import Role
from store.children import Child
from store.ledger import ANY, NOT_YET, Filter, LedgerLine, Whose
from words.speech import Speech

AGAIN = timedelta(hours=1)
"""Who looks at the same thing again within so long is not written down twice."""
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
        everyone = await adults.of_groups(store, wide)
    return Whose(
        group_ids=wide,
        # Older lines do not say their group: they are shown where their author is of no other.
        adult_ids=frozenset(one.id for one in everyone if wide.issuperset(one.roles)),
        own_id=desk.adult.id,
        sight=desk.sight,
        house=desk.watches_house,
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
    checked: int = 0
    """So many lines were walked by now."""

    @property
    def is_done(self) -> bool:
        """Tell whether all lines were walked."""
        return self.checked >= self.lines or self.broken is not None


async def chain(desk: Desk) -> Chain:
    """Walk the whole chain: that it holds concerns everyone, whose the lines are does not show."""
    async with desk.panel.db.read() as store:
        lines = await ledger.length(store)
        return Chain(lines, await ledger.first_broken(store), lines)


async def chain_so_far(desk: Desk, *, again: bool = False) -> Chain:
    """Walk the chain on by some lines from where this panel checked it last, or from the start.

    What was checked is not read again with every look: what is new hangs on it by its hash.
    """
    panel = desk.panel
    before = NOT_YET if again else panel.checked
    async with panel.db.read() as store:
        lines = await ledger.length(store)
        # A line that is broken stays so, whatever comes behind it.
        found = before if before.broken else await ledger.check_on(store, before)
    panel.checked = found
    return Chain(lines, found.broken, found.number)


async def looked_at(desk: Desk, children: Iterable[Child], what: str, **values: str) -> None:
    """Write into the ledger that the adult looked at something of children, once an hour."""
    await note(desk, what, {child.id: {"child": child.name, **values} for child in children})


async def note(desk: Desk, what: str, told: Mapping[UUID | None, dict[str, str]]) -> None:
    """Write a line about each child, but for what was written within the last hour."""
    if not told:
        return
    async with desk.panel.db.read() as store:
        lately = await ledger.looked_lately(store, desk.adult.id, what, since=desk.now - AGAIN)
    fresh = {child_id: said for child_id, said in told.items() if (child_id, said) not in lately}
    if fresh:
        async with desk.panel.db.write() as store:
            await desk.looked_in(store, what, fresh)

"""All children at once: dinner time, which ends by itself and is taken back with one tap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from api import verbs
from api.households import children_here
from api.needs import Desk
from reports.weeks import local_day
from rules.coming_of_age import is_of_age
from rules.policy import Pause, Policy
from store import grants, policies
from store.children import Child
from store.database import Connection
from store.errors import Conflict
from store.policies import PolicyVersion
from words.speech import to_say

BACK = to_say("took back the pause of {child}")


@dataclass(frozen=True, slots=True)
class Dinner:
    """A pause of several children, and when it began."""

    children: tuple[Child, ...]
    at: datetime
    """By this moment it is found again, to be taken back."""


def next_at(desk: Desk, clock: time) -> datetime:
    """Return the next moment at which the family's clock shows a time."""
    day: date = local_day(desk.now, desk.family.zone)
    zone = ZoneInfo(desk.family.zone)
    moment = datetime.combine(day, clock, zone)
    return moment if moment > desk.now else datetime.combine(day + timedelta(days=1), clock, zone)


async def at_table(desk: Desk, group_id: UUID | None = None) -> list[Child]:
    """Return who is called together: the children on Today, or those of one group."""
    here = await children_here(desk)
    return [child for child in here if group_id in (None, child.group_id)]


async def pause(desk: Desk, until: datetime | None, group_id: UUID | None = None) -> Dinner:
    """Pause every child for whom the adult decides, or one group's, until a moment or resumed.

    Who is of age is left alone, and so is who is paused for longer already. One change for all.
    """
    called = await at_table(desk, group_id)
    async with desk.panel.db.read() as store:
        found = await policies.current_of(store, [child.id for child in called])
    paused = [child for child in called if _concerns(desk, child, found.get(child.id), until)]
    await verbs.pause(desk, paused, until)
    return Dinner(tuple(paused), desk.now)


async def take_back(desk: Desk, at: datetime, group_id: UUID | None = None) -> list[Child]:
    """Undo a pause of all: each child's rules, and the extra time it had, are as before.

    Whose rules were changed again since keeps them. Returns the children it was taken back for.
    """
    called = await at_table(desk, group_id)
    async with desk.panel.db.read() as store:
        if not await _paused_at(store, called, at):
            return []
    async with desk.change(BACK) as tx:
        # Somebody may have changed it a moment ago: what counts is how it is now.
        paused = await _paused_at(tx.connection, called, at)
        if not paused:
            raise Conflict
        before = await policies.numbered(tx.connection, {key: n - 1 for key, n in paused.items()})
        undone = [child for child in called if child.id in paused]
        tx.about = {child.id: {"child": child.name} for child in undone}
        await policies.save_each(
            tx, {key: (number, before.get(key, Policy())) for key, number in paused.items()}
        )
        await grants.take_up(tx, paused, at)
    return undone


def _concerns(
    desk: Desk, child: Child, version: PolicyVersion | None, until: datetime | None
) -> bool:
    if is_of_age(child.birth_year, desk.family.zone, desk.now):
        return False
    running = version.policy.pause if version else None
    return running is None or not _lasts(running, until, desk.now)


def _lasts(running: Pause, until: datetime | None, now: datetime) -> bool:
    """Tell whether a pause holds now, and for as long as another one would."""
    if running.until is None:
        return True
    return running.until > now and until is not None and running.until >= until


async def _paused_at(store: Connection, called: Iterable[Child], at: datetime) -> dict[UUID, int]:
    """Return whose rules in force are the pause that was made at a moment, and their number."""
    found = await policies.current_of(store, [child.id for child in called])
    return {
        key: version.number
        for key, version in found.items()
        if version.at == at and version.policy.pause is not None
    }

"""All children at once: dinner time, which ends by itself and is taken back with one tap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, StringConstraints

from api import verbs
from api.households import children_here
from api.needs import Desk
from reports.weeks import local_day
from rules.coming_of_age import is_of_age
from rules.family import Grant
from rules.policy import Pause
from store import grants, policies
from store.children import Child
from words.speech import to_say

BACK = to_say("took back the pause of {child}")


class Ended(BaseModel):
    """Extra time that a pause ended, and when it would have ended by itself."""

    id: UUID
    until: AwareDatetime

    @classmethod
    def read(cls, text: str) -> Self:
        """Read it as `told` writes it. Raises ValueError."""
        grant_id, _, until = text.partition("@")
        return cls.model_validate({"id": grant_id, "until": until})

    @property
    def told(self) -> str:
        """Write it in a form's field."""
        return f"{self.id}@{self.until.isoformat()}"


type EndedText = Annotated[str, StringConstraints(max_length=100)]


@dataclass(frozen=True, slots=True)
class Dinner:
    """A pause of several children, and what it takes to take it back."""

    children: tuple[Child, ...]
    at: datetime
    ended: tuple[Ended, ...]


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

    Who is of age is left alone, and so is who is paused for longer already.
    """
    paused, ended = [], []
    for child in await at_table(desk, group_id):
        if not await _concerns(desk, child, until):
            continue
        async with desk.panel.db.read() as store:
            running = await grants.running(store, now=desk.now, child_id=child.id)
        await verbs.pause(desk, [child], until)
        paused.append(child)
        ended += [Ended(id=grant.id, until=grant.until) for grant in running]
    return Dinner(tuple(paused), desk.now, tuple(ended))


async def take_back(
    desk: Desk, at: datetime, ended: Iterable[Ended], group_id: UUID | None = None
) -> list[Child]:
    """Undo a pause of all: each child's rules, and the extra time it had, are as before.

    Whose rules were changed again since keeps them. Returns the children it was taken back for.
    """
    ends = {each.id: each.until for each in ended}
    undone = []
    for child in await at_table(desk, group_id):
        if not await _unpause(desk, child, at):
            continue
        for grant in await _stopped(desk, child, at):
            if ends.get(grant.id, at) > desk.now:
                until = ends[grant.id]
                await verbs.give(desk, child, until=until, scope=grant.scope, reason=grant.reason)
        undone.append(child)
    return undone


async def _concerns(desk: Desk, child: Child, until: datetime | None) -> bool:
    if is_of_age(child.birth_year, desk.family.zone, desk.now):
        return False
    async with desk.panel.db.read() as store:
        version = await policies.current(store, child.id)
    running = version.policy.pause if version else None
    return running is None or not _lasts(running, until, desk.now)


def _lasts(running: Pause, until: datetime | None, now: datetime) -> bool:
    """Tell whether a pause holds now, and for as long as another one would."""
    if running.until is None:
        return True
    return running.until > now and until is not None and running.until >= until


async def _unpause(desk: Desk, child: Child, at: datetime) -> bool:
    async with desk.panel.db.read() as store:
        version = await policies.current(store, child.id)
    if version is None or version.at != at or version.policy.pause is None:
        return False
    return await verbs.undo(desk, child, version.number, BACK)


async def _stopped(desk: Desk, child: Child, at: datetime) -> list[Grant]:
    async with desk.panel.db.read() as store:
        around = await grants.between(store, child.id, child.created, at)
    return [grant for grant in around if grant.until == at]

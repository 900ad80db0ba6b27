"""A class's or school's letter at the desk: who may read which, and whose alerts are their duty."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from api.errors import Refused
from api.grouping import role_on
from api.needs import Desk, TheDesk
from reports import counts
from reports.counts import CityCounts
from reports.reach import LETTERED, has_letter
from reports.school.gather import letter_for
from reports.school.value import SchoolLetter
from reports.weeks import Week, week_at, week_holding
from rules.lessons import Timetable
from rules.verdict import Layer
from store import alerts, children, followed, group_days, groups, memberships, sums, timetables
from store.adults import WRITERS, Role
from store.alerts import Alert, Whose
from store.errors import NotFound
from store.groups import Group
from words.speech import to_say

COUNTS_ONLY = to_say("An officer knows numbers, never children.")
WHOLE_ONLY = to_say("This letter is for those who look after the whole group.")
OFFICERS_ONLY = to_say("Counts of a city are for its officers.")


@dataclass(frozen=True, slots=True)
class Duty:
    """An alert that waits, with the name of the child: for those whose duty it is."""

    alert: Alert
    name: str


async def lettered_group(desk: TheDesk, group_id: UUID) -> Group:
    """Return the class or school of the address to who may read its letter."""
    async with desk.panel.db.read() as store:
        group = await groups.get(store, group_id)
    role = await role_on(desk, group)
    if role is None or group.kind not in LETTERED:
        raise NotFound
    if role is Role.OFFICER:
        raise Refused(403, "counts-only", COUNTS_ONLY)
    if group.id in desk.adult.only:
        raise Refused(403, "whole-group-only", WHOLE_ONLY)
    return group


async def steered_group(desk: TheDesk, group_id: UUID) -> Group:
    """Return the class or school of the address to who may change what concerns it."""
    group = await lettered_group(desk, group_id)
    if await role_on(desk, group) not in WRITERS:
        raise Refused(403, "may-only-look")
    return group


async def counted_city(desk: TheDesk, group_id: UUID) -> Group:
    """Return the city of the address, or that above the ward of the address, to an officer of it.

    Both get the same counts: two tables that withhold different things could be laid side by side.
    """
    async with desk.panel.db.read() as store:
        known = {group.id: group for group in await groups.list_all(store)}
    group = known.get(group_id)
    role = None if group is None else await role_on(desk, group)
    if group is None or role is None or group.kind not in (Layer.CITY, Layer.WARD):
        raise NotFound
    if role not in (Role.OFFICER, Role.OWNER):
        raise Refused(403, "officers-only", OFFICERS_ONLY)
    return memberships.chain(known, [group.id])[0]


type LetteredGroup = Annotated[Group, Depends(lettered_group)]
type SteeredGroup = Annotated[Group, Depends(steered_group)]
type CountedCity = Annotated[Group, Depends(counted_city)]


def week_of(desk: Desk, group: Group, start: date | None) -> Week:
    """Return the week that holds a day, the running one at the latest."""
    running = week_at(desk.now, group.zone)
    week = week_holding(start, group.zone) if start else running
    return running if week.first > running.first else week


async def letter_of(desk: Desk, group: Group, week: Week) -> SchoolLetter:
    """Take the letter that was kept, or write it of the sums as they are now."""
    if not week.is_over(desk.now):
        await sums.run(desk.panel.db, now=desk.now)
    site_of = desk.panel.catalogue.site_of
    return await letter_for(desk.panel.db, group, week.first, now=desk.now, site_of=site_of)


async def is_told_of_groups(desk: Desk) -> bool:
    """Tell whether there is a class or school whose letter this adult may get."""
    async with desk.panel.db.read() as store:
        everywhere = await groups.list_all(store)
    known = {each.id: each for each in everywhere}
    return any(
        has_letter(each) and followed.may_read(desk.adult, known, each) for each in everywhere
    )


async def is_followed(desk: Desk, group: Group) -> bool:
    """Tell whether the adult chose this letter from above."""
    async with desk.panel.db.read() as store:
        return (desk.adult.id, group.id) in await followed.chosen(store, [desk.adult])


async def follow(desk: Desk, group: Group, *, wanted: bool) -> None:
    """Choose a letter of a group below one's own, or choose it no more."""
    async with desk.panel.db.write() as store:
        if wanted:
            await followed.choose(store, desk.adult.id, group.id)
        else:
            await followed.drop(store, desk.adult.id, group.id)


def full_week_of(desk: Desk, city: Group, start: date | None) -> Week:
    """Return a week that is over: counts of a running one could be laid beside its end."""
    week = week_of(desk, city, start)
    return week if week.is_over(desk.now) else week_at(desk.now, city.zone).moved(-1)


async def counts_of(desk: Desk, city: Group, week: Week) -> CityCounts:
    """Count a city's week, of the sums as they are now."""
    await sums.run(desk.panel.db, now=desk.now)
    async with desk.panel.db.read() as store:
        return await counts.gather(store, city, week.first, week.last)


async def timetable_of(desk: Desk, group: Group) -> Timetable | None:
    """Return when lessons are, if somebody said so."""
    async with desk.panel.db.read() as store:
        return await timetables.find(store, group.id)


async def keep_timetable(desk: Desk, group: Group, given: Timetable) -> None:
    """Keep when lessons are: letters tell them apart from this week on."""
    what = to_say("entered when lessons are in {group}")
    async with desk.change(what, group=group.name) as tx:
        await timetables.save(tx, group.id, given)
        await group_days.redo(tx.connection, group.id, week_at(desk.now, group.zone).first)


async def duties(desk: Desk, group: Group) -> list[Duty]:
    """Return the open alerts about a group's children whom the adult is there for by name."""
    async with desk.panel.db.read() as store:
        mine = await memberships.members(store, group.id)
        known = {
            child.id: child.name
            for child in await children.list_all(store)
            if child.id in mine and desk.adult.sees(child.group_id, child.id)
        }
        found = await alerts.list_of(store, Whose(frozenset(known)), only_open=True)
    return [Duty(alert, known[alert.child_id]) for alert in found if alert.child_id in known]

"""The conductor of the weekly letter: claim a child's week, summarise it, keep it."""

from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from uuid import UUID

from reports.family import record
from reports.family.compose import compose
from reports.family.value import FamilyLetter, opened
from reports.sites import SiteOf
from reports.summary import Record, Subject, summarise
from reports.values import WeekSummary
from reports.weeks import Week, last_full_week
from rules.coming_of_age import is_of_age
from rules.policy import Policy
from store import children, comments, grants, groups, letters, policies, rollups, spent
from store.children import Child
from store.database import Connection, Database

LATE = timedelta(days=2)
"""How long a finished week is looked at again: a door that was cut off brings rows later."""
MISSED = 3
"""So many weeks before the last one are still written where the clock was not there."""
CATCH_UP = timedelta(weeks=MISSED + 2)


def as_it_is(host: str) -> str:
    """Take every host for a site of its own."""
    return host


async def summarise_week(
    db: Database, child: Child, week_start: date, *, now: datetime, site_of: SiteOf = as_it_is
) -> WeekSummary:
    """Read one child's week and the one before, and sum them up."""
    async with db.read() as connection:
        group = await groups.get(connection, child.group_id)
        week = Week(week_start, group.zone)
        return summarise(
            Subject(child.id, child.name, await _layers(connection, child)),
            week,
            this=await _record(connection, child, week),
            before=await _record(connection, child, week.moved(-1)),
            known_hosts=await rollups.known_before(connection, child.id, before=week.since),
            grants=await grants.running(connection, now=week.since, child_id=child.id),
            site_of=site_of,
            now=now,
        )


async def write_letter(
    db: Database, child: Child, week_start: date, *, now: datetime, site_of: SiteOf = as_it_is
) -> FamilyLetter:
    """Write the letter about a child's week, or about its part so far."""
    summary = await summarise_week(db, child, week_start, now=now, site_of=site_of)
    async with db.read() as connection:
        week = Week(week_start, summary.zone)
        layers = await _layers(connection, child)
        around = await record.read(connection, child, layers, week, now)
    return compose(summary, around, week, now)


async def letter_for(
    db: Database, child: Child, week_start: date, *, now: datetime, site_of: SiteOf = as_it_is
) -> FamilyLetter:
    """Take the letter that was kept, or write one; no more in it than may be told by now.

    What the child said to its week is taken as it stands: it may change until the letter is sent.
    """
    async with db.read() as connection:
        group = await groups.get(connection, child.group_id)
        kept = await letters.find(connection, child.id, week_start)
        layers = await _layers(connection, child)
        level = await record.level_of(connection, child, layers, group.zone, now)
        words = await comments.find(connection, child.id, week_start)
    if kept is None:
        return await write_letter(db, child, week_start, now=now, site_of=site_of)
    return opened(kept).within(level).model_copy(update={"comment": words})


async def run_due(db: Database, *, now: datetime, site_of: SiteOf = as_it_is) -> int:
    """Make the last full week of every child that is due, and older ones that were missed.

    Returns how many were written.
    """
    async with db.read() as connection:
        everyone = await children.list_all(connection)
        zones = {group.id: group.zone for group in await groups.list_all(connection)}
        known = await letters.since(connection, (now - CATCH_UP).date())
    written = 0
    for child in everyone:
        newest = last_full_week(now, zones[child.group_id])
        for back in range(MISSED, -1, -1):
            week = newest.moved(-back)
            if _is_due(child, week, now, known):
                written += await _make(db, child, week, now=now, site_of=site_of)
    return written


def _is_due(child: Child, week: Week, now: datetime, known: AbstractSet[tuple[UUID, date]]) -> bool:
    if is_of_age(child.birth_year, week.zone, week.since):
        return False
    is_newest = now < week.moved(1).until
    # Older ones only where the clock was not there to write them.
    return is_newest or ((child.id, week.first) not in known and child.created < week.until)


async def _make(db: Database, child: Child, week: Week, *, now: datetime, site_of: SiteOf) -> bool:
    """Write a week if it is new, unfinished or changed by late rows; tell whether it was."""
    async with db.write() as connection:
        is_ours = await letters.claim(connection, child.id, week.first, now=now)
        kept = await letters.find(connection, child.id, week.first)
    if not is_ours and (kept is None or now > week.until + LATE):
        return False
    letter = await write_letter(db, child, week.first, now=now, site_of=site_of)
    if kept and _says_the_same(opened(kept), letter):
        return False
    async with db.write() as connection:
        text = letter.model_dump_json()
        await letters.keep(connection, child.id, week.first, summary=text, now=now)
    return True


def _says_the_same(one: FamilyLetter, other: FamilyLetter) -> bool:
    week = one.week.model_copy(update={"made": other.week.made})
    return one.model_copy(update={"week": week}) == other


async def _record(connection: Connection, child: Child, week: Week) -> Record:
    return Record(
        rows=await rollups.load(connection, child.id, since=week.since, until=week.until),
        bitmaps=await spent.load_days(connection, child.id, first=week.first, last=week.last),
    )


async def _layers(connection: Connection, child: Child) -> tuple[Policy, ...]:
    """Return the policies of the child and of every group above it."""
    known = {group.id: group for group in await groups.list_all(connection)}
    owners = [child.id]
    above: UUID | None = child.group_id
    while above is not None:
        owners.append(above)
        above = known[above].parent_id
    found = await policies.all_current(connection, owners)
    return tuple(found[owner] for owner in owners if owner in found)

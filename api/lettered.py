"""A child's letter at the desk: read it, note that it was read, and who gets it by mail."""

from dataclasses import dataclass
from datetime import date, datetime

from api.needs import Desk
from reports.family.value import FamilyLetter
from reports.weekly import letter_for
from reports.weeks import Week, local_day, midnight, week_at, week_holding
from rules.posting import LetterTime
from rules.telling import Kind
from store import channels, comments, ledger, letter_times, letters, rollups
from store.channels import Channel, Way
from store.children import Child
from store.ledger import Filter
from words.speech import to_say

A_TERM = 18
"""Weeks of a term in a Vietnamese school."""
READ = to_say("read {child}’s week")


@dataclass(frozen=True, slots=True)
class Post:
    """How the weekly letter reaches this adult."""

    channels: tuple[Channel, ...]
    """Those that bring it."""
    mail: Channel | None
    """One to which it can be sent now."""
    time: LetterTime
    next: datetime
    """When the letter about the running week comes."""
    was_sent: bool
    mails: bool
    """A mail server is set."""


def week_of(desk: Desk, start: date | None) -> Week:
    """Return the week that holds a day, the running one at the latest."""
    running = week_at(desk.now, desk.family.zone)
    week = week_holding(start, desk.family.zone) if start else running
    return running if week.first > running.first else week


async def letter_of(desk: Desk, child: Child, week: Week) -> FamilyLetter:
    """Take the letter that was kept; write one of a week that has none, such as the running one."""
    async with desk.panel.db.read() as store:
        is_kept = await letters.find(store, child.id, week.first) is not None
    if not is_kept:
        await rollups.run(desk.panel.db, now=desk.now)
    site_of = desk.panel.catalogue.site_of
    return await letter_for(desk.panel.db, child, week.first, now=desk.now, site_of=site_of)


async def term_of(desk: Desk, child: Child) -> list[FamilyLetter]:
    """Take the letters that were kept of the last weeks, about a term, the oldest first."""
    async with desk.panel.db.read() as store:
        kept = await letters.weeks(store, child.id)
    return [
        await letter_for(desk.panel.db, child, week, now=desk.now) for week in kept[:A_TERM][::-1]
    ]


async def note_reading(desk: Desk, child: Child) -> None:
    """Write into the ledger that this adult read a child's week; once a day is enough."""
    zone = desk.family.zone
    today = Filter(
        by_id=desk.adult.id,
        child_id=child.id,
        kind="looked",
        since=midnight(local_day(desk.now, zone), zone),
    )
    async with desk.panel.db.read() as store:
        found = await ledger.lines(store, limit=50, wanted=today)
    if all(line.what != READ for line in found):
        await desk.looked(READ, child_id=child.id, child=child.name)


async def post_of(desk: Desk, child: Child, week: Week) -> Post:
    """Gather how the weekly letter reaches this adult."""
    async with desk.panel.db.read() as store:
        mine = await channels.of_adult(store, desk.adult.id)
        time = await letter_times.of(store, desk.adult.id)
        was_sent = await comments.was_sent(store, child.id, week.first)
    running = week_at(desk.now, desk.family.zone)
    return Post(
        channels=tuple(channel for channel in mine if Kind.WEEK in channel.wants.kinds),
        mail=next((channel for channel in mine if channel.way is Way.MAIL), None),
        time=time,
        next=time.after(running.until, desk.family.zone),
        was_sent=was_sent,
        mails=desk.panel.notices.mails,
    )


async def time_of(desk: Desk) -> LetterTime:
    """Return when the adult's letters come."""
    async with desk.panel.db.read() as store:
        return await letter_times.of(store, desk.adult.id)


async def set_time(desk: Desk, given: LetterTime) -> None:
    """Set when the adult's letters come."""
    async with desk.panel.db.write() as store:
        await letter_times.keep(store, desk.adult.id, given)

"""Writes letters as mails when their time has come: from what was kept, with what holds now."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage

from reports import paper, post
from reports.blocks import Sheet
from reports.family.day import day_sheet
from reports.family.sheet import sheet_of
from reports.family.value import FamilyLetter
from reports.post import Envelope, Links
from reports.sites import SiteOf
from reports.weekly import letter_for
from reports.weeks import week_holding
from rules.clock import Clock
from rules.family import Language
from rules.telling import Kind
from store import adults, children, ledger, stops
from store.actor import SYSTEM
from store.adults import Adult
from store.channels import Channel
from store.children import Child
from store.database import Connection, Database
from store.deliveries import Delivery
from store.errors import NotFound
from words.speech import NameOf, Speech, to_say

SENT = to_say("sent {child}’s letter to {name}")


@dataclass(frozen=True, slots=True)
class Desk:
    """What a writer of mails needs to have at hand."""

    db: Database
    sender: str
    panel_url: str
    site_of: SiteOf
    name_of: Callable[[Language], NameOf]
    clock: Clock


async def write(desk: Desk, delivery: Delivery, channel: Channel) -> EmailMessage | None:
    """Write the mail of a letter; None where it is no longer this reader's to get."""
    now = desk.clock()
    async with desk.db.read() as connection:
        found = await _whose(connection, delivery, channel)
    if found is None:
        return None
    adult, child = found
    day = date.fromisoformat(str(delivery.about.get("week") or delivery.about["day"]))
    # Monday of the week, in whatever zone: a day has one Monday before it.
    monday = week_holding(day, "UTC").first
    letter = await letter_for(desk.db, child, monday, now=now, site_of=desk.site_of)
    sheet, speech = _sheet(desk, delivery.kind, letter.without_words(), adult, day)
    page = f"{desk.panel_url}/week/{child.id}?start={monday}"
    links = Links(page, await _stop(desk, delivery, channel, found))
    envelope = Envelope(desk.sender, channel.target, f"{delivery.id}", now)
    return await asyncio.to_thread(_printed, sheet, links, speech, envelope, delivery.kind)


def _printed(
    sheet: Sheet, links: Links, speech: Speech, envelope: Envelope, kind: Kind
) -> EmailMessage:
    pdf = paper.pdf(sheet, envelope.at) if kind is Kind.WEEK else b""
    return post.mail(sheet, links, speech, envelope, pdf)


def _sheet(
    desk: Desk, kind: Kind, letter: FamilyLetter, adult: Adult, day: date
) -> tuple[Sheet, Speech]:
    name_of = desk.name_of(adult.language)
    speech = Speech(adult.language, letter.week.zone, name_of)
    if kind is Kind.DAY:
        return day_sheet(letter, day, speech, name_of), speech
    return sheet_of(letter, speech, name_of), speech


async def _whose(
    connection: Connection, delivery: Delivery, channel: Channel
) -> tuple[Adult, Child] | None:
    """Return the reader and the child, if the one may still know of the other and wants to."""
    if channel.owner.adult_id is None or delivery.child_id is None:
        return None
    try:
        adult = await adults.get(connection, channel.owner.adult_id)
        child = await children.get(connection, delivery.child_id)
    except NotFound:
        return None
    # Asked for with one's own hands it comes, whatever the channel is for else.
    wants = delivery.kind in channel.wants.kinds or ":now:" in delivery.matter
    return (adult, child) if wants and adult.sees(child.group_id, child.id) else None


async def _stop(
    desk: Desk, delivery: Delivery, channel: Channel, whose: tuple[Adult, Child]
) -> str:
    """Make the link that ends these mails, and write down that the letter leaves the house."""
    (adult, child), now = whose, desk.clock()
    async with desk.db.write() as connection:
        token = await stops.make(connection, channel.id, delivery.kind, now)
        await ledger.looked(
            connection,
            by=SYSTEM,
            what=SENT,
            now=now,
            values={"child": child.name, "name": adult.name},
            child_id=child.id,
            group_id=child.group_id,
        )
    return f"{desk.panel_url}/letters/stop/{token}"

"""What writers of mails have at hand, and what every letter that leaves as a mail goes through."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from uuid import UUID

from reports import paper, post
from reports.blocks import Sheet
from reports.post import Envelope, Links
from reports.sites import SiteOf
from rules.clock import Clock
from rules.family import Language
from rules.telling import Kind
from store import ledger, stops
from store.actor import SYSTEM
from store.channels import Channel
from store.database import Database
from store.deliveries import Delivery
from words.speech import NameOf, Speech


@dataclass(frozen=True, slots=True)
class Desk:
    """What a writer of mails needs to have at hand."""

    db: Database
    sender: str
    panel_url: str
    site_of: SiteOf
    name_of: Callable[[Language], NameOf]
    clock: Clock


@dataclass(frozen=True, slots=True)
class Leaving:
    """The line of the ledger about a letter that leaves the house."""

    what: str
    values: dict[str, str]
    group_id: UUID
    child_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """Which delivery goes over which channel, and the page of the panel that tells the same."""

    delivery: Delivery
    channel: Channel
    page: str


async def posted(
    desk: Desk, errand: Errand, sheet: Sheet, speech: Speech, leaving: Leaving
) -> EmailMessage:
    """Make a sheet a mail with its end and its paper, and write down that it leaves."""
    delivery, to = errand.delivery, errand.channel.target
    links = Links(f"{desk.panel_url}{errand.page}", await _stop(desk, errand, leaving))
    envelope = Envelope(desk.sender, to, f"{delivery.id}", desk.clock())
    return await asyncio.to_thread(_printed, sheet, links, speech, envelope, delivery.kind)


def _printed(
    sheet: Sheet, links: Links, speech: Speech, envelope: Envelope, kind: Kind
) -> EmailMessage:
    pdf = b"" if kind is Kind.DAY else paper.pdf(sheet, envelope.at)
    return post.mail(sheet, links, speech, envelope, pdf)


async def _stop(desk: Desk, errand: Errand, leaving: Leaving) -> str:
    """Make the link that ends these mails, and write down that the letter leaves the house."""
    now = desk.clock()
    async with desk.db.write() as connection:
        token = await stops.make(connection, errand.channel.id, errand.delivery.kind, now)
        await ledger.looked(
            connection,
            by=SYSTEM,
            what=leaving.what,
            now=now,
            values=leaving.values,
            child_id=leaving.child_id,
            group_id=leaving.group_id,
        )
    return f"{desk.panel_url}/letters/stop/{token}"

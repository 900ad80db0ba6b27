"""The weekly letter leaves once, whatever rings and whatever breaks: on both databases."""

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage
from io import BytesIO

import pytest
from pypdf import PdfReader

from reports.posting import put_letters
from reports.weekly import run_due
from store.database import Database
from store.deliveries import State
from tests.kit.databases import SEAL
from tests.lab.inbox import Mailbox, mailbox
from tests.reports.post_office import PANEL, Office, open_office


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with mailbox() as box:
        yield box


@pytest.fixture
async def office(db: Database, box: Mailbox) -> Office:
    office = await open_office(db, box.port)
    await office.subscribe()
    await office.lived()
    return office


async def test_two_workers_and_two_machines_that_ring_at_once_send_one_letter(
    office: Office, box: Mailbox, url: str
):
    other = await Database.open(url, SEAL)
    databases = (office.db, office.db, other, other)
    await asyncio.gather(*(run_due(db, now=office.now) for db in databases))
    await asyncio.gather(*(put_letters(db, office.now) for db in databases))
    couriers = [office.courier(db) for db in databases]
    await asyncio.gather(*(courier.ring(office.now) for courier in couriers))
    await asyncio.gather(*(courier.rest() for courier in couriers))
    await office.ring()
    await other.close()

    assert len(box.mails) == 1
    assert [each.state for each in await office.sent()] == [State.SENT]


async def test_a_refused_connection_is_tried_again_then_seen_as_failed_and_never_sent_twice(
    office: Office, box: Mailbox
):
    listening, office.port = office.port, 1
    await office.ring()
    [waiting] = await office.sent()
    assert (waiting.state, waiting.tries) == (State.DUE, 1)
    assert waiting.trouble is not None
    assert "could not be reached" in waiting.trouble.message

    for _ in range(5):
        office.moved(hours=5)
        await office.bring()
    [failed] = await office.sent()
    assert (failed.state, failed.tries) == (State.FAILED, 6)

    office.port = listening
    await office.ring()
    assert box.mails == []


async def test_what_was_refused_once_arrives_at_the_second_try(office: Office, box: Mailbox):
    listening, office.port = office.port, 1
    await office.ring()
    office.port = listening
    office.moved(minutes=2)
    await office.ring()
    await office.ring()

    [mail] = box.mails
    assert isinstance(mail, EmailMessage)
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "image/png", "application/pdf"]
    [attached] = mail.iter_attachments()
    pages = PdfReader(BytesIO(attached.get_content())).pages
    assert "Leo đã dùng mạng 30 phút" in pages[0].extract_text()
    assert mail["List-Unsubscribe"].startswith(f"<{PANEL}/letters/stop/")

"""Letters of classes and schools: whose they are, once, and never to who lost the role."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from pypdf import PdfReader

from reports import letter_mail
from reports.courier import Bag, Courier
from reports.desk import Desk
from reports.posting import put_letters
from reports.school import gather
from reports.weekly import as_it_is
from rules.posting import LetterTime
from rules.telling import Kind, Wants
from store import (
    adults,
    change,
    channels,
    deliveries,
    followed,
    groups,
    ledger,
    letter_times,
    sums,
)
from store.adults import Adult, Role
from store.change import SYSTEM
from store.channels import Channel, Owner, Way
from store.database import Database
from store.deliveries import Delivery, State
from store.groups import Group
from tests.kit.databases import SEAL
from tests.lab.inbox import Mailbox, mailbox
from tests.reports.post_office import MOVED_IN, PANEL, SEVEN, WEEK, Office, no_key
from tests.store.crowd import Crowd, school_of
from words.speech import Speech


@dataclass
class Staff:
    """A school whose first class lived through a week; its second did nothing."""

    office: Office
    crowd: Crowd

    @property
    def db(self) -> Database:
        return self.crowd.db

    @property
    def first(self) -> Group:
        return self.crowd.classes[0]

    async def hire(self, name: str, group: Group, role: Role, **more: object) -> Adult:
        """Let somebody in who asks for the letter by mail."""
        address = f"{name.lower()}@truong.example"
        about = {"email": address, "password_hash": "x", "language": "vi", **more}
        async with change.change(self.db, by=SYSTEM, what="came", now=MOVED_IN) as tx:
            adult = await adults.add(tx, name=name, group_id=group.id, role=role, **about)
        wants = Wants(kinds=frozenset({Kind.GROUP_WEEK}))
        async with self.db.write() as store:
            await channels.add(
                store,
                Owner(adult_id=adult.id),
                way=Way.MAIL,
                name="mail",
                target=address,
                shown=address,
                wants=wants,
                now=MOVED_IN,
            )
        return adult

    async def ring(self) -> None:
        await gather.run_due(self.db, now=self.office.now)
        await put_letters(self.db, self.office.now)
        await self.office.bring()

    async def sent(self, adult: Adult) -> list[Delivery]:
        async with self.db.read() as store:
            return await deliveries.of_adult(store, adult.id)

    async def dismiss(self, adult_id: UUID, group: Group) -> None:
        async with change.change(self.db, by=SYSTEM, what="left", now=self.office.now) as tx:
            await adults.take_role(tx, adult_id, group.id)


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with mailbox() as box:
        yield box


@pytest.fixture
async def staff(db: Database, box: Mailbox, tmp_path: Path) -> Staff:
    crowd = await school_of(db, tmp_path / "spool")
    crowd.live(WEEK, 5, seed=8)
    crowd.notes = [each for each in crowd.notes if _is_of_first(crowd, each.child_id)]
    crowd.marks = [each for each in crowd.marks if _is_of_first(crowd, each.child_id)]
    await crowd.write()
    await sums.run(db, now=SEVEN)
    # Nobody of a family is needed to carry mails.
    return Staff(Office(db, None, box.port), crowd)  # type: ignore[arg-type]


def _is_of_first(crowd: Crowd, child_id: UUID | None) -> bool:
    return child_id is not None and crowd.class_of[child_id] == crowd.classes[0].id


def told(box: Mailbox) -> list[tuple[str, str]]:
    """Return who got which letter."""
    return sorted(
        (mail["To"].partition("@")[0], mail["Subject"].split(" · ")[0]) for mail in box.mails
    )


async def test_each_gets_the_letter_of_the_own_place_and_no_other(staff: Staff, box: Mailbox):
    school, (first, second) = staff.crowd.school, staff.crowd.classes
    await staff.hire("Tess", first, Role.TEACHER)
    await staff.hire("Theo", second, Role.TEACHER)
    await staff.hire("Hoa", school, Role.OWNER)
    await staff.hire("Otto", school, Role.OFFICER)
    await staff.hire("Gran", first, Role.VIEWER, only=[next(iter(staff.crowd.members(first)))])
    await staff.ring()
    await staff.ring()

    # Theo's class has an empty week; the class next door is nothing to him.
    assert told(box) == [("hoa", "Tuần của THCS Lê Lợi"), ("tess", "Tuần của 6A1")]


async def test_who_has_a_role_above_gets_the_letter_that_was_chosen_while_the_role_lasts(
    staff: Staff, box: Mailbox
):
    school = staff.crowd.school
    hoa = await staff.hire("Hoa", school, Role.OWNER)
    otto = await staff.hire("Otto", school, Role.OFFICER)
    an = await staff.hire("An", school, Role.VIEWER)
    async with staff.db.write() as store:
        for adult in (hoa, otto, an):
            await followed.choose(store, adult.id, staff.first.id)
        await followed.drop(store, an.id, staff.first.id)
    await staff.ring()
    await staff.ring()
    both = [("hoa", "Tuần của 6A1"), ("hoa", "Tuần của THCS Lê Lợi")]
    assert told(box) == [("an", "Tuần của THCS Lê Lợi"), *both]
    async with change.change(staff.db, by=SYSTEM, what="left", now=SEVEN) as tx:
        await adults.give_role(tx, an.id, school.id, Role.OWNER)
        await adults.give_role(tx, hoa.id, school.id, Role.OFFICER)
    async with staff.db.read() as store:
        assert await followed.chosen(store) == frozenset()


async def test_two_machines_that_ring_at_once_send_one_letter(staff: Staff, box: Mailbox, url: str):
    tess = await staff.hire("Tess", staff.first, Role.TEACHER)
    other, now = await Database.open(url, SEAL), staff.office.now
    databases = (staff.db, staff.db, other, other)
    await asyncio.gather(*(gather.run_due(db, now=now) for db in databases))
    await asyncio.gather(*(put_letters(db, now) for db in databases))
    couriers = [staff.office.courier(db) for db in databases]
    await asyncio.gather(*(courier.ring(now) for courier in couriers))
    await asyncio.gather(*(courier.rest() for courier in couriers))
    await staff.ring()
    await other.close()

    assert len(box.mails) == 1
    assert [each.state for each in await staff.sent(tess)] == [State.SENT]


async def test_the_mail_is_whole_names_nobody_and_stands_in_the_ledger(staff: Staff, box: Mailbox):
    await staff.hire("Tess", staff.first, Role.TEACHER)
    await staff.ring()

    [mail] = box.mails
    assert mail["List-Unsubscribe"].startswith(f"<{PANEL}/letters/stop/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = mail.get_body(("plain",)).get_content()
    assert f"{PANEL}/groups/{staff.first.id}/week?start={WEEK}" in text
    [attached] = mail.iter_attachments()
    paper = "".join(
        page.extract_text() for page in PdfReader(BytesIO(attached.get_content())).pages
    )
    assert "Tuần của 6A1" in paper
    assert "Học sinh 0" not in paper + text
    async with staff.db.read() as store:
        [line] = await ledger.lines(store, limit=1)
    assert line.what == "sent the letter of {group} to {name}"
    assert line.values == {"group": "6A1", "name": "Tess"}


async def test_it_comes_on_the_day_and_at_the_hour_its_reader_chose(staff: Staff, box: Mailbox):
    tess = await staff.hire("Tess", staff.first, Role.TEACHER)
    async with staff.db.write() as store:
        await letter_times.keep(store, tess.id, LetterTime(day=2, minute=18 * 60))
    staff.office.now = SEVEN + dt.timedelta(days=2, hours=10, minutes=59)
    await staff.ring()
    assert box.mails == []

    staff.office.moved(minutes=1)
    await staff.ring()
    assert told(box) == [("tess", "Tuần của 6A1")]


async def test_nobody_gets_it_who_did_not_choose_it(staff: Staff, box: Mailbox):
    tess = await staff.hire("Tess", staff.first, Role.TEACHER)
    async with staff.db.write() as store:
        [channel] = await channels.of_adult(store, tess.id)
        await channels.alter(
            store, channel.id, name="mail", wants=Wants(kinds=frozenset(Kind) - {Kind.GROUP_WEEK})
        )
    await staff.ring()
    assert box.mails == []


async def test_who_loses_the_role_between_claim_and_sending_gets_nothing(
    staff: Staff, box: Mailbox
):
    tess = await staff.hire("Tess", staff.first, Role.TEACHER)
    office = staff.office
    at = Desk(staff.db, office.settings.sender, PANEL, as_it_is, _plainly, lambda: office.now)

    async def write(delivery: Delivery, channel: Channel) -> EmailMessage | None:
        assert delivery.state is State.CLAIMED
        await staff.dismiss(tess.id, staff.first)
        return await letter_mail.write(at, delivery, channel)

    await gather.run_due(staff.db, now=office.now)
    await put_letters(staff.db, office.now)
    bag = Bag(office.settings, no_key, PANEL, Speech, lambda: office.now, write)
    await office.bring(Courier(staff.db, bag))

    assert box.mails == []
    assert [each.state for each in await staff.sent(tess)] == [State.FAILED]


@pytest.mark.parametrize("way", [Way.MAIL, Way.OUTSIDE])
async def test_who_lost_the_role_or_whose_class_closed_gets_not_even_a_heading(
    staff: Staff, box: Mailbox, monkeypatch: pytest.MonkeyPatch, way: Way
):
    told_outside: list[str] = []

    async def send(target: str, *_: object) -> None:
        told_outside.append(target)

    monkeypatch.setattr("reports.outside.send", send)
    tess = await staff.hire("Tess", staff.first, Role.TEACHER)
    hoa = await staff.hire("Hoa", staff.crowd.school, Role.OWNER)
    async with staff.db.write() as store:
        for adult in (tess, hoa):
            [channel] = await channels.of_adult(store, adult.id)
            await channels.remove(store, channel.id)
            about = {"name": "x", "shown": "x", "target": f"{adult.name}@x.example", "way": way}
            wants = Wants(kinds=frozenset({Kind.GROUP_WEEK}))
            await channels.add(store, Owner(adult.id), wants=wants, now=MOVED_IN, **about)
    await gather.run_due(staff.db, now=SEVEN)
    await put_letters(staff.db, SEVEN)
    await staff.dismiss(tess.id, staff.first)
    async with change.change(staff.db, by=SYSTEM, what="ended", now=SEVEN) as tx:
        await tx.connection.execute(
            groups.groups.update()
            .where(groups.groups.c.id == staff.crowd.school.id)
            .values(closed=SEVEN)
        )
    await staff.office.bring()

    assert box.mails == told_outside == []
    for adult in (tess, hoa):
        assert [each.state for each in await staff.sent(adult)] == [State.FAILED]


def _plainly(_: str) -> object:
    return lambda _, each: each.capitalize()

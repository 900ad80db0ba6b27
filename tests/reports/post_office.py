"""A family with a week behind it, and everything that brings its letter, for tests."""

import datetime as dt
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from reports.courier import Bag, Courier
from reports.desk import Desk
from reports.letter_mail import write
from reports.posting import put_letters
from reports.settings import NoticeSettings
from reports.weekly import as_it_is, run_due
from rules.minutes import Bitmap
from rules.posting import LetterTime
from rules.telling import Kind, Wants
from store import channels, deliveries, letter_times, spent
from store.channels import Channel, Owner, Way
from store.database import Database
from store.deliveries import Delivery
from tests.store.family import Family, move_in
from words.speech import Speech

PANEL = "https://panel.example"
MOVED_IN = dt.datetime(2026, 11, 14, 3, tzinfo=dt.UTC)
WEEK = dt.date(2026, 11, 16)
SEVEN = dt.datetime(2026, 11, 23, 0, 0, tzinfo=dt.UTC)
"""Monday 07:00 in Hải Phòng, when the letter comes if nobody says otherwise."""
EVENING: Bitmap = ((1 << 30) - 1) << (19 * 60)


@dataclass
class Office:
    db: Database
    family: Family
    port: int
    now: dt.datetime = SEVEN

    @property
    def settings(self) -> NoticeSettings:
        return NoticeSettings(
            mail_host="127.0.0.1",
            mail_port=self.port,
            mail_security="none",
            mail_from="haidang@nha.example",
        )

    def courier(self, db: Database | None = None) -> Courier:
        """A worker of its own, on this machine or on another with the same database."""
        db = db or self.db
        name_of = lambda _: lambda _, each: each.capitalize()  # noqa: E731 a name is enough
        desk = Desk(db, self.settings.sender, PANEL, as_it_is, name_of, lambda: self.now)
        bag = Bag(self.settings, no_key, PANEL, Speech, lambda: self.now, partial(write, desk))
        return Courier(db, bag)

    async def subscribe(self, adult_id: UUID | None = None, **more: object) -> Channel:
        wants = Wants(kinds=frozenset({Kind.WEEK}))
        given = {"way": Way.MAIL, "target": "ana@nha.example", "wants": wants, "now": MOVED_IN}
        given |= {"name": "mail", "shown": "ana@nha.example"}
        async with self.db.write() as store:
            owner = Owner(adult_id=adult_id or self.family.ana.id)
            return await channels.add(store, owner, **(given | more))

    async def lived(self, child_id: UUID | None = None, day: dt.date = WEEK) -> None:
        child_id = child_id or self.family.leo.id
        async with self.db.write() as store:
            for scope in ("everything", "category:video"):
                await spent.merge(store, {(child_id, day, scope): EVENING})

    async def chose(self, time: LetterTime) -> None:
        async with self.db.write() as store:
            await letter_times.keep(store, self.family.ana.id, time)

    async def ring(self, courier: Courier | None = None) -> None:
        """Do what the bells do: write what is due, put it on its way, bring it."""
        await run_due(self.db, now=self.now)
        await put_letters(self.db, self.now)
        await self.bring(courier)

    async def bring(self, courier: Courier | None = None) -> None:
        courier = courier or self.courier()
        await courier.ring(self.now)
        await courier.rest()

    async def sent(self) -> list[Delivery]:
        async with self.db.read() as store:
            return await deliveries.of_adult(store, self.family.ana.id)

    def moved(self, **length: float) -> None:
        self.now += dt.timedelta(**length)


async def open_office(db: Database, port: int) -> Office:
    return Office(db, await move_in(db, MOVED_IN), port)


def no_key() -> object:
    raise AssertionError("nothing here is pushed")

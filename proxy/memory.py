"""Keeps a door and the store in step: policy in, journal and minutes out, a heartbeat."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import date, timedelta
from uuid import UUID

from proxy.current import DATABASE_TROUBLE, GUEST
from proxy.door import Door
from proxy.process import memory_used
from rules.reading import KEPT
from store import doors, hints, radar, readings, spent
from store.database import Database
from store.journal import Journal
from store.spool import FOLDER as SPOOL

log = logging.getLogger(__name__)

AGAIN = 2.0
BEAT = 4.0
"""A door counts as alive for ten seconds; a new revision is told at once."""
MERGE_EVERY = 2.0
MERGE_OVERLAP = timedelta(seconds=30)
"""What another door kept a moment late must not be missed."""
PATIENCE = 3.0

type Open = Callable[[str], Awaitable[Database]]


class Memory:
    """Keeps a door and the store in step."""

    def __init__(self, door: Door, url: str, worker: str, opener: Open) -> None:
        self._door = door
        self._url = url
        self._worker = worker
        self._open = opener
        self._looked = asyncio.Event()
        self._news = asyncio.Event()
        door.current.changed.append(self._news.set)
        self._week_of: dict[date, list[UUID]] = {}
        self._read_at = -2
        """The revision at which readings were last taken in whole, and when any were."""
        self._read_until = door.clock()

    async def first_look(self) -> None:
        """Wait for the policy, but not long: without the database the last one holds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._looked.wait()

    async def run(self) -> None:
        """Keep in step until cancelled; then write what is left and say goodbye."""
        async with self._opened() as db, hints.listen(db) as (hinted, port):
            await self._begin(db)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._door.current.watch(db, hinted))
                group.create_task(self._door.current.keep_snapshots())
                group.create_task(self._beat_on(db, port))
                group.create_task(self._every(MERGE_EVERY, lambda: self._merge_minutes(db)))
                group.create_task(self._write_journal(db))
                group.create_task(self._every(MERGE_EVERY, lambda: self._share_readings(db)))
                group.create_task(self._look_around(db))

    async def _begin(self, db: Database) -> None:
        with suppress(*DATABASE_TROUBLE):
            await self._door.current.look(db)
            await self._merge_minutes(db)
        self._looked.set()

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Database]:
        db = await self._open_patiently()
        try:
            yield db
        finally:
            with suppress(*DATABASE_TROUBLE):
                async with db.write() as connection:
                    await doors.leave(connection, self._worker)
            await db.close()

    async def _open_patiently(self) -> Database:
        while True:
            try:
                return await self._open(self._url)
            except DATABASE_TROUBLE as problem:
                if not self._door.current.trouble:
                    log.warning("the database cannot be opened, trying again: %s", problem)
                self._door.current.trouble = str(problem)
            # Nothing is gained by waiting longer: what is known holds until the database answers.
            self._looked.set()
            await asyncio.sleep(AGAIN)

    async def _write_journal(self, db: Database) -> None:
        spool = self._door.data / SPOOL
        journal = Journal(db, spool=spool, clock=self._door.clock, worker=self._worker)
        self._door.pen.attach(journal)
        await journal.run()

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            with suppress(*DATABASE_TROUBLE):
                await work()
            await asyncio.sleep(seconds)

    async def _beat_on(self, db: Database, port: int) -> None:
        # Every beat is a write that waits for the disk, and the disk may be a memory card.
        while True:
            self._news.clear()
            with suppress(*DATABASE_TROUBLE):
                await self._beat(db, port)
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT):
                    await self._news.wait()

    async def _beat(self, db: Database, port: int) -> None:
        health = self._door.pen.health()
        beat = doors.Door(
            name=self._worker,
            pid=os.getpid(),
            revision=self._door.current.standing.revision,
            hint_port=port,
            seen=self._door.clock(),
            connections=self._door.counters.connections,
            journal_waiting=health.waiting,
            journal_spooled=health.spooled,
            journal_dropped=health.dropped,
            last_error=self._door.trouble
            or health.last_error
            or self._door.guard.last
            or self._door.readings.last_trouble,
            memory=memory_used(),
            counts=self._counts(),
        )
        async with db.write() as connection:
            await doors.report(connection, beat)

    def _counts(self) -> dict[str, int]:
        counters = self._door.counters
        return {
            "blocked": counters.blocked,
            "crowded_out": counters.crowded_out,
            "unread": counters.unread,
            "faults": self._door.guard.faults,
        }

    async def _share_readings(self, db: Database) -> None:
        """Keep what was read here, and take in what other doors read and adults said."""
        mine, revision = self._door.readings, self._door.current.standing.revision
        if found := mine.take_new():
            try:
                await readings.keep(db, found)
            except DATABASE_TROUBLE:
                mine.give_back(found)
                raise
        now, is_whole = self._door.clock(), revision != self._read_at
        since = now - KEPT if is_whole else self._read_until - MERGE_OVERLAP
        async with db.read() as connection:
            mine.learn(await readings.since(connection, since), whole=is_whole)
        self._read_at, self._read_until = revision, now

    async def _look_around(self, db: Database) -> None:
        """Note every five minutes which devices are on the network, and which come through us."""
        while True:
            await asyncio.sleep(self._door.presence.seconds_to_look())
            with suppress(*DATABASE_TROUBLE):
                await self._door.presence.look()
                await self._keep_looks(db)

    async def _keep_looks(self, db: Database) -> None:
        mine = self._door.presence
        if found := mine.take_new():
            try:
                await radar.keep(db, found)
            except DATABASE_TROUBLE:
                mine.give_back(found)
                raise

    async def _merge_minutes(self, db: Database) -> None:
        """Take in what other doors, and we before a restart, counted."""
        days = self._door.meter.days(self._door.clock())
        for day, people in days.items():
            children = [child for child in people if child != GUEST]
            await self._merge_day(db, day, children)
            if self._week_of.get(day) != children:
                # Days that are over hardly change: they are read once a day and at the start.
                for back in range(1, day.weekday() + 1):
                    await self._merge_day(db, day - timedelta(days=back), children)
                self._week_of = {**self._week_of, day: children}
        if days:
            oldest = min(days)
            self._door.meter.forget_before(oldest - timedelta(days=oldest.weekday()))
            self._week_of = {day: known for day, known in self._week_of.items() if day in days}

    async def _merge_day(self, db: Database, day: date, children: list[UUID]) -> None:
        async with db.read() as connection:
            bitmaps = await spent.load(connection, child_ids=children, day=day)
        self._door.meter.merge(day, bitmaps)

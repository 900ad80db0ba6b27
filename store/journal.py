"""The journal: visits taken from the hot path without waiting, aggregated, and written in batches.

Lines of the same device, host, minute and answer become one row. The batch is written every half
second; when the database is away it is spooled to disk and written when it is back, exactly once.
A database that is only slow may finish what it began while the batch already lies on disk.
When memory is full the oldest allowed visits go first and are counted; blocks are never dropped.
"""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from rules.clock import Clock
from store import log as table
from store.batch import Batch
from store.database import Database
from store.devices import Sighting
from store.engine import PATIENCE_MS
from store.errors import Away
from store.notes import Alarm, MinuteMark, Note
from store.notices import Told
from store.pending import Pending
from store.spool import Spool

__all__ = ["Alarm", "Journal", "JournalHealth", "MinuteMark", "Note", "Told"]

log = logging.getLogger(__name__)

# At most a second may be lost: a note waits for the next batch, and for a database that does not
# answer, and then lies on disk.
EVERY_S = 0.5
PATIENCE_S = 0.4
LOCK_PATIENCE_MS = 200
LONGEST_PAUSE_S = 5.0
"""Between two tries to write what lies on disk; a database in trouble is asked less and less."""
REPLAY_PATIENCE_S = 30.0
"""What is replayed is safe on disk already, so it may take its time."""
LAST_PATIENCE_S = 2.0
"""How long the last batch may take before it is spooled, so that a stop stays a quick one."""
SIGHT_EVERY = timedelta(seconds=2)
COMPLAIN_EVERY = timedelta(minutes=1)
SLOW = {"event": "journal_slow"}
REFUSALS = 5
"""So often a database that answers may refuse a batch before it is set aside."""


@dataclass(slots=True)
class JournalHealth:
    waiting: int = 0
    """Rows in memory."""
    spooled: int = 0
    """Batches on disk."""
    dropped: int = 0
    """Visits lost because memory or the spool was full."""
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Taking:
    """A batch that the database is just taking."""

    batch_id: UUID
    task: asyncio.Task[None]


class Journal:
    """Takes notes from the hot path; `run()` writes them until cancelled, then what is left."""

    def __init__(
        self, db: Database, *, spool: Path, clock: Clock, worker: str, limit: int = 50_000
    ) -> None:
        self._db = db
        self._clock = clock
        self._limit = limit
        self._spool = Spool(spool, worker)
        self._pending = Pending(limit)
        self._sealed: Pending | None = None
        self._sighted: dict[UUID, Sighting] = {}
        self._refused: Counter[str] = Counter()
        self._health = JournalHealth()
        self._complained: datetime | None = None
        self._taking: Taking | None = None
        self._writing = asyncio.Lock()
        self._replaying = asyncio.Lock()

    def note(self, note: Note) -> None:
        """Take one visit. Never waits, never raises."""
        self._pending.note(note)

    def mark(self, mark: MinuteMark) -> None:
        """Take one attended minute. Never waits, never raises."""
        self._pending.mark(mark)

    def tell(self, told: Told) -> None:
        """Take one notice. Never waits, never raises."""
        self._pending.tell(told)

    def alarm(self, alarm: Alarm) -> None:
        """Take one alert. Never waits, never raises."""
        self._pending.alarm(alarm)

    def sight(self, sighting: Sighting) -> None:
        """Take one observation of a device. Never waits, never raises."""
        # A busy device is seen with each connection; to say so every two seconds is enough.
        said = self._sighted.get(sighting.device_id)
        if said is None or _says_more(said, sighting):
            self._sighted[sighting.device_id] = sighting
            self._pending.sight(sighting)

    def health(self) -> JournalHealth:
        """Tell how the journal is doing."""
        here = [self._pending] + ([self._sealed] if self._sealed is not None else [])
        waiting = sum(len(pending) for pending in here)
        dropped = self._health.dropped + sum(pending.dropped for pending in here)
        return replace(self._health, waiting=waiting, spooled=len(self._spool), dropped=dropped)

    async def run(self) -> None:
        """Write batches every half second until cancelled; then write (or spool) everything."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_writing())
                group.create_task(self._keep_replaying())
        finally:
            await self._put_down_all(LAST_PATIENCE_S)
            await self._give_up()

    async def flush(self) -> None:
        """Write everything taken so far now; spool it if the database is away."""
        await self._put_down_all(PATIENCE_S)
        await self._replay()

    async def _keep_writing(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await self._put_down_all(PATIENCE_S)
            await asyncio.sleep(max(0.01, EVERY_S - (loop.time() - began)))

    async def _keep_replaying(self) -> None:
        pause = EVERY_S
        while True:
            pause = EVERY_S if await self._replay() else min(2 * pause, LONGEST_PAUSE_S)
            await asyncio.sleep(pause)

    async def _put_down_all(self, patience_s: float) -> None:
        """Put down the batch that could be put nowhere before, and what came since."""
        async with self._writing:
            for _ in range(2):
                if self._sealed is None and self._pending:
                    self._sealed, self._pending = self._pending, Pending(self._limit)
                if self._sealed is None or not await self._put_down(self._sealed, patience_s):
                    return
                self._health.dropped += self._sealed.dropped
                self._sealed = None

    async def _put_down(self, sealed: Pending, patience_s: float) -> bool:
        """Write a batch, or else spool it; False when not even the disk took it."""
        batch = await asyncio.to_thread(sealed.seal)
        # Where batches wait on disk there is a line, and the database was away a moment ago.
        if not self._spool and await self._written(batch, patience_s):
            return True
        try:
            self._health.dropped += await asyncio.to_thread(self._spool.add, batch)
        except OSError as error:
            self._complain(error, "in memory")
            return False
        return True

    async def _written(self, batch: Batch, patience_s: float) -> bool:
        """Write a batch; False when the database did not take it in time, which it yet may."""
        try:
            await self._take(batch, patience_s, LOCK_PATIENCE_MS)
        except TimeoutError:
            # Slow is not away: it goes on, and meanwhile the batch lies on disk.
            log.info("the database is slow, the journal waits on disk", extra=SLOW)
            return False
        except Exception as error:  # noqa: BLE001 - whatever a driver raises, the batch outlives it
            self._complain(error)
            return False
        self._health.last_error = ""
        return True

    async def _take(self, batch: Batch, patience_s: float, lock_patience_ms: int) -> None:
        """Let the database take a batch, or go on with it. Raises TimeoutError if it still does."""
        taking = self._taking
        if taking and taking.batch_id != batch.id:
            # What became of that one will be seen when its file has its turn.
            await asyncio.wait({taking.task}, timeout=patience_s)
            if not taking.task.done():
                raise TimeoutError
            taking.task.exception()
            taking = None
        if taking is None:
            now = self._clock()
            writing = table.write(self._db, batch, now=now, patience_ms=lock_patience_ms)
            taking = self._taking = Taking(
                batch.id, asyncio.get_running_loop().create_task(writing)
            )
        # Whoever waits may be cancelled, or lose patience: that must not break off the writing.
        await asyncio.wait({taking.task}, timeout=patience_s)
        if not taking.task.done():
            raise TimeoutError
        self._taking = None
        taking.task.result()

    async def _give_up(self) -> None:
        """Break off what the database still takes; it lies on disk."""
        taking, self._taking = self._taking, None
        if taking:
            taking.task.cancel()
            await asyncio.wait({taking.task})

    async def _replay(self) -> bool:
        """Write what lies on disk, oldest first; False when the database is away."""
        async with self._replaying:
            while (oldest := await asyncio.to_thread(self._spool.oldest)) is not None:
                name, batch = oldest
                try:
                    await self._take(batch, REPLAY_PATIENCE_S, PATIENCE_MS)
                except Exception as error:  # noqa: BLE001 - as above
                    self._complain(error)
                    if isinstance(error, TimeoutError):
                        await self._give_up()
                    if not self._hopeless(name, error):
                        return False
                else:
                    self._spool.remove(name)
                    self._health.last_error = ""
        return True

    def _hopeless(self, name: str, error: Exception) -> bool:
        """Set a batch aside that no database will ever take: it must not stop those behind it."""
        if isinstance(error, Away | TimeoutError):
            return False
        self._refused[name] += 1
        if self._refused[name] < REFUSALS:
            return False
        self._spool.set_aside(name, type(error).__name__)
        return True

    def _complain(self, error: Exception, where: str = "on disk") -> None:
        # Not the whole text: it may hold a row, and with it a child's hosts.
        self._health.last_error = str(error) if isinstance(error, Away) else type(error).__name__
        now = self._clock()
        # On a slow machine the database is late again and again; once a minute says it all.
        if self._complained is not None and abs(now - self._complained) < COMPLAIN_EVERY:
            return
        self._complained = now
        log.warning(
            "the database does not take the journal in time (%s): it waits %s and is written"
            " later, nothing is lost",
            self._health.last_error,
            where,
            extra={"event": "journal_away"},
        )


def _says_more(said: Sighting, sighting: Sighting) -> bool:
    """Tell whether an observation is worth writing after the one said before."""
    if sighting.trusts_ca not in (None, said.trusts_ca) or sighting.address != said.address:
        return True
    return abs(sighting.at - said.at) >= SIGHT_EVERY

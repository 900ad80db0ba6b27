"""A door without a network: what judges, counts and writes down is the door's own."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from feeds.catalogue import load
from proxy.current import Current
from proxy.judge import Asked, Judge
from proxy.meter import Meter
from proxy.note import Pen
from rules.alerts import Level, Place
from store.database import Database
from store.devices import Sighting
from store.journal import Journal
from tests.demo import places
from tests.demo.school.living import Step
from tests.demo.school.loads import Load

HTTPS = Asked(port=443)
UP = 20
"""Bytes come down so many times more than they go up."""
TRIES = 20
"""So often the journal may find the database busy: each time it is patient for seconds."""


class Door:
    """Takes what pupils do as the front would: judge, meter, pen, journal."""

    def __init__(self, db: Database, folder: Path, now: datetime) -> None:
        catalogue = load()
        self.now = now
        self._db = db
        self._current = Current(lambda: catalogue, folder / "household.json", self.clock)
        self._pen = Pen(self._current)
        self._meter = Meter(self._current, self._pen.mark)
        self._judge = Judge(self._current, self._meter.spent, self.clock, self._moves)
        self._journal = Journal(db, spool=folder / "spool", clock=self.clock, worker="school/1")
        self._pen.attach(self._journal)
        self.visits = 0

    def clock(self) -> datetime:
        """Tell the moment of the step that is taken."""
        return self.now

    async def open(self) -> None:
        """Load the rules of everybody."""
        await self._current.load(self._db)

    def take(self, device_id: UUID, step: Step) -> None:
        """Let one minute of a pupil through, or stop it."""
        self.now = step.at
        match step.what:
            case Load(fetches):
                for fetch in fetches:
                    self._fetch(device_id, fetch.host, fetch.size)
            case places.Place(hosts, kilobytes):
                for host in hosts[:-1] if step.arriving else ():
                    self._fetch(device_id, host, kilobytes * 100)
                self._fetch(device_id, hosts[-1], kilobytes * 1000)

    def sight(self, device_id: UUID) -> None:
        """See a device."""
        self._pen.sight(Sighting(device_id, self.now, "", trusts_ca=False))

    def hear(self, device_id: UUID, category: str, level: Level) -> None:
        """Hear grave words in a search."""
        self._pen.alarm(
            device_id,
            self.now,
            category=category,
            level=level,
            place=Place.SEARCH,
            host="www.google.com",
            words="",
        )

    async def write(self) -> None:
        """Write down what was taken so far; a batch that lies on disk meanwhile is waited for."""
        for _ in range(TRIES):
            await self._journal.flush()
            health = self._journal.health()
            if not health.waiting and not health.spooled:
                break
        if health.last_error or health.dropped or health.spooled:
            raise RuntimeError(f"the journal could not keep up: {health}")

    def end_day(self) -> None:
        """Forget the minutes of the day that is over: they are written down."""
        self._meter.forget_before(self.now.date())

    def _fetch(self, device_id: UUID, host: str, size: int) -> None:
        judged = self._judge.visit(device_id, host, HTTPS)
        self.visits += 1
        if judged.verdict.blocks:
            self._meter.called(device_id, judged.known, self.now, host=host)
            self._pen.blocked(device_id, judged, self.now)
            return
        self._meter.connected(device_id, judged.known, self.now, host=host)
        self._pen.visit(device_id, judged, self.now)
        self._meter.traffic(device_id, judged.known, size, self.now, host=host)
        self._pen.bytes(device_id, judged, self.now, size // UP, size, opened=False)

    def _moves(self) -> int:
        return self._meter.moves

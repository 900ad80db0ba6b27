"""What children did, written down through the journal as a door would, for tests of the panel."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from feeds.catalogue import Catalogue
from rules.family import LEARNING
from rules.scope import EVERYTHING, category, service
from rules.verdict import Action, Layer, Reason, Verdict
from store import doors, household, rollups
from store.children import Child
from store.database import Database
from store.devices import Device
from store.doors import Door
from store.journal import Journal, MinuteMark, Note

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
OPEN = Verdict(Action.PASS, Reason.DEFAULT, Layer.CHILD)


def blocked(reason: Reason, rule: str = "") -> Verdict:
    """Return a verdict of the child's own rules that stops."""
    return Verdict(Action.BLOCK, reason, Layer.CHILD, rule)


@dataclass
class Diary:
    """Writes down what children did; `save` puts it all into the database."""

    db: Database
    catalogue: Catalogue
    zone: str = "Asia/Ho_Chi_Minh"
    _journal: Journal | None = None
    _spool: TemporaryDirectory[str] = field(
        default_factory=lambda: TemporaryDirectory(prefix="haidang-diary-")
    )

    def used(
        self,
        child: Child,
        device: Device | None,
        host: str,
        *,
        since: datetime,
        minutes: int,
        verdict: Verdict = OPEN,
    ) -> None:
        """A child used a site for some minutes, one visit a minute; what is stopped counts none."""
        known = self.catalogue.look_up(host)
        first, named = next(iter(known.categories), ""), next(iter(known.services), "")
        scopes = [] if first == LEARNING else [EVERYTHING]
        scopes += [category(name) for name in known.categories]
        scopes += [service(name) for name in known.services]
        for minute in range(minutes):
            at = since + timedelta(minutes=minute)
            self.journal.note(
                Note(
                    at=at,
                    device_id=device.id if device else None,
                    child_id=child.id,
                    host=host,
                    verdict=verdict,
                    category=first,
                    service=named,
                    bytes_down=120_000,
                )
            )
            if not verdict.blocks:
                self._mark(child, at, scopes)

    @property
    def journal(self) -> Journal:
        """The journal it writes through."""
        if self._journal is None:
            self._journal = Journal(
                self.db, spool=Path(self._spool.name), clock=lambda: NEW_YEAR, worker="diary"
            )
        return self._journal

    async def save(self, now: datetime) -> None:
        """Write everything and sum it up."""
        await self.journal.flush()
        await rollups.run(self.db, now=now)

    def _mark(self, child: Child, at: datetime, scopes: list[str]) -> None:
        local = at.astimezone(ZoneInfo(self.zone))
        for scope in scopes:
            minute = local.hour * 60 + local.minute
            self.journal.mark(MinuteMark(child.id, local.date().isoformat(), scope, minute))


async def open_door(db: Database, now: datetime, *, behind: int = 0) -> None:
    """A door reports that it has the household in force (or is some revisions behind)."""
    async with db.write() as store:
        revision = await household.revision(store) - behind
        await doors.report(store, Door("home/1", 1, revision, 0, now))


async def a_fortnight(diary: Diary, child: Child, device: Device, now: datetime) -> None:
    """Fourteen believable days up to now: school, games, videos, a few stops."""
    habits = (
        ("www.youtube.com", 15, 35),
        ("www.roblox.com", 17, 40),
        ("zalo.me", 19, 12),
        ("vioedu.vn", 16, 25),
        ("www.tiktok.com", 20, 18),
        ("vnexpress.net", 12, 6),
        ("en.wikipedia.org", 14, 9),
    )
    today = now.astimezone(ZoneInfo(diary.zone)).replace(minute=0, second=0, microsecond=0)
    for back in range(14):
        day = today - timedelta(days=back)
        for place, (host, hour, minutes) in enumerate(habits):
            if (back + place) % 4 == 2:
                continue
            since = day.replace(hour=hour, minute=(7 * place + 11 * back) % 25)
            length = minutes + (back * 13 + place * 5) % 17
            if since + timedelta(minutes=length) < now:
                diary.used(child, device, host, since=since, minutes=length)
        night = day.replace(hour=21, minute=12 + back)
        if night < now:
            at_night = blocked(Reason.HOURS, "bedtime")
            diary.used(child, device, "www.roblox.com", since=night, minutes=3, verdict=at_night)
        if back % 3 == 0:
            stopped = blocked(Reason.CATEGORY, "category:gambling")
            noon = day.replace(hour=13, minute=5)
            diary.used(child, device, "www.bet365.com", since=noon, minutes=2, verdict=stopped)
    diary.used(child, device, "scratch.mit.edu", since=now - timedelta(minutes=24), minutes=22)
    await diary.save(now)

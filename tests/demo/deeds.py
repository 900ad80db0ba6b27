"""What the sample parents did in the past days, by the same verbs as the panel's buttons."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from api import verbs
from api.needs import Desk
from api.panel import Panel
from rules.policy import Choice
from store import adults, children, groups
from store.children import Child
from store.sessions import Session
from tests.demo.family import Family
from words.speech import Speech

HA, NAM = "Nguyễn Thu Hà", "Trần Hoài Nam"
COMICS = "truyen-tranh-hay.example"

type Act = Callable[[Desk, Child], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing a parent did, so many days ago at a local time."""

    ago: int
    at: str
    parent: str
    child: str
    act: Act

    def moment(self, until: datetime, zone: ZoneInfo) -> datetime:
        """Return when it was done, seen from the end of the story."""
        day = until.astimezone(zone).date() - timedelta(days=self.ago)
        return datetime.combine(day, time.fromisoformat(self.at), zone).astimezone(UTC)


def between(since: datetime, until: datetime, zone: ZoneInfo) -> list[Deed]:
    """Return the deeds of a story in order."""
    inside = [deed for deed in DEEDS if since <= deed.moment(until, zone) < until]
    return sorted(inside, key=lambda deed: deed.moment(until, zone))


async def do(deed: Deed, panel: Panel, family: Family) -> None:
    """Do a deed at the panel's present moment."""
    async with panel.db.read() as store:
        adult = await adults.get(store, family.parents[deed.parent])
        group = await groups.get(store, family.group_id)
        child = await children.get(store, family.children[deed.child])
    now = panel.clock()
    session = Session(adult.id, adult.id, now, now, "")
    desk = Desk(panel, adult, group, session, Speech("vi", group.zone), now)
    await deed.act(desk, child)


async def _give(desk: Desk, child: Child, minutes: int, reason: str) -> None:
    await verbs.give(desk, child, until=desk.now + timedelta(minutes=minutes), reason=reason)


async def _pause(desk: Desk, child: Child) -> None:
    await verbs.pause(desk, [child])


async def _resume(desk: Desk, child: Child) -> None:
    await verbs.resume(desk, [child])


async def _block(desk: Desk, child: Child, host: str) -> None:
    await verbs.list_site(desk, child, host, Choice.BLOCK)


DEEDS = (
    Deed(9, "20:40", NAM, "Minh", partial(_give, minutes=15, reason="Xem nốt trận bóng")),
    Deed(6, "21:07", HA, "Minh", partial(_block, host=COMICS)),
    Deed(5, "20:12", HA, "Minh", _pause),
    Deed(5, "20:25", HA, "Minh", _resume),
    Deed(3, "23:00", HA, "Linh", partial(_give, minutes=30, reason="Nói chuyện với bà ngoại")),
    Deed(1, "17:55", NAM, "An", partial(_give, minutes=15, reason="Đã làm xong bài tập")),
)

"""What the sample parents did in the past days: a grant, a pause for dinner, a site blocked."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from rules.policy import Pause, Policy
from store import grants, policies
from store.change import Actor, ActorKind, Change, change
from store.database import Database
from tests.demo.family import Family
from tests.demo.people import ZONE

HA, NAM = "Nguyễn Thu Hà", "Trần Hoài Nam"

type Act = Callable[[Change, UUID], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Deed:
    """One change by a parent, so many days ago at a local time."""

    ago: int
    at: str
    parent: str
    child: str
    what: str
    """The ledger's words."""
    act: Act
    values: tuple[tuple[str, str], ...] = ()

    def moment(self, until: datetime) -> datetime:
        """Return when it was done, seen from the end of the story."""
        day = until.astimezone(ZONE).date() - timedelta(days=self.ago)
        return datetime.combine(day, time.fromisoformat(self.at), ZONE).astimezone(UTC)


async def do(deed: Deed, db: Database, family: Family, *, now: datetime) -> int:
    """Do a deed and return the revision it brought."""
    by = Actor(ActorKind.ADULT, deed.parent, family.parents[deed.parent])
    child_id = family.children[deed.child]
    values = {"child": deed.child, **dict(deed.values)}
    async with change(db, by=by, what=deed.what, now=now, values=values, child_id=child_id) as tx:
        await deed.act(tx, child_id)
        return tx.revision


def between(since: datetime, until: datetime) -> list[Deed]:
    """Return the deeds of a story in order."""
    inside = [deed for deed in DEEDS if since <= deed.moment(until) < until]
    return sorted(inside, key=lambda deed: deed.moment(until))


def _give(minutes: int, reason: str) -> Act:
    async def give(tx: Change, child_id: UUID) -> None:
        until = tx.now + timedelta(minutes=minutes)
        await grants.give(tx, child_id, until=until, reason=reason)

    return give


def _alter(alter: Callable[[Policy], dict[str, object]]) -> Act:
    async def save(tx: Change, child_id: UUID) -> None:
        version = await policies.current(tx.connection, child_id)
        policy = version.policy if version else Policy()
        await policies.save(tx, child_id, policy.model_copy(update=alter(policy)))

    return save


def _pause(by: str) -> Act:
    return _alter(lambda _: {"pause": Pause(by=by)})


def _block(host: str) -> Act:
    return _alter(lambda policy: {"block": (*policy.block, host)})


_resume = _alter(lambda _: {"pause": None})
_COMICS = "truyen-tranh-hay.example"

DEEDS = (
    Deed(
        9,
        "20:40",
        NAM,
        "Minh",
        "gave {child} {minutes} minutes",
        _give(15, "Xem nốt trận bóng"),
        (("minutes", "15"),),
    ),
    Deed(
        6, "21:07", HA, "Minh", "blocked {site} for {child}", _block(_COMICS), (("site", _COMICS),)
    ),
    Deed(5, "20:12", HA, "Minh", "paused {child}", _pause(HA)),
    Deed(5, "20:25", HA, "Minh", "resumed {child}", _resume),
    Deed(
        3,
        "21:20",
        HA,
        "Linh",
        "gave {child} {minutes} minutes",
        _give(30, "Nói chuyện với bà ngoại"),
        (("minutes", "30"),),
    ),
    Deed(
        1,
        "17:55",
        NAM,
        "An",
        "gave {child} {minutes} minutes",
        _give(15, "Đã làm xong bài tập"),
        (("minutes", "15"),),
    ),
)

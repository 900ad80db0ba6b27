"""Reading what a family letter is made of: one child's week, and the weeks around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from reports.minutes import Bitmaps
from reports.weeks import DAYS_A_WEEK, Week
from rules import consent, radar
from rules.asks import Ask
from rules.consent import agreed
from rules.earn import Credit, Exchange
from rules.family import Grant
from rules.policy import Policy, Privacy, least
from store import (
    alerts,
    asks,
    comments,
    consents,
    devices,
    earned,
    grants,
    ledger,
    letters,
    spent,
    visits,
)
from store import radar as store_radar
from store.actor import ActorKind
from store.alerts import Alert, Whose
from store.children import Child
from store.database import Connection
from store.ledger import LedgerLine
from store.visits import PageRow

WEEKS_BEFORE = 4
MOST_DEEDS = 40
MOST_TYPED = 500
MOST_ALERTS = 100


@dataclass(frozen=True, slots=True)
class Around:
    """What a letter tells besides the sums of its week."""

    level: Privacy
    """How much may be told by now: what the rules want, as far as it was agreed to."""
    policies: tuple[Policy, ...]
    bitmaps: Bitmaps
    """Minutes of the week and of the four before."""
    grants: Sequence[Grant]
    credits: Sequence[Credit]
    exchanges: Sequence[Exchange]
    asks: Sequence[Ask]
    alerts: Sequence[Alert]
    typed: Sequence[PageRow]
    seen: Sequence[tuple[str, radar.Coverage]]
    lines: Sequence[LedgerLine]
    comment: str
    last: str | None
    """The letter that was kept of the week before."""


async def read(
    connection: Connection, child: Child, policies: tuple[Policy, ...], week: Week, now: datetime
) -> Around:
    """Read everything around a child's week."""
    around = week.moved(-WEEKS_BEFORE)
    return Around(
        level=await level_of(connection, child, policies, week.zone, now),
        policies=policies,
        bitmaps=await spent.load_days(connection, child.id, first=around.first, last=week.last),
        grants=await grants.between(connection, child.id, week.since, week.until),
        credits=await earned.credits_of(connection, child.id, first=week.first, last=week.last),
        exchanges=(await earned.all_exchanges(connection)).get(child.id, []),
        asks=await _asked(connection, child.id, week, now),
        alerts=await _alerts(connection, child.id, week),
        typed=await _typed(connection, child.id, week),
        seen=await _seen(connection, child.id, week),
        lines=await _changed(connection, child.id, week),
        comment=await comments.find(connection, child.id, week.first),
        last=await letters.find(connection, child.id, _week_before(week)),
    )


async def level_of(
    connection: Connection, child: Child, policies: tuple[Policy, ...], zone: str, now: datetime
) -> Privacy:
    """Return how much may be told of a child: what the rules want, as far as it was agreed to."""
    wanted = policies[0].privacy if policies else Privacy.MINUTES
    given = (await consents.latest(connection, [child.id])).get(child.id, {})
    needed = consent.parties(child.birth_year, zone, now)
    return least((wanted, agreed(given, needed).level))


async def _asked(connection: Connection, child_id: UUID, week: Week, now: datetime) -> list[Ask]:
    found = await asks.list_of(connection, child_id, now=now, since=week.since)
    return [ask for ask in reversed(found) if ask.asked < week.until]


async def _alerts(connection: Connection, child_id: UUID, week: Week) -> list[Alert]:
    mine = Whose(frozenset({child_id}))
    found = await alerts.list_of(connection, mine, limit=MOST_ALERTS)
    return [each for each in found if each.last >= week.since and each.first < week.until]


async def _typed(connection: Connection, child_id: UUID, week: Week) -> list[PageRow]:
    return [
        row
        for kind in ("search", "video")
        for row in await visits.pages(
            connection,
            child_id=child_id,
            since=week.since,
            until=week.until,
            kind=kind,
            limit=MOST_TYPED,
        )
    ]


async def _seen(
    connection: Connection, child_id: UUID, week: Week
) -> list[tuple[str, radar.Coverage]]:
    """Tell of the child's own devices how much of their time we saw; a shared one is nobody's."""
    mine = await devices.list_all(connection, child_id=child_id)
    own = [device for device in mine if device.child_ids == (child_id,)]
    looks = await store_radar.looks(connection, [device.id for device in own], week.since)
    return [
        (
            device.name,
            radar.coverage(look for look in looks.get(device.id, ()) if look.hour < week.until),
        )
        for device in own
    ]


async def _changed(connection: Connection, child_id: UUID, week: Week) -> list[LedgerLine]:
    wanted = ledger.Filter(child_id=child_id, kind="changed", since=week.since, until=week.until)
    found = await ledger.lines(connection, limit=MOST_DEEDS, wanted=wanted)
    return [line for line in reversed(found) if line.by.kind is ActorKind.ADULT]


def _week_before(week: Week) -> date:
    return week.first - timedelta(days=DAYS_A_WEEK)

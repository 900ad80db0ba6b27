"""What there is to tell: matters as the tables hold them, without a child’s own words."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.alerts import NOTICED
from rules.asks import State
from rules.consent import Party, parties
from rules.joining import KEPT
from rules.joining import State as Joining
from rules.notices import Kind as NoticeKind
from rules.notices import Notice
from rules.scope import ScopeKind, split
from rules.telling import GOOD_FOR, Kind, Matter
from store import notices as store_notices
from store import requests
from store.database import site_of
from store.tables import (
    alerts,
    asks,
    children,
    enrolments,
    groups,
    letters,
    notices,
    policies,
    roles,
    strangers,
)

ANSWERED = (State.YES, State.NO, State.OFFERED)
STUCK = timedelta(minutes=30)
"""A letter takes a minute; a claim this old without one was left by a failure."""
OLDEST_CLAIM = timedelta(days=2)
ZONE = "Asia/Ho_Chi_Minh"
JOIN = "join"
"""An ask of a family at a class; other asks go by their id alone."""
NEARLY_OVER = 1
"""Minutes left at which an adult is told of a limit."""


async def pressing(connection: AsyncConnection, since: datetime, now: datetime) -> list[Matter]:
    """Return what somebody waits for: asks, answers, alerts, minutes that end."""
    return [
        *await _asks(connection, since, now),
        *await _joining(connection, since, now),
        *await _answers(connection, since),
        *await _alerts(connection, since),
        *await _told(connection, since),
    ]


async def unhurried(connection: AsyncConnection, since: datetime, now: datetime) -> list[Matter]:
    """Return what may wait for a minute: unknown devices, letters, changed rules, requests."""
    return [
        *await _strangers(connection, since),
        *await stuck_letters(connection, now),
        *await _rules(connection, since),
        *await _requests(connection, now),
    ]


async def is_open(connection: AsyncConnection, key: str) -> bool:
    """Tell whether a matter is still one: an ask without an answer, an alert nobody closed."""
    kind, _, rest = key.partition(":")
    one = rest.partition(":")[0]
    if kind == Kind.ASK and one == JOIN:
        wish = sa.select(enrolments.c.state).where(enrolments.c.id == UUID(rest.split(":")[1]))
        return await connection.scalar(wish) == Joining.WAITING.value
    if kind == Kind.ASK:
        wanted = sa.select(asks.c.state).where(asks.c.id == UUID(one))
        return await connection.scalar(wanted) == State.ASKED.value
    if kind == Kind.ALERT:
        wanted = sa.select(alerts.c.id).where(alerts.c.id == UUID(one), alerts.c.closed.is_(None))
        return await connection.scalar(wanted) is not None
    return True


async def _asks(connection: AsyncConnection, since: datetime, now: datetime) -> list[Matter]:
    waiting = sa.and_(
        asks.c.state == State.ASKED.value, asks.c.expires > now, asks.c.asked >= since
    )
    return [
        Matter(
            Kind.ASK,
            f"{Kind.ASK}:{row.id}",
            row.asked,
            row.child_id,
            about=_wish(row.wish) | {"ask": str(row.id)},
            until=row.expires,
            group_id=row.group_id,
        )
        for row in await connection.execute(sa.select(asks).where(waiting))
    ]


async def _joining(connection: AsyncConnection, since: datetime, now: datetime) -> list[Matter]:
    """List who waits to join a class and may be taken in: the child itself said yes, from 7 on."""
    waits = sa.and_(
        enrolments.c.state == Joining.WAITING.value,
        enrolments.c.at > now - KEPT,
        sa.or_(enrolments.c.at >= since, enrolments.c.child_at >= since),
    )
    columns = [enrolments.c[name] for name in ("id", "at", "group_id", "child_yes", "child_at")]
    found = sa.select(*columns, children.c.birth_year, groups.c.name, groups.c.zone)
    here = found.select_from(
        enrolments.join(children, children.c.id == enrolments.c.child_id).join(
            groups, groups.c.id == enrolments.c.group_id
        )
    )
    return [
        Matter(
            Kind.ASK,
            f"{Kind.ASK}:{JOIN}:{row.id}",
            max(row.at, row.child_at or row.at),
            # Not the child's name: it is the class's to know, not of who carries the notice.
            about={JOIN: row.name, "group": str(row.group_id)},
            until=row.at + KEPT,
            group_id=await _who_answers(connection, row.group_id),
        )
        for row in await connection.execute(here.where(waits))
        if row.child_yes or Party.CHILD not in parties(row.birth_year, row.zone, now)
    ]


async def _who_answers(connection: AsyncConnection, group_id: UUID) -> UUID:
    """Return a class, or where nobody has a role on it the school above."""
    above = groups.c.parent_id
    held = sa.select(roles.c.group_id).where(roles.c.group_id == groups.c.id).exists()
    answers = sa.case((sa.or_(held, above.is_(None)), groups.c.id), else_=above)
    found: UUID | None = await connection.scalar(sa.select(answers).where(groups.c.id == group_id))
    return found or group_id


async def _answers(connection: AsyncConnection, since: datetime) -> list[Matter]:
    states = [state.value for state in ANSWERED]
    decided = sa.and_(asks.c.state.in_(states), asks.c.decided >= since)
    return [
        Matter(
            Kind.ANSWER,
            f"{Kind.ANSWER}:{row.id}:{row.state}:{row.decided:%Y%m%d%H%M%S}",
            row.decided,
            row.child_id,
            about=_wish(row.wish) | {"state": row.state},
        )
        for row in await connection.execute(sa.select(asks).where(decided))
    ]


async def _alerts(connection: AsyncConnection, since: datetime) -> list[Matter]:
    fresh = sa.and_(
        alerts.c.site_id == site_of(connection),
        alerts.c.closed.is_(None),
        alerts.c.last >= since,
        alerts.c.category.not_in(NOTICED),
    )
    columns = [alerts.c[name] for name in ("id", "child_id", "device_id", "category", "level")]
    rows = (await connection.execute(sa.select(*columns, alerts.c.last).where(fresh))).all()
    if not rows:
        return []
    living = set(await connection.scalars(sa.select(children.c.id)))
    # A graver word in the same matter is worth telling anew.
    return [
        Matter(
            Kind.ALERT,
            f"{Kind.ALERT}:{row.id}:{row.level}",
            row.last,
            row.child_id,
            row.device_id,
            {"category": row.category, "level": row.level},
        )
        for row in rows
        if row.child_id is None or row.child_id in living
    ]


async def _told(connection: AsyncConnection, since: datetime) -> list[Matter]:
    """List what the door told children: to be told on their devices, and some of it to adults."""
    mine = sa.and_(notices.c.site_id == site_of(connection), notices.c.at >= since)
    here = sa.select(notices).join(children, children.c.id == notices.c.child_id).where(mine)
    found = []
    for row in (await connection.execute(here)).mappings():
        told = store_notices.told_of(row)
        about, until = about_notice(told.notice), told.at + GOOD_FOR[Kind.TOLD]
        key = f"{told.child_id}:{told.notice.key}"
        child = Matter(Kind.TOLD, f"{Kind.TOLD}:{key}", told.at, told.child_id, None, about, until)
        found.append(child)
        if _is_for_adults(told.notice):
            adult = f"{Kind.LIMIT}:{key}"
            found.append(Matter(Kind.LIMIT, adult, told.at, told.child_id, about=about))
    return found


async def _strangers(connection: AsyncConnection, since: datetime) -> list[Matter]:
    fresh = sa.and_(strangers.c.first >= since, strangers.c.guest.is_(False))
    return [
        Matter(
            Kind.STRANGER,
            f"{Kind.STRANGER}:{row.address}:{row.first:%Y%m%d}",
            row.first,
            about={"address": row.address},
        )
        for row in await connection.execute(sa.select(strangers).where(fresh))
    ]


async def _rules(connection: AsyncConnection, since: datetime) -> list[Matter]:
    """List whose limits or hours were changed: once a day for each child and who did it."""
    fresh = sa.and_(policies.c.at >= since, policies.c.number > 1)
    wanted = sa.select(policies, children.c.id.label("child_id"))
    here = wanted.join(children, children.c.id == policies.c.owner_id).where(fresh)
    found: dict[str, Matter] = {}
    for row in (await connection.execute(here.order_by(policies.c.at))).mappings():
        key = f"{Kind.RULES}:{row['child_id']}:{row['by']}:{row['at']:%Y%m%d}"
        if key not in found and await _limits_differ(connection, row):
            about: dict[str, str | int | bool] = {"by": row["by"]}
            found[key] = Matter(Kind.RULES, key, row["at"], row["child_id"], about=about)
    return list(found.values())


async def _limits_differ(connection: AsyncConnection, row: sa.RowMapping) -> bool:
    before = sa.and_(policies.c.owner_id == row["owner_id"], policies.c.number == row["number"] - 1)
    old = await connection.scalar(sa.select(policies.c.document).where(before))
    return old is not None and any(
        old.get(part) != row["document"].get(part) for part in ("allowances", "hours", "exceptions")
    )


async def _requests(connection: AsyncConnection, now: datetime) -> list[Matter]:
    """List what is asked by law: when it came in, and when it is late or nearly so."""
    zones = {row.id: row.zone for row in await connection.execute(sa.select(groups))}
    found = []
    for one in await requests.all_open(connection):
        zone = zones.get(one.group_id, ZONE)
        state = "new"
        if one.is_pressing(zone, now):
            state = "late" if one.is_overdue(zone, now) else "soon"
        about: dict[str, str | int | bool] = {"state": state, "kind": one.kind.value}
        about["due"] = one.due(zone).isoformat()
        at = one.received if state == "new" else now
        key = f"{Kind.DUTY}:{one.id}:{state}"
        found.append(Matter(Kind.DUTY, key, at, one.child_id, about=about))
    return found


async def stuck_letters(connection: AsyncConnection, now: datetime) -> list[Matter]:
    """List letters that were begun and not made."""
    stuck = sa.and_(
        letters.c.kept.is_(None),
        letters.c.claimed <= now - STUCK,
        letters.c.claimed > now - OLDEST_CLAIM,
    )
    wanted = sa.select(letters.c.child_id, letters.c.week, letters.c.claimed)
    here = wanted.join(children, children.c.id == letters.c.child_id).where(stuck)
    return [
        Matter(
            Kind.LETTER,
            f"{Kind.LETTER}:{row.child_id}:{row.week}",
            row.claimed,
            row.child_id,
        )
        for row in await connection.execute(here)
    ]


def about_notice(notice: Notice) -> dict[str, str | int | bool]:
    """Write a notice as what its sentence needs."""
    return {
        "notice": notice.kind.value,
        "scope": notice.scope,
        "minutes": notice.minutes,
        "left": notice.left,
        "limit": notice.limit,
        "week": notice.week,
        "until": notice.until.isoformat() if notice.until else "",
    }


def _is_for_adults(notice: Notice) -> bool:
    if notice.kind is NoticeKind.PLAYED:
        return True
    return notice.kind is NoticeKind.LEFT and notice.minutes <= NEARLY_OVER


def _wish(wish: dict[str, object]) -> dict[str, str | int | bool]:
    """Return what a wish is about: never its reason, and no name of a site or page."""
    minutes, scope = wish.get("minutes"), str(wish.get("scope", ""))
    kind, _ = split(scope)
    return {
        "scope": f"{kind}:" if kind in (ScopeKind.SITE, ScopeKind.URL) else scope,
        "minutes": minutes if isinstance(minutes, int) else 0,
    }

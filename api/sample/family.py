"""Settles the sample family into an empty database, with some days behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from api.reader import ZONE
from api.sample.habits import FAMILY, HABITS, KIDS, PARENT, Habit, Kid
from feeds.catalogue import Catalogue
from rules.asks import Wish
from rules.consent import Agreed
from rules.family import LEARNING
from rules.presets import preset_for
from rules.scope import EVERYTHING, category, service
from rules.visit import Known
from store import adults, asks, children, consents, devices, groups, log
from store.adults import Adult, Role
from store.batch import Batch, DayMinutes
from store.change import SYSTEM, Actor, ActorKind, Change, change
from store.children import Child
from store.database import Database
from store.devices import Device
from store.visits import VisitRow
from words.speech import Speech, to_say

DAYS = 9
SHOWN = 3
"""A line of the log every so many minutes: enough to look at, and quickly made."""
SYSTEM_ADULT = Actor(ActorKind.ADULT, PARENT)
NO_PASSWORD = "!"  # noqa: S105 - the hash of no password
MADE = to_say("made the sample family up")
REASON = to_say("I did my homework already. May I play a little longer?")

type Owned = Mapping[str, tuple[Child, Device]]


async def settle(db: Database, catalogue: Catalogue, speech: Speech, now: datetime) -> Adult:
    """Make everything up, from some days ago until now; return the parent."""
    since = now - timedelta(days=DAYS)
    async with change(db, by=SYSTEM, what=MADE, now=since) as tx:
        family = await groups.add(tx, name=FAMILY, zone=ZONE, language=speech.language)
        adult = await adults.add(
            tx,
            name=PARENT,
            email="sample@sample.invalid",
            password_hash=NO_PASSWORD,
            language=speech.language,
            group_id=family.id,
            role=Role.OWNER,
        )
        owned = {kid.name: await _add(tx, kid, family.id, speech) for kid in KIDS}
    await log.write(db, _past(owned, catalogue, now), now=now)
    await _ask(db, owned["Minh"][0], speech, now)
    return adult


async def _add(tx: Change, kid: Kid, family_id: UUID, speech: Speech) -> tuple[Child, Device]:
    _, policy = preset_for(kid.age)
    child = await children.add(
        tx,
        group_id=family_id,
        name=kid.name,
        birth_year=tx.now.year - kid.age,
        language=speech.language,
        colour=kid.colour,
        picture=kid.picture,
        policy=policy,
    )
    agreed = Agreed(level=policy.privacy, words=policy.searches)
    for by in (SYSTEM_ADULT, Actor(ActorKind.CHILD, kid.name, child.id)):
        given = replace(tx, by=by)
        await consents.answer(
            given, child.id, yes=True, agreed=agreed, language=speech.language, wording="…"
        )
    device = await devices.add(
        tx,
        name=speech.say("Phone of {child}", child=kid.name)
        if kid.kind == "phone"
        else speech.say("Tablet of {child}", child=kid.name),
        kind=kid.kind,
        system=kid.system,
        child_ids=[child.id],
        first_port=8101,
        group_id=family_id,
    )
    return child, device


async def _ask(db: Database, child: Child, speech: Speech, now: datetime) -> None:
    by = Actor(ActorKind.CHILD, child.name, child.id)
    what = to_say("{child} asked for something")
    values = {"child": child.name}
    async with change(db, by=by, what=what, now=now, values=values, child_id=child.id) as tx:
        wish = Wish(scope=service("roblox"), minutes=30, reason=speech.say(REASON))
        await asks.ask(tx, child.id, wish)


def _past(owned: Owned, catalogue: Catalogue, now: datetime) -> Batch:
    bits: dict[tuple[UUID, date, str], int] = {}
    visits = []
    for habit, day, begin, minutes in _stretches(now):
        known, (child, device) = catalogue.look_up(habit.host), owned[habit.kid]
        for minute in range(0, minutes, SHOWN):
            at = begin + timedelta(minutes=minute)
            visits.append(_visit(habit, known, at, child.id, device.id))
        first = begin.astimezone(ZoneInfo(ZONE)).hour * 60 + begin.minute
        for scope in () if habit.verdict.blocks else _scopes(known):
            key = (child.id, day, scope)
            bits[key] = bits.get(key, 0) | ((1 << minutes) - 1) << first
    marked = [DayMinutes(child_id, day, scope, of) for (child_id, day, scope), of in bits.items()]
    return Batch(visits=visits, minutes=marked)


def _stretches(now: datetime) -> Iterator[tuple[Habit, date, datetime, int]]:
    """Walk the habits day by day, up to now: each with its day, its begin and its minutes."""
    today = now.astimezone(ZoneInfo(ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
    for back in reversed(range(DAYS)):
        day = today - timedelta(days=back)
        for place, habit in enumerate(HABITS):
            # Days differ a little, and yet each is the same for everybody who looks.
            if day.weekday() not in habit.days or (back + place) % 5 == 3:  # noqa: PLR2004
                continue
            begin = day.replace(hour=habit.hour, minute=habit.minute)
            begin += timedelta(minutes=(back * 7 + place * 3) % 12)
            minutes = min(habit.minutes, (now - begin) // timedelta(minutes=1))
            if minutes > 0:
                yield habit, day.date(), begin.astimezone(UTC), minutes


def _visit(habit: Habit, known: Known, at: datetime, child_id: UUID, device_id: UUID) -> VisitRow:
    verdict = habit.verdict
    return VisitRow(
        minute=at,
        last=at + timedelta(seconds=20),
        device_id=device_id,
        child_id=child_id,
        host=habit.host,
        category=next(iter(known.categories), ""),
        service=next(iter(known.services), ""),
        action=verdict.action,
        reason=verdict.reason,
        rule=verdict.rule,
        layer=verdict.layer,
        visits=SHOWN,
        bytes_up=2_000,
        bytes_down=0 if verdict.blocks else 400_000,
        opened=False,
    )


def _scopes(known: Known) -> list[str]:
    scopes = [] if LEARNING in known.categories else [EVERYTHING]
    scopes += [category(name) for name in known.categories]
    return scopes + [service(name) for name in known.services]

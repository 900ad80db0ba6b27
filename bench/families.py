"""Who lives in a bench's household: the people, their devices, what they ask and what worries."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from rules.alerts import Level, Place
from rules.asks import Wish
from rules.policy import Choice, Hours, Policy, Window
from rules.scope import category
from store import adults, alerts, asks, children, devices, groups, policies, sessions
from store.adults import Role
from store.change import SYSTEM, Actor, ActorKind, Change, change
from store.database import Database
from store.groups import Group
from store.notes import Alarm
from tests.kit.agreed import agree

ABOUT = {"zone": "Asia/Ho_Chi_Minh", "language": "vi"}
RULES = Policy(categories={"gambling": Choice.BLOCK, "adult": Choice.BLOCK})
BEDTIME = Hours(name="bedtime", windows=(Window(start="22:00", end="06:00"),))
A_CLASS = 36
THINGS = ("games", "video", "chat", "shopping")
ASKS, ALERTS = 40, 60
"""How many wait in a school; of a family one in ten of it."""
BEGAN = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Household:
    """Everybody of a household, and the adult who sees all of them."""

    token: str
    adult_id: UUID
    groups: tuple[UUID, ...]
    """The widest first."""
    pupils: tuple[tuple[UUID, UUID], ...]
    """Children with their device."""
    first_home: UUID

    @property
    def first(self) -> tuple[UUID, UUID, UUID]:
        """Return a child, its device and where it lives."""
        return *self.pupils[0], self.first_home


async def move_in(db: Database, now: datetime, kind: str, people: int) -> Household:
    """Let children move in: three into a family, a school's into its classes."""
    async with change(db, by=SYSTEM, what="began", now=now - BEGAN) as tx:
        home = await groups.add(tx, name="Nhà", kind=kind, **ABOUT)
        await policies.save(tx, home.id, RULES)
        adult_id = (await _adult(tx, home.id)).id
        homes = [home] if kind == "family" else await _classes(tx, home, adult_id, people)
        pupils = [await _child(tx, homes[number // A_CLASS], number) for number in range(people)]
    async with db.write() as connection:
        token = await sessions.open_session(connection, adult_id, now=now)
    known = tuple(dict.fromkeys((home.id, *(each.id for each in homes))))
    return Household(token, adult_id, known, tuple(pupils), homes[0].id)


async def worry(db: Database, household: Household, now: datetime) -> None:
    """Let some children ask for something, and some search for what worries."""
    share = 1 if len(household.pupils) > A_CLASS else 10
    async with change(db, by=SYSTEM, what="asked", now=now) as tx:
        for number in range(ASKS // share):
            child_id, device_id = household.pupils[number % len(household.pupils)]
            scope = category(THINGS[number // len(household.pupils) % len(THINGS)])
            wish = Wish(scope=scope, minutes=30, reason="Em làm xong bài rồi ạ")
            theirs = replace(tx, by=Actor(ActorKind.CHILD, "Em", child_id))
            await asks.ask(theirs, child_id, wish, device_id=device_id)
    async with db.write() as connection:
        for number in range(ALERTS // share):
            child_id, device_id = household.pupils[number * 7 % len(household.pupils)]
            at = now - timedelta(days=number)
            alarm = Alarm(at, device_id, child_id, "violence", Level.CONCERN, Place.SEARCH)
            await alerts.take(connection, [alarm], frozenset())


async def _adult(tx: Change, group_id: UUID) -> adults.Adult:
    return await adults.add(
        tx,
        name="Ana",
        email="ana@example.com",
        password_hash="x",
        language="vi",
        group_id=group_id,
        role=Role.OWNER,
    )


async def _classes(tx: Change, school: Group, adult_id: UUID, people: int) -> list[Group]:
    found = []
    for number in range(-(-people // A_CLASS)):
        name = f"{6 + number // 8}A{number % 8 + 1}"
        made = await groups.add(tx, name=name, kind="class", parent_id=school.id, **ABOUT)
        await adults.give_role(tx, adult_id, made.id, Role.TEACHER)
        found.append(made)
    return found


async def _child(tx: Change, home: Group, number: int) -> tuple[UUID, UUID]:
    """Let a child move in; the first one has hours, so that there is a week to be painted."""
    rules = RULES if number else RULES.model_copy(update={"hours": (BEDTIME,)})
    child = await children.add(
        tx, group_id=home.id, name=f"Em {number}", birth_year=2014, language="vi", policy=rules
    )
    await agree(tx, child.id)
    device = await devices.add(
        tx,
        name=f"Phone {number}",
        kind="phone",
        system="android",
        child_ids=[child.id],
        first_port=8101 + number,
        group_id=home.id,
    )
    return child.id, device.id

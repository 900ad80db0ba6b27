"""The cast: Ana is the mother, Mia (7) and Leo (14) are the children, each with a device."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from rules.policy import Choice, Policy
from rules.verdict import Action, Layer, Reason, Verdict
from store import adults, children, devices, groups
from store.change import SYSTEM, Actor, ActorKind, change
from store.database import Database
from store.notes import Note
from tests.kit.agreed import agree

ALLOWED = Verdict(Action.PASS, Reason.DEFAULT)
BLOCKED = Verdict(Action.BLOCK, Reason.CATEGORY, Layer.CHILD, "category:games")


@dataclass(frozen=True)
class Family:
    home: groups.Group
    ana: Actor
    mia: children.Child
    leo: children.Child
    tablet: devices.Device
    phone: devices.Device


async def move_in(db: Database, now: datetime) -> Family:
    async with change(db, by=SYSTEM, what="set up", now=now) as tx:
        home = await groups.add(tx, name="Nhà mình", zone="Asia/Ho_Chi_Minh", language="vi")
        ana = await adults.add(
            tx,
            name="Ana",
            email="Ana@Nha.example",
            password_hash="hash",
            language="vi",
            group_id=home.id,
            role=adults.Role.OWNER,
        )
        no_games = Policy(categories={"games": Choice.BLOCK})
        mia = await children.add(
            tx, group_id=home.id, name="Mia", birth_year=2019, language="vi", policy=no_games
        )
        leo = await children.add(tx, group_id=home.id, name="Leo", birth_year=2012, language="en")
        await agree(tx, mia.id, leo.id)
        tablet = await devices.add(
            tx, name="Tablet", kind="tablet", system="ios", child_ids=[mia.id], first_port=9001
        )
        phone = await devices.add(
            tx, name="Phone", kind="phone", system="android", child_ids=[leo.id], first_port=9001
        )
    actor = Actor(ActorKind.ADULT, "Ana", ana.id)
    return Family(home, actor, mia, leo, tablet, phone)


def note(
    at: datetime,
    host: str = "vnexpress.net",
    *,
    child: UUID | None = None,
    device: UUID | None = None,
    verdict: Verdict = ALLOWED,
    visits: int = 1,
    down: int = 0,
    category: str = "",
    service: str = "",
    opened: bool = False,
    page: str = "",
    title: str = "",
    minutes_later: int = 0,
) -> Note:
    return Note(
        at=at + timedelta(minutes=minutes_later),
        device_id=device,
        child_id=child,
        host=host,
        verdict=verdict,
        category=category,
        service=service,
        visits=visits,
        bytes_down=down,
        opened=opened,
        page=page,
        title=title,
    )

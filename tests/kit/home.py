"""A small family already settled in, in the data folder a service is about to start on."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from api.security import hash_password
from rules.policy import Choice, Policy
from store import adults, children, devices, groups, helpers
from store.adults import Role
from store.change import SYSTEM, change
from store.database import Database
from tests.kit.agreed import agree
from tests.kit.service import Service

EMAIL = "lan@example.com"
PASSWORD = "mot ngon hai dang"


@dataclass(frozen=True, slots=True)
class Home:
    """Who lives here."""

    group_id: UUID
    child_id: UUID
    device_id: UUID
    port: int
    """The device's own port at the door."""


def database_url(service: Service) -> str:
    """Return where the service keeps its database."""
    ours = f"sqlite+aiosqlite:///{service.data / 'haidang.db'}"
    return service.environment.get("HAIDANG_DATABASE_URL", ours)


def settle(service: Service, policy: Policy | None = None) -> Home:
    """Settle a mother, one child (gambling blocked unless told otherwise) and its laptop in."""
    service.data.mkdir(parents=True, exist_ok=True)
    rules = policy or Policy(categories={"gambling": Choice.BLOCK})
    return asyncio.run(_settle(service, rules))


async def _settle(service: Service, policy: Policy) -> Home:
    db = await Database.open(database_url(service))
    password = await hash_password(PASSWORD)
    now = datetime.now(UTC)  # noqa: TID251 the service in its own process lives in real time too
    async with change(db, by=SYSTEM, what="set up the family", now=now) as tx:
        zone = "Asia/Ho_Chi_Minh"
        group = await groups.add(tx, name="Nguyễn", zone=zone, language="vi")
        await adults.add(
            tx,
            name="Lan",
            email=EMAIL,
            password_hash=password,
            language="vi",
            group_id=group.id,
            role=Role.OWNER,
        )
        child = await children.add(
            tx, group_id=group.id, name="Minh", birth_year=2014, language="vi", policy=policy
        )
        await agree(tx, child.id)
        await helpers.add(tx, group.id, name="Cô Hoa", phone="0912 345 678")
        device = await devices.add(
            tx,
            name="Máy tính của Minh",
            kind="computer",
            system="linux",
            child_ids=[child.id],
            first_port=service.door_port + 1,
        )
    await db.close()
    return Home(group.id, child.id, device.id, device.port)

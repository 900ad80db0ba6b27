"""The door that is measured: a family in a store of its own, and one or more worker processes."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

from bench.gauge import free_port, listens, running
from bench.worker import now as now  # noqa: PLC0414 - most know it from here
from bench.worker import url
from proxy.settings import DoorSettings
from rules.policy import Policy, Privacy
from store import children, devices, facts, groups, policies
from store.change import SYSTEM, change
from store.database import Database
from store.errors import Away
from store.household import GUEST_POLICY
from tests.kit.agreed import agree

TRIES = 3
"""So often a policy is saved before the database counts as away; each waits five seconds."""


@asynccontextmanager
async def database(folder: Path) -> AsyncIterator[Database]:
    """Open the store of the family."""
    db = await Database.open(url(folder))
    try:
        yield db
    finally:
        await db.close()


async def household(db: Database) -> devices.Device:
    """Put a child into the store, and let guests' pages be looked into."""
    first = free_port()
    async with db.write() as connection:
        pages = Policy(privacy=Privacy.PAGES)
        await facts.keep(connection, GUEST_POLICY, pages.model_dump_json())
    async with change(db, by=SYSTEM, what="set up", now=now()) as tx:
        group = await groups.add(tx, name="Home", zone="Asia/Ho_Chi_Minh", language="vi")
        child = await children.add(
            tx, group_id=group.id, name="An", birth_year=2014, language="vi", policy=Policy()
        )
        await agree(tx, child.id)
        device = await devices.add(
            tx, name="Phone", kind="phone", system="ios", child_ids=[child.id], first_port=first
        )
    async with db.write() as connection:
        # A device without our certificate is refused at CONNECT, which is quickest to see.
        await devices.record(connection, [devices.Sighting(device.id, now(), "", trusts_ca=False)])
    return device


async def save(db: Database, device: devices.Device, policy: Policy) -> None:
    """Give the child another policy, as the panel does."""
    for _ in range(TRIES):
        # A machine busy with other things may keep the database waiting for once.
        with suppress(Away):
            async with change(db, by=SYSTEM, what="changed", now=now()) as tx:
                await policies.save(tx, device.child_ids[0], policy)
            return
    raise Away


@contextmanager
def workers(
    folder: Path, settings: DoorSettings, device: devices.Device, count: int = 1
) -> Iterator[list[int]]:
    """Run some workers that share their ports; give their process numbers."""
    told = settings.model_dump_json()
    with ExitStack() as stack:
        started = [
            stack.enter_context(
                running(sys.executable, "-m", "bench.worker", str(folder), told, str(number + 1))
            )
            for number in range(count)
        ]
        for process in started:
            # It says so when it listens: with shared ports the first one answers for all.
            assert process.stdout
            process.stdout.readline()
        listens(device.port)
        yield [process.pid for process in started]

"""A door and the store: policy in, journal out, and what holds when the database is away."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feeds import lists
from feeds.catalogue import Catalogue
from feeds.newest import Newest
from proxy.main import run_door
from proxy.settings import DoorSettings
from rules.policy import Allowance, Choice, Pause, Policy
from store import children, devices, doors, grants, groups, household, policies, spent, visits
from store.change import SYSTEM, change
from store.database import Database
from store.devices import Device
from tests.kit.agreed import agree
from tests.lab.lab import Lab
from tests.proxy.clients import Line, close_lines, tunnel
from tests.proxy.house import BLOCKED, BLOCKING, HERE, OPEN, catalogue, free_port

pytestmark = pytest.mark.door
NOWHERE = "postgresql+asyncpg://nobody@127.0.0.1:1/none"


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 the door and the store agree on one real clock here


def settings(lab: Lab, port: int) -> DoorSettings:
    return DoorSettings(host=HERE, port=port, resolver=lab.resolver, origin_ca=lab.ca_path)


async def family(db: Database, first_port: int, policy: Policy = BLOCKING) -> Device:
    """Put a child with a phone into the store."""
    async with change(db, by=SYSTEM, what="set up", now=now()) as tx:
        group = await groups.add(tx, name="Home", zone="Asia/Ho_Chi_Minh", language="en")
        child = await children.add(
            tx, group_id=group.id, name="An", birth_year=2016, language="en", policy=policy
        )
        await agree(tx, child.id)
        return await devices.add(
            tx,
            name="Phone",
            kind="phone",
            system="android",
            child_ids=[child.id],
            first_port=first_port,
        )


async def pause(db: Database, device: Device) -> None:
    async with change(db, by=SYSTEM, what="paused", now=now()) as tx:
        await policies.save(tx, device.child_ids[0], Policy(pause=Pause(by="Mẹ")))


@asynccontextmanager
async def door(
    data: Path, lab: Lab, url: str, port: int, load: Callable[[], Catalogue] = catalogue
) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(
            run_door(
                db_url=url,
                data=data,
                settings=settings(lab, port),
                load_catalogue=load,
                clock=now,
                worker="test/1",
            )
        )
        await opens(port)
        try:
            yield
        finally:
            close_lines()
            task.cancel()


async def opens(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                line = await Line.open(port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                line.close()
                return


@asynccontextmanager
async def database(data: Path) -> AsyncIterator[Database]:
    db = await Database.open(url_in(data))
    try:
        yield db
    finally:
        await db.close()


def url_in(data: Path) -> str:
    return f"sqlite+aiosqlite:///{data}/haidang.db"


async def status(device: Device, host: str) -> bytes:
    line = await Line.open(device.port)
    head, _ = await line.get(f"http://{host}/", host)
    line.close()
    return head.split()[1]


async def is_stopped(device: Device, host: str) -> bool:
    """Tell whether a new visit is stopped; one that is cut on the way tells nothing yet."""
    try:
        return await status(device, host) == b"403"
    except (asyncio.IncompleteReadError, ConnectionError):
        return False


async def test_a_change_in_the_store_is_in_force_at_once_and_cuts_what_runs(
    tmp_path: Path, lab: Lab
) -> None:
    port = free_port()
    async with database(tmp_path) as db:
        device = await family(db, free_port())
        async with door(tmp_path, lab, url_in(tmp_path), port):
            await opens(device.port)
            line = await tunnel(device.port, lab.ca_path, OPEN)
            await line.ask("/stream", OPEN)
            await line.head()
            await pause(db, device)
            await line.rest()
            async with db.read() as connection:
                wanted = await household.revision(connection)
            await comes_true(db, lambda alive: [one.revision for one in alive] == [wanted])


async def comes_true(db: Database, holds: Callable[[list[doors.Door]], bool]) -> None:
    """Wait until something holds of the doors that are alive."""
    async with asyncio.timeout(30):
        while not holds(await alive(db)):  # noqa: ASYNC110 other processes write it
            await asyncio.sleep(0.05)


async def test_a_device_added_later_gets_its_port(tmp_path: Path, lab: Lab) -> None:
    port = free_port()
    async with database(tmp_path) as db, door(tmp_path, lab, url_in(tmp_path), port):
        device = await family(db, free_port())
        await opens(device.port)
        assert await status(device, BLOCKED) == b"403"
        assert await status(device, OPEN) == b"200"


async def test_visits_blocks_and_minutes_are_in_the_store_after_the_door_ends(
    tmp_path: Path, lab: Lab
) -> None:
    port = free_port()
    async with database(tmp_path) as db:
        device = await family(db, free_port())
        async with door(tmp_path, lab, url_in(tmp_path), port):
            await opens(device.port)
            await status(device, BLOCKED)
            line = await tunnel(device.port, lab.ca_path, OPEN)
            await line.ask("/bytes/500000", OPEN)
            await line.head()
            await line.reader.readexactly(500_000)
            plain = await Line.open(device.port)
            await plain.get(f"http://{OPEN}/", OPEN, "Accept: text/html")
        async with db.read() as connection:
            rows, _ = await visits.search(connection, visits.VisitFilter())
            marked = await spent.load(connection, day=today())
            assert not await doors.alive(connection, now=now())
        by_host = {row.host: row for row in rows}
        assert by_host[BLOCKED].reason == "block_list"
        assert by_host[OPEN].bytes_down > 500_000
        assert (device.child_ids[0], "everything") in marked


def today() -> date:
    return now().astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()


async def test_the_last_policy_holds_when_the_database_is_gone(tmp_path: Path, lab: Lab) -> None:
    port = free_port()
    async with database(tmp_path) as db:
        device = await family(db, free_port())
        async with door(tmp_path, lab, url_in(tmp_path), port):
            await opens(device.port)
    async with door(tmp_path, lab, NOWHERE, port):
        await opens(device.port)
        assert await status(device, BLOCKED) == b"403"
        assert await status(device, OPEN) == b"200"


async def test_without_database_and_snapshot_everything_is_stopped(
    tmp_path: Path, lab: Lab
) -> None:
    port = free_port()
    async with door(tmp_path, lab, NOWHERE, port):
        line = await Line.open(port)
        head, body = await line.get(f"http://{OPEN}/", OPEN)
        assert b" 403 " in head
        assert b"no_policy" in body


async def test_a_damaged_snapshot_is_no_policy(tmp_path: Path, lab: Lab) -> None:
    (tmp_path / "household.json").write_text('{"revision": 3, "chil')
    async with door(tmp_path, lab, NOWHERE, port := free_port()):
        line = await Line.open(port)
        head, _ = await line.get(f"http://{OPEN}/", OPEN)
        assert b" 403 " in head


async def test_a_taken_port_is_said_plainly(tmp_path: Path, lab: Lab) -> None:
    taken = await asyncio.start_server(lambda *_: None, HERE, 0)
    port = taken.sockets[0].getsockname()[1]
    with pytest.raises(ExceptionGroup) as raised:
        await run_door(
            db_url=url_in(tmp_path),
            data=tmp_path,
            settings=settings(lab, port),
            load_catalogue=catalogue,
            clock=now,
            worker="test/1",
        )
    assert raised.group_contains(OSError, match=f"port {port} cannot be opened")
    taken.close()


SCRIPT = """
import sys, uvloop
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from feeds.newest import Newest
from proxy.main import run_door
from proxy.settings import DoorSettings
uvloop.run(run_door(db_url=sys.argv[1], data=Path(sys.argv[2]),
    settings=DoorSettings.model_validate_json(sys.argv[3]),
    load_catalogue=Newest(Path(sys.argv[2], "lists")),
    clock=lambda: datetime.now(UTC), worker="test/" + sys.argv[4]))
"""


@asynccontextmanager
async def process(
    data: Path, lab: Lab, port: int, worker: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SCRIPT,
        url_in(data),
        str(data),
        settings(lab, port).model_dump_json(),
        worker,
        cwd=Path(__file__).parents[2],
    )
    try:
        yield running
    finally:
        close_lines()
        if running.returncode is None:
            running.kill()
        await running.wait()


async def test_sigterm_lets_a_running_request_finish_and_loses_nothing(
    tmp_path: Path, lab: Lab
) -> None:
    port = free_port()
    async with database(tmp_path) as db:
        device = await family(db, free_port())
        async with process(tmp_path, lab, port, "1") as worker:
            await opens(device.port)
            line = await tunnel(device.port, lab.ca_path, OPEN)
            await line.ask("/slow/1", OPEN)
            endless = await tunnel(device.port, lab.ca_path, OPEN)
            await endless.ask("/stream", OPEN)
            await endless.head()
            worker.send_signal(signal.SIGTERM)
            assert (await line.answer())[1] == b"at last"
            async with asyncio.timeout(5):
                assert await worker.wait() == 0
        async with db.read() as connection:
            rows, _ = await visits.search(connection, visits.VisitFilter())
        assert sum(row.visits for row in rows) == 1
        assert sum(row.bytes_down for row in rows) > 20_000


async def all_say(device: Device, host: str, expected: bytes, seconds: float) -> None:
    """Wait until whichever worker is met answers the same."""
    async with asyncio.timeout(seconds):
        while {await status(device, host) for _ in range(12)} != {expected}:  # noqa: ASYNC110 other processes decide
            await asyncio.sleep(0.05)


async def test_two_workers_share_every_port_and_agree_on_grants_and_minutes(
    tmp_path: Path, lab: Lab
) -> None:
    port = free_port()
    minute = Allowance(scope="everything", minutes=(1,) * 7)
    policy = BLOCKING.model_copy(update={"allowances": (minute,)})
    async with database(tmp_path) as db:
        device = await family(db, free_port(), policy)
        async with process(tmp_path, lab, port, "1"), process(tmp_path, lab, port, "2"):
            await comes_true(db, lambda alive: len(alive) == 2)
            await all_say(device, OPEN, b"200", 10)
            await all_say(device, BLOCKED, b"403", 10)
            pids = {one.pid for one in await alive(db)}
            assert len(pids) == 2
            assert os.getpid() not in pids
            # A grant that an adult gives is known to both.
            async with change(db, by=SYSTEM, what="granted", now=now()) as tx:
                until = now() + timedelta(minutes=15)
                await grants.give(tx, device.child_ids[0], until=until, scope=f"site:{BLOCKED}")
            await all_say(device, BLOCKED, b"200", 10)
            # One of them sees the page that uses up the day's only minute; the other is told.
            line = await Line.open(device.port)
            await line.get(f"http://{OPEN}/", OPEN, "Accept: text/html")
            await all_say(device, OPEN, b"403", 10)
            async with change(db, by=SYSTEM, what="given", now=now()) as tx:
                await grants.give(tx, device.child_ids[0], until=now() + timedelta(minutes=15))
            await all_say(device, OPEN, b"200", 10)


async def alive(db: Database) -> list[doors.Door]:
    async with db.read() as connection:
        return await doors.alive(connection, now=now())


async def test_an_imported_list_is_in_force_as_soon_as_the_change_is_known(
    tmp_path: Path, lab: Lab
) -> None:
    folder, port = tmp_path / "lists", free_port()
    newest = Newest(folder)
    async with database(tmp_path) as db:
        device = await family(db, free_port(), Policy(categories={"games": Choice.BLOCK}))
        async with door(tmp_path, lab, url_in(tmp_path), port, newest):
            await opens(device.port)
            assert await status(device, "spiel.example") == b"200"
            await lists.add_list(folder, name="Mine", category="games", source=b"spiel.example\n")
            async with change(db, by=SYSTEM, what="imported", now=now()):
                pass
            async with asyncio.timeout(10):
                # The door tells nobody when it has taken a revision in.
                while not await is_stopped(device, "spiel.example"):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)

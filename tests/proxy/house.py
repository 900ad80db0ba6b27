"""A real door in the test's own loop, with a family and a lab behind it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from feeds.catalogue import Catalogue, load
from proxy.door import Door
from proxy.handover import Interceptor
from proxy.memory import Memory
from proxy.reception import Reception
from proxy.settings import DoorSettings
from rules.consent import Agreed
from rules.family import ChildRules, DeviceIdentity, Household
from rules.policy import Policy
from rules.verdict import Layer
from store.devices import Sighting
from store.journal import Alarm, JournalHealth, MinuteMark, Note, Told
from tests.lab.lab import Lab
from tests.proxy.clients import close_lines

HERE = "127.0.0.1"
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""12:00 on a Monday in Hà Nội."""
CATALOGUE: list[Catalogue] = []

BLOCKED = "blocked.example"
OPEN = "open.example"
BANK = "www.vietcombank.com.vn"


def catalogue() -> Catalogue:
    """Load the catalogue once for all tests."""
    if not CATALOGUE:
        CATALOGUE.append(load())
    return CATALOGUE[0]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class Notes:
    """A journal that keeps everything in memory."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.marks: list[MinuteMark] = []
        self.sightings: list[Sighting] = []
        self.told: list[Told] = []
        self.alarms: list[Alarm] = []

    def note(self, note: Note) -> None:
        self.notes.append(note)

    def mark(self, mark: MinuteMark) -> None:
        self.marks.append(mark)

    def sight(self, sighting: Sighting) -> None:
        self.sightings.append(sighting)

    def tell(self, told: Told) -> None:
        self.told.append(told)

    def alarm(self, alarm: Alarm) -> None:
        self.alarms.append(alarm)

    def health(self) -> JournalHealth:
        return JournalHealth()


def child(
    policy: Policy, name: str = "An", child_id: UUID | None = None, agreed: Agreed = Agreed()
) -> ChildRules:
    """Make a child with one policy of its own."""
    return ChildRules(
        id=child_id or uuid4(),
        name=name,
        group_id=uuid4(),
        language="en",
        zone="Asia/Ho_Chi_Minh",
        layers=((Layer.CHILD, policy),),
        agreed=agreed,
    )


def device(port: int, *people: ChildRules, **more: object) -> DeviceIdentity:
    """Make a device of some children."""
    given = {"trusts_ca": True, **more}
    ids = tuple(person.id for person in people)
    return DeviceIdentity(id=uuid4(), name="Phone", port=port, child_ids=ids, **given)


BLOCKING = Policy(block=(BLOCKED,))


class House:
    """A running door and everything a test wants to look at."""

    lab: Lab
    memory: Memory
    loop: asyncio.AbstractEventLoop

    def __init__(
        self, door: Door, interceptor: Interceptor, reception: Reception, clock: Clock, notes: Notes
    ) -> None:
        self.door = door
        self.interceptor = interceptor
        self.reception = reception
        self.clock = clock
        self.notes = notes
        self.revision = 0
        self.port = door.settings.port
        self.device_port = free_port()

    @property
    def ca(self) -> Path:
        return self.door.certificate

    async def rule(
        self, policy: Policy, *, agreed: Agreed = Agreed(), **more: object
    ) -> ChildRules:
        """Put one child with one device under a policy, and wait until its port is open."""
        person = child(policy, agreed=agreed)
        await self.adopt(
            Household(
                revision=self.revision + 1,
                site_id=uuid4(),
                children=(person,),
                devices=(device(self.device_port, person, **more),),
                language="en",
            )
        )
        return person

    async def change(self, person: ChildRules, policy: Policy) -> None:
        """Give the child of `rule` another policy."""
        household = self.door.current.standing.household
        altered = person.model_copy(update={"layers": ((Layer.CHILD, policy),)})
        more = {"children": (altered,), "revision": self.revision + 1}
        await self.adopt(household.model_copy(update=more))

    async def adopt(self, household: Household) -> None:
        self.revision = household.revision
        self.door.current.adopt(household)
        for known in household.devices:
            await _port_opens(known.port)

    async def until(self, holds: Callable[[], bool], seconds: float = 3) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110 what is waited for has no event
                await asyncio.sleep(0.005)

    def stopped(self) -> list[Note]:
        return [note for note in self.notes.notes if note.verdict.blocks]


async def _port_opens(port: int) -> None:
    async with asyncio.timeout(5):
        while True:
            try:
                _, writer = await asyncio.open_connection(HERE, port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return


def free_port() -> int:
    """Ask the kernel for a free port."""
    with socket.socket() as made:
        made.bind((HERE, 0))
        return int(made.getsockname()[1])


@asynccontextmanager
async def running(
    folder: Path,
    lab: Lab | None = None,
    look_up: Callable[[str, int], Awaitable[list[str]]] | None = None,
    panel_at: str = "",
    **settings: object,
) -> AsyncIterator[House]:
    """Run a door whose upstream is the lab."""
    chosen = {
        "host": HERE,
        "port": free_port(),
        "hook_timeout": 0.5,
        "resolver": lab.resolver if lab else {},
        "origin_ca": lab.ca_path if lab else None,
        **settings,
    }
    clock, notes = Clock(), Notes()
    more: dict[str, object] = {"look_up": look_up} if look_up else {}
    door = Door(
        catalogue=catalogue,
        data=folder,
        settings=DoorSettings(**chosen),
        clock=clock,
        panel_at=panel_at,
        **more,
    )
    door.pen.attach(notes)
    interceptor = Interceptor(door, None)
    reception = Reception(door, interceptor)
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(reception.run(stop))
        await _port_opens(door.settings.port)
        try:
            yield House(door, interceptor, reception, clock, notes)
        finally:
            close_lines()
            stop.set()
    await interceptor.stop()


@asynccontextmanager
async def leaving(folder: Path, **settings: Any) -> AsyncIterator[tuple[House, asyncio.Event]]:
    """Run a door that begins to end when the event is set, while the block still looks on."""
    came: asyncio.Future[House] = asyncio.get_running_loop().create_future()
    end = asyncio.Event()

    async def live() -> None:
        async with running(folder, **settings) as house:
            came.set_result(house)
            await end.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(live())
        try:
            yield await came, end
        finally:
            end.set()

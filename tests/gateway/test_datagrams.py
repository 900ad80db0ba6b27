"""A game over UDP runs behind the gateway, ends when its child may not go on, and comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic
from uuid import uuid4

import pytest

from proxy.knocks import HOLD
from rules.family import Household
from rules.policy import Choice, Pause, Policy
from rules.times import Hours, Window
from tests.gateway.house import PATIENCE, Behind
from tests.lab.netns import DEVICE, MAC, WORLD, WORLD6
from tests.proxy.house import BLOCKED, OPEN, child, device

pytestmark = pytest.mark.door

BEDTIME = Policy(hours=(Hours(name="bedtime", windows=(Window(start="21:00", end="23:00"),)),))
SECOND = "10.99.0.3"
GAME = 4000
ELSEWHERE, ITS_GAME = "11.22.33.7", 4001
PLAY = """
import socket, sys, time
at, port, source = sys.argv[1], int(sys.argv[2]), sys.argv[3]
made = socket.socket(socket.AF_INET6 if ":" in at else socket.AF_INET, socket.SOCK_DGRAM)
if source:
    made.bind((source, 0))
made.settimeout(0.05)
print("ready", flush=True)
number = 0
while True:
    number += 1
    try:
        made.sendto(str(number).encode(), (at, port))
        print(made.recv(99).decode(), flush=True)
    except OSError:
        pass
    time.sleep(0.02)
"""


class Game:
    """One running round: every datagram that came back, and when."""

    def __init__(self) -> None:
        self.came: list[float] = []

    async def listen(self, told: asyncio.StreamReader) -> None:
        while await told.readline():
            self.came.append(monotonic())

    async def goes_on(self, seconds: float = 3) -> None:
        """Wait until more datagrams come back."""
        wanted = len(self.came) + 5
        async with asyncio.timeout(seconds):
            while len(self.came) < wanted:  # noqa: ASYNC110 another process's datagrams
                await asyncio.sleep(0.01)

    async def stops(self, within: float = 2.0, quiet: float = 1.0) -> None:
        """Wait until no datagram came back for a while; it must have ended in time."""
        asked = monotonic()
        while monotonic() - max(self.came[-1], asked) < quiet:
            assert monotonic() - asked < within + quiet, "the round goes on"
            await asyncio.sleep(0.02)


@asynccontextmanager
async def playing(
    behind: Behind, at: str = WORLD, port: int = GAME, source: str = ""
) -> AsyncIterator[Game]:
    """Play with a server over UDP, from the device."""
    net = behind.net
    process = await asyncio.create_subprocess_exec(
        *net.command(net.device, "python3", "-c", PLAY, at, str(port), source),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    # How long a program takes to start is not what is measured.
    async with asyncio.timeout(PATIENCE):
        assert await process.stdout.readline() == b"ready\n"
    game = Game()
    listening = asyncio.ensure_future(game.listen(process.stdout))
    try:
        yield game
    finally:
        process.terminate()
        await process.wait()
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


@pytest.mark.parametrize("at", [WORLD, WORLD6])
async def test_a_pause_stops_a_running_round_and_its_end_brings_it_back(behind: Behind, at: str):
    behind.known_by = {"card": MAC}
    await behind.rule(Policy())
    async with playing(behind, at) as game:
        await game.goes_on()
        await behind.change(Policy(pause=Pause(by="Mẹ")))
        await game.stops()
        await behind.change(Policy())
        await game.goes_on()


async def test_bedtime_stops_it_without_anybody_changing_anything(behind: Behind):
    await behind.rule(BEDTIME)
    async with playing(behind) as game:
        await game.goes_on()
        behind.house.clock.move(hours=10)
        await game.stops()
        behind.house.clock.move(hours=14)
        await game.goes_on()


async def test_another_childs_round_goes_on(behind: Behind):
    await behind.run("ip", "addr", "add", f"{SECOND}/24", "dev", "eth0")
    paused, other = child(Policy(pause=Pause(by="Mẹ"))), child(Policy(), "Bình")
    both = (
        device(behind.house.device_port, paused, address=DEVICE),
        device(behind.house.device_port + 1, other, address=SECOND),
    )
    try:
        async with playing(behind, source=DEVICE) as hers, playing(behind, source=SECOND) as his:
            await behind.rule(Policy())
            await hers.goes_on()
            household = behind.house.door.current.standing.household
            change = {"children": (paused, other), "devices": both, "revision": 7}
            await behind.house.adopt(household.model_copy(update=change))
            await hers.stops()
            await his.goes_on()
    finally:
        await behind.run("ip", "addr", "del", f"{SECOND}/24", "dev", "eth0")


async def test_a_device_whose_user_is_not_known_plays_nothing(behind: Behind):
    await behind.rule(Policy())
    async with playing(behind) as game:
        await game.goes_on()
        people = child(Policy()), child(Policy(), "Bình")
        shared = device(behind.house.device_port, *people, address=DEVICE, asks_who=True)
        await behind.house.adopt(
            Household(revision=8, site_id=uuid4(), children=people, devices=(shared,))
        )
        await game.stops()


async def test_a_host_that_becomes_blocked_is_stopped_alone(behind: Behind):
    await behind.rule(Policy())
    assert await behind.dig(BLOCKED) == [WORLD]
    async with playing(behind) as game, playing(behind, ELSEWHERE, ITS_GAME) as elsewhere:
        await game.goes_on()
        await behind.change(Policy(block=(BLOCKED,)))
        await game.stops()
        await elsewhere.goes_on()
        await behind.change(Policy())
        await game.goes_on()


async def test_where_only_listed_sites_are_allowed_their_hosts_still_play(behind: Behind):
    await behind.rule(Policy(allow=(OPEN,), unlisted=Choice.BLOCK))
    assert await behind.dig(OPEN) == [WORLD]
    async with playing(behind) as game, playing(behind, ELSEWHERE, ITS_GAME) as elsewhere:
        await game.goes_on()
        assert not elsewhere.came


async def test_without_its_door_nothing_is_forwarded_any_more(behind: Behind, monkeypatch):
    await behind.rule(Policy())
    async with playing(behind) as game:
        await game.goes_on()
        monkeypatch.setattr(behind.house.door.judge, "visit", lambda *_: 1 / 0)
        await game.stops(within=HOLD + 2)
    assert behind.house.door.guard.faults


async def test_nobody_but_the_doors_own_user_may_free_a_device(behind: Behind):
    await behind.rule(Policy(pause=Pause(by="Mẹ")))
    knock = (
        "import os, socket; os.setuid(65534); s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\n"
        f"s.sendto(bytes((1,0,0,0)), ('{DEVICE}', 8090)); print('left')"
    )
    net = behind.net
    async with playing(behind) as game:
        done = await asyncio.to_thread(net.run, net.gateway, "python3", "-c", knock)
        assert "left" in done.stdout
        await asyncio.sleep(0.5)
        assert not game.came


async def test_without_rules_in_force_no_knock_leaves_this_machine(behind: Behind):
    await behind.rule(Policy())
    net = behind.net
    await asyncio.to_thread(net.run, net.gateway, "nft", "flush", "table", "inet", "haidang")
    listen = (
        "import socket; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(2.5)\n"
        "s.bind(('', 8090))\n"
        "try: print('GOT', s.recv(99))\nexcept TimeoutError: print('NOTHING')"
    )
    assert (await behind.run("python3", "-c", listen)).strip() == "NOTHING"

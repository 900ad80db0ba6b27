"""Receives connections: listens, lets each one in, and drains at the end."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress

from proxy.door import Door
from proxy.first import First
from proxy.front import Entrance, Passage
from proxy.gateway import Gateway
from proxy.handover import Interceptor
from proxy.listeners import Listeners
from proxy.tunnels import Tunnels

DRAIN_SECONDS = 3.0
CLOSE_SECONDS = 0.5
QUIET_LOOK = 0.02
TICK = 1.0

type Work = Coroutine[object, object, None]


class Reception:
    """The listening side of a door worker."""

    def __init__(self, door: Door, interceptor: Interceptor) -> None:
        self._door = door
        self._interceptor = interceptor
        self._listeners = Listeners(door.settings.host, self._receive, door.lines)
        self._gateway = Gateway(door, self._hand_over, self._spawn)
        self._tunnels = Tunnels(
            door, self._hand_over, self._spawn, self._gateway.resolver, self._gateway.kin
        )
        self._first = First(door.data, door.settings)
        self._ports_moved = asyncio.Event()
        self._connections: asyncio.TaskGroup
        door.current.changed.append(self._ports_moved.set)

    async def run(self, stop: asyncio.Event, listening: Callable[[], None] = lambda: None) -> None:
        """Listen until told to stop or cancelled, then let running requests finish (3 s)."""
        async with asyncio.TaskGroup() as self._connections, asyncio.TaskGroup() as chores:
            # Who comes to the first port, while the others are opened, is served already.
            await self._listeners.listen(self._door.settings.port)
            if self._first.is_needed:
                await self._first.come(0)
            await self._match_ports()
            opening = [chores.create_task(it) for it in (self._keep_ports(), self._follow())]
            counting = chores.create_task(self._keep_time())
            try:
                listening()
                await stop.wait()
            finally:
                for task in opening:
                    task.cancel()
                await asyncio.wait(opening)
                await self._drain()
                counting.cancel()

    def _receive(self) -> Entrance:
        return Entrance(self._door, self._hand_over, self._spawn)

    def _hand_over(self, passage: Passage, early: bytes) -> None:
        self._spawn(self._interceptor.serve(passage, early), passage.cut)

    def _spawn(self, work: Work, deny: Callable[[], None]) -> None:
        """Start work for one connection; whatever happens in it stays in it."""
        task = self._connections.create_task(self._door.guard.contained(work, deny))
        self._door.tasks.add(task)
        task.add_done_callback(self._door.tasks.discard)

    async def _keep_ports(self) -> None:
        while True:
            self._ports_moved.clear()
            await self._match_ports()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK if self._door.trouble else None):
                    await self._ports_moved.wait()

    async def _follow(self) -> None:
        """Take over gateway and tunnels as soon as the door that carries them has ended."""
        while self._first.is_needed and not self._first.is_us:
            await self._first.come(None)
            self._ports_moved.set()
            # Where nobody can wait, a file could not be opened; it is tried again.
            await asyncio.sleep(TICK)

    async def _match_ports(self) -> None:
        devices = self._door.current.standing.index.by_port
        await self._listeners.match({self._door.settings.port, *devices})
        if self._first.is_us:
            await self._gateway.match()
            await self._tunnels.match()
        self._door.trouble = (
            self._listeners.trouble or self._gateway.trouble or self._tunnels.trouble
        )

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._door.guard.careful(self._door.tick, self._door.leases.cut_all)
            # Without being told again, the kernel forwards nothing more.
            self._door.guard.careful(self._gateway.tick, _nothing)
            self._door.guard.careful(self._interceptor.tick, _nothing)
            # A notice that cannot be made stops nobody.
            self._door.guard.careful(self._door.notices.tick, _nothing)

    async def _drain(self) -> None:
        """Stop listening, wait for what is running, then cut the rest."""
        self._listeners.close()
        self._gateway.close()
        await self._tunnels.close()
        await self._first.leave()
        await self._until_quiet(DRAIN_SECONDS)
        self._door.leases.cut_all()
        for task in list(self._door.tasks):
            task.cancel()
        await self._until_quiet(CLOSE_SECONDS)
        self._door.settle()

    async def _until_quiet(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._door.is_busy():  # noqa: ASYNC110 two kinds of ends, waited for once in a life
                    await asyncio.sleep(QUIET_LOOK)


def _nothing() -> None:
    """Stop nothing."""

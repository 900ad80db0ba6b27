"""One door worker: builds everything and runs until told to stop."""

import asyncio
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from feeds.catalogue import Catalogue
from proxy.dial import system_lookup
from proxy.door import Door
from proxy.gossip import Gossip
from proxy.handover import Interceptor
from proxy.memory import Memory
from proxy.news import Teller
from proxy.process import allow_many_files, quiet_collector
from proxy.reception import Reception
from proxy.resolved import LookUp
from proxy.settings import DoorSettings
from proxy.upstream import Upstream
from proxy.who import ensure_key
from rules.clock import Clock
from store.database import Database

QUIET = {"mitmproxy": logging.ERROR, "asyncio": logging.WARNING}
"""Below these levels they would print every host and device."""


async def run_door(
    *,
    db_url: str,
    data: Path,
    settings: DoorSettings,
    load_catalogue: Callable[[], Catalogue],
    clock: Clock,
    worker: str,
    passphrase: bytes | None = None,
    panel_url: str = "",
    panel_at: str = "",
    listening: Callable[[], None] = lambda: None,
) -> None:
    """Run one door worker until SIGTERM or cancellation, then drain.

    Draining: stop listening, let requests finish (3 s), write the journal.

    Opens the database itself; starts from the snapshot `data/household.json` when the
    database is away; with neither it blocks everything with a page that says why.
    """
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    door = Door(
        catalogue=load_catalogue,
        data=data,
        settings=settings,
        clock=clock,
        passphrase=passphrase,
        panel_url=panel_url,
        panel_at=panel_at,
        look_up=_look_up(settings),
    )
    allow_many_files()
    door.current.restore()
    interceptor = Interceptor(door, passphrase)
    tellers: dict[str, Teller] = {
        "held": door.held,
        "refused": door.pages.refusals,
        "closed": door.bar.closed,
    }
    gossip = Gossip(door.meter, data, worker, ensure_key(data), tellers)
    memory = Memory(door, db_url, worker, Database.open)
    try:
        with _stop_signals() as stop:
            async with asyncio.TaskGroup() as chores:
                remembering = chores.create_task(memory.run())
                gossiping = chores.create_task(gossip.run())
                await memory.first_look()
                door.guard.careful(partial(door.pages.prepare, clock()), _nothing)
                quiet_collector()
                await Reception(door, interceptor).run(stop, listening)
                gossiping.cancel()
                remembering.cancel()
    finally:
        await interceptor.stop()


def _look_up(settings: DoorSettings) -> LookUp:
    """Resolve where connections lead as a gateway resolves for devices."""
    servers = settings.gateway.resolvers
    return Upstream(servers).look_up if servers else system_lookup


@contextmanager
def _stop_signals() -> Iterator[asyncio.Event]:
    """Give an event that SIGTERM and SIGINT set, where this loop may listen to signals."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    # Only the main thread may; elsewhere cancelling the task is the way to stop.
    with suppress(ValueError, RuntimeError):
        for each in signals:
            loop.add_signal_handler(each, stop.set)
    try:
        yield stop
    finally:
        with suppress(ValueError, RuntimeError):
            for each in signals:
                loop.remove_signal_handler(each)


def _nothing() -> None:
    """Begin nevertheless: whoever is stopped first waits a moment."""

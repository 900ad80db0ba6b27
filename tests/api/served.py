"""A panel that really listens, in a thread of its own, for clients that are not async."""

import asyncio
import shutil
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from uvicorn.config import Config
from uvicorn.server import Server

from tests.api.conftest import House, open_house, people


@dataclass
class Served:
    """The panel as it can be reached, and the way to do something on its loop."""

    house: House | None = None
    url: str = ""
    loop: asyncio.AbstractEventLoop | None = None
    ready: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)
    """Nothing listens any more."""

    def do[T](self, what: Coroutine[object, object, T], seconds: float = 30) -> T:
        assert self.loop
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(seconds)


type MoveIn = Callable[[House], Awaitable[None]]


async def nobody(_: House) -> None:
    """Leave the house as it is before the set-up."""


@contextmanager
def serve(
    folder: Path, catalogue, empty_database: Path, move_in: MoveIn = people
) -> Iterator[Served]:
    """Serve the family of the cast, or whoever moves in, until the end of the block."""
    shutil.copy(empty_database, folder / "haidang.db")
    served = Served()
    thread = threading.Thread(target=asyncio.run, args=(_run(served, folder, catalogue, move_in),))
    thread.start()
    try:
        assert served.ready.wait(30), "the panel did not start"
        yield served
    finally:
        served.over.set()
        thread.join(30)


async def _run(served: Served, folder: Path, catalogue, move_in: MoveIn) -> None:
    house = await open_house(folder, catalogue)
    await move_in(house)
    server = Server(Config(house.app, port=0, log_level="critical"))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    served.house, served.url = house, f"http://127.0.0.1:{port}"
    served.loop = asyncio.get_running_loop()
    served.ready.set()
    await asyncio.to_thread(served.over.wait)
    await server.shutdown()
    served.stopped.set()
    await house.panel.db.close()

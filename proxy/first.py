"""Which door of the machine carries the gateway and the tunnels: one at a time, and always one.

Who resolved a name must see its connections, so they cannot be shared among doors like the
devices' own ports. When the first door ends, however it does, the next one is called at once.
"""

from contextlib import AsyncExitStack, suppress
from pathlib import Path

from proxy.settings import DoorSettings
from store.errors import Away
from store.turn import Turns

FILE = "gateway"


class First:
    """Whether this door is the first one."""

    def __init__(self, data: Path, settings: DoorSettings) -> None:
        self.is_us = False
        self.is_needed = settings.gateway.mode != "off" or settings.tunnels == "userspace"
        self._turns = Turns(data / FILE)
        self._held = AsyncExitStack()

    async def come(self, patience_s: float | None) -> None:
        """Become the first one as soon as there is no other; None waits for ever."""
        with suppress(Away):
            await self._held.enter_async_context(self._turns.one(patience_s))
            self.is_us = True

    async def leave(self) -> None:
        """Let another one be the first."""
        self.is_us = False
        await self._held.aclose()

"""The safety net: whatever of ours breaks, the visit is stopped, logged and counted.

The interception library ignores hooks that raise and lets the visit through. Here, and only here,
everything is caught.
"""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Any

log = logging.getLogger(__name__)

type Hook = Callable[[Any], object]
type Deny = Callable[[str, Any], None]

STOPS_THE_PROCESS = (KeyboardInterrupt, SystemExit)


class Guard:
    """Catches faults and counts them."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.faults = 0
        self.last = ""

    def careful(self, work: Callable[[], None], deny: Callable[[], None]) -> None:
        """Run a step of ours; if it breaks, deny."""
        try:
            work()
        except Exception as fault:  # noqa: BLE001 whatever it was, the visit must stop
            self.note(fault)
            deny()

    async def contained(self, work: Awaitable[None], deny: Callable[[], None]) -> None:
        """Run a task of ours; if it breaks, deny, and let the door go on."""
        try:
            await work
        except Exception as fault:  # noqa: BLE001 whatever it was, the visit must stop
            self.note(fault)
            deny()
        except asyncio.CancelledError:
            deny()
            raise

    def wrap(self, name: str, hook: Hook, deny: Deny) -> Callable[[Any], Awaitable[None] | None]:
        """Wrap a hook: if it raises or takes too long, its visit is denied."""

        def guarded(data: Any) -> Awaitable[None] | None:
            try:
                answer = hook(data)
            except BaseException as fault:  # noqa: BLE001 nothing may lead past the guard
                self._deny(fault, name, data, deny)
                return None
            # A plain function is over by now; only one that waits can take too long.
            return self._in_time(answer, name, data, deny) if inspect.isawaitable(answer) else None

        return guarded

    async def _in_time(self, answer: Awaitable[object], name: str, data: Any, deny: Deny) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await answer
        except BaseException as fault:  # noqa: BLE001 a stray CancelledError would leave the client hanging
            self._deny(fault, name, data, deny)

    def _deny(self, fault: BaseException, name: str, data: Any, deny: Deny) -> None:
        self.note(fault)
        deny(name, data)
        if isinstance(fault, STOPS_THE_PROCESS) or _is_our_end(fault):
            raise fault

    def note(self, fault: BaseException) -> None:
        """Count a fault and write it down; whoever calls denies."""
        self.faults += 1
        self.last = f"{type(fault).__name__}: {fault}"
        log.error("a fault of ours stopped a visit", exc_info=fault)


def _is_our_end(fault: BaseException) -> bool:
    """Tell a cancellation of this very task from one that a hook made up."""
    task = asyncio.current_task()
    return isinstance(fault, asyncio.CancelledError) and bool(task and task.cancelling())


class Guarded:
    """An addon whose every hook goes through the guard."""

    def __init__(
        self, name: str, addon: object, hooks: tuple[str, ...], guard: Guard, deny: Deny
    ) -> None:
        self.name = name
        for hook in hooks:
            setattr(self, hook, guard.wrap(hook, getattr(addon, hook), deny))

"""Deadlines of many connections, for which one timer of the loop is enough."""

import asyncio
from math import inf
from typing import Protocol


class Waiting(Protocol):
    """Something that may take only so long."""

    def too_late(self) -> None:
        """Give up."""


class Deadlines:
    """Tells those that are not done in time; all of them have about equally long."""

    def __init__(self) -> None:
        self._due: dict[Waiting, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._at = inf

    def __len__(self) -> int:
        return len(self._due)

    def start(self, waiting: Waiting, seconds: float) -> None:
        """Tell it when so many seconds are over."""
        loop = asyncio.get_running_loop()
        due = self._due[waiting] = loop.time() + seconds
        if due < self._at:
            self._look_at(due)

    def stop(self, waiting: Waiting) -> None:
        """Tell it nothing more: it is done."""
        self._due.pop(waiting, None)

    def _look_at(self, when: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer, self._at = asyncio.get_running_loop().call_at(when, self._look), when

    def _look(self) -> None:
        loop, late = asyncio.get_running_loop(), []
        now, self._at = loop.time(), inf
        for waiting, due in self._due.items():
            if due > now:
                # Those behind began later.
                self._look_at(due)
                break
            late.append(waiting)
        for waiting in late:
            self.stop(waiting)
            loop.call_soon(waiting.too_late)

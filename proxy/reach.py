"""A tunnel from the moment it may go on until bytes flow: its origin is called."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from proxy.calling import call_line
from proxy.dial import HEAD_START, Forbidden, Nowhere
from proxy.door import Door
from proxy.lease import Lease
from proxy.line import Line
from proxy.relay import Side, far_side, join


@dataclass(eq=False, slots=True)
class Reach:
    """One tunnel whose origin is called: at once where it is known where that is."""

    door: Door
    spawn: Callable[..., None]
    lease: Lease
    client: asyncio.Transport
    host: str
    port: int
    early: bytes
    """What the client said so far."""
    forbid: Callable[[], None]
    """To be called when the host leads where devices may not go."""
    leave: Callable[[], None]
    show: Callable[[], None]
    """To be called where our own page may stand in for an origin that there is not."""
    _line: Line | None = None
    _is_fixed: bool = False
    _is_done: bool = False
    _looks: bool = False

    def begin(self) -> None:
        """Call the origin."""
        lines = self.door.lines
        try:
            known = self.door.dialer.known(self.host, self.port) if lines else None
            if lines and known:
                self._line = call_line(lines, known.address, known.port, self._answered)
                self._is_fixed = known.is_fixed
                self.door.calls.start(self, HEAD_START)
                return
        except Forbidden:
            self.forbid()
            return
        except OSError:
            self.door.dialer.forget(self.host)
        self._look()

    def too_late(self) -> None:
        """Look for another address, while this one may still answer."""
        self._look()

    def _answered(self, problem: Exception | None) -> None:
        self.door.calls.stop(self)
        if problem is None:
            self.door.guard.careful(self._stand, self._give_up)
        elif not self._is_done and not self._looks:
            self.door.dialer.forget(self.host)
            self._look()

    def _stand(self) -> None:
        line = self._line
        if line is None or self._is_over(line):
            return
        if not self._is_fixed and self.door.dialer.leads_here(line):
            line.abort()
            self.forbid()
            return
        line.begin(far_side(self.lease))
        self._join(line)

    def _look(self) -> None:
        if not self._is_done and not self._looks:
            self._looks = True
            self.spawn(self._find(), self._give_up)

    async def _find(self) -> None:
        """Ask where the host is, and try its addresses one after the other."""
        try:
            origin, _ = await self.door.dialer.open(self._side, self.host, self.port)
        except OSError as problem:
            if not self._is_done:
                self._failed(problem)
        else:
            if not self._is_over(origin):
                self._join(origin)

    def _side(self) -> Side:
        return far_side(self.lease)

    def _is_over(self, origin: asyncio.Transport) -> bool:
        """Tell whether one of both left, or another line to the origin was quicker."""
        if self._is_done:
            origin.abort()
        elif self.client.is_closing() or origin.is_closing():
            origin.abort()
            self._give_up()
        return self._is_done

    def _join(self, origin: asyncio.Transport) -> None:
        self._end()
        self.lease.line = origin if isinstance(origin, Line) else None
        lease = self.door.let_in(self.lease)
        join(self.client, origin, lease, self.early, self.leave)

    def _failed(self, problem: OSError) -> None:
        match problem:
            case Forbidden():
                self.forbid()
            case Nowhere():
                self._say_so()
            case _:
                self._give_up()

    def _say_so(self) -> None:
        """Say in the child's words that there is no such name, where its browser lets us speak."""
        door, lease = self.door, self.lease
        is_heard = door.trusts_us(lease.device_id) is True and not self.client.is_closing()
        if not is_heard or door.judge.never_opened(lease.names):
            self._give_up()
            return
        self._end()
        self.show()

    def _give_up(self) -> None:
        self._end()
        self.client.abort()

    def _end(self) -> None:
        """Call nobody any more, besides the line that is in use by now."""
        self._is_done = True
        self.door.calls.stop(self)
        line, self._line = self._line, None
        if line is not None and not line.stands:
            line.abort()

"""Relays bytes between a device and an origin without looking at them."""

import asyncio
from collections.abc import Callable
from typing import cast

from proxy.lease import Lease
from proxy.line import Line


class Side(asyncio.Protocol):
    """One end of a relayed connection; what arrives here is written at the other end."""

    __slots__ = ("_count", "_ended", "_send", "done", "other", "transport")

    def __init__(self, count: Callable[[int], None], ended: Callable[[], None]) -> None:
        self._count = count
        self._ended = ended
        self._send: Callable[[bytes | memoryview], None] | None = None
        self.done = False
        self.transport: asyncio.Transport | None = None
        self.other: Side | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin silent: nothing may arrive before the other end is joined."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.pause_reading()

    def meet(self, other: "Side") -> None:
        """Learn what the other end is."""
        self.other, transport = other, other.transport
        if isinstance(transport, Line):
            self._send = transport.write
            if isinstance(self.transport, Line):
                self.transport.feed(transport, self._count)
        elif transport:
            # Other transports may keep what they are given, and ours is used again.
            self._send = lambda data: transport.write(bytes(data))

    def take(self, data: memoryview) -> None:
        """Pass bytes on."""
        self._count(len(data))
        if self._send:
            self._send(data)

    def data_received(self, data: bytes) -> None:
        """Pass bytes on that came by another kind of transport."""
        self.take(memoryview(data))

    def eof_received(self) -> bool:
        """Close the other end's writing half; the connection stays until both halves are closed."""
        self.done = True
        if not self.other or self.other.done or not self.other.transport:
            return False
        self.other.transport.write_eof()
        return True

    def pause_writing(self) -> None:
        """Stop reading at the other end while this one cannot take more."""
        if self.other and self.other.transport:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        """Read at the other end again."""
        if self.other and self.other.transport and not self.other.transport.is_closing():
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the other side the way this one ended: a reset is passed on as a reset."""
        other, self.other, self._send, self.transport = self.other, None, None, None
        if other and other.transport:
            if exc is None:
                other.transport.close()
            else:
                other.transport.abort()
        self._ended()


def join(
    client: asyncio.Transport,
    origin: asyncio.Transport,
    lease: Lease,
    early: bytes,
    leave: Callable[[], None],
) -> None:
    """Let bytes flow both ways, the client's early ones first."""

    def ended() -> None:
        lease.end()
        leave()

    near, far = Side(lease.add_up, ended), cast("Side", origin.get_protocol())
    # It reads nothing since its first words are known.
    near.transport = client
    near.meet(far)
    far.meet(near)
    client.set_protocol(near)
    lease.add_up(len(early))
    origin.write(early)
    origin.resume_reading()
    client.resume_reading()


def far_side(lease: Lease) -> Side:
    """Make the origin's end of a relay."""
    return Side(lease.add_down, lease.end)

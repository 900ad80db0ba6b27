"""One TCP connection as a transport of asyncio: protocols and streams do not notice whose it is."""

import asyncio
import errno
import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from proxy.lines import GONE, READ, READING, WRITING, Lines, Pipe

HIGH = 64 * 1024
"""More than this waiting to be written, and the other side is asked to pause."""
MUCH = 512 * 1024
"""From here on a pipe is worth it: the bytes then pass from socket to socket inside the kernel."""
EPOLLERR = 0x008
UNWATCHED = -1
RESET = struct.pack("ii", 1, 0)

type Answered = Callable[[Exception | None], None]


class Line(asyncio.Transport):
    """One TCP connection."""

    __slots__ = (
        "_answered",
        "_at_end",
        "_begun",
        "_closing",
        "_count",
        "_ended",
        "_from",
        "_held",
        "_here",
        "_is_full",
        "_lines",
        "_mask",
        "_moved",
        "_out",
        "_pipe",
        "_protocol",
        "_reads",
        "_sends_end",
        "_sink",
        "_socket",
        "_take",
        "events",
        "number",
    )

    def __init__(self, lines: Lines, made: socket.SocketType, peer: Any = None) -> None:
        self.events = 0
        self._lines = lines
        self._socket = made
        self.number = made.fileno()
        self._from = peer
        self._here: Any = None
        self._answered: Answered | None = None
        self._protocol: Any = None
        self._take: Callable[[memoryview], None] | None = None
        self._out: bytearray | None = None
        self._pipe: Pipe | None = None
        self._sink: Line | None = None
        self._count: Callable[[int], None] | None = None
        self._moved = 0
        self._mask = UNWATCHED
        self._reads = True
        self._held = False
        self._begun = self._at_end = self._is_full = False
        self._closing = self._ended = self._sends_end = False

    def await_answer(self, answered: Answered) -> None:
        """Say who is told when the line stands, or why it does not."""
        self._answered, self._mask = answered, WRITING
        self._lines.watch(self.number, self, WRITING)

    def begin(self, protocol: asyncio.BaseProtocol) -> None:
        """Introduce the protocol and start reading, unless it asks not to."""
        self.set_protocol(protocol)
        protocol.connection_made(self)
        self._begun = True
        self._listen()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Give what is read to another protocol from now on."""
        self._protocol = protocol
        self._take = getattr(protocol, "take", None)

    def feed(self, sink: "Line", count: Callable[[int], None]) -> None:
        """Say where all that is read goes, so that much of it needs no copying; it is counted."""
        self._sink, self._count = sink, count

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Return the protocol."""
        return cast("asyncio.BaseProtocol", self._protocol)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Tell about the socket."""
        if name == "socket":
            return self._socket
        try:
            if name == "peername":
                if self._from is None:
                    self._from = self._socket.getpeername()
                return self._from
            if name == "sockname":
                if self._here is None:
                    self._here = self._socket.getsockname()
                return self._here
        except OSError:
            return default
        return default

    @property
    def stands(self) -> bool:
        """Tell whether a protocol was introduced."""
        return self._begun

    def is_closing(self) -> bool:
        """Tell whether it is closed or about to be."""
        return self._closing

    def is_reading(self) -> bool:
        """Tell whether it wants to read."""
        return self._reads and not self._closing

    def pause_reading(self) -> None:
        """Read no more for now: what arrives stays with its sender."""
        # The kernel hears of it with the next that comes, see `happen`.
        self._reads = False

    def resume_reading(self) -> None:
        """Read again."""
        self._reads = True
        self._listen()

    def hold(self) -> None:
        """Receive nothing more for now, whatever else is asked of it."""
        self._held = True

    def release(self) -> None:
        """Receive again, unless it is to pause."""
        self._held = False
        self._listen()

    def get_write_buffer_size(self) -> int:
        """Tell how much waits to be written."""
        return (len(self._out) if self._out else 0) + (self._pipe.held if self._pipe else 0)

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """Tell when protocols are asked to pause."""
        return (0, HIGH)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Do nothing: all lines have the same limits."""

    def can_write_eof(self) -> bool:
        """Tell that TCP can close one half."""
        return True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send what can be sent now; keep a copy of the rest."""
        if self._out is not None:
            self._out += data
        elif self._pipe is not None and self._pipe.held:
            self._out = bytearray(data)
        elif not self._closing and not self._sends_end:
            try:
                sent = self._socket.send(data)
            except (BlockingIOError, InterruptedError):
                sent = 0
            except OSError as problem:
                self._end(problem)
                return
            if sent == len(data):
                return
            self._out = bytearray(data[sent:])
            self._listen()
        if self._out is not None and len(self._out) > HIGH:
            self._be_full()

    def write_eof(self) -> None:
        """Close our half once everything was sent."""
        self._sends_end = True
        if not self._waits and not self._ended:
            try:
                self._socket.shutdown(socket.SHUT_WR)
            except OSError:
                return

    def close(self) -> None:
        """End once everything was sent."""
        if self._closing:
            return
        self._closing = True
        if self._waits:
            self._listen()
        else:
            self._end(None)

    def abort(self) -> None:
        """End at once, with a reset: nobody shall take what was cut for whole."""
        if not self._ended:
            with suppress(OSError):
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self._end(None)

    def happen(self) -> None:
        """Handle what the kernel told."""
        events = self.events
        if self._answered is not None:
            self._stand(events)
            return
        if events & WRITING and self._waits:
            self._flush()
            if self._ended:
                return
        # Spelled out: this is asked for whatever comes on any line.
        may_read = self._reads and not (self._held or self._closing or self._at_end)
        if events & READING and may_read:
            self._read()
        elif events & GONE:
            self._broken(events)
        else:
            self._match()

    def _stand(self, events: int) -> None:
        """Tell that the line stands, or end it."""
        if events & GONE:
            problem = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            self._end(OSError(problem or errno.ECONNREFUSED, os.strerror(problem)))
            return
        answered, self._answered = self._answered, None
        if answered:
            answered(None)

    @property
    def _may_read(self) -> bool:
        return self._reads and not (self._held or self._closing or self._at_end)

    @property
    def _waits(self) -> bool:
        """Tell whether something is still to be sent."""
        return self._out is not None or (self._pipe is not None and self._pipe.held > 0)

    def _read(self) -> None:
        try:
            size = self._move() if self._moved > MUCH else self._copy()
        except (BlockingIOError, InterruptedError):
            return
        except OSError as problem:
            self._end(problem)
            return
        self._moved += size
        if not size:
            self._at_end = True
            if self._protocol.eof_received():
                self._match()
            else:
                self.close()

    def _copy(self) -> int:
        """Read once and hand it to the protocol."""
        size = self._socket.recv_into(self._lines.buffer)
        if size and self._take is not None:
            self._take(self._lines.view[:size])
        elif size:
            self._protocol.data_received(bytes(self._lines.view[:size]))
        return size

    def _move(self) -> int:
        """Let the kernel pass on what is there, where there is a line that takes it."""
        pipe = self._sink.inlet() if self._sink else None
        if pipe is None or self._sink is None:
            return self._copy()
        pipe.held = os.splice(self.number, pipe.entry, READ, flags=os.SPLICE_F_NONBLOCK)
        if pipe.held:
            size = pipe.held
            if self._count:
                self._count(size)
            self._sink.push(pipe)
            return size
        return 0

    def inlet(self) -> Pipe | None:
        """Give the pipe that leads to this line, unless something else waits to be sent."""
        if self._waits or self._closing or self._sends_end:
            return None
        if self._pipe is None:
            # Without one, bytes are copied.
            with suppress(OSError):
                self._pipe = self._lines.pipe()
        return self._pipe

    def push(self, pipe: Pipe) -> None:
        """Send what the pipe holds, as far as the socket takes it."""
        try:
            while pipe.held:
                pipe.held -= os.splice(
                    pipe.exit, self.number, pipe.held, flags=os.SPLICE_F_NONBLOCK
                )
        except (BlockingIOError, InterruptedError):
            self._listen()
            self._be_full()
        except OSError as problem:
            self._end(problem)

    def _be_full(self) -> None:
        if not self._is_full:
            self._is_full = True
            self._protocol.pause_writing()

    def _flush(self) -> None:
        """Send what waits; what the pipe holds came first."""
        if self._pipe is not None and self._pipe.held:
            self.push(self._pipe)
        if self._out is not None and not (self._pipe is not None and self._pipe.held):
            self._send_out(self._out)
        if self._waits or self._ended:
            return
        if self._closing:
            self._end(None)
            return
        if self._sends_end:
            self.write_eof()
        self._match()
        if self._is_full:
            self._is_full = False
            self._protocol.resume_writing()

    def _send_out(self, out: bytearray) -> None:
        try:
            sent = self._socket.send(out)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as problem:
            self._end(problem)
            return
        if sent == len(out):
            self._out = None
        else:
            del out[:sent]

    def _broken(self, events: int) -> None:
        """End a line that was reset, or closed from both ends, while nobody was reading it."""
        problem = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if problem or events & EPOLLERR:
            self._end(OSError(problem or errno.ECONNRESET, "the connection was reset"))
        else:
            # What it sent before may still be read; until then there is nothing to wait for.
            self._lines.forget(self.number)
            self._mask = UNWATCHED

    def _wanted(self) -> int:
        return (READING if self._may_read else 0) | (WRITING if self._waits else 0)

    def _listen(self) -> None:
        """Tell the kernel what else we wait for; what no longer is `_match`ed when it comes."""
        if self._ended or not self._begun:
            return
        wanted = self._wanted()
        if self._mask == UNWATCHED:
            self._mask = wanted
            self._lines.watch(self.number, self, wanted)
        elif wanted & ~self._mask:
            self._mask = wanted
            self._lines.change(self.number, wanted)

    def _match(self) -> None:
        """Tell the kernel exactly what we wait for."""
        wanted = self._wanted() if self._begun else 0
        if wanted != self._mask and not self._ended and self._mask != UNWATCHED:
            self._mask = wanted
            self._lines.change(self.number, wanted)

    def _end(self, problem: Exception | None) -> None:
        if self._ended:
            return
        self._ended = self._closing = True
        self._out = None
        if self._pipe is not None:
            self._lines.take_back(self._pipe)
            self._pipe = None
        self._lines.bury(self, problem)

    def gone(self, problem: Exception | None) -> None:
        """Say goodbye, and hold nothing that holds this: the collector shall have no work."""
        protocol, answered = self._protocol, self._answered
        self._protocol = self._answered = self._take = self._sink = self._count = None
        try:
            if answered:
                answered(problem or ConnectionAbortedError(errno.ECONNABORTED, "given up"))
            if protocol:
                protocol.connection_lost(problem)
        finally:
            self._socket.close()

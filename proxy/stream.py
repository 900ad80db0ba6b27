"""A tunnel's stream as a transport, so that our front can serve it like any other."""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

import asyncio
from contextlib import suppress
from typing import Any, cast

from mitmproxy_rs import Stream

READ = 65536
HIGH_WATER = 256 * 1024


class StreamTransport(asyncio.Transport):
    """Reads and writes one stream of the tunnel library with backpressure both ways."""

    def __init__(self, stream: Stream, protocol: asyncio.Protocol, facts: dict[str, Any]) -> None:
        super().__init__(facts)
        self._stream = stream
        self._protocol = protocol
        self._may_read = asyncio.Event()
        self._may_read.set()
        self._unsent = asyncio.Event()
        self._waiting = 0
        self._is_full = False
        self._ends = False
        self._closing = False
        self._lost = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Serve the stream until it is closed from either side."""
        self._protocol.connection_made(self)
        async with asyncio.TaskGroup() as group:
            for work in (self._read_on(), self._write_on()):
                task = group.create_task(self._quietly(work))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _quietly(self, work: Any) -> None:
        fault: Exception | None = None
        try:
            await work
        except asyncio.CancelledError:
            if not self._lost:
                self._lose(None)
                raise
        except OSError as problem:
            fault = problem
        if fault is not None:
            self._lose(fault)

    async def _read_on(self) -> None:
        while not self._lost:
            await self._may_read.wait()
            data = await self._stream.read(READ)
            await self._may_read.wait()
            if self._lost:
                return
            if data:
                self._protocol.data_received(data)
                continue
            if not self._protocol.eof_received():
                self.close()
            return

    async def _write_on(self) -> None:
        while not self._lost:
            await self._unsent.wait()
            self._unsent.clear()
            sent, self._waiting = self._waiting, 0
            if sent:
                await self._stream.drain()
            if self._is_full and self._waiting < HIGH_WATER:
                self._is_full = False
                self._protocol.resume_writing()
            if self._closing and not self._waiting:
                self._lose(None)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Take bytes; ask for no more while too many wait."""
        if self._closing or self._ends or not data:
            return
        with suppress(OSError):
            self._stream.write(bytes(data))
        self._waiting += len(data)
        self._unsent.set()
        if self._waiting >= HIGH_WATER and not self._is_full:
            self._is_full = True
            self._protocol.pause_writing()

    def write_eof(self) -> None:
        """Say that no more will be written."""
        if not self._ends:
            self._ends = True
            with suppress(OSError):
                self._stream.write_eof()

    def can_write_eof(self) -> bool:
        """Say that either half can be closed alone."""
        return True

    def pause_reading(self) -> None:
        """Give no more to the protocol for a while."""
        self._may_read.clear()

    def resume_reading(self) -> None:
        """Give again."""
        self._may_read.set()

    def is_reading(self) -> bool:
        """Tell whether the protocol is given what comes."""
        return self._may_read.is_set()

    def is_closing(self) -> bool:
        """Tell whether this is closed or about to be."""
        return self._closing

    def close(self) -> None:
        """Close once everything taken was sent."""
        self._closing = True
        self._unsent.set()

    def abort(self) -> None:
        """Close at once."""
        self._closing = True
        asyncio.get_running_loop().call_soon(self._lose, None)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Give what comes to another protocol."""
        self._protocol = cast("asyncio.Protocol", protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Return who is given what comes."""
        return self._protocol

    def get_write_buffer_size(self) -> int:
        """Return how much is not sent yet."""
        return self._waiting

    def _lose(self, fault: Exception | None) -> None:
        if self._lost:
            return
        self._lost = self._closing = True
        with suppress(OSError):
            self._stream.close()
        self._protocol.connection_lost(fault)
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()

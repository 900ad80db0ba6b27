"""Takes questions for names over UDP and TCP and hands them to the resolver."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import cast

from dnslib import RCODE, DNSRecord

from proxy import records
from proxy.door import Door
from proxy.original import bind, only_its_own_family
from proxy.resolver import Asker, Resolver

MOST_AT_ONCE = 2000
LONGEST_SILENCE = 10.0
LENGTH = 2
DOMAIN = 53
HEADER = 12
WAITING = 128
MOST_REMEMBERED = 2000

type Address = tuple[str, int]
type Spawn = Callable[[Coroutine[object, object, None], Callable[[], None]], None]
type WhoIs = Callable[[str], Asker]


class NameDesk:
    """The gateway's listeners for questions."""

    def __init__(self, door: Door, resolver: Resolver, spawn: Spawn, who_is: WhoIs) -> None:
        self._door = door
        self._resolver = resolver
        self._spawn = spawn
        self._who_is = who_is
        self._datagrams: list[asyncio.DatagramTransport] = []
        self._servers: list[asyncio.Server] = []
        self.waiting = 0

    async def open(self, hosts: tuple[str, ...], port: int) -> None:
        """Listen on UDP and TCP. Raises OSError."""
        loop = asyncio.get_running_loop()
        for host in hosts:
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self), sock=_bind_datagrams(host, port)
            )
            self._datagrams.append(transport)
            stream = bind(host, port, WAITING)
            self._servers.append(await asyncio.start_server(self._stream, sock=stream))

    def close(self) -> None:
        """Stop listening."""
        for transport in self._datagrams:
            transport.close()
        for server in self._servers:
            server.close()
        self._datagrams.clear()
        self._servers.clear()

    def take(self, transport: asyncio.DatagramTransport, wire: bytes, sender: Address) -> None:
        """Answer a datagram, unless too many are waiting."""
        if self.waiting < MOST_AT_ONCE and len(wire) >= HEADER:
            self.waiting += 1
            self._spawn(
                self._answer(transport, wire, sender),
                lambda: transport.sendto(_failure(wire), sender),
            )

    async def _answer(
        self, transport: asyncio.DatagramTransport, wire: bytes, sender: Address
    ) -> None:
        try:
            answered = await self._resolver.answer(wire, self._who_is(sender[0]))
        finally:
            self.waiting -= 1
        if answered and not transport.is_closing():
            question, reply = answered
            transport.sendto(records.fit(reply, question), sender)

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = _plain(writer.get_extra_info("peername")[0])
        place = (address, self._door.settings.gateway.dns_port)
        if not self._door.enter(place):
            writer.transport.abort()
            return
        try:
            await self._door.guard.contained(
                self._converse(reader, writer, address), writer.transport.abort
            )
        finally:
            self._door.leave(place)
            writer.close()

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str
    ) -> None:
        while True:
            try:
                async with asyncio.timeout(LONGEST_SILENCE):
                    size = int.from_bytes(await reader.readexactly(LENGTH))
                    wire = await reader.readexactly(size)
            except (asyncio.IncompleteReadError, TimeoutError, ConnectionError):
                return
            answered = await self._resolver.answer(wire, self._who_is(address))
            if answered is None:
                return
            told = answered[1].pack()
            writer.write(len(told).to_bytes(LENGTH) + told)
            await writer.drain()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, desk: NameDesk) -> None:
        self._desk = desk
        self._transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._desk.take(self._transport, data, addr)


class Nearby:
    """Finds the address of ours that a client reaches us at."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def to(self, client: str) -> str:
        """Return our address on the way to a client; nothing is sent to find out."""
        if client not in self._known:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            family = socket.AF_INET6 if ":" in client else socket.AF_INET
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((client, 9))
                self._known[client] = _plain(probe.getsockname()[0])
        return self._known[client]


def _bind_datagrams(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    try:
        only_its_own_family(made)
        made.setblocking(False)
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


def _failure(wire: bytes) -> bytes:
    """Answer that we failed, to a question that may not even be readable."""
    reply = DNSRecord()
    reply.header.id = int.from_bytes(wire[:2])
    reply.header.qr, reply.header.rcode = 1, RCODE.SERVFAIL
    packed: bytes = reply.pack()
    return packed


def _plain(address: str) -> str:
    return address.partition("%")[0]

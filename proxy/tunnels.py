"""WireGuard without the kernel: one listener and one key for each device, so a peer is a device.

The library behind it does not bind addresses to peers, so each device gets a server of its own,
at the UDP port of the same number as its TCP port.
"""

# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

import asyncio
import logging
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from dnslib import DNSRecord
from mitmproxy_rs import Stream, wireguard

from proxy import records
from proxy.door import Door
from proxy.front import HandOver
from proxy.kin import Kin
from proxy.name_desk import DOMAIN, Spawn
from proxy.original import Destination
from proxy.resolver import Asker, Resolver
from proxy.stream import StreamTransport
from proxy.transparent import Threshold
from proxy.who import Caller, ensure_key
from rules.family import DeviceIdentity
from rules.tunnels import GATEWAYS, KEY_FILE, door_key

log = logging.getLogger(__name__)

LONGEST_QUESTION = 4096


@dataclass(frozen=True, slots=True)
class Wanted:
    """A tunnel as it should be: another key is another tunnel."""

    device_id: UUID
    port: int
    key: str


class Tunnels:
    """Opens and closes tunnels as devices come and go."""

    def __init__(
        self, door: Door, hand_over: HandOver, spawn: Spawn, resolver: Resolver, kin: Kin
    ) -> None:
        self._door = door
        self._hand_over = hand_over
        self._spawn = spawn
        self._resolver = resolver
        self._kin = kin
        self._running: dict[Wanted, wireguard.WireGuardServer] = {}
        self.trouble = ""

    async def match(self) -> None:
        """Listen for exactly the devices that have a tunnel."""
        devices = self._door.current.standing.index.by_id.values()
        wanted = {Wanted(it.id, it.port, it.tunnel_key): it for it in devices if it.tunnel_key}
        if self._door.settings.tunnels != "userspace":
            wanted = {}
        for gone in self._running.keys() - wanted.keys():
            await self._end(self._running.pop(gone))
        trouble = ""
        for new in wanted.keys() - self._running.keys():
            try:
                self._running[new] = await self._open(wanted[new])
            except (OSError, ValueError, RuntimeError) as problem:
                trouble = f"tunnel {new.port} cannot be opened: {problem}"
        if trouble and trouble != self.trouble:
            log.error("%s", trouble)
        self.trouble = trouble

    async def close(self) -> None:
        """End every tunnel; their ports are free afterwards."""
        running, self._running = list(self._running.values()), {}
        await asyncio.gather(*(self._end(server) for server in running))

    async def _end(self, server: wireguard.WireGuardServer) -> None:
        server.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await server.wait_closed()

    async def _open(self, device: DeviceIdentity) -> wireguard.WireGuardServer:
        secret = await asyncio.to_thread(ensure_key, self._door.data, KEY_FILE)
        return await wireguard.start_wireguard_server(
            self._door.settings.host,
            device.port,
            b64encode(door_key(secret, device.id)).decode(),
            [device.tunnel_key],
            self._serving(self._take_stream, device),
            self._serving(self._take_datagrams, device),
        )

    def _serving(
        self, take: Callable[[Stream, DeviceIdentity], Awaitable[None]], device: DeviceIdentity
    ) -> Callable[[Stream], Awaitable[None]]:
        async def serve(stream: Stream) -> None:
            # A fault in one connection must stay in it, and close it.
            await self._door.guard.contained(take(stream, device), stream.close)

        return serve

    async def _take_stream(self, stream: Stream, device: DeviceIdentity) -> None:
        there = stream.get_extra_info("peername")
        wanted: Destination = stream.get_extra_info("sockname")
        here = GATEWAYS[1] if ":" in there[0] else GATEWAYS[0]
        ours = (here, device.port)
        entrance = Threshold(
            self._door,
            self._hand_over,
            self._spawn,
            who_is=lambda address: Caller(address, device.id),
            where_to=lambda _: None if wanted[0] in GATEWAYS else wanted,
            kin=self._kin,
        )
        transport = StreamTransport(stream, entrance, {"peername": there, "sockname": ours})
        await transport.run()

    async def _take_datagrams(self, stream: Stream, device: DeviceIdentity) -> None:
        """Answer questions for names; nothing else leaves the tunnel by UDP."""
        there = stream.get_extra_info("peername")
        if stream.get_extra_info("sockname")[1] == DOMAIN:
            here = GATEWAYS[1] if ":" in there[0] else GATEWAYS[0]
            asker = Asker(there[0], device.id, here)
            while question := await stream.read(LONGEST_QUESTION):
                self._door.sight(device.id, there[0])
                answered: tuple[DNSRecord, DNSRecord] | None
                answered = await self._resolver.answer(question, asker)
                if answered:
                    stream.write(records.fit(answered[1], answered[0]))
                    await stream.drain()
        stream.close()

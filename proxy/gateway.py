"""The door as gateway: its listeners for connections led here and for questions for names."""

import asyncio
import logging
import socket

from proxy.datagrams import Datagrams
from proxy.door import Door
from proxy.front import HandOver
from proxy.kin import Kin
from proxy.knocks import Knocks
from proxy.listeners import Listening
from proxy.name_desk import NameDesk, Nearby, Spawn
from proxy.neighbours import Neighbours
from proxy.original import Destination, bind, redirected
from proxy.resolver import Asker, Resolver
from proxy.transparent import Threshold
from proxy.upstream import Upstream, servers_of_this_machine
from proxy.who import Caller

log = logging.getLogger(__name__)

WAITING = 1024


class Gateway:
    """Listens for devices that do not know that they go through a door."""

    def __init__(self, door: Door, hand_over: HandOver, spawn: Spawn) -> None:
        self._door = door
        self._settings = door.settings.gateway
        self._hand_over = hand_over
        self._spawn = spawn
        self._neighbours = Neighbours()
        self._nearby = Nearby()
        self.kin = Kin()
        servers = self._settings.resolvers or servers_of_this_machine()
        self.resolver = Resolver(door, Upstream(servers), self.kin)
        self._desk = NameDesk(door, self.resolver, spawn, self.asker)
        self._datagrams = Datagrams(
            door, self.kin, Knocks(self._settings.port), self.who_is, self._nearby_addresses
        )
        self._servers: list[Listening | asyncio.Server] = []
        self.trouble = ""
        door.current.changed.append(self._policy_moved)

    async def match(self) -> None:
        """Listen, if this door is to be a gateway; a port that is taken is tried again."""
        if self._settings.mode == "off" or self._servers:
            return
        trouble = ""
        try:
            for host in self._settings.hosts:
                await self._listen(host)
            await self._desk.open(self._settings.hosts, self._settings.dns_port)
        except OSError as problem:
            self.close()
            trouble = str(problem)
        if trouble and trouble != self.trouble:
            log.error("%s", trouble)
        self.trouble = trouble

    def close(self) -> None:
        """Stop listening; connections stay."""
        for server in self._servers:
            server.close()
        self._servers.clear()
        self._desk.close()
        self._datagrams.close()

    def tick(self) -> None:
        """Once a second: say whose datagrams are forwarded."""
        if self._servers and self._settings.mode != "dns":
            self._datagrams.tick()

    def who_is(self, address: str) -> Caller:
        """Recognise a device by its address or its network card."""
        return self._door.doorman.at(
            self._door.current.standing.index,
            address,
            lambda: self._neighbours.card_of(address, asyncio.get_running_loop().time()),
        )

    def asker(self, address: str) -> Asker:
        """Recognise who asks for a name."""
        plain = address.partition("%")[0]
        caller = self._meet(plain)
        self._door.sight(caller.device_id, plain)
        return Asker(plain, caller.device_id, self._nearby.to(address))

    def _meet(self, address: str) -> Caller:
        """Recognise a device that wants something; what it sends besides goes on from now."""
        self._datagrams.meet(address)
        return self.who_is(address)

    def _policy_moved(self) -> None:
        if self._servers and self._settings.mode != "dns":
            self._door.guard.careful(self._datagrams.changed, _nothing)

    def _nearby_addresses(self) -> list[str]:
        return self._neighbours.addresses(asyncio.get_running_loop().time())

    async def _listen(self, host: str) -> None:
        foreign = self._settings.mode == "tproxy"
        try:
            bound = bind(host, self._settings.port, WAITING, foreign=foreign)
        except OSError as problem:
            message = f"gateway port {self._settings.port} cannot be opened: {problem.strerror}"
            raise OSError(message) from problem
        if self._door.lines:
            self._servers.append(Listening(self._door.lines, bound, self._receive))
        else:
            loop = asyncio.get_running_loop()
            self._servers.append(await loop.create_server(self._receive, sock=bound))

    def _receive(self) -> Threshold:
        return Threshold(
            self._door,
            self._hand_over,
            self._spawn,
            who_is=self._meet,
            where_to=self._where_to,
            kin=self.kin,
        )

    def _where_to(self, transport: asyncio.Transport) -> Destination | None:
        host, port = transport.get_extra_info("sockname")[:2]
        ours = (host.partition("%")[0], port)
        if self._settings.mode == "tproxy":
            return None if port == self._settings.port else ours
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        wanted = redirected(transport.get_extra_info("socket").fileno(), family)
        return None if wanted is None or wanted[0] == ours[0] else wanted


def _nothing() -> None:
    """Say nothing: what the kernel is not told again, it stops forwarding."""

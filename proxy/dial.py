"""Connects to where a visit goes: our own resolver, guarded addresses, IPv6 and IPv4 raced."""

import asyncio
import socket
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from itertools import chain, zip_longest
from typing import NamedTuple, Protocol

from proxy.addresses import Network, is_address, may_reach, within
from proxy.resolved import LookUp, NoName, Resolved

CONNECT_SECONDS = 5.0
HEAD_START = 0.25
"""How long the first address may try alone (RFC 8305 recommends 250 ms)."""
MOST_ADDRESSES = 8

type Pair[P: asyncio.BaseProtocol] = tuple[asyncio.Transport, P]


class Place(NamedTuple):
    """Where a host is."""

    address: str
    port: int
    is_fixed: bool = False
    """The operator or this machine says so."""


class Unreachable(OSError):  # noqa: N818 it is an answer, not a fault of ours
    """Nothing answered there in time."""


class Nowhere(Unreachable):
    """There is no such name."""


class Forbidden(Unreachable):
    """The name leads to an address that devices may not reach."""


class Connect(Protocol):
    """Connects a protocol to an address. Raises OSError."""

    async def __call__[P: asyncio.BaseProtocol](
        self, factory: Callable[[], P], address: str, port: int, /
    ) -> Pair[P]:
        """Connect."""
        ...


async def loop_connect[P: asyncio.BaseProtocol](
    factory: Callable[[], P], address: str, port: int, /
) -> Pair[P]:
    """Connect by the event loop's own means."""
    return await asyncio.get_running_loop().create_connection(factory, address, port)


async def system_lookup(host: str, port: int) -> list[str]:
    """Ask the system's resolver for every address of a host."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Dialer:
    """Opens connections for devices."""

    def __init__(
        self,
        fixed: Mapping[str, str],
        private: Callable[[], Iterable[Network]],
        look_up: LookUp = system_lookup,
        connect: Connect = loop_connect,
    ) -> None:
        self._connect = connect
        # The map that joins maps looks things up slowly, and each connection asks.
        self._fixed = fixed.maps if isinstance(fixed, ChainMap) else [fixed]
        self._private = private
        self._resolved = Resolved(look_up)

    async def open[P: asyncio.BaseProtocol](
        self, factory: Callable[[], P], host: str, port: int
    ) -> Pair[P]:
        """Connect to a host. Raises Forbidden for an address of ours, Unreachable otherwise."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await self._open(factory, host, port)
        except TimeoutError as late:
            raise Unreachable(f"no answer within {CONNECT_SECONDS:.0f} seconds") from late

    def known(self, host: str, port: int) -> Place | None:
        """Return where a host is, where that needs no asking. Raises Forbidden."""
        answer = self._fixed_answer(host, port)
        if answer is not None:
            return Place(*answer, is_fixed=True)
        addresses, best = ((host,), host) if is_address(host) else self._resolved.lately(host)
        if not best:
            return None
        self._check(addresses)
        return Place(best, port)

    def forget(self, host: str) -> None:
        """Ask again next time where a host is: it did not answer there."""
        self._resolved.forget(host)

    def leads_here(self, transport: asyncio.Transport) -> bool:
        """Tell whether a connection reached this machine under one of its public addresses."""
        return _is_ourselves(transport, self._private())

    def _check(self, addresses: Iterable[str]) -> None:
        """Raise Forbidden unless a device may go to each of these."""
        networks = tuple(self._private())
        if not all(may_reach(address, networks) for address in addresses):
            # One private address among public ones is how rebinding begins.
            raise Forbidden("the name leads to a private address")

    async def _open[P: asyncio.BaseProtocol](
        self, factory: Callable[[], P], host: str, port: int
    ) -> Pair[P]:
        answer = self._fixed_answer(host, port)
        if answer is not None:
            return await self._try(factory, *answer)
        addresses = [host] if is_address(host) else await self._resolve(host, port)
        self._check(addresses)
        order = _interleaved(addresses, self._resolved.best(host))
        try:
            pair = await self._race(factory, order, port)
        except Unreachable:
            self._resolved.forget(host)
            raise
        self._resolved.answered(host, pair[0].get_extra_info("peername")[0])
        if _is_ourselves(pair[0], self._private()):
            pair[0].abort()
            raise Forbidden("the name leads to this machine")
        return pair

    async def _try[P: asyncio.BaseProtocol](
        self, factory: Callable[[], P], address: str, port: int
    ) -> Pair[P]:
        try:
            return await self._connect(factory, address, port)
        except OSError as problem:
            raise Unreachable(str(problem)) from problem

    async def _race[P: asyncio.BaseProtocol](
        self, factory: Callable[[], P], addresses: list[str], port: int
    ) -> Pair[P]:
        """Start one address after the other until one answers; the rest is given up."""
        if len(addresses) == 1:
            return await self._try(factory, addresses[0], port)
        async with asyncio.TaskGroup() as group:
            running: set[asyncio.Task[Pair[P] | None]] = set()
            try:
                for address in addresses:
                    running.add(group.create_task(self._attempt(factory, address, port)))
                    if won := await _first(running, HEAD_START):
                        return won
                while running:
                    if won := await _first(running, None):
                        return won
            finally:
                for task in running:
                    task.cancel()
                    task.add_done_callback(_discard)
        raise Unreachable("none of its addresses answers")

    async def _attempt[P: asyncio.BaseProtocol](
        self, factory: Callable[[], P], address: str, port: int
    ) -> Pair[P] | None:
        with suppress(Unreachable):
            return await self._try(factory, address, port)
        return None

    async def _resolve(self, host: str, port: int) -> list[str]:
        try:
            return await self._resolved.addresses(host, port)
        except NoName as problem:
            raise Nowhere(str(problem)) from problem
        except OSError as problem:
            raise Unreachable(str(problem)) from problem

    def _fixed_answer(self, host: str, port: int) -> tuple[str, int] | None:
        """Look into the fixed answers; a literal is never answered by `*`."""
        if not any(self._fixed):
            return None
        keys = [f"{host}:{port}", host]
        if not is_address(host):
            keys += [f"*:{port}", "*"]
        for key in keys:
            for answers in self._fixed:
                if key in answers:
                    return split_address(answers[key], port)
        return None


@lru_cache(maxsize=256)
def split_address(text: str, port: int) -> tuple[str, int]:
    """Split address[:port]; IPv6 with a port is written in brackets."""
    if text.startswith("["):
        address, _, digits = text[1:].partition("]")
        return address, int(digits[1:] or port)
    if text.count(":") == 1:
        address, _, digits = text.partition(":")
        return address, int(digits)
    return text, port


def _interleaved(addresses: list[str], best: str = "") -> list[str]:
    """Alternate the families, IPv6 first, so that a dead one costs only its head start.

    What answered a moment ago goes before all: a page with forty connections waits once.
    """
    six = [address for address in addresses if ":" in address]
    four = [address for address in addresses if ":" not in address]
    pairs = chain.from_iterable(zip_longest(six, four))
    order = [address for address in pairs if address]
    return sorted(order, key=lambda address: address != best)[:MOST_ADDRESSES]


async def _first[P: asyncio.BaseProtocol](
    running: set[asyncio.Task[Pair[P] | None]], seconds: float | None
) -> Pair[P] | None:
    """Wait until one attempt ended; return its connection if it made one."""
    done, _ = await asyncio.wait(running, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        if pair := task.result():
            # Others that finished in the same moment stay in `running` and are discarded there.
            running.discard(task)
            return pair
        running.discard(task)
    return None


def _discard[P: asyncio.BaseProtocol](task: asyncio.Task[Pair[P] | None]) -> None:
    if not task.cancelled() and (pair := task.result()):
        pair[0].abort()


def _is_ourselves(transport: asyncio.Transport, networks: Iterable[Network]) -> bool:
    """Tell whether a connection reached this machine under one of its public addresses."""
    here, there = transport.get_extra_info("sockname")[0], transport.get_extra_info("peername")[0]
    return here == there and not within(there, networks)

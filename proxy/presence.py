"""Which known devices are on this network, and which of them come through us.

Only where the kernel knows: devices of this network, by the card that answers at the address from
which they last came (or the card that an adult gave). Outside nothing is known, and nothing said.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from uuid import UUID

from proxy.current import Current
from proxy.neighbours import Table, read_table
from rules.clock import Clock
from rules.family import DeviceIdentity
from rules.radar import SLOT, Look, slot_of
from rules.tunnels import tunnel_addresses

DISCARD = 9
"""The port at which a datagram is thrown away; what counts is that the kernel asks who is there."""
ANSWER_SECONDS = 9.0
"""The kernel waits five seconds and asks three times."""
HALF = timedelta(minutes=2, seconds=30)
MOST_WAITING = 50_000
MOST_ADDRESSES = 20
"""By which one device comes within five minutes; a forged crowd must not fill the memory."""

type Key = tuple[UUID, datetime]


def probe(addresses: Iterable[str]) -> None:
    """Send an empty datagram to each address, so that the kernel finds out who answers there."""
    for address in addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as knocking:
            knocking.setblocking(False)
            knocking.sendto(b"", (address, DISCARD))


class Presence:
    """Looks every five minutes who is here."""

    def __init__(
        self,
        current: Current,
        running: Callable[[], Collection[UUID | None]],
        clock: Clock,
        *,
        probes: bool = True,
        read: Callable[[], Table] = lambda: read_table(answering=True),
        knock: Callable[[Iterable[str]], None] = probe,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._current = current
        self._running = running
        self._clock = clock
        self._probes = probes
        self._read, self._knock, self._wait = read, knock, wait
        self._came: dict[UUID, set[str]] = {}
        self._last: dict[UUID, tuple[str, str]] = {}
        """Where a device last came from, and the card that answered there."""
        self._new: dict[Key, Look] = {}
        self._is_whole = False
        """Whether we were there all the time since the last look."""

    def came(self, device_id: UUID, address: str) -> None:
        """Note that a device came through us."""
        known = self._came.setdefault(device_id, set())
        if len(known) < MOST_ADDRESSES:
            known.add(address)

    def seconds_to_look(self) -> float:
        """Return how long it is to the next look: all doors look at the same time."""
        length = SLOT.total_seconds()
        return length - self._clock().timestamp() % length

    async def look(self) -> None:
        """Note who is here and who came through us since the last look."""
        now = self._clock()
        came, self._came = self._came, {}
        is_whole, self._is_whole = self._is_whole, True
        through = {*came, *self._running()}
        devices = [each for each in self._devices() if self._is_recorded(each, now)]
        self._remember_last(devices, came)
        if self._probes:
            self._knock({self._last[each.id][0] for each in devices if each.id in self._last})
            await self._wait(ANSWER_SECONDS)
        table = self._read()
        if not is_whole:
            return
        moment = now - HALF
        for device in devices:
            if self._is_here(device, table) or self._is_local(device, came.get(device.id, ())):
                self._note(device.id, moment, here=True, through=device.id in through)
        self._note_borrowed(came, table, moment, now)

    def take_new(self) -> list[Look]:
        """Give away what was noted and not kept yet."""
        found, self._new = list(self._new.values()), {}
        return found

    def give_back(self, found: Iterable[Look]) -> None:
        """Take back what could not be kept."""
        for look in found:
            self._merge(look)

    def _devices(self) -> tuple[DeviceIdentity, ...]:
        household = self._current.standing.household
        return household.devices if household else ()

    def _is_recorded(self, device: DeviceIdentity, now: datetime) -> bool:
        return bool(device.child_ids) and self._current.standing.is_recorded(device.id, now)

    def _remember_last(self, devices: Iterable[DeviceIdentity], came: dict[UUID, set[str]]) -> None:
        """Keep where devices came from, but no address that several share: that is a router."""
        shared = Counter(address for known in came.values() for address in known)
        table: Table | None = None
        for device in devices:
            for address in sorted(came.get(device.id, ())):
                if shared[address] > 1 or not is_local(device, address):
                    continue
                table = self._read() if table is None else table
                if card := table.get(address, ""):
                    self._last[device.id] = address, card

    def _is_here(self, device: DeviceIdentity, table: Table) -> bool:
        if device.card and device.card in table.values():
            return True
        address, card = self._last.get(device.id, ("", ""))
        return bool(card) and table.get(address) == card

    def _is_local(self, device: DeviceIdentity, addresses: Iterable[str]) -> bool:
        """Tell whether a device that came did so from an address where we also know its card."""
        return device.id in self._last and self._last[device.id][0] in addresses

    def _note_borrowed(
        self, came: dict[UUID, set[str]], table: Table, moment: datetime, now: datetime
    ) -> None:
        """Note whose device came by the way in of somebody else's."""
        index = self._current.standing.index
        for device_id, addresses in came.items():
            for address in addresses:
                behind = index.by_address.get(address) or index.by_card.get(table.get(address, ""))
                known = index.by_id.get(device_id)
                if behind is None or known is None or not self._is_recorded(behind, now):
                    continue
                if not {*behind.child_ids} & {*known.child_ids}:
                    self._note(behind.id, moment, here=True, through=True, borrowed=True)

    def _note(
        self, device_id: UUID, at: datetime, *, here: bool, through: bool, borrowed: bool = False
    ) -> None:
        hour, bit = slot_of(at)
        self._merge(Look(device_id, hour, bit * here, bit * through, bit * borrowed))

    def _merge(self, look: Look) -> None:
        if len(self._new) >= MOST_WAITING:
            return
        key = look.device_id, look.hour
        known = self._new.get(key)
        self._new[key] = (
            look
            if known is None
            else replace(
                look,
                here=look.here | known.here,
                through=look.through | known.through,
                borrowed=look.borrowed | known.borrowed,
            )
        )


def is_local(device: DeviceIdentity, address: str) -> bool:
    """Tell whether an address is one of the home network, and not of the device's own tunnel."""
    try:
        plain = ip_address(address)
    except ValueError:
        return False
    special = plain.is_loopback or plain.is_link_local or plain.is_unspecified
    tunnelled = device.tunnel_key and address in tunnel_addresses(device.port)
    return plain.is_private and not special and not tunnelled

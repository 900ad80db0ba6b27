"""Whose datagrams the gateway forwards: games and calls that no connection of ours carries.

Nobody reads them, so a device as a whole is free or not, by the rule for sites we do not know.
Where a device was told a host's address, that host's own verdict counts for the address.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from proxy.door import Door
from proxy.judge import Asked
from proxy.kin import Kin
from proxy.knocks import FREE, NOT_FREE, STOPPED, WELCOME, Knocks
from proxy.who import Caller

ANYWHERE = "anywhere.invalid"
"""Stands for a host that nobody knows."""
HTTPS = 443
REMEMBERED = 6 * 3600
"""A flow may go on for so long after its host's address was asked for."""
MOST_TOLD = 200
AT_ONCE = 2000
"""So many hosts are judged in one second; further devices wait for the next."""
MOST_SEEN = 4000
LINK_LOCAL = "fe80:"
"""Addresses of one cable; nothing is forwarded for them."""

type Who = UUID | str


@dataclass(slots=True)
class Home:
    """A device with the addresses it has now, and which of them are free."""

    who: Who
    device_id: UUID | None
    addresses: dict[str, bool] = field(default_factory=dict)


class Datagrams:
    """Keeps the kernel's rules up to date."""

    def __init__(
        self,
        door: Door,
        kin: Kin,
        knocks: Knocks,
        who_is: Callable[[str], Caller],
        nearby: Callable[[], Iterable[str]],
    ) -> None:
        self._door = door
        self._kin = kin
        self._knocks = knocks
        self._who_is = who_is
        self._nearby = nearby
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._waiting: list[Who] = []
        self._held: dict[str, dict[str, int]] = {}

    def meet(self, address: str) -> None:
        """See an address; a new one need not wait for the next second."""
        if address in self._seen:
            return
        self._seen[address] = None
        if len(self._seen) > MOST_SEEN:
            self._seen.popitem(last=False)
        if self._knocks.are_heard():
            self._tell(address, self._who_is(address).device_id)

    def tick(self) -> None:
        """Say of every device whether it is free, and of some what holds for their hosts."""
        if not self._knocks.are_heard():
            return
        homes: dict[Who, Home] = {}
        for address in self._addresses():
            device_id = self._who_is(address).device_id
            who = device_id or address
            home = homes.setdefault(who, Home(who, device_id))
            home.addresses[address] = self._tell(address, device_id)
        self._tell_hosts(homes)

    def changed(self) -> None:
        """Say at once what another policy means."""
        self._waiting.clear()
        self.tick()

    def close(self) -> None:
        """Say nothing more; in a moment nothing is forwarded."""
        self._knocks.close()

    def _addresses(self) -> Iterator[str]:
        known = self._door.current.standing.index.by_address
        for address in dict.fromkeys((*self._nearby(), *known, *self._seen)):
            if not address.startswith(LINK_LOCAL):
                yield address

    def _tell(self, address: str, device_id: UUID | None) -> bool:
        free = not self._is_blocked(device_id, ANYWHERE, address)
        self._knocks.knock(FREE if free else NOT_FREE, address)
        return free

    def _tell_hosts(self, homes: dict[Who, Home]) -> None:
        here = {address for home in homes.values() for address in home.addresses}
        # What is not said again, the kernel forgets.
        self._held = {address: held for address, held in self._held.items() if address in here}
        self._waiting = self._waiting or list(homes)
        left = AT_ONCE
        while self._waiting and left > 0:
            home = homes.get(self._waiting.pop())
            left -= self._tell_hosts_of(home) if home else 0

    def _tell_hosts_of(self, home: Home) -> int:
        since = self._door.clock().timestamp() - REMEMBERED
        told = self._kin.lately(home.who, since, MOST_TOLD)
        for address, free in home.addresses.items():
            wanted = self._wanted(home.device_id, address, told, free=free)
            held = self._held.get(address, {})
            for far, word in held.items():
                if wanted.get(far) != word:
                    self._knocks.knock(word + 1, address, far)
            for far, word in wanted.items():
                self._knocks.knock(word, address, far)
            self._held[address] = wanted
        return len(told) * len(home.addresses)

    def _wanted(
        self, device_id: UUID | None, address: str, told: list[tuple[str, str]], *, free: bool
    ) -> dict[str, int]:
        """Return what is to be said of addresses elsewhere; of two hosts the stricter counts."""
        wanted: dict[str, int] = {}
        for far, host in told:
            if (":" in far) is not (":" in address):
                continue
            if self._is_blocked(device_id, host, address):
                wanted[far] = STOPPED
            elif not free:
                wanted.setdefault(far, WELCOME)
        return wanted

    def _is_blocked(self, device_id: UUID | None, host: str, address: str) -> bool:
        now, companions = self._door.clock(), self._door.companions
        networks = self._door.current.standing.networks_of(address)

        def along(name: str) -> str:
            # What an allowed page needs is a host with a name; anywhere would be everything.
            return "" if name == ANYWHERE else companions.needed_by(device_id, name, now)

        asked = Asked(HTTPS, networks=networks, along=along)
        return self._door.judge.visit(device_id, host, asked).verdict.blocks

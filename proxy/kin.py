"""Which names a device knows by the same address: a browser may send them over one connection.

Browsers put two hosts on one HTTP/2 connection when both names lead to the same address and one
certificate covers both. A relayed connection is not read, so who may share it must be known.
"""

from collections import OrderedDict
from collections.abc import Iterable
from itertools import islice
from uuid import UUID

MOST_CLIENTS = 2000
MOST_NAMES = 4000

type Who = UUID | str
"""A device, or the address of one we do not know."""
type Names = OrderedDict[tuple[str, str], float]


class Kin:
    """Remembers what each device was told, and how long it may believe it."""

    def __init__(self) -> None:
        self._told: OrderedDict[Who, Names] = OrderedDict()

    def tell(self, who: Who, host: str, addresses: Iterable[str], until: float) -> None:
        """Note that a device was told addresses of a host."""
        names = self._told.setdefault(who, OrderedDict())
        for address in addresses:
            names[address, host] = until
            names.move_to_end((address, host))
        while len(names) > MOST_NAMES:
            names.popitem(last=False)
        self._told.move_to_end(who)
        if len(self._told) > MOST_CLIENTS:
            self._told.popitem(last=False)

    def of(self, who: Who, address: str, since: float) -> dict[str, float]:
        """Return the hosts a device could reach at an address since a moment, and until when."""
        names: Names = self._told.get(who, OrderedDict())
        return {
            host: until
            for (there, host), until in names.items()
            if there == address and until >= since
        }

    def lately(self, who: Who, since: float, most: int) -> list[tuple[str, str]]:
        """Return the addresses a device was told and their hosts, the latest first."""
        names: Names = self._told.get(who, OrderedDict())
        known = (pair for pair, until in reversed(names.items()) if until >= since)
        return list(islice(known, most))

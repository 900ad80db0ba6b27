"""Which bars a child has closed, whichever door of the machine it told: they stay closed."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from uuid import UUID

from proxy.news import News

MOST = 2000


class Closed:
    """Notices that a device need not show again."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self.news = News()

    def __len__(self) -> int:
        return len(self._known)

    def close(self, device_id: UUID | None, key: str) -> None:
        """Remember that a notice was closed at a device, and let the other doors know."""
        if (str(device_id), key) not in self._known:
            self._take_in(str(device_id), key)
            self.news.add((str(device_id), key))

    def holds(self, device_id: UUID | None, key: str) -> bool:
        """Tell whether a notice was closed at a device."""
        return (str(device_id), key) in self._known

    def hear(self, lines: Iterable[Sequence[object]]) -> None:
        """Take in what another door said. Raises ValueError for what makes no sense."""
        for device_id, key in lines:
            self._take_in(str(device_id), str(key))

    def _take_in(self, device_id: str, key: str) -> None:
        self._known[device_id, key] = None
        if len(self._known) > MOST:
            self._known.popitem(last=False)

"""Search engines that cannot be made safe from outside, found by host."""

from collections.abc import Iterable

from feeds.starter import Unsafe
from rules.hosts import parents


class Unsafes:
    """Immutable; `names` by id."""

    def __init__(self, entries: Iterable[Unsafe]) -> None:
        self._below: dict[str, str] = {}
        self._alone: dict[str, str] = {}
        self.names: dict[str, str] = {}
        for entry in entries:
            self.names[entry.id.partition(":")[2]] = entry.name
            self._below.update(dict.fromkeys(entry.hosts.below, entry.id))
            self._alone.update(dict.fromkeys(entry.hosts.alone, entry.id))

    def of(self, host: str) -> str:
        """Return what a host belongs to (`engine:coccoc`), empty for nothing."""
        alone = self._alone.get(host.removeprefix("www."))
        if alone:
            return alone
        return next((self._below[name] for name in parents(host) if name in self._below), "")

"""Remembers which allowed sites devices are on, and which hosts came along with each."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from rules.companions import KNOWN_WITHIN, MOST_OF_A_SITE, Page, needed_by

MOST_DEVICES = 1000
MOST_PAGES = 8
MOST_SITES = 2000


class Companions:
    """What came along with which site; sites nobody uses are forgotten first."""

    def __init__(self) -> None:
        self._pages: OrderedDict[UUID, dict[str, Page]] = OrderedDict()
        self._learned: OrderedDict[str, dict[str, None]] = OrderedDict()

    def went_to(self, device_id: UUID | None, site: str, now: datetime) -> None:
        """Note that a device opened something of an allowed site."""
        if device_id is None:
            return
        pages = self._pages.setdefault(device_id, {})
        pages[site] = Page(site, now)
        if len(pages) > MOST_PAGES:
            oldest = min(pages.values(), key=lambda page: page.at)
            del pages[oldest.site]
        self._pages.move_to_end(device_id)
        if len(self._pages) > MOST_DEVICES:
            self._pages.popitem(last=False)

    def needed_by(self, device_id: UUID | None, host: str, now: datetime) -> str:
        """Return the site a device is on that needs a host, and remember it with the site."""
        pages = self._pages.get(device_id) if device_id else None
        if not pages:
            return ""
        site = needed_by(host, pages.values(), self._learned, now)
        if site:
            self.learn(site, host)
        return site

    def along(self, device_id: UUID | None, now: datetime) -> Callable[[str], str]:
        """Return what tells of a host which site needs it that a device is on now."""
        return lambda host: self.needed_by(device_id, host, now)

    def is_part(self, device_id: UUID | None, page_host: str, now: datetime) -> str:
        """Return the site that brought a host along which now asks for more: a style sheet."""
        for page in (self._pages.get(device_id) or {}).values() if device_id else ():
            if now - page.at <= KNOWN_WITHIN and page_host in self._learned.get(page.site, ()):
                return page.site
        return ""

    def learn(self, site: str, host: str) -> None:
        """Remember that a site needs a host."""
        hosts = self._learned.setdefault(site, {})
        if len(hosts) < MOST_OF_A_SITE:
            hosts[host] = None
        self._learned.move_to_end(site)
        if len(self._learned) > MOST_SITES:
            self._learned.popitem(last=False)

"""What a granted page itself loads: from other paths of its closed host, and from other hosts."""

from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from proxy.current import Current
from proxy.judge import Asked, Judge
from rules.book import GrantEntry
from rules.companions import NEW_WITHIN, Request, is_part
from rules.pages import covers
from rules.verdict import Reason, Verdict

HTTPS = 443
ELSEWHERE = "/-"
"""A path that is no page, to ask what holds on a host besides its granted pages."""
BRINGING = frozenset({"style", "script", "worker", "iframe", "frame", "embed", "object"})
"""Parts that load parts of their own: a style sheet its fonts."""
MOST_DEVICES = 1000
MOST_BROUGHT = 500

type Brought = OrderedDict[str, str]
"""Addresses that came along, and the scope of the page they came with."""


class Parts:
    """Tells by a request's own headers of which granted page it is a part."""

    def __init__(self, current: Current, judge: Judge) -> None:
        self._current = current
        self._judge = judge
        self._opened: OrderedDict[UUID, tuple[str, datetime]] = OrderedDict()
        self._brought: OrderedDict[UUID, Brought] = OrderedDict()

    def has_pages(self, device_id: UUID | None) -> bool:
        """Tell whether some page is granted on a device; hardly ever one is."""
        standing = self._current.standing
        return any(standing.rulebooks[child].pages for child in standing.children_of(device_id))

    def page_of(self, device_id: UUID | None, made: Request, asked: Asked, now: datetime) -> str:
        """Return the scope of the granted page that makes a request; empty where none does."""
        if device_id is None or not self.has_pages(device_id) or not is_part(made):
            return ""
        granted = list(self._granted(device_id, now))
        if not made.page:
            # Pages may ask browsers not to say who they are: then the moment must tell.
            scope, at = self._opened.get(device_id, ("", now))
            is_new = now - at <= NEW_WITHIN
            return scope if is_new and scope in [entry.scope for entry in granted] else ""
        for entry in granted:
            if entry.host == made.page and self._makes(device_id, entry, made, asked):
                return entry.scope
        # A style sheet brings its fonts; a frame does not bring other pages.
        if made.mode == "navigate":
            return ""
        brought = self._brought.get(device_id)
        return brought.get(made.page + made.path, "") if brought else ""

    def note(
        self, device_id: UUID | None, verdict: Verdict, made: Request, address: str, now: datetime
    ) -> None:
        """Remember a granted page that is opened, and a part of it that loads more."""
        if device_id is None or verdict.reason is not Reason.GRANT:
            return
        if not is_part(made):
            _keep(self._opened, device_id, (verdict.rule, now))
        elif made.dest in BRINGING:
            brought = self._brought.get(device_id) or OrderedDict()
            _keep(self._brought, device_id, brought)
            # Other sites are told the host of a style sheet, but not its path.
            for known in (address, f"{address.partition('/')[0]}/"):
                brought[known] = verdict.rule
                if len(brought) > MOST_BROUGHT:
                    brought.popitem(last=False)

    def _makes(
        self, device_id: UUID | None, entry: GrantEntry, made: Request, asked: Asked
    ) -> bool:
        """Tell whether the granted page makes a request that names it, or only its host."""
        if covers(entry.path, made.path):
            return True
        # Where all else of the host is closed, only the granted page can be what is open there.
        elsewhere = Asked(HTTPS, path=ELSEWHERE, networks=asked.networks)
        closed = self._judge.visit(device_id, entry.host, elsewhere).verdict.blocks
        # A frame within the page tells its own path; other pages are not its to bring.
        return closed and (made.mode != "navigate" or made.path == "/")

    def _granted(self, device_id: UUID | None, now: datetime) -> Iterator[GrantEntry]:
        standing, at = self._current.standing, now.timestamp()
        for child in standing.children_of(device_id):
            for layer in standing.rulebooks[child].layers:
                yield from (entry for entry in layer.pages if entry.runs(at))


def _keep[Value](kept: OrderedDict[UUID, Value], device_id: UUID, value: Value) -> None:
    """Keep what is newest; devices nobody uses are forgotten first."""
    kept[device_id] = value
    kept.move_to_end(device_id)
    if len(kept) > MOST_DEVICES:
        kept.popitem(last=False)

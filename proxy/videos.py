"""YouTube in place: its opened pages, and what they ask for, go on without what the rules take out.

A video that may not play becomes a page that loads itself again; the request that follows finds
why and gets our own page. Where the site was changed so that it cannot be read any more, the policy
says whether it goes on as it is or is stopped, and an adult is told once.
"""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from mitmproxy import http

from feeds.videos.edited import Edited, edited_answer, edited_page
from feeds.videos.known import is_read
from feeds.videos.whose import Played
from proxy.asked import PAGES, media_type, path_of
from proxy.door import Door
from proxy.edits import HTML, JSON, Rewritten
from proxy.edits import Edit as Change
from proxy.heard import WATCH, Watch
from proxy.judge import Judged
from proxy.leases import Lease
from proxy.scored import AGAIN
from rules.alerts import Level, Place
from rules.editing import AS_IT_IS, Edit, editing, together
from rules.verdict import Verdict
from rules.videos import address_of, at_path, is_edited
from rules.visit import Visit

log = logging.getLogger(__name__)

MOST = 16 * 1024 * 1024
"""Bytes of one page; the longest are a tenth of it."""
MOST_REMEMBERED = 2000
KEPT = timedelta(hours=1)
UNREAD_KEPT = timedelta(minutes=1)
"""How long a page that could not be read is not asked for again."""
ENOUGH = 3
"""Pages of a kind, one after the other, that must be odd before the site has changed."""
NOTHING = b"{}"
WATCHING = ("/api/stats/",)
"""What a player reports while it plays; where it plays stands in the header."""
SWIPE = "/youtubei/v1/reel/reel_item_watch"

type Key = tuple[UUID | None, str]
type Work = Callable[[bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a page showed that may not be seen, to be judged anew; or that it was unreadable."""

    number: str
    channels: frozenset[str]
    at: datetime
    unread: bool = False


class Videos:
    """Takes out of YouTube's pages, for one door, what the rules of each child take out."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._stopped: OrderedDict[Key, Stopped] = OrderedDict()
        self._odd: dict[str, int] = {}
        self._told: set[str] = set()

    def again(self, device_id: UUID | None, judged: Judged, request: http.Request) -> Judged:
        """Judge a request again by what its very page showed a moment ago."""
        last = self._stopped.get((device_id, request.path)) if self._stopped else None
        if last is None or judged.verdict.blocks or not is_edited(judged.host):
            return judged
        edit = self._edit(device_id, judged)
        age = self._door.clock() - last.at
        verdict: Verdict | None = None
        if last.unread and age < UNREAD_KEPT:
            verdict = edit.unread
        elif not last.unread and age < KEPT:
            verdict = edit.stops(last.number, last.channels)
        if verdict is None:
            del self._stopped[device_id, request.path]
            return judged
        return replace(judged, verdict=verdict)

    def asked_as(self, device_id: UUID | None, request: http.Request) -> str:
        """Return the address by which a child asks for what was stopped; else an empty one."""
        last = self._stopped.get((device_id, request.path))
        if last is None or last.unread:
            return ""
        return address_of(last.number, min(last.channels, default=""))

    def used(self, judged: Judged, request: http.Request) -> Judged:
        """Say what a request uses, for its minutes: Shorts, where their player reports."""
        path = path_of(request)
        if not path.startswith(WATCHING) or not is_edited(judged.host):
            return judged
        page = request.headers.get("Referer", "").partition("//")[2].partition("/")[2]
        known = at_path(judged.host, judged.known, f"/{page.partition('?')[0]}")
        return replace(judged, known=known)

    def awaits(self, flow: http.HTTPFlow, lease: Lease) -> bool:
        """Ask for pages and their data whole, and packed in a way that we can read."""
        request = flow.request
        if not is_edited(lease.judged.host) or not (_may_be_page(request) or _is_read(request)):
            return False
        if self._edit(lease.device_id, lease.judged) == AS_IT_IS:
            return False
        request.headers["Accept-Encoding"] = "gzip"
        request.headers.pop("Range", None)
        return True

    def edits(self, flow: http.HTTPFlow, lease: Lease) -> list[Change]:
        """Return what is done to a page, or to an answer that a page reads."""
        made = self._change(flow, lease) if is_edited(lease.judged.host) else None
        return [made] if made else []

    def _change(self, flow: http.HTTPFlow, lease: Lease) -> Change | None:
        response = flow.response
        assert response is not None  # noqa: S101 asked for once its headers are here
        edit = self._edit(lease.device_id, lease.judged)
        if edit == AS_IT_IS:
            return None
        kind = media_type(response)
        watch: Watch | None = flow.metadata.get(WATCH)
        if kind in HTML:
            # Here the page is read whole: who would read its title while it streams by need not.
            flow.metadata.pop(WATCH, None)
            instead = AGAIN if edit.is_closed else None
            return _whole(lambda body: self._page(flow, lease, edit, body, watch), kind, instead)
        if not _is_read(flow.request):
            return None
        if kind in JSON:
            flow.metadata.pop(WATCH, None)
            instead = NOTHING if edit.is_closed else None
            return _whole(lambda body: self._answer(flow, lease, edit, body, watch), kind, instead)
        # What apps are sent cannot be read by anybody but them.
        return _whole(lambda _: b"", kind, b"") if edit.is_closed else None

    def _edit(self, device_id: UUID | None, judged: Judged) -> Edit:
        door, now = self._door, self._door.clock()
        books = door.current.standing.rulebooks
        children = door.current.standing.children_of(device_id)
        wanted = [child for child in children if books[child].edits]
        if not wanted:
            return AS_IT_IS
        visit = Visit(judged.host, judged.known)
        return together(
            editing(books[child], visit, now, door.meter.spent(child, now)) for child in wanted
        )

    def _page(
        self, flow: http.HTTPFlow, lease: Lease, edit: Edit, body: bytes, watch: Watch | None
    ) -> bytes | None:
        path = path_of(flow.request)

        def work() -> bytes | None:
            # Bytes that are no letters come back as they were.
            page = body.decode("utf-8", "surrogateescape")
            told = edited_page(page, path, edit)
            self._learn(_kind_of(path), told, lease)
            if told.stopped or (told.missing and edit.is_closed):
                self._remember(flow, lease, told)
                return AGAIN
            self._saw(watch, told.played)
            return None if told.text is None else told.text.encode("utf-8", "surrogateescape")

        def unread() -> bytes:
            self._remember(flow, lease, Edited())
            return AGAIN

        return self._careful(work, unread, edit)

    def _answer(
        self, flow: http.HTTPFlow, lease: Lease, edit: Edit, body: bytes, watch: Watch | None
    ) -> bytes | None:
        path = path_of(flow.request)

        def say(verdict: Verdict) -> tuple[str, str]:
            return self._door.pages.in_player(lease.device_id, verdict)

        def work() -> bytes | None:
            told = edited_answer(body.decode("utf-8", "surrogateescape"), path, edit, say)
            self._learn(path, told, lease)
            if told.missing and edit.is_closed and not told.stopped:
                return NOTHING
            if not told.stopped:
                self._saw(watch, told.played)
            return None if told.text is None else told.text.encode("utf-8", "surrogateescape")

        return self._careful(work, lambda: NOTHING, edit)

    def _careful(
        self, work: Callable[[], bytes | None], unread: Callable[[], bytes], edit: Edit
    ) -> bytes | None:
        """Run a step; where it breaks, the policy says what becomes of what it should have read."""
        try:
            return work()
        except Exception:
            if not edit.is_closed:
                raise
            log.warning("a page of YouTube could not be read and was stopped", exc_info=True)
            return unread()

    def _remember(self, flow: http.HTTPFlow, lease: Lease, told: Edited) -> None:
        if len(self._stopped) >= MOST_REMEMBERED:
            self._stopped.popitem(last=False)
        unread, now = told.stopped is None, self._door.clock()
        stopped = Stopped(told.number, told.channels, now, unread)
        self._stopped[lease.device_id, flow.request.path] = stopped

    def _saw(self, watch: Watch | None, played: list[Played]) -> None:
        """Note the video that was opened, under the name and the channel its data gives it."""
        if watch is None:
            return
        mine = [each for each in played if each.number == watch.video.video]
        found = mine[0] if mine else Played()
        video = replace(watch.video, title=found.title or watch.video.title)
        self._door.ears.watched(watch.who, video, found.author)

    def _learn(self, kind: str, told: Edited, lease: Lease) -> None:
        """Count what was odd; when it is no accident any more, tell an adult, once."""
        if not told.missing:
            self._odd.pop(kind, None)
            if kind in self._told:
                self._told.discard(kind)
                self._door.readings.last_trouble = ""
            return
        self._odd[kind] = self._odd.get(kind, 0) + 1
        if self._odd[kind] < ENOUGH or kind in self._told:
            return
        self._told.add(kind)
        log.warning("YouTube has changed: %s lacks %s", kind, ", ".join(told.missing))
        self._door.readings.last_trouble = f"YouTube has changed: {kind} lacks {told.missing[0]}"
        if lease.device_id:
            self._door.pen.alarm(
                lease.device_id,
                self._door.clock(),
                category="changed",
                level=Level.NOTICE,
                place=Place.PAGE,
                host=lease.judged.host,
                words="",
                of_child=False,
            )


def _whole(work: Work, kind: str, instead: bytes | None) -> Rewritten:
    """Give all of a body to a function; what is kept of it by nobody, as rules change."""
    return Rewritten(work, MOST, (kind,), instead=instead, passes=True)


def is_swipe(request: http.Request) -> bool:
    """Tell whether a page of Shorts goes on to the next one: that is a step of the child's own."""
    return path_of(request) == SWIPE


def _is_read(request: http.Request) -> bool:
    return is_read(path_of(request))


def _may_be_page(request: http.Request) -> bool:
    """Tell whether this may be a page: browsers say so, and what says nothing might be one."""
    dest = request.headers.get("Sec-Fetch-Dest", PAGES[0])
    return request.method == "GET" and dest in (*PAGES, "empty")


def _kind_of(path: str) -> str:
    """Name the kind of a page, not the page: nobody's visits stand in a log."""
    first = path.strip("/").partition("/")[0]
    return "/@…" if first.startswith("@") else f"/{first}"

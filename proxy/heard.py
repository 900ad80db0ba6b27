"""Where words are heard in what goes through an opened site: addresses, bodies, messages, titles.

Nothing waits for it: bodies stream as ever, and only the beginning of a few of them is read along.
"""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from mitmproxy import http

from feeds.words.playing import playing
from feeds.words.searches import Searched, Watched, is_chat, named, searched, watched
from feeds.words.typed import fields, of_json, said
from proxy.asked import navigates, path_of
from proxy.door import Door
from proxy.ears import Speaker
from proxy.front import Passage
from proxy.judge import Judged
from proxy.note import page_of
from proxy.reply import Reply
from proxy.tap import Tap
from proxy.unpack import PACKING, unpacked
from rules.policy import Privacy

WATCH = "haidang.watch"
"""The video that a request opens, until its page told its name."""
HEARD = "haidang.heard"
MOST_TYPED = 64 * 1024
MOST_PAGE = 1024 * 1024
"""Of a page; the data about its video stands in its first third."""
PLAYER = "/youtubei/v1/player"
"""What YouTube's own page asks for when the next video opens without a new page."""
READABLE = ("json", "x-www-form-urlencoded", "text/plain")

type Count = Callable[[int], None]
type Stream = Callable[[bytes], bytes]


@dataclass(slots=True)
class Watch:
    """A video being opened; told once, with its title or without."""

    who: Speaker
    video: Watched
    page: bytes = b""
    told: bool = False


class Heard:
    """Hears for a door, where the family wants it and the site is one where words are typed."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def help_for(self, flow: http.HTTPFlow, passage: Passage, judged: Judged) -> Reply | None:
        """Hear the page that a request opens; return help where the words call for it."""
        request, who = flow.request, self._speaker(flow, passage, judged)
        viewer = who or self._viewer(flow, passage, judged)
        if viewer is None or request.method != "GET" or not navigates(request):
            return None
        if video := watched(request.url):
            self._begin_watch(flow, viewer, video)
        found = searched(request.url) if who else None
        if who is None or found is None:
            return None
        flow.metadata[HEARD] = True
        if is_chat(judged.host):
            alert = self._door.ears.typed(who, found.words)
        else:
            alert = self._door.ears.searched(who, found)
        if alert is None or not self._door.ears.wants_help(who, alert):
            return None
        return self._door.pages.help(passage.device_id, alert, request.url, self._door.clock())

    def is_told(self, flow: http.HTTPFlow) -> bool:
        """Tell whether a page is noted as a search or a video, and so not as a page as well."""
        return HEARD in flow.metadata or WATCH in flow.metadata

    def taking(
        self, flow: http.HTTPFlow, passage: Passage, judged: Judged, count: Count
    ) -> Stream | None:
        """Read along what a page sends off, if words may stand in it."""
        request, who = flow.request, self._speaker(flow, passage, judged)
        if who is None and path_of(request) == PLAYER:
            who = self._viewer(flow, passage, judged)
        kind = request.headers.get("Content-Type", "").lower()
        if who is None or request.method != "POST" or not any(part in kind for part in READABLE):
            return None
        if path_of(request) == PLAYER and self._keeps_pages(passage):
            request.headers["Accept-Encoding"] = "gzip"
        return Tap(count, lambda body: self._sent(flow, who, body, kind), MOST_TYPED, whole=True)

    def giving(self, flow: http.HTTPFlow, count: Count) -> Stream | None:
        """Read along the page of a video, for its title."""
        watch: Watch | None = flow.metadata.get(WATCH)
        if watch is None or flow.response is None:
            return None
        encoding = flow.response.headers.get("Content-Encoding", "").strip().lower()

        def done(body: bytes) -> None:
            with suppress(ValueError, *PACKING):
                watch.page = unpacked(body, encoding, MOST_PAGE)
            self.end(flow)

        return Tap(count, self._careful(flow, done), MOST_PAGE)

    def message(
        self, flow: http.HTTPFlow, passage: Passage, judged: Judged, content: bytes
    ) -> None:
        """Hear what is sent into a chat over a WebSocket."""
        who = self._speaker(flow, passage, judged)
        if who and is_chat(judged.host) and len(content) <= MOST_TYPED:
            self._door.ears.typed(who, said(content))

    def end(self, flow: http.HTTPFlow) -> None:
        """Note a video whose page ended, also where it never told its title."""
        watch: Watch | None = flow.metadata.get(WATCH)
        if watch is None or watch.told:
            return
        watch.told = True
        found = playing(watch.page, watch.video.video)
        video = named(watch.video, found.title)
        self._door.ears.watched(watch.who, video, found.channel)

    def _speaker(self, flow: http.HTTPFlow, passage: Passage, judged: Judged) -> Speaker | None:
        device_id = passage.device_id
        if device_id is None or not judged.verdict.hear:
            return None
        if not self._door.current.standing.hears(device_id):
            return None
        return self._at(flow, device_id, judged)

    def _viewer(self, flow: http.HTTPFlow, passage: Passage, judged: Judged) -> Speaker | None:
        """Return who watches where pages are opened anyway and written down; nothing is heard."""
        device_id = passage.device_id
        if device_id is None or not (judged.verdict.edits and self._keeps_pages(passage)):
            return None
        return self._at(flow, device_id, judged)

    def _at(self, flow: http.HTTPFlow, device_id: UUID, judged: Judged) -> Speaker:
        request = flow.request
        page = page_of(request.scheme, request.host, request.path)
        return Speaker(device_id, judged, page, opened=bool(flow.client_conn.tls))

    def _begin_watch(self, flow: http.HTTPFlow, who: Speaker, video: Watched) -> None:
        if (
            self._door.current.standing.privacy_of(who.device_id, self._door.clock())
            is not Privacy.PAGES
        ):
            return
        flow.metadata[WATCH] = Watch(who, video)
        # Of the ways to pack a page this is the one that can be read as it streams by.
        flow.request.headers["Accept-Encoding"] = "gzip"

    def _sent(self, flow: http.HTTPFlow, who: Speaker, body: bytes, kind: str) -> None:
        """Hear what a page sent off, once all of it has gone by."""
        self._careful(flow, lambda whole: self._hear_sent(flow, who, whole, kind))(body)

    def _hear_sent(self, flow: http.HTTPFlow, who: Speaker, body: bytes, kind: str) -> None:
        request = flow.request
        if is_chat(who.judged.host):
            self._door.ears.typed(who, said(body, kind))
        elif path_of(request) == PLAYER:
            self._play(flow, who, of_json(body, "videoId"))
        elif found := _searched_by(request, body, kind):
            self._door.ears.searched(who, found)

    def _play(self, flow: http.HTTPFlow, who: Speaker, number: str) -> None:
        """Take a video for watched only when the child is on its page: others are previews."""
        page = flow.request.headers.get("Referer", "")
        video = watched(page)
        if video is None or video.video != number or not self._same_site(page, flow):
            return
        self._begin_watch(flow, _at(who, page), video)

    def _same_site(self, page: str, flow: http.HTTPFlow) -> bool:
        return urlsplit(page).hostname == flow.request.host

    def _keeps_pages(self, passage: Passage) -> bool:
        return (
            self._door.current.standing.privacy_of(passage.device_id, self._door.clock())
            is Privacy.PAGES
        )

    def _careful(
        self, flow: http.HTTPFlow, work: Callable[[bytes], None]
    ) -> Callable[[bytes], None]:
        """Guard what runs while a body streams: there the library would catch nothing."""
        return lambda body: self._door.guard.careful(lambda: work(body), flow.kill)


def _searched_by(request: http.Request, body: bytes, kind: str) -> Searched | None:
    """Read a body as if its fields stood in the address; what is asked while typing is none."""
    if not navigates(request) and "json" not in kind:
        return None
    address = page_of(request.scheme, request.host, request.path)
    return searched(f"{address}?{fields(body, kind)}")


def _at(who: Speaker, page: str) -> Speaker:
    parts = urlsplit(page)
    there = page_of(parts.scheme, parts.netloc, parts.path)
    return Speaker(who.device_id, who.judged, there, who.opened)

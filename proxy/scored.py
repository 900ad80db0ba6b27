"""Reads pages of sites that no list knows, while they stream by, and stops what is not allowed.

A page's first part is held back until its words and its building told what it is about. What is to
be stopped becomes a page that loads itself again; the request that follows finds the answer and
gets our own page. Trouble with reading is no reason to stop or break anything: the page goes on
unread, and the trouble is counted and shown.
"""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

import logging
from collections.abc import Callable, Iterable
from time import monotonic
from uuid import UUID

from mitmproxy import http
from mitmproxy.net import encoding

from feeds.words.scan import MOST_BYTES
from feeds.words.shape import read
from proxy.asked import PAGES, navigates
from proxy.door import Door
from proxy.judge import Asked, Judged
from proxy.leases import Lease
from proxy.unpack import READABLE, as_utf8, unpacked
from rules.policy import Privacy
from rules.visit import Known

log = logging.getLogger(__name__)

HTML = ("text/html", "application/xhtml+xml")
MOST_PACKED = 32 * 1024
"""Of a packed page: about 150 kB when unpacked."""
PATIENCE = 0.5
"""Seconds from its first part on after which a slow page is judged by what is there."""
AGAIN = (
    b'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0">'
    b"<title>H\xe1\xba\xa3i \xc4\x90\xc4\x83ng</title>"
)

type Stop = Callable[[Judged], None]


class Scored:
    """Reads for a door."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def again(self, device_id: UUID | None, judged: Judged, path: str, asked: Asked) -> Judged:
        """Judge a request again by what its very page told a moment ago."""
        known = self._door.readings.page(judged.host, path) if judged.verdict.reads else None
        if known is None:
            return judged
        return self._door.judge.known_as(device_id, judged.host, known, asked)

    def giving(self, flow: http.HTTPFlow, lease: Lease, stop: Stop) -> "Reader | None":
        """Hold the beginning of a page back and read it, if that is wanted and possible."""
        try:
            return self._reader(flow, lease, stop)
        except Exception:  # noqa: BLE001 whatever it was, the page goes on unread
            self._trouble()
            return None

    def _reader(self, flow: http.HTTPFlow, lease: Lease, stop: Stop) -> "Reader | None":
        response = flow.response
        if response is None or not lease.judged.verdict.reads or not _is_page(flow, response):
            return None
        packed = response.headers.get("Content-Encoding", "").strip().lower()
        if packed not in READABLE:
            return None
        kind = response.headers.get("Content-Type", "")

        def judge(body: bytes) -> bytes | None:
            html = as_utf8(unpacked(body, packed, MOST_BYTES), kind)
            found = self._judge(flow, lease, html)
            if found is None:
                return None
            stop(found)
            return bytes(encoding.encode(AGAIN, packed or "identity"))

        # It may become another page, and one that a browser kept would pass us by.
        if response.headers.pop("Content-Length", None) is not None:
            response.headers["Transfer-Encoding"] = "chunked"
        response.headers["Cache-Control"] = "no-cache"
        most = MOST_PACKED if packed else MOST_BYTES
        return Reader(lease.add_down, judge, self._trouble, most)

    def _judge(self, flow: http.HTTPFlow, lease: Lease, html: bytes) -> Judged | None:
        """Note what a page tells; return the verdict where it is to be stopped."""
        readings, host = self._door.readings, lease.judged.host
        score = read(html, readings.shapes)
        privacy = self._door.current.standing.privacy_of(lease.device_id, self._door.clock())
        readings.saw(
            host,
            flow.request.path,
            score,
            named=privacy.names_sites,
            kept=privacy is not Privacy.MINUTES,
        )
        if not score.category:
            return None
        known = Known(categories=(score.category,), looks=score.words or (score.source,))
        judged = self._door.judge.known_as(lease.device_id, host, known, lease.asked)
        if not judged.verdict.blocks:
            return None
        readings.stopped += 1
        return judged

    def _trouble(self) -> None:
        readings = self._door.readings
        readings.troubled += 1
        readings.last_trouble = f"pages that could not be read: {readings.troubled}"
        log.warning("a page could not be read and went on unread", exc_info=True)  # noqa: LOG014 only called where something was caught


class Reader:
    """Holds the beginning of a body back, has it judged, and lets it go or replaces it."""

    def __init__(
        self,
        count: Callable[[int], None],
        judge: Callable[[bytes], bytes | None],
        trouble: Callable[[], None],
        most: int,
    ) -> None:
        self._count = count
        self._judge = judge
        self._trouble = trouble
        self._most = most
        self._held: bytearray | None = bytearray()
        self._since = 0.0
        self._is_stopped = False

    def __call__(self, data: bytes) -> Iterable[bytes]:
        """Take a part of the body; an empty one is its end."""
        if self._held is None:
            return self._passed(b"" if self._is_stopped else data)
        self._since = self._since or monotonic()
        self._held += data
        is_late = monotonic() - self._since > PATIENCE
        if data and len(self._held) < self._most and not is_late:
            return ()
        held, self._held = bytes(self._held), None
        return self._passed(self._told(held))

    def _told(self, held: bytes) -> bytes:
        try:
            instead = self._judge(held) if held else None
        except Exception:  # noqa: BLE001 whatever it was, the page goes on unread
            self._trouble()
            return held
        self._is_stopped = instead is not None
        return held if instead is None else instead

    def _passed(self, data: bytes) -> Iterable[bytes]:
        # An empty part would end the body.
        if not data:
            return ()
        self._count(len(data))
        return (data,)


def _is_page(flow: http.HTTPFlow, response: http.Response) -> bool:
    """Tell whether this is a page that somebody looks at, and can be read as a whole."""
    request, kind = flow.request, response.headers.get("Content-Type", "").lower()
    shown = request.headers.get("Sec-Fetch-Dest", "") in PAGES or navigates(request)
    return (
        shown
        and request.method in {"GET", "POST"}
        and request.http_version == "HTTP/1.1"
        and response.status_code in {200, 203, 404}
        and kind.startswith(HTML)
    )

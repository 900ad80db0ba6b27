"""Changes opened answers on their way to the child: a bar after a page, a page's data rewritten.

Whoever wants to change answers is a `Changer` in `Changes.changers`, and makes an `Edit` (see
`proxy.edits`: `Appended` puts something after a page and leaves every byte of it as it is;
`Rewritten` gives a whole body to a function). This here does the rest, once for all edits:

- only what somebody opens as a page, or what an edit names by its media type: a whole, plain 200 in
  HTTP/1.1. HEAD, 206, 304, downloads and what a site packs in a way that we do not know stay as
  they are;
- unpacks gzip, deflate, br and zstd while it streams, and packs it with gzip again; bodies become
  chunked, and are never longer than `repack.MOST`;
- takes out validators and digests that no longer fit, so that nobody keeps a changed page for the
  site's own; what is true for a moment only is not kept at all;
- opens the policy in the header for the hashes and addresses that an edit needs, and nothing else.

Trouble is no reason to break a page: where nothing was sent yet the answer stays as it is; where it
streams already, unpacked bytes go on untouched, and a packed body that is damaged ends as it would
have ended in the browser. It is counted (`Changes.troubled`).
"""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial, reduce
from itertools import chain
from typing import Protocol

from mitmproxy import http

from proxy.asked import PAGES, media_type, navigates, without
from proxy.csp import Needs, relaxed
from proxy.edits import Edit
from proxy.leases import Lease
from proxy.repack import MOST, Packer, Unpacker
from proxy.unpack import READABLE

log = logging.getLogger(__name__)

STATUS = frozenset({200, 203, 404})
STALE = frozenset(
    {
        b"etag",
        b"last-modified",
        b"accept-ranges",
        b"content-md5",
        b"digest",
        b"content-digest",
        b"repr-digest",
    }
)
"""Speaks of the bytes as the site sent them."""
CONDITIONS = frozenset({b"if-none-match", b"if-modified-since", b"if-range"})
POLICIES = ("Content-Security-Policy", "Content-Security-Policy-Report-Only")

type Stream = Callable[[bytes], bytes | Iterable[bytes]]
type Trouble = Callable[[], None]


class Changer(Protocol):
    """Somebody who changes answers."""

    def awaits(self, flow: http.HTTPFlow, lease: Lease) -> bool:
        """Tell, when a request leaves, that its answer must come whole, not as “unchanged”."""

    def edits(self, flow: http.HTTPFlow, lease: Lease) -> Sequence[Edit]:
        """Return what is to be done to an answer whose headers are here; nearly always nothing."""


def is_page(request: http.Request, *, frames: bool = False) -> bool:
    """Tell whether somebody opens this as a page, or as a frame in one."""
    dest = request.headers.get("Sec-Fetch-Dest", "")
    if "Sec-Purpose" in request.headers:
        # Fetched ahead: nobody looks at it yet.
        return False
    return dest in PAGES[1:] if frames and dest in PAGES[1:] else navigates(request)


class Changes:
    """All changes of one door."""

    def __init__(self, *last: Changer) -> None:
        self.changers: list[Changer] = [*last]
        """Asked in this order: what is put below a page belongs behind what rewrites it."""
        self.changed = 0
        self.troubled = 0

    def asking(self, flow: http.HTTPFlow, lease: Lease) -> None:
        """Let a request ask for a whole page where an older copy would miss what is new."""
        if any(changer.awaits(flow, lease) for changer in self.changers):
            without(flow.request.headers, CONDITIONS)

    def giving(self, flow: http.HTTPFlow, lease: Lease, stream: Stream) -> Stream:
        """Put what is to be done to an answer behind what else its bytes go through."""
        try:
            edits = self._edits(flow, lease)
            return self._changed(flow, edits, stream) if edits else stream
        except Exception:  # noqa: BLE001 whatever it was, the page goes on as it is
            self._trouble()
            return stream

    def _edits(self, flow: http.HTTPFlow, lease: Lease) -> list[Edit]:
        if not self.changers or flow.response is None or not _can_change(flow, flow.response):
            return []
        kind = media_type(flow.response)
        polite = "no-transform" in flow.response.headers.get("Cache-Control", "").lower()
        made = chain.from_iterable(each.edits(flow, lease) for each in self.changers)
        return [edit for edit in made if kind in edit.kinds and not (edit.polite and polite)]

    def _changed(self, flow: http.HTTPFlow, edits: Sequence[Edit], stream: Stream) -> Stream:
        response = flow.response
        assert response is not None  # noqa: S101 `_edits` saw it
        packed = response.headers.get("Content-Encoding", "").strip().lower()
        for edit in edits:
            edit.begin(response.headers.get("Content-Type", ""))
        packs = "gzip" in flow.request.headers.get("Accept-Encoding", "").lower()
        packs = packs and packed not in {"", "identity"}
        way = Way(stream, Unpacker(packed), edits, Packer(packs=packs), self._trouble)
        self.changed += 1
        _announce(response, edits, packs=packs)
        return way

    def _trouble(self) -> None:
        self.troubled += 1
        log.warning("a page could not be changed and stays as it is", exc_info=True)  # noqa: LOG014 only called where something was caught


class Way:
    """One answer on its way through the edits."""

    def __init__(
        self,
        before: Stream,
        unpack: Unpacker,
        edits: Sequence[Edit],
        pack: Packer,
        trouble: Trouble,
    ) -> None:
        self._before = before
        self._unpack = unpack
        self._edits = list(edits)
        self._pack = pack
        self._trouble = trouble
        self._is_lost = False

    def __call__(self, data: bytes) -> Iterable[bytes]:
        """Take a part of the body; an empty one is its end."""
        given = self._before(data)
        for part in (given,) if isinstance(given, bytes) else given:
            yield from self._through(part)
        if not data and not self._is_lost:
            yield from _filled(self._pack.part(self._end()))
            yield from _filled(self._pack.end())

    def _through(self, part: bytes) -> Iterator[bytes]:
        if self._is_lost or not part:
            return
        try:
            for piece in self._unpack(part):
                yield from _filled(self._pack.part(self._edited(piece)))
        except ValueError:
            # Its own end would have been no better: a body that is not what it says.
            self._trouble()
            self._is_lost = True

    def _edited(self, piece: bytes) -> bytes:
        for edit in list(self._edits):
            piece = self._careful(edit, partial(edit.part, piece), piece)
        return piece

    def _end(self) -> bytes:
        whole, last = self._unpack.is_whole, b""
        for edit in list(self._edits):
            last = self._careful(edit, partial(edit.part, last), last)
            last += self._careful(edit, partial(edit.end, whole=whole), b"")
        return last

    def _careful(self, edit: Edit, work: Callable[[], bytes], instead: bytes) -> bytes:
        """Run a step of an edit; if it breaks, what it held goes on and it does no more."""
        if edit not in self._edits:
            return instead
        try:
            return work()
        except Exception:  # noqa: BLE001 whatever it was, the page goes on without it
            self._trouble()
            self._edits.remove(edit)
            return edit.held() + instead


def _can_change(flow: http.HTTPFlow, response: http.Response) -> bool:
    """Tell whether an answer is whole and can be written anew."""
    headers, length = response.headers, response.headers.get("Content-Length", "1")
    return (
        flow.request.method in {"GET", "POST"}
        and flow.request.http_version == response.http_version == "HTTP/1.1"
        and response.status_code in STATUS
        and headers.get("Content-Encoding", "").strip().lower() in READABLE
        and headers.get("Transfer-Encoding", "chunked").strip().lower() == "chunked"
        and length.isdigit()
        and 0 < int(length) < MOST
        and not headers.get("Content-Disposition", "").strip().lower().startswith("attachment")
    )


def _announce(response: http.Response, edits: Sequence[Edit], *, packs: bool) -> None:
    """Write the headers as they are true of what comes."""
    headers = response.headers
    without(headers, STALE | {b"content-length", b"content-encoding"})
    headers["Transfer-Encoding"] = "chunked"
    if packs:
        headers["Content-Encoding"] = "gzip"
    headers["Cache-Control"] = "no-store" if any(edit.passes for edit in edits) else "no-cache"
    without(headers, frozenset({b"expires", b"pragma"}))
    needs = reduce(Needs.__add__, (edit.needs for edit in edits), Needs())
    for name in POLICIES:
        if said := headers.get_all(name):
            headers.set_all(name, [relaxed(each, needs) for each in said])


def _filled(data: bytes) -> Iterator[bytes]:
    # An empty part would end the body.
    if data:
        yield data

"""The bar that tells a child, below a page opened by us, what is about to end.

It stands in a closed shadow of its own, without any script: the page cannot read it, its style
cannot reach it, and it closes with a plain `<details>`. Pages that are open already ask the door
itself, at an address below their own origin that never leads upstream; what they are answered is
only that there is something, and the words stand in a frame that belongs to nobody.
"""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

from collections.abc import Callable
from datetime import datetime
from functools import partial
from hashlib import sha256
from html import escape
from uuid import UUID

from mitmproxy import http

from proxy import reply
from proxy.asked import path_of
from proxy.changing import is_page
from proxy.closed import Closed
from proxy.csp import Needs, hash_of
from proxy.current import Current
from proxy.edits import Appended, Edit
from proxy.house_pages import TEMPLATES
from proxy.leases import Lease
from proxy.notices import Notices
from proxy.onscreen import OnScreen
from rules.clock import Clock
from rules.notices import Kind, Notice

PLACE = "/.well-known/haidang/"
"""Below every origin that is open to us; the door answers here, and nobody else is asked."""
ENDING = frozenset({Kind.LEFT, Kind.HOURS})
HTTP, HTTPS = 80, 443
KEY_LENGTH = 12
MARK = "Hai-Dang"
"""A header that tells a page that the door answered, and not the site.

A page that asks puts its own path and query into it.
"""
OVER = "over"
"""What a page is told that would be stopped if it were opened now."""


def _one_line(name: str) -> str:
    """Read a style or script as its hash is made of it: without what only people need."""
    lines = (line.strip() for line in (TEMPLATES / name).read_text(encoding="ascii").splitlines())
    return " ".join(line for line in lines if not line.startswith("//"))


STYLE, SCRIPT, IN_FRAME = _one_line("bar.css"), _one_line("bar.js"), _one_line("frame.js")
FRAME_POLICY = (
    "sandbox allow-scripts; default-src 'none'; base-uri 'none'; form-action 'none'; "
    f"style-src {hash_of(STYLE)}; script-src {hash_of(IN_FRAME)}; frame-ancestors 'self'"
)

type Write = Callable[[UUID | None, Notice, datetime], str]


class Bar:
    """Tells what is about to end in the opened pages of a door."""

    def __init__(
        self, current: Current, notices: Notices, write: Write, clock: Clock, pages: OnScreen
    ) -> None:
        self._current = current
        self._notices = notices
        self._write = write
        self._clock = clock
        self._pages = pages
        self.closed = Closed()

    def awaits(self, flow: http.HTTPFlow, lease: Lease) -> bool:
        """Tell that a page must come whole: an older copy would not have the bar."""
        return is_page(flow.request) and self._due(lease.device_id) is not None

    def edits(self, flow: http.HTTPFlow, lease: Lease) -> list[Edit]:
        """Put the bar below a page, and what asks whether it is over: a pause may come any time."""
        if not is_page(flow.request):
            return []
        made: list[Edit] = []
        place, due = _place(flow.request), self._due(lease.device_id)
        if due:
            html = self._write(lease.device_id, due, self._clock())
            style = _style(f"{place}closed")
            needs = Needs(styles=(style,), images=(f"{place}closed",))
            made.append(Appended(partial(_below, html, style), needs, passes=True))
        # Only browsers that say what they fetch, and for whom, are told more.
        if flow.client_conn.tls and "Sec-Fetch-Dest" in flow.request.headers:
            asks = (f"{place}due", f"{place}closed")
            needs = Needs(scripts=(SCRIPT,), asks=asks, frames=(f"{place}bar",))
            made.append(Appended(partial(_asking, _key(due)), needs))
        return made

    def answer(
        self, device_id: UUID | None, request: http.Request, address: str
    ) -> reply.Reply | None:
        """Answer what is asked below the place of ours; None for every other address."""
        path = path_of(request)
        if not path.startswith(PLACE):
            return None
        made = (request.headers.get("Sec-Fetch-Site"), request.headers.get("Sec-Fetch-Dest"))
        due = self._due(device_id)
        match path.removeprefix(PLACE), made:
            case "due", ("same-origin", "empty") if request.method == "POST":
                page = request.headers.get(MARK, "/")
                over = self._pages.is_over(device_id, request, page, address)
                return _said(OVER if over else _key(due), "text/plain")
            case "closed", ("same-origin", "empty" | "image"):
                if due:
                    self.closed.close(device_id, due.key)
                return _said("", "text/plain")
            case "bar", ("same-origin", "iframe") if due:
                html = self._write(device_id, due, self._clock())
                return _said(_in_frame(html), reply.HTML, FRAME_POLICY)
            case _:
                return reply.nothing(404)

    def _due(self, device_id: UUID | None) -> Notice | None:
        """Return what ends first and was not closed."""
        found = [
            notice
            for notice in self._notices.of_device(device_id, self._clock())
            if notice.kind in ENDING
            and notice.left
            and not self.closed.holds(device_id, notice.key)
        ]
        return min(found, key=lambda notice: notice.left, default=None)


def _key(notice: Notice | None) -> str:
    """Name a notice without saying what it is about."""
    return sha256(notice.key.encode()).hexdigest()[:KEY_LENGTH] if notice else ""


def _place(request: http.Request) -> str:
    port = "" if request.port in {HTTP, HTTPS} else f":{request.port}"
    return f"{request.scheme}://{request.pretty_host}{port}{PLACE}"


def _style(closed: str) -> str:
    """Add what lets the door know without a script that a bar was closed.

    The address is whole: a page's `<base>` may lead everything else to another site.
    """
    return f"{STYLE} details:not([open]){{background-image:url({closed})}}"


def _below(html: str, style: str, nonce: str) -> str:
    styled = f'<style nonce="{escape(nonce)}">{style}</style>'
    return (
        f'<hai-dang-notice><template shadowrootmode="closed">{styled}{html}</template>'
        # Where a browser is too old for this, the page learns no more than that we are here.
        "Hải Đăng: http://haidang.internal</hai-dang-notice>"
    )


def _asking(told: str, nonce: str) -> str:
    return f'<script nonce="{escape(nonce)}" data-told="{told}">{SCRIPT}</script>'


def _in_frame(html: str) -> str:
    head = f'<meta charset="utf-8"><title>Hải Đăng</title><style>{STYLE}</style>'
    return f"<!doctype html><html><head>{head}</head><body>{html}<script>{IN_FRAME}</script>"


def _said(body: str, kind: str, policy: str = "default-src 'none'; sandbox") -> reply.Reply:
    headers = {
        **reply.ALWAYS,
        "Content-Type": kind,
        "Content-Security-Policy": policy,
        "Cross-Origin-Resource-Policy": "same-origin",
        # A page that keeps to itself frames only what does so, too.
        "Cross-Origin-Embedder-Policy": "require-corp",
        MARK: "1",
    }
    return reply.Reply(200, headers, body.encode())

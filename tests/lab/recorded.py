"""Page loads that were recorded elsewhere, played again by the lab: same hosts, types and sizes."""

import json
import lzma
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

TRAFFIC = Path("/work/shared/data/traffic")
FILES = ("pages-chrome-har.jsonl.xz", "pages-mitmproxy-har.jsonl.xz")
MOST = 3_000_000
"""Of one answer; nothing recorded is larger."""
KEPT = frozenset({200, 204, 400, 401, 403, 404, 410, 500, 502, 503})
"""Statuses that are played again; where a redirect led is not in the recording."""
ELEMENTS = {"script": "script", "stylesheet": "link"}
"""What the page asks for by an element; pictures of nothing would be left half loaded."""
PLAYER = """
const finished = (tag, url) => new Promise(done => {
  const made = document.createElement(tag);
  made.onload = made.onerror = done;
  made.crossOrigin = 'anonymous';
  if (tag === 'link') { made.rel = 'stylesheet'; made.href = url; } else { made.src = url; }
  document.head.append(made);
});
const fetched = (url, method) =>
  fetch(url, {method, credentials: 'omit', body: method === 'POST' ? 'x' : undefined})
    .then(answer => answer.arrayBuffer()).catch(() => undefined);
performance.setResourceTimingBufferSize(10000);
window.played = false;
Promise.all(ASKED.map(each => each.tag ? finished(each.tag, each.url)
  : fetched(each.url, each.method))).then(() => { window.played = true; });
window.seen = () => performance.getEntriesByType('resource')
  .map(each => [each.name, each.responseStatus, each.decodedBodySize]);
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """One recorded answer."""

    status: int
    kind: str
    size: int

    @property
    def body(self) -> bytes:
        """Return bytes of the recorded size that the type allows."""
        if self.status == 204:
            return b""
        return b"/*" + b"x" * max(0, self.size - 4) + b"*/"


@dataclass(frozen=True, slots=True)
class Load:
    """One recorded page with everything it asked for."""

    name: str
    url: str
    page: bytes
    pieces: dict[tuple[str, str], Piece]
    """By host, and path with query."""


def is_here() -> bool:
    """Tell whether the recordings are on this machine."""
    return all((TRAFFIC / file).exists() for file in FILES)


def loads() -> Iterator[Load]:
    """Read every recorded page."""
    for file in FILES:
        with lzma.open(TRAFFIC / file, "rt") as lines:
            for line in lines:
                told = json.loads(line)
                asked = [each for each in told["requests"] if each["url"].startswith("http")]
                if asked:
                    yield _load(told["source"], asked)


def _load(name: str, asked: list[dict]) -> Load:
    # Parts come by the scheme that the page itself came by: browsers stop mixed ones, and go to
    # some hosts only over TLS, whatever they are told.
    scheme = urlsplit(asked[0]["url"]).scheme
    pieces, wanted = {}, []
    for each in asked[1:]:
        host, way = _where(each["url"])
        pieces[host, way] = _piece(each)
        tag = ELEMENTS.get((each.get("type") or "").lower()) if each["method"] == "GET" else None
        method = each["method"] if each["method"] in {"GET", "POST"} else "GET"
        wanted.append({"url": f"//{host}{way}", "tag": tag, "method": method})
    host, way = _where(asked[0]["url"])
    pieces.pop((host, way), None)
    wanted = [each for each in wanted if each["url"] != f"//{host}{way}"]
    data = json.dumps(wanted).replace("</", "<\\/")
    page = f"<!doctype html><title>{name}</title><script>const ASKED = {data};{PLAYER}</script>"
    return Load(name, f"{scheme}://{host}{way}", page.encode(), pieces)


def _where(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), urlunsplit(("", "", parts.path or "/", parts.query, ""))


def _piece(told: dict) -> Piece:
    status = told.get("status") or 200
    kind = told.get("mime") or "text/plain"
    size = min(max(int(told.get("size") or 0), 4), MOST)
    return Piece(status if status in KEPT else 200, kind, size)


def chosen() -> list[Load]:
    """Return a handful of pages, small and large; with `PAGES=all`, or a part of a name, others."""
    every = sorted(loads(), key=lambda load: len(load.pieces))
    if wanted := os.environ.get("PAGES"):
        return [load for load in every if wanted == "all" or wanted in load.name]
    return [every[len(every) * place // 8] for place in (3, 6)]

"""What a request inside the interception library asks for, read from its headers."""

from functools import lru_cache
from urllib.parse import urlsplit

from mitmproxy import http

from proxy.house_pages import Wanted
from proxy.refusals import Step
from rules.companions import Request
from rules.hosts import normalise

PAGES = ("document", "iframe", "frame")
RESOURCES = ("image", "script", "style", "font", "audio", "video", "track", "worker", "object")
MEDIA = (
    "video/",
    "audio/",
    "application/vnd.yt-ump",
    "application/vnd.apple.mpegurl",
    "application/x-mpegurl",
    "application/dash+xml",
)
BIGGEST = 1_000_000


def names_of(request: http.Request) -> list[str]:
    """Return the hosts a request names: its URL's, then its headers'. Raises ValueError.

    In a tunnel the library goes by where the tunnel leads, but sends a whole URL on as it is, and
    servers go by that.
    """
    names = [normalise(request.host)]
    for named in (request.authority, *request.headers.get_all("Host")):
        if named:
            host, colon, digits = named.rpartition(":")
            names.append(normalise(host if colon and digits.isdigit() else named))
    return names


def path_of(request: http.Request) -> str:
    """Return the path without its query, which is only judged; never empty."""
    return request.path.partition("?")[0] or "/"


def query_of(request: http.Request) -> str:
    """Return the query: for judging, never to be written down."""
    return request.path.partition("?")[2]


@lru_cache(16)
def made_by(request: http.Request) -> Request:
    """Read from the headers which page makes a request; asked several times of each."""
    headers = request.headers
    page, path = _page_of(headers.get("Referer") or headers.get("Origin", ""))
    mode, dest = headers.get("Sec-Fetch-Mode", ""), headers.get("Sec-Fetch-Dest", "")
    if page and not mode and not navigates(request):
        # Browsers say nothing of the kind to plain HTTP; but to go to a page they ask for HTML.
        dest = "empty"
    return Request(dest, mode, headers.get("Sec-Fetch-Site", ""), page, path)


def _page_of(address: str) -> tuple[str, str]:
    if not address:
        return "", ""
    try:
        parts = urlsplit(address)
        return normalise(parts.hostname or ""), parts.path or "/"
    except ValueError:
        return "", ""


def navigates(request: http.Request) -> bool:
    """Tell whether this is a page the child opened; plain HTTP carries no Sec-Fetch headers."""
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode is not None:
        return mode == "navigate" and request.headers.get("Sec-Fetch-Dest") == "document"
    return request.method == "GET" and "text/html" in request.headers.get("Accept", "")


def step_of(request: http.Request) -> Step:
    """Tell how surely the child itself asked for this; not every client says."""
    if navigates(request):
        return Step.TAKEN
    return Step.ASIDE if "Sec-Fetch-Dest" in request.headers else Step.UNSEEN


def wanted(request: http.Request) -> Wanted:
    """Tell what the client can make use of."""
    kind = request.headers.get("Sec-Fetch-Dest", "")
    accepts = request.headers.get("Accept", "")
    if kind in PAGES:
        return Wanted.PAGE
    if kind in RESOURCES:
        return Wanted.NOTHING
    if kind == "empty" or "application/json" in accepts:
        return Wanted.DATA
    return Wanted.NOTHING if accepts.startswith("image/") else Wanted.PAGE


def is_media(response: http.Response) -> bool:
    """Tell whether an answer is film or sound, by what it says of itself."""
    return media_type(response).startswith(MEDIA)


def media_type(response: http.Response) -> str:
    """Return what an answer says it is, without what else the header tells."""
    kind: str = response.headers.get("Content-Type", "")
    return kind.partition(";")[0].strip().lower()


def is_big(request: http.Request) -> bool:
    """Tell whether the body is larger than we would collect only to refuse it."""
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        return True
    length = request.headers.get("Content-Length", "0")
    return not length.isdigit() or int(length) > BIGGEST


def without(headers: http.Headers, names: frozenset[bytes]) -> None:
    """Take headers out, named in lower case; nearly always there are none."""
    if any(name.lower() in names for name, _ in headers.fields):
        headers.fields = tuple(pair for pair in headers.fields if pair[0].lower() not in names)

"""Brings a list from the internet: only http(s), never from this network, never too much."""

import asyncio
import ipaddress
import socket
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from feeds.errors import FeedError
from rules.explain import Sentence

NAME = "haidang"
REDIRECTS = 5
LONGEST_LENGTH = 15
GZIP = b"\x1f\x8b"

type Told = Callable[[int, int], None]
"""Told how many bytes came, and how many there are (0 where nobody knows)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a list may ask of us."""

    packed_bytes: int = 64 * 1024 * 1024
    bytes: int = 256 * 1024 * 1024
    seconds: float = 120.0
    private_networks: bool = False
    """Allow addresses of this machine and its networks: for a list served at home."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back; `body` is None when nothing changed since the last time."""

    body: bytes | None
    """As it came, packed or not: `unpack` undoes that."""
    etag: str = ""
    modified: str = ""


async def fetch(
    url: str,
    *,
    etag: str = "",
    modified: str = "",
    limits: Limits | None = None,
    tell: Told | None = None,
) -> Fetched:
    """Fetch a list, unless it is unchanged. Raises FeedError saying what to do."""
    limits = limits or Limits()
    asked = {"User-Agent": NAME, "Accept-Encoding": "gzip"}
    if etag:
        asked["If-None-Match"] = etag
    if modified:
        asked["If-Modified-Since"] = modified
    try:
        async with asyncio.timeout(limits.seconds):
            return await _fetch(url, asked, limits, tell or _nobody)
    except TimeoutError:
        raise FeedError(Sentence("The list did not arrive in time. Try again later.", {})) from None
    except (httpx.HTTPError, httpx.InvalidURL):
        raise FeedError(
            Sentence("The list cannot be reached. Check the address and your connection.", {})
        ) from None


def _nobody(_done: int, _of: int) -> None:
    """Tell nobody."""


async def _fetch(url: str, asked: dict[str, str], limits: Limits, tell: Told) -> Fetched:
    transport = _GuardedTransport(limits)
    async with httpx.AsyncClient(
        transport=transport, headers=asked, timeout=20.0, trust_env=False
    ) as client:
        for _ in range(REDIRECTS + 1):
            _check_scheme(url)
            async with client.stream("GET", url) as response:
                if not response.has_redirect_location:
                    return await _take(response, limits, tell)
                url = _next(url, response.headers["Location"])
    raise FeedError(
        Sentence("The address leads in circles. Use the final address of the list.", {})
    )


def _check_scheme(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise FeedError(Sentence("Write the full address of the list, beginning with https://", {}))


def _next(url: str, location: str) -> str:
    target = urljoin(url, location)
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise FeedError(Sentence("The address leads from https to http. Use another address.", {}))
    return target


async def _take(response: httpx.Response, limits: Limits, tell: Told) -> Fetched:
    if response.status_code == httpx.codes.NOT_MODIFIED:
        return Fetched(None)
    if response.status_code != httpx.codes.OK:
        raise FeedError(
            Sentence(
                "The server answered {status} instead of a list. Check the address.",
                {"status": response.status_code},
            )
        )
    packed, headers = bytearray(), response.headers
    length = headers.get("Content-Length", "")
    of = int(length) if length.isdecimal() and len(length) <= LONGEST_LENGTH else 0
    if of > limits.packed_bytes:
        raise _too_large(limits.packed_bytes)
    async for chunk in response.aiter_raw():
        packed += chunk
        if len(packed) > limits.packed_bytes:
            raise _too_large(limits.packed_bytes)
        tell(len(packed), of)
    return Fetched(bytes(packed), headers.get("ETag", ""), headers.get("Last-Modified", ""))


def unpack(body: bytes, most: int) -> bytes:
    """Undo gzip where there is any (of the transfer or of a .gz file), up to a number of bytes."""
    for _ in range(2):
        if not body.startswith(GZIP):
            break
        unpacking = zlib.decompressobj(wbits=31)
        try:
            body = unpacking.decompress(body, most + 1)
        except zlib.error:
            raise FeedError(
                Sentence("The list is damaged. Try again, or choose another file.", {})
            ) from None
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise (
                _too_large(most)
                if len(body) > most
                else FeedError(Sentence("The list arrived incomplete. Try again.", {}))
            )
    if len(body) > most:
        raise _too_large(most)
    return body


def _too_large(most: int) -> FeedError:
    return FeedError(
        Sentence(
            "The list is larger than {megabytes} MB. Choose a smaller one.",
            {"megabytes": max(1, most // (1024 * 1024))},
        )
    )


class _GuardedTransport(httpx.AsyncHTTPTransport):
    """Connects to the address it has checked, so that a name cannot change its meaning."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(trust_env=False)
        self._private = limits.private_networks

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        address = await self._address(request.url)
        # The Host header was set from the name; TLS is told the name too, and checks it.
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": request.url.host},
        )
        return await super().handle_async_request(pinned)

    async def _address(self, url: httpx.URL) -> str:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(url.host, url.port or 443, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        addresses = [str(entry[4][0]) for entry in found]
        if not self._private and not all(_is_public(address) for address in addresses):
            raise FeedError(
                Sentence(
                    "The address leads into your own network. Give the file itself instead.", {}
                )
            )
        return addresses[0]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    # Before Python 3.13 an IPv4 address written as IPv6 counts as global.
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_global and not parsed.is_multicast

"""Reads the server name from a TLS ClientHello, however it was cut into records and segments."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.hosts import normalise

LONGEST = 16 * 1024
"""Browsers send 0.5 to 2 kB, with post-quantum keys; each new segment is read from the start."""
HANDSHAKE = 22
TLS = 3
CLIENT_HELLO = 1
SERVER_NAME = 0
RECORD_HEADER = 5
MESSAGE_HEADER = 4
LONGEST_RECORD = 16384 + 256


class NotTls(ValueError):  # noqa: N818 it is an answer about the client, not a fault of ours
    """What the client sent is not a well-formed ClientHello."""


@dataclass(frozen=True, slots=True)
class Hello:
    """A complete ClientHello; `name` is empty when it names no server."""

    name: str


def read_hello(data: bytes | bytearray) -> Hello | None:
    """Return the ClientHello that the bytes begin with, None while incomplete. Raises NotTls."""
    message = _message(data)
    if message is None:
        if len(data) > LONGEST:
            raise NotTls("the ClientHello is too long")
        return None
    return Hello(_server_name(message))


def _message(data: bytes | bytearray) -> bytes | None:
    """Join handshake records until the first message is whole."""
    joined = bytearray()
    for body in _records(data):
        joined += body
        if joined[0] != CLIENT_HELLO:
            raise NotTls("the first handshake message is not a ClientHello")
        if len(joined) >= MESSAGE_HEADER:
            size = int.from_bytes(joined[1:4], "big")
            if size > LONGEST:
                raise NotTls("the ClientHello is too long")
            if len(joined) >= MESSAGE_HEADER + size:
                return bytes(joined[MESSAGE_HEADER : MESSAGE_HEADER + size])
    return None


def _records(data: bytes | bytearray) -> Iterator[bytes]:
    offset = 0
    while offset < len(data):
        if data[offset] != HANDSHAKE or (offset + 1 < len(data) and data[offset + 1] != TLS):
            raise NotTls("these are not TLS handshake records")
        if offset + RECORD_HEADER > len(data):
            return
        size = int.from_bytes(data[offset + 3 : offset + 5], "big")
        if not 0 < size <= LONGEST_RECORD:
            raise NotTls("a TLS record has an impossible length")
        end = offset + RECORD_HEADER + size
        if end > len(data):
            return
        yield bytes(data[offset + RECORD_HEADER : end])
        offset = end


class _Reader:
    """Walks through length-prefixed fields; a field that runs past the end raises NotTls."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise NotTls("the ClientHello is cut short")
        self.at += size
        return self.data[self.at - size : self.at]

    def vector(self, prefix: int) -> bytes:
        return self.take(int.from_bytes(self.take(prefix), "big"))

    @property
    def left(self) -> int:
        return len(self.data) - self.at


def _server_name(message: bytes) -> str:
    reader = _Reader(message)
    reader.take(2 + 32)
    reader.vector(1)
    reader.vector(2)
    reader.vector(1)
    if not reader.left:
        return ""
    names = [body for kind, body in _extensions(reader.vector(2)) if kind == SERVER_NAME]
    if len(names) > 1:
        raise NotTls("the ClientHello names its server twice")
    return _host_of(names[0]) if names else ""


def _extensions(data: bytes) -> Iterator[tuple[int, bytes]]:
    reader = _Reader(data)
    while reader.left:
        yield int.from_bytes(reader.take(2), "big"), reader.vector(2)


def _host_of(body: bytes) -> str:
    """Read the one host name; servers disagree about what several mean, so those are refused."""
    entries = _Reader(_Reader(body).vector(2))
    if entries.take(1) != b"\0":
        raise NotTls("the server name is not a host name")
    raw = entries.vector(2)
    if entries.left:
        raise NotTls("the ClientHello names more than one server")
    try:
        return normalise(raw.decode("ascii"))
    except ValueError as problem:
        raise NotTls("the server name is not a host name") from problem

"""Reads the server name from a TLS ClientHello, however it was cut into records and segments."""

from collections.abc import Iterator
from typing import NamedTuple

from rules.hosts import normalise

LONGEST = 16 * 1024
"""Browsers send 0.5 to 2 kB, with post-quantum keys; each new segment is read from the start."""
HANDSHAKE = 22
TLS = 3
CLIENT_HELLO = 1
FIRST = bytes((HANDSHAKE, TLS))
ALPN = 16
HOST_NAME = 0
"""The only kind of server name there is."""
RECORD_HEADER = 5
MESSAGE_HEADER = 4
EXTENSION_HEADER = 4
NAME_HEADER = 5
"""Length of the list, kind and length of its first name."""
LONGEST_RECORD = 16384 + 256


class NotTls(ValueError):  # noqa: N818 it is an answer about the client, not a fault of ours
    """What the client sent is not a well-formed ClientHello."""


class Hello(NamedTuple):
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


def speaks_only_http2(data: bytes | bytearray) -> bool:
    """Tell whether a ClientHello that was read before offers HTTP/2 and nothing else."""
    message = _message(data)
    return message is not None and _offers(message) == [b"h2"]


def _offers(message: bytes) -> list[bytes]:
    """List the protocols that are offered in a well-formed ClientHello."""
    at = 2 + 32
    for prefix in (1, 2, 1):
        at += prefix + int.from_bytes(message[at : at + prefix], "big")
    at += 2
    while at < len(message):
        kind, size = (int.from_bytes(message[at + n : at + n + 2], "big") for n in (0, 2))
        body = message[at + EXTENSION_HEADER : at + EXTENSION_HEADER + size]
        if kind == ALPN:
            return list(_listed(body[2:]))
        at += EXTENSION_HEADER + size
    return []


def _listed(names: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(names):
        yield names[at + 1 : at + 1 + names[at]]
        at += 1 + names[at]


def _message(data: bytes | bytearray) -> bytes | None:
    """Join handshake records until the first message is whole."""
    whole = RECORD_HEADER + MESSAGE_HEADER
    if len(data) >= whole and data[:2] == FIRST and data[5] == CLIENT_HELLO:
        # Nearly always the message comes whole, in one record that holds nothing else.
        size, inner = int.from_bytes(data[3:5], "big"), int.from_bytes(data[6:9], "big")
        if size == inner + MESSAGE_HEADER and inner <= LONGEST:
            end = RECORD_HEADER + size
            return bytes(data[whole:end]) if end <= len(data) else None
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


def _server_name(message: bytes) -> str:
    """Walk once over the fields; one that runs past the end raises NotTls."""
    end, at = len(message), 2 + 32
    # Session, cipher suites, compression: each with its length in front.
    for prefix in (1, 2, 1):
        at += prefix + int.from_bytes(message[at : at + prefix], "big")
    if at > end:
        raise NotTls("the ClientHello is cut short")
    if at == end:
        return ""
    stop = at + 2 + int.from_bytes(message[at : at + 2], "big")
    if at + 2 > end or stop > end:
        raise NotTls("the ClientHello is cut short")
    return _named_in(message, at + 2, stop)


def _named_in(message: bytes, at: int, stop: int) -> str:
    """Find the one server name among the extensions."""
    names = []
    while at < stop:
        start = at + EXTENSION_HEADER
        end = start + (message[at + 2] << 8 | message[at + 3]) if start <= stop else stop + 1
        if end > stop:
            raise NotTls("the ClientHello is cut short")
        if message[at] == 0 == message[at + 1]:
            names.append(message[start:end])
        at = end
    if len(names) > 1:
        raise NotTls("the ClientHello names its server twice")
    return _host_of(names[0]) if names else ""


def _host_of(body: bytes) -> str:
    """Read the one host name; servers disagree about what several mean, so those are refused."""
    if len(body) < NAME_HEADER:
        raise NotTls("the ClientHello is cut short")
    listed, size = int.from_bytes(body[:2], "big"), int.from_bytes(body[3:5], "big")
    if 2 + listed > len(body) or size > listed - 3:
        raise NotTls("the ClientHello is cut short")
    if body[2] != HOST_NAME:
        raise NotTls("the server name is not a host name")
    if size < listed - 3:
        raise NotTls("the ClientHello names more than one server")
    try:
        return normalise(body[NAME_HEADER : NAME_HEADER + size].decode("ascii"))
    except ValueError as problem:
        raise NotTls("the server name is not a host name") from problem

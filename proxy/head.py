"""Reads the head of a connection's first request: a tunnel, a plain request, or a visit to us."""

import base64
import binascii
from enum import StrEnum
from typing import NamedTuple

from rules.hosts import normalise

LONGEST = 16 * 1024
END = b"\r\n\r\n"
LAST_PORT = 65535


class BadHead(ValueError):  # noqa: N818 it is an answer about the client, not a fault of ours
    """The client did not send a request that a proxy can read."""


class Form(StrEnum):
    CONNECT = "connect"
    ABSOLUTE = "absolute"
    ORIGIN = "origin"
    """A browser that opened the door's own address."""


class Head(NamedTuple):
    form: Form
    host: str = ""
    """For CONNECT, normalised."""
    port: int = 0
    credentials: tuple[str, str] | None = None
    length: int = 0
    """How many bytes the head took."""


def read_head(data: bytes | bytearray) -> Head | None:
    """Return the head that the bytes begin with, None while it is incomplete. Raises BadHead."""
    end = data.find(END)
    if end < 0:
        if len(data) > LONGEST:
            raise BadHead("the request head is too long")
        return None
    if end > LONGEST:
        raise BadHead("the request head is too long")
    lines = bytes(data[:end]).split(b"\r\n")
    method, target = _request_line(lines[0])
    credentials = _credentials(lines)
    length = end + len(END)
    if method == b"CONNECT":
        host, port = split_authority(target.decode("ascii", "replace"))
        return Head(Form.CONNECT, host, port, credentials, length)
    form = Form.ORIGIN if target.startswith((b"/", b"*")) else Form.ABSOLUTE
    return Head(form, credentials=credentials, length=length)


def split_authority(text: str) -> tuple[str, int]:
    """Split host:port, the host normalised. Raises BadHead."""
    host, colon, digits = text.rpartition(":")
    if not colon or not (digits.isascii() and digits.isdigit()) or not 0 < int(digits) <= LAST_PORT:
        raise BadHead("CONNECT needs a host and a port")
    try:
        return normalise(host), int(digits)
    except ValueError as problem:
        raise BadHead("CONNECT needs a host and a port") from problem


def _request_line(line: bytes) -> tuple[bytes, bytes]:
    method, _, rest = line.partition(b" ")
    target, _, version = rest.partition(b" ")
    if not method.isalpha() or not target or not version.startswith(b"HTTP/1."):
        raise BadHead("this is not an HTTP request")
    return method, target


def _credentials(lines: list[bytes]) -> tuple[str, str] | None:
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"proxy-authorization":
            return _basic(value.strip())
    return None


def _basic(value: bytes) -> tuple[str, str] | None:
    scheme, _, encoded = value.partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        user, colon, password = (
            base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        )
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if colon else None

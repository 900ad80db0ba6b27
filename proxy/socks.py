"""The other proxy language: SOCKS5, spoken until it is known where a connection should lead."""

import socket
from collections.abc import Callable

from proxy.head import Form, Head
from rules.hosts import normalise

VERSION = 5
NO_PASSWORD, PASSWORD, NOTHING_FITS = 0, 2, 0xFF
PASSWORD_VERSION = 1
CONNECT = 1
FOUR, NAME, SIX = 1, 3, 4
SIZES = {FOUR: 4, SIX: 16}
PORT = 2
GRANTED, NOT_ALLOWED, NO_SUCH_COMMAND, NO_SUCH_ADDRESS, BROKEN = 0, 2, 7, 8, 1

type Credentials = tuple[str, str] | None
type Takes = Callable[[Credentials], bool]


def answer(code: int) -> bytes:
    """Write the last answer before bytes flow; our own address is nobody's business."""
    return bytes((VERSION, code, 0, FOUR, 0, 0, 0, 0, 0, 0))


class Refused(ValueError):  # noqa: N818 it is an answer about the client, not a fault of ours
    """The talk ends here, with these last bytes."""

    def __init__(self, last: bytes) -> None:
        super().__init__("refused")
        self.last = last


class Talk:
    """One client's words, step by step; `takes` tells whether credentials (or none) will do."""

    def __init__(self, takes: Takes) -> None:
        self._takes = takes
        self._credentials: Credentials = None
        self._step = self._greeting

    def step(self, buffer: bytearray) -> tuple[bytes, Head | None]:
        """Use up what is complete; return what to say, and the head once it is known.

        Raises Refused.
        """
        said = b""
        while True:
            before = len(buffer)
            try:
                words, head = self._step(buffer)
            except Refused as refused:
                raise Refused(said + refused.last) from refused
            said += words
            if head or len(buffer) == before:
                return said, head

    def _greeting(self, buffer: bytearray) -> tuple[bytes, Head | None]:
        if len(buffer) < 2 or len(buffer) < 2 + buffer[1]:  # noqa: PLR2004 version and count
            return b"", None
        offered = bytes(buffer[2 : 2 + buffer[1]])
        del buffer[: 2 + len(offered)]
        if NO_PASSWORD in offered and self._takes(None):
            self._step = self._request
            return bytes((VERSION, NO_PASSWORD)), None
        if PASSWORD in offered:
            self._step = self._password
            return bytes((VERSION, PASSWORD)), None
        raise Refused(bytes((VERSION, NOTHING_FITS)))

    def _password(self, buffer: bytearray) -> tuple[bytes, Head | None]:
        fields, size = _fields(buffer, 1, 2)
        if fields is None:
            return b"", None
        version = buffer[0]
        del buffer[:size]
        self._credentials = (
            fields[0].decode("utf-8", "replace"),
            fields[1].decode("utf-8", "replace"),
        )
        if version != PASSWORD_VERSION or not self._takes(self._credentials):
            raise Refused(bytes((PASSWORD_VERSION, 1)))
        self._step = self._request
        return bytes((PASSWORD_VERSION, 0)), None

    def _request(self, buffer: bytearray) -> tuple[bytes, Head | None]:
        if len(buffer) < 5:  # noqa: PLR2004 up to the length of a name
            return b"", None
        version, command, _, kind = buffer[:4]
        if version != VERSION:
            raise Refused(answer(BROKEN))
        if command != CONNECT:
            raise Refused(answer(NO_SUCH_COMMAND))
        if kind not in {*SIZES, NAME}:
            raise Refused(answer(NO_SUCH_ADDRESS))
        begin = 5 if kind == NAME else 4
        end = begin + (buffer[4] if kind == NAME else SIZES[kind])
        if len(buffer) < end + PORT:
            return b"", None
        host = _host(kind, bytes(buffer[begin:end]))
        port = int.from_bytes(buffer[end : end + PORT])
        del buffer[: end + PORT]
        return b"", Head(Form.CONNECT, host, port, self._credentials)


def _fields(buffer: bytearray, at: int, count: int) -> tuple[list[bytes] | None, int]:
    """Read so many length-prefixed fields; None while they are not complete."""
    fields = []
    for _ in range(count):
        if len(buffer) <= at or len(buffer) <= at + buffer[at]:
            return None, 0
        fields.append(bytes(buffer[at + 1 : at + 1 + buffer[at]]))
        at += 1 + buffer[at]
    return fields, at


def _host(kind: int, raw: bytes) -> str:
    try:
        if kind == NAME:
            return normalise(raw.decode("ascii"))
        return normalise(socket.inet_ntop(socket.AF_INET if kind == FOUR else socket.AF_INET6, raw))
    except ValueError as problem:
        raise Refused(answer(BROKEN)) from problem

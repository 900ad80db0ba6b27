"""Which network card answers to an address: the kernel's own table of neighbours, both families."""

import socket
import struct
from collections.abc import Iterator
from contextlib import suppress

NEWNEIGH, GETNEIGH, DONE = 28, 30, 3
REQUEST_ALL = 0x001 | 0x300
DESTINATION, HARDWARE = 1, 2
HEADER = struct.Struct("=IHHII")
ENTRY = struct.Struct("=BxxxiHBB")
ATTRIBUTE = struct.Struct("=HH")
BUFFER = 1 << 16
CARD = 6
ANY, ANSWERS = 0xFFFF, 0x02
"""States of an entry: all of them; those of who answered within the last half minute or so."""
REMEMBERED_SECONDS = 5.0
"""A device that changes its address is known again after this."""

type Table = dict[str, str]


class Neighbours:
    """Looks up network cards by address; the table is read at most once in a few seconds."""

    def __init__(self) -> None:
        self._table: Table = {}
        self._read_at = float("-inf")

    def card_of(self, address: str, now: float) -> str:
        """Return the card (MAC) behind an address, empty where the kernel knows none."""
        if address not in self._table or now - self._read_at > REMEMBERED_SECONDS:
            self._table, self._read_at = read_table(), now
        return self._table.get(address, "")

    def addresses(self, now: float) -> list[str]:
        """Return every address that the kernel knows a card of, as it is now."""
        self._table, self._read_at = read_table(), now
        return list(self._table)


def read_table(*, answering: bool = False) -> Table:
    """Read the kernel's table of neighbours; empty where it cannot be asked (not on Linux).

    `answering` leaves out who did not answer just now.
    """
    found: Table = {}
    with suppress(OSError, AttributeError):
        for family in (socket.AF_INET, socket.AF_INET6):
            found.update(_neighbours(family, ANSWERS if answering else ANY))
    return found


def _neighbours(family: int, states: int) -> Iterator[tuple[str, str]]:
    question = ENTRY.pack(family, 0, 0, 0, 0)
    head = HEADER.pack(HEADER.size + len(question), GETNEIGH, REQUEST_ALL, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        kernel.settimeout(0.5)
        kernel.send(head + question)
        while True:
            for kind, body in _messages(kernel.recv(BUFFER)):
                if kind != NEWNEIGH:
                    return
                yield from _entry(family, body, states)


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + HEADER.size <= len(data):
        size, kind, *_ = HEADER.unpack_from(data, at)
        yield kind, data[at + HEADER.size : at + size]
        at += max(_padded(size), HEADER.size)


def _entry(family: int, body: bytes, states: int) -> Iterator[tuple[str, str]]:
    if not ENTRY.unpack_from(body)[2] & states:
        return
    parts, at = {}, ENTRY.size
    while at + ATTRIBUTE.size <= len(body):
        size, kind = ATTRIBUTE.unpack_from(body, at)
        parts[kind] = body[at + ATTRIBUTE.size : at + size]
        at += max(_padded(size), ATTRIBUTE.size)
    card = parts.get(HARDWARE, b"")
    if DESTINATION in parts and len(card) == CARD and any(card):
        yield socket.inet_ntop(family, parts[DESTINATION]), card.hex(":")


def _padded(size: int) -> int:
    return (size + 3) & ~3

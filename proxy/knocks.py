"""Tells the kernel whose datagrams may be forwarded, without needing any privilege for it.

A knock is a datagram of the door to the device it is about. The gateway's rules read it on its
way out, put the device's address into a set or take it out, and drop it: that the system says so
shows that the rules are in force. Elements live for `HOLD` seconds: without a door that knocks
again and again nothing is forwarded.
"""

import errno
import socket
from collections.abc import Iterator

HOLD = 10
PROBE, FREE, NOT_FREE, WELCOME, NOT_WELCOME, STOPPED, NOT_STOPPED = range(7)
"""What a knock says: of a device, or of a device and an address elsewhere."""
HERE = "127.0.0.1"
SIZE = 65535
WORD = "@th,64,8"
"""Where the rules find what a knock says: the first byte after the UDP header."""
FAR = {"ip": "@th,96,32", "ip6": "@th,96,128"}
TO = {"ip": "@nh,128,32", "ip6": "@nh,192,128"}
FROM = {"ip": "@nh,96,32", "ip6": "@nh,64,128"}
FAMILIES = ("ip", "ip6")
PADDING = 3


class Knocks:
    """Knocks at the kernel's rules."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._sockets: dict[int, socket.socket] = {}

    def are_heard(self) -> bool:
        """Tell whether the rules are in force; otherwise a knock would really leave."""
        return self.knock(PROBE, HERE)

    def knock(self, word: int, device: str, far: str = "") -> bool:
        """Say something of a device's address, or of it and one elsewhere; tell if it was heard."""
        family = socket.AF_INET6 if ":" in device else socket.AF_INET
        about = socket.inet_pton(family, far) if far else b""
        try:
            self._socket(family).sendto(
                bytes((word, *(0,) * PADDING)) + about, (device, self._port)
            )
        except OSError as refused:
            return refused.errno == errno.EPERM
        return False

    def close(self) -> None:
        """Knock no more."""
        while self._sockets:
            self._sockets.popitem()[1].close()

    def _socket(self, family: int) -> socket.socket:
        if family not in self._sockets:
            made = socket.socket(family, socket.SOCK_DGRAM)
            made.setblocking(False)
            self._sockets[family] = made
        return self._sockets[family]


def sets() -> str:
    """Write the sets that knocks fill."""
    return "\n".join(
        f"  set {name} {{ {of}; flags dynamic,timeout; timeout {HOLD}s; size {SIZE}; }}"
        for family in FAMILIES
        for name, of in (
            (f"free_{family}", f"typeof {family} saddr"),
            (f"welcome_{family}", f"typeof {family} saddr . {TO[family]}"),
            (f"stopped_{family}", f"typeof {family} saddr . {TO[family]}"),
        )
    )


def hearing() -> Iterator[str]:
    """Give the rules that take knocks in."""
    for family in FAMILIES:
        yield f"{WORD} {FREE} update @free_{family} {{ {family} daddr }}"
        yield f"{WORD} {NOT_FREE} delete @free_{family} {{ {family} daddr }}"
        pair = f"{{ {family} daddr . {FAR[family]} }}"
        yield f"{WORD} {WELCOME} update @welcome_{family} {pair}"
        yield f"{WORD} {NOT_WELCOME} delete @welcome_{family} {pair}"
        yield f"{WORD} {STOPPED} update @stopped_{family} {pair}"
        yield f"{WORD} {NOT_STOPPED} delete @stopped_{family} {pair}"
    yield "drop"


def going() -> Iterator[str]:
    """Give the rules for what devices send."""
    for family in FAMILIES:
        pair = f"{family} saddr . {TO[family]}"
        yield f"{pair} @welcome_{family} accept"
        yield f"{pair} @stopped_{family} reject with icmpx admin-prohibited"
        yield f"{family} saddr @free_{family} accept"
    yield "reject with icmpx admin-prohibited"


def coming() -> Iterator[str]:
    """Give the rules for what is sent to devices."""
    for family in FAMILIES:
        pair = f"{family} daddr . {FROM[family]}"
        yield f"{pair} @welcome_{family} accept"
        yield f"{pair} @stopped_{family} drop"
        yield f"{family} daddr @free_{family} accept"
    yield "drop"

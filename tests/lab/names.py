"""The lab's own name server: every name has an address, some have records worth taking out."""

import asyncio
from ipaddress import IPv4Address, IPv6Address

from dnslib import AAAA, CLASS, HTTPS, QTYPE, RCODE, RR, A, DNSRecord

WORLD = ("11.22.33.1", "2a0f:1234::1")
"""Where every host of the lab's internet answers."""
SAFE = ("11.22.33.7", "2a0f:1234::7")
"""Where what is meant to be safe hosts answers."""
SHARED = ("11.22.33.9", "2a0f:1234::9")
PRIVATE = ("10.99.0.77", "fd99::77")
"""Where names lead that were rebound to the home network."""
NOTHING = ("0.0.0.0", "::")
"""What other filters answer."""
NOWHERE = "nowhere.lab.example"
TTL = 300
ALPN, HINT4, ECH, HINT6 = 1, 4, 5, 6


class Names(asyncio.DatagramProtocol):
    """Answers over UDP and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.deaf = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one question."""
        question = DNSRecord.parse(data)
        name = str(question.q.qname).rstrip(".").lower()
        kind = QTYPE.get(question.q.qtype)
        self.asked.append((name, kind))
        if not self.deaf:
            self._transport.sendto(_answer(question, name, kind).pack(), addr)


def _answer(question: DNSRecord, name: str, kind: str) -> DNSRecord:
    reply = question.reply()
    if name == NOWHERE or name.endswith(".invalid"):
        reply.header.rcode = RCODE.NXDOMAIN
    elif rdata := _record(name, kind):
        reply.add_answer(RR(question.q.qname, question.q.qtype, CLASS.IN, TTL, rdata))
    return reply


def _record(name: str, kind: str) -> A | AAAA | HTTPS | None:
    four, six = addresses_of(name)
    if kind == "A":
        return A(four)
    if kind == "AAAA":
        return AAAA(six)
    if kind != "HTTPS":
        return None
    params = [
        (ALPN, b"\x02h3\x02h2"),
        (HINT4, IPv4Address(four).packed),
        (ECH, b"\x00\x04\xfe\x0d\x00\x00"),
        (HINT6, IPv6Address(six).packed),
    ]
    return HTTPS(1, [], params)


def addresses_of(name: str) -> tuple[str, str]:
    """Return where a host of the lab is."""
    if name.endswith(".shared.lab.example"):
        return SHARED
    if name.startswith("rebound.") or name.endswith(".lan"):
        return PRIVATE
    if name.startswith("filtered."):
        return NOTHING
    is_safe = name.startswith(("forcesafesearch.", "strict.", "safe.", "restrict"))
    return SAFE if is_safe else WORLD

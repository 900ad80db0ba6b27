"""What is taken out of name servers' answers, and what we answer ourselves."""

from collections.abc import Iterable, Iterator
from copy import copy
from ipaddress import ip_address

from dnslib import AAAA, CLASS, CNAME, EDNS0, QTYPE, RCODE, RR, A, DNSRecord

SVCB, HTTPS, ANY = 64, 65, 255
MANDATORY, ALPN, NO_DEFAULT_ALPN, ECH = 0, 1, 2, 5
HINTS = {4: 4, 6: 16}
"""Parameters that hint at addresses, and how long one is."""
AT_HOME = (".lan", ".local", ".internal", ".home.arpa", ".home", ".localdomain")
ADDRESS_KINDS = frozenset({QTYPE.A, QTYPE.AAAA})
ANSWER_SIZE = 1232
"""What we take in one datagram; larger ones are lost on some ways (DNS flag day 2020)."""
PLAIN_SIZE = 512

CANARIES = frozenset(
    {"use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com", "mask-api.icloud.com"}
)
"""“No such name” tells browsers and relays not to carry names past this network's resolver."""
DISCOVERY = "resolver.arpa"
"""Where systems ask whether their resolver also speaks over TLS."""


def is_never_told(host: str) -> bool:
    """Tell whether a name exists only to lead questions past us."""
    return host in CANARIES or host == DISCOVERY or host.endswith(f".{DISCOVERY}")


def cleaned(records: Iterable[RR], ttl: int) -> Iterator[RR]:
    """Give records without keys for hidden names and without QUIC, and not valid for long."""
    for record in records:
        if record.rtype == SVCB:
            continue
        made = copy(record)
        made.ttl = min(record.ttl, ttl)
        if record.rtype == HTTPS:
            made.rdata = copy(record.rdata)
            made.rdata.params = list(_plain(record.rdata.params))
        yield made


def _plain(params: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Give the parameters of a service record that do not lead past this door."""
    kept = {key: value for key, value in params if key != ECH}
    if ALPN in kept:
        kept[ALPN] = b"".join(name for name in _strings(kept[ALPN]) if name[1:3] != b"h3")
        if not kept[ALPN]:
            del kept[ALPN]
            kept.pop(NO_DEFAULT_ALPN, None)
    if MANDATORY in kept:
        raw = kept[MANDATORY]
        pairs = (raw[at : at + 2] for at in range(0, len(raw), 2))
        kept[MANDATORY] = b"".join(pair for pair in pairs if int.from_bytes(pair) in kept)
        if not kept[MANDATORY]:
            del kept[MANDATORY]
    yield from sorted(kept.items())


def _strings(raw: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(raw):
        end = at + 1 + raw[at]
        yield raw[at:end]
        at = end


def reply_to(question: DNSRecord, rcode: int = RCODE.NOERROR) -> DNSRecord:
    """Begin an answer; without records and errors it says that there is nothing of this kind."""
    reply = question.reply(ra=1, aa=0)
    reply.header.rcode = rcode
    if offered(question):
        reply.add_ar(EDNS0(udp_len=ANSWER_SIZE))
    return reply


def address(question: DNSRecord, where: str, ttl: int) -> DNSRecord:
    """Answer with an address of ours, where it is of the kind that was asked for."""
    reply = reply_to(question)
    kind = QTYPE.AAAA if ":" in where else QTYPE.A
    if question.q.qtype == kind:
        made = AAAA(where) if ":" in where else A(where)
        reply.add_answer(RR(question.q.qname, kind, CLASS.IN, ttl, made))
    return reply


def alias(question: DNSRecord, host: str, records: Iterable[RR], ttl: int) -> DNSRecord:
    """Answer that the name is another one, and where that is."""
    reply = reply_to(question)
    reply.add_answer(RR(question.q.qname, QTYPE.CNAME, CLASS.IN, ttl, CNAME(host)))
    reply.add_answer(*records)
    return reply


def leads_nowhere(address: str) -> bool:
    """Tell whether an address is the one that stands for none, as other filters answer."""
    return ip_address(address).is_unspecified


def is_at_home(host: str) -> bool:
    """Tell whether a name can only belong to the network at home: nobody outside can own it."""
    return "." not in host or host.endswith(AT_HOME)


def hinted(records: Iterable[RR]) -> Iterator[str]:
    """Give the addresses that service records bring along."""
    for record in records:
        for key, raw in record.rdata.params if record.rtype == HTTPS else ():
            size = HINTS.get(key, 0)
            for at in range(0, len(raw) - size + 1, size) if size else ():
                yield str(ip_address(bytes(raw[at : at + size])))


def addresses(records: Iterable[RR]) -> list[str]:
    """Return the addresses among records, as text in its one form."""
    return [str(ip_address(str(rr.rdata))) for rr in records if rr.rtype in ADDRESS_KINDS]


def offered(question: DNSRecord) -> int:
    """Return the size of answers that a client takes; 0 where it does not say."""
    sizes = [rr.rclass for rr in question.ar if rr.rtype == QTYPE.OPT]
    return max(PLAIN_SIZE, sizes[0]) if sizes else 0


def fit(reply: DNSRecord, question: DNSRecord) -> bytes:
    """Write an answer as one datagram; what does not fit has to be asked for over TCP."""
    wire: bytes = reply.pack()
    if len(wire) <= min(offered(question) or PLAIN_SIZE, ANSWER_SIZE):
        return wire
    short = reply_to(question)
    short.header.tc = 1
    cut: bytes = short.pack()
    return cut

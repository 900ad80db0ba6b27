"""Asks name servers, each time from a fresh port: only what fits the question is an answer."""

import asyncio
import secrets
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

from dnslib import QTYPE, RCODE, DNSError, DNSRecord

from proxy.dial import split_address

SECONDS = 1.5
"""Patience with one server; then the next is asked."""
ROUNDS = 2
DOMAIN = 53
LENGTH = 2
RESOLV_CONF = Path("/etc/resolv.conf")


class NoAnswer(OSError):  # noqa: N818 it is an answer, not a fault of ours
    """No name server answered."""


def servers_of_this_machine(file: Path = RESOLV_CONF) -> tuple[str, ...]:
    """Return the name servers that this machine uses itself."""
    with suppress(OSError):
        lines = [line.split() for line in file.read_text().splitlines()]
        return tuple(line[1] for line in lines if len(line) > 1 and line[0] == "nameserver")
    return ()


class Upstream:
    """Asks the servers in turn until one answers."""

    def __init__(self, servers: Sequence[str]) -> None:
        self._servers = [split_address(server, DOMAIN) for server in servers]

    async def ask(self, name: str, kind: int) -> DNSRecord:
        """Return the answer to a question. Raises NoAnswer."""
        question = DNSRecord.question(name, QTYPE.get(kind))
        for server in self._servers * ROUNDS:
            question.header.id = secrets.randbelow(1 << 16)
            with suppress(OSError, TimeoutError, DNSError):
                async with asyncio.timeout(SECONDS):
                    return await _exchange(question, server)
        raise NoAnswer("no name server answers")

    async def look_up(self, host: str, port: int) -> list[str]:  # noqa: ARG002 as the dialer asks
        """Return every address of a host. Raises NoAnswer when both families fail."""
        kinds = (QTYPE.A, QTYPE.AAAA)
        answers = await asyncio.gather(
            *(self.ask(host, kind) for kind in kinds), return_exceptions=True
        )
        good = [answer for answer in answers if isinstance(answer, DNSRecord)]
        if not good:
            raise NoAnswer("no name server answers")
        return [
            str(record.rdata)
            for answer in good
            if answer.header.rcode == RCODE.NOERROR
            for record in answer.rr
            if record.rtype in kinds
        ]


async def _exchange(question: DNSRecord, server: tuple[str, int]) -> DNSRecord:
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    transport, waiting = await loop.create_datagram_endpoint(
        lambda: _Waiting(question), remote_addr=server, family=family
    )
    try:
        answer = await waiting.answer
    finally:
        transport.close()
    return await _by_stream(question, server) if answer.header.tc else answer


async def _by_stream(question: DNSRecord, server: tuple[str, int]) -> DNSRecord:
    reader, writer = await asyncio.open_connection(*server)
    try:
        wire = question.pack()
        writer.write(len(wire).to_bytes(LENGTH) + wire)
        size = int.from_bytes(await reader.readexactly(LENGTH))
        answer = DNSRecord.parse(await reader.readexactly(size))
    except asyncio.IncompleteReadError as end:
        raise NoAnswer("the name server hung up") from end
    finally:
        writer.transport.abort()
    if not _fits(question, answer):
        raise NoAnswer("the name server answered something else")
    return answer


class _Waiting(asyncio.DatagramProtocol):
    """Waits for the one datagram that answers."""

    def __init__(self, question: DNSRecord) -> None:
        self._question = question
        self.answer: asyncio.Future[DNSRecord] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.DatagramTransport", transport).sendto(self._question.pack())

    def datagram_received(self, data: bytes, addr: object) -> None:  # noqa: ARG002 the protocol's own
        with suppress(DNSError):
            answer = DNSRecord.parse(data)
            # Anybody can send us datagrams; what does not fit is not an answer.
            if _fits(self._question, answer) and not self.answer.done():
                self.answer.set_result(answer)

    def error_received(self, exc: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(exc)


def _fits(question: DNSRecord, answer: DNSRecord) -> bool:
    asked, told = question.q, answer.questions
    return (
        answer.header.id == question.header.id
        and bool(answer.header.qr)
        and len(told) == 1
        and told[0].qtype == asked.qtype
        and str(told[0].qname).lower() == str(asked.qname).lower()
    )

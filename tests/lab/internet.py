"""`python -m tests.lab.internet`: the lab's internet inside a network namespace, with real ports.

Prints where its CA is and serves until its standard input ends.
"""

import asyncio
import json
import os
import socket
import sys
import tempfile
from pathlib import Path

import uvloop

from tests.lab.names import SAFE, Names
from tests.lab.origin import Origin
from tests.lab.pki import Certificates

ANYWHERE = ("0.0.0.0", "::")
HTTPS, HTTP, DOMAIN = 443, 80, 53
UDP_ECHO, UDP_ECHO_ELSEWHERE = 4000, 4001


class Echo(asyncio.DatagramProtocol):
    """Sends back every datagram: what games and calls look like to a gateway."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(data, addr)


def _bound(host: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    if ":" in host:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    made.bind((host, port))
    return made


async def banner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak first, as mail servers do, then send back what comes."""
    writer.write(b"220 lab\r\n")
    while data := await reader.read(4096):
        writer.write(data)
    writer.close()


async def main() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryDirectory(prefix="haidang-internet-") as folder:
        certificates = Certificates(Path(folder))
        origin = Origin(certificates, at=ANYWHERE, ports=(HTTPS, HTTP))
        await origin.start()
        for host in ANYWHERE:
            for answers, port in ((Names, DOMAIN), (Echo, HTTPS), (Echo, UDP_ECHO)):
                await loop.create_datagram_endpoint(answers, sock=_bound(host, port))
        # Bound to its own address: an answer has to come from where it was asked for.
        elsewhere = _bound(SAFE[0], UDP_ECHO_ELSEWHERE)
        await loop.create_datagram_endpoint(Echo, sock=elsewhere)
        await asyncio.start_server(banner, ANYWHERE, 2525)
        sys.stdout.write(json.dumps({"ca_path": str(certificates.ca_path)}) + "\n")
        sys.stdout.flush()
        loop.add_reader(sys.stdin.fileno(), lambda: os.read(0, 64) or stop.set())
        await stop.wait()
        await origin.stop()


if __name__ == "__main__":
    uvloop.run(main())

"""The origin that `bench.door` measures against: it only answers, as cheaply as Python can.

`python -m bench.wire` prints three ports (a hundred bytes, 50 MB, small pages over TLS) and runs
until its input ends.
"""

import asyncio
import contextlib
import json
import os
import select
import socket
import ssl
import sys
import tempfile
from pathlib import Path
from threading import Thread

import uvloop

from tests.lab.pki import Authority

HERE = "127.0.0.1"
HOST, LARGE, PAGES = "bench.example", "large.bench.example", "pages.bench.example"
SHORT = b"x" * 100
BULK = 50_000_000
PAGE = b"x" * 1000
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n" + PAGE
ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9999999999\r\n\r\n"
DRIP = 0.02


def hello(name: str) -> bytes:
    """Make the ClientHello that a tunnel to a host begins with."""
    outgoing = ssl.MemoryBIO()
    context = ssl.create_default_context()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name).do_handshake()
    return outgoing.read()


def listening() -> socket.socket:
    """Listen on a port of the kernel's choice."""
    made = socket.create_server((HERE, 0), backlog=1024)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def short(server: socket.socket) -> None:
    """Answer the first bytes of every connection with a hundred; a bare loop costs least."""
    server.setblocking(False)
    watch, lines = select.epoll(), {}
    watch.register(server, select.EPOLLIN)
    while True:
        for number, _ in watch.poll():
            if number == server.fileno():
                with contextlib.suppress(BlockingIOError):
                    while True:
                        line, _ = server.accept()
                        lines[line.fileno()] = line
                        watch.register(line, select.EPOLLIN)
                continue
            line = lines[number]
            with contextlib.suppress(ConnectionError):
                if line.recv(4096):
                    line.send(SHORT)
                    continue
            del lines[number]
            line.close()


def large(server: socket.socket) -> None:
    """Answer the first bytes of every connection with 50 MB, straight from the kernel's memory."""
    file = os.memfd_create("large")
    os.truncate(file, BULK)
    while True:
        line, _ = server.accept()
        Thread(target=pour, args=(line, file), daemon=True).start()


def pour(line: socket.socket, file: int) -> None:
    """Send the whole file."""
    with contextlib.suppress(OSError), line:
        line.recv(4096)
        sent = 0
        while sent < BULK:
            sent += os.sendfile(line.fileno(), file, sent, BULK - sent)
        line.shutdown(socket.SHUT_WR)
        line.recv(4096)


class Pages(asyncio.Protocol):
    """Answers every request with a thousand bytes; `/stream` with a drop now and then, for ever."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.waiting = b""

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while b"\r\n\r\n" in self.waiting:
            head, _, self.waiting = self.waiting.partition(b"\r\n\r\n")
            if head.startswith(b"GET /stream"):
                self.transport.write(ENDLESS)
                self.drip()
            else:
                self.transport.write(ANSWER)

    def drip(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(b"x")
            asyncio.get_running_loop().call_later(DRIP, self.drip)


async def serve(folder: Path) -> None:
    """Run the origin."""
    authority, context = Authority("Bench"), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for name, content in (("leaf.pem", authority.leaf(PAGES)), ("ca.pem", authority.pem())):
        (folder / name).write_bytes(content)
    context.load_cert_chain(folder / "leaf.pem")
    loop = asyncio.get_running_loop()
    pages = await loop.create_server(Pages, HERE, 0, backlog=1024, ssl=context)
    sockets = [listening(), listening()]
    for server, work in zip(sockets, (short, large), strict=True):
        Thread(target=work, args=(server,), daemon=True).start()
    told = {
        "short": sockets[0].getsockname()[1],
        "large": sockets[1].getsockname()[1],
        "pages": pages.sockets[0].getsockname()[1],
        "ca": str(folder / "ca.pem"),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="haidang-bench-") as place:
        uvloop.run(serve(Path(place)))

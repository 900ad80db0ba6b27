"""Clients of a door that can be as odd as a test needs them."""

import asyncio
import shutil
import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = "127.0.0.1"
PATIENCE = 8
OPEN_LINES: list["Line"] = []
"""Closed when the door of a test ends."""


def trusting(ca: Path, alpn: tuple[str, ...] = ("http/1.1",)) -> ssl.SSLContext:
    """Trust one CA and nothing else."""
    context = ssl.create_default_context(cafile=str(ca))
    context.set_alpn_protocols(list(alpn))
    return context


@dataclass
class Line:
    """One TCP connection to a door."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(cls, port: int) -> "Line":
        line = cls(*await asyncio.open_connection(HERE, port))
        OPEN_LINES.append(line)
        return line

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head(self) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self.reader.readuntil(b"\r\n\r\n")

    async def answer(self) -> tuple[bytes, bytes]:
        """Read one whole answer that carries its length."""
        head = await self.head()
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        async with asyncio.timeout(PATIENCE):
            return head, await self.reader.readexactly(length)

    async def rest(self) -> bytes:
        """Read until the other side closes, however it does."""
        got = b""
        async with asyncio.timeout(PATIENCE):
            try:
                while part := await self.reader.read(65536):
                    got += part
            except ConnectionError:
                pass
        return got

    async def connect(self, host: str, port: int = 443) -> bytes:
        await self.send(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        return await self.head()

    async def tls(self, ca: Path, name: str) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.writer.start_tls(trusting(ca), server_hostname=name)

    async def get(self, path: str, host: str, *headers: str) -> tuple[bytes, bytes]:
        await self.ask(path, host, *headers)
        return await self.answer()

    async def ask(self, path: str, host: str, *headers: str) -> None:
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}", *headers]
        await self.send(("\r\n".join(lines) + "\r\n\r\n").encode())

    def issuer(self) -> str:
        """Name who signed the certificate that this end was shown."""
        shown = self.writer.get_extra_info("peercert")
        return str(dict(pair[0] for pair in shown["issuer"])["commonName"])

    def shown(self) -> bytes:
        """Return the certificate that this end was shown (DER)."""
        return bytes(self.writer.get_extra_info("ssl_object").getpeercert(binary_form=True))

    def close(self) -> None:
        self.writer.transport.abort()


def close_lines() -> None:
    """Close every line of a test."""
    while OPEN_LINES:
        OPEN_LINES.pop().close()


async def tunnel(port: int, ca: Path, host: str, sni: str = "") -> Line:
    """Open a TLS connection to a host through a door."""
    line = await Line.open(port)
    assert b" 200 " in await line.connect(host)
    await line.tls(ca, sni or host)
    return line


class HandMade:
    """TLS whose bytes the test moves itself."""

    def __init__(self, ca: Path, name: str) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = trusting(ca).wrap_bio(self.incoming, self.outgoing, server_hostname=name)

    def hello(self) -> bytes:
        with pytest.raises(ssl.SSLWantReadError):
            self.tls.do_handshake()
        return self.outgoing.read()

    async def finish(self, line: Line) -> None:
        """Go on with the handshake after the hello was sent."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    self.tls.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    await self.move(line)
            await line.send(self.outgoing.read())

    async def move(self, line: Line) -> None:
        if pending := self.outgoing.read():
            await line.send(pending)
        data = await line.reader.read(65536)
        assert data, "the connection was closed"
        self.incoming.write(data)

    async def exchange(self, line: Line, request: bytes) -> bytes:
        self.tls.write(request)
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.move(line)
                try:
                    return self.tls.read(65536)
                except ssl.SSLWantReadError:
                    continue


async def curl(*arguments: str) -> str:
    """Run the real curl and return what it printed."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("curl is not installed")
    process = await asyncio.create_subprocess_exec(
        program,
        "-sS",
        "-m",
        str(PATIENCE),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return out.decode(errors="replace")

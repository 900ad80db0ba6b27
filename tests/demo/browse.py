"""A device that browses through its port of the door: CONNECT, TLS, one request, read, gone."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Iterable
from pathlib import Path

from tests.demo.places import Place

PATIENCE = 30.0
"""A slow machine is no reason for holes in the story."""
CHECK_HOST, CHECK_PATH = "haidang.internal", "/trust"
AGENT = "Mozilla/5.0 (sample device of the demonstration)"


class Device:
    """One sample device: the door's port it uses and the certificates it trusts."""

    def __init__(self, port: int, cas: Iterable[Path]) -> None:
        self._port = port
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.set_alpn_protocols(["http/1.1"])
        for path in cas:
            self._context.load_verify_locations(path)

    async def spend_minute(self, place: Place, *, arriving: bool) -> int:
        """Do what a device does in a minute at a place; return how many visits got an answer."""
        answered = 0
        if arriving:
            for host in place.hosts[:-1]:
                answered += await self.fetch(host, "/", navigates=True) == 200
        traffic = f"/bytes/{place.kilobytes * 1024}"
        last = place.hosts[-1]
        return answered + (await self.fetch(last, traffic, navigates=len(place.hosts) == 1) == 200)

    async def check_trust(self) -> bool:
        """Open our own page over TLS, as a parent does who sets the device up."""
        return await self.fetch(CHECK_HOST, CHECK_PATH) == 200

    async def fetch(self, host: str, path: str, *, navigates: bool = False) -> int:
        """Fetch one thing; return the status, or 0 where the door or the device refused."""
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                _leave_at_once(writer)
                try:
                    return await self._talk(reader, writer, host, path, navigates=navigates)
                finally:
                    writer.transport.abort()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return 0

    async def _talk(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        host: str,
        path: str,
        *,
        navigates: bool,
    ) -> int:
        writer.write(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        status, _ = await _head(reader)
        if status != 200:
            return status
        await writer.start_tls(self._context, server_hostname=host)
        writer.write(_request(host, path, navigates=navigates))
        status, size = await _head(reader)
        await reader.readexactly(size)
        return status


def _leave_at_once(writer: asyncio.StreamWriter) -> None:
    """Make the end a reset: both halves are over when the door hears of it, not only ours."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def catch_up(port: int) -> None:
    """Return when the door has seen every connection end that was closed before.

    Its loop takes things in turn: once it has answered this nonsense, which it refuses without
    writing it down, it has also read what came earlier.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"?\r\n\r\n")
    await reader.read()
    writer.close()


async def _head(reader: asyncio.StreamReader) -> tuple[int, int]:
    """Read the head of an answer; return its status and how long its body is."""
    lines = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
    sizes = [line.partition(b":")[2] for line in lines if line.startswith(b"content-length:")]
    return int(lines[0].split(b" ", 2)[1]), int(sizes[0]) if sizes else 0


def _request(host: str, path: str, *, navigates: bool) -> bytes:
    kind = "navigate" if navigates else "no-cors"
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        f"User-Agent: {AGENT}",
        f"Sec-Fetch-Mode: {kind}",
        f"Sec-Fetch-Dest: {'document' if navigates else 'empty'}",
        "Accept: text/html,*/*",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()

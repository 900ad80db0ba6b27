"""Both ways through a door, and origins that behave exactly as a test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import h2.exceptions

from rules.policy import Policy
from tests.proxy.clients import PATIENCE, Line, trusting, tunnel
from tests.proxy.house import House
from tests.proxy.test_tunnels import address_of

PAGES = Policy(privacy="pages")
"""Everything that may be is opened, as nothing else demands it."""
HOST = "site.example"

type Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Way:
    """How a device gets to an origin: relayed byte by byte, or opened by us."""

    house: House
    opened: bool

    async def begin(self) -> None:
        """Put the rules in force under which connections go this way."""
        await self.house.rule(PAGES if self.opened else Policy())

    @property
    def ca(self) -> Path:
        """Return who signs what the device is shown."""
        return self.house.ca if self.opened else self.house.lab.ca_path

    @property
    def proxy(self) -> str:
        """Return the door's address for this device."""
        return f"http://127.0.0.1:{self.house.device_port}"

    async def line(self, host: str = HOST) -> Line:
        """Open a connection to a host; whether it is opened is checked by its certificate."""
        line = await tunnel(self.house.device_port, self.ca, host)
        assert ("Hải Đăng" in line.issuer()) is self.opened
        return line

    async def ask(self, request: str, body: bytes = b"", host: str = HOST) -> Line:
        """Send one request, given without its Host and end."""
        line = await self.line(host)
        await line.send(f"{request}\r\nHost: {host}\r\n\r\n".encode() + body)
        return line


@asynccontextmanager
async def origin(
    house: House, serve: Serve, host: str = HOST, alpn: tuple[str, ...] = ("http/1.1",)
) -> AsyncIterator[None]:
    """Let one host be served by a function, over real TLS."""
    context = house.lab.certificates._make(host)
    context.set_alpn_protocols(list(alpn))

    async def contained(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (OSError, EOFError, h2.exceptions.ProtocolError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(contained, "127.0.0.1", 0, ssl=context)
    house.door.settings.resolver[f"{host}:443"] = address_of(server)
    try:
        yield
    finally:
        server.close()


def answering(*answers: bytes) -> Serve:
    """Make an origin that reads one head after the other, and answers each with given bytes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
        await reader.read()

    return serve


class Speaker:
    """One end of an HTTP/2 connection, as simple as calls over gRPC need it."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, client: bool
    ) -> None:
        self._reader, self._writer = reader, writer
        config = h2.config.H2Configuration(client_side=client, header_encoding="utf-8")
        self.h2 = h2.connection.H2Connection(config)
        self._events: list[h2.events.Event] = []
        self.h2.initiate_connection()
        self.flush()

    def flush(self) -> None:
        """Send what waits."""
        self._writer.write(self.h2.data_to_send())

    async def next(self, *kinds: type[h2.events.Event]) -> h2.events.Event:
        """Wait for the next event of some kinds; every other one is passed over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                while self._events:
                    event = self._events.pop(0)
                    if isinstance(event, h2.events.DataReceived):
                        size = event.flow_controlled_length
                        self.h2.acknowledge_received_data(size, event.stream_id)
                        self.flush()
                    if isinstance(event, kinds):
                        return event
                data = await self._reader.read(65536)
                if not data:
                    raise EOFError("the connection was closed")
                self._events += self.h2.receive_data(data)
                self.flush()


async def call_service(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Be a service: send each message back at once, and end with the trailers of a call."""
    speaker = Speaker(reader, writer, client=False)
    while True:
        event = await speaker.next(
            h2.events.RequestReceived, h2.events.DataReceived, h2.events.StreamEnded
        )
        number = event.stream_id
        if isinstance(event, h2.events.RequestReceived):
            headers = [(":status", "200"), ("content-type", "application/grpc")]
            speaker.h2.send_headers(number, headers)
        elif isinstance(event, h2.events.DataReceived):
            speaker.h2.send_data(number, event.data)
        else:
            speaker.h2.send_headers(number, [("grpc-status", "0")], end_stream=True)
        speaker.flush()


async def caller(house: House) -> Speaker:
    """Connect as an app that speaks gRPC does: HTTP/2 and nothing else."""
    line = await Line.open(house.device_port)
    assert b" 200 " in await line.connect(HOST)
    async with asyncio.timeout(PATIENCE):
        await line.writer.start_tls(trusting(house.lab.ca_path, ("h2",)), server_hostname=HOST)
    return Speaker(line.reader, line.writer, client=True)

"""Hands a connection, with the bytes already read, to the interception library."""
# The library is annotated only in part.
# mypy: disallow-untyped-calls=false

import asyncio
import inspect
import logging
import ssl
import sys
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import certifi
from mitmproxy import flow, http, master, options
from mitmproxy.addons import disable_h2c, next_layer, proxyserver
from mitmproxy.connection import ConnectionState, Server
from mitmproxy.proxy import commands, events, mode_specs, server_hooks
from mitmproxy.proxy.layers import modes
from mitmproxy.proxy.layers.http import _http1
from mitmproxy.proxy.mode_servers import ProxyConnectionHandler
from mitmproxy.proxy.server import ConnectionIO

from proxy import http1, reply
from proxy.dial import Forbidden, Nowhere, Unreachable
from proxy.door import CA_FOLDER, Door
from proxy.files import write_whole
from proxy.front import Passage
from proxy.gatekeeper import HOOKS, Gatekeeper
from proxy.guard import Guarded
from proxy.house_pages import Silence
from proxy.leaves import CIPHERS, Tls
from proxy.process import Sweeper
from rules.verdict import Reason

READ_AHEAD = 256 * 1024
BAD_GATEWAY = 502

ON_THE_WAY: ContextVar[Passage] = ContextVar("passage")
"""Whose connection the running task serves: the library's error pages know no connection."""


class DoorMode(mode_specs.ProxyMode):
    """How the library names our connections."""

    description = "door"
    transport_protocol = "tcp"

    def __post_init__(self) -> None:
        """Accept any specification: the library never listens for us."""


MODE = DoorMode("door", "", None, None)


class Far(asyncio.StreamReaderProtocol):
    """An origin's end: what came before a reset is still read, and the reset is told."""

    def __init__(self, reader: asyncio.StreamReader, was_reset: Callable[[], None]) -> None:
        super().__init__(reader)
        self._was_reset = was_reset

    def connection_lost(self, exc: Exception | None) -> None:
        """End; streams would throw away what is not read yet."""
        if exc is not None:
            self._was_reset()
        super().connection_lost(None)


class Addons:
    """Knows which addons hear which hook, in the order in which the library would ask them."""

    def __init__(self, chain: list[object]) -> None:
        self._chain = chain
        self._hearing: dict[str, tuple[object, ...]] = {}

    def which_hear(self, name: str) -> tuple[object, ...]:
        """Return the addons that have a hook."""
        known = self._hearing.get(name)
        if known is None:
            known = tuple(addon for addon in self._chain if hasattr(addon, name))
            self._hearing[name] = known
        return known


class Handler(ProxyConnectionHandler):
    """One connection inside the library; where it leads is dialled by us, within our limits."""

    door: Door
    passage: Passage
    addons: "Addons"

    def log(self, message: str, level: int = logging.INFO, exc_info: Any = None) -> None:
        """Cut what the library broke down over; it would leave the client waiting for ever."""
        if fault := sys.exception() if exc_info else None:
            self.door.guard.note(fault)
            self.passage.cut()
        else:
            super().log(message, level)

    async def handle_hook(self, hook: commands.StartHook) -> None:
        """Ask our few addons directly; the library walks over all, twice, and forgives errors."""
        with self.timeout_watchdog.disarm():
            await self.door.guard.contained(self._ask(hook), self.passage.cut)

    async def _ask(self, hook: commands.StartHook) -> None:
        (data,) = hook.args()
        for addon in self.addons.which_hear(hook.name):
            answer = getattr(addon, hook.name)(data)
            if inspect.isawaitable(answer):
                await answer
        if isinstance(data, flow.Flow):
            await data.wait_for_resume()

    async def open_connection(self, command: commands.OpenConnection) -> None:
        """Connect upstream; the library's own way knows no timeout, second address or limit."""
        server = command.connection
        data = server_hooks.ServerConnectionHookData(client=self.client, server=server)
        await self.handle_hook(server_hooks.ServerConnectHook(data))
        problem = server.error or await self._dial(server)
        if problem:
            server.error = problem
            await self.handle_hook(server_hooks.ServerConnectErrorHook(data))
            await self.server_event(events.OpenConnectionCompleted(command, problem))
            return
        await self.handle_hook(server_hooks.ServerConnectedHook(data))
        await self.server_event(events.OpenConnectionCompleted(command, None))
        try:
            await self.handle_connection(server)
        finally:
            await self.handle_hook(server_hooks.ServerDisconnectedHook(data))

    async def _dial(self, server: Server) -> str:
        """Connect and register the streams; return what went wrong, empty if nothing did."""
        if not server.address:
            return "no destination"
        host, port = server.address[0], server.address[1]
        loop, reset = asyncio.get_running_loop(), self.passage.reset
        reader = asyncio.StreamReader(limit=READ_AHEAD, loop=loop)
        try:
            transport, protocol = await self.door.dialer.open(
                lambda: Far(reader, lambda: reset.add(server.id)),
                self.passage.safe.get(host, host),
                port,
            )
        except Forbidden:
            self.passage.trouble = Reason.PRIVATE_ADDRESS
            return "this address may not be reached"
        except Unreachable as problem:
            if isinstance(problem, Nowhere):
                self.passage.silence = Silence.NO_SUCH_NAME
            return str(problem)
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        self.passage.origins[server.id] = transport
        server.state = ConnectionState.OPEN
        server.peername = transport.get_extra_info("peername")
        server.sockname = transport.get_extra_info("sockname")
        self.transports[server] = ConnectionIO(asyncio.current_task(), reader, writer)
        return ""


class Interceptor:
    """The interception library with the few parts we need of it, and nothing that listens."""

    def __init__(self, door: Door, passphrase: bytes | None) -> None:
        self._door = door
        self._handlers: dict[str, Handler] = {}
        self._sweeper = Sweeper()
        self._gatekeeper = Gatekeeper(door, self.passage_of)
        self.master = _master(door, passphrase, self._gatekeeper)
        self._proxy: proxyserver.Proxyserver = self.master.addons.get("proxyserver")
        self._addons = Addons(self.master.addons.chain)
        self._gatekeeper.inject = self._inject
        self._say_errors_ourselves()

    def passage_of(self, client_id: str) -> Passage | None:
        """Return the passage of one of the library's connections."""
        handler = self._handlers.get(client_id)
        return handler.passage if handler else None

    def _inject(self, flow: http.HTTPFlow, message: bytes) -> None:
        """Say something to the client of a WebSocket."""
        self._proxy.inject_websocket(flow, True, message)

    async def serve(self, passage: Passage, early: bytes) -> None:
        """Serve one connection until it ends."""
        reader, writer = _streams(passage.transport, early)
        handler = Handler(self.master, reader, writer, self.master.options, MODE)
        handler.door, handler.passage, handler.addons = self._door, passage, self._addons
        context = handler.layer.context
        if passage.host:
            context.server.address = (passage.names[-1], passage.port)
            handler.layer = modes.TransparentProxy(context)
        else:
            handler.layer = modes.HttpProxy(context)
        ON_THE_WAY.set(passage)
        self._handlers[handler.client.id] = handler
        try:
            with self._proxy.register_connection(handler.client.id, handler):
                await handler.handle_client()
        finally:
            del self._handlers[handler.client.id]
            passage.leave()
            self._gatekeeper.forget(handler.client.id, passage)
            self._sweeper.ended()

    def tick(self) -> None:
        """Once a second: give back what opened connections left."""
        self._sweeper.tick(busy=bool(self._handlers))

    async def stop(self) -> None:
        """End every connection and the library's own tasks."""
        for handler in list(self._handlers.values()):
            handler.passage.cut()
        if self._door.lines:
            self._door.lines.close()
        await self.master.done()

    def _say_errors_ourselves(self) -> None:
        """Put our words in place of the library's bare error page; it offers no hook for that."""

        def make_error_response(status_code: int, _message: str = "") -> bytes:
            passage = ON_THE_WAY.get(None)
            if passage is None or status_code != BAD_GATEWAY:
                return reply.nothing(status_code).wire()
            if passage.stale:
                return b""
            return self._gatekeeper.could_not(passage).wire()

        vars(_http1)["make_error_response"] = make_error_response


def _streams(
    transport: asyncio.Transport, early: bytes
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Turn a running connection into streams, beginning with the bytes already read."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=READ_AHEAD, loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    protocol.connection_made(transport)
    transport.set_protocol(protocol)
    reader.feed_data(early)
    transport.resume_reading()
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


def _master(door: Door, passphrase: bytes | None, gatekeeper: Gatekeeper) -> master.Master:
    """Build the library by hand: no scripts, no user interface, no sites of its own."""
    http1.mend()
    # It checks the types of what its own parser made, unless Python runs optimised.
    vars(http)["MessageData"].__post_init__ = lambda _: None
    chosen = options.Options(
        mode=[],
        confdir=str(door.data / CA_FOLDER),
        upstream_cert=False,
        http2=False,
        http3=False,
        rawtcp=False,
        ssl_verify_upstream_trusted_ca=_trusted(door),
    )
    if passphrase:
        chosen.update(cert_passphrase=passphrase.decode())
    made = master.Master(chosen)
    # It would turn every log record of this process into a callback of the loop.
    made._legacy_log_events.uninstall()  # noqa: SLF001 the library has no other switch
    tls = Tls()
    ours = Guarded("gatekeeper", gatekeeper, HOOKS, door.guard, gatekeeper.deny)
    made.addons.add(
        proxyserver.Proxyserver(), next_layer.NextLayer(), tls, disable_h2c.DisableH2C(), ours
    )
    chosen.update(
        connection_strategy="lazy",
        validate_inbound_headers=True,
        ciphers_client=CIPHERS,
        ciphers_server=CIPHERS,
    )
    tls.configure({"confdir"})
    return made


def _trusted(door: Door) -> str:
    """Return the file of certificates trusted for origins: the system's, and the operator's own."""
    system = Path(ssl.get_default_verify_paths().cafile or certifi.where())
    if not system.exists():
        system = Path(certifi.where())
    extra = door.settings.origin_ca
    if extra is None:
        return str(system)
    joined = door.data / CA_FOLDER / "origins.pem"
    write_whole(joined, system.read_bytes() + b"\n" + extra.read_bytes())
    return str(joined)

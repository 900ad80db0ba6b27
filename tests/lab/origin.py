"""Origins for every host name: HTTP/1.1, HTTP/2 and WebSocket over TLS, and plain HTTP."""

import asyncio
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config

from tests.lab.pki import Certificates
from tests.lab.player import play
from tests.lab.recorded import Load
from tests.lab.routes import Answer, Receive, Scope, Send, host_of, serve_http, serve_websocket

LOOPBACK = "127.0.0.1"
REQUESTS = "/lab/requests"
"""Where a test in another process asks, over plain HTTP, what was received."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the origin received it."""

    at: float
    """The event loop's clock."""
    scheme: str
    host: str
    sni: str
    """The name in the TLS greeting; empty without TLS."""
    method: str
    path: str
    http: str
    query: str = ""


class Origin:
    """All origins: two listening ports on loopback, and a record of what reached them."""

    def __init__(
        self,
        certificates: Certificates,
        *,
        at: Sequence[str] = (LOOPBACK,),
        ports: tuple[int, int] = (0, 0),
    ) -> None:
        self.requests: list[Request] = []
        self.handshakes: list[str] = []
        """Names of the TLS greetings received, whether or not they succeeded."""
        self.played: Load | None = None
        """A recorded page that is played again; what is not in it is answered as ever."""
        self._certificates = certificates
        self._at = at
        self.tls_port, self.http_port = ports
        self._servers: list[asyncio.Server] = []
        self._busy: set[asyncio.Task[Any]] = set()
        self._config = _quiet_config()

    async def start(self) -> None:
        """Begin to listen, on two free ports unless told which."""
        self._context = WorkerContext(None)
        self._servers = [
            await self._listen(self.tls_port, ssl=self._greeting()),
            await self._listen(self.http_port),
        ]
        self.tls_port, self.http_port = (
            server.sockets[0].getsockname()[1] for server in self._servers
        )

    async def _listen(self, port: int, **more: Any) -> asyncio.Server:
        return await asyncio.start_server(self._serve, self._at, port, backlog=512, **more)

    async def stop(self) -> None:
        """Close the ports and every connection."""
        for server in self._servers:
            server.close()
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until no connection is open."""
        while self._busy:
            await asyncio.wait(self._busy)

    def reached(self, host: str) -> list[Request]:
        """Return the requests that reached a host."""
        return [request for request in self.requests if request.host == host]

    def forget(self) -> None:
        """Forget what was received so far."""
        self.requests.clear()
        self.handshakes.clear()

    def _greeting(self) -> ssl.SSLContext:
        context = self._certificates.context_for("lab.example")
        context.sni_callback = self._choose
        return context

    def _choose(self, tls: Any, name: str | None, _: ssl.SSLContext) -> None:
        self.handshakes.append(name or "")
        tls.lab_sni = name or ""
        if name:
            tls.context = self._certificates.context_for(name.lower())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        sni = getattr(writer.get_extra_info("ssl_object"), "lab_sni", "")
        app = ASGIWrapper(self._answer_with(sni))
        loop = asyncio.get_running_loop()
        try:
            await TCPServer(app, loop, self._config, self._context, {}, reader, writer)
        except* (ConnectionError, ssl.SSLError):
            writer.transport.abort()

    def _answer_with(self, sni: str) -> Any:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"] == REQUESTS and not sni:
                await Answer(scope, receive, send).as_json([asdict(it) for it in self.requests])
                return
            scope["lab.sni"] = sni
            self._record(scope)
            if self.played and await play(self.played, scope, receive, send):
                return
            serve = serve_websocket if scope["type"] == "websocket" else serve_http
            await serve(scope, receive, send)

        return answer

    def _record(self, scope: Scope) -> None:
        self.requests.append(
            Request(
                at=asyncio.get_running_loop().time(),
                scheme=scope["scheme"],
                host=host_of(scope),
                sni=scope["lab.sni"],
                method=scope.get("method", "GET"),
                path=scope["path"],
                http=scope["http_version"],
                query=scope["query_string"].decode("latin-1"),
            )
        )


def hosts(requests: Iterable[Request]) -> set[str]:
    """Return the hosts that requests reached."""
    return {request.host for request in requests}


def _quiet_config() -> Config:
    config = Config()
    config.errorlog = None
    config.include_server_header = False
    config.keep_alive_timeout = 30
    return config
